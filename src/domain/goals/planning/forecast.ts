/**
 * When a plan ends, by Monte Carlo (Van Slyke, "Monte Carlo Methods and the PERT Problem", Operations Research 11, 1963). Durations are drawn
 * from the triangle of their three points (Johnson, "The triangular distribution as a proxy for the beta distribution in risk analysis", The
 * Statistician 46, 1997) by its inverse, which needs only + − × ÷ √: IEEE 754 fixes all five to the last bit, so every engine draws the same,
 * while `Math.pow` and `Math.exp`, which a beta needs, may differ. The same seed draws the same numbers whatever the estimates are.
 */
import { atOnce, type Steps } from '#base/steps';
import { between, streamsOf } from './chance.ts';
import { forward, numbersOf } from './passes.ts';
import type { Network } from './network.ts';

export interface Forecast {
  readonly runs: number;
  /** The minute by which so many of a hundred runs have ended, p = 0 to 100. */
  readonly at: (percent: number) => number;
  /** Share of the runs that ended by this minute. */
  readonly by: (minute: number) => number;
  /** Ends of all runs, the earliest first. */
  readonly ends: Float64Array;
  /** Share of the spread of the end that goes back to each task, by its number: the covariance of its duration with the end, of all that are positive. */
  readonly blame: Float64Array;
}

/** The value below which the share u of a triangle lies. */
export function triangle(low: number, likely: number, high: number, u: number): number {
  const width = high - low;
  const left = likely - low;
  return u * width < left ? low + Math.sqrt(u * width * left) : high - Math.sqrt((1 - u) * width * (high - likely));
}

/** Expected value and variance of three points as PERT reads them (Malcolm et al., "Application of a Technique for Research and Development Program Evaluation", 1959). */
export const pert = (low: number, likely: number, high: number): { mean: number; variance: number } => ({ mean: (low + 4 * likely + high) / 6, variance: ((high - low) / 6) ** 2 });

interface Spread {
  readonly tasks: Int32Array;
  readonly low: Float64Array;
  readonly likely: Float64Array;
  readonly high: Float64Array;
}

/** Tasks whose duration is not certain. */
function spreadOf({ tasks }: Network): Spread {
  const open = [...tasks.keys()].filter((i) => tasks[i]!.estimate && tasks[i]!.estimate![2] > tasks[i]!.estimate![0]);
  const point = (k: 0 | 1 | 2): Float64Array => Float64Array.from(open, (i) => tasks[i]!.estimate![k]);
  return { tasks: Int32Array.from(open), low: point(0), likely: point(1), high: point(2) };
}

/** So many runs of a network under one seed. */
export function forecastOf(net: Network, asked: { readonly seed: string; readonly runs: number }): Forecast {
  return atOnce(forecastSteps(net, asked));
}

/** The same run by run, with a step for what comes before: between two of them who does it may do something else, or give it up. */
export function* forecastSteps(net: Network, { seed, runs }: { readonly seed: string; readonly runs: number }): Steps<Forecast> {
  const { duration, notBefore } = numbersOf(net);
  const { tasks, low, likely, high } = spreadOf(net);
  net.tasks.forEach(({ estimate }, i) => {
    if (estimate) duration[i] = estimate[1];
  });
  const streams = streamsOf(seed, Array.from(tasks, (i) => net.tasks[i]!.id));
  const start = new Float64Array(duration.length);
  const usual = forward(net, duration, notBefore, start);
  const ends = new Float64Array(runs);
  const sum = new Float64Array(tasks.length);
  const product = new Float64Array(tasks.length);
  let total = 0;
  yield;
  for (let run = 0; run < runs; run++) {
    for (let k = 0; k < tasks.length; k++) {
      duration[tasks[k]!] = triangle(low[k]!, likely[k]!, high[k]!, between(streams, k));
    }
    const end = forward(net, duration, notBefore, start);
    ends[run] = end;
    total += end - usual;
    for (let k = 0; k < tasks.length; k++) {
      const over = duration[tasks[k]!]! - likely[k]!;
      sum[k]! += over;
      product[k]! += over * (end - usual);
    }
    yield;
  }
  const blame = new Float64Array(duration.length);
  for (let k = 0; k < tasks.length; k++) blame[tasks[k]!] = Math.max(0, product[k]! - (sum[k]! * total) / runs);
  const all = blame.reduce((a, b) => a + b, 0);
  return { runs, ends: ends.sort(), blame: all > 0 ? blame.map((one) => one / all) : blame, ...readOf(ends) };
}

function readOf(ends: Float64Array): Pick<Forecast, 'at' | 'by'> {
  return {
    at: (percent) => ends[Math.min(ends.length - 1, Math.max(0, Math.ceil((ends.length * percent) / 100) - 1))] ?? 0,
    by: (minute) => {
      let [low, high] = [0, ends.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle]! <= minute) low = middle + 1;
        else high = middle;
      }
      return ends.length === 0 ? 0 : low / ends.length;
    },
  };
}
