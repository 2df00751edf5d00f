/** A Guild: who comes asks first and reads; who was made a member writes; channels are the admins'. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { FRAGMENT } from '#vm/protocol/types';
import { createSimWorld, type SimTab } from './support/sim-world.ts';
import { give, message, nextRecord } from './support/forge.ts';
import { born, equal, noFaults, say, standing, texts, until } from './support/walks.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;

describe('{V0} a Guild', () => {
  test('[RIGHT25] begins with its rules in one commit with its first key; whoever comes by its link waits, then reads, and writes as a member', async () => {
    const world = createSimWorld({ seed: 731 });
    const [anna, boris] = [await world.open(world.device('anna')), await world.open(world.device('boris'))] as const;
    for (const tab of [anna, boris]) await born(world, tab);
    const space = await world.wait(anna.api.spaces.create({ name: 'Choir', kind: 'guild' }));
    const team = await world.wait(anna.api.spaces.create({ name: 'Control' }));
    const rules = async (id: string) => (await anna.api.spaces.list()).find((one) => one.id === id)!;
    expect(await rules(space)).toMatchObject({ kind: 'guild', rules: { approve: true, ops: { 'fragment@1': 'admin' } } });
    expect(await rules(team)).toMatchObject({ kind: 'team', rules: { approve: false, ops: {} } });
    // Genesis and key with the rules: the first two acl records, and no third.
    expect(spaceOf(anna, space).rights.acts()).toHaveLength(2);

    const link = await world.wait(anna.api.spaces.invite(space));
    expect((await anna.api.spaces.readLink(link)).role).toBe('guest');
    await world.wait(boris.api.spaces.join(link));
    await until(world, () => anna.running.parts.joins.waiting(space).length === 1, 20_000, 'boris waits');
    expect(spaceOf(boris, space).rights.heads(), 'and is served nothing').toEqual([]);
    await world.wait(anna.api.spaces.approve(space, uidOf(boris)));
    await until(world, () => standing(boris, space) === 'member', 20_000, 'boris is in');
    await say(anna, space, 'welcome');
    // A Guild is held by use: what one looks at comes.
    const general = [...spaceOf(anna, space).source.ids(toBase64url(FRAGMENT.root), 'fragment@1')][0]!;
    for (const tab of [anna, boris]) await world.wait(tab.api.graph(space).query({ fragment: general }));
    await until(world, () => texts(boris, space).includes('welcome'), 20_000, 'he reads');
    await expect(say(boris, space, 'too early')).rejects.toMatchObject({ code: 'no-right' });
    const forged = await nextRecord(boris, space, [message(boris, space, 'past the kernel')]);
    for (const tab of [anna, boris]) await give(tab, forged);
    expect(texts(anna, space)).toEqual(['welcome']);

    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
    await until(world, () => spaceOf(boris, space).rights.roleOf(uidOf(boris)) === 2, 10_000, 'boris is a member');
    await say(boris, space, 'thank you');
    await equal(world, [anna, boris], space);
    expect(texts(anna, space)).toEqual(['thank you', 'welcome']);
    await expect(boris.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'mine' })).rejects.toMatchObject({ code: 'rules' });
    await anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'altos' });
    noFaults([anna, boris]);
  }, 60_000);
});
