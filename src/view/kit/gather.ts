/** Changes that come faster than a screen shows them are folded together: a fold costs what is held, not what is new. */
import type { Change, NodeView } from '#os/api';

/** After a change that was given at once, those of so many ms are given as one. */
const GATHER_MS = 48;

export interface Gather {
  take(change: Change): void;
  stop(): void;
}

/** Gives the first change of a quiet time at once and what follows soon as one, each node in its last state. */
export function createGather(give: (change: Change) => void): Gather {
  const nodes = new Map<string, NodeView | null>();
  let origin: Change['origin'] = 'remote';
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    if (nodes.size === 0) return;
    const added = [...nodes.values()].filter((node) => node !== null);
    const removed = [...nodes].flatMap(([id, node]) => (node === null ? [id] : []));
    nodes.clear();
    timer = setTimeout(flush, GATHER_MS);
    give({ added, changed: [], removed, origin });
  };
  return {
    take(change) {
      for (const id of change.removed) nodes.set(id, null);
      for (const node of [...change.added, ...change.changed]) nodes.set(node.id, node);
      origin = change.origin;
      if (timer === null) flush();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      nodes.clear();
    },
  };
}
