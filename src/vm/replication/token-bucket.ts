/** A token bucket: `perSecond` in the long run, `burst` at once. Pure: the time is given. */
export interface TokenBucket {
  /** Takes `amount` if it is there; false, and nothing taken, otherwise. */
  take(amount: number, nowMs: number): boolean;
  /** Would take() succeed? Nothing is taken. */
  has(amount: number, nowMs: number): boolean;
}

/** A full bucket. A clock that jumps back refills nothing. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: number): TokenBucket {
  let tokens = burst;
  let last = nowMs;
  const has = (amount: number, now: number): boolean => {
    if (now > last) tokens = Math.min(burst, tokens + ((now - last) * perSecond) / 1000);
    last = now;
    return amount <= tokens;
  };
  return {
    has,
    take(amount, now) {
      if (!has(amount, now)) return false;
      tokens -= amount;
      return true;
    },
  };
}
