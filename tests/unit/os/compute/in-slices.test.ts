import { describe, expect, test } from 'vitest';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { inSlices } from '#os/compute/in-slices';

/** Steps that take so many ms each; what was done, and when it rested. */
function kit(count: number, ms: number) {
  let now = 0;
  let done = 0;
  const rested: number[] = [];
  const steps = (function* (): Generator<void, string> {
    while (done < count) {
      now += ms;
      done++;
      yield;
    }
    return 'all';
  })();
  return { steps, rested, clock: () => now, done: () => done, rest: async () => void rested.push(now) };
}

describe('{K3} work in slices', () => {
  test('[limit COMPUTE.sliceMs] MUS18 after every slice the thread comes back to its loop; what comes out is the same', async () => {
    const { steps, clock, rest, rested } = kit(10, COMPUTE_LIMITS.sliceMs / 4);
    expect(await inSlices(steps, clock, rest)).toBe('all');
    expect(rested).toEqual([COMPUTE_LIMITS.sliceMs, 2 * COMPUTE_LIMITS.sliceMs]);
  });

  test('MUS18 ended while it rests, nothing more is done', async () => {
    const { steps, clock, done } = kit(10, COMPUTE_LIMITS.sliceMs);
    void inSlices(steps, clock, () => new Promise(() => undefined));
    await new Promise((next) => setImmediate(next));
    expect(done()).toBe(1);
  });

  test('what a step throws is told', async () => {
    const steps = (function* (): Generator<void, never> {
      yield;
      throw new Error('broken');
    })();
    await expect(inSlices(steps, () => 0, async () => undefined)).rejects.toThrow('broken');
  });
});
