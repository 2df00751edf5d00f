/**
 * Yjs, which makes the texts of nodes out of their updates. It is an eighth of the kernel's code and the first screen of an empty browser needs none
 * of it, so it comes on its own: a kernel has it before there is a person or a record here.
 */
import type * as Yjs from 'yjs';
import { assert } from '#base/assert';
import { lateLibrary } from '#base/late-library';

const engine = lateLibrary('the text engine', () => import('yjs'), selfTest);

/** The library. Throws AssertionError before loadTextEngine has ended. */
export const yjs = (): typeof Yjs => engine.here();

/** Loads it once; null when it is here. Rejects when its file cannot be had in three tries or does not work in this realm; the next call tries again. */
export const loadTextEngine = (): Promise<void> | null => engine.load();

/** It must work under the freeze of the kernel's realm. */
function selfTest(library: typeof Yjs): void {
  const doc = new library.Doc();
  doc.getText('text').insert(0, 'ok');
  const copy = new library.Doc();
  library.applyUpdate(copy, library.encodeStateAsUpdate(doc));
  assert(copy.getText('text').toJSON() === 'ok', 'self-test: yjs');
}
