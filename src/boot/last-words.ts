/** A page that goes takes its worker with it: with acts that are not saved yet it stays until the worker says that they are, or for a moment. */
import { SUPERVISION_LIMITS } from '#os/limits';

/** What one look may take of the time, ms. */
const LOOK_MS = 5;

/**
 * Whether everything is saved when it returns. `ask` gives the worker a cell that it sets when everything is saved, or cannot be. Without shared memory
 * (a host that does not isolate pages) nothing is waited for. `most`: how long, ms. `now`: ms of a clock that only goes forward.
 */
export function lastWords(waiting: number, ask: (told: Int32Array) => void, most: number = SUPERVISION_LIMITS.lastMs, now: () => number = () => performance.now()): boolean {
  if (waiting === 0) return true;
  if (!globalThis.crossOriginIsolated) return false;
  const told = new Int32Array(new SharedArrayBuffer(4));
  ask(told);
  // Nothing that is asynchronous comes back to a page that is being left, and it may not sleep.
  // A time in which this page itself did not run is none in which the worker had a turn: each look counts a little at most.
  for (let [left, at] = [most, now()]; left > 0 && Atomics.load(told, 0) === 0;) {
    const next = now();
    left -= Math.min(next - at, LOOK_MS);
    at = next;
  }
  return Atomics.load(told, 0) !== 0;
}

/** What a page that is left needs: acts that are not saved yet, the question of `lastWords`, and the end of its worker. */
export interface Leaving {
  waiting(): number;
  ask(told: Int32Array): void;
  gone(): void;
}

/**
 * A browser gives a page that is closed half a second, and as much again when it goes; where that may be too little, it asks the person whether to leave,
 * and meanwhile the worker goes on.
 */
export function watchLeaving(window: Pick<Window, 'addEventListener'>, { waiting, ask, gone }: Leaving): void {
  window.addEventListener('beforeunload', (event) => {
    if (!lastWords(waiting(), ask, SUPERVISION_LIMITS.closeMs)) event.preventDefault();
  });
  window.addEventListener('pagehide', (event) => {
    lastWords(waiting(), ask, SUPERVISION_LIMITS.lastMs);
    if (!event.persisted) gone();
  });
}
