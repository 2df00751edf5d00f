/** The question a set of things puts to the planning engine: what is open, in minutes of work from today on. */
import { isDay } from '#domain/shared';
import { workTime, type Demand, type PlanRequest, type PlanTask, type WorkCalendar } from '#domain/goals/planning';
import { netOf } from './links.ts';
import { capacitiesOf, needsOf, shutOf, type Resource } from './resources.ts';
import { deadlineOf, NOTHING_MEANT, type Meant } from './ties.ts';
import { treeOf } from './tree.ts';
import type { Estimate, Work } from './things.ts';

/** Runs of a forecast: so many, or fewer where each costs more. */
const RUNS = 10_000;
const DRAWS = 10_000_000;
/** What is not estimated is taken for a day. */
const USUAL: Estimate = { unit: 'day', low: 1, likely: 1, high: 1 };

const NONE: ReadonlyMap<string, Resource> = new Map();

export interface PlanQuestion extends PlanRequest {
  /** Links to what is done hold nothing any more; those to what is not here are told as dangling. */
  readonly dangling: readonly string[];
}

/** Of each day once. */
function remembered(of: (day: string) => number): (day: string) => number {
  const known = new Map<string, number>();
  return (day) => {
    const was = known.get(day);
    if (was !== undefined) return was;
    const is = of(day);
    known.set(day, is);
    return is;
  };
}

/** The plan of all that is not done, by when; `meant`: the days of what things are for. A thing with parts takes no time itself: it is finished when they are, and they wait for what it waits for. */
export function planOfWorks(works: readonly Work[], { calendar, today, seed, target, resources = NONE, meant = NOTHING_MEANT }: { calendar: WorkCalendar; today: string; seed: string; target: string | null; resources?: ReadonlyMap<string, Resource>; meant?: ReadonlyMap<string, Meant> }): PlanQuestion {
  const time = workTime(calendar, today);
  // Thousands of tasks have hundreds of days.
  const [at, end] = [remembered(time.at), remembered(time.end)];
  const tree = treeOf(works);
  const { parts } = tree;
  const open = works.filter((work) => !work.done && (work.kind !== 'goal' || parts.has(work.id)));
  const planned = new Set(open.map(({ id }) => id));
  const whole = (id: string): boolean => parts.has(id);
  const minutes = ({ unit }: Estimate, amount: number): number => Math.round(amount * (unit === 'day' ? calendar.minutes : 60));
  const tasks = open.map((work): PlanTask => {
    const estimate = work.estimate ?? USUAL;
    const point = whole(work.id) || work.kind !== 'task';
    const duration = point ? 0 : minutes(estimate, estimate.likely);
    const by = whole(work.id) && work.due === null ? null : deadlineOf(work, meant);
    const start = isDay(work.start) && work.start > today ? at(work.start) : 0;
    return {
      id: work.id, duration, notBefore: whole(work.id) || work.status === 'doing' ? 0 : start, deadline: by === null ? null : end(by.day), ...(by === null || by.of === null ? {} : { for: by.of }), begun: !point && (work.status === 'doing' || work.status === 'review'),
      estimate: point || work.estimate === null ? null : [minutes(estimate, estimate.low), duration, minutes(estimate, estimate.high)],
    };
  });
  const { links, gates, dangling } = netOf(works, tree, planned);
  for (const gate of gates) tasks.push(gate);
  const working = open.filter((work) => work.kind === 'task' && !whole(work.id));
  const demands = working.flatMap((work) => [...new Set([work.assignee, ...work.helpers])].flatMap((uid): Demand[] => (uid === null ? [] : [{ task: work.id, resource: uid, units: 100 }])));
  return { tasks, links, demands: [...demands, ...needsOf(working, resources)], capacities: capacitiesOf(resources), shut: shutOf(resources, calendar, today), day: calendar.minutes, seed, runs: Math.min(RUNS, Math.ceil(DRAWS / Math.max(1, tasks.length))), target: target === null ? null : time.end(target), dangling };
}
