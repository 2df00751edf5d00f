/** Presence: who is here and who types, and that a sent line ends the typing (FORMATS 8, Ephemeral). */
import { expect, test } from 'vitest';
import { createSimWorld } from './support/sim-world.ts';

test('{C1} typing is seen, ends at once when the line is sent, and by itself otherwise; it is never in the log', async () => {
  const world = createSimWorld({ seed: 31 });
  const a = await world.open(world.device('anna'));
  const b = await world.open(world.device('boris'));
  await world.wait(a.api.identity.create({ name: 'Anna' }));
  await world.wait(b.api.identity.create({ name: 'Boris' }));
  const space = await world.wait(a.api.spaces.create({ name: 'River' }));
  await world.wait(b.api.spaces.join(await world.wait(a.api.spaces.invite(space))));
  await world.clock.run(5_000);
  const [channel] = await a.api.graph(space).query({ type: 'fragment@1' });
  const kinds = async (): Promise<string[]> => (await b.api.presence.list(space)).filter((line) => line.fragment === channel!.id).map((line) => line.kind).sort();
  const before = (await b.api.log.records(space, { limit: 500 })).length;
  a.api.presence.set(space, channel!.id, 'typing');
  await world.clock.run(500);
  expect(await kinds()).toEqual(['typing']);
  a.api.presence.set(space, channel!.id, 'here');
  await world.clock.run(500);
  expect(await kinds()).toEqual(['here']);
  a.api.presence.set(space, channel!.id, 'typing');
  await world.clock.run(500);
  expect(await kinds()).toEqual(['here', 'typing']);
  await world.clock.run(7_000);
  expect(await kinds()).toEqual(['here']);
  expect((await b.api.log.records(space, { limit: 500 })).length).toBe(before);
});
