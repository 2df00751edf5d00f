/** Places of spaces at a beacon (RIGHT34): its address is known to many, and a word that a space exists costs nothing. The part of one person is small here. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { must } from '#base/assert';
import type { KernelDeps } from '#os/kernel/deps';
import { beaconHost } from '#signaling/beacon/service';
import type { SimTab } from './support/sim-world.ts';
import { raised } from './support/tower.ts';
import { meet, noFaults, until } from './support/walks.ts';

vi.mock('#os/limits', async (original) => {
  const limits = await original<typeof import('#os/limits')>();
  return { ...limits, KERNEL_LIMITS: { ...limits.KERNEL_LIMITS, beaconSpacesOfOne: 2 } };
});

beforeAll(async () => void (await import('#os/kernel/returns')));

const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps);
const placesOf = (tab: SimTab): number => tab.running.parts.kernel.spaces.size;

/** A device that answers the beacon's question with spaces that are none; how many of them it takes. */
async function tell(tower: SimTab, device: number, count: number): Promise<number> {
  const { askLink } = await import('#os/kernel/returns');
  const spaces = Array.from({ length: count }, (_, at) => new Uint8Array(32).fill(device).fill(at, 0, 1));
  const ask = async () => ({ state: 'completed' as const, last: 'completed', parts: [encodeCbor([spaces])] });
  return must(await askLink(tower.running.parts as never, { hash: new Uint8Array(32) as Bytes, device: new Uint8Array(32).fill(device) as Bytes, ask }), 'answer').length;
}

const rowsOf = async (tab: SimTab): Promise<number> => (await tab.running.parts.kernel.store.list('space/')).length;

describe('[RIGHT34] places of a beacon', () => {
  test('[row 32] [limit KERNEL.claims KERNEL.claimsOfOne KERNEL.claimMs] spaces that do not exist take few places and no lasting ones; a member always gets one', async () => {
    const m = await meet({ seed: 840, mutate }, ['anna']);
    const { world, space } = m;
    const [anna] = m.tabs as [SimTab];
    const { tower: device, address } = await raised(m, 'tower', 840);
    let tower = await world.open(device);
    expect(await tell(tower, 1, 256)).toBe(32);
    expect(await tell(tower, 1, 256), 'named again it has no more').toBe(32);
    for (let other = 2; other <= 20; other++) await tell(tower, other, 32);
    expect(placesOf(tower)).toBe(256);
    expect(await rowsOf(tower)).toBe(256);
    await world.wait(anna.api.access.beacons(space, { add: address }));
    await until(world, () => tower.running.parts.kernel.spaces.get(space)?.standing === 'member', 15_000, 'a space that exists has a place');
    await world.clock.run(10_000);
    expect(placesOf(tower), 'still within their time').toBeGreaterThan(100);
    // A start does not make them last.
    world.kill(tower);
    tower = await world.open(device);
    await world.clock.run(30_000);
    expect(placesOf(tower)).toBeGreaterThan(100);
    await world.clock.run(60_000);
    expect([placesOf(tower), await rowsOf(tower)]).toEqual([1, 1]);
    expect(tower.running.parts.kernel.spaces.get(space)?.standing).toBe('member');
    noFaults([anna, tower]);
  });

  test('[row 32] [limit KERNEL.beaconSpacesOfOne] of one person it keeps so many spaces, of others as ever', async () => {
    const m = await meet({ seed: 841, mutate }, ['anna', 'boris']);
    const { world } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const { tower: device, address } = await raised(m, 'tower', 841);
    const tower = await world.open(device);
    const kept = (space: string): boolean => tower.running.parts.kernel.spaces.get(space)?.standing === 'member';
    const made = async (tab: SimTab, name: string): Promise<string> => {
      const id = await world.wait(tab.api.spaces.create({ name }));
      await world.wait(tab.api.access.beacons(id, { add: address }));
      return id;
    };
    const [one, two] = [await made(anna, 'one'), await made(anna, 'two')];
    await until(world, () => kept(one) && kept(two), 60_000, 'two of anna');
    const three = await made(anna, 'three');
    await world.clock.run(90_000);
    expect(kept(three)).toBe(false);
    const his = await made(boris, 'of boris');
    await until(world, () => kept(his), 60_000, 'one of boris');
    await world.clock.run(90_000);
    expect([...tower.running.parts.kernel.spaces.keys()].filter((key) => kept(key)).sort()).toEqual([one, two, his].sort());
    expect(tower.running.parts.kernel.spaces.has(three)).toBe(false);
    noFaults([anna, boris, tower]);
  });
});
