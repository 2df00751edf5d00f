/** Room of one person in a space (TRUST 32). The budget is small here. */
import { expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { heldOf } from '#os/kernel/author-budget';
import { must } from '#base/assert';
import { RECORD_CLASS } from '#vm/protocol/types';
import { give, madeUp, message, nextRecord, resign } from './support/forge.ts';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

vi.mock('#os/limits', async (original) => {
  const limits = await original<typeof import('#os/limits')>();
  return { ...limits, KERNEL_LIMITS: { ...limits.KERNEL_LIMITS, authorRecords: 32 } };
});

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;

test('[row 32] [BUD1] [BUD2] [limit KERNEL.authorRecords] who has stored as much as one may is told so and writes no more; what a kernel writes all the same is not taken in, others go on', async () => {
  const { world, space, tabs } = await meet({ seed: 731 }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  let said = 0;
  const refused = async (): Promise<unknown> => {
    for (; said < 40; said++) {
      const error = await say(boris, space, `line ${String(said).padStart(2, '0')}`).then(() => null, (one: unknown) => one);
      if (error !== null) return error;
      await world.wait(boris.api.saved());
    }
    return null;
  };
  expect(await refused()).toMatchObject({ code: 'author-full' });
  expect(heldOf(spaceOf(boris, space), uidOf(boris)).records).toBe(30);
  await equal(world, tabs, space);
  expect(texts(anna, space)).toHaveLength(said);
  // His kernel keeps no rule: two more have room, the rest is refused before it is stored.
  const forged: Uint8Array[] = [];
  for (let i = 0; i < 6; i++) {
    const bytes = await nextRecord(boris, space, [message(boris, space, `forced ${i}`)]);
    const report = await give(anna, bytes);
    if (report.added === 1) await give(boris, bytes);
    forged.push(bytes);
    expect(report, String(i)).toMatchObject(i < 2 ? { added: 1, refused: 0 } : { added: 0, refused: 1 });
  }
  expect(anna.api.metrics()['records.refused.author-cap']).toBe(4);
  expect(heldOf(spaceOf(anna, space), uidOf(boris)).records).toBe(32);
  await until(world, () => texts(anna, space).length === said + 2, 10_000, 'what had room is read');
  // Nor by a class it claims, nor by a writer nobody knows yet.
  const claims = await resign(boris, must(forged.at(-1), 'forged'), (header) => header.set(12, RECORD_CLASS.acl).set(13, null).set(14, null));
  const [unknown] = await madeUp(boris, space, 1, { uid: must(boris.running.parts.kernel.profile, 'profile').uid });
  for (const bytes of [claims, must(unknown, 'first record').bytes]) expect(await give(anna, bytes)).toMatchObject({ added: 0, refused: 1 });
  expect(anna.api.metrics()['records.refused.author-cap']).toBe(6);
  // Others write on, and acts on rights are taken in (control).
  await say(anna, space, 'from anna');
  await until(world, () => texts(boris, space).includes('from anna'), 10_000, 'boris reads on');
  noFaults(tabs);
});

test('[row 32] [LOG8] [limit SYNC.cappedMs] two who have taken what there was room for, and not the same, do not ask each other for the rest over and over; after ten minutes once more', async () => {
  const { world, space, tabs } = await meet({ seed: 732 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  for (let i = 0; i < 40 && heldOf(spaceOf(boris, space), uidOf(boris)).records < 30; i++) {
    await say(boris, space, `line ${i}`);
    await world.wait(boris.api.saved());
  }
  await equal(world, tabs, space);
  boris.offline(true);
  for (const { names, pair } of world.network.pairs) if (names.includes(boris.name)) pair.cut();
  for (let i = 0; i < 2; i++) {
    const bytes = await nextRecord(boris, space, [message(boris, space, `for anna ${i}`)]);
    for (const tab of [boris, anna]) expect(await give(tab, bytes)).toMatchObject({ added: 1 });
  }
  const others = await madeUp(boris, space, 2, { uid: must(boris.running.parts.kernel.profile, 'profile').uid });
  expect(await give(clara, ...others.map(({ bytes }) => bytes))).toMatchObject({ added: 2 });
  const counts = (name: string): number[] => [anna, clara].map((tab) => tab.api.metrics()[name] ?? 0);
  await until(world, () => counts('records.refused.author-cap').every((count) => count > 0), 60_000, 'both asked, and had no room');
  await world.clock.run(30_000);
  const asked = counts('sync.gets');
  await world.clock.run(300_000);
  expect(counts('sync.gets'), 'gets in five minutes').toEqual(asked);
  expect(counts('sync.fork_steps'), 'no fork is looked for').toEqual([0, 0]);
  // What has room is asked for as ever.
  await say(anna, space, 'from anna');
  await until(world, () => texts(clara, space).includes('from anna'), 10_000, 'clara reads on');
  const before = counts('records.refused.author-cap');
  await world.clock.run(400_000);
  expect(counts('records.refused.author-cap').map((count, i) => count > before[i]!), 'asked once more').toEqual([true, true]);
  noFaults([anna, clara]);
});
