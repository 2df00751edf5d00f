/** What anti-entropy costs (Step 2): bytes and round trips of the production replication on simulated wires. All figures are deterministic. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { createFakeWriter } from '#tests/support/fake-host';
import { createWorld, equalStores, fragmentNo, type World, type WorldPeer } from '#tests/support/mesh-world';
import { tapWires } from '#tests/support/wire-tap';
import { costsSection, writeSection } from '#tests/sim/support/overlay-report';

/** Above 2,048 fragments no list of what is held goes along: the reduced run walks the same way as the full one. */
const full = process.env.LGOS_FULL === '1';
const FRAGMENTS = full ? 5_000 : 2_100;

const rows: (readonly [string, string, string])[] = [];
afterAll(() => {
  for (const row of rows) console.log(row.join(' | '));
  if (full && rows.length === 6) writeSection('costs', costsSection(rows));
});

const sizeOf = (entries: readonly RecordEntry[]): number => entries.reduce((sum, e) => sum + e.bytes.length, 0);

/** Two linked peers with the same records, and what is heard from now on. */
async function pair(seed: string, records: readonly RecordEntry[] = [], world: World = createWorld(seed, { latencyMs: 50 })) {
  const [a, b] = [await world.peer('a', { start: false }), await world.peer('b', { start: false })];
  a.host.store(records);
  b.host.store(records);
  const tap = tapWires(world.net, () => world.clock.monotonic());
  a.replication.start();
  b.replication.start();
  return { world, a, b, tap };
}

async function away(world: World, b: WorldPeer, work: () => Promise<void>): Promise<void> {
  await world.clock.run(40_000);
  b.replication.pause();
  await world.clock.run(2_000);
  await work();
}

describe('what anti-entropy costs', () => {
  it('cold catch-up of 10,000 records: at most 1.10 × their bytes, several gets under way', async () => {
    const world = createWorld('cold', { latencyMs: 50 });
    const a = await world.peer('a', { start: false });
    const records: RecordEntry[] = [];
    for (let i = 0; i < 10_000; i++) records.push(await a.write(fragmentNo(i % 3), { bytes: 300, quiet: true }));
    const b = await world.peer('b', { start: false });
    const tap = tapWires(world.net, () => world.clock.monotonic());
    a.replication.start();
    b.replication.start();
    expect(await world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    const gets = tap.of('gun:get:v1:requested');
    const last = tap.of('gun:get:v1:completed');
    let most = 0;
    for (const get of gets) most = Math.max(most, gets.filter((g) => g.at <= get.at).length - last.filter((r) => r.at <= get.at).length);
    rows.push(['Cold catch-up of 10,000 records', '≤ 1.10 × their bytes, pipelined', `${(tap.bytes / sizeOf(records)).toFixed(2)} ×, ${most} of ${gets.length} gets under way`]);
    expect(tap.bytes).toBeLessThanOrEqual(sizeOf(records) * 1.1);
    expect(most).toBeGreaterThanOrEqual(3);
  });

  it('warm reconnect with 10 missing records: 1 round trip to the first record, at most 4 KiB over their bytes', async () => {
    const { world, a, b, tap } = await pair('warm');
    const held: RecordEntry[] = [];
    for (let i = 0; i < 200; i++) held.push(await a.write(fragmentNo(i % 20)));
    await world.clock.run(5_000);
    const missed: RecordEntry[] = [];
    await away(world, b, async () => {
      for (let i = 0; i < 10; i++) missed.push(await a.write(fragmentNo(i % 3)));
      tap.reset();
      b.replication.resume();
    });
    expect(await world.clock.until(() => equalStores([a, b]), 10_000)).toBe(true);
    const opened = tap.of('sync:open:v1:requested').find((m) => m.to === 'b')!.at;
    const first = tap.heard.find((m) => m.to === 'b' && (m.event.startsWith('gun:') || m.event.startsWith('sync:news')) && m.payload.length > 200)!;
    await world.clock.run(20_000);
    const over = tap.bytes - sizeOf(missed);
    rows.push(['Warm reconnect, 10 records missing', '1 round trip to the first, ≤ 4 KiB over their bytes', `${(first.at - opened) / 100} round trip after the space is open, ${over} B over ${sizeOf(missed)} B`]);
    expect(first.at - opened).toBeLessThanOrEqual(100);
    expect(over).toBeLessThanOrEqual(4_096);
  });

  it('{V4} heal after a partition, 5 peers, every fifth frame lost below the channel: at most 3 rounds on each link', async () => {
    const world = createWorld('heal5', { latencyMs: 50, delay: 0.2, delayMs: 400 });
    const peers: WorldPeer[] = [];
    for (let i = 0; i < 5; i++) peers.push(await world.peer(`p${i}`));
    for (let i = 0; i < 50; i++) await peers[i % 5]!.write(fragmentNo(i % 9));
    expect(await world.clock.until(() => equalStores(peers), 20_000)).toBe(true);
    const side = (name: string): boolean => name === 'p0' || name === 'p1';
    let cut = true;
    world.net.passes = (from, to) => !cut || side(from) === side(to);
    world.net.reachable = world.net.passes;
    // No relay goes around it either.
    world.server.down();
    for (let i = 0; i < 100; i++) {
      await peers[i % 5]!.write(fragmentNo(i % 9));
      await world.clock.run(600);
    }
    expect(equalStores(peers)).toBe(false);
    cut = false;
    world.server.up();
    const tap = tapWires(world.net, () => world.clock.monotonic());
    const healed = world.clock.monotonic();
    for (const peer of peers) peer.replication.redial();
    expect(await world.clock.until(() => equalStores(peers), 30_000)).toBe(true);
    const rounds = new Map<string, number>();
    for (const m of tap.heard) {
      if (!/^sync:(news|changes|list):v1:requested$/.test(m.event)) continue;
      rounds.set(`${m.from} ${m.to}`, (rounds.get(`${m.from} ${m.to}`) ?? 0) + 1);
    }
    rows.push(['Heal after a partition, 5 peers, 20 % of frames lost below the channel', '≤ 3 rounds', `${Math.max(...rounds.values())} on each link, equal after ${((world.clock.monotonic() - healed) / 1_000).toFixed(1)} s`]);
    expect(rounds.size).toBeGreaterThan(0);
    expect(Math.max(...rounds.values())).toBeLessThanOrEqual(3);
  });

  it('an idle tick says 32 bytes', async () => {
    const { world, a, tap } = await pair('idle');
    await a.write(fragmentNo(1));
    await world.clock.run(60_000);
    tap.reset();
    await world.clock.run(60_000);
    const ticks = tap.of('sync:tick:v1:completed');
    rows.push(['Idle tick', '≤ 64 B', `${ticks[0]!.payload.length} B (${ticks[0]!.bytes} B with its envelope)`]);
    expect(ticks.length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...ticks.map((t) => t.payload.length))).toBeLessThanOrEqual(64);
    // Nothing else of anti-entropy is said while nothing changes.
    expect(tap.heard.filter((m) => m.event.startsWith('sync:') && m.event !== 'sync:tick:v1:completed')).toEqual([]);
  });

  it(`${FRAGMENTS} fragments × 8 writers: first contact at most 200 KiB, reconnect with 3 changed fragments at most 2 KiB over their bytes`, async () => {
    const world = createWorld('wide', { latencyMs: 50 });
    const deps = { clock: world.clock, random: { bytes: (n: number): Bytes => new Uint8Array(n).fill(7) as Bytes }, crypto: world.crypto };
    const records: RecordEntry[] = [];
    for (let w = 0; w < 8; w++) {
      const writer = await createFakeWriter(deps);
      for (let f = 0; f < FRAGMENTS; f++) records.push(await writer.write(world.space, fragmentNo(f), { bytes: 64 }));
    }
    const { a, b, tap } = await pair('wide', records, world);
    // Some differ, so that the tree is walked.
    const extra: RecordEntry[] = [];
    for (let i = 0; i < 10; i++) extra.push(await a.write(fragmentNo(i * 200), { quiet: true }));
    expect(await world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    await world.clock.run(10_000);
    const firstContact = tap.bytes;
    rows.push([`${FRAGMENTS} fragments × 8 writers, ${extra.length} records apart: first contact`, '≤ 200 KiB', `${(firstContact / 1_024).toFixed(1)} KiB`]);
    const missed: RecordEntry[] = [];
    await away(world, b, async () => {
      for (let i = 0; i < 3; i++) missed.push(await a.write(fragmentNo(i * 200)));
      tap.reset();
      b.replication.resume();
    });
    expect(await world.clock.until(() => equalStores([a, b]), 10_000)).toBe(true);
    await world.clock.run(5_000);
    const again = tap.bytes - sizeOf(missed);
    rows.push([`${FRAGMENTS} fragments × 8 writers: reconnect, 3 changed`, '≤ 2 KiB over their bytes', `${again} B over ${sizeOf(missed)} B`]);
    expect(firstContact).toBeLessThanOrEqual(200 * 1_024);
    expect(again).toBeLessThanOrEqual(2 * 1_024);
  }, 300_000);
});
