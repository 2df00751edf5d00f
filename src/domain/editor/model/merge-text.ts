/**
 * One text that two sides changed: what either took away is away, what either wrote stands. Nothing that was written is lost: of two wordings at one
 * place that of the document comes first, and the same words of both stand once.
 */
import { MARK_NAMES, plainOf, sameMarks, type Marks, type Run } from './block.ts';
import { textPieces } from './compare.ts';

export interface MergedText {
  readonly runs: readonly Run[];
  /** Both changed the same words: both wordings stand. */
  readonly clash: boolean;
}

/** What one side did, by units of the text before. */
interface Side {
  readonly inserts: ReadonlyMap<number, readonly Run[]>;
  readonly gone: Uint8Array;
  readonly marks: readonly Marks[];
}

const marksOf = (runs: readonly Run[]): Marks[] => runs.flatMap((run) => Array.from({ length: run.text.length }, () => run.marks));

function sideOf(base: readonly Run[], after: readonly Run[], length: number): Side {
  const inserts = new Map<number, readonly Run[]>();
  const gone = new Uint8Array(length);
  const marks = marksOf(base);
  let at = 0;
  for (const piece of textPieces(base, after)) {
    if (piece.op === 'added') inserts.set(at, [...(inserts.get(at) ?? []), ...piece.runs]);
    if (piece.op === 'added') continue;
    if (piece.op === 'removed') gone.fill(1, at, at + piece.length);
    if (piece.op === 'marked') {
      let from = at;
      for (const run of piece.runs) {
        marks.fill(run.marks, from, from + run.text.length);
        from += run.text.length;
      }
    }
    at += piece.length;
  }
  return { inserts, gone, marks };
}

/** Marks that `wanted` changed, on what stands now. */
function mergedMarks(was: Marks, now: Marks, wanted: Marks): Marks {
  if (was === wanted || sameMarks(was, wanted)) return now;
  const out: Record<string, unknown> = {};
  for (const name of MARK_NAMES) {
    const value = was[name] === wanted[name] ? now[name] : wanted[name];
    if (value !== undefined) out[name] = value;
  }
  return out as Marks;
}

const WORD_END = /[\p{L}\p{N}\p{M}_]$/u;
const WORD_START = /^[\p{L}\p{N}_]/u;

type Side3 = 'base' | 'now' | 'wanted';

/** The text that comes out. Where one side took away what stood between two words the other had, they stay two words. */
class Out {
  readonly runs: { text: string; marks: Marks }[] = [];
  private by: Side3 = 'base';
  /** Since the last letter: did a side lose something that it kept itself? */
  private readonly lost = { now: false, wanted: false };

  put(by: Side3, text: string, marks: Marks): void {
    const last = this.runs.at(-1);
    const strange = by === 'base' ? (this.by === 'base' ? this.lost.now && this.lost.wanted : this.lost[this.by]) : this.lost[by] || (this.by !== 'base' && this.by !== by);
    const space = strange && last && WORD_END.test(last.text.slice(-2)) && WORD_START.test(text) ? ' ' : '';
    [this.by, this.lost.now, this.lost.wanted] = [by, false, false];
    if (last && (last.marks === marks || sameMarks(last.marks, marks))) last.text += space + text;
    else if (last && space !== '') this.runs.push({ text: space + text, marks });
    else this.runs.push({ text, marks });
  }

  drop(now: boolean, wanted: boolean): void {
    this.lost.now ||= !now;
    this.lost.wanted ||= !wanted;
  }
}

const alike = (a: readonly Run[], b: readonly Run[]): boolean => a === b || (a.length === b.length && a.every((run, at) => run.text === b[at]!.text && sameMarks(run.marks, b[at]!.marks)));

/** The text after both: `base` is what both began with, `now` what stands, `wanted` what is asked for. */
export function mergeText(base: readonly Run[], now: readonly Run[], wanted: readonly Run[]): MergedText {
  if (alike(base, now)) return { runs: wanted, clash: false };
  if (alike(base, wanted) || alike(now, wanted)) return { runs: now, clash: false };
  const text = plainOf(base);
  const was = marksOf(base);
  const [theirs, ours] = [sideOf(base, now, text.length), sideOf(base, wanted, text.length)];
  const out = new Out();
  let clash = false;
  const cuts = (one: Side, at: number): boolean => one.gone[at - 1] === 1 || one.gone[at] === 1;
  for (let at = 0; at <= text.length; at++) {
    const [a, b] = [theirs.inserts.get(at), ours.inserts.get(at)];
    const same = a !== undefined && b !== undefined && plainOf(a) === plainOf(b);
    if (!same) for (const run of a ?? []) out.put('now', run.text, run.marks);
    for (const run of b ?? []) out.put('wanted', run.text, run.marks);
    if (!same) clash ||= a && b ? true : a ? cuts(ours, at) : b ? cuts(theirs, at) : false;
    if (at === text.length) break;
    const [x, y] = [theirs.gone[at] === 1, ours.gone[at] === 1];
    if (x || y) out.drop(x, y);
    else out.put('base', text[at]!, mergedMarks(was[at]!, theirs.marks[at]!, ours.marks[at]!));
  }
  return { runs: out.runs, clash };
}
