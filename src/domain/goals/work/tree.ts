/** What is part of what, and how far it is: done of all, rolled up. Circles that came by a merge are cut where their least id is; nothing hangs, nothing is hidden. */
import { goalNodeOf, type Work } from './things.ts';

export interface Tree {
  /** Parts of each thing, in the order given; null: what stands alone. */
  readonly parts: ReadonlyMap<string | null, readonly Work[]>;
  /** What each thing is part of. */
  readonly whole: ReadonlyMap<string, string | null>;
  /** Things that are part of each other, as they came by a merge: each a part of the next, from the least id on, which is cut from the rest. */
  readonly circles: readonly (readonly string[])[];
  /** Done and all of what is below a thing and has no parts itself. */
  readonly progress: ReadonlyMap<string, { readonly done: number; readonly all: number }>;
}

/** What each thing is part of: what it says, else the goal in whose fragment it stands. Circles are in it as they came. */
export function wholesOf(works: readonly Work[]): ReadonlyMap<string, string | null> {
  const byId = new Set<string>();
  for (const { id } of works) byId.add(id);
  const goals = new Map<string, string | null>();
  const goal = (fragment: string): string | null => {
    const known = goals.get(fragment);
    if (known !== undefined) return known;
    const node = goalNodeOf(fragment);
    const made = byId.has(node) ? node : null;
    goals.set(fragment, made);
    return made;
  };
  const whole = new Map<string, string | null>();
  for (const { id, parent, fragment } of works) {
    const up = parent !== null && byId.has(parent) ? parent : goal(fragment);
    whole.set(id, up === id ? null : up);
  }
  return whole;
}

/** The tree of these things. A part of something that is not among them stands alone. */
export function treeOf(works: readonly Work[]): Tree {
  const said = wholesOf(works);
  const circles = circlesOf(said);
  const roots = new Set(circles.map(([first]) => first!));
  const whole = circles.length === 0 ? said : new Map([...said].map(([id, up]) => [id, roots.has(id) ? null : up]));
  const parts = new Map<string | null, Work[]>([[null, []]]);
  for (const work of works) {
    const parent = whole.get(work.id)!;
    const list = parts.get(parent);
    if (list) list.push(work);
    else parts.set(parent, [work]);
  }
  return { parts, whole, circles, progress: progressOf(parts) };
}

/** The circles, each from its least id on. */
function circlesOf(whole: ReadonlyMap<string, string | null>): string[][] {
  const state = new Map<string, number>();
  const out: string[][] = [];
  let turn = 0;
  for (const [id, up] of whole) {
    turn += 1;
    if (up === null || state.has(id)) continue;
    // Most things are a part of what was looked at before.
    if (state.has(up)) {
      state.set(id, turn);
      continue;
    }
    const way: string[] = [];
    let at: string | null = id;
    while (at !== null && !state.has(at)) {
      state.set(at, turn);
      way.push(at);
      at = whole.get(at) ?? null;
    }
    if (at === null || state.get(at) !== turn) continue;
    const circle = way.slice(way.indexOf(at));
    const least = circle.indexOf([...circle].sort()[0]!);
    out.push([...circle.slice(least), ...circle.slice(0, least)]);
  }
  return out;
}

/** Of what has parts: theirs, those of parts that have some themselves first. */
function progressOf(parts: ReadonlyMap<string | null, readonly Work[]>): Map<string, { done: number; all: number }> {
  const progress = new Map<string, { done: number; all: number }>();
  for (const first of parts.keys()) {
    for (const open = first === null || progress.has(first) ? [] : [first]; open.length > 0; ) {
      const id = open.at(-1)!;
      let [done, all] = [0, 0];
      const waits = open.length;
      for (const one of parts.get(id)!) {
        if (parts.has(one.id)) {
          const own = progress.get(one.id);
          if (!own) open.push(one.id);
          done += own?.done ?? 0;
          all += own?.all ?? 0;
        } else if (one.kind !== 'goal') {
          done += one.done ? 1 : 0;
          all += 1;
        }
      }
      if (open.length > waits) continue;
      open.pop();
      progress.set(id, { done, all });
    }
  }
  return progress;
}

/** What stands in a goal, or says that it is part of it, at any depth; without goals. Its node may not have come yet: what stands in its fragment is its own all the same. */
export function worksIn(list: readonly Work[], { parts }: Tree, fragment: string): Work[] {
  const root = goalNodeOf(fragment);
  const found = new Set<string>();
  const open = [root];
  while (open.length > 0) {
    for (const one of parts.get(open.pop()!) ?? []) {
      found.add(one.id);
      open.push(one.id);
    }
  }
  return list.filter((one) => one.id !== root && one.kind !== 'goal' && (found.has(one.id) || one.fragment === fragment));
}

/** How many things that are not done each one waits for before it can begin. `byId`: these works, where they are at hand so. */
export function blockedBy(works: readonly Work[], byId: ReadonlyMap<string, Work> = new Map(works.map((work) => [work.id, work]))): ReadonlyMap<string, number> {
  const holds = new Map<string, Set<string>>();
  const note = (waiting: string, on: string): void => void (holds.get(waiting) ?? holds.set(waiting, new Set()).get(waiting)!).add(on);
  for (const work of works) {
    if (work.done) continue;
    for (const { on, kind } of work.waits) {
      const first = byId.get(on);
      if (first && !first.done && (kind === 'FS' || (kind === 'SS' && first.status === 'next'))) note(work.id, on);
    }
    for (const to of work.blocks) if (byId.get(to)?.done === false) note(to, work.id);
  }
  return new Map([...holds].map(([id, on]) => [id, on.size]));
}
