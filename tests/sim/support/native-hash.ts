/** #base/hash by Node's own hashes, for the worker processes of a campaign: the same bytes in a third of the time (tests/unit/sim/native-hash.test.ts). */
import { hash } from 'node:crypto';
import { concat, type Bytes } from '#base/bytes';

const bytes = (buffer: Buffer): Bytes => new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);

/** SHA-256 of the concatenated parts; text parts are UTF-8. */
export function sha256(...parts: (Uint8Array | string)[]): Bytes {
  return bytes(hash('sha256', parts.length === 1 && typeof parts[0] !== 'string' ? parts[0]! : concat(...parts), 'buffer'));
}

const BLOCK = 64;

/** HMAC-SHA256: two hashes of one call each cost less than an HMAC object. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  const short = key.length > BLOCK ? sha256(key) : key;
  const inner = new Uint8Array(BLOCK + message.length).fill(0x36, 0, BLOCK);
  const outer = new Uint8Array(BLOCK + 32).fill(0x5c, 0, BLOCK);
  for (let i = 0; i < short.length; i++) {
    inner[i]! ^= short[i]!;
    outer[i]! ^= short[i]!;
  }
  inner.set(message, BLOCK);
  outer.set(sha256(inner), BLOCK);
  return sha256(outer);
}

const NO_SALT = new Uint8Array(32);
const FIRST = Uint8Array.of(1);

/** HKDF-SHA256 with empty salt, 32 bytes out. */
export function hkdf(key: Uint8Array, label: string, ...info: Uint8Array[]): Bytes {
  return hmacSha256(hmacSha256(NO_SALT, key), concat(label, ...info, FIRST));
}
