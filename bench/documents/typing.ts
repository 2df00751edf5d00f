/** An editing trace typed into a document as the product holds it, a block a line, and into one Y.Text. */
import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import type { Trace } from '#bench/browser/trace';
import { plainOf, type Block, type DocReplica } from '#domain/editor/model';

/** An edit by lines: from a place in one to a place in the same or a later one. */
export interface Step {
  readonly line: number;
  readonly column: number;
  readonly last: number;
  readonly end: number;
  readonly insert: string;
}

/** The edits of a trace by lines; made before anything is measured. */
export function stepsOf({ edits }: Trace): Step[] {
  const lengths = [0];
  const place = (line: number, column: number): [number, number] => {
    while (column > lengths[line]!) column -= lengths[line++]! + 1;
    return [line, column];
  };
  return edits.map(([at, remove, insert]) => {
    const [line, column] = place(0, at);
    const [last, end] = place(line, column + remove);
    const made = insert.split('\n').map((part) => part.length);
    const rest = lengths[last]! - end;
    made[0]! += column;
    made[made.length - 1]! += rest;
    lengths.splice(line, last - line + 1, ...made);
    return { line, column, last, end, insert };
  });
}

const blockId = (): string => randomBytes(16).toString('base64url');
const runs = (text: string): Block['text'] => (text === '' ? [] : [{ text, marks: {} }]);

/** What the editor hands over after a key: all blocks, those that changed anew, and the caret. Enter splits a block, deleting a line's end joins two. */
export function press(replica: DocReplica, { line, column, last, end, insert }: Step): Uint8Array[] {
  const shown = replica.shown();
  const empty: Block = { id: '', type: 'paragraph', attrs: {}, text: [] };
  const first = shown[line] ?? { ...empty, id: blockId() };
  const rest = plainOf((shown[last] ?? first).text).slice(end);
  const [head, ...more] = `${plainOf(first.text).slice(0, column)}${insert}${rest}`.split('\n');
  const made = [{ ...first, text: runs(head!) }, ...more.map((text) => ({ ...first, id: blockId(), text: runs(text), from: first.id }))];
  const into = made.at(-1)!;
  const all = [...shown];
  all.splice(line, last - line + 1, ...made);
  return replica.write(all, { id: into.id, at: (more.at(-1) ?? head)!.length - rest.length });
}

export const textOf = (replica: DocReplica): string => replica.shown().map((block) => plainOf(block.text)).join('\n');

/** One Y.Text, and what it tells of each edit. */
export class RawText {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText('text');
  readonly told: Uint8Array[] = [];

  constructor(updates: readonly Uint8Array[] = []) {
    for (const update of updates) Y.applyUpdate(this.doc, update);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => void (origin === 'own' && this.told.push(update)));
  }

  edit(at: number, remove: number, insert: string): void {
    this.doc.transact(() => {
      if (remove > 0) this.text.delete(at, remove);
      if (insert !== '') this.text.insert(at, insert);
    }, 'own');
  }
}
