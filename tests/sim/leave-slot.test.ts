/** A slot is left in one act (FORMATS §4, §5): its clock.fix, its slot.retire and the row that closes it are all on the disk or none of them. */
import { describe, expect, test } from 'vitest';
import type { Segment } from '#ports/record-store';
import { toBase64url } from '#base/bytes';
import { crashing, type CrashPlan } from './support/crash-plan.ts';
import { equal, meet, noFaults, noForks, say, texts, until, type Meeting } from './support/walks.ts';
import type { SimDevice, SimTab } from './support/sim-world.ts';

const DAY_MS = 86_400_000;
/** Primitives. */
const CLOCK_FIX = 14;
const SLOT_RETIRE = 40;

/** Arrivals of the segments that hold an operation, by the logs of a tab that has read the disk. */
async function arrivalsOf(tab: SimTab, space: string, primitive: number): Promise<number[]> {
  const ids = new Set<string>();
  for (const { log } of tab.running.parts.kernel.spaces.get(space)!.fragments.values()) {
    for (const record of log.records()) if (record.ops?.some((op) => op.primitive === primitive)) ids.add(record.key);
  }
  const segments: Segment[] = await tab.device.disk.open().scan(0, 10_000);
  return segments.filter((segment) => segment.records.some((row) => ids.has(toBase64url(row.id)))).map((segment) => segment.arrival);
}

const slotRetired = async (device: SimDevice): Promise<boolean> => ((await device.disk.open().list('slot/'))[0]![1] as { retired: boolean }).retired;

const TWO = 'in the second channel';

/** The first device opens alone, a day ahead, and writes. */
async function writesAhead({ world, devices, tabs, space }: Meeting): Promise<SimTab> {
  world.kill(tabs[0]!);
  world.server.down();
  for (const { pair } of world.network.pairs) pair.cut();
  devices[0]!.clockOffsetMs = DAY_MS;
  const ahead = await world.open(devices[0]!);
  await say(ahead, space, 'ahead');
  return ahead;
}

/** Wrote a day ahead in two channels, is linked, and dies around its n-th commit of records; then opened again alone. */
async function dieWhileLeaving(phase: number, commit: number): Promise<'all' | 'none' | 'alive'> {
  const plan: CrashPlan = { armed: false, countdown: commit, phase, die: () => undefined };
  const m = await meet({ seed: 400 + commit, commitMs: () => 3, mutate: (deps, tab) => (tab.startsWith('anna') ? crashing(deps, plan) : deps) }, ['anna', 'boris']);
  const { world, space } = m;
  const [first, b] = m.tabs as [SimTab, SimTab];
  const second = await world.wait(first.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'second' }));
  await world.clock.run(3_000);
  const ahead = await writesAhead(m);
  await ahead.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: TWO } }], { fragment: second });
  await world.wait(ahead.api.saved());
  plan.die = () => {
    plan.armed = false;
    world.kill(ahead);
  };
  plan.armed = true;
  world.server.up();
  await ahead.api.network.retry();
  await b.api.network.retry();
  await world.clock.run(20_000);
  plan.armed = false;
  if (ahead.alive) return 'alive';
  world.server.down();
  const again = await world.open(m.devices[0]!);
  const [fixes, retirements] = [await arrivalsOf(again, space, CLOCK_FIX), await arrivalsOf(again, space, SLOT_RETIRE)];
  expect(fixes.length, 'both logs are put right in one transaction').toBeLessThan(2);
  expect(retirements, 'in the same transaction').toEqual(fixes);
  expect(await slotRetired(m.devices[0]!), 'with the row that closes the slot').toBe(fixes.length > 0);
  world.server.up();
  for (const tab of [again, b]) await tab.api.network.retry();
  await until(world, () => texts(b, space).length === 2, 60_000, 'it is shown');
  await world.clock.run(10_000);
  await equal(world, [again, b], space);
  expect(texts(again, space)).toEqual(['ahead', TWO]);
  noForks(m.devices);
  noFaults([again, b]);
  return fixes.length > 0 ? 'all' : 'none';
}

describe('{V7} FORMATS §4: clock.fix to the end of the log and slot.retire are one act', () => {
  for (const phase of [0, 1, 2, 3]) {
    test(`[TIME7] crash around each commit, phase ${phase}: all of it or nothing, and it is mended`, { timeout: 30_000 }, async () => {
      const ends: string[] = [];
      while (ends.at(-1) !== 'alive' && ends.length < 12) ends.push(await dieWhileLeaving(phase, ends.length + 1));
      expect(ends.length, 'the crash came').toBeGreaterThan(1);
      // Until the disk has the act there is nothing of it, from then on all of it.
      expect(ends.slice(0, -1)).toEqual([...ends.filter((end) => end === 'none'), ...ends.filter((end) => end === 'all')]);
      expect(ends).toContain(phase < 2 ? 'none' : 'all');
    });
  }

  test('[TIME7] a disk that refuses the act is asked again: one fix and one retirement a space', async () => {
    const m = await meet({ seed: 410 }, ['anna', 'boris']);
    const { world, space } = m;
    const [, b] = m.tabs as [SimTab, SimTab];
    const ahead = await writesAhead(m);
    await world.wait(ahead.api.saved());
    const slot = ahead.running.parts.kernel.slot!.text;
    world.server.up();
    await ahead.api.network.retry();
    await until(world, () => {
      if (ahead.running.parts.kernel.time.known()) m.devices[0]!.disk.fail('quota', 3);
      return ahead.running.parts.kernel.time.known();
    }, 20_000, 'mesh time is known');
    await world.clock.run(20_000);
    expect(ahead.running.parts.kernel.slot!.text).not.toBe(slot);
    const fixes = await arrivalsOf(ahead, space, CLOCK_FIX);
    expect(fixes).toHaveLength(1);
    expect(await arrivalsOf(ahead, space, SLOT_RETIRE)).toEqual(fixes);
    await until(world, () => texts(b, space).length === 1, 20_000, 'it is shown');
    noForks(m.devices);
  });
});
