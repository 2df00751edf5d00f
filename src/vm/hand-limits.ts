/** What is read of an offer or an answer that somebody hands over (docs/PROTOCOL.md §16). */
export const HAND_LIMITS = {
  /** Characters of the payload; one with eight candidates has fewer than 500. */
  chars: 1_024,
  candidates: 8,
} as const;
