/** Kernel events (K1): what happened, here or elsewhere, told to subscribers. */
import { expect, test } from 'vitest';
import type { KernelEvent } from '#os/api';
import { createSimWorld } from './support/sim-world.ts';

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
