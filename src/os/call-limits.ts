/** Caps of call signalling (docs/PROTOCOL.md §13). */
export const CALL_SIGNAL_LIMITS = {
  /** Bytes of one signal, and of those that travel together. */
  signalBytes: 11_000,
  togetherBytes: 12_000,
  /** Signals of this tab that wait; the oldest go first. */
  waiting: 64,
  /** Pause between two, ms (FORMATS 8: ≤ 5 a second). */
  everyMs: 200,
  /** Life of one, and how far its time may be off: older ones were kept by somebody, ms. */
  ttlMs: 5_000,
  staleMs: 60_000,
};
