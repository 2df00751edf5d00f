/** Presence: who is here and who types, and that a sent line ends the typing (FORMATS 8, Ephemeral). */
import { expect, test } from 'vitest';
import type { SimTab } from './support/sim-world.ts';
import { meet } from './support/walks.ts';

test('{C1} typing is seen, ends at once when the line is sent, and by itself otherwise; it is never in the log', async () => {
  const { world, space, tabs } = await meet({ seed: 31 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  await world.clock.run(2_000);
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

test('{C1} who comes into the room is told within a few seconds who is there already, and each half of its life the word is said anew', async () => {
  const { world, space, tabs } = await meet({ seed: 32 }, ['anna', 'boris']);
  const [a, b] = tabs as [SimTab, SimTab];
  await world.clock.run(2_000);
  const [channel] = await a.api.graph(space).query({ type: 'fragment@1' });
  const seen = async (): Promise<number> => (await a.api.presence.list(space)).filter((line) => line.fragment === channel!.id).length;
  a.api.network.pause();
  await world.clock.run(2_000);
  b.api.presence.set(space, channel!.id, 'here');
  await world.clock.run(4_000);
  expect(await seen(), 'control: nobody heard it').toBe(0);
  a.api.network.resume();
  await world.clock.run(5_000);
  expect(await seen()).toBe(1);
  // The page says it every 15 s, a little early or late.
  for (let round = 0; round < 6; round++) {
    await world.clock.run(14_990);
    b.api.presence.set(space, channel!.id, 'here');
    expect(await seen(), `round ${round}`).toBe(1);
  }
});
