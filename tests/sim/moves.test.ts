/** Things that are moved to a fragment of their own: shared alone, with their authors, followed by what was written late, and back again (MOV1–MOV7). */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { readMessage } from '#domain/chat';
import type { NodeView } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { FRAGMENT } from '#vm/protocol/types';
import { born, equal, meet, noFaults, standing, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const ACL = toBase64url(FRAGMENT.acl);
const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const nodeOf = async (tab: SimTab, space: string, id: string): Promise<NodeView> => (await tab.api.graph(space).get(id)) as NodeView;
const kept = (tab: SimTab, space: string): string[] => [...new Set(tab.device.disk.records().filter((row) => toBase64url(row.space) === space).map((row) => toBase64url(row.fragment)))].sort();
const say = async (tab: SimTab, space: string, fragment: string, text: string, replyTo?: string): Promise<string> =>
  (await tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text, ...(replyTo ? { replyTo } : {}) }, verb: 'chat/message.send@1' }], { fragment })).ids[0]!;
/** Texts that a question about the whole space gives. */
const shown = async (tab: SimTab, space: string, fragment?: string): Promise<string[]> => (await tab.api.graph(space).query({ type: 'chat/message@1', ...(fragment ? { fragment } : {}) })).map((node) => String(node.props.text)).sort();

interface Thread extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly general: string;
  /** Boris asks, Anna answers; beside it something else. */
  readonly root: string;
  readonly answer: string;
  readonly other: string;
}

async function thread(seed: number): Promise<Thread> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const general = await m.world.wait(anna.api.graph(m.space).createFragment({ type: 'chat/channel@1', title: 'talk' }));
  await m.world.clock.run(2_000);
  const root = await say(boris, m.space, general, 'a plan');
  await until(m.world, () => texts(anna, m.space).length === 1, 10_000, 'anna reads it');
  const answer = await say(anna, m.space, general, 'good', root);
  const other = await say(boris, m.space, general, 'for us');
  await boris.api.graph(m.space).transact([{ op: 'edge.add', type: 'react/👍@1', from: answer, to: root, personal: true }], { fragment: general });
  await until(m.world, () => texts(boris, m.space).length === 3 && texts(anna, m.space).length === 3, 10_000, 'both read all');
  await equal(m.world, m.tabs, m.space);
  return { ...m, anna, boris, general, root, answer, other };
}

async function guestOf(m: Thread, name: string, fragment: string): Promise<SimTab> {
  const device = m.world.device(name);
  await born(m.world, await m.world.open(device));
  const guest = device.tabs[0]!;
  await m.world.wait(guest.api.spaces.join(await m.world.wait(m.anna.api.spaces.invite(m.space, { role: 'guest', scope: [fragment] }))));
  await until(m.world, () => standing(guest, m.space) === 'member', 30_000, 'the guest is in');
  return guest;
}

describe('{C7} a thread of its own', () => {
  test('[MOV1] [MOV2] [MOV4] [RIGHT21] is found where it is now by everybody, opens to a guest alone, and names its authors', async () => {
    const m = await thread(811);
    const { world, space, anna, boris, general, root, answer } = m;
    await expect(world.wait(boris.api.access.moveOut(space, root, { title: 'plan' }))).rejects.toMatchObject({ code: 'no-right' });
    const seen: string[] = [];
    boris.api.graph(space).subscribe({ type: 'chat/message@1', fragment: general }, ({ removed }) => seen.push(...removed));
    const everywhere: string[] = [];
    boris.api.graph(space).subscribe({ type: 'chat/message@1' }, ({ removed }) => everywhere.push(...removed));
    const { fragment, things } = await world.wait(anna.api.access.moveOut(space, root, { title: 'plan' }));
    expect(things).toBe(2);
    await until(world, () => spaceOf(boris, space).source.home(general, root) === fragment, 15_000, 'boris knows');
    await equal(world, m.tabs, space);
    for (const tab of [anna, boris]) {
      expect(await nodeOf(tab, space, root)).toMatchObject({ fragment, createdBy: uidOf(anna), told: { by: uidOf(boris), carriedBy: uidOf(anna), same: true, from: general } });
      expect(readMessage(await nodeOf(tab, space, answer))).toMatchObject({ by: uidOf(anna), carriedBy: null, reactions: [{ emoji: '👍' }] });
      expect([...readMessage(await nodeOf(tab, space, answer))!.reactions[0]!.edges.keys()]).toEqual([uidOf(boris)]);
      expect(await shown(tab, space, general)).toEqual(['for us']);
      expect(await shown(tab, space)).toEqual(['a plan', 'for us', 'good']);
      expect(await tab.api.graph(space).count({ type: 'chat/message@1' })).toBe(3);
      expect((await tab.api.graph(space).query({ type: 'chat/message@1', fragment: general, include: { moved: true } })).filter(({ moved }) => moved === fragment).map(({ id }) => id).sort()).toEqual([root, answer].sort());
      expect((await tab.api.graph(space).history(root)).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['chat/message.send@1', 'subscription/thing.move@1']));
    }
    expect(seen.sort(), 'gone from the channel').toEqual([root, answer].sort());
    expect(everywhere, 'and from nowhere else').toEqual([]);
    const guest = await guestOf(m, 'clara', fragment);
    await until(world, () => texts(guest, space).length === 2, 30_000, 'the guest reads it');
    expect(kept(guest, space)).toEqual([ACL, fragment].sort());
    expect(readMessage(await nodeOf(guest, space, root))).toMatchObject({ text: 'a plan', by: uidOf(boris), carriedBy: uidOf(anna) });
    noFaults([anna, boris, guest]);
  });

  test('[MOV3] [MOV5] [limit KERNEL.movePauseMs] what somebody writes in the old place without having heard of it follows, as theirs; who has heard writes in the new one', async () => {
    const m = await thread(812);
    const { world, space, anna, boris, general, root, answer, other } = m;
    boris.offline(true);
    await world.clock.run(15_000);
    const late = await say(boris, space, general, 'one more thing', root);
    await boris.api.graph(space).transact([{ op: 'node.set', id: root, props: { text: 'a better plan', edited: true } }], { fragment: general });
    const aside = await say(boris, space, general, 'beside it', other);
    const { fragment } = await world.wait(anna.api.access.moveOut(space, root, { title: 'plan' }));
    boris.offline(false);
    await until(world, () => spaceOf(anna, space).fragments.get(general)!.graph.node(late) !== null, 60_000, 'anna has the late answer');
    await until(world, () => spaceOf(anna, space).source.home(general, late) === fragment, KERNEL_LIMITS.movePauseMs + 2_000, 'it follows after a pause');
    await world.clock.run(2 * KERNEL_LIMITS.movePauseMs);
    await equal(world, m.tabs, space);
    for (const tab of [anna, boris]) {
      expect(await shown(tab, space, fragment)).toEqual(['a better plan', 'good', 'one more thing']);
      expect(await shown(tab, space, general)).toEqual(['beside it', 'for us']);
      for (const [id, by] of [[root, boris], [late, boris], [answer, anna]] as const) expect(readMessage(await nodeOf(tab, space, id))).toMatchObject({ by: uidOf(by), editedBy: null, carriedBy: null });
    }
    expect((await nodeOf(boris, space, aside)).fragment).toBe(general);
    // By its old address, from a page that was open there.
    const now = await say(boris, space, general, 'heard of it', root);
    expect((await nodeOf(boris, space, now)).fragment).toBe(fragment);
    const records = anna.device.disk.records().length;
    await world.clock.run(60_000);
    expect(anna.device.disk.records().length - records, 'nothing is carried again and again').toBeLessThan(6);
    noFaults(m.tabs);
  });

  test('[MOV2] [MOV6] [MOV7] the marks of a member move nothing; a move is taken back with what came since, and rules of the channel went along', async () => {
    const m = await thread(813);
    const { world, space, anna, boris, general, root, answer } = m;
    const own = await world.wait(boris.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'mine' }));
    await boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', id: root, props: { text: 'hijacked', 'moved/from': [new Uint8Array(16), new Uint8Array(32), 1, {}] } }], { fragment: own });
    await boris.api.graph(space).transact([{ op: 'node.set', id: root, props: { 'moved/to': Uint8Array.from(Buffer.from(own, 'base64url')) } }], { fragment: general });
    await until(world, () => spaceOf(anna, space).fragments.get(own)?.graph.node(root) != null, 15_000, 'anna has it');
    await equal(world, m.tabs, space);
    for (const tab of [anna, boris]) expect(spaceOf(tab, space).source.home(general, root)).toBe(general);
    await world.wait(anna.api.access.setRules(space, { on: { thing: general, ops: { 'react/': 'admin' } } }));
    const { fragment } = await world.wait(anna.api.access.moveOut(space, root, { title: 'plan' }));
    await until(world, () => spaceOf(boris, space).source.home(general, root) === fragment, 15_000, 'boris knows');
    expect((await boris.api.spaces.list()).find((one) => one.id === space)!.rules.on[fragment]).toEqual({ 'react/': 'admin' });
    const since = await say(boris, space, fragment, 'written there', root);
    await boris.api.graph(space).transact([{ op: 'node.set', id: root, props: { text: 'changed there' } }], { fragment });
    await until(world, () => texts(anna, space).includes('changed there'), 15_000, 'anna reads it');
    await expect(world.wait(anna.api.access.moveBack(space, m.other))).rejects.toMatchObject({ code: 'not-moved' });
    expect(await world.wait(anna.api.access.moveBack(space, root))).toEqual({ fragment: general, things: 3 });
    await until(world, () => spaceOf(boris, space).source.home(fragment, root) === general, 15_000, 'boris knows');
    await equal(world, m.tabs, space);
    for (const tab of [anna, boris]) {
      expect(await shown(tab, space, general)).toEqual(['changed there', 'for us', 'good', 'written there']);
      expect(readMessage(await nodeOf(tab, space, root))).toMatchObject({ by: uidOf(boris), editedBy: null, fragment: general });
      expect(readMessage(await nodeOf(tab, space, since))).toMatchObject({ by: uidOf(boris), carriedBy: null });
      expect(readMessage(await nodeOf(tab, space, answer))).toMatchObject({ by: uidOf(anna) });
      expect((await tab.api.graph(space).query({ type: 'fragment@1' })).map(({ props }) => props.title)).not.toContain('plan');
    }
    noFaults(m.tabs);
  });

  test('[MOV1] [limit KERNEL.moveThings] a page is a part already, and too much is not moved at once', async () => {
    const m = await thread(814);
    const { world, space, anna, general, root } = m;
    const page = await world.wait(anna.api.graph(space).createFragment({ type: 'editor/document@1', title: 'page' }));
    const { ids: [text] } = await anna.api.graph(space).transact([{ op: 'node.create', type: 'demo/page@1', props: {} }], { fragment: page });
    await anna.api.graph(space).transact([{ op: 'text.splice', id: text!, at: 0, remove: 0, insert: 'words' }], { fragment: page });
    await expect(world.wait(anna.api.access.moveOut(space, text!, { title: 'x' }))).rejects.toMatchObject({ code: 'own-part' });
    await anna.api.graph(space).transact(Array.from({ length: KERNEL_LIMITS.moveThings }, (_, n) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text: `n${n}`, replyTo: root } })), { fragment: general });
    await expect(world.wait(anna.api.access.moveOut(space, root, { title: 'x' }))).rejects.toMatchObject({ code: 'too-much' });
    expect((await nodeOf(anna, space, root)).fragment).toBe(general);
    noFaults(m.tabs);
  });
});
