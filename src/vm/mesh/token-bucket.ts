import type { Clock } from '#ports/clock';

/** A rate with a burst; every budget that a peer can spend is one of these. */
export interface TokenBucket {
  /** Takes `n` tokens; false when they are not there (nothing is taken then). */
  take(n?: number): boolean;
}

/** A bucket that holds `burst` tokens and gains `perSecond` of them on the monotone clock. */
export function createTokenBucket(clock: Clock, perSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let at = clock.monotonic();
  return {
    take(n = 1) {
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
      at = now;
      if (tokens < n) return false;
      tokens -= n;
      return true;
    },
  };
}
