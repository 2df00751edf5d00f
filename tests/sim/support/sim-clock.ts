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
  /** Timers fired so far. */
  readonly fired?: number;
}

interface Timer {
  readonly at: number;
  readonly no: number;
  /** Null once it is cancelled: it stays in the heap until its time. */
  fn: (() => void) | null;
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.no < b.no);

/** Timers by (at, no): a binary heap, because a thousand peers have tens of thousands of them and cancel most. */
class TimerHeap {
  private items: Timer[] = [];
  private dead = 0;

  push(timer: Timer): void {
    const { items } = this;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (before(items[above]!, timer)) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = timer;
  }

  cancel(timer: Timer): void {
    if (timer.fn === null) return;
    timer.fn = null;
    this.dead += 1;
    if (this.dead > 4_096 && this.dead * 2 > this.items.length) this.compact();
  }

  /** The next live timer, left in its place. */
  peek(): Timer | undefined {
    while (this.items.length > 0 && this.items[0]!.fn === null) {
      this.pop();
      this.dead -= 1;
    }
    return this.items[0];
  }

  /** Takes the next live timer out. */
  take(): (() => void) | null {
    const timer = this.peek();
    if (timer === undefined) return null;
    this.pop();
    const { fn } = timer;
    timer.fn = null;
    return fn;
  }

  private pop(): void {
    const { items } = this;
    const last = items.pop()!;
    if (items.length === 0) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && before(items[below + 1]!, items[below]!)) below += 1;
      if (before(last, items[below]!)) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
  }

  private compact(): void {
    const live = this.items.filter((timer) => timer.fn !== null);
    this.items = [];
    this.dead = 0;
    for (const timer of live) this.push(timer);
  }
}

/** Work outside the loop (WebCrypto) that settle() must wait for. */
export interface Pending {
  count: number;
}

// Taken at load: a run with GUN inside replaces the global one.
const immediate = globalThis.setImmediate;

/** A simulated clock. `pending` counts promises of real asynchronous work; settle() waits until it is 0. */
export function createSimClock(startMs = 1_767_225_600_000, pending: Pending = { count: 0 }): SimClock {
  let elapsed = 0;
  let offset = 0;
  let counter = 0;
  let fired = 0;
  const timers = new TimerHeap();

  const turn = (): Promise<void> => new Promise((resolve) => immediate(resolve));
  const settle = async (): Promise<void> => {
    await turn();
    while (pending.count > 0) await turn();
  };
  const setTimer = (ms: number, fn: () => void): (() => void) => {
    const timer: Timer = { at: elapsed + Math.max(0, ms), no: counter++, fn };
    timers.push(timer);
    return () => timers.cancel(timer);
  };
  /** Fires every timer due at the next instant up to `limit`; false when there is none. */
  const step = async (limit: number): Promise<boolean> => {
    const next = timers.peek();
    if (next === undefined || next.at > limit) return false;
    elapsed = next.at;
    while (timers.peek()?.at === elapsed) {
      fired++;
      timers.take()?.();
    }
    await settle();
    return true;
  };

  return {
    now: () => Math.floor(startMs + offset + elapsed),
    monotonic: () => elapsed,
    setTimer,
    settle,
    get fired() {
      return fired;
    },
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
