/** Everything a screen asks of the engine, in one answer that can be handed from a worker to a page. */
import { forecastOf, type Forecast } from './forecast.ts';
import { levelled, loadOf, type Demand, type Move, type ResourceLoad, type Shut } from './load.ts';
import { networkOf, type PlanLink, type PlanTask } from './network.ts';
import { passesOf } from './passes.ts';
import { prioritiesOf, type Proposal } from './priority.ts';

export interface PlanRequest {
  readonly tasks: readonly PlanTask[];
  readonly links: readonly PlanLink[];
  readonly demands: readonly Demand[];
  /** Hundredths of each resource; left out: one whole. */
  readonly capacities: readonly (readonly [resource: string, units: number])[];
  /** When a resource is not there; left out: they always are. */
  readonly shut?: readonly Shut[];
  /** Minutes of work of a day. */
  readonly day: number;
  /** The same for all who look at the same plan: its id. */
  readonly seed: string;
  /** Runs of the forecast; 0: none. */
  readonly runs: number;
  /** The minute by which all should be done. */
  readonly target: number | null;
}

/** A task in the plan, minutes. */
export interface Planned {
  readonly id: string;
  readonly start: number;
  readonly finish: number;
  readonly lateFinish: number;
  readonly total: number;
  readonly free: number;
  /** How much later than its deadline, 0 when not. */
  readonly late: number;
}

export interface ForecastShown {
  readonly runs: number;
  /** Minutes by which 10, 50, 80 and 90 of a hundred runs have ended: "likely" is from the first to the third. */
  readonly p10: number;
  readonly p50: number;
  readonly p80: number;
  readonly p90: number;
  /** Share of the runs that end by the target; null without one. */
  readonly inTime: number | null;
  /** Runs that end in each of the equal steps from `from` to `to`. */
  readonly bars: readonly number[];
  readonly from: number;
  readonly to: number;
  /** What the range hangs on, the greatest share first. */
  readonly blame: readonly { readonly task: string; readonly share: number }[];
}

export interface PlanAnswer {
  readonly tasks: readonly Planned[];
  readonly end: number;
  readonly path: readonly string[];
  readonly circles: readonly (readonly string[])[];
  /** Ids of links that count for nothing. */
  readonly held: readonly string[];
  readonly dangling: readonly string[];
  readonly load: readonly ResourceLoad[];
  readonly levelling: { readonly end: number; readonly moves: readonly Move[]; readonly impossible: readonly string[] } | null;
  readonly priorities: readonly Proposal[];
  readonly forecast: ForecastShown | null;
}

const BARS = 24;
const BLAMED = 5;

function shown(forecast: Forecast, tasks: readonly PlanTask[], target: number | null): ForecastShown {
  const { ends, at, by, blame, runs } = forecast;
  const [from, to] = [ends[0]!, ends[ends.length - 1]!];
  const bars = new Array<number>(to > from ? BARS : 1).fill(0);
  for (const end of ends) bars[to > from ? Math.min(BARS - 1, Math.floor(((end - from) / (to - from)) * BARS)) : 0]! += 1;
  const blamed = tasks.map(({ id }, i) => ({ task: id, share: blame[i]! })).filter(({ share }) => share > 0).sort((a, b) => b.share - a.share || (a.task < b.task ? -1 : 1));
  return { runs, p10: at(10), p50: at(50), p80: at(80), p90: at(90), inTime: target === null ? null : by(target), bars, from, to, blame: blamed.slice(0, BLAMED) };
}

/** The plan of these tasks and links. Pure: the same question, the same answer, everywhere. */
export function planOf({ tasks, links, demands, capacities, shut, day, seed, runs, target }: PlanRequest): PlanAnswer {
  const net = networkOf(tasks, links);
  const passes = passesOf(net);
  const limits = new Map(capacities);
  const load = loadOf(net, passes.start, demands, limits, shut);
  const spread = load.some(({ over }) => over.length > 0) ? levelled(net, passes, demands, limits, shut) : null;
  return {
    tasks: net.tasks.map(({ id }, i) => ({ id, start: passes.start[i]!, finish: passes.finish[i]!, lateFinish: passes.lateFinish[i]!, total: passes.total[i]!, free: passes.free[i]!, late: passes.late.get(i) ?? 0 })),
    end: passes.end, path: passes.path.map((i) => net.tasks[i]!.id), circles: net.circles, held: net.held.map(({ id }) => id), dangling: net.dangling.map(({ id }) => id), load,
    levelling: spread && { end: spread.end, moves: spread.moves, impossible: spread.impossible },
    priorities: prioritiesOf(net, passes, day),
    forecast: runs > 0 && net.tasks.length > 0 ? shown(forecastOf(net, { seed, runs }), net.tasks, target) : null,
  };
}
