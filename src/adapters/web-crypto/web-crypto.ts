/**
 * CryptoPort over Web Crypto and nothing else (FORMATS, Words: engines and pure-JS libraries disagree on edge cases).
 * Private keys are non-extractable CryptoKeys, which IndexedDB clones without showing them.
 */
import { concat, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { CRYPTO_PUBLIC_KEYS } from '#adapters/limits';
import type { AeadKey, AgreementKey, CryptoPort, SigningKey } from '#ports/crypto';

export interface WebCryptoOptions {
  /** Imported public keys kept; the one used longest ago goes first. */
  readonly publicKeys?: number;
}

/** DER heads of a PKCS#8 private key (RFC 8410): the 32-byte seed follows. */
const PKCS8_ED25519 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
const PKCS8_X25519 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);
const EMPTY = new Uint8Array(0);

function plain(bytes: Uint8Array): Bytes {
  return bytes as Bytes;
}

/** Runs the import once per key and forgets the key used longest ago. */
function cache(size: number, make: (bytes: Uint8Array) => Promise<CryptoKey>): (bytes: Uint8Array) => Promise<CryptoKey> {
  const kept = new Map<string, Promise<CryptoKey>>();
  return (bytes) => {
    const name = toBase64url(bytes);
    const found = kept.get(name);
    if (found !== undefined) {
      kept.delete(name);
      kept.set(name, found);
      return found;
    }
    if (kept.size >= size) kept.delete(kept.keys().next().value!);
    const made = make(bytes);
    kept.set(name, made);
    made.catch(() => kept.delete(name));
    return made;
  };
}

/** The public half of a seed, through a short-lived extractable key: Web Crypto has no other way to say it. */
async function publicOf(subtle: SubtleCrypto, name: 'Ed25519' | 'X25519', pkcs8: Bytes): Promise<Bytes> {
  const usages: KeyUsage[] = name === 'Ed25519' ? ['sign'] : ['deriveBits'];
  const jwk = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, name, true, usages));
  return fromBase64url(jwk.x ?? '') ?? EMPTY;
}

async function importPair(subtle: SubtleCrypto, name: 'Ed25519' | 'X25519', seed: Uint8Array): Promise<{ pub: Bytes; secret: CryptoKey }> {
  const pkcs8 = concat(name === 'Ed25519' ? PKCS8_ED25519 : PKCS8_X25519, seed);
  const usages: KeyUsage[] = name === 'Ed25519' ? ['sign'] : ['deriveBits'];
  const secret = await subtle.importKey('pkcs8', pkcs8, name, false, usages);
  const pub = await publicOf(subtle, name, pkcs8);
  pkcs8.fill(0);
  return { pub, secret };
}

async function generatePair(subtle: SubtleCrypto, name: 'Ed25519' | 'X25519'): Promise<{ pub: Bytes; secret: CryptoKey }> {
  const usages: KeyUsage[] = name === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits'];
  const pair = (await subtle.generateKey({ name }, false, usages)) as CryptoKeyPair;
  return { pub: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)), secret: pair.privateKey };
}

/** A new pair and its seed, by a short-lived extractable key. */
async function generateSeed(subtle: SubtleCrypto, name: 'Ed25519' | 'X25519'): Promise<{ key: { pub: Bytes; secret: CryptoKey }; seed: Bytes }> {
  const pair = (await subtle.generateKey({ name }, true, name === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits'])) as CryptoKeyPair;
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey));
  const seed = pkcs8.slice(-32);
  pkcs8.fill(0);
  return { key: await importPair(subtle, name, seed), seed };
}

/** The CryptoPort of browsers and Node. `subtle` = crypto.subtle (secure contexts only). */
export function createWebCrypto(subtle: SubtleCrypto, options: WebCryptoOptions = {}): CryptoPort {
  const size = options.publicKeys ?? CRYPTO_PUBLIC_KEYS;
  const verifier = cache(size, (pub) => subtle.importKey('raw', plain(pub), 'Ed25519', false, ['verify']));
  const secretOf = (key: SigningKey | AgreementKey): CryptoKey => key.secret as CryptoKey;
  const aesOf = (key: AeadKey): CryptoKey => key.key as CryptoKey;
  const gcm = (nonce: Uint8Array, aad: Uint8Array | undefined): AesGcmParams => ({ name: 'AES-GCM', iv: plain(nonce), additionalData: plain(aad ?? EMPTY) });
  return {
    generateSigning: () => generatePair(subtle, 'Ed25519'),
    generateSigningSeed: () => generateSeed(subtle, 'Ed25519'),
    generateAgreementSeed: () => generateSeed(subtle, 'X25519'),
    importSigning: (seed) => importPair(subtle, 'Ed25519', seed),
    async sign(key, message) {
      return new Uint8Array(await subtle.sign('Ed25519', secretOf(key), plain(message)));
    },
    async verify(pub, signature, message) {
      try {
        return await subtle.verify('Ed25519', await verifier(pub), plain(signature), plain(message));
      } catch {
        return false;
      }
    },
    generateAgreement: () => generatePair(subtle, 'X25519'),
    importAgreement: (seed) => importPair(subtle, 'X25519', seed),
    async agree(key, pub) {
      try {
        const other = await subtle.importKey('raw', plain(pub), 'X25519', false, []);
        const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: other }, secretOf(key), 256));
        return shared.some((byte) => byte !== 0) ? shared : null;
      } catch {
        return null;
      }
    },
    async importAead(raw) {
      return { key: await subtle.importKey('raw', plain(raw), 'AES-GCM', false, ['encrypt', 'decrypt']) };
    },
    async mac(raw) {
      const key = await subtle.importKey('raw', plain(raw), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return async (message) => new Uint8Array(await subtle.sign('HMAC', key, plain(message)));
    },
    async generateAead() {
      return { key: await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']) };
    },
    async stretchAead(passphrase, salt, rounds) {
      const base = await subtle.importKey('raw', plain(passphrase), 'PBKDF2', false, ['deriveKey']);
      const how = { name: 'PBKDF2', hash: 'SHA-256', salt: plain(salt), iterations: rounds };
      return { key: await subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']) };
    },
    async seal(key, nonce, text, aad) {
      return new Uint8Array(await subtle.encrypt(gcm(nonce, aad), aesOf(key), plain(text)));
    },
    async open(key, nonce, sealed, aad) {
      try {
        return new Uint8Array(await subtle.decrypt(gcm(nonce, aad), aesOf(key), plain(sealed)));
      } catch {
        return null;
      }
    },
  };
}
