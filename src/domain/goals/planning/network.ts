/**
 * A plan as a network of numbers: tasks in the order of their ids, links as lists in both directions, a topological order. The same tasks and
 * links give the same network on every peer, in whatever order they came. Links that close a circle count for nothing until one of them is
 * taken away, and links to what is not there are told; neither stops the rest.
 */
import { circleIn, components } from './circles.ts';

/** Finish→start, start→start, finish→finish, start→finish: the end of the first task that holds the end of the second. */
export type LinkKind = 'FS' | 'SS' | 'FF' | 'SF';
export const LINK_KINDS: readonly LinkKind[] = ['FS', 'SS', 'FF', 'SF'];

export interface PlanTask {
  readonly id: string;
  /** Minutes of work, whole and not negative. */
  readonly duration: number;
  /** Least, likeliest and greatest minutes, for the forecast; left out: exactly the duration. */
  readonly estimate?: readonly [low: number, likely: number, high: number] | null;
  /** Does not start before this minute of the plan. */
  readonly notBefore?: number;
  /** Should be finished by this minute. */
  readonly deadline?: number | null;
  /** The thing whose day that is, where it is not its own. */
  readonly for?: string;
  /** It is under way: of two that want the same person this one is not moved. */
  readonly begun?: boolean;
}

export interface PlanLink {
  readonly id: string;
  /** The task that comes first, and the one that waits. */
  readonly from: string;
  readonly to: string;
  readonly kind: LinkKind;
  /** Minutes between the two ends; negative: they may overlap. */
  readonly lag: number;
}

export interface Network {
  readonly tasks: readonly PlanTask[];
  readonly at: ReadonlyMap<string, number>;
  /** Numbers of tasks, each behind all it waits for. */
  readonly order: Int32Array;
  /** Links grouped by the task that waits: those of task i are head[i] to head[i + 1]. */
  readonly head: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lag: Float64Array;
  /** 1 where the finish of the first counts, 1 where the finish of the second is held; else the start. */
  readonly fromFinish: Uint8Array;
  readonly toFinish: Uint8Array;
  /** The same links grouped by the task that comes first: numbers of links. */
  readonly outHead: Int32Array;
  readonly out: Int32Array;
  /** Circles, each as the tasks in the order in which they wait, the least id first. */
  readonly circles: readonly (readonly string[])[];
  /** Links that count for nothing: within circles, and to tasks that are not there. */
  readonly held: readonly PlanLink[];
  readonly dangling: readonly PlanLink[];
}

const least = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

interface Ends {
  readonly links: readonly PlanLink[];
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Links between tasks that are there, as numbers, and the others. */
function endsOf(links: Iterable<PlanLink>, at: ReadonlyMap<string, number>): { ends: Ends; dangling: PlanLink[] } {
  const [sound, dangling]: [PlanLink[], PlanLink[]] = [[], []];
  const [from, to]: [number[], number[]] = [[], []];
  for (const link of links) {
    const [first, second] = [at.get(link.from), at.get(link.to)];
    if (first === undefined || second === undefined) dangling.push(link);
    else {
      sound.push(link);
      from.push(first);
      to.push(second);
    }
  }
  return { ends: { links: sound, from: new Int32Array(from), to: new Int32Array(to) }, dangling };
}

/** Those of the links that are kept. */
function kept({ links, from, to }: Ends, keep: (i: number) => boolean): Ends {
  const which = links.map((_, i) => i).filter(keep);
  return { links: which.map((i) => links[i]!), from: new Int32Array(which.map((i) => from[i]!)), to: new Int32Array(which.map((i) => to[i]!)) };
}

/** Numbers of the links grouped by one end: those of task i are list[head[i]] to list[head[i + 1]]. */
function grouped(count: number, ends: Int32Array): { head: Int32Array; list: Int32Array } {
  const head = new Int32Array(count + 1);
  for (let i = 0; i < ends.length; i++) head[ends[i]! + 1]! += 1;
  for (let i = 0; i < count; i++) head[i + 1]! += head[i]!;
  const next = head.slice(0, count);
  const list = new Int32Array(ends.length);
  for (let i = 0; i < ends.length; i++) list[next[ends[i]!]!++] = i;
  return { head, list };
}

/** Tasks in topological order (Kahn, 1962); shorter than `count` when there are circles. */
function ordered(count: number, { to }: Ends, out: { head: Int32Array; list: Int32Array }): Int32Array {
  const waits = new Int32Array(count);
  for (let i = 0; i < to.length; i++) waits[to[i]!]! += 1;
  const queue = new Int32Array(count);
  let filled = 0;
  for (let i = 0; i < count; i++) if (waits[i] === 0) queue[filled++] = i;
  for (let at = 0; at < filled; at++) {
    for (let one = out.head[queue[at]!]!; one < out.head[queue[at]! + 1]!; one++) {
      const next = to[out.list[one]!]!;
      waits[next]! -= 1;
      if (waits[next] === 0) queue[filled++] = next;
    }
  }
  return queue.subarray(0, filled);
}

/** The network of these tasks and links. Of two tasks with one id the first counts. */
export function networkOf(given: Iterable<PlanTask>, links: Iterable<PlanLink>): Network {
  const byId = new Map<string, PlanTask>();
  for (const task of given) if (!byId.has(task.id)) byId.set(task.id, task);
  const tasks = [...byId.values()].sort(least);
  const at = new Map<string, number>();
  for (let i = 0; i < tasks.length; i++) at.set(tasks[i]!.id, i);
  const { ends: all, dangling } = endsOf(links, at);
  let ends = all;
  let out = grouped(tasks.length, ends.from);
  let order = ordered(tasks.length, ends, out);
  const circles: string[][] = [];
  const held: PlanLink[] = [];
  if (order.length < tasks.length) {
    const part = components(tasks.length, out.head, out.list, all.to);
    const inside = (i: number): boolean => part[all.from[i]!] === part[all.to[i]!];
    for (const link of kept(all, inside).links) held.push(link);
    held.sort(least);
    const next = (task: number): number[] => Array.from(out.list.subarray(out.head[task]!, out.head[task + 1]!)).filter(inside).map((i) => all.to[i]!);
    const told = new Set<number>();
    for (let i = 0; i < tasks.length; i++) {
      if (told.has(part[i]!)) continue;
      told.add(part[i]!);
      const circle = circleIn(i, next);
      if (circle) circles.push(circle.map((one) => tasks[one]!.id));
    }
    ends = kept(all, (i) => !inside(i));
    out = grouped(tasks.length, ends.from);
    order = ordered(tasks.length, ends, out);
  }
  return { tasks, at, order, ...byTask(tasks.length, ends), circles, held, dangling: dangling.sort(least) };
}

function byTask(count: number, ends: Ends): Pick<Network, 'head' | 'from' | 'to' | 'lag' | 'fromFinish' | 'toFinish' | 'outHead' | 'out'> {
  const into = grouped(count, ends.to);
  const size = ends.links.length;
  const [from, to, lag, fromFinish, toFinish] = [new Int32Array(size), new Int32Array(size), new Float64Array(size), new Uint8Array(size), new Uint8Array(size)];
  for (let i = 0; i < size; i++) {
    const link = into.list[i]!;
    const { kind, lag: minutes } = ends.links[link]!;
    from[i] = ends.from[link]!;
    to[i] = ends.to[link]!;
    lag[i] = minutes;
    fromFinish[i] = kind === 'FS' || kind === 'FF' ? 1 : 0;
    toFinish[i] = kind === 'FF' || kind === 'SF' ? 1 : 0;
  }
  const out = grouped(count, from);
  return { head: into.head, from, to, lag, fromFinish, toFinish, outHead: out.head, out: out.list };
}
