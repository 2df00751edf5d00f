/** Changes that come faster than a screen shows them are folded together: a fold costs what is held, not what is new. */
import type { Change, NodeView } from '#os/api';

/** After a change that was given at once, those of so many ms are given as one. */
const GATHER_MS = 48;
/** A page that is late waits so many times as long again as it was late, so that it has time for what somebody types; never longer than the second, ms. */
const LATE_TIMES = 4;
const LATE_MOST_MS = 600;
/** A timer may be so late on a page that has nothing to do, ms. */
const ON_TIME_MS = 12;

export interface Gather {
  take(change: Change): void;
  stop(): void;
}

/**
 * Gives the first change of a quiet time at once and what follows soon as one, each node in its last state. While the page comes late to its own timers
 * (somebody floods, much is caught up on) what others did is given less often; what was done here does not wait for that.
 */
export function createGather(give: (change: Change) => void, now: () => number = () => performance.now()): Gather {
  const nodes = new Map<string, NodeView | null>();
  let origin: Change['origin'] = 'remote';
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lingers = false;
  const due = (from: number): void => {
    const late = now() - from - GATHER_MS;
    if (nodes.size === 0 || origin === 'local' || late <= ON_TIME_MS) return flush();
    lingers = true;
    timer = setTimeout(flush, Math.min(late * LATE_TIMES, LATE_MOST_MS));
  };
  const flush = (): void => {
    timer = null;
    lingers = false;
    if (nodes.size === 0) return;
    const added = [...nodes.values()].filter((node) => node !== null);
    const removed = [...nodes].flatMap(([id, node]) => (node === null ? [id] : []));
    nodes.clear();
    timer = setTimeout(due, GATHER_MS, now());
    give({ added, changed: [], removed, origin });
  };
  return {
    take(change) {
      const waiting = nodes.size > 0;
      for (const id of change.removed) nodes.set(id, null);
      for (const node of [...change.added, ...change.changed]) nodes.set(node.id, node);
      // What was done here is among them, whatever came behind it.
      if (!(origin === 'local' && waiting)) origin = change.origin;
      if (timer !== null && !(lingers && origin === 'local')) return;
      if (timer !== null) clearTimeout(timer);
      flush();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      nodes.clear();
    },
  };
}
