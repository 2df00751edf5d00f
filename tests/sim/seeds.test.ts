/** Many seeds of the simulator: 4 peers, random acts, random faults, then all must be equal and nothing saved is lost. LGOS_FULL=1 runs 2,000. */
import { describe, expect, test } from 'vitest';
import { describeOptions, simOptions, type Asked } from './support/sim-options.ts';
import { runSim } from './support/sim-run.ts';

const FULL = process.env.LGOS_FULL === '1';
const SEEDS = FULL ? 2_000 : 300;
const PER_TEST = 25;

async function mustPass(asked: Asked): Promise<number> {
  const options = simOptions(asked);
  const result = await runSim(options);
  expect(result.failures, describeOptions(options)).toEqual([]);
  return result.healMs;
}

describe('FORMATS §2, §5, §9: peers under faults become equal and lose nothing they showed as saved', () => {
  for (let from = 1; from <= SEEDS; from += PER_TEST) {
    test(`{V4} seeds ${from}–${from + PER_TEST - 1}`, { timeout: 120_000 }, async () => {
      for (let seed = from; seed < from + PER_TEST; seed++) await mustPass({ seed });
    });
  }

  test('real signatures and seals', { timeout: 120_000 }, async () => {
    for (let seed = 5_001; seed <= (FULL ? 5_020 : 5_003); seed++) await mustPass({ seed, crypto: 'real', ops: 12 });
  });

  test('over the real GUN replica (equal in the end; its own timing and message ids are not seeded, so no trace is compared)', { timeout: 120_000 }, async () => {
    for (let seed = 7_001; seed <= (FULL ? 7_020 : 7_003); seed++) await mustPass({ seed, replica: 'gun', ops: 12 });
  });

  test('eight peers', { timeout: 120_000 }, async () => {
    for (let seed = 6_001; seed <= (FULL ? 6_020 : 6_002); seed++) await mustPass({ seed, peers: 8, ops: 40 });
  });
});

describe('the simulator itself', () => {
  test('the same seed gives the same trace', async () => {
    for (const seed of [1, 2, 3]) {
      const [first, second] = [await runSim(simOptions({ seed })), await runSim(simOptions({ seed }))];
      expect(second.trace).toBe(first.trace);
    }
  });

  test('another seed gives another trace', async () => {
    expect((await runSim(simOptions({ seed: 1 }))).trace).not.toBe((await runSim(simOptions({ seed: 2 }))).trace);
  });
});
