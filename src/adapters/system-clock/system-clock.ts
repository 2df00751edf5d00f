/** The clock of this machine behind the Clock port; one of the few places that may read ambient time. */
import type { Clock } from '#ports/clock';

/** Longest delay setTimeout keeps (2^31 − 1 ms); longer ones would fire at once. */
const MAX_DELAY = 0x7fff_ffff;

/** Wall time, monotone time and timers of the platform (browser page, worker, Node). Timers never keep Node alive. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer(ms, fn) {
      const timer: unknown = setTimeout(fn, Math.min(Math.max(0, ms), MAX_DELAY));
      if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return () => clearTimeout(timer as number);
    },
  };
}
