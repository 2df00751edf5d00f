/** What can be chosen about the ways of direct links, and how long things take that two people do by hand. */
export const WAY_LIMITS = {
  /** Own STUN and TURN servers, and characters of a name or password. */
  servers: 8,
  textChars: 256,
  /** How long a server that is checked may take, ms. */
  checkMs: 8_000,
  /** Life of an offer that is handed over, ms. */
  handMs: 600_000,
  /** Time for an offer or answer to be ready, and for the two ends to find each other once both have both, ms. */
  handMakeMs: 15_000,
  handLinkMs: 30_000,
} as const;
