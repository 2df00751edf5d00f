/**
 * The tree that the pos registers of a fragment draw. Concurrent moves can make a cycle: then the node of the cycle with the
 * smallest id is shown at root; registers stay as they are (FORMATS 3, pos.set).
 */
import { compareKeys, compareUtf8 } from './keys.ts';

/** What the tree needs of a created node that has a pos register. */
export interface Place {
  readonly key: string;
  readonly parent: string | null;
  readonly ord: string;
}

export interface Tree {
  /** Parent to show; null = root, also for nodes without a pos. */
  parent(node: string): string | null;
  /** Placed children in order (ord, then id); null = root. */
  children(parent: string | null): readonly string[];
}

/** Places with every cycle cut at its smallest id. */
function cutCycles(places: ReadonlyMap<string, Place>): Map<string, string | null> {
  const parents = new Map<string, string | null>();
  const mark = new Map<string, number>();
  let walk = 0;
  for (const start of places.keys()) {
    walk++;
    const path: string[] = [];
    let at: string | null = start;
    while (at !== null && places.has(at) && !mark.has(at)) {
      mark.set(at, walk);
      path.push(at);
      at = places.get(at)!.parent;
    }
    let cut: string | null = null;
    if (at !== null && mark.get(at) === walk) {
      const cycle = path.slice(path.indexOf(at));
      cut = cycle.reduce((a, b) => (compareKeys(a, b) <= 0 ? a : b));
    }
    for (const key of path) parents.set(key, key === cut ? null : places.get(key)!.parent);
  }
  return parents;
}

export function buildTree(places: ReadonlyMap<string, Place>): Tree {
  const parents = cutCycles(places);
  const children = new Map<string | null, string[]>();
  for (const [key, parent] of parents) {
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [key]);
    else list.push(key);
  }
  for (const list of children.values()) {
    list.sort((a, b) => compareUtf8(places.get(a)!.ord, places.get(b)!.ord) || compareKeys(a, b));
  }
  return {
    parent: (node) => parents.get(node) ?? null,
    children: (parent) => children.get(parent) ?? [],
  };
}
