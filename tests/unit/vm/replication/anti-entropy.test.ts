import { describe, expect, it } from 'vitest';
import { createWorld, equalStores, fragmentNo } from '#tests/support/mesh-world';
import { tapWires } from '#tests/support/wire-tap';

describe('anti-entropy (FORMATS §8)', () => {
  it('a late joiner of the mesh gets everything, from several peers, nothing twice', async () => {
    const world = createWorld('late');
    const a = await world.peer('a');
    for (let i = 0; i < 1_500; i++) await a.write(fragmentNo(1), { bytes: 300, quiet: true });
    const others = [await world.peer('b'), await world.peer('c')];
    expect(await world.clock.until(() => equalStores([a, ...others]), 20_000)).toBe(true);
    const reads = [a, ...others].map((p) => p.host.reads);
    const late = await world.peer('late');
    expect(await world.clock.until(() => equalStores([a, late]), 20_000)).toBe(true);
    const served = [a, ...others].map((p, i) => p.host.reads - reads[i]!);
    expect(served.filter((n) => n > 0).length).toBeGreaterThan(1);
    const taken = late.host.ingests.flatMap((i) => i.seqs);
    expect(taken.length).toBe(new Set(taken).size);
    expect(late.host.ingests.every((i) => i.priority === 'bulk')).toBe(true);
  });

  it('more than 16 fragments: first contact walks the 16×16 tree and asks heads of the differing ones only', async () => {
    const world = createWorld('tree');
    const [a, b] = [await world.peer('a'), await world.peer('b', { start: false })];
    for (let f = 0; f < 60; f++) {
      const entry = await a.write(fragmentNo(f), { quiet: true });
      b.host.store([entry]);
    }
    const extra = [await a.write(fragmentNo(7)), await a.write(fragmentNo(33))];
    b.replication.start();
    expect(await world.clock.until(() => extra.every((e) => b.host.has(e.id)), 5_000)).toBe(true);
    expect(b.replication.counters()['sync.gets']).toBe(2);
  });

  it('after a reconnect only what changed since the remembered counter is asked', async () => {
    const world = createWorld('cursor');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    for (let f = 0; f < 30; f++) await a.write(fragmentNo(f));
    expect(await world.clock.until(() => equalStores([a, b]), 5_000)).toBe(true);
    await world.clock.run(31_000);
    b.replication.pause();
    await world.clock.run(1_000);
    const missed = await a.write(fragmentNo(3));
    const tap = tapWires(world.net, () => world.clock.monotonic());
    b.replication.resume();
    expect(await world.clock.until(() => b.host.has(missed.id), 5_000)).toBe(true);
    await world.clock.run(1_000);
    // It came with the answer; nothing was asked by heads or ranges, and the counter holds.
    expect(tap.of('sync:news:v1:processing')).toHaveLength(1);
    expect(tap.heard.filter((m) => /^(sync:(heads|list|tree)|gun:get)/.test(m.event))).toEqual([]);
  });

  it('a fork: both branches reach everyone, also when they parted far below the heads', async () => {
    const world = createWorld('fork');
    const [a, b] = [await world.peer('a', { start: false }), await world.peer('b', { start: false })];
    for (let i = 0; i < 10; i++) b.host.store([await a.write(fragmentNo(1), { quiet: true })]);
    // The same slot writes on in two places: one seq, two records, then each branch grows.
    const left = [await a.writer.write(world.space, fragmentNo(1))];
    const right = [await a.writer.write(world.space, fragmentNo(1), { fork: true })];
    for (let i = 0; i < 120; i++) right.push(await a.writer.write(world.space, fragmentNo(1)));
    a.host.store(left);
    b.host.store(right);
    a.replication.start();
    b.replication.start();
    expect(await world.clock.until(() => equalStores([a, b]), 60_000)).toBe(true);
    expect(a.host.heads(world.space, fragmentNo(1))).toHaveLength(2);
  });

  it('a gap in what was pushed is asked for and closed', async () => {
    const world = createWorld('gap');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 5_000)).toBe(true);
    for (let i = 0; i < 20; i++) await a.write(fragmentNo(1), { quiet: true });
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 2_000)).toBe(true);
  });

  it('a lost push is found by the idle tick', async () => {
    const world = createWorld('tick');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 5_000)).toBe(true);
    await a.write(fragmentNo(2), { quiet: true });
    expect(await world.clock.until(() => equalStores([a, b]), 20_000)).toBe(true);
  });

  it('{V1} a fragment not wanted is not pulled; pull() fetches it', async () => {
    const world = createWorld('want');
    const [a, b] = [await world.peer('a'), await world.peer('b', { start: false })];
    const entry = await a.write(fragmentNo(9));
    b.host.unwanted.add(Buffer.from(fragmentNo(9)).toString('base64url'));
    b.replication.start();
    await world.clock.run(20_000);
    expect(b.host.has(entry.id)).toBe(false);
    b.host.unwanted.clear();
    b.replication.pull(world.space, fragmentNo(9));
    expect(await world.clock.until(() => b.host.has(entry.id), 2_000)).toBe(true);
  });

  it('{V4} partition and heal: both sides write, one exchange makes them equal', async () => {
    const world = createWorld('heal');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 5_000)).toBe(true);
    for (const { pair } of world.net.pairs) pair.cut();
    a.replication.pause();
    for (let i = 0; i < 300; i++) {
      await a.write(fragmentNo(i % 5));
      await b.write(fragmentNo(i % 7));
    }
    a.replication.resume();
    expect(await world.clock.until(() => equalStores([a, b]), 10_000)).toBe(true);
    expect(a.host.size()).toBe(601);
  });

  it('own heads at start (FORMATS §5): the greatest of all links, within the time given', async () => {
    const world = createWorld('own');
    const a = await world.peer('a');
    await a.write(fragmentNo(1));
    await a.write(fragmentNo(1));
    const again = await world.peer('again');
    const asked = again.replication.ownHeads(world.space, [a.writer.key.pub], 2_000);
    let heads: readonly { seq: number }[] | null = null;
    void asked.then((h) => (heads = h));
    expect(await world.clock.until(() => heads !== null, 2_000)).toBe(true);
    expect(heads!.map((h) => h.seq)).toEqual([1]);
    const alone = createWorld('alone');
    const lonely = await alone.peer('x');
    let none: unknown = null;
    void lonely.replication.ownHeads(alone.space, [a.writer.key.pub], 2_000).then((h) => (none = h));
    await alone.clock.run(2_001);
    expect(none).toEqual([]);
  });

  it('{V1} find: the fragment of a node from a peer that holds it', async () => {
    const world = createWorld('find');
    const [a, b, c] = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b, c]), 5_000)).toBe(true);
    const node = new Uint8Array(16).fill(8);
    a.host.nodes.set(Buffer.from(node).toString('base64url'), fragmentNo(4));
    let found: { fragment: Uint8Array | null } | null = null;
    void b.replication.find(world.space, node).then((f) => (found = f));
    expect(await world.clock.until(() => found !== null, 1_000)).toBe(true);
    expect(found).toMatchObject({ fragment: fragmentNo(4), asked: 2 });
    void b.replication.find(world.space, new Uint8Array(16)).then((f) => (found = f));
    await world.clock.run(1_000);
    expect(found).toEqual({ fragment: null, asked: 2, answered: 2 });
  });
});
