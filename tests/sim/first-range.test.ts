/** The first ranges of a joiner: what the founding record explains comes in with it, nothing is refused and asked for again behind the content. */
import { expect, test } from 'vitest';
import { createSimWorld } from './support/sim-world.ts';

test('{V4} a joiner takes the acl in by one range: no record of it is refused, no gap is looked for', async () => {
  const world = createSimWorld({ seed: 31 });
  const [a, b] = [await world.open(world.device('anna')), await world.open(world.device('boris'))];
  await world.wait(a.api.identity.create({ name: 'Anna' }));
  await world.wait(b.api.identity.create({ name: 'Boris' }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(space))));
  expect(await world.clock.until(() => b.running.parts.kernel.spaces.get(space)?.standing === 'member', 20_000)).toBe(true);
  await world.clock.run(2_000);
  const { metrics } = b.running.parts;
  expect(metrics.get('sync.gets')).toBeGreaterThan(0);
  expect([metrics.get('records.refused.unexplained'), metrics.get('sync.fork_steps')]).toEqual([undefined, undefined]);
});
