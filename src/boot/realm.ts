/**
 * The kernel worker's realm: Object.prototype and Array.prototype are frozen after all imports (FORMATS 7), so that no decoded frame can
 * pollute them, and a self-test proves that the libraries on the hot path work under the freeze.
 */
import { decodeCbor, encodeCbor } from '#base/cbor';
import { decodeEnvelope, encodeEnvelope } from '#base/envelope';
import { assert } from '#base/assert';
import { frameBody, unframeBody } from '#vm/protocol/body';

/** Freezes the two prototypes that hostile keys aim at. Idempotent. */
export function freezeRealm(): void {
  Object.freeze(Object.prototype);
  Object.freeze(Array.prototype);
}

/** CBOR, protobuf and inflate under the freeze; `replica` runs the same on GUN, and the text engine and the curve test themselves when they come. Throws AssertionError when one does not work. */
export function selfTest(replica: () => void): void {
  const map = new Map<string, number>([['a', 1]]);
  const back = decodeCbor(encodeCbor(map));
  assert(back instanceof Map && back.get('a') === 1, 'self-test: cbor');
  const event = decodeEnvelope(encodeEnvelope({ eventType: 'kernel:self_test:v1:completed', payload: new Uint8Array([1]) }));
  assert(event.payload[0] === 1, 'self-test: protobuf');
  const body = unframeBody(frameBody(new Uint8Array(100)));
  assert(body.ok && body.value.length === 100, 'self-test: inflate');
  replica();
}
