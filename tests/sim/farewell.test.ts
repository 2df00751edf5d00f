/** Leaving a space while nobody can hear it. */
import { expect, test } from 'vitest';
import { equal, meet, say, standing, texts, until } from './support/walks.ts';

test('{V9} FORMATS §6: who leaves without a network tells it when there is one, with what was written before, also after a restart', async () => {
  const { world, tabs, devices, space } = await meet({ seed: 77 }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = tabs as [typeof tabs[0], typeof tabs[0], typeof tabs[0]];
  const uid = boris.running.parts.kernel.profile!.uid;
  boris.offline(true);
  await world.clock.run(1_000);
  await say(boris, space, 'last words');
  await world.wait(boris.api.spaces.leave(space));
  expect(standing(boris, space)).toBe('left');
  await world.clock.run(20_000);
  // Nobody could hear it yet.
  expect(anna.running.parts.kernel.spaces.get(space)!.rights.roleOf(uid)).not.toBeNull();
  world.kill(boris);
  const again = await world.open(devices[1]!);
  for (const tab of [anna, clara]) await until(world, () => tab.running.parts.kernel.spaces.get(space)!.rights.roleOf(uid) === null, 60_000, 'the leaving arrives');
  await equal(world, [anna, clara], space);
  expect(texts(anna, space)).toEqual(['last words']);
  // Then it is over: no link of his is in the space any more, and nothing of the others reaches him.
  await world.clock.run(60_000);
  await say(anna, space, 'among us');
  await world.clock.run(5_000);
  expect(texts(clara, space)).toContain('among us');
  expect(again.running.parts.kernel.spaces.get(space)!.standing).toBe('left');
  expect(texts(again, space)).not.toContain('among us');
  expect(again.api.network.status().peers.every((peer) => !peer.spaces.includes(space))).toBe(true);
  expect(await again.running.parts.kernel.store.get(`farewell/${space}`)).toBeUndefined();
});
