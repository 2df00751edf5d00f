/** Circles among links: found all at once when they came by a merge, or for one link before it is made. No recursion: a chain may be as long as a plan. */

/** The strongly connected part of each task (Tarjan, "Depth-first search and linear graph algorithms", 1972), with a stack of its own. */
export function components(count: number, head: Int32Array, list: Int32Array, to: Int32Array): Int32Array {
  const seen = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const part = new Int32Array(count).fill(-1);
  const next = head.slice(0, count);
  const [path, open]: [number[], number[]] = [[], []];
  let [time, parts] = [0, 0];
  const enter = (task: number): void => {
    seen[task] = low[task] = time++;
    path.push(task);
    open.push(task);
  };
  for (let root = 0; root < count; root++) {
    if (seen[root]! >= 0) continue;
    enter(root);
    while (path.length > 0) {
      const task = path.at(-1)!;
      if (next[task]! < head[task + 1]!) {
        const after = to[list[next[task]!++]!]!;
        if (seen[after]! < 0) enter(after);
        else if (part[after]! < 0) low[task] = Math.min(low[task]!, seen[after]!);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before !== undefined) low[before] = Math.min(low[before]!, low[task]!);
      if (low[task] !== seen[task]) continue;
      for (let one = -1; one !== task; ) part[(one = open.pop()!)] = parts;
      parts += 1;
    }
  }
  return part;
}

/** The shortest way from `start` back to itself, without the repetition; null when there is none. */
export function circleIn<T>(start: T, next: (of: T) => Iterable<T>): T[] | null {
  return wayBetween(start, start, next);
}

/** The shortest way from one to the other, both named once; to itself: at least one step. */
function wayBetween<T>(from: T, to: T, next: (of: T) => Iterable<T>): T[] | null {
  const before = new Map<T, T>();
  const queue: T[] = [from];
  for (let at = 0; at < queue.length; at++) {
    for (const after of next(queue[at]!)) {
      if (after === to) {
        const way = [queue[at]!];
        while (way.at(-1) !== from) way.push(before.get(way.at(-1)!)!);
        return way.reverse();
      }
      if (before.has(after) || after === from) continue;
      before.set(after, queue[at]!);
      queue.push(after);
    }
  }
  return null;
}

/** The circle a new link would close, as the tasks in the order in which they would wait, the one that comes first at the head; null: none. */
export function circleWith(links: Iterable<{ readonly from: string; readonly to: string }>, made: { readonly from: string; readonly to: string }): string[] | null {
  if (made.from === made.to) return [made.from];
  const out = new Map<string, string[]>();
  for (const { from, to } of links) {
    const known = out.get(from);
    if (known) known.push(to);
    else out.set(from, [to]);
  }
  const way = wayBetween(made.to, made.from, (of) => out.get(of) ?? []);
  return way && [made.from, ...way];
}
