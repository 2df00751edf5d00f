/** Joining by link, step by step, as the person sees it. */
import { expect, test } from 'vitest';
import type { JoinState } from '#os/api';
import { createSimWorld, type SimTab } from './support/sim-world.ts';

test('{C7} every step of a join is told once, in order, and ends', async () => {
  const world = createSimWorld({ seed: 11 });
  const a = await world.open(world.device('anna'));
  const b = await world.open(world.device('boris'));
  await world.wait(a.api.identity.create({ name: 'Anna' }));
  await world.wait(b.api.identity.create({ name: 'Boris' }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  const link = await world.wait(a.api.spaces.invite(space));
  const steps: JoinState[] = [];
  const followed = (async () => {
    const { state } = await b.api.spaces.join(link);
    for await (const step of state) steps.push(step);
  })();
  await world.wait(followed, 20_000);
  expect(steps.filter((step) => step.state === 'done').map((step) => step.step)).toEqual(['link', 'server', 'found', 'secure', 'accepted', 'done']);
  expect((await b.api.spaces.list()).find((one) => one.id === space)).toMatchObject({ name: 'River', role: 'member', members: 2 });
});

test('{C7} fifteen come by one link at the same moment: each is let in, however many of the others they are linked to', async () => {
  for (const seed of [12, 13, 14]) {
    const world = createSimWorld({ seed });
    const owner = await world.open(world.device('anna'));
    await world.wait(owner.api.identity.create({ name: 'Anna' }));
    const space = await world.wait(owner.api.spaces.create({ name: 'River' }));
    const link = await world.wait(owner.api.spaces.invite(space, { uses: 40 }));
    const joiners: SimTab[] = [];
    for (let n = 0; n < 15; n++) {
      const tab = await world.open(world.device(`p${n}`));
      await world.wait(tab.api.identity.create({ name: `p${n}` }));
      joiners.push(tab);
    }
    for (const tab of joiners) void tab.api.spaces.join(link);
    const waiting = (): string[] => joiners.filter((tab) => tab.running.parts.kernel.spaces.get(space)?.standing !== 'member').map((tab) => tab.name);
    await world.clock.until(() => waiting().length === 0, 10_000);
    expect(waiting(), `seed ${seed}`).toEqual([]);
  }
});
