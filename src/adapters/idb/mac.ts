/**
 * The local MAC over stored rows (FORMATS 11): opening a store does not verify signatures again as long as nobody but this browser
 * profile wrote the rows. HMAC-SHA256 with a key that cannot be exported.
 */
import type { Bytes } from '#base/bytes';

export interface MacPort {
  /** A new key; structured-clonable, so that it lives in the store it protects. */
  generate(): Promise<unknown>;
  sign(key: unknown, message: Bytes): Promise<Bytes>;
  /** False also when the key is not one. */
  verify(key: unknown, mac: Bytes, message: Bytes): Promise<boolean>;
}

/** WebCrypto; the key is non-extractable. */
export function createWebMac(subtle: SubtleCrypto = crypto.subtle): MacPort {
  return {
    generate: () => subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign', 'verify']),
    sign: async (key, message) => new Uint8Array(await subtle.sign('HMAC', key as CryptoKey, message)),
    verify: (key, mac, message) => subtle.verify('HMAC', key as CryptoKey, mac, message).catch(() => false),
  };
}
