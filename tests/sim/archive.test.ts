/** The archive of a space through the whole kernel: who turns it on, who follows, what moves when nobody is ever online together (FORMATS §7). */
import { ArchiveSession } from '#vm/archive/archive-session';
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '#base/cbor';
import { policyOps } from '#os/rights/builders';
import { createStockRelay, type StockRelay } from '#tests/support/stock-relay';
import { meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const URL = 'wss://relay.example.org/gun';

async function team(seed: number): Promise<Awaited<ReturnType<typeof meet>> & { relay: StockRelay }> {
  let relay: StockRelay | null = null;
  // Nobody dials it before an archive is on; it lives by the clock of the world, not by that of a tab.
  const m = await meet({ seed, mutate: (deps) => ({ ...deps, loadArchive: () => Promise.resolve({ ArchiveSession }), archiveSockets: { open: (url, handlers) => relay!.port.open(url, handlers) } }) }, ['anna', 'boris']);
  relay = createStockRelay(m.world.clock);
  return { ...m, relay };
}

const state = (tab: SimTab): string | undefined => tab.api.network.status().archives[0]?.state;
const even = (tab: SimTab): boolean => tab.api.network.status().archives.some((one) => one.even !== null);

describe('archive of a space', () => {
  test('[ARC1] an owner turns it on, the others follow, and two devices that are never online together have the same', async () => {
    const { world, space, tabs, relay } = await team(401);
    let [a, b] = tabs as [SimTab, SimTab];
    expect(await b.api.spaces.archive(space)).toEqual({ urls: [], mayChange: false });
    await expect(world.wait(b.api.spaces.setArchive(space, [URL]))).rejects.toMatchObject({ code: 'owner-only' });
    for (const bad of [['http://relay'], ['ws://x y'], [1], Array.from({ length: 5 }, (_, i) => `ws://r${i}`)]) {
      await expect(world.wait(a.api.spaces.setArchive(space, bad as string[]))).rejects.toMatchObject({ code: 'bad-relay' });
    }
    await world.wait(a.api.spaces.setArchive(space, [URL]));
    await until(world, () => state(a) === 'open' && state(b) === 'open', 30_000, 'both are connected to it');
    expect(await b.api.spaces.archive(space)).toEqual({ urls: [URL], mayChange: false });
    await until(world, () => even(a) && even(b), 120_000, 'nothing is missing on either side');
    world.kill(b);
    await say(a, space, 'while Boris is away');
    await world.clock.run(5_000);
    world.kill(a);
    b = await world.open(b.device);
    await until(world, () => texts(b, space).includes('while Boris is away'), 60_000, 'Boris reads it from the archive');
    await say(b, space, 'an answer nobody is there to hear');
    await world.clock.run(5_000);
    world.kill(b);
    a = await world.open(a.device);
    await until(world, () => texts(a, space).includes('an answer nobody is there to hear'), 60_000, 'Anna reads the answer');
    const stored = JSON.stringify([...relay.graph].map(([soul, node]) => [soul, [...node]]));
    expect(stored).not.toContain(space);
    noFaults([a]);
  }, 60_000);

  test('[ARC6] an archive is never a copy: what only it has besides this device is on one device', async () => {
    const { world, space, tabs } = await team(402);
    const [a, b] = tabs as [SimTab, SimTab];
    await world.wait(a.api.spaces.setArchive(space, [URL]));
    await until(world, () => even(a) && even(b), 120_000, 'both are even with it');
    world.kill(b);
    await world.clock.run(30_000);
    const { ids: [id] } = await say(a, space, 'only here');
    await world.clock.run(10_000);
    expect(a.api.network.status().archives[0]!.put).toBeGreaterThan(0);
    expect((await a.api.copies(id!)).devices).toHaveLength(1);
  });

  test('turned off, every device lets go of it; turned on again it has another key; what a Member writes as a setting has no effect', async () => {
    const { world, space, tabs, relay } = await team(403);
    const [a, b] = tabs as [SimTab, SimTab];
    await world.wait(a.api.spaces.setArchive(space, [URL]));
    await until(world, () => even(a) && even(b), 120_000, 'both are even with it');
    const key = a.running.parts.kernel.spaces.get(space)!.archive!.key;
    await world.wait(a.api.spaces.setArchive(space, []));
    await until(world, () => relay.sockets() === 0 && state(b) === undefined, 30_000, 'no socket is left');
    await world.wait(a.api.spaces.setArchive(space, [URL]));
    expect(a.running.parts.kernel.spaces.get(space)!.archive!.key).not.toEqual(key);
    await until(world, () => state(b) === 'open', 30_000, 'Boris follows');
    const { kernel, sealer } = b.running.parts;
    await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, policyOps(new Map([['archive', encodeCbor('mine')]]))));
    await world.clock.run(10_000);
    for (const tab of [a, b]) expect((await tab.api.spaces.archive(space)).urls).toEqual([URL]);
    a.api.network.pause();
    await world.clock.run(1_000);
    expect(a.api.network.status().archives).toEqual([]);
    a.api.network.resume();
    await until(world, () => state(a) === 'open', 30_000, 'it is back');
  });
});
