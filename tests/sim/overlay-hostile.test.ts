/** The overlay met by hostile ends (TRUST 3, rows 10, 11): each attack is one test, and shows that it would bite. */
import { describe, expect, it } from 'vitest';
import { MESH_LIMITS } from '#vm/limits';
import { encodePeerSignal } from '#vm/mesh/signal-codec';
import { fragmentNo } from '#tests/support/mesh-world';
import { createRawPeer, type RawPeer } from '#tests/support/raw-peer';
import type { Anchor } from '#vm/replication/host';
import { addSybil } from './support/overlay-hostile.ts';
import { createOverlayWorld, type OverlayWorld } from './support/overlay-world.ts';
import { createSeededRandom } from './support/sim-crypto.ts';

/** Counts direct attempts of one peer that run at the same time. */
function watchDials(world: OverlayWorld, name: string): { most: number; all: number } {
  const seen = { most: 0, all: 0 };
  const { dialer } = world.net;
  let running = 0;
  world.net.dialer = (who) => {
    const inner = dialer(who);
    if (who !== name) return inner;
    return {
      dial(options) {
        let over = false;
        const end = (): void => {
          if (!over) running -= 1;
          over = true;
        };
        running += 1;
        seen.all += 1;
        seen.most = Math.max(seen.most, running);
        const dialing = inner.dial({
          ...options,
          onOpen: (wire) => {
            end();
            options.onOpen(wire);
          },
          onFail: (reason) => {
            end();
            options.onFail(reason);
          },
        });
        return {
          signal: (data) => dialing.signal(data),
          abort: () => {
            end();
            dialing.abort();
          },
        };
      },
    };
  };
  return seen;
}

/** A member that names 30 sessions of nobody twice a second, hands on offers of theirs, and sends their walks. */
async function floodOf(seed: string): Promise<{ most: number; all: number; honestMs: number }> {
  const world = createOverlayWorld(seed);
  const dials = watchDials(world, 'victim');
  const victim = await world.add('victim');
  const evil = await createRawPeer(world, 'evil');
  await world.clock.run(3_000);
  evil.prove();
  await world.clock.run(1_000);
  expect(evil.links).toHaveLength(1);
  dials.most = 0;
  const random = createSeededRandom(`${seed}/fake`);
  for (let i = 0; i < 60; i++) {
    const fakes = Array.from({ length: 30 }, () => random.bytes(16));
    evil.say('mesh:peers:v1:completed', fakes);
    for (const [no, fake] of fakes.slice(0, 10).entries()) {
      const attempt = `${i}x${no}`;
      evil.say('mesh:signal:v1:completed', [fake, encodePeerSignal({ kind: 'rtc', attempt, data: { offer: 'none' } }, { need: true, knock: null })!]);
    }
    await world.clock.run(500);
  }
  const { most, all } = dials;
  await world.add('honest');
  const spread = await world.publish(victim, fragmentNo(1));
  await world.clock.run(10_000);
  return { most, all, honestMs: (spread.reached.get('honest')?.at ?? Infinity) - spread.at };
}

describe('overlay, hostile', () => {
  it('[row 10] TRUST §3: 500 sybils from ten addresses sit in the room before 20 honest peers come: an honest pair syncs within 30 s, all of them soon', async () => {
    const world = createOverlayWorld('sybils');
    const names = new Set<string>();
    const sybils = [];
    for (let i = 0; i < 500; i++) sybils.push(await addSybil(world, `s${i}`, `66.0.0.${i % 10}`, names));
    await world.clock.run(5_000);
    for (let i = 0; i < 20; i++) await world.add(`p${i}`);
    const first = await world.publish(world.peers.get('p0')!, fragmentNo(1));
    const from = world.clock.monotonic();
    await world.clock.run(30_000);
    expect(first.reached.get('p1')!.at - from).toBeLessThan(30_000);
    expect(first.reached.size).toBe(20);
    // Control: they were there, and got links that they kept for nothing.
    expect(sybils.reduce((sum, s) => sum + s.opened(), 0)).toBeGreaterThan(50);
    console.log(`sybils: p1 after ${first.reached.get('p1')!.at - from} ms, all 20 after ${Math.max(...[...first.reached.values()].map((r) => r.at)) - from} ms`);
  }, 300_000);

  it('[limit MESH.perIntroducer] [row 11] TRUST §3: a member that introduces sessions of nobody without end fills two places, and the next honest peer is linked at once', async () => {
    const held = await floodOf('flood');
    expect(held.most).toBeLessThanOrEqual(2);
    expect(held.all).toBeGreaterThan(2);
    expect(held.honestMs).toBeLessThan(3_000);
    // Control: without the limit it fills them all.
    const limits = MESH_LIMITS as { perIntroducer: number };
    limits.perIntroducer = 99;
    const open = await floodOf('flood').finally(() => (limits.perIntroducer = 2));
    expect(open.most).toBeGreaterThan(4);
  });

  it('[limit MESH.anchors MESH.anchorMs] [row 11] TRUST §3: surrounded at its start by members that hold back everything, a peer finds the peers it knew before', async () => {
    const surrounded = async (seed: number, remembers: boolean): Promise<{ kept: number; ms: number }> => {
      const world = createOverlayWorld(`eclipse${seed}`);
      let kept: readonly Anchor[] = [];
      const anchors = { load: async () => kept, save: (list: readonly Anchor[]) => void (kept = list) };
      await world.add('victim', { anchors });
      for (let i = 0; i < 6; i++) await world.add(`friend${i}`);
      await world.clock.run(55_000);
      expect(kept).toEqual([]);
      await world.clock.run(35_000);
      world.kill(['victim']);
      const evils: RawPeer[] = [];
      for (let i = 0; i < 50; i++) evils.push(await createRawPeer(world, `evil${i}`));
      for (let i = 0; i < 20; i++) {
        await world.clock.run(500);
        for (const evil of evils) evil.prove();
      }
      await world.add('again', remembers ? { anchors } : {});
      const prove = (): void => {
        for (const evil of evils) evil.prove();
        world.clock.setTimer(300, prove);
      };
      prove();
      await world.clock.run(3_000);
      const spread = await world.publish(world.peers.get('friend0')!, fragmentNo(1));
      await world.clock.run(25_000);
      return { kept: kept.length, ms: (spread.reached.get('again')?.at ?? Infinity) - spread.at };
    };
    const cut: number[] = [];
    for (let seed = 0; seed < 6 && cut.length === 0; seed++) if ((await surrounded(seed, false)).ms === Infinity) cut.push(seed);
    // Control: of those who remember nobody some stay cut off; the others met a friend by chance.
    expect(cut).toHaveLength(1);
    const held = await surrounded(cut[0]!, true);
    expect(held.kept).toBe(4);
    expect(held.ms).toBeLessThan(25_000);
  }, 300_000);
});
