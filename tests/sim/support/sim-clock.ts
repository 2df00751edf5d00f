/**
 * A clock that only moves when told, and with it a deterministic event loop: timers fire in order of (time, creation), and between two of
 * them every pending promise gets its turn. Same inputs, same order, whatever the machine does.
 */
import type { Clock } from '#ports/clock';

export interface SimClock extends Clock {
  /** Moves `ms` ahead, firing every timer due on the way. */
  run(ms: number): Promise<void>;
  /** Runs until the condition holds; false when `maxMs` passed without it. */
  until(condition: () => boolean, maxMs: number): Promise<boolean>;
  /** Lets pending promises finish without moving time. */
  settle(): Promise<void>;
  /** Moves the wall clock (not the monotone one): a user set the date. */
  jump(ms: number): void;
  /** A view with another wall clock offset, for peers whose clocks differ. */
  shifted(offsetMs: number): Clock;
}

interface Timer {
  at: number;
  no: number;
  fn: () => void;
}

/** Work outside the loop (WebCrypto) that settle() must wait for. */
export interface Pending {
  count: number;
}

/** A simulated clock. `pending` counts promises of real asynchronous work; settle() waits until it is 0. */
export function createSimClock(startMs = 1_767_225_600_000, pending: Pending = { count: 0 }): SimClock {
  let elapsed = 0;
  let offset = 0;
  let counter = 0;
  let timers: Timer[] = [];

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const settle = async (): Promise<void> => {
    await turn();
    while (pending.count > 0) await turn();
  };
  const setTimer = (ms: number, fn: () => void): (() => void) => {
    const timer: Timer = { at: elapsed + Math.max(0, ms), no: counter++, fn };
    // Binary insert: timers stay sorted by (at, no).
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timers[middle]!.at <= timer.at) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    return () => {
      timers = timers.filter((t) => t !== timer);
    };
  };
  /** Fires every timer due at the next instant up to `limit`; false when there is none. */
  const step = async (limit: number): Promise<boolean> => {
    const next = timers[0];
    if (next === undefined || next.at > limit) return false;
    elapsed = next.at;
    while (timers[0] !== undefined && timers[0].at === elapsed) timers.shift()!.fn();
    await settle();
    return true;
  };

  return {
    now: () => Math.floor(startMs + offset + elapsed),
    monotonic: () => elapsed,
    setTimer,
    settle,
    jump(ms) {
      offset += ms;
    },
    shifted: (by) => ({ now: () => Math.floor(startMs + offset + elapsed + by), monotonic: () => elapsed, setTimer }),
    async run(ms) {
      const end = elapsed + ms;
      await settle();
      while (await step(end)) continue;
      elapsed = end;
    },
    async until(condition, maxMs) {
      const end = elapsed + maxMs;
      await settle();
      while (!condition()) {
        if (!(await step(end))) {
          elapsed = end;
          return condition();
        }
      }
      return true;
    },
  };
}
