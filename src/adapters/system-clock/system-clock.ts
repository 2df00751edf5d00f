/** The clock of this machine behind the Clock port; one of the few places that may read ambient time. */
import type { Clock } from '#ports/clock';

/** Longest delay setTimeout keeps (2^31 − 1 ms); longer ones would fire at once. */
const MAX_DELAY = 0x7fff_ffff;

/**
 * Calls in the next turn of the event loop, behind what came before. Browsers let a timer of 0 ms wait for up to 4 ms, and others go first then:
 * a message to oneself takes its place in the line.
 */
function createTurns(): (fn: () => void) => () => void {
  if (typeof setImmediate === 'function') {
    return (fn) => {
      // Not unref'd, as timers are: Node would sleep until something else wakes it.
      const turn = setImmediate(fn);
      return () => clearImmediate(turn);
    };
  }
  const { port1, port2 } = new MessageChannel();
  const line: { fn: (() => void) | null }[] = [];
  port1.onmessage = () => line.shift()?.fn?.();
  return (fn) => {
    const place: { fn: (() => void) | null } = { fn };
    line.push(place);
    port2.postMessage(null);
    return () => void (place.fn = null);
  };
}

/** Wall time, monotone time and timers of the platform (browser page, worker, Node). Timers never keep Node alive. */
export function createSystemClock(): Clock {
  const inTurn = createTurns();
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer(ms, fn) {
      if (ms <= 0) return inTurn(fn);
      const timer: unknown = setTimeout(fn, Math.min(Math.max(0, ms), MAX_DELAY));
      if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return () => clearTimeout(timer as number);
    },
  };
}
