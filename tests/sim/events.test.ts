/** Kernel events (K1): what happened, here or elsewhere, told to subscribers. */
import { expect, test } from 'vitest';
import type { Change, KernelEvent } from '#os/api';
import { equal, meet, until } from './support/walks.ts';
import { createSimWorld, type SimTab } from './support/sim-world.ts';

test('{K1}{V6} node_created and relation_created tell local from remote; a burst is one event', async () => {
  const world = createSimWorld({ seed: 21 });
  const a = await world.open(world.device('anna'));
  const b = await world.open(world.device('boris'));
  await world.wait(a.api.identity.create({ name: 'Anna' }));
  await world.wait(b.api.identity.create({ name: 'Boris' }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(space))));
  await world.clock.run(5_000);
  const seen: KernelEvent[] = [];
  b.api.on((event) => void seen.push(event));
  const here: KernelEvent[] = [];
  a.api.on((event) => void here.push(event));
  const { ids } = await a.api.graph(space).transact([{ op: 'node.create', type: 'task/task@1', props: { n: 1 } }, { op: 'node.create', type: 'task/task@1', props: { n: 2 } }]);
  await a.api.graph(space).transact([{ op: 'edge.add', type: 'blocks@1', from: ids[0]!, to: ids[1]! }]);
  await world.clock.run(3_000);
  expect(here.filter((event) => event.type === 'node_created').map((event) => [event.node, event.origin])).toEqual(ids.map((id) => [id, 'local']));
  expect(seen.filter((event) => event.type === 'node_created').map((event) => [event.node, event.origin])).toEqual(ids.map((id) => [id, 'remote']));
  expect(seen.filter((event) => event.type === 'relation_created').map((event) => event.node)).toEqual([ids[0]]);
  seen.length = 0;
  await a.api.graph(space).transact(Array.from({ length: 500 }, (_, n) => ({ op: 'node.create' as const, type: 'task/task@1', props: { n } })));
  await world.clock.run(3_000);
  expect(await b.api.graph(space).count({ type: 'task/task@1' })).toBe(502);
  expect(seen.filter((event) => event.type === 'node_created').length).toBeLessThan(10);
});

/** What a subscriber heard, in ids: [origin, added, changed, removed]. */
const heard = (changes: readonly Change[]) => changes.map(({ origin, added, changed, removed }) => [origin, added.map(({ id }) => id), changed.map(({ id }) => id), removed]);

test('{K1} node_updated names the thing that was edited, here and elsewhere; a burst, and a fragment made anew, name none', async () => {
  const { world, space, tabs } = await meet({ seed: 22 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const { ids } = await a.api.graph(space).transact(Array.from({ length: 40 }, (_, n) => ({ op: 'node.create' as const, type: 'task/task@1', props: { n } })));
  const side = await world.wait(a.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'side' }));
  const few = (await a.api.graph(space).transact([1, 2, 3].map((n) => ({ op: 'node.create' as const, type: 'side/task@1', props: { n } })), { fragment: side })).ids;
  await world.wait(a.api.saved());
  await equal(world, tabs, space);
  expect(await a.api.graph(space).count({ type: 'task/task@1' })).toBe(40);
  expect(await b.api.graph(space).count({ type: 'task/task@1' })).toBe(40);
  const seen = { here: [] as KernelEvent[], there: [] as KernelEvent[] };
  a.api.on((event) => void (event.type === 'node_updated' && seen.here.push(event)));
  b.api.on((event) => void (event.type === 'node_updated' && seen.there.push(event)));
  const named = (list: readonly KernelEvent[]) => new Set(list.map(({ node, origin }) => `${origin} ${node}`));
  await a.api.graph(space).transact([{ op: 'node.set', id: ids[3]!, props: { done: true } }, { op: 'edge.add', type: 'blocks@1', from: ids[4]!, to: ids[5]! }]);
  await world.clock.run(2_000);
  expect([named(seen.here), named(seen.there)]).toEqual([new Set([`local ${ids[3]}`, `local ${ids[4]}`]), new Set([`remote ${ids[3]}`, `remote ${ids[4]}`])]);
  seen.here.length = seen.there.length = 0;
  await a.api.graph(space).transact(ids.map((id) => ({ op: 'node.set' as const, id, props: { done: false } })));
  await world.clock.run(2_000);
  expect([named(seen.here), named(seen.there)]).toEqual([new Set(['local undefined']), new Set(['remote undefined'])]);
  expect(seen.there.length).toBeLessThan(4);
  // Boris is out: what he wrote meanwhile counts for nobody, and everything is made anew without it.
  b.offline(true);
  await b.api.graph(space).transact([{ op: 'node.set', id: few[0]!, props: { n: 9 } }]);
  await world.wait(b.api.saved());
  await world.wait(a.api.access.remove(space, b.api.identity.get()!.uid));
  seen.there.length = 0;
  b.offline(false);
  const shown = (): unknown => b.running.parts.kernel.spaces.get(space)!.source.view(side, few[0]!)?.props.n;
  await until(world, () => shown() === 1, 60_000, 'what he wrote is set aside');
  expect(named(seen.there.filter(({ fragment }) => fragment === side))).toEqual(new Set(['remote undefined']));
});

test('{K1} a subscriber is told what came, changed and went, and whether it was done here', async () => {
  const { world, space, tabs } = await meet({ seed: 23 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  const changes = { here: [] as Change[], there: [] as Change[] };
  const query = { type: 'task/task@1', where: { done: false } };
  a.api.graph(space).subscribe(query, (change) => void changes.here.push(change));
  b.api.graph(space).subscribe(query, (change) => void changes.there.push(change));
  const told = async () => {
    await world.clock.run(2_000);
    const out = [heard(changes.here), heard(changes.there)].map((list) => list.filter((one, i) => JSON.stringify(one) !== JSON.stringify(list[i - 1])));
    changes.here.length = changes.there.length = 0;
    return out;
  };
  const graph = a.api.graph(space);
  const id = (await graph.transact([{ op: 'node.create', type: 'task/task@1', props: { n: 1, done: false } }, { op: 'node.create', type: 'task/task@1', props: { n: 2, done: true } }])).ids[0]!;
  // Once more when it is saved: the word on its state changed.
  expect(await told()).toEqual([[['local', [id], [], []], ['local', [], [id], []]], [['remote', [id], [], []]]]);
  await graph.transact([{ op: 'node.set', id, props: { n: 3 } }]);
  expect(await told()).toEqual([[['local', [], [id], []]], [['remote', [], [id], []]]]);
  await b.api.graph(space).transact([{ op: 'node.set', id, props: { done: true } }]);
  expect(await told()).toEqual([[['remote', [], [], [id]]], [['local', [], [], [id]]]]);
  await graph.transact([{ op: 'node.set', id, props: { done: false } }]);
  await told();
  await graph.transact([{ op: 'node.delete', id }]);
  expect(await told()).toEqual([[['local', [], [], [id]]], [['remote', [], [], [id]]]]);
});
