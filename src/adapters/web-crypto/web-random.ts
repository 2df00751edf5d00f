/** Unpredictable bytes from the platform. */
import type { Bytes } from '#base/bytes';
import type { Random } from '#ports/random';

/** getRandomValues takes at most this many bytes at once. */
const MAX_AT_ONCE = 65_536;

/** Small requests are served out of a buffer of this many fresh bytes: a call of the platform costs more than the bytes. */
const POOL = 2_048;
const POOLED = 64;

/** Random over a Web Crypto object (`globalThis.crypto` in tabs, workers and Node). */
export function createWebRandom(source: Pick<Crypto, 'getRandomValues'>): Random {
  const pool = new Uint8Array(POOL);
  let at = POOL;
  /** Every byte is given once and wiped from the pool. */
  const pooled = (length: number): Bytes => {
    if (at + length > POOL) {
      source.getRandomValues(pool);
      at = 0;
    }
    const out = pool.slice(at, at + length);
    pool.fill(0, at, at + length);
    at += length;
    return out;
  };
  return {
    bytes(length: number): Bytes {
      if (length <= POOLED) return pooled(length);
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += MAX_AT_ONCE) source.getRandomValues(out.subarray(at, Math.min(length, at + MAX_AT_ONCE)));
      return out;
    },
  };
}
