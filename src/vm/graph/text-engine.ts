/**
 * Yjs, which makes the texts of nodes out of their updates. It is an eighth of the kernel's code and the first screen of an empty browser needs none
 * of it, so it comes on its own: a kernel has it before there is a person or a record here.
 */
import type * as Yjs from 'yjs';
import { assert, must } from '#base/assert';

let engine: typeof Yjs | null = null;
let coming: Promise<void> | null = null;

/** The library. Throws AssertionError before loadTextEngine has ended. */
export const yjs = (): typeof Yjs => must(engine, 'the text engine is loaded');

/** Loads it once; null when it is here. Rejects when its file cannot be had in three tries or does not work in this realm; the next call tries again. */
export function loadTextEngine(): Promise<void> | null {
  if (engine !== null) return null;
  return (coming ??= fetched(TRIES).then((library) => {
    selfTest(library);
    engine = library;
  }).finally(() => (coming = null)));
}

/** As the parts of the page: a network that changes just now is not seen. */
const TRIES = 3;

async function fetched(left: number): Promise<typeof Yjs> {
  try {
    return await import('yjs');
  } catch (error) {
    if (left <= 1) throw error;
    return fetched(left - 1);
  }
}

/** The kernel freezes Object.prototype and Array.prototype before this is loaded (FORMATS 7): it must work under the freeze. */
function selfTest(library: typeof Yjs): void {
  const doc = new library.Doc();
  doc.getText('text').insert(0, 'ok');
  const copy = new library.Doc();
  library.applyUpdate(copy, library.encodeStateAsUpdate(doc));
  assert(copy.getText('text').toJSON() === 'ok', 'self-test: yjs');
}
