/** Limits of replication over real links: a hostile insider, a stranger, a burst of our own. */
import { describe, expect, test } from 'vitest';
import { createWorld, equalStores, fragmentNo } from '#tests/support/mesh-world';
import { createRawPeer } from '#tests/support/raw-peer';
import { createRecordBatches } from '#vm/replication/record-batch';

async function insider(name: string) {
  const world = createWorld(name);
  const victim = await world.peer('victim');
  const first = await victim.write(fragmentNo(1), { bytes: 50_000 });
  const evil = await createRawPeer(world, 'evil');
  await world.clock.run(2_000);
  evil.prove();
  await world.clock.run(500);
  expect(evil.links).toHaveLength(1);
  return { world, victim, evil, first };
}

describe('a hostile insider', () => {
  test('[limit SYNC.answerBytes] an answer of known records without end is not put together: the link is closed, an honest peer syncs', async () => {
    const { world, victim, evil, first } = await insider('endless');
    const batches = createRecordBatches();
    const parts = batches.encode('bulk', Array.from({ length: 212 }, () => first), 130_000, false);
    expect(parts.length).toBeGreaterThan(65);
    for (const [i, part] of parts.entries()) {
      evil.say('gun:get:v1:processing', part, { raw: true, bulk: true, id: 'r1' });
      if (i % 10 === 0) await world.clock.run(20);
    }
    await world.clock.run(1_000);
    expect(evil.closed.length).toBeGreaterThan(0);
    const friend = await world.peer('friend');
    expect(await world.clock.until(() => equalStores([victim, friend]), 5_000)).toBe(true);
  });

  test('[limit SYNC.tickMs] an end that differs for ever is told our digest every 15 s and asked as often, not more', async () => {
    const { world, victim, evil } = await insider('tick');
    evil.say('sync:open:v1:requested', [world.space, 'store', 1, new Uint8Array(32)]);
    await world.clock.run(1_000);
    const before = evil.events().length;
    await world.clock.run(60_000);
    expect(evil.events().slice(before).filter((event) => event === 'sync:tick:v1:completed')).toHaveLength(4);
    expect(evil.closed).toEqual([]);
    const entry = await victim.write(fragmentNo(1));
    await world.clock.run(100);
    expect(victim.host.has(entry.id)).toBe(true);
  });

  test('[limit SYNC.putBytes] a burst of ours goes out in messages that every link takes', async () => {
    const { world, victim, evil } = await insider('burst');
    const entries = [];
    for (let i = 0; i < 40; i++) entries.push(await victim.writer.write(world.space, fragmentNo(2), { bytes: 20_000 }));
    victim.host.store(entries);
    const before = evil.messages.length;
    victim.replication.publish(entries);
    await world.clock.run(1_000);
    const sizes = evil.messages.slice(before).filter((m) => m.event === 'gun:put:v1:requested').map((m) => m.payload.length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(131_072 + 21_000);
  });
});

describe('strangers and rooms', () => {
  test('[limit MESH.strangerGraceMs] links that prove nothing are strangers after 3 s: they give way when others wait, long before half a minute is over', async () => {
    const world = createWorld('grace');
    const victim = await world.peer('victim');
    for (let i = 0; i < 12; i++) await createRawPeer(world, `sybil${i}`);
    const given = (): number => victim.replication.counters()['link.closed.idle'] ?? 0;
    await world.clock.run(2_500);
    expect(given()).toBe(0);
    await world.clock.run(10_000);
    expect(given()).toBeGreaterThan(3);
    const friend = await world.peer('friend');
    await victim.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([victim, friend]), 10_000)).toBe(true);
  });

  test('[limit MESH.strangerMs] a link that proves nothing is closed after half a minute, one that proves stays', async () => {
    const world = createWorld('strangers');
    await world.peer('victim');
    const stranger = await createRawPeer(world, 'stranger');
    const member = await createRawPeer(world, 'member');
    await world.clock.run(2_000);
    member.prove();
    await world.clock.run(26_000);
    expect(stranger.closed).toEqual([]);
    await world.clock.run(22_000);
    expect([stranger.closed.length > 0, member.closed]).toEqual([true, []]);
  });

  test('[limit MESH.roomsRefreshMs] the rooms of the next days are joined within 30 s of their time', async () => {
    const world = createWorld('rooms');
    const peer = await world.peer('a');
    await world.clock.run(1_000);
    peer.host.meshNow = () => world.clock.now() + 5 * 86_400_000;
    const before = world.server.stats().joins;
    await world.clock.run(27_000);
    expect(world.server.stats().joins).toBe(before);
    await world.clock.run(3_000);
    expect(world.server.stats().joins).toBeGreaterThan(before);
  });
});
