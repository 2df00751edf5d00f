/** The real algorithms of Node (OpenSSL), synchronous inside, with keys from a seeded Random: real signatures and seals at a price a simulator can pay. */
import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, pbkdf2Sync, sign, verify, type KeyObject } from 'node:crypto';
import { concat, type Bytes } from '#base/bytes';
import type { AeadKey, CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import { createSeededRandom } from './sim-crypto.ts';

const SECRET = { ed: Buffer.from('302e020100300506032b657004220420', 'hex'), x: Buffer.from('302e020100300506032b656e04220420', 'hex') };
const PUBLIC = { ed: Buffer.from('302a300506032b6570032100', 'hex'), x: Buffer.from('302a300506032b656e032100', 'hex') };
const TAG = 16;

const plain = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);
const rawAead = (key: AeadKey): Bytes => key.key as Bytes;

function pair(kind: 'ed' | 'x', seed: Uint8Array): { pub: Bytes; secret: KeyObject } {
  const secret = createPrivateKey({ key: Buffer.concat([SECRET[kind], seed]), format: 'der', type: 'pkcs8' });
  return { pub: plain(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32)), secret };
}

const publicKey = (kind: 'ed' | 'x', pub: Uint8Array): KeyObject => createPublicKey({ key: Buffer.concat([PUBLIC[kind], pub]), format: 'der', type: 'spki' });

/** A stored key is a plain row that a disk can copy; the key object is made of it once. */
const hidden = (key: KeyObject): { readonly seed: Bytes } => ({ seed: plain(key.export({ format: 'der', type: 'pkcs8' }).subarray(-32)) });
const cache = new WeakMap<object, KeyObject>();

function opened(kind: 'ed' | 'x', secret: unknown): KeyObject {
  const held = secret as { readonly seed: Bytes };
  let key = cache.get(held);
  if (key === undefined) cache.set(held, (key = pair(kind, held.seed).secret));
  return key;
}

/** Ed25519, X25519 and AES-256-GCM of Node, deterministic with a seeded Random. */
export function createNativeCrypto(random: Random = createSeededRandom('native')): CryptoPort {
  const make = (kind: 'ed' | 'x', seed: Uint8Array) => {
    const { pub, secret } = pair(kind, seed);
    return { pub, secret: hidden(secret) };
  };
  return {
    generateSigning: async () => make('ed', random.bytes(32)),
    async generateSigningSeed() {
      const seed = random.bytes(32);
      return { key: make('ed', seed), seed };
    },
    async generateAgreementSeed() {
      const seed = random.bytes(32);
      return { key: make('x', seed), seed };
    },
    importSigning: async (seed) => make('ed', seed),
    sign: async (key, message) => plain(sign(null, message, opened('ed', key.secret))),
    async verify(pub, signature, message) {
      try {
        return verify(null, message, publicKey('ed', pub), signature);
      } catch {
        return false;
      }
    },
    generateAgreement: async () => make('x', random.bytes(32)),
    importAgreement: async (seed) => make('x', seed),
    async agree(key, pub) {
      try {
        return plain(diffieHellman({ privateKey: opened('x', key.secret), publicKey: publicKey('x', pub) }));
      } catch {
        return null;
      }
    },
    importAead: async (bytes) => ({ key: bytes.slice() }),
    generateAead: async () => ({ key: random.bytes(32) }),
    stretchAead: async (passphrase, salt, rounds) => ({ key: plain(pbkdf2Sync(passphrase, salt, rounds, 32, 'sha256')) }),
    async seal(key, nonce, bytes, aad) {
      const cipher = createCipheriv('aes-256-gcm', rawAead(key), nonce);
      if (aad) cipher.setAAD(aad);
      return concat(plain(cipher.update(bytes)), plain(cipher.final()), plain(cipher.getAuthTag()));
    },
    async open(key, nonce, sealed, aad) {
      if (sealed.length < TAG) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', rawAead(key), nonce);
        if (aad) decipher.setAAD(aad);
        decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
        return concat(plain(decipher.update(sealed.subarray(0, sealed.length - TAG))), plain(decipher.final()));
      } catch {
        return null;
      }
    },
  };
}
