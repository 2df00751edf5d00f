/** Undo takes back what its person did and nothing else: an editor widens a step over what others wrote in its range, and would take that away too. */
import * as Y from 'yjs';
import { joinRuns, plainOf, sliceRuns, type Block, type Run } from './block.ts';
import { cellId } from './table.ts';
import { textDiff } from './text-diff.ts';

/** An undo (or redo) under way. */
export interface Undoing {
  /** Ids under which its person wrote. */
  readonly mine: ReadonlySet<number>;
  /** Words that it puts into blocks: what comes to stand in one is not lost where it is taken out of another. */
  readonly put: readonly (readonly [block: string, words: string])[];
}

/** An undo that makes these blocks out of those. */
export function undoing(mine: ReadonlySet<number>, before: readonly Block[], next: readonly Block[]): Undoing {
  const was = new Map(before.map((block) => [block.id, block]));
  const put = next.map((block): [string, string] => {
    const old = was.get(block.id);
    return [block.id, block === old ? '' : textDiff(old?.text ?? [], block.text).steps.map(({ insert }) => plainOf(insert)).reverse().join('')];
  });
  return { mine, put: put.filter(([, words]) => words !== '') };
}

/** Letters of others in a stretch of a text, as [from, to] in UTF-16 units of what is shown. */
function othersIn(body: Y.Text, from: number, to: number, mine: ReadonlySet<number>): [number, number][] {
  const out: [number, number][] = [];
  let at = 0;
  for (let item = body._start; item !== null && at < to; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const [first, end] = [Math.max(from, at), Math.min(to, at + item.length)];
    at += item.length;
    if (mine.has(item.id.client) || first >= end) continue;
    const last = out.at(-1);
    if (last && last[1] === first) last[1] = end;
    else out.push([first, end]);
  }
  return out;
}

/** What the text of a block, `before`, becomes when an undo asks for `after`: with what others wrote and `after` has nowhere. */
export function keepOthers(id: string, body: Y.Text, before: readonly Run[], after: readonly Run[], caret: number | null, { mine, put }: Undoing): readonly Run[] {
  const { steps } = textDiff(before, after, caret);
  const out: Run[] = [];
  let [at, to] = [0, 0];
  let kept = false;
  for (const step of steps.toReversed()) {
    out.push(...sliceRuns(after, to, to + step.at - at), ...step.insert);
    to += step.at - at + plainOf(step.insert).length;
    at = step.at + step.remove;
    for (const [first, end] of othersIn(body, step.at, at, mine)) {
      const runs = sliceRuns(before, first, end);
      if (put.some(([block, words]) => block !== id && words.includes(plainOf(runs)))) continue;
      out.push(...runs);
      kept = true;
    }
  }
  return kept ? joinRuns([...out, ...sliceRuns(after, to)]) : after;
}

/** Did others write in a block that an undo would take away? */
export function hasOthers(block: Block, bodyOf: (id: string) => Y.Text | null, undo: Undoing): boolean {
  const texts: [string, readonly Run[]][] = block.table ? block.table.rows.flatMap((row) => row.cells.map((cell, at): [string, readonly Run[]] => [cellId(block.id, row.id, block.table!.columns[at]!), cell])) : [[block.id, block.text]];
  return texts.some(([id, text]) => {
    const body = text.length > 0 ? bodyOf(id) : null;
    return body !== null && keepOthers(block.id, body, text, [], null, undo).length > 0;
  });
}
