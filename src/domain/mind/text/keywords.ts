/** Words a text is about: phrases between words that say nothing (Rose et al., "Automatic Keyword Extraction from Individual Documents", 2010), weighed by how often and how widely their words stand. */
import { atOnce, type Steps } from '#base/steps';
import { isStop, stemOf, type Word, wordsOf } from '#domain/search/words';

/** Words of one phrase. */
const LONG = 2;

interface Phrase {
  text: string;
  stems: readonly string[];
  n: number;
  first: number;
}

function phrasesOf(text: string, into: Map<string, Phrase>): void {
  const words = wordsOf(text);
  const says = ({ word }: Word): boolean => word.length > 2 && !isStop(word) && !/^\d+$/.test(word);
  for (let from = 0; from < words.length; from++) {
    for (let n = 1; n <= LONG && from + n <= words.length; n++) {
      const run = words.slice(from, from + n);
      const last = run.at(-1)!;
      if (!says(last) || (n > 1 && text.slice(run[n - 2]!.end, last.at) !== ' ')) break;
      const stems = run.map(({ word }) => stemOf(word));
      const key = stems.join(' ');
      const known = into.get(key);
      if (known) known.n++;
      else into.set(key, { text: text.slice(run[0]!.at, last.end), stems, n: 1, first: into.size });
    }
  }
}

/** The words and pairs of words that say most, the most first. */
export const keywordsOf = (texts: readonly string[], count: number): string[] => atOnce(keywordSteps(texts, count));

/** The same text by text. */
export function* keywordSteps(texts: readonly string[], count: number): Steps<string[]> {
  const phrases = new Map<string, Phrase>();
  for (const text of texts) {
    phrasesOf(text, phrases);
    yield;
  }
  const once = (stem: string): number => phrases.get(stem)?.n ?? 0;
  // A pair counts where it stands again; then its words alone say less.
  const pairs = [...phrases.values()].filter(({ stems, n }) => stems.length > 1 && n > 1 && stems[0] !== stems[1]);
  const score = ({ stems, n }: Phrase): number => (stems.length > 1 ? 2 * n + Math.min(...stems.map(once)) : n);
  const chosen: Phrase[] = [];
  for (const one of [...pairs, ...[...phrases.values()].filter(({ stems }) => stems.length === 1)].sort((a, b) => score(b) - score(a) || a.first - b.first)) {
    if (chosen.length >= count) break;
    if (chosen.some(({ stems }) => one.stems.every((stem) => stems.includes(stem)))) continue;
    chosen.push(one);
  }
  return chosen.map(({ text }) => text.toLowerCase());
}

/** The words that stand most often: the measure of the rest. */
export function plainKeywords(texts: readonly string[], count: number): string[] {
  const seen = new Map<string, number>();
  for (const text of texts) for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) if (word.length > 3) seen.set(word, (seen.get(word) ?? 0) + 1);
  return [...seen].sort((a, b) => b[1] - a[1]).slice(0, count).map(([word]) => word);
}
