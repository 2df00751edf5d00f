/** Time as a port: the core never reads an ambient clock (STYLE 9.1). */
export interface Clock {
  /** Wall clock of this machine, ms since 1970; may jump. */
  now(): number;
  /** Monotone ms for durations; never jumps back. */
  monotonic(): number;
  /** Calls `fn` once after `ms`, with 0 in the next turn of the event loop; returns the cancel function. */
  setTimer(ms: number, fn: () => void): () => void;
}
