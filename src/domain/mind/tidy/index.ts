/** Slips of writing that are slips in any text: a word written twice, spaces where none belong or where one is missing. A door of its own: the page that makes a proposal of them looks again. */

export interface Slip {
  readonly code: 'doubled' | 'spaces' | 'before' | 'after';
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Words that stand twice in good sentences. */
const TWICE = /^(?:had|that|is|very|очень|так|да|нет|еле|чуть|no)$/iu;
const RULES: readonly (readonly [Slip['code'], RegExp, (match: RegExpExecArray) => readonly [from: number, to: number, insert: string] | null])[] = [
  ['doubled', /(?<![\p{L}\p{N}'’-])(\p{L}{2,})( +)\1(?![\p{L}\p{N}'’-])/giu, ({ 0: all, 1: word, index }) => (TWICE.test(word!) ? null : [index + word!.length, index + all.length, ''])],
  ['spaces', /(?<=\S)[ \u00a0]{2,}(?=\S)/gu, ({ 0: all, index }) => [index, index + all.length, ' ']],
  ['before', /(?<=[\p{L}\p{N}]) +(?=[,;](?:\s|$)|[.!?](?:\s+\p{Lu}|$))/gu, ({ 0: all, index }) => [index, index + all.length, '']],
  ['after', /(?<=\p{L}\p{L})[,;](?=\p{L}{2})/gu, ({ 0: sign, index }) => [index, index + 1, `${sign} `]],
];

export interface ListLine {
  readonly numbered: boolean;
  /** The line without its sign, and how long that is. */
  readonly text: string;
  readonly sign: number;
}

/** A line that somebody wrote as one of a list, by a sign or a number before it; null: it is none. */
export function listLine(text: string): ListLine | null {
  const found = /^\s*(?:[-–—•*·▪]|(\(?\d{1,2}[.)]))\s+(?=\S)/u.exec(text);
  if (!found || text.includes('\n')) return null;
  return { numbered: found[1] !== undefined, text: text.slice(found[0].length), sign: found[0].length };
}

/** The slips of a text, in their order; none reaches into another. */
export function slipsOf(text: string): Slip[] {
  const found = RULES.flatMap(([code, sign, read]) => [...text.matchAll(sign)].flatMap((match): Slip[] => {
    const one = read(match);
    return one ? [{ code, from: one[0], to: one[1], insert: one[2] }] : [];
  })).sort((a, b) => a.from - b.from || a.to - b.to);
  let end = -1;
  return found.filter(({ from, to }) => from >= end && ((end = to), true));
}

/** The text with its slips mended. */
export const mended = (text: string, slips: readonly Slip[]): string => slips.reduceRight((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);

/** The same for a text in pieces, each of which keeps what it has besides. */
export function mendedRuns<R extends { readonly text: string }>(runs: readonly R[], slips: readonly Slip[]): R[] {
  let at = 0;
  return runs.flatMap((run) => {
    const [begin, end] = [at, at + run.text.length];
    at = end;
    const mine = slips.filter(({ from, to }) => from < end && to > begin).map(({ code, from, to, insert }) => ({ code, from: Math.max(from, begin) - begin, to: Math.min(to, end) - begin, insert: from >= begin ? insert : '' }));
    const text = mended(run.text, mine);
    return text === '' ? [] : [{ ...run, text }];
  });
}
