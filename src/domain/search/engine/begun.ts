/** Texts in which a word begins with a letter or two. Pure. */
import type { Entry } from '#domain/search';
import { wordsOf } from '#domain/search/words';

/** A text as beginnings are looked for in it. */
export const lower = (text: string): string => text.toLowerCase().replaceAll('ё', 'е');

/** A letter, a sign on one, or a number at the end. */
const IN_WORD = /[\p{L}\p{M}\p{N}]$/u;

/** Does a word of the folded text begin with these letters? They are looked for first, and then what stands before them. */
export function beginsIn(text: string, start: string): boolean {
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    const before = text.charCodeAt(at - 1);
    // Most stand within a word, after a plain letter, English or Russian.
    if ((before >= 0x61 && before <= 0x7a) || (before >= 0x430 && before <= 0x44f)) continue;
    if (!IN_WORD.test(text.slice(Math.max(0, at - 2), at))) return true;
  }
  return false;
}

/** The words of an entry that begin with these letters, to be marked. */
export function startsOf({ title, text }: Pick<Entry, 'title' | 'text'>, start: string): Set<string> {
  return new Set(start === '' ? [] : [title, text].flatMap((part) => wordsOf(part).map(({ word }) => word).filter((word) => word.startsWith(start))));
}

/** Texts that are kept at hand as they are looked through: the newest are, at every letter that is typed. */
const LOWERED_MAX = 16_000;

export class Lowered {
  private texts = new WeakMap<Entry, string>();
  private count = 0;

  of(entry: Entry): string {
    const known = this.texts.get(entry);
    if (known !== undefined) return known;
    if (this.count++ >= LOWERED_MAX) [this.texts, this.count] = [new WeakMap(), 1];
    const text = lower(entry.text);
    this.texts.set(entry, text);
    return text;
  }
}
