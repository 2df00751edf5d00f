import { describe, expect, it } from 'vitest';
import { createWorld, equalStores, fragmentNo, SERVER, type WorldPeer } from '#tests/support/mesh-world';

const kinds = async (peer: WorldPeer): Promise<string[]> => (await peer.replication.peers()).map((p) => p.via).sort();

describe('peer table', () => {
  it('[limit MESH.relayAfterMs MESH.upgradeMs] {V9} DESIGN §4: no direct way → a relay route within seconds; a direct one replaces it when it comes up, nothing is lost', async () => {
    const world = createWorld('relay');
    let reachable = false;
    world.net.reachable = () => reachable;
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 4_000)).toBe(true);
    expect(world.clock.monotonic()).toBeGreaterThan(2_500);
    expect([await kinds(a), await kinds(b)]).toEqual([['relay'], ['relay']]);
    reachable = true;
    const writing = [];
    for (let i = 0; i < 40; i++) {
      writing.push(await a.write(fragmentNo(1)), await b.write(fragmentNo(2)));
      await world.clock.run(1_000);
    }
    expect([await kinds(a), await kinds(b)]).toEqual([['direct'], ['direct']]);
    expect(await world.clock.until(() => equalStores([a, b]), 1_000)).toBe(true);
    expect(world.server.stats().routes).toBe(0);
  });

  it('a direct link that is cut comes back at once; with no direct way by relay', async () => {
    const world = createWorld('cut');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    expect(await world.clock.until(() => world.net.pairs.length === 1, 2_000)).toBe(true);
    await world.clock.run(1_000);
    world.net.pairs[0]!.pair.cut();
    const one = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => b.host.has(one.id), 1_000)).toBe(true);
    world.net.reachable = () => false;
    world.net.pairs.at(-1)!.pair.cut();
    const two = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => b.host.has(two.id), 1_000)).toBe(true);
    expect(await kinds(a)).toEqual(['relay']);
  });

  it('"disconnected" opens a relay beside the wire before ICE gives up', async () => {
    const world = createWorld('weak');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    expect(await world.clock.until(() => world.net.pairs.length === 1, 2_000)).toBe(true);
    await world.clock.run(1_000);
    const { pair } = world.net.pairs[0]!;
    world.net.reachable = () => false;
    pair.faults.partitioned = true;
    pair.a.onState?.('disconnected');
    const entry = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => b.host.has(entry.id), 2_000)).toBe(true);
    expect(await kinds(a)).toEqual(['relay']);
  });

  it('a broken stack (loss on a reliable channel) never leaves two peers apart', async () => {
    const faults = { loss: 0.02, jitterMs: 10 };
    const world = createWorld('lossy', faults);
    const peers = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
    for (let i = 0; i < 30; i++) {
      await peers[i % 3]!.write(fragmentNo(i % 4));
      await world.clock.run(500);
    }
    faults.loss = 0;
    for (const { pair } of world.net.pairs) pair.faults.loss = 0;
    const heal = world.clock.monotonic();
    expect(await world.clock.until(() => equalStores(peers), 60_000)).toBe(true);
    expect(world.clock.monotonic() - heal).toBeLessThan(60_000);
  });

  it('{V8} the server dies: links live on, peers introduce each other, and the status says so', async () => {
    const world = createWorld('introduce');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    world.net.reachable = (x, y) => !(x === 'c' && y === 'a') && !(x === 'a' && y === 'c');
    const c = await world.peer('c');
    await world.clock.run(2_000);
    expect((await b.replication.peers()).length).toBe(2);
    world.server.down();
    await world.clock.run(1_000);
    expect(a.replication.servers()[0]).toMatchObject({ url: SERVER, state: 'closed', reason: 'refused' });
    world.net.reachable = () => true;
    await world.clock.run(60_000);
    expect((await a.replication.peers()).length).toBe(2);
    expect(b.replication.counters()['mesh.signal_passed']).toBeGreaterThan(0);
    const entry = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b, c]), 1_000)).toBe(true);
    expect(entry.seq).toBe(0);
    world.server.up();
    await world.clock.run(20_000);
    expect(a.replication.servers()[0]).toMatchObject({ state: 'open', reason: null, retryInMs: null });
  });

  it('redial() tries the server and lost peers at once, without waiting for the back-off', async () => {
    const world = createWorld('redial');
    world.server.down();
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await a.write(fragmentNo(1));
    await world.clock.run(120_000);
    expect(a.replication.servers()[0]!.retryInMs).toBeGreaterThan(0);
    world.server.up();
    a.replication.redial();
    b.replication.redial();
    expect(await world.clock.until(() => equalStores([a, b]), 500)).toBe(true);
  });

  it('[limit MESH.activeMax] TRUST §5.2: at most 8 links each, and 20 peers still form one mesh', async () => {
    const world = createWorld('many');
    const peers: WorldPeer[] = [];
    for (let i = 0; i < 20; i++) peers.push(await world.peer(`p${i}`));
    await world.clock.run(30_000);
    const counts = await Promise.all(peers.map(async (p) => (await p.replication.peers()).length));
    expect(Math.max(...counts)).toBeLessThanOrEqual(8);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(4);
    await peers[0]!.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores(peers), 2_000)).toBe(true);
    for (let i = 1; i < 20; i++) await peers[i]!.write(fragmentNo(2));
    expect(await world.clock.until(() => equalStores(peers), 5_000)).toBe(true);
  });

  it('FORMATS §8: around midnight a peer is in both rooms, so clocks need not agree', async () => {
    const world = createWorld('midnight');
    const [a, b] = [await world.peer('a', { clockOffset: -3_600_000 }), await world.peer('b', { clockOffset: 3_600_000 })];
    await a.write(fragmentNo(1));
    expect(await world.clock.until(() => equalStores([a, b]), 2_000)).toBe(true);
    expect(a.host.offsets.some((o) => o.kind === 'peer' && Math.abs(o.offsetMs - 7_200_000) < 50)).toBe(true);
    expect(a.host.offsets.some((o) => o.kind === 'server' && Math.abs(o.offsetMs - 3_600_000) < 50)).toBe(true);
  });

  it('pause() cuts every wire, resume() restores them', async () => {
    const world = createWorld('pause');
    const [a, b] = [await world.peer('a'), await world.peer('b')];
    await world.clock.run(2_000);
    a.replication.pause();
    await world.clock.run(1_000);
    expect([(await a.replication.peers()).length, (await b.replication.peers()).length]).toEqual([0, 0]);
    expect(a.replication.servers()[0]!.state).toBe('closed');
    a.replication.resume();
    await world.clock.run(2_000);
    expect(await kinds(b)).toEqual(['direct']);
  });
});
