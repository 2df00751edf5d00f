/** Three people, one after the other: who comes under the rule that newcomers read from their coming on opens nothing of before, and is told what everybody has to know (KEY9, HIST1, HIST2). */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { personName, spaceName } from '#os/kernel/spaces';
import { FRAGMENT } from '#vm/protocol/types';
import type { SimTab } from '#tests/sim/support/sim-world';
import { born, meet, noFaults, standing, texts, until, type Meeting } from '#tests/sim/support/walks';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const say = (tab: SimTab, space: string, fragment: string, text: string) => tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }], { fragment });
const epochsOf = (tab: SimTab, space: string): string[] => spaceOf(tab, space).rights.view().epochs.map(({ epoch }) => epoch);
const opens = (tab: SimTab, space: string): boolean[] => epochsOf(tab, space).map((epoch) => spaceOf(tab, space).keys.has(fromBase64url(epoch)!));

async function comes(m: Meeting, by: SimTab, name: string): Promise<SimTab> {
  const device = m.world.device(name);
  await born(m.world, await m.world.open(device));
  const tab = device.tabs[0]!;
  await m.world.wait(tab.api.spaces.join(await m.world.wait(by.api.spaces.invite(m.space))));
  await until(m.world, () => standing(tab, m.space) === 'member', 30_000, `${name} is in`);
  return tab;
}

test('[KEY9] [HIST1] [HIST2] from their coming on: names of channels and people, what is said then and nothing of before; the others, and their new keys, as ever', async () => {
  const m = await meet({ seed: 841 }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const talk = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'talk' }));
  await say(boris, space, talk, 'before');
  await until(world, () => texts(anna, space).includes('before'), 10_000, 'anna reads it');
  await expect(world.wait(boris.api.access.setRules(space, { history: 'joining' }))).rejects.toMatchObject({ code: 'owner-only' });
  await world.wait(anna.api.access.setRules(space, { history: 'joining' }));
  expect((await anna.api.spaces.list()).find(({ id }) => id === space)!.rules.history).toBe('joining');
  const clara = await comes(m, anna, 'clara');
  await until(world, () => spaceName(spaceOf(clara, space)) === 'River' && personName(spaceOf(clara, space), uidOf(boris)) === 'boris', 60_000, 'clara is told the names');
  const titles = (await clara.api.graph(space).query({ type: 'fragment@1' })).map(({ props }) => props.title);
  expect(titles).toContain('talk');
  expect(personName(spaceOf(clara, space), uidOf(anna))).toBe('anna');
  await say(boris, space, talk, 'since');
  await until(world, () => texts(clara, space).includes('since'), 20_000, 'clara reads what is said now');
  expect(texts(clara, space)).toEqual(['since']);
  expect(opens(clara, space)).toEqual([false, true]);
  expect(opens(boris, space)).toEqual([true, true]);
  expect((await clara.api.spaces.list()).find(({ id }) => id === space)!.since).toBeGreaterThan(0);
  expect((await boris.api.spaces.list()).find(({ id }) => id === space)!.since).toBeUndefined();
  // She has the records of before, sealed; no key that comes later opens them.
  expect(clara.device.disk.records().length).toBeGreaterThan(anna.device.disk.records().length / 2);
  const dora = await comes(m, anna, 'dora');
  await until(world, () => spaceName(spaceOf(dora, space)) === 'River', 60_000, 'dora is told the name');
  await say(clara, space, talk, 'and now');
  await until(world, () => texts(dora, space).includes('and now') && texts(anna, space).includes('and now'), 20_000, 'all read it');
  expect(texts(dora, space)).toEqual(['and now']);
  expect([opens(dora, space), opens(clara, space), opens(anna, space)]).toEqual([[false, false, true], [false, true, true], [true, true, true]]);
  // Without the rule (control) who comes reads all of it.
  await world.wait(anna.api.access.setRules(space, { history: 'all' }));
  const emil = await comes(m, anna, 'emil');
  await until(world, () => texts(emil, space).length === 3, 60_000, 'emil reads all');
  const records = anna.device.disk.records().length;
  await world.clock.run(60_000);
  expect(anna.device.disk.records().length - records, 'nothing is told again and again').toBeLessThan(6);
  expect(opens(dora, space)).toEqual([false, false, true]);
  noFaults([anna, boris, clara, dora, emil]);
});

test('[HIST2] [limit KERNEL.toldAgain] a directory longer than one act is told again whole', async () => {
  const m = await meet({ seed: 842 }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna] = m.tabs as [SimTab];
  const n = KERNEL_LIMITS.toldAgain + 20;
  await anna.api.graph(space).transact(Array.from({ length: n }, (_, at) => ({ op: 'node.create' as const, type: 'fragment@1', props: { fragment: 'x', type: 'chat/channel@1', title: `t${at}`, created: at } })), { fragment: toBase64url(FRAGMENT.root) });
  await world.wait(anna.api.access.setRules(space, { history: 'joining' }));
  const clara = await comes(m, anna, 'clara');
  const told = (): number => [...spaceOf(clara, space).source.ids(toBase64url(FRAGMENT.root), 'fragment@1')].length;
  await until(world, () => told() === n + 1, 60_000, 'clara has all of it');
  noFaults([anna, clara]);
});
