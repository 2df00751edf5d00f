/** How a line could go on, by the words of its own page: the end of a word that was begun, and what stood behind such words before. Nothing is learnt and nothing leaves the page. */

/** Ways that are offered, words of one, letters of a word that is worth it. */
const OFFERED = 5;
const WORDS = 3;
const LEAST = 4;
/** Letters of the page that are looked at: the last of them. */
const LETTERS = 200_000;

const WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu;
/** The word that is begun, and the letters of a line in which it is looked for: a long run without a space is no word. */
const BEGUN = /([\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*)?$/u;
const BEGUN_IN = 200;

/** All behind the last space of a line, or of its end. */
export const begunIn = (before: string): string => /\S*$/u.exec(before.slice(-BEGUN_IN))![0];

interface Known {
  /** As it stands most often. */
  readonly forms: Map<string, number>;
  n: number;
  last: number;
  /** Words behind it in the same sentence, with how often. */
  readonly behind: Map<string, number>;
}

function knownOf(texts: readonly string[]): ReadonlyMap<string, Known> {
  const all = new Map<string, Known>();
  let [serial, left] = [0, LETTERS];
  for (let at = texts.length - 1; at >= 0 && left > 0; at--) {
    const text = texts[at]!.slice(-left);
    left -= text.length;
    let before: { key: string; end: number } | null = null;
    for (const { 0: form, index } of text.matchAll(WORD)) {
      const key = form.toLowerCase();
      const one = all.get(key) ?? { forms: new Map<string, number>(), n: 0, last: 0, behind: new Map<string, number>() };
      all.set(key, one);
      one.n++;
      one.last = one.last || (serial += 1);
      one.forms.set(form, (one.forms.get(form) ?? 0) + 1);
      if (before && text.slice(before.end, index) === ' ') all.get(before.key)!.behind.set(key, (all.get(before.key)!.behind.get(key) ?? 0) + 1);
      before = { key, end: index + form.length };
    }
  }
  return all;
}

const most = (counts: ReadonlyMap<string, number>): string | null => [...counts].reduce<readonly [string, number] | null>((best, one) => (best === null || one[1] > best[1] ? one : best), null)?.[0] ?? null;
const formOf = ({ forms }: Known, key: string): string => (forms.has(key) ? key : (most(forms) ?? key));

/** With the words that always stood behind it, as long as they stood there twice. */
function extended(known: ReadonlyMap<string, Known>, key: string): string {
  let [text, at] = [formOf(known.get(key)!, key), key];
  for (let n = 1; n < WORDS; n++) {
    const { behind, n: times } = known.get(at)!;
    const next = most(behind);
    if (next === null || behind.get(next)! < 2 || behind.get(next)! * 2 <= times) return text;
    text = `${text} ${formOf(known.get(next)!, next)}`;
    at = next;
  }
  return text;
}

export interface Completion {
  /** What is put where the caret stands. */
  readonly insert: string;
  /** The whole of it, to be read. */
  readonly shown: string;
}

/** The best first; `before`: the line up to the caret, `texts`: the page in its order, without what is being written. */
export function completionsOf(before: string, texts: readonly string[]): Completion[] {
  const begun = BEGUN.exec(before.slice(-BEGUN_IN))?.[1] ?? '';
  const head = before.slice(0, before.length - begun.length);
  const previous = [...head.slice(-200).matchAll(WORD)].at(-1);
  const known = knownOf(texts);
  const behind = previous && /^ $/u.test(head.slice(-200).slice(previous.index + previous[0].length)) ? known.get(previous[0].toLowerCase())?.behind : undefined;
  const low = begun.toLowerCase();
  const fits = low === '' ? [...(behind?.keys() ?? [])] : [...known.keys()].filter((key) => key.length >= Math.max(LEAST, low.length + 1) && key.startsWith(low));
  // What stood behind the same word comes first, then what stands often, then what stands last.
  const score = (key: string): number => 1_000 * (behind?.get(key) ?? 0) + known.get(key)!.n;
  return fits.sort((a, b) => score(b) - score(a) || known.get(a)!.last - known.get(b)!.last).slice(0, OFFERED).map((key) => {
    const whole = extended(known, key);
    return { insert: whole.slice(begun.length), shown: `${begun}${whole.slice(begun.length)}` };
  });
}

/** The word that was used last with that beginning: the measure of the rest. */
export function plainCompletion(begun: string, texts: readonly string[]): string | null {
  return [...texts.join(' ').matchAll(WORD)].map(([form]) => form).filter((form) => form.length > begun.length && form.toLowerCase().startsWith(begun.toLowerCase())).at(-1) ?? null;
}
