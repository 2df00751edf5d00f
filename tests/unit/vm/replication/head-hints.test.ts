/** What a head hint heard through the replica sets off (FORMATS §7): a range get, and no more, whatever it says. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#base/bytes';
import type { HeadHint, Replica } from '#ports/replica';
import { createReplicaDouble } from '#tests/sim/support/replica-double';
import { createWorld, equalStores, fragmentNo, type World, type WorldPeer } from '#tests/support/mesh-world';

const SIG = new Uint8Array(64) as Bytes;

/** Two linked peers; hints are heard by b as from a. */
async function linked(seed: string): Promise<{ world: World; a: WorldPeer; b: WorldPeer; hear: (hints: HeadHint[]) => void }> {
  const world = createWorld(seed);
  let replica: Replica | null = null;
  let from = '';
  const a = await world.peer('a');
  const b = await world.peer('b', {
    createReplica: (deps) => {
      replica = createReplicaDouble(deps);
      const { addPeer } = replica;
      return { ...replica, addPeer: (peer) => ((from = peer.id), addPeer(peer)) };
    },
  });
  await a.write(fragmentNo(1));
  expect(await world.clock.until(() => equalStores([a, b]) && from !== '', 5_000)).toBe(true);
  return { world, a, b, hear: (hints) => replica!.hearHeads(from, hints) };
}

const gets = (peer: WorldPeer): number => peer.replication.counters()['sync.gets'] ?? 0;

describe('head hints (FORMATS §7)', () => {
  it('a true one brings the records without waiting for anti-entropy', async () => {
    const { world, a, b, hear } = await linked('hint true');
    const entry = await a.write(fragmentNo(1), { quiet: true });
    expect(b.host.has(entry.id)).toBe(false);
    hear([{ space: world.space, fragment: fragmentNo(1), writer: entry.writer, seq: entry.seq, id: entry.id as Bytes, sig: SIG }]);
    expect(await world.clock.until(() => b.host.has(entry.id), 1_000)).toBe(true);
  });

  it('false ones cost a get each, nothing is stored, the link stays; a log too far ahead costs nothing', async () => {
    const { world, a, b, hear } = await linked('hint false');
    const before = gets(b);
    const held = b.host.digest();
    const lie = (seq: number, n: number): HeadHint => ({ space: world.space, fragment: fragmentNo(1), writer: a.writer.key.pub, seq, id: new Uint8Array(32).fill(n) as Bytes, sig: SIG });
    hear([lie(3, 1)]);
    await world.clock.run(5_000);
    const one = gets(b) - before;
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThanOrEqual(4);
    hear([lie(3 + 2 ** 21, 2)]);
    await world.clock.run(5_000);
    expect(gets(b) - before).toBe(one);
    expect(b.replication.counters()['sync.head_ahead']).toBe(1);
    expect(b.host.digest()).toBe(held);
    const next = await a.write(fragmentNo(1));
    expect(await world.clock.until(() => b.host.has(next.id), 2_000), 'the link goes on').toBe(true);
  });
});
