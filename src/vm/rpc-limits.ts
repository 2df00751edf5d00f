/** Calls between peers (docs/PROTOCOL.md, Calls). Times in ms, sizes in bytes. */
export const RPC_LIMITS = {
  /** Characters of a subject. */
  subjectChars: 320,
  /** Parameters, result, or one part of a stream. */
  partBytes: 65_536,
  /** Calls of one link that run here at once, and begun by it: a second, long run, and burst. */
  callsAtOnce: 32,
  callsPerSecond: 50,
  callsBurst: 200,
  /** Own calls open on one link. */
  asksAtOnce: 64,
  /** The longest time a call may be given. */
  deadlineMs: 600_000,
  /** Bytes of a stream that are sent before the other end took them, and what the smallest part counts as. */
  windowBytes: 262_144,
  partCosts: 256,
  /** Bytes of one stream. */
  streamBytes: 16_777_216,
  /** Characters of a code and of the words of a refusal. */
  codeChars: 32,
  wordChars: 200,
  /** How often an end says what it offers, and how long that holds. */
  announceMs: 30_000,
  aliveMs: 95_000,
  /** Announcements taken from one link: a second, long run, and burst. */
  announcesPerSecond: 1,
  announcesBurst: 80,
  /** Lattices one link may announce in, functions in one announcement, and capabilities. */
  lattices: 64,
  offers: 64,
  capabilities: 32,
  /** Items of a list in a value. */
  listItems: 4_096,
} as const;
