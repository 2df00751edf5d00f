/** The fork of somebody whose device does not come back to settle it: an admin takes it in (FORMATS 5: fork.resolve). And who is settled by an admin goes on. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { resolveForkOps } from '#os/rights/builders';
import { ownHeads } from '#os/kernel/slot-state';
import { equal, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;

interface Left extends Meeting {
  readonly again: SimTab;
}

/** The disk of boris had not written what it said it had: his device writes at the same place again, and the others see both. */
async function forkedByItsDisk(seed: number): Promise<Left> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara']);
  const { world, space, devices } = m;
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  await say(boris, space, 'one');
  await world.wait(boris.api.saved());
  await say(boris, space, 'two');
  await world.wait(boris.api.saved());
  await until(world, () => [anna, clara].every((tab) => texts(tab, space).length === 2), 20_000, 'both are shown');
  const { disk } = devices[1]!;
  world.kill(boris);
  const held = disk.records().length;
  while (disk.records().length === held) disk.loseTail(1);
  expect(disk.records().length).toBe(held - 1);
  const again = await world.open(devices[1]!);
  again.offline(true);
  // His device is gone before it can settle what it did.
  Object.assign(again.running.parts.repair, { onFork: () => undefined, onAcl: () => undefined });
  expect(texts(again, space)).toEqual(['one']);
  await say(again, space, 'three');
  await world.wait(again.api.saved());
  again.offline(false);
  await until(world, () => [anna, clara].every((tab) => texts(tab, space).join() === 'one'), 60_000, 'both branches are held back');
  return { ...m, again };
}

test('{C7} [IDN6] the fork of a device that is gone: listed as set aside, shown by everybody once an admin takes it in', async () => {
  const { world, space, tabs, again } = await forkedByItsDisk(861);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  const uid = uidOf(boris);
  world.kill(again);
  await world.clock.run(120_000);
  for (const tab of [anna, clara]) expect(texts(tab, space), 'nobody else settles it by themselves').toEqual(['one']);
  const [line, ...more] = await anna.api.access.setAside(space);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ uid, records: 2, forked: 2 });
  expect(line!.to).toBeGreaterThanOrEqual(line!.from);
  await expect(world.wait(clara.api.access.adopt(space, uid))).rejects.toMatchObject({ code: 'no-right' });
  expect(await world.wait(anna.api.access.adopt(space, uidOf(clara))), 'of somebody else').toBe(0);
  expect(await world.wait(anna.api.access.adopt(space, uid))).toBe(2);
  await until(world, () => texts(clara, space).length === 3, 20_000, 'clara shows both branches');
  await equal(world, [anna, clara], space);
  expect(texts(anna, space)).toEqual(['one', 'three', 'two']);
  expect(await anna.api.access.setAside(space)).toEqual([]);
  expect(await world.wait(anna.api.access.adopt(space, uid)), 'nothing is left to take in').toBe(0);
  expect((await anna.api.access.journal(space))[0]).toMatchObject({ kind: 'adopted', by: uidOf(anna), counts: true });
  noFaults([anna, clara]);
});

test('{C7} [IDN6] the device comes back all the same, behind what an admin took in: it goes on in another slot, and all it writes is shown', async () => {
  const { world, space, tabs, devices, again } = await forkedByItsDisk(862);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  world.kill(again);
  await world.wait(anna.api.access.adopt(space, uidOf(boris)));
  const back = await world.open(devices[1]!);
  const slot = boris.running.parts.kernel.slot!.text;
  await say(back, space, 'four');
  await until(world, () => back.running.parts.kernel.slot!.text !== slot, 60_000, 'the closed slot is left');
  await say(back, space, 'five');
  const all = [anna, clara, back];
  await until(world, () => all.every((tab) => texts(tab, space).length === 5), 60_000, 'all is shown');
  await world.clock.run(20_000);
  await equal(world, all, space);
  expect(await anna.api.access.setAside(space)).toEqual([]);
  noFaults(all);
});

test('{C7} [IDN6] a slot that an admin closes while its device writes is left by it: nothing behind the kept heads stays without effect', async () => {
  const { world, space, tabs } = await meet({ seed: 863 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  await say(boris, space, 'one');
  await until(world, () => texts(anna, space).length === 1, 20_000, 'anna shows it');
  const { slot } = boris.running.parts.kernel;
  boris.offline(true);
  await anna.running.parts.sealer.writeAcl(spaceOf(anna, space), resolveForkOps(slot!.writer, ownHeads(spaceOf(anna, space), slot!.writer).map(({ id }) => id)));
  await say(boris, space, 'two');
  await world.wait(boris.api.saved());
  boris.offline(false);
  await until(world, () => boris.running.parts.kernel.slot!.text !== slot!.text, 60_000, 'the closed slot is left');
  await say(boris, space, 'three');
  await until(world, () => [anna, clara].every((tab) => texts(tab, space).length === 3), 60_000, 'all is shown');
  await world.clock.run(20_000);
  await equal(world, tabs, space);
  expect(await anna.api.access.setAside(space)).toEqual([]);
  noFaults(tabs);
});
