import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { createChance } from '#tests/sim/support/sim-wire';
import { createWorld, equalStores, fragmentNo, type World, type WorldPeer } from '#tests/support/mesh-world';
import { createRawPeer, type RawPeer } from '#tests/support/raw-peer';
import { encodeAck } from '#vm/protocol/messages';
import { createRecordBatches } from '#vm/replication/record-batch';

const ASKS = ['sync:changes:v1', 'sync:list:v1', 'sync:tree:v1', 'sync:heads:v1', 'sync:own:v1', 'node:find:v1'] as const;

function askPayload(world: World, event: (typeof ASKS)[number]): CborValue {
  const { space } = world;
  switch (event) {
    case 'sync:changes:v1': return [space, 0];
    case 'sync:list:v1':
    case 'sync:tree:v1': return [space, null, null];
    case 'sync:heads:v1': return [space, [[fragmentNo(1), null]]];
    case 'sync:own:v1': return [space, [new Uint8Array(32)]];
    case 'node:find:v1': return [space, new Uint8Array(16)];
  }
}

async function insider(name: string): Promise<{ world: World; victim: WorldPeer; evil: RawPeer }> {
  const world = createWorld(name);
  const victim = await world.peer('victim');
  await victim.write(fragmentNo(1));
  const evil = await createRawPeer(world, 'evil');
  await world.clock.run(2_000);
  expect(evil.links).toHaveLength(1);
  return { world, victim, evil };
}

/** Events that would carry content or facts about the space. */
const told = (evil: RawPeer): string[] => evil.events().filter((e) => !e.endsWith(':failed') && !e.startsWith('space:proof') && !e.startsWith('mesh:'));

describe('who is not served', () => {
  it('{K8} without proof of space nothing is told: every question fails, no record is pushed', async () => {
    const { world, victim, evil } = await insider('outsider');
    for (const event of ASKS) evil.say(`${event}:requested`, askPayload(world, event), { id: event });
    evil.say('gun:get:v1:requested', [world.space, fragmentNo(1), victim.writer.key.pub, 0, 5, 1_000], { id: 'g' });
    await victim.write(fragmentNo(1));
    await world.clock.run(20_000);
    expect(told(evil)).toEqual([]);
    expect(evil.events().filter((e) => e.endsWith(':failed'))).toHaveLength(ASKS.length + 1);
  });

  it('{K7} with the proof but without a right in the acl nothing is told either; a removal stops serving at once', async () => {
    const world = createWorld('removed');
    const victim = await world.peer('victim');
    const evil = await createRawPeer(world, 'evil');
    victim.host.refused.add(toBase64url(evil.deviceKey.pub));
    await world.clock.run(2_000);
    evil.prove();
    await world.clock.run(500);
    await victim.write(fragmentNo(1));
    await world.clock.run(20_000);
    expect(told(evil)).toEqual([]);
    victim.host.refused.clear();
    victim.replication.refresh();
    await victim.write(fragmentNo(1));
    await world.clock.run(500);
    expect(told(evil)).toContain('gun:put:v1:requested');
    const before = told(evil).length;
    victim.host.refused.add(toBase64url(evil.deviceKey.pub));
    await victim.write(fragmentNo(1));
    victim.replication.sendEphemeral(world.space, new Uint8Array(10));
    await world.clock.run(20_000);
    expect(told(evil).length).toBe(before);
  });
});

describe('strangers', () => {
  it('[row 10] TRUST §3: links that prove nothing give their places back', async () => {
    const world = createWorld('sybil');
    const victim = await world.peer('victim');
    await victim.write(fragmentNo(1));
    const evils = [];
    for (let i = 0; i < 12; i++) evils.push(await createRawPeer(world, `sybil${i}`));
    await world.clock.run(5_000);
    const friend = await world.peer('friend');
    expect(await world.clock.until(() => equalStores([victim, friend]), 120_000)).toBe(true);
  });
});

describe('hostile insiders meet caps', () => {
  it('heads that nobody can show cost a few gets, and are not asked for again', async () => {
    const { world, victim, evil } = await insider('heads');
    evil.prove();
    const random = createSeededRandom('heads');
    const heads = Array.from({ length: 50 }, (_, i) => [fragmentNo(1), random.bytes(32), i * 100, random.bytes(32)]);
    for (let round = 0; round < 5; round++) {
      evil.say('sync:have:v1:completed', [world.space, heads]);
      await world.clock.run(2_000);
      const asked = evil.messages.filter((m) => m.event === 'gun:get:v1:requested').splice(0);
      for (const m of asked) evil.say('gun:get:v1:completed', [], { id: m.id, bulk: true });
    }
    expect(await world.clock.until(() => victim.replication.counters()['sync.pulls'] === 0, 600_000)).toBe(true);
    expect(evil.messages.filter((m) => m.event === 'gun:get:v1:requested').length).toBeLessThanOrEqual(50);
    expect(victim.replication.counters()['sync.pulls']).toBe(0);
  });

  it('[limit SYNC.headAhead] FORMATS §7: a head more than 2^20 ahead is ignored', async () => {
    const { world, victim, evil } = await insider('far');
    evil.prove();
    evil.say('sync:have:v1:completed', [world.space, [[fragmentNo(1), new Uint8Array(32).fill(3), 2 ** 32 - 1, new Uint8Array(32)]]]);
    await world.clock.run(5_000);
    expect(evil.events()).not.toContain('gun:get:v1:requested');
    expect(victim.replication.counters()['sync.head_ahead']).toBe(1);
  });

  it('records that do not verify are not kept and not passed on', async () => {
    const { world, victim, evil } = await insider('forged');
    const other = await world.peer('other');
    evil.prove();
    await world.clock.run(2_000);
    const entry = await victim.writer.write(world.space, fragmentNo(1));
    const forged = entry.bytes.slice();
    forged[forged.length - 3]! ^= 1;
    const batches = createRecordBatches();
    for (const payload of batches.encode('live', [{ ...entry, bytes: forged }], 100_000, true)) evil.say('gun:put:v1:requested', payload, { raw: true });
    await world.clock.run(2_000);
    expect([victim.host.has(entry.id), other.host.has(entry.id)]).toEqual([false, false]);
  });

  it('acks of others, and acks with a bad signature, are not believed', async () => {
    const { world, victim, evil } = await insider('acks');
    evil.prove();
    const fields = { fragment: fragmentNo(1), writer: victim.writer.key.pub, seq: 0, id: new Uint8Array(32), level: 1 } as const;
    const own = await encodeAck(world.crypto, evil.deviceKey, world.space, fields);
    const foreign = await encodeAck(world.crypto, await world.crypto.generateSigning(), world.space, fields);
    const broken = own.slice();
    broken[broken.length - 1]! ^= 1;
    evil.say('record:ack:v1:completed', [world.space, [own, foreign, broken]]);
    await world.clock.run(100);
    expect(victim.host.acks.map((a) => toBase64url(a.ds))).toEqual([toBase64url(evil.deviceKey.pub)]);
    expect(victim.replication.counters()['acks.refused']).toBe(2);
  });

  it('a flood of forged records: the guard closes the link, the victim keeps working', async () => {
    const { world, victim, evil } = await insider('flood');
    evil.prove();
    await world.clock.run(100);
    for (let i = 0; i < 200; i++) evil.say('gun:put:v1:requested', [[0, new Uint8Array(32)], [1, new Uint8Array(16)], [2, new Uint8Array(32)], encodeCbor([encodeCbor(new Map()), null, new Uint8Array(64)])]);
    await world.clock.run(1_000);
    expect(evil.closed.length).toBeGreaterThan(0);
    const friend = await world.peer('friend');
    expect(await world.clock.until(() => equalStores([victim, friend]), 5_000)).toBe(true);
  });

  it('5,000 random payloads of every event: nothing throws, nothing is kept, an honest peer still syncs', async () => {
    const world = createWorld('fuzz');
    const victim = await world.peer('victim');
    await victim.write(fragmentNo(1));
    const chance = createChance(11);
    const events = [
      ...ASKS.map((e) => `${e}:requested`), 'gun:put:v1:requested', 'gun:get:v1:requested', 'gun:get:v1:completed', 'sync:open:v1:requested', 'sync:tick:v1:completed',
      'sync:have:v1:completed', 'sync:prune:v1:completed', 'sync:graft:v1:completed', 'record:ack:v1:completed', 'presence:frame:v1:completed',
      'space:proof:v1:requested', 'invite:proof:v1:requested', 'space:join:v1:requested', 'mesh:peers:v1:completed', 'mesh:signal:v1:requested',
      'mesh:signal:v1:completed', 'some:thing:v9:processing',
    ];
    const value = (depth: number): CborValue => {
      const kinds: (() => CborValue)[] = [
        () => Math.floor(chance.next() * 2 ** 33), () => chance.bytes([16, 32, 8, 64][Math.floor(chance.next() * 4)]!), () => world.space, () => null, () => 'text',
        () => true, () => fragmentNo(1), () => Array.from({ length: Math.floor(chance.next() * 5) }, () => (depth > 3 ? 0 : value(depth + 1))),
      ];
      return kinds[Math.floor(chance.next() * kinds.length)]!();
    };
    for (let peer = 0; peer < 5; peer++) {
      const evil = await createRawPeer(world, `evil${peer}`);
      await world.clock.run(1_500);
      evil.prove();
      for (let i = 0; i < 1_000; i++) {
        const event = events[Math.floor(chance.next() * events.length)]!;
        if (chance.next() < 0.2) evil.say(event, chance.bytes(Math.floor(chance.next() * 300)), { raw: true, id: 'q1' });
        else evil.say(event, Array.from({ length: Math.floor(chance.next() * 6) }, () => value(0)), { id: 'q0', bulk: chance.next() < 0.3 });
        if (i % 10 === 0) await world.clock.run(50);
      }
      await world.clock.run(31_000);
    }
    expect(victim.host.size()).toBe(1);
    const friend = await world.peer('friend');
    expect(await world.clock.until(() => equalStores([victim, friend]), 60_000)).toBe(true);
  });
});
