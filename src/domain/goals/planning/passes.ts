/**
 * The critical path method: forward and backward pass, slack, the path that decides the end (Kelley and Walker, "Critical-Path Planning and
 * Scheduling", 1959), for the four kinds of links of the precedence diagram (Fondahl, "A Non-Computer Approach to the Critical Path Method for the
 * Construction Industry", 1961; Moder, Phillips and Davis, "Project Management with CPM, PERT and Precedence Diagramming", 1983). Whole minutes, so that slack that should be nothing is nothing.
 */
import type { Network } from './network.ts';

export interface Passes {
  /** Earliest start and finish, latest start and finish; the start of the plan is 0. */
  readonly start: Float64Array;
  readonly finish: Float64Array;
  readonly lateStart: Float64Array;
  readonly lateFinish: Float64Array;
  /** How much later it may be without moving the end of the plan; without moving anything. */
  readonly total: Float64Array;
  readonly free: Float64Array;
  /** The end of the plan. */
  readonly end: number;
  /** Numbers of the tasks of one path that decides the end, in order. */
  readonly path: readonly number[];
  /** How much later than its deadline a task ends at the earliest; only those that do. */
  readonly late: ReadonlyMap<number, number>;
}

/** Earliest starts into `start`, for these durations; answers the end. */
export function forward(net: Network, duration: Float64Array, notBefore: Float64Array, start: Float64Array): number {
  const { order, head, from, lag, fromFinish, toFinish } = net;
  let end = 0;
  for (let k = 0; k < order.length; k++) {
    const task = order[k]!;
    const takes = duration[task]!;
    let earliest = notBefore[task]!;
    for (let i = head[task]!, to = head[task + 1]!; i < to; i++) {
      const first = from[i]!;
      const held = start[first]! + fromFinish[i]! * duration[first]! + lag[i]! - toFinish[i]! * takes;
      if (held > earliest) earliest = held;
    }
    start[task] = earliest;
    if (earliest + takes > end) end = earliest + takes;
  }
  return end;
}

/** Durations and earliest starts of the tasks as numbers. */
export function numbersOf({ tasks }: Network): { duration: Float64Array; notBefore: Float64Array } {
  const [duration, notBefore] = [new Float64Array(tasks.length), new Float64Array(tasks.length)];
  for (let i = 0; i < tasks.length; i++) {
    duration[i] = tasks[i]!.duration;
    notBefore[i] = Math.max(0, tasks[i]!.notBefore ?? 0);
  }
  return { duration, notBefore };
}

function backward({ order, outHead, out, to, lag, fromFinish, toFinish }: Network, duration: Float64Array, end: number): Float64Array {
  const lateStart = new Float64Array(duration.length);
  for (let k = order.length - 1; k >= 0; k--) {
    const task = order[k]!;
    const takes = duration[task]!;
    let latest = end - takes;
    for (let i = outHead[task]!; i < outHead[task + 1]!; i++) {
      const link = out[i]!;
      const next = to[link]!;
      const held = lateStart[next]! + toFinish[link]! * duration[next]! - lag[link]! - fromFinish[link]! * takes;
      if (held < latest) latest = held;
    }
    lateStart[task] = latest;
  }
  return lateStart;
}

/** The distance by which a link does not hold its second task. */
function gap({ from, to, lag, fromFinish, toFinish }: Network, duration: Float64Array, start: Float64Array, link: number): number {
  const [first, second] = [from[link]!, to[link]!];
  return start[second]! + toFinish[link]! * duration[second]! - (start[first]! + fromFinish[link]! * duration[first]! + lag[link]!);
}

/** One path that decides the end: back from the last finish along links that hold; of several the least number, so that all peers name the same. */
function decisive(net: Network, duration: Float64Array, notBefore: Float64Array, start: Float64Array, end: number): number[] {
  let task = duration.findIndex((takes, i) => start[i]! + takes === end);
  const path: number[] = [];
  while (task >= 0) {
    path.push(task);
    if (start[task] === notBefore[task]) break;
    let before = -1;
    for (let i = net.head[task]!; i < net.head[task + 1]!; i++) {
      if (gap(net, duration, start, i) === 0 && (before < 0 || net.from[i]! < before)) before = net.from[i]!;
    }
    task = before;
  }
  return path.reverse();
}

/** Both passes over a network. */
export function passesOf(net: Network): Passes {
  const { duration, notBefore } = numbersOf(net);
  const start = new Float64Array(duration.length);
  const end = forward(net, duration, notBefore, start);
  const lateStart = backward(net, duration, end);
  const count = duration.length;
  const [finish, lateFinish, total, free] = [new Float64Array(count), new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const late = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    finish[i] = start[i]! + duration[i]!;
    lateFinish[i] = lateStart[i]! + duration[i]!;
    total[i] = lateStart[i]! - start[i]!;
    free[i] = end - finish[i]!;
    const { deadline } = net.tasks[i]!;
    if (typeof deadline === 'number' && finish[i]! > deadline) late.set(i, finish[i]! - deadline);
  }
  for (let link = 0; link < net.from.length; link++) {
    const left = gap(net, duration, start, link);
    if (left < free[net.from[link]!]!) free[net.from[link]!] = left;
  }
  return { start, finish, lateStart, lateFinish, total, free, end, path: decisive(net, duration, notBefore, start, end), late };
}
