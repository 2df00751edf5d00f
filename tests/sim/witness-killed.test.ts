/** A beacon whose process dies while it says what it holds: what was told is on its disk, nothing else comes to its place, and it is nobody's liar (docs/decisions/0076). */
import { expect, test } from 'vitest';
import { must } from '#base/assert';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { KernelDeps } from '#os/kernel/deps';
import { beaconHost } from '#signaling/beacon/service';
import { parseWitness, type Witness } from '#vm/protocol/witness';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, until } from './support/walks.ts';
import { raised } from './support/tower.ts';

const KILLS = 20;
/** How long a commit takes here, ms: a process may die in it. */
const COMMIT_MS = 400;

const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps);

/** Is a witness of it on its way to the disk? */
const keeping = (tab: SimTab): boolean => [...tab.life.writing].some(({ input }) => (input.values ?? []).some(([name]) => name.startsWith('witness-log/')));

async function heardBy(tab: SimTab, space: string, device: string): Promise<Witness[]> {
  const row = (await tab.running.parts.kernel.store.get(`witness/${space}/${device}`)) as { witnesses: Bytes[] };
  return row.witnesses.map((bytes) => must(parseWitness(must(fromBase64url(space), 'space'), bytes), 'witness'));
}

test(`WIT2 WIT9 {V10} killed ${KILLS} times while a witness goes to its disk, under load: one log without a hole, no two words at one place, nothing confirmed is lost`, async () => {
  const m = await meet({ seed: 1401, mutate, commitMs: () => COMMIT_MS }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const { tower, address } = await raised(m, 'tower', 1401);
  let beacon = await world.open(tower);
  await world.wait(anna.api.access.beacons(space, { add: address }));
  await until(world, () => beacon.running.parts.kernel.spaces.get(space)?.standing === 'member', 60_000, 'it is in');
  const device = toBase64url(must(beacon.running.parts.kernel.profile, 'profile').ds.pub);
  let told = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await until(world, () => beacon.api.network.status().peers.length === 2, 120_000, 'linked with both');
    await world.wait(say(kill % 2 === 0 ? anna : boris, space, `words ${kill}`));
    await until(world, () => keeping(beacon), 120_000, 'it says what it holds');
    // In the middle, at the end, and just after: the disk has it or not, and somebody heard it or not.
    await world.clock.run(Math.floor(world.chance() * COMMIT_MS * 2));
    const { saidAt } = anna.api.network.status().beacons[0]!;
    if (saidAt !== null && saidAt > 0) told += 1;
    world.kill(beacon);
    beacon = await world.open(tower);
  }
  await until(world, () => beacon.api.network.status().peers.length === 2, 120_000, 'linked with both');
  await world.clock.run(120_000);
  for (const tab of [anna, boris]) {
    expect(tab.api.network.status().beacons).toMatchObject([{ state: 'ok', proof: false }]);
    expect((await world.wait(tab.api.access.beacons(space)))[0]).toMatchObject({ behind: 0 });
    const heard = await world.wait(heardBy(tab, space, device));
    expect(heard.length).toBeGreaterThan(KILLS / 4);
    expect(new Set(heard.map(({ log }) => toBase64url(log))).size).toBe(1);
    expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, at) => heard[0]!.seq + at));
    for (const [at, { prev }] of heard.entries()) if (at > 0) expect(toBase64url(must(prev, 'prev'))).toBe(toBase64url(heard[at - 1]!.id));
  }
  expect(told).toBeGreaterThan(0);
  expect(beacon.running.parts.metrics.get('witness.set_back') ?? 0).toBe(0);
  noFaults([anna, boris, beacon]);
});
