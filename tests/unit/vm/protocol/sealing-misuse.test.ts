/** Misuse of the sealing (TRUST §3 row 34): nonces that repeat, a key that is not the one its epoch names, one key for two logs. */
import { expect, test } from 'vitest';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { toBase64url } from '#base/bytes';
import { createSpaceKeys } from '#os/kernel/space-keys';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { named } from '#tests/support/core-kit';
import type { KeyRotateOp } from '#vm/protocol/acl-operation';
import { bodyKey, epochId, fragmentKey, wrapEpochKey } from '#vm/protocol/keys';

const COUNT = process.env.LGOS_FULL === '1' ? 1_000_000 : 100_000;

test(`[row 34] ${COUNT} nonces of the platform's randomness, drawn between draws of other lengths: none comes twice`, () => {
  const random = createWebRandom(globalThis.crypto);
  const seen = new Set<string>();
  for (let n = 0; n < COUNT; n++) {
    seen.add(Buffer.from(random.bytes(12)).toString('latin1'));
    if (n % 7 === 0) random.bytes(1 + (n % 60));
  }
  expect(seen.size).toBe(COUNT);
});

test('[row 34] a key wrapped under the name of another epoch is not taken: the name is made of the key', async () => {
  const crypto = createStubCrypto(createSeededRandom('misuse'));
  const dx = await crypto.generateAgreement();
  const keys = createSpaceKeys(crypto, { ds: { pub: named('ds') }, dx } as never, named('space'));
  const rotation = async (key: string, epoch: string): Promise<KeyRotateOp> => {
    const eph = await crypto.generateAgreement();
    const wrap = await wrapEpochKey(crypto, eph, dx.pub, { space: named('space'), epoch: epochId(named(epoch)), key: named(key) });
    return { t: 'key.rotate', epoch: epochId(named(epoch)), eph: eph.pub, wraps: [{ device: named('ds').subarray(0, 8), wrap }], cause: '', prev: null } as KeyRotateOp;
  };
  await keys.learn([await rotation('another key', 'epoch')]);
  expect(keys.size).toBe(0);
  await keys.learn([await rotation('epoch', 'epoch')]);
  expect(keys.has(epochId(named('epoch'))), 'control').toBe(true);
});

test('[row 34] every log, fragment and epoch has a key of its own', () => {
  const made = new Set<string>();
  for (const key of ['k1', 'k2']) for (const fragment of ['f1', 'f2']) for (const writer of ['w1', 'w2']) made.add(toBase64url(bodyKey(fragmentKey(named(key), named(fragment, 16)), named(writer))));
  expect(made.size).toBe(8);
});
