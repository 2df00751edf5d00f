/** The difference of two texts with marks, as edits that leave alone what is common: what others type meanwhile stays where it was typed. */
import { MARK_NAMES, plainOf, sameMarks, sliceRuns, type Marks, type Run } from './block.ts';

/** In places of the text before the step; steps are given from the back to the front, so that each place is still true. */
export interface TextStep {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly Run[];
}

/** A change of marks of a range of the text after all steps; null takes a mark away. */
export interface MarkStep {
  readonly at: number;
  readonly length: number;
  readonly marks: Readonly<Record<string, string | true | null>>;
}

/** Above this many comparisons the middle part is replaced as a whole. */
const COMPARED = 40_000;
const isHigh = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** Length of what two texts begin with alike, no surrogate pair torn. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at > 0 && isHigh(a, at - 1) ? at - 1 : at;
}

/** The same for their ends, at most `most` units. */
export function commonEnd(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return length > 0 && isLow(a, a.length - length) ? length - 1 : length;
}

/** Stretches both texts have, as [place in a, place in b, length]; places count units. Of an `a` typed before an `a` only the caret tells which is new. */
function kept(a: string, b: string, caret: number | null): [number, number, number][] {
  const tail = caret === null ? '' : b.slice(caret);
  const known = tail.length <= a.length && a.endsWith(tail) ? tail.length : 0;
  const start = commonStart(a.slice(0, a.length - known), b.slice(0, b.length - known));
  const end = commonEnd(a, b, Math.min(a.length, b.length) - start);
  const middle = lcs(Array.from(a.slice(start, a.length - end)), Array.from(b.slice(start, b.length - end)));
  return [[0, 0, start], ...middle.map(([i, j, n]): [number, number, number] => [i + start, j + start, n]), [a.length - end, b.length - end, end]];
}

/** The longest common subsequence when it is worth it: letters that are alike by chance are no text that was kept. */
function lcs(a: readonly string[], b: readonly string[]): [number, number, number][] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > COMPARED) return [];
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
  }
  if (best[0]! * 2 < Math.max(a.length, b.length)) return [];
  const out: [number, number, number][] = [];
  let [i, j, at, bt] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      out.push([at, bt, a[i]!.length]);
      at += a[i++]!.length;
      bt += b[j++]!.length;
    } else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) at += a[i++]!.length;
    else bt += b[j++]!.length;
  }
  return out;
}

/** What makes `after` out of `before`; `caret`: the place in `after` behind what was typed, null when it is not known. */
export function textDiff(before: readonly Run[], after: readonly Run[], caret: number | null = null): { steps: TextStep[]; marks: MarkStep[] } {
  const [a, b] = [plainOf(before), plainOf(after)];
  const stretches = kept(a, b, caret);
  const steps: TextStep[] = [];
  let [i, j] = [0, 0];
  for (const [from, to, length] of stretches) {
    if (from > i || to > j) steps.unshift({ at: i, remove: from - i, insert: sliceRuns(after, j, to) });
    i = from + length;
    j = to + length;
  }
  return { steps, marks: stretches.flatMap(([from, to, length]) => (length > 0 ? markDiff(sliceRuns(before, from, from + length), sliceRuns(after, to, to + length), to) : [])) };
}

/** Marks that differ between two texts of the same words. */
function markDiff(before: readonly Run[], after: readonly Run[], start: number): MarkStep[] {
  const out: MarkStep[] = [];
  let [i, j, at] = [0, 0, start];
  let [left, right] = [before[0]?.text.length ?? 0, after[0]?.text.length ?? 0];
  while (i < before.length && j < after.length) {
    const length = Math.min(left, right);
    const [was, is] = [before[i]!.marks, after[j]!.marks];
    if (!sameMarks(was, is)) out.push({ at, length, marks: changed(was, is) });
    at += length;
    left -= length;
    right -= length;
    if (left === 0) left = before[++i]?.text.length ?? 0;
    if (right === 0) right = after[++j]?.text.length ?? 0;
  }
  return out;
}

function changed(was: Marks, is: Marks): Record<string, string | true | null> {
  const out: Record<string, string | true | null> = {};
  for (const name of MARK_NAMES) if (was[name] !== is[name]) out[name] = is[name] ?? null;
  return out;
}
