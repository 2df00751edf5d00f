/** A few seeds of every mode of the simulator, and the simulator itself. The many run in the campaign (tests/sim/campaign.ts, `npm test`). */
import { describe, expect, test } from 'vitest';
import { describeOptions, FAULTS, MODES, simOptions, type Asked } from './support/sim-options.ts';
import { runSim } from './support/sim-run.ts';
import { SHORT_MODES, SHORT_SEEDS } from './support/short-seeds.ts';

const SEEDS = 25;

async function mustPass(asked: Asked): Promise<void> {
  const options = simOptions(asked);
  const result = await runSim(options);
  expect(result.failures, describeOptions(options)).toEqual([]);
}

describe('FORMATS §2, §5, §9: peers under faults become equal and lose nothing they showed as saved', () => {
  test(`{V4} seeds 1–${SEEDS}`, { timeout: 240_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await mustPass({ seed });
  });

  for (const mode of MODES.filter((one) => one !== 'small' && one !== 'large')) {
    test(`{V4} ${mode}`, { timeout: 240_000 }, async () => {
      for (let seed = 9_001; seed <= 9_002; seed++) await mustPass({ seed, mode, peers: 6, ops: 40 });
    });
  }
});

describe('the simulator itself', { timeout: 120_000 }, () => {
  test('what every `npm test` runs: 300 small seeds and 50 of each other class but the large one, no seed twice, every fault often, hostile members and acts on people in each', () => {
    const options = SHORT_MODES.map((mode) => ({ mode, runs: SHORT_SEEDS[mode].map((seed) => simOptions({ seed, mode })) }));
    for (const { mode, runs } of options) {
      expect([runs.length, new Set(runs.map(({ seed }) => seed)).size], mode).toEqual(mode === 'small' ? [300, 300] : [50, 50]);
      expect(runs.filter(({ churn }) => churn > 0).length, `${mode}: acts on people`).toBeGreaterThanOrEqual(15);
      expect(runs.filter(({ hostile }) => hostile > 0).length, `${mode}: hostile members`).toBeGreaterThanOrEqual(5);
    }
    const all = options.filter(({ mode }) => mode !== 'small').flatMap(({ runs }) => runs);
    for (const fault of FAULTS) expect(all.filter(({ faults }) => faults.includes(fault)).length, fault).toBeGreaterThanOrEqual(15);
  });

  test('the same seed gives the same trace, with GUN inside too', async () => {
    for (const mode of ['small', 'byzantine', 'gun'] as const) {
      const asked: Asked = { seed: 3, mode, peers: 4, ops: 24 };
      const [first, second] = [await runSim(simOptions(asked)), await runSim(simOptions(asked))];
      expect(second.trace).toBe(first.trace);
    }
  });

  test('another seed gives another trace', async () => {
    expect((await runSim(simOptions({ seed: 1 }))).trace).not.toBe((await runSim(simOptions({ seed: 2 }))).trace);
  });

  test('faults are named in the options and counted in the result', async () => {
    const options = simOptions({ seed: 4, mode: 'safety', peers: 6, ops: 40 });
    const { faults, faultCount } = await runSim(options);
    expect(faultCount).toBe(Object.values(faults).reduce((sum, n) => sum + n, 0));
    expect(faultCount).toBeGreaterThan(20);
    expect(Object.keys(faults).filter((kind) => !kind.startsWith('frame ') && kind !== 'torn row').every((kind) => (options.faults as readonly string[]).includes(kind))).toBe(true);
  });
});
