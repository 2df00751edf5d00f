/**
 * CryptoPorts of the simulator. `createNobleCrypto`: the real algorithms, synchronous inside and deterministic (keys from a seeded Random).
 * `createStubCrypto`: no security at all, only the contract (a signature fits one key and one message, a seal opens with one key,
 * nonce and AAD); it is fast, so that thousands of runs fit in a test. Both answer in microtasks: no real time passes.
 */
import { gcm } from '@noble/ciphers/aes.js';
import '#tests/support/curve';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 as sha256Of } from '@noble/hashes/sha2.js';
import { compareBytes, concat, equalBytes, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import { ed25519Public } from './native-keys.ts';

/** Bytes from SHA-256 over a counter: the same seed gives the same run. */
export function createSeededRandom(seed: string | number): Random {
  let counter = 0;
  return {
    bytes(length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) out.set(sha256(`lgos-sim/${seed}`, u32be(counter++)).subarray(0, length - at), at);
      return out;
    },
  };
}

const secret = (key: { readonly secret: unknown }): Bytes => key.secret as Bytes;
const raw = (key: AeadKey): Bytes => key.key as Bytes;
const EMPTY = new Uint8Array(0);

/** Ed25519, X25519 and AES-256-GCM in JavaScript. */
export function createNobleCrypto(random: Random = createSeededRandom('noble')): CryptoPort {
  const signing = (seed: Uint8Array) => ({ pub: ed25519.getPublicKey(seed) as Bytes, secret: seed.slice() });
  const agreement = (seed: Uint8Array) => ({ pub: x25519.getPublicKey(seed) as Bytes, secret: seed.slice() });
  return {
    generateSigning: async () => signing(random.bytes(32)),
    async generateSigningSeed() {
      const seed = random.bytes(32);
      return { key: signing(seed), seed };
    },
    async generateAgreementSeed() {
      const seed = random.bytes(32);
      return { key: agreement(seed), seed };
    },
    importSigning: async (seed) => signing(seed),
    sign: async (key, message) => ed25519.sign(message, secret(key)) as Bytes,
    async verify(pub, signature, message) {
      try {
        return ed25519.verify(signature, message, pub, { zip215: false });
      } catch {
        return false;
      }
    },
    generateAgreement: async () => agreement(random.bytes(32)),
    importAgreement: async (seed) => agreement(seed),
    async agree(key, pub) {
      try {
        return x25519.getSharedSecret(secret(key), pub) as Bytes;
      } catch {
        return null;
      }
    },
    importAead: async (bytes) => ({ key: bytes.slice() }),
    generateAead: async () => ({ key: random.bytes(32) }),
    stretchAead: async (passphrase, salt, rounds) => ({ key: pbkdf2(sha256Of, passphrase, salt, { c: rounds, dkLen: 32 }) }),
    seal: async (key, nonce, plain, aad) => gcm(raw(key), nonce, aad ?? EMPTY).encrypt(plain) as Bytes,
    async open(key, nonce, sealed, aad) {
      try {
        return gcm(raw(key), nonce, aad ?? EMPTY).decrypt(sealed) as Bytes;
      } catch {
        return null;
      }
    },
  };
}

/** Four lanes of FNV-1a with different starts, over all parts: 16 bytes that depend on every byte and on the cuts between parts. */
function mix(...parts: Uint8Array[]): Bytes {
  let a = 0x811c9dc5 | 0;
  let b = 0x050c5d1f;
  let c = 0x9e3779b9 | 0;
  let d = 0x85ebca6b | 0;
  for (const part of parts) {
    const { length } = part;
    for (let i = -1; i < length; i++) {
      const byte = i < 0 ? length : part[i]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul((b << 5) ^ (b >>> 27) ^ byte, 0x9e3779b1 | 0);
      c = Math.imul(c ^ (byte + 0x51), 0x85ebca77 | 0) ^ (c >>> 15);
      d = Math.imul((d ^ byte) + a, 0xc2b2ae3d | 0);
    }
  }
  return new Uint8Array(Int32Array.of(a, b, c, d).buffer) as Bytes;
}

/** A keystream of the key and nonce, xored in. */
function scramble(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Bytes {
  const seed = mix(key, nonce);
  let state = (seed[0]! | (seed[1]! << 8) | (seed[2]! << 16) | (seed[3]! << 24)) | 1;
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = bytes[i]! ^ (state & 0xff);
  }
  return out;
}

/**
 * The fast double. Public keys are REAL Ed25519 keys (admission judges them as any others); signatures are keyed hashes under the
 * public key. Agreement gives the hash of both public keys in order. Never outside tests.
 */
export function createStubCrypto(random: Random = createSeededRandom('stub')): CryptoPort {
  const signing = (seed: Uint8Array) => ({ pub: ed25519Public(seed), secret: seed.slice() });
  const agreement = (seed: Uint8Array) => ({ pub: sha256('sim/dx', seed), secret: seed.slice() });
  const signature = (pub: Uint8Array, message: Uint8Array): Bytes => {
    const a = mix(pub, message);
    return concat(a, mix(a, pub), mix(message, a), mix(a));
  };
  return {
    generateSigning: async () => signing(random.bytes(32)),
    async generateSigningSeed() {
      const seed = random.bytes(32);
      return { key: signing(seed), seed };
    },
    async generateAgreementSeed() {
      const seed = random.bytes(32);
      return { key: agreement(seed), seed };
    },
    importSigning: async (seed) => signing(seed),
    sign: async (key, message) => signature(key.pub, message),
    verify: async (pub, sig, message) => pub.length === 32 && equalBytes(sig, signature(pub, message)),
    generateAgreement: async () => agreement(random.bytes(32)),
    importAgreement: async (seed) => agreement(seed),
    async agree(key, pub) {
      if (pub.length !== 32 || pub.every((byte) => byte === 0)) return null;
      const [first, second] = compareBytes(key.pub, pub) <= 0 ? [key.pub, pub] : [pub, key.pub];
      return sha256('sim/agree', first, second);
    },
    importAead: async (bytes) => ({ key: bytes.slice() }),
    generateAead: async () => ({ key: random.bytes(32) }),
    stretchAead: async (passphrase, salt, rounds) => ({ key: sha256('sim/stretch', sha256(passphrase), sha256(salt), u32be(rounds)) }),
    seal: async (key, nonce, plain, aad) => {
      const ct = scramble(raw(key), nonce, plain);
      return concat(ct, mix(raw(key), nonce, aad ?? EMPTY, ct));
    },
    async open(key, nonce, sealed, aad) {
      if (sealed.length < 16) return null;
      const ct = sealed.subarray(0, sealed.length - 16);
      if (!equalBytes(sealed.subarray(sealed.length - 16), mix(raw(key), nonce, aad ?? EMPTY, ct))) return null;
      return scramble(raw(key), nonce, ct);
    },
  };
}
