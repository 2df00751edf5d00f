/** What waits for what, as a network of points: a whole is finished when its parts are, and its parts wait for what the whole waits for. */
import { networkOf, type LinkKind, type PlanLink, type PlanTask } from '#domain/goals/planning';
import type { Wait, Work } from './things.ts';
import { treeOf, type Tree } from './tree.ts';

/** Every link between things, the first before the one that waits; lag in hours of work. */
export function linksOf(all: Iterable<Work>): { from: string; to: string; kind: LinkKind; lag: number; id: string }[] {
  const out: { from: string; to: string; kind: LinkKind; lag: number; id: string }[] = [];
  for (const work of all) {
    for (const { edge, on, kind, lag } of work.waits) out.push({ id: edge, from: on, to: work.id, kind, lag });
    for (const to of work.blocks) out.push({ id: `${work.id}/${to}`, from: work.id, to, kind: 'FS', lag: 0 });
  }
  return out;
}

/** The point before the parts of a whole, and back; no thing has such an id. */
const gateOf = (id: string): string => `${id}<`;
export const thingOfPoint = (id: string): string => (id.endsWith('<') ? id.slice(0, -1) : id);

export interface Net {
  readonly links: readonly PlanLink[];
  /** Points that are no things. */
  readonly gates: readonly PlanTask[];
  /** Links to what is not here. */
  readonly dangling: readonly string[];
}

/** Links among those of the things that are in the plan. */
export function netOf(works: readonly Work[], { parts, whole }: Tree, planned: ReadonlySet<string>): Net {
  const here = new Set(works.map(({ id }) => id));
  const [links, dangling, tasks]: [PlanLink[], string[], PlanTask[]] = [[], [], []];
  const hold = (id: string, from: string, to: string, kind: LinkKind = 'FS', lag = 0): void => void links.push({ id, from, to, kind, lag });
  const gates = new Set<string>();
  // Gates of wholes inside of a whole are opened by its own in turn.
  const gate = (first: string): string => {
    for (const open = gates.has(first) ? [] : [first]; open.length > 0; ) {
      const id = open.pop()!;
      gates.add(id);
      tasks.push({ id: gateOf(id), duration: 0 });
      for (const { id: part } of parts.get(id) ?? []) {
        if (!planned.has(part)) continue;
        hold(`${id}>${part}`, gateOf(id), parts.has(part) ? gateOf(part) : part);
        if (parts.has(part) && !gates.has(part)) open.push(part);
      }
    }
    return gateOf(first);
  };
  const inside = (id: string, of: string): boolean => {
    let at: string | null = id;
    while (at !== null && at !== of) at = whole.get(at) ?? null;
    return at !== null;
  };
  for (const { id, from, to, kind, lag } of linksOf(works)) {
    if (!here.has(from) || !here.has(to)) dangling.push(id);
    // That a whole waits for its own part says nothing new: it is finished behind it.
    if (!planned.has(from) || !planned.has(to) || inside(from, to)) continue;
    hold(id, from, parts.has(to) && kind[1] === 'S' ? gate(to) : to, kind, Math.round(lag * 60));
  }
  for (const [id, list] of parts) if (id !== null && planned.has(id)) for (const one of list) if (planned.has(one.id)) hold(`${id}<${one.id}`, one.id, id);
  return { links, gates: tasks, dangling };
}

function circlesAmong(works: readonly Work[]): { held: ReadonlySet<string>; circles: readonly (readonly string[])[] } {
  const { links, gates } = netOf(works, treeOf(works), new Set(works.map(({ id }) => id)));
  const net = networkOf([...works.map(({ id }) => ({ id, duration: 0 })), ...gates], links);
  return { held: new Set(net.held.map(({ id }) => id)), circles: net.circles };
}

/** The circle that a change of one thing would close, `first` at its head where it is in it; null: none that was not there. */
export function circleBy(all: ReadonlyMap<string, Work>, changed: Work, first: string): string[] | null {
  const before = circlesAmong([...all.values()]);
  const after = circlesAmong([...new Map(all).set(changed.id, changed).values()]);
  if ([...after.held].every((id) => before.held.has(id))) return null;
  const named = after.circles.map((circle) => [...new Set(circle.map(thingOfPoint))]);
  const circle = named.find((one) => one.includes(changed.id)) ?? named.at(-1)!;
  const at = Math.max(0, circle.indexOf(first));
  return [...circle.slice(at), ...circle.slice(0, at)];
}

/** These things and all that they wait for, at any distance, wherever it stands. */
export function withFirst(works: readonly Work[], all: ReadonlyMap<string, Work>): Work[] {
  const before = new Map<string, string[]>();
  for (const { from, to } of linksOf(all.values())) (before.get(to) ?? before.set(to, []).get(to)!).push(from);
  const out = [...works];
  const seen = new Set(works.map(({ id }) => id));
  for (let at = 0; at < out.length; at++) {
    for (const id of before.get(out[at]!.id) ?? []) {
      const first = all.get(id);
      if (!first || seen.has(id)) continue;
      seen.add(id);
      out.push(first);
    }
  }
  return out;
}

/** A wait for something that is not here, and the thing that waits. */
export interface LooseWait {
  readonly work: Work;
  readonly wait: Wait;
}

/** Waits of these things, of those that are not done, for what is not here. */
export const waitsForNothing = (works: readonly Work[], all: ReadonlyMap<string, Work>): LooseWait[] =>
  works.flatMap((work) => (work.done ? [] : work.waits.filter(({ on }) => !all.has(on)).map((wait) => ({ work, wait }))));
