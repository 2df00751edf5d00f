import { describe, expect, it } from 'vitest';
import { createGunReplica } from '#adapters/gun/gun-replica';
import { createChance } from '#tests/sim/support/sim-wire';
import { createWorld, equalStores, fragmentNo, type WorldPeer } from '#tests/support/mesh-world';

/** Random writes, cuts, pauses, server outages and unreachable pairs; then quiet: every store must be equal. */
async function soak(seed: number, peersCount: number): Promise<void> {
  const world = createWorld(`soak${seed}`, { latencyMs: 20, jitterMs: 30 });
  const chance = createChance(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance.next() * list.length)]!;
  const blocked = new Set<string>();
  world.net.reachable = (x, y) => !blocked.has([x, y].sort().join(' '));
  const peers: WorldPeer[] = [];
  for (let i = 0; i < peersCount; i++) peers.push(await world.peer(`p${i}`));
  const paused = new Set<WorldPeer>();
  for (let step = 0; step < 60; step++) {
    for (let i = 0; i < 3; i++) await pick(peers).write(fragmentNo(Math.floor(chance.next() * 25)));
    const event = chance.next();
    if (event < 0.2) pick(world.net.pairs)?.pair.cut();
    else if (event < 0.3) blocked.add([pick(peers).name, pick(peers).name].sort().join(' '));
    else if (event < 0.4) world.server.down();
    else if (event < 0.55) world.server.up();
    else if (event < 0.7) {
      const peer = pick(peers);
      if (paused.delete(peer)) peer.replication.resume();
      else {
        paused.add(peer);
        peer.replication.pause();
      }
    }
    await world.clock.run(chance.next() * 3_000);
  }
  world.server.up();
  for (const peer of paused) peer.replication.resume();
  expect(await world.clock.until(() => equalStores(peers), 90_000), `seed ${seed}`).toBe(true);
  expect(peers[0]!.host.size()).toBe(180);
}

describe('soak', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`seed ${seed}: ${3 + seed} peers converge after faults`, () => soak(seed, 3 + seed));
  }

  it('the same seed gives the same run', async () => {
    const run = async (): Promise<string> => {
      const world = createWorld('same', { jitterMs: 25 });
      const peers = [await world.peer('a'), await world.peer('b'), await world.peer('c')];
      for (let i = 0; i < 20; i++) {
        await peers[i % 3]!.write(fragmentNo(i % 4));
        await world.clock.run(130);
      }
      await world.clock.run(20_000);
      return JSON.stringify(peers.map((p) => [p.host.digest(), p.replication.counters(), p.host.ingests]));
    };
    expect(await run()).toBe(await run());
  });

  it('{V7} with GUN as the replica: push over two hops, catch-up, no copies left behind', async () => {
    const world = createWorld('gun');
    world.net.reachable = (x, y) => `${x}${y}` !== 'ac' && `${x}${y}` !== 'ca';
    const options = { createReplica: createGunReplica };
    const a = await world.peer('a', options);
    for (let i = 0; i < 300; i++) await a.write(fragmentNo(1), { bytes: 500 });
    const [b, c] = [await world.peer('b', options), await world.peer('c', options)];
    expect(await world.clock.until(() => equalStores([a, b, c]), 20_000)).toBe(true);
    const live = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => c.host.has(live.id), 500)).toBe(true);
    await world.clock.run(1_000);
    expect(a.host.acks.some((ack) => ack.seq === 300)).toBe(true);
  });
});
