/** Releases of the app between devices over the production kernel, its links and its calls: honest ones, liars, and who may not ask. What is pinned and served: tests/unit/boot/release-peers.test.ts. */
import { expect, test } from 'vitest';
import { utf8, type Bytes } from '#base/bytes';
import { sha384 } from '#boot/release-manifest';
import type { BuildShelf } from '#os/builds-api';
import type { BuildDesk } from '#os/kernel/build-desk';
import { born, meet, noFaults, standing, until } from './support/walks.ts';
import { comes } from './support/search-ports.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';

const LARGE = Uint8Array.from({ length: 700_001 }, (_, at) => (at * 31 + (at >> 8)) & 0xff) as Bytes;
const SMALL = utf8('let app = 2;');
const MISSING = utf8('let late = 3;');
const [LARGE_NAME, SMALL_NAME, MISSING_NAME] = [await sha384(LARGE), await sha384(SMALL), await sha384(MISSING)];
const FILES = new Map([[LARGE_NAME, LARGE], [SMALL_NAME, SMALL], [MISSING_NAME, MISSING]]);

const shelf = (more: Partial<BuildShelf> = {}): BuildShelf => ({ list: async () => ({ sequence: 20, text: 'the list' }), file: async (name) => FILES.get(name) ?? null, digest: sha384, ...more });
/** By the first letters of a tab's name. */
const withShelves = (shelves: Readonly<Record<string, BuildShelf>>) => ({
  mutate: <D extends object>(deps: D, tab: string): D => ({ ...deps, builds: Object.entries(shelves).find(([name]) => tab.startsWith(name))?.[1] ?? shelf({ list: async () => null, file: async () => null }) }),
});

/** What comes while the world runs; digests are made in real turns. */
async function got<T>(world: SimWorld, what: string, coming: Promise<T>): Promise<T> {
  let done = false;
  coming.then(() => (done = true), () => (done = true));
  await comes(world, what, () => done);
  return coming;
}
const deskOf = (world: SimWorld, tab: SimTab): Promise<BuildDesk> => got(world, 'the desk', tab.running.parts.compute.builds());
const refused = (tab: SimTab): number => tab.running.parts.metrics.get('builds.refused') ?? 0;

test('{K9} REL1 REL2 a list and its files come over the links, whatever their size; of two liars neither gets in what was not asked for, and each is asked no more', async () => {
  const asks: string[] = [];
  const m = await meet({ seed: 7701, ...withShelves({
    anna: shelf({ file: async (name) => (name === MISSING_NAME ? null : (asks.push('anna'), FILES.get(name) ?? null)) }),
    // Another byte, and more than was asked for. Lists that do not fit: tests/unit/os/kernel/build-desk.test.ts.
    vera: shelf({ file: async (name) => (asks.push('vera'), FILES.get(name)?.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) ?? null) }),
    igor: shelf({ file: async () => (asks.push('igor'), new Uint8Array(3_000_000)) }),
  }) }, ['anna', 'boris', 'vera', 'igor']);
  const [anna, boris, vera, igor] = m.tabs as [SimTab, SimTab, SimTab, SimTab];
  const desk = await deskOf(m.world, boris);
  expect(await got(m.world, 'lists', desk.lists(10))).toEqual(['the list', 'the list', 'the list']);
  expect(await got(m.world, 'older lists', desk.lists(20))).toEqual([]);
  for (let i = 0; i < 3; i++) {
    expect(await got(m.world, 'the small file', desk.file({ sha384: SMALL_NAME, size: SMALL.length }))).toEqual(SMALL);
    expect(await got(m.world, 'the large file', desk.file({ sha384: LARGE_NAME, size: LARGE.length }))).toEqual(LARGE);
  }
  expect(asks.filter((name) => name === 'anna')).toHaveLength(6);
  // What the honest one does not have is asked of the others.
  const none = await sha384(utf8('other'));
  for (const name of [MISSING_NAME, none]) expect(await got(m.world, 'nobody has it', desk.file({ sha384: name, size: MISSING.length }))).toBeNull();
  expect([asks.filter((name) => name === 'vera').length, asks.filter((name) => name === 'igor').length, refused(boris)]).toEqual([1, 1, 2]);
  noFaults([anna, boris, vera, igor]);
}, 120_000);

test('{K9} REL1 who has a part of a space, or shares none, asks nobody and is given nothing', async () => {
  const m = await meet({ seed: 7702, ...withShelves({ anna: shelf() }) }, ['anna', 'boris'], 'member', 'guild');
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const part = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'Altos' }));
  const device = world.device('clara');
  await born(world, await world.open(device));
  const clara = device.tabs[0]!;
  const desk = await deskOf(world, clara);
  expect(await got(world, 'nobody', desk.lists(10))).toEqual([]);
  await world.wait(clara.api.spaces.join(await world.wait(anna.api.spaces.invite(space, { role: 'guest', scope: [part] }))));
  await until(world, () => standing(clara, space) === 'member', 30_000, 'clara is in');
  await world.clock.run(6_000);
  expect([await got(world, 'a part', desk.lists(10)), await got(world, 'a part of it', desk.file({ sha384: SMALL_NAME, size: SMALL.length }))]).toEqual([[], null]);
  // The control: a member of the whole space is given both.
  const his = await deskOf(world, boris);
  expect([await got(world, 'the list', his.lists(10)), await got(world, 'the file', his.file({ sha384: SMALL_NAME, size: SMALL.length }))]).toEqual([['the list'], SMALL]);
  noFaults([anna, boris, clara]);
}, 60_000);
