/** The copy of a secret under the recovery key: its bytes, made a second time by Node's own crypto. */
import { createCipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { concat, toBase64url, type Bytes } from '#base/bytes';
import { recoverySeed } from '#vm/protocol/identity';
import { keepSecret, openKept } from '#vm/protocol/kept-key';
import { realCrypto } from '#tests/support/web-crypto';

const SECRET = Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at) as Bytes;
const SEED = recoverySeed(new Uint8Array(32));
const KEPT = 'XSIsUPZhKqvrprv8VwZ7p8xVnmXJUiq6SVzzIKNFXUo3mvepuZ7L3xc0Ku4ZMwEtE0K6nebhMJcaMsQuDWujYBUy_nopI-UFOOxIerLJqYE';

test('{K7} PROTOCOL 3: a kept secret is written as on the page and opens with the recovery key only', async () => {
  const rk = (await realCrypto.importSigning(SEED)).pub;
  const kept = await keepSecret(realCrypto, rk, SECRET);
  expect(toBase64url(kept)).toBe(KEPT);
  expect(kept.length).toBe(80);
  expect(await openKept(realCrypto, SEED, kept)).toEqual(SECRET);
  expect(await openKept(realCrypto, recoverySeed(new Uint8Array(32).fill(1)), kept)).toBeNull();
  for (let at = 0; at < kept.length; at++) {
    const changed = kept.slice();
    changed[at]! ^= 1;
    expect(await openKept(realCrypto, SEED, changed), `byte ${at}`).toBeNull();
    expect(await openKept(realCrypto, SEED, kept.subarray(0, at)), `cut at ${at}`).toBeNull();
  }
});

test('{K7} Node alone opens it: the X25519 key is the one of the same Edwards point', async () => {
  const { createHash } = await import('node:crypto');
  const rk = (await realCrypto.importSigning(SEED)).pub;
  const kept = await keepSecret(realCrypto, rk, SECRET);
  const secret = createHash('sha512').update(SEED).digest().subarray(0, 32);
  const recovery = x25519.getPublicKey(secret);
  const own = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]), format: 'der', type: 'pkcs8' });
  const eph = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), kept.subarray(0, 32)]), format: 'der', type: 'spki' });
  const info = Buffer.concat([Buffer.from('lgos/kept/1'), kept.subarray(0, 32), recovery]);
  const key = Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey: own, publicKey: eph }), Buffer.alloc(0), info, 32));
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  const sealed = concat(new Uint8Array(cipher.update(SECRET)), new Uint8Array(cipher.final()), new Uint8Array(cipher.getAuthTag()));
  expect(toBase64url(kept.subarray(32))).toBe(toBase64url(sealed));
});
