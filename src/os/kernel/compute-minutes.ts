/** What this device computed and had computed, by the minute in which it ended: of this run, the last so many minutes. */
import type { ComputeMinute } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import type { Clock } from '#ports/clock';

const MINUTE_MS = 60_000;

export type MinuteOf = Exclude<keyof ComputeMinute, 'at'>;

export interface ComputeMinutes {
  add(what: MinuteOf, amount: number): void;
  /** The oldest first; minutes in which nothing ended are left out. */
  view(): readonly ComputeMinute[];
}

export function createComputeMinutes(clock: Pick<Clock, 'now'>): ComputeMinutes {
  let kept: { -readonly [K in keyof ComputeMinute]: number }[] = [];
  const minute = (): number => Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  const fresh = (): void => {
    const from = minute() - (COMPUTE_LIMITS.minutes - 1) * MINUTE_MS;
    // A clock that was put back leaves nothing of what is to come.
    kept = kept.filter(({ at }) => at >= from && at <= minute());
  };
  return {
    add(what, amount) {
      fresh();
      const at = minute();
      let one = kept.at(-1);
      if (one?.at !== at) kept.push((one = { at, forOthers: 0, forSelf: 0, done: 0, answers: 0 }));
      one[what] += amount;
    },
    view() {
      fresh();
      return kept.map((one) => ({ ...one }));
    },
  };
}
