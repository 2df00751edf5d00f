/** Joining by link, step by step, as the person sees it. */
import { expect, test } from 'vitest';
import type { JoinState } from '#os/api';
import { createSimWorld } from './support/sim-world.ts';

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
