/** A caret whose letter a split took into a new block goes there: the letter is gone where it stood, and its copy is known by the note of the split (./twice.ts). */
import type * as Y from 'yjs';
import type { Caret } from './text-crdt.ts';
import type { Cut, Twice } from './twice.ts';

/** A letter by the id that every copy of the document gives it. */
export interface Letter {
  readonly client: number;
  readonly clock: number;
}

/** Splits followed on from one letter: a peer may have written anything. */
const LOOKS = 32;

/** The place behind a letter in a text, UTF-16 units; null when it is not in it, or not any more. */
export function behind(body: Y.Text, { client, clock }: Letter): number | null {
  let at = 0;
  for (let item = body._start; item !== null; item = item.right) {
    const shown = !item.deleted && item.countable;
    if (item.id.client === client && item.id.clock <= clock && clock < item.id.clock + item.length) return shown ? at + clock - item.id.clock + 1 : null;
    if (shown) at += item.length;
  }
  return null;
}

/** The copies of a letter of a block that splits of this block made. */
function copies(block: string, { client, clock }: Letter, cuts: ReadonlyMap<string, Cut>): (Letter & { readonly block: string })[] {
  return [...cuts].flatMap(([id, { parts }]) => {
    const part = parts.find((one) => one.from === block && one.client === client && one.clock <= clock && clock < one.clock + one.length);
    return part ? [{ block: id, client: part.by, clock: part.own + clock - part.clock }] : [];
  });
}

/** Behind the copy of a letter that stood in `block`, as far as splits took it on; of two that which is not marked as standing twice. `bodyOf`: of a block that is shown. Null when it has none. */
export function taken(block: string, letter: Letter, cuts: ReadonlyMap<string, Cut>, bodyOf: (id: string) => Y.Text | null, twice: ReadonlyMap<string, Twice>): Caret | null {
  const open = [{ ...letter, block }];
  let second: Caret | null = null;
  for (let looked = 0; open.length > 0 && looked < LOOKS; looked++) {
    const one = open.shift()!;
    for (const copy of copies(one.block, one, cuts)) {
      const body = bodyOf(copy.block);
      const at = body && behind(body, copy);
      if (at === null) open.push(copy);
      else if (twice.get(copy.block)?.ranges.some(([from, to]) => from < at && at <= to)) second ??= { id: copy.block, at };
      else return { id: copy.block, at };
    }
  }
  return second;
}
