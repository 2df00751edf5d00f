/** A member who was away while the key of the space changed again and again knows an old one only: by which they are found, and by which no longer. Seed 2 of the large class slept through thirteen changes, stood in no room where anybody was, and was alone for ever. */
import { describe, expect, test } from 'vitest';
import { rotateKey } from '#os/kernel/accept';
import { equal, meet, noFaults, say, texts } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const DAY_MS = 86_400_000;

/** Boris is away for so many changes of the key, and then for so many days more. Did they meet within two minutes of his coming back? */
async function away(seed: number, changes: number, days: number): Promise<boolean> {
  const { world, space, devices, tabs } = await meet({ seed }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  const { kernel, sealer } = anna.running.parts;
  boris.offline(true);
  await world.clock.run(15_000);
  for (let i = 0; i < changes; i++) await world.wait(rotateKey(kernel, sealer, kernel.spaces.get(space)!, 'test'));
  expect(kernel.spaces.get(space)!.rights.view().epochs).toHaveLength(1 + changes);
  // In steps: a clock that gains a month at once was set, and is not believed.
  for (let gone = 0; gone < days; gone += 20) {
    for (const device of devices) device.clockOffsetMs += Math.min(20, days - gone) * DAY_MS;
    await world.clock.run(5_000);
  }
  await world.wait(say(anna, space, 'said meanwhile'));
  boris.offline(false);
  const met = await world.clock.until(() => texts(boris, space).length === 1, 120_000);
  if (met) {
    await equal(world, [anna, boris], space);
    noFaults(tabs);
  }
  return met;
}

describe('{K8} {V4} who was away while keys changed', () => {
  test('[limit SYNC.announcedKeys KERNEL.foundByEpochs] finds the others after 12 changes, and after 63 within a year, though of those keys 13 are announced on a link; not after 64', async () => {
    expect(await Promise.all([12, 13, 63, 64].map((changes) => away(291, changes, 0)))).toEqual([true, true, true, false]);
  });

  test('[limit KERNEL.foundByMs] after 14 changes within a year, and no longer when the last of them is more than a year old', async () => {
    expect(await Promise.all([[14, 300], [14, 400]].map(([changes, days]) => away(292, changes!, days!)))).toEqual([true, false]);
  });
});
