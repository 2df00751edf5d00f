/**
 * The curve of Ed25519, for what WebCrypto does not say of a key: whether it may be used (admission.ts), and its X25519 form (kept-key.ts). An empty browser
 * has met no key, so it comes on its own: what verifies a signature waits for it, and a kernel has it before there is a person, a record or a link here.
 */
import type { ed25519 } from '@noble/curves/ed25519.js';
import { assert } from '#base/assert';
import { lateLibrary } from '#base/late-library';

type Curve = typeof ed25519;

const library = lateLibrary('the curve', async () => (await import('@noble/curves/ed25519.js')).ed25519, selfTest);

/** The curve. Throws AssertionError before loadCurve has ended. */
export const curve = (): Curve => library.here();

/** Loads it once; null when it is here. Rejects when its file cannot be had in three tries or does not work in this realm; the next call tries again. */
export const loadCurve = (): Promise<void> | null => library.load();

/** It must work under the freeze of the kernel's realm: the base point is a key that may be used, the neutral one is not. */
function selfTest({ Point }: Curve): void {
  const point = Point.fromBytes(Point.BASE.toBytes());
  assert(point.isTorsionFree() && !point.isSmallOrder() && Point.ZERO.isSmallOrder(), 'self-test: curve');
}
