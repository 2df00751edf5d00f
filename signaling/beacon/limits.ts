/** Caps of a beacon besides those of every kernel. */
export const BEACON_LIMITS = {
  /** Links it opens and takes at a time: at most 64 of them direct (DIAL_MAX_WIRES), the others over the relay. */
  links: 256,
} as const;
