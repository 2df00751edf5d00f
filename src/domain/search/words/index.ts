/** Words of a text: folded (case, ё as е, Latin letters without accents), each with its place, and their stems. Pure. */
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as russian } from '@orama/stemmers/russian';

export { isStop } from './stop-words.ts';

export interface Word {
  readonly word: string;
  /** Place in the text, UTF-16 units. */
  readonly at: number;
  readonly end: number;
}

/** Letters of one word that are looked at. */
const WORD_MAX = 48;
/** Words of one text that are found. */
const WORDS_MAX = 4_000;
/** A word, or one sign of a writing that has no spaces. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}])+/gu;
/** One sign of a writing that has no spaces: a whole word, never the beginning of one. */
export const isSign = (word: string): boolean => /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(word);
/** Signs of stress and the like that make no letter of their own with the one before them. */
const LOOSE = /[\u0300-\u036f]/g;
const ACCENTED = /[\u00c0-\u024f\u1e00-\u1eff]/;
const SIMPLE = /^[a-z0-9]*$/;

/** A word as it is compared. */
export function fold(raw: string): string {
  const short = raw.length > WORD_MAX ? raw.slice(0, WORD_MAX) : raw;
  if (SIMPLE.test(short)) return short;
  const word = short.normalize('NFKC').toLowerCase().replaceAll('ё', 'е').replace(LOOSE, '');
  return ACCENTED.test(word) ? word.normalize('NFD').replace(LOOSE, '') : word;
}

/** The words of a text with their places. */
export function wordsOf(text: string): Word[] {
  const out: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const word = fold(match[0]);
    if (word !== '') out.push({ word, at: match.index, end: match.index + match[0].length });
    if (out.length === WORDS_MAX) break;
  }
  return out;
}

const stems = new Map<string, string>();
/** Stems kept at hand: most words come again and again. */
const STEMS_KEPT = 50_000;

/** The stem of a folded word, by its letters: Russian, English, else the word itself. */
export function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const stem = /^[а-я]+$/.test(word) ? russian(word) : /^[a-z]{3,}$/.test(word) ? english(word) : word;
  if (stems.size >= STEMS_KEPT) stems.clear();
  stems.set(word, stem === '' ? word : stem);
  return stem === '' ? word : stem;
}
