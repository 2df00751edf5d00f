/** A fork that no single fragment shows (FORMATS §5): a copied profile that wrote in two fragments. It acts through fork.proof in `acl` only. */
import { describe, expect, test } from 'vitest';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, texts, until, type Meeting } from './support/walks.ts';

const sayIn = (tab: SimTab, space: string, fragment: string, text: string) =>
  tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }], { fragment });

/** Proofs in the acl log of a tab, dead ones too. */
function proofs(tab: SimTab, space: string): number {
  const { log } = tab.running.parts.kernel.spaces.get(space)!.fragments.get('AQEBAQEBAQEBAQEBAQEBAQ')!;
  return [...log.records()].filter((record) => record.ops?.some((op) => op.primitive === 42)).length;
}

/** Three people, two channels, and a copy of the second one's profile; each half wrote in another channel and came online after it. */
async function copiedProfile(seed: number, mends: boolean): Promise<Meeting & { copy: SimTab; original: SimTab; writer: string }> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara']);
  const { world, space } = m;
  const [anna, original] = m.tabs as [SimTab, SimTab];
  const [general] = await anna.api.graph(space).query({ type: 'fragment@1' });
  const second = await anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'second' });
  await world.clock.run(3_000);
  const writer = original.running.parts.kernel.slot!.text;
  for (const tab of m.tabs) await sayIn(tab, space, general!.id, `before by ${tab.device.name}`);
  await world.clock.run(2_000);
  original.offline(true);
  await world.clock.run(30_000);
  const copy = await world.open(world.device('copy', { disk: m.devices[1]!.disk.clone() }));
  copy.offline(true);
  if (!mends) for (const { running: { parts: { repair } } } of [original, copy]) Object.assign(repair, { onFork: () => undefined, onAcl: () => undefined });
  await world.clock.run(2_000);
  await sayIn(original, space, general!.id, 'original');
  await sayIn(copy, space, second, 'copy');
  await world.clock.run(2_000);
  original.offline(false);
  copy.offline(false);
  return { ...m, copy, original, writer };
}

const BEFORE = ['before by anna', 'before by boris', 'before by clara'];

describe('{V5} FORMATS §5: a fork seen only across fragments', () => {
  test('[row 3] [FORK6] nobody mends it: one of those who see it proves it, both halves are held back from the fork on, until the slot is retired', async () => {
    const m = await copiedProfile(71, false);
    const { world, space, copy, original, writer } = m;
    const others = [m.tabs[0]!, m.tabs[2]!];
    await until(world, () => others.every((tab) => proofs(tab, space) > 0), 60_000, 'proven');
    await world.clock.run(10_000);
    for (const tab of others) {
      expect(proofs(tab, space), 'written once').toBe(1);
      const { rights, fragments } = tab.running.parts.kernel.spaces.get(space)!;
      expect([...fragments.values()].flatMap((fragment) => fragment.log.forked()), 'no fragment shows it').toEqual([]);
      expect(rights.view().forkProofs.get(writer)?.count).toBe(1);
      expect(texts(tab, space), tab.name).toEqual(BEFORE);
      const held = (await tab.api.log.records(space, { limit: 500 })).filter((record) => record.status === 'held-back');
      expect(held.map((record) => record.writer)).toEqual([writer, writer]);
    }
    expect(others.reduce((sum, tab) => sum + (tab.api.metrics()['forks.proven'] ?? 0), 0)).toBe(1);
    const reopened = async (tab: SimTab): Promise<SimTab> => {
      world.kill(tab);
      return world.open(tab.device);
    };
    // The same profile, whole this time.
    const all = [...others, await reopened(original), await reopened(copy)];
    await until(world, () => all.every((tab) => texts(tab, space).length === 5), 60_000, 'all is shown');
    await equal(world, all, space);
    for (const tab of all) expect(texts(tab, space)).toEqual([...BEFORE, 'copy', 'original']);
    for (const tab of all) expect(proofs(tab, space), 'no second proof').toBe(1);
    noFaults(all);
  });

  test('[row 3] [FORK6] an honest copy: it is proven once, both halves retire the slot, nothing is lost, both go on', async () => {
    const m = await copiedProfile(72, true);
    const { world, space, copy, original, writer } = m;
    const all = [...m.tabs, copy];
    await until(world, () => all.every((tab) => texts(tab, space).length === 5 && proofs(tab, space) > 0), 90_000, 'proven and shown');
    await world.clock.run(20_000);
    await equal(world, all, space);
    for (const tab of all) {
      expect(texts(tab, space), tab.name).toEqual([...BEFORE, 'copy', 'original']);
      expect(proofs(tab, space), tab.name).toBe(1);
      expect(tab.running.parts.kernel.spaces.get(space)!.rights.view().settlements.has(writer)).toBe(true);
    }
    expect(new Set([copy, original].map((tab) => tab.running.parts.kernel.slot!.text)).size).toBe(2);
    noFaults(all);
  });

  test('control: without a fork nothing is proven', async () => {
    const { world, tabs, space } = await meet({ seed: 73 }, ['anna', 'boris']);
    const [general] = await tabs[0]!.api.graph(space).query({ type: 'fragment@1' });
    for (const tab of tabs) await sayIn(tab, space, general!.id, tab.name);
    await world.clock.run(30_000);
    for (const tab of tabs) expect(proofs(tab, space)).toBe(0);
  });
});
