/** A member beacon (RIGHT34; docs/decisions/0155): it keeps all of a space, and reads the fragments that an Owner or Admin opens to it, for digests; nothing else, and it writes nothing. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import type { KernelDeps } from '#os/kernel/deps';
import { generalFragment } from '#os/kernel/spaces';
import { digestOf } from '#signaling/beacon/digest';
import { beaconHost } from '#signaling/beacon/service';
import { raised } from './support/tower.ts';
import { meet, noFaults, say, texts, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : deps);
const spaceOf = (tab: SimTab, space: string) => must(tab.running.parts.kernel.spaces.get(space), 'space');

test('[RIGHT34] [KEY8] {V10} a beacon reads what is opened to it from the beginning, and no more; closed, it keeps what comes and reads nothing of it; everybody sees that it reads', async () => {
  const m = await meet({ seed: 851, mutate }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const general = toBase64url(must(generalFragment(spaceOf(anna, space)), 'general'));
  const secret = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'secret' }));
  await say(anna, space, 'before');
  await anna.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'hidden' }, verb: 'chat/message.send@1' }], { fragment: secret });
  const { tower: device, address } = await raised(m, 'tower', 851);
  let tower = await world.open(device);
  const [added] = await world.wait(anna.api.access.beacons(space, { add: address }));
  const line = async (tab: SimTab) => must((await tab.api.access.beacons(space))[0], 'beacon');
  const keeps = async (): Promise<void> => {
    for (let at = 0; at < 60 && (await line(anna)).behind > 0; at++) await world.clock.run(1_000);
    expect((await line(anna)).behind).toBe(0);
  };
  await until(world, () => tower.running.parts.kernel.spaces.get(space)?.standing === 'member', 30_000, 'it is in');
  await world.clock.run(5_000);
  await keeps();
  expect([texts(tower, space), added!.reads, digestOf(tower.running.parts, 0)], 'control: it keeps, and reads nothing').toEqual([[], [], []]);

  const { id } = added!;
  const open = (tab: SimTab, fragments: string[], of = id) => world.wait(tab.api.access.beacons(space, { reads: { id: of, fragments } }));
  await expect(open(boris, [general])).rejects.toMatchObject({ code: 'no-right' });
  await expect(open(anna, ['AAAAAAAAAAAAAAAAAAAAAA'])).rejects.toMatchObject({ code: 'bad-id' });
  await expect(open(anna, [general], toBase64url(boris.running.parts.kernel.profile!.uid))).rejects.toMatchObject({ code: 'not-here' });
  expect((await open(anna, [general]))[0]).toMatchObject({ reads: [general], state: 'linked' });
  await until(world, () => texts(tower, space).includes('before'), 30_000, 'it reads from the beginning');
  await say(boris, space, 'and boris');
  await until(world, () => texts(tower, space).includes('and boris'), 30_000, 'and what comes');
  expect(texts(tower, space).sort()).toEqual(['and boris', 'before']);
  expect((await line(boris)).reads, 'boris sees it').toEqual([general]);
  expect(digestOf(tower.running.parts, 0)).toMatchObject([{ space: 'River', fragments: [{ title: 'general', fresh: { 'chat/message@1': 2 }, all: 2, people: 2 }] }]);
  expect(digestOf(tower.running.parts, world.clock.now() + 1_000)[0]!.fragments, 'nothing new').toMatchObject([{ fresh: {}, all: 2, people: 0 }]);
  // It counts and is listed as before: a copy on a beacon, no device and no person.
  await keeps();
  const sent = await say(anna, space, 'more');
  await world.clock.run(5_000);
  expect(await anna.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: ['tower'] });
  expect((await anna.api.spaces.members(space)).map(({ name }) => name).sort()).toEqual(['anna', 'boris']);
  expect(await anna.api.access.publicLinks(space)).toEqual([]);

  // A start later it reads as before.
  world.kill(tower);
  tower = await world.open(device);
  await until(world, () => texts(tower, space).length === 3, 30_000, 'after a start');
  const keys = spaceOf(tower, space).keys;
  const before = must(spaceOf(anna, space).rights.sealingEpoch(), 'epoch');
  expect([...spaceOf(tower, space).fragments.values()].filter(({ id: fragment }) => keys.opens(before, fragment)).map(({ key }) => key)).toEqual([general]);

  expect((await open(anna, []))[0]).toMatchObject({ reads: [] });
  await world.clock.run(5_000);
  await say(anna, space, 'after');
  await world.clock.run(10_000);
  await keeps();
  expect(texts(tower, space)).not.toContain('after');
  expect(texts(boris, space), 'control').toContain('after');
  expect(digestOf(tower.running.parts, 0)).toEqual([]);
  expect((await anna.api.access.journal(space)).map(({ kind }) => kind).filter((kind) => kind.startsWith('beacon'))).toEqual(['beacon-reads', 'beacon-reads', 'beacon']);
  noFaults([anna, boris, tower]);
}, 60_000);
