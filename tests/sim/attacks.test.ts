/** Attacks of TRUST §3 told in numbers: every byte of many records flipped, records played again and posted into another space. */
import { expect, test } from 'vitest';
import type { Bytes } from '#base/bytes';
import { stored } from '#os/kernel/ingest';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import { sealRecord } from '#vm/protocol/seal';
import { PRIMITIVE } from '#vm/protocol/types';
import { realCrypto } from '#tests/support/web-crypto';
import { pair, say, texts } from './support/pair.ts';
import { createSeededRandom } from './support/sim-crypto.ts';

const full = process.env['LGOS_FULL'] === '1';
const random = createSeededRandom('attacks');

test('[row 1] TRUST §3: with any one byte changed no record is accepted; unchanged each of them is', async () => {
  const signer = await realCrypto.generateSigning();
  const bodyKey = await realCrypto.importAead(random.bytes(32));
  let [accepted, changed] = [0, 0];
  for (let n = 0; n < (full ? 1_000 : 12); n++) {
    const { bytes } = await sealRecord(realCrypto, {
      space: random.bytes(32), fragment: random.bytes(16), class: 1, seq: n, prev: n === 0 ? null : random.bytes(32), n, sprev: n === 0 ? null : random.bytes(32),
      acl: [random.bytes(32)], deps: [random.bytes(32)], certificate: n % 7 === 0 ? random.bytes(40) : null, signer, epoch: random.bytes(16), bodyKey, random,
      ops: [{ primitive: PRIMITIVE.nodeSet, verb: '', stamp: { ms: 1_000 + n, ctr: n }, args: [random.bytes(16), 'text', `line ${n}`] }],
    });
    const judged = async (candidate: Uint8Array): Promise<boolean> => {
      const parsed = parseRecord(candidate as Bytes);
      return parsed.ok && verifyRecord(realCrypto, parsed.value);
    };
    expect(await judged(bytes), 'control: as it was made it is accepted').toBe(true);
    const flips = Array.from(bytes, (_, at) => {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= 1 + (random.bytes(1)[0]! % 255);
      return judged(copy);
    });
    changed += flips.length;
    accepted += (await Promise.all(flips)).filter(Boolean).length;
  }
  expect(changed).toBeGreaterThan(12 * 300);
  expect(accepted).toBe(0);
}, 600_000);

test('[row 2] TRUST §3: records played again ten thousand times and posted into another space leave both graphs as they were', async () => {
  const { world, a, b, space } = await pair(771);
  for (let n = 0; n < 10; n++) {
    await world.wait(say(b, space, `line ${n}`));
    await world.clock.run(500);
  }
  await world.clock.run(5_000);
  const other = await world.wait(a.api.spaces.create({ name: 'Another' }));
  const { kernel, ingest } = a.running.parts;
  const held: Bytes[] = [];
  for (const { id } of await a.api.log.records(space)) held.push((await a.api.log.record(space, id))!.raw as Bytes);
  const picture = async (): Promise<unknown> => [await a.api.graph(space).digest(), await a.api.graph(other).digest(), (await a.api.log.records(space)).length, (await a.api.log.records(other)).length];
  const before = await picture();
  const parsed = held.flatMap((bytes) => {
    const one = parseRecord(bytes);
    return one.ok ? [one.value] : [];
  });
  expect(parsed.length).toBeGreaterThan(10);
  const rounds = Math.ceil((full ? 10_000 : 1_000) / parsed.length);
  for (let round = 0; round < rounds; round++) {
    await world.wait(ingest.ingest(parsed.map((record) => stored(record, kernel.spaces.get(space)!)), 'live', 'hostile'));
    if (round % 10 === 0) await world.wait(ingest.ingest(parsed.map((record) => stored(record, kernel.spaces.get(other)!)), 'live', 'hostile'));
  }
  await world.clock.run(5_000);
  expect(await picture()).toEqual(before);
  await world.wait(say(b, space, 'control: a new record changes it'));
  await world.clock.run(5_000);
  expect(await picture()).not.toEqual(before);
  expect(await texts(a, space)).toHaveLength(11);
});
