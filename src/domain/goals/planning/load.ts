/**
 * Who has too much to do when, and a proposal that spreads it: the serial schedule generation scheme with the rule of the latest start
 * (Kolisch and Hartmann, "Heuristic algorithms for the resource-constrained project scheduling problem", 1999). A proposal only: nobody is moved.
 */
import { PLAN_LIMITS } from '#domain/shared';
import type { Network } from './network.ts';
import type { Passes } from './passes.ts';

/** So many hundredths of a resource, for as long as the task takes. */
export interface Demand {
  readonly task: string;
  readonly resource: string;
  readonly units: number;
}

/** From one minute to another a resource is asked for so much. */
export interface Load {
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

export interface ResourceLoad {
  readonly resource: string;
  readonly capacity: number;
  readonly load: readonly Load[];
  /** Stretches in which more is asked than there is, the most that is asked, and the first tasks that ask. */
  readonly over: readonly (Load & { readonly tasks: readonly string[] })[];
}

export interface Move {
  readonly task: string;
  readonly from: number;
  readonly to: number;
  /** What was not free when it could have started. */
  readonly resource: string | null;
}

export interface Levelled {
  readonly start: Float64Array;
  readonly end: number;
  /** Tasks that start later than they could, in the order of their new starts. */
  readonly moves: readonly Move[];
  /** Tasks that ask for more than there ever is; they are placed as if nobody else asked. */
  readonly impossible: readonly string[];
}

/** Capacity in hundredths; a resource that is not named has one whole. */
export type Capacities = ReadonlyMap<string, number>;
const WHOLE = 100;
/** From one minute to before another nothing of a resource is there. */
export type Shut = readonly [resource: string, from: number, to: number];
/** What is free from then on only is never free. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Stretches of each resource in which it is not there, in order and apart from each other. */
function shutBy(shut: Iterable<Shut>): Map<string, [from: number, to: number][]> {
  const out = new Map<string, [number, number][]>();
  for (const [resource, from, to] of [...shut].sort((a, b) => a[1] - b[1])) {
    if (!(to > from)) continue;
    const all = out.get(resource) ?? out.set(resource, []).get(resource)!;
    const last = all.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return out;
}

function byResource(demands: Iterable<Demand>, net: Network): Map<string, Map<number, number>> {
  const out = new Map<string, Map<number, number>>();
  for (const { task, resource, units } of demands) {
    const at = net.at.get(task);
    if (at === undefined || !(units > 0)) continue;
    const tasks = out.get(resource) ?? new Map<number, number>();
    tasks.set(at, (tasks.get(at) ?? 0) + units);
    out.set(resource, tasks);
  }
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What each resource is asked for over time, with these starts. */
export function loadOf(net: Network, start: Float64Array, demands: Iterable<Demand>, capacities: Capacities, shut: Iterable<Shut> = []): ResourceLoad[] {
  const closed = shutBy(shut);
  return [...byResource(demands, net)].map(([resource, tasks]) => {
    const capacity = capacities.get(resource) ?? WHOLE;
    const busy = [...tasks].filter(([task]) => net.tasks[task]!.duration > 0);
    const gone = closed.get(resource) ?? [];
    const marks = gone.flatMap(([from, to]) => [[from, 0, -1], [to, 0, -1]] as const);
    const edges = [...busy.flatMap(([task, units]) => [[start[task]!, units, task], [start[task]! + net.tasks[task]!.duration, -units, task]] as const), ...marks].sort((a, b) => a[0] - b[0] || a[2] - b[2]);
    const load: Load[] = [];
    const over: { from: number; to: number; units: number; asking: Set<number> }[] = [];
    const asking = new Set<number>();
    let [units, hole] = [0, 0];
    edges.forEach(([at, change, task], i) => {
      units += change;
      if (change > 0) asking.add(task);
      else if (task >= 0) asking.delete(task);
      while (hole < gone.length && gone[hole]![1] <= at) hole += 1;
      const to = edges[i + 1]?.[0] ?? at;
      if (to === at || units === 0) return;
      load.push({ from: at, to, units });
      if (units <= (hole < gone.length && gone[hole]![0] <= at ? 0 : capacity)) return;
      const last = over.at(-1)?.to === at ? over.at(-1)! : (over.push({ from: at, to, units, asking: new Set() }), over.at(-1)!);
      last.to = to;
      last.units = Math.max(last.units, units);
      for (const one of asking) if (last.asking.size < PLAN_LIMITS.named) last.asking.add(one);
        else break;
    });
    return { resource, capacity, load, over: over.map(({ asking: tasks, ...rest }) => ({ ...rest, tasks: [...tasks].sort((a, b) => a - b).map((one) => net.tasks[one]!.id) })) };
  });
}

/** What is taken of one resource: so many units from each time on, the first from the beginning. */
class Taken {
  private readonly times: number[] = [0];
  private readonly units: number[] = [0];

  private at(time: number): number {
    let [low, high] = [0, this.times.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.times[middle]! <= time) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The earliest time from `from` on at which so much is free for so long. */
  free(from: number, takes: number, units: number, capacity: number): number {
    let time = from;
    for (let i = this.at(from); i < this.times.length && this.times[i]! < time + takes; i++) {
      if (this.units[i]! + units > capacity) time = this.times[i + 1]!;
    }
    return time;
  }

  take(from: number, to: number, units: number): void {
    for (const time of [from, to]) {
      const i = this.at(time);
      if (this.times[i] === time) continue;
      this.times.splice(i + 1, 0, time);
      this.units.splice(i + 1, 0, this.units[i]!);
    }
    for (let i = this.at(from); this.times[i]! < to; i++) this.units[i]! += units;
  }
}

/** Tasks by their latest start, those under way first, each behind all it waits for. */
function inTurn(net: Network, { lateStart }: Passes): number[] {
  const place = new Int32Array(net.tasks.length);
  net.order.forEach((task, i) => {
    place[task] = i;
  });
  const later = (task: number): number => (net.tasks[task]!.begun ? 0 : 1);
  const wanted = [...net.tasks.keys()].sort((a, b) => later(a) - later(b) || lateStart[a]! - lateStart[b]! || place[a]! - place[b]!);
  const done = new Uint8Array(net.tasks.length);
  const out: number[] = [];
  for (const first of wanted) {
    const stack = [first];
    while (stack.length > 0) {
      const task = stack.at(-1)!;
      const before: number[] = [];
      if (!done[task]) for (let i = net.head[task]!; i < net.head[task + 1]!; i++) if (!done[net.from[i]!]) before.push(net.from[i]!);
      if (before.length > 0) {
        stack.push(...before);
        continue;
      }
      stack.pop();
      if (!done[task]) out.push(task);
      done[task] = 1;
    }
  }
  return out;
}

/** Starts at which no resource is asked for more than it has, and all links hold. */
export function levelled(net: Network, passes: Passes, demands: Iterable<Demand>, capacities: Capacities, shut: Iterable<Shut> = []): Levelled {
  const closed = shutBy(shut);
  const asks = new Map<number, [resource: string, units: number][]>();
  const impossible = new Set<string>();
  const taken = new Map<string, Taken>();
  for (const [resource, tasks] of byResource(demands, net)) {
    const free = new Taken();
    taken.set(resource, free);
    // What is not there is as good as taken.
    for (const [from, to] of closed.get(resource) ?? []) free.take(Math.max(0, from), to, capacities.get(resource) ?? WHOLE);
    for (const [task, units] of tasks) {
      if (units > (capacities.get(resource) ?? WHOLE)) impossible.add(net.tasks[task]!.id);
      else asks.set(task, [...(asks.get(task) ?? []), [resource, units]]);
    }
  }
  const start = new Float64Array(net.tasks.length);
  const moves: Move[] = [];
  let end = 0;
  for (const task of inTurn(net, passes)) {
    const { duration, notBefore, id } = net.tasks[task]!;
    let time = Math.max(0, notBefore ?? 0);
    for (let i = net.head[task]!; i < net.head[task + 1]!; i++) {
      const first = net.from[i]!;
      time = Math.max(time, start[first]! + net.fromFinish[i]! * net.tasks[first]!.duration + net.lag[i]! - net.toFinish[i]! * duration);
    }
    let held: string | null = null;
    let wants = duration > 0 ? (asks.get(task) ?? []) : [];
    for (let settled = false; !settled; ) {
      settled = true;
      for (const [resource, units] of wants) {
        const at = taken.get(resource)!.free(time, duration, units, capacities.get(resource) ?? WHOLE);
        if (at === time) continue;
        settled = false;
        if (at < NEVER) [time, held] = [at, resource];
        else {
          impossible.add(id);
          wants = wants.filter(([one]) => one !== resource);
        }
      }
    }
    for (const [resource, units] of wants) taken.get(resource)!.take(time, time + duration, units);
    start[task] = time;
    end = Math.max(end, time + duration);
    if (time > passes.start[task]!) moves.push({ task: id, from: passes.start[task]!, to: time, resource: held });
  }
  moves.sort((a, b) => a.to - b.to || (a.task < b.task ? -1 : 1));
  return { start, end, moves, impossible: [...impossible].sort() };
}
