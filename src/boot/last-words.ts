/** A page that goes takes its worker with it: with acts that are not saved yet it stays until the worker says that they are, or for a moment. */
import { SUPERVISION_LIMITS } from '#os/limits';

/**
 * `ask` gives the worker a cell that it sets when everything is saved, or cannot be. Without shared memory (a host that does not isolate pages) nothing is waited for.
 * `now`: ms of a clock that only goes forward.
 */
export function lastWords(waiting: number, ask: (told: Int32Array) => void, now: () => number = () => performance.now()): void {
  if (waiting === 0 || !globalThis.crossOriginIsolated) return;
  const told = new Int32Array(new SharedArrayBuffer(4));
  ask(told);
  // Nothing that is asynchronous comes back to a page that is being left, and it may not sleep.
  for (const end = now() + SUPERVISION_LIMITS.lastMs; Atomics.load(told, 0) === 0 && now() < end;);
}
