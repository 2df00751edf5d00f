import type { Clock } from '#ports/clock';
import { createTokenBucket as createTimedBucket } from '#vm/replication/token-bucket';

/** A rate with a burst on a clock; every budget that a peer can spend on a link is one of these. */
export interface TokenBucket {
  /** Takes `n` tokens; false when they are not there (nothing is taken then). */
  take(n?: number): boolean;
}

/** A bucket that holds `burst` tokens and gains `perSecond` of them on the monotone clock. */
export function createTokenBucket(clock: Clock, perSecond: number, burst: number): TokenBucket {
  const bucket = createTimedBucket(perSecond, burst, clock.monotonic());
  return { take: (n = 1) => bucket.take(n, clock.monotonic()) };
}
