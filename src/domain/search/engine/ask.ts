/** A question as a person types it: words, and "phrases" that stand together. Pure. */
import { isSign, wordsOf, type Word } from '#domain/search/words';

export interface Ask {
  readonly words: readonly string[];
  readonly phrases: readonly (readonly string[])[];
  /** The last word may be only its beginning. */
  readonly open: boolean;
}

/** Words of one question that are looked for. */
const ASKED_MAX = 16;
const QUOTED = /["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)/gu;

/** Reads a question. */
export function readAsk(text: string): Ask {
  const phrases: string[][] = [];
  const rest = text.replace(QUOTED, (_all, inside: string) => {
    const phrase = wordsOf(inside).map(({ word }) => word);
    if (phrase.length > 0) phrases.push(phrase.slice(0, ASKED_MAX));
    return ' ';
  });
  const all = wordsOf(rest);
  const words = [...new Set(all.map(({ word }) => word))].slice(0, ASKED_MAX);
  phrases.push(...signsTogether(all));
  return { words, phrases: phrases.slice(0, ASKED_MAX), open: /[\p{L}\p{M}\p{N}]$/u.test(text) };
}

/** Signs of a writing without spaces that were typed side by side. */
function signsTogether(all: readonly Word[]): string[][] {
  const out: string[][] = [];
  all.forEach(({ word, at }, i) => {
    if (!isSign(word)) return;
    const before = all[i - 1];
    if (before && before.end === at && isSign(before.word)) out.at(-1)!.push(word);
    else out.push([word]);
  });
  return out.filter(({ length }) => length > 1).map((signs) => signs.slice(0, ASKED_MAX));
}

/** Do the words of the phrase stand together in the text? */
export function holdsPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  const first = phrase[0]!;
  for (let at = words.indexOf(first); at >= 0; at = words.indexOf(first, at + 1)) {
    if (phrase.every((word, i) => words[at + i] === word)) return true;
  }
  return false;
}

/** What separates two words of a text. */
const BETWEEN = '[^\\p{L}\\p{M}\\p{N}]*';
/** Letters that are folded one by one, English and Russian, and signs: of others a fold may join several, or part one. */
const PLAIN = /^[\u0000-\u007f\u0400-\u045f\u2010-\u2027«»№]*$/;
/** A longer word is compared by its beginning. */
const LONG = 40;

/** Does a text hold this phrase? Most that do not are told by a look at their letters; the others are read word by word. */
export function phraseTest(phrase: readonly string[]): (text: string) => boolean {
  const quick = phrase.every((word) => word.length < LONG) ? new RegExp(phrase.join(BETWEEN), 'u') : null;
  return (text) => {
    if (text === '' || (quick && PLAIN.test(text) && !quick.test(text.toLowerCase().replaceAll('ё', 'е')))) return false;
    return holdsPhrase(wordsOf(text).map(({ word }) => word), phrase);
  };
}
