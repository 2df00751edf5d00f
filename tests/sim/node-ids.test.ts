/** Node ids of one run share nine bytes (docs/decisions/0023): an id drawn twice must not merge two nodes. */
import { expect, test } from 'vitest';
import { pair, say, texts } from './support/pair.ts';

test('FORMATS §3: an id that was drawn before is drawn again; two runs share no part', async () => {
  let repeat: Uint8Array<ArrayBuffer> | null = null;
  let drawn = 0;
  const { world, a, b, space } = await pair(601, {
    mutate: (deps, tab) => (tab !== 'anna.0' ? deps : {
      ...deps,
      random: {
        bytes(length) {
          const fresh = deps.random.bytes(length);
          if (length !== 7) return fresh;
          drawn++;
          // Every second draw is the one before.
          if (drawn % 2 === 0 && repeat) return repeat;
          return (repeat = fresh);
        },
      },
    }),
  });
  for (let i = 0; i < 6; i++) await say(a, space, `line ${i}`);
  await say(b, space, 'of another run');
  await world.clock.run(3_000);
  expect((await texts(b, space)).sort()).toEqual([...Array.from({ length: 6 }, (_, i) => `line ${i}`), 'of another run']);
  const ids = (await a.api.graph(space).query({ type: 'chat/message@1' })).map((node) => node.id);
  expect(new Set(ids).size).toBe(7);
  expect(new Set(ids.map((id) => id.slice(0, 12))).size, 'one first part for each run').toBe(2);
  expect(drawn, 'some were drawn again').toBeGreaterThan(7);
});
