/** Unpredictable bytes from the platform. */
import type { Bytes } from '#base/bytes';
import type { Random } from '#ports/random';

/** getRandomValues takes at most this many bytes at once. */
const MAX_AT_ONCE = 65_536;

/** Random over a Web Crypto object (`globalThis.crypto` in tabs, workers and Node). */
export function createWebRandom(source: Pick<Crypto, 'getRandomValues'>): Random {
  return {
    bytes(length: number): Bytes {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += MAX_AT_ONCE) source.getRandomValues(out.subarray(at, Math.min(length, at + MAX_AT_ONCE)));
      return out;
    },
  };
}
