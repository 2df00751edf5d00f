/** Token buckets and hourly quotas. Pure: the time comes in. */

/** A bucket of tokens that refills evenly. */
export class Bucket {
  #tokens: number;
  #at: number;

  /** Full at `now` (ms); `rate` tokens per second, at most `burst`. */
  constructor(readonly rate: number, readonly burst: number, now: number) {
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes `count` tokens; false (and takes none) when there are too few. A clock that steps back gives nothing. */
  take(count: number, now: number): boolean {
    const elapsed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(this.burst, this.#tokens + (elapsed / 1000) * this.rate);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** True when it is full again at `now`, so that nothing is lost by forgetting it. */
  full(now: number): boolean {
    return this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.rate >= this.burst;
  }
}

/** Amounts used per key within a window; at most `entries` keys are remembered. */
export class Quota {
  readonly #used = new Map<string, { start: number; amount: number }>();

  constructor(readonly cap: number, readonly windowMs: number, readonly entries: number) {}

  /** Adds the amount; false (and adds nothing) when the key would pass its cap in this window. */
  add(key: string, amount: number, now: number): boolean {
    let use = this.#used.get(key);
    if (use === undefined || now - use.start >= this.windowMs) {
      use = { start: now, amount: 0 };
      this.#used.delete(key);
      if (this.#used.size >= this.entries) this.#used.delete(this.#used.keys().next().value!);
      this.#used.set(key, use);
    }
    if (use.amount + amount > this.cap) return false;
    use.amount += amount;
    return true;
  }

  /** Forgets windows that are over. */
  sweep(now: number): void {
    for (const [key, use] of this.#used) if (now - use.start >= this.windowMs) this.#used.delete(key);
  }

  get size(): number {
    return this.#used.size;
  }
}
