/** Watcher and adjusters (K12): what is seen over a window, and knobs that are bounded, monotone and come back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjust, aim, NORMAL, unadjusted, type Adjustment, type KnobName } from '#os/kernel/adjust';
import { createWatch, type PipelineMetrics } from '#os/kernel/watch';

const NAMES = Object.keys(NORMAL) as KnobName[];
const CALM: PipelineMetrics = { queue: 0, commitMs: 5, ingestPerS: 0, refusedPerS: 0, lagMs: 0 };
const LEAST: Record<KnobName, number> = { bulkBatch: 8, deliverAtOnce: 2, asksPerLink: 1, newsBytes: 8_192, links: 4 };
const MOST: Record<KnobName, number> = { bulkBatch: 128, deliverAtOnce: 8, asksPerLink: 4, newsBytes: 32_768, links: 6 };
const metrics = fc.record({
  queue: fc.integer({ min: 0, max: 20_000 }), commitMs: fc.double({ min: 0, max: 5_000, noNaN: true }), ingestPerS: fc.integer({ min: 0, max: 10_000 }),
  refusedPerS: fc.integer({ min: 0, max: 10_000 }), lagMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
});
/** Steps of one second. */
const steps = (from: Adjustment, m: PipelineMetrics, count: number, at = 0): Adjustment => {
  let now = from;
  for (let i = 1; i <= count; i++) now = adjust(now, m, at + i * 1_000);
  return now;
};
const values = (all: Adjustment): Record<string, number> => Object.fromEntries(NAMES.map((name) => [name, all[name].value]));

describe('{K12} adjusters', () => {
  test('[limit ADJUST.bulkBatchMin ADJUST.bulkBatchMax ADJUST.deliverAtOnceMin ADJUST.asksPerLinkMin ADJUST.newsBytesMin] property: whatever was seen in whatever order, every knob stays within its ends', () => {
    fc.assert(fc.property(fc.array(metrics, { maxLength: 60 }), (seen) => {
      let now = unadjusted(0);
      for (const [i, m] of seen.entries()) {
        now = adjust(now, m, i * 31_000);
        for (const name of NAMES) {
          expect(now[name].value, name).toBeGreaterThanOrEqual(LEAST[name]);
          expect(now[name].value, name).toBeLessThanOrEqual(MOST[name]);
          expect(Number.isInteger(now[name].value)).toBe(true);
        }
      }
    }));
    // The ends are reached, so the bounds above say something.
    const worst = steps(unadjusted(0), { ...CALM, lagMs: 5_000, queue: 16_000 }, 200);
    expect(values(worst)).toEqual(LEAST);
    expect(steps(unadjusted(0), { ...CALM, commitMs: 1_000, queue: 2_000 }, 60).bulkBatch.value).toBe(128);
  });

  test('[limit ADJUST.lagMs ADJUST.queue ADJUST.commitMs ADJUST.backlog] property: a later loop and a longer queue never want more of anything, slower commits never smaller batches', () => {
    fc.assert(fc.property(metrics, fc.double({ min: 0, max: 10_000, noNaN: true }), fc.integer({ min: 0, max: 20_000 }), (m, lag, queue) => {
      const now = aim(m);
      const later = aim({ ...m, lagMs: m.lagMs + lag });
      const longer = aim({ ...m, queue: m.queue + queue });
      const slower = aim({ ...m, commitMs: m.commitMs + lag });
      for (const name of NAMES) {
        expect(later[name][0], name).toBeLessThanOrEqual(now[name][0]);
        // Of a longer queue the batch alone may grow: that empties it.
        if (name !== 'bulkBatch') expect(longer[name][0], name).toBeLessThanOrEqual(now[name][0]);
      }
      expect(slower.bulkBatch[0]).toBeGreaterThanOrEqual(now.bulkBatch[0]);
    }));
    // Where giving way begins and where it ends.
    const at = (m: Partial<PipelineMetrics>): number[] => NAMES.map((name) => aim({ ...CALM, ...m })[name][0]);
    const normal = NAMES.map((name) => NORMAL[name]);
    expect([at({ lagMs: 100 }), at({ queue: 4_096 }), at({ commitMs: 50, queue: 2_000 }), at({ commitMs: 5_000, queue: 64 })]).toEqual([normal, normal, normal, normal]);
    expect([at({ lagMs: 550 }), at({ queue: 8_192 })]).toEqual([[20, 5, 3, 20_480, 5], [32, 8, 3, 20_480, 5]]);
    expect([at({ lagMs: 1_000 })[2], at({ queue: 12_288 })[2], at({ commitMs: 400, queue: 1_024 })[0], at({ commitMs: 225, queue: 1_024 })[0], at({ commitMs: 400, queue: 544 })[0]]).toEqual([1, 1, 128, 80, 80]);
  });

  test('property: when it is calm again every knob is back at normal, and says so', () => {
    fc.assert(fc.property(fc.array(metrics, { maxLength: 40 }), (seen) => {
      let now = unadjusted(0);
      for (const [i, m] of seen.entries()) now = adjust(now, m, i * 31_000);
      const calm = steps(now, CALM, 200, seen.length * 31_000);
      expect(values(calm)).toEqual(NORMAL);
      expect(NAMES.map((name) => calm[name].why)).toEqual(NAMES.map(() => 'normal'));
    }), { numRuns: 50 });
  });

  test('[limit ADJUST.linksEveryMs] the number of links changes by one, every 30 s at most; the rest follows within twenty seconds', () => {
    const load = { ...CALM, lagMs: 2_000 };
    const after = (s: number): Adjustment => steps(unadjusted(0), load, s);
    expect([29, 30, 59, 60, 200].map((s) => after(s).links.value)).toEqual([6, 5, 5, 4, 4]);
    expect(values(after(20))).toEqual({ ...LEAST, links: 6 });
    expect(after(20).bulkBatch.why).toBe('busy');
  });

  test('without load nothing moves: the same object stays', () => {
    const before = unadjusted(0);
    expect(adjust(before, CALM, 5_000).bulkBatch).toBe(before.bulkBatch);
  });
});

describe('{K12} watcher', () => {
  test('[limit WATCH.windowS] ten seconds are seen: means and rates of them, and nothing of what was before', () => {
    const watch = createWatch();
    for (let s = 0; s < 20; s++) {
      watch.committed(s < 10 ? 500 : 20, s * 1_000);
      watch.ingested(30, s * 1_000);
      watch.look(s === 5 ? 900 : 3, s, s * 2, s * 1_000);
    }
    expect(watch.read(19_500)).toEqual({ queue: 19, commitMs: 20, ingestPerS: 30, refusedPerS: 2, lagMs: 3 });
    expect(watch.read(40_000)).toEqual({ queue: 19, commitMs: 0, ingestPerS: 0, refusedPerS: 0, lagMs: 0 });
  });

  test('[limit WATCH.sleptMs] a loop that is late is seen until the window has passed; one that slept half a minute is none', () => {
    const watch = createWatch();
    watch.look(29_999, 0, 0, 1_000);
    watch.look(30_000, 0, 0, 2_000);
    expect([watch.read(2_000).lagMs, watch.read(10_500).lagMs, watch.read(11_500).lagMs]).toEqual([29_999, 29_999, 0]);
  });
});
