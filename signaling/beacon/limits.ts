/** Caps of a beacon besides those of every kernel. */
export const BEACON_LIMITS = {
  /** Links it opens and takes at a time: at most 64 of them direct (DIAL_MAX_WIRES), the others over the relay. */
  links: 256,
  /** Bytes of rows that a backup holds in memory, and writes at once. */
  copyBatchBytes: 1_048_576,
  /** Longest line that the socket beside the store takes in, bytes. */
  controlBytes: 8_192,
  /** Connections to it at a time. */
  controlAtOnce: 4,
} as const;
