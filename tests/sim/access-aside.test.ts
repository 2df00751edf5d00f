/** What is beyond a cut is taken in again by an act (FORMATS 5: adopt). */
import { expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { equal, meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;

test('{C7} [RIGHT16] [limit KERNEL.adoptAtOnce] what somebody wrote before they heard of their removal: listed, and shown by everybody once an admin takes it in', async () => {
  const { world, space, tabs } = await meet({ seed: 241 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [SimTab, SimTab, SimTab];
  await say(boris, space, 'before');
  await until(world, () => texts(anna, space).length === 1, 10_000, 'anna reads it');
  boris.offline(true);
  await world.clock.run(15_000);
  for (const text of ['one', 'two', 'three']) await say(boris, space, text);
  await world.wait(boris.api.saved());
  await world.wait(anna.api.access.remove(space, uidOf(boris)));
  expect(await anna.api.access.setAside(space)).toEqual([]);
  boris.offline(false);
  await until(world, () => spaceOf(boris, space).rights.roleOf(uidOf(boris)) === null, 60_000, 'boris is told');
  await until(world, () => anna.device.disk.records().length === clara.device.disk.records().length && anna.device.disk.records().length >= boris.device.disk.records().length, 60_000, 'his records go round');
  const [line, ...more] = await anna.api.access.setAside(space);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ uid: uidOf(boris) });
  expect(line!.records).toBeGreaterThan(0);
  expect(texts(anna, space)).toEqual(['before']);
  await expect(world.wait(clara.api.access.adopt(space, uidOf(boris)))).rejects.toMatchObject({ code: 'no-right' });
  expect(await world.wait(anna.api.access.adopt(space, uidOf(boris)))).toBe(line!.records);
  await equal(world, [anna, clara], space);
  await until(world, () => texts(clara, space).length === 4, 10_000, 'clara shows it');
  expect(texts(anna, space)).toEqual(['before', 'one', 'three', 'two']);
  expect(await anna.api.access.setAside(space)).toEqual([]);
  expect((await anna.api.access.journal(space))[0]).toMatchObject({ kind: 'adopted', by: uidOf(anna), counts: true });
  // He stays out.
  expect(spaceOf(anna, space).rights.roleOf(uidOf(boris))).toBeNull();
  noFaults(tabs);
  // Of many in lists that each fit a record.
  const { sealer } = anna.running.parts;
  const general = [...spaceOf(anna, space).fragments.values()].find((fragment) => fragment.log.log(spaceOf(boris, space).ownWriter()!).length > 0)!;
  const [record] = general.log.log(spaceOf(boris, space).ownWriter()!);
  const written = vi.spyOn(sealer, 'writeAclAll').mockResolvedValue(record!.id);
  vi.spyOn(general.log, 'log').mockReturnValue(Array.from({ length: 2_500 }, () => ({ ...record!, status: 'quarantined' as const, hlc: record!.hlc, delta: 0 })));
  expect(await world.wait(anna.api.access.adopt(space, uidOf(boris)))).toBe(2_500);
  expect(written.mock.calls[0]![1].map(([op]) => (op!.t === 'adopt' ? op!.ids.length : 0))).toEqual([1_000, 1_000, 500]);
});
