import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { hmacSha256 } from '#base/hash';
import '#tests/support/curve';
import { admitKey } from '#vm/protocol/admission';
import { cryptoContract } from '#tests/contract/crypto-contract';
import { createNativeCrypto } from '#tests/sim/support/native-crypto';
import { createNobleCrypto, createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;

cryptoContract('Web Crypto', () => createWebCrypto(subtle), true);
cryptoContract('noble (simulator)', () => createNobleCrypto(), true);
cryptoContract('native (simulator)', () => createNativeCrypto(), true);
cryptoContract('stub (simulator)', () => createStubCrypto(), false);

describe('Web Crypto adapter', () => {
  it('[row 30] FORMATS §1: private keys are non-extractable', async () => {
    const crypto = createWebCrypto(subtle);
    for (const key of [await crypto.generateSigning(), await crypto.importSigning(new Uint8Array(32)), await crypto.generateAgreement(), await crypto.importAgreement(new Uint8Array(32)), (await crypto.generateSigningSeed()).key, (await crypto.generateAgreementSeed()).key]) {
      expect((key.secret as CryptoKey).extractable).toBe(false);
    }
    for (const { key } of [await crypto.generateAead(), await crypto.stretchAead(new Uint8Array(3), new Uint8Array(16), 1)]) expect((key as CryptoKey).extractable).toBe(false);
  });

  it('[limit CRYPTO_PUBLIC_KEYS] keys of two thousand strangers are kept imported, the key of the first one is imported anew after that', async () => {
    let imports = 0;
    const fake = new Proxy(subtle, {
      get: (target, name) => (...args: unknown[]) => {
        if (name === 'importKey') return Promise.resolve((imports += 1));
        return name === 'verify' ? Promise.resolve(true) : (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args);
      },
    });
    const crypto = createWebCrypto(fake);
    const verify = (no: number): Promise<boolean> => crypto.verify(Uint8Array.of(no >> 8, no & 255, ...new Uint8Array(30)), new Uint8Array(64), new Uint8Array(1));
    for (let no = 0; no < 2_048; no++) await verify(no);
    await verify(0);
    expect(imports).toBe(2_048);
    await verify(2_048);
    await verify(1);
    expect(imports).toBe(2_050);
  });

  it('keeps a bounded number of imported public keys and still verifies', async () => {
    let imports = 0;
    const counting = new Proxy(subtle, {
      get: (target, name) => (...args: unknown[]) => {
        if (name === 'importKey' && (args[4] as string[]).includes('verify')) imports++;
        return (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args);
      },
    });
    const crypto = createWebCrypto(counting, { publicKeys: 2 });
    const message = new Uint8Array(3);
    const keys = await Promise.all([1, 2, 3].map((n) => crypto.importSigning(new Uint8Array(32).fill(n))));
    for (const key of [keys[0]!, keys[0]!, keys[1]!, keys[2]!, keys[0]!, keys[0]!]) {
      expect(await crypto.verify(key.pub, await crypto.sign(key, message), message)).toBe(true);
    }
    expect(imports).toBe(4);
  });

  it('HMAC-SHA256 made beside the thread is the one of #base/hash, also of a view into other bytes', async () => {
    const key = new Uint8Array(32).fill(11);
    const mac = await createWebCrypto(subtle).mac!(key);
    for (const length of [0, 1, 64, 100_000]) expect(await mac(new Uint8Array(length + 9).fill(3).subarray(9))).toEqual(hmacSha256(key, new Uint8Array(length).fill(3)));
  });

  it('random: the length asked for, above the platform limit too', () => {
    const random = createWebRandom(webcrypto as unknown as Crypto);
    expect(random.bytes(0).length).toBe(0);
    const big = random.bytes(200_000);
    expect(big.subarray(150_000).some((byte) => byte !== 0)).toBe(true);
  });
});

describe('simulator doubles', () => {
  it('the same seed gives the same keys', async () => {
    for (const make of [createNobleCrypto, createStubCrypto]) {
      const [a, b] = [make(createSeededRandom(5)), make(createSeededRandom(5))];
      expect((await a.generateSigning()).pub).toEqual((await b.generateSigning()).pub);
    }
  });

  it('stub signing keys pass admission', async () => {
    expect(admitKey((await createStubCrypto().generateSigning()).pub)).toBe('ok');
  });
});
