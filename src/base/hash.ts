/** Synchronous SHA-256, HMAC and HKDF for the small inputs of the hot path (WebCrypto costs a turn of the event loop per call). */
import { hkdf as nobleHkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concat, type Bytes } from './bytes.ts';

/** SHA-256 of the concatenated parts; text parts are UTF-8. 32 bytes. */
export function sha256(...parts: (Uint8Array | string)[]): Bytes {
  return nobleSha256(parts.length === 1 && typeof parts[0] !== 'string' ? parts[0]! : concat(...parts)) as Bytes;
}

/** HMAC-SHA256 (RFC 2104). 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  return hmac(nobleSha256, key, message) as Bytes;
}

/** HKDF-SHA256 (RFC 5869) with empty salt; info = ASCII label ‖ bytes; 32 bytes out (FORMATS, Words). */
export function hkdf(key: Uint8Array, label: string, ...info: Uint8Array[]): Bytes {
  return nobleHkdf(nobleSha256, key, new Uint8Array(0), concat(label, ...info), 32) as Bytes;
}
