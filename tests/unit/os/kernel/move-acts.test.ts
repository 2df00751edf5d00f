/** One kernel: a thread goes to a channel of its own and back, sealed in one transaction each time. */
import { expect, test } from 'vitest';
import { born } from '#tests/sim/support/walks';
import { createSimWorld } from '#tests/sim/support/sim-world';
import type { NodeView } from '#os/api';

test('[MOV1] [MOV2] [MOV5] [MOV6] [ACT1] out and back: the same ids, the same words, questions by id and place follow, and nothing is left half', async () => {
  const world = createSimWorld({ seed: 820 });
  const device = world.device('anna');
  await born(world, await world.open(device));
  const { api, running } = device.tabs[0]!;
  const space = await world.wait(api.spaces.create({ name: 'River' }));
  const graph = api.graph(space);
  const general = (await graph.query({ type: 'fragment@1' }))[0]!.id;
  const { ids: [root] } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'a plan' } }], { fragment: general });
  const { ids: [answer, other] } = await graph.transact([
    { op: 'node.create', type: 'chat/message@1', props: { text: 'good', replyTo: root! } }, { op: 'node.create', type: 'chat/message@1', props: { text: 'beside' } },
  ], { fragment: general });
  await world.wait(api.saved());
  const rows = device.disk.records().length;
  const { fragment, things } = await world.wait(api.access.moveOut(space, root!, { title: 'plan' }));
  expect(things).toBe(2);
  expect(device.disk.records().length - rows, 'directory, new and old place').toBe(3);
  const me = api.identity.get()!.uid;
  const at = async (id: string): Promise<NodeView> => (await graph.get(id)) as NodeView;
  expect(await at(root!)).toMatchObject({ fragment, props: { text: 'a plan' }, told: { by: me, carriedBy: me, same: true, from: general } });
  expect(await at(answer!)).toMatchObject({ fragment, props: { text: 'good', replyTo: root } });
  expect((await at(root!)).props).toEqual({ text: 'a plan' });
  expect((await at(other!)).fragment).toBe(general);
  expect((await graph.query({ type: 'chat/message@1', fragment: general })).map(({ id }) => id)).toEqual([other]);
  expect((await graph.query({ type: 'chat/message@1', fragment: general, include: { moved: true } })).map(({ moved }) => moved)).toEqual([fragment, fragment, undefined]);
  expect(await graph.count({ type: 'chat/message@1' })).toBe(3);
  expect(await graph.count({ type: 'chat/message@1', fragment: general })).toBe(1);
  expect(await graph.count({ type: 'chat/message@1', fragment: general, include: { moved: true } })).toBe(3);
  // Written by the old address.
  const { ids: [more] } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'more', replyTo: root! } }, { op: 'node.set', id: root!, props: { text: 'a better plan' } }], { fragment: general });
  expect((await at(more!)).fragment).toBe(fragment);
  expect((await at(root!)).props.text).toBe('a better plan');
  expect((await graph.history(root!)).map(({ after }) => after)).toEqual(expect.arrayContaining(['a better plan']));
  await expect(world.wait(api.access.moveBack(space, other!))).rejects.toMatchObject({ code: 'not-moved' });
  await expect(world.wait(api.access.moveOut(space, 'AAAAAAAAAAAAAAAAAAAAAA', { title: 'x' }))).rejects.toMatchObject({ code: 'not-here' });
  expect(await world.wait(api.access.moveBack(space, root!))).toEqual({ fragment: general, things: 3 });
  expect((await graph.query({ type: 'chat/message@1', fragment: general })).map(({ props }) => props.text).sort()).toEqual(['a better plan', 'beside', 'good', 'more']);
  expect((await graph.query({ type: 'chat/message@1', fragment })).length).toBe(0);
  expect((await graph.query({ type: 'fragment@1' })).map(({ props }) => props.title)).not.toContain('plan');
  expect((await at(root!)).createdBy).toBe(me);
  // And once more: its place is a new one.
  const again = await world.wait(api.access.moveOut(space, root!, { title: 'again' }));
  expect(again.fragment).not.toBe(fragment);
  expect(await at(more!)).toMatchObject({ fragment: again.fragment, props: { text: 'more' } });
  await world.clock.run(20_000);
  const still = device.disk.records().length;
  await world.clock.run(60_000);
  expect(device.disk.records().length, 'nothing is carried again').toBe(still);
  expect(running.parts.faults).toEqual([]);
});
