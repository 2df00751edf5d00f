/** What beacons say they hold, and how that is looked at (docs/PROTOCOL.md, Witnesses). Times in ms, sizes in bytes. */
export const WITNESS_LIMITS = {
  /** A beacon says at most once in this time what changed (TRUST 2.3: 10 min). */
  intervalMs: 600_000,
  /** After so much linked time (two intervals) what it confirmed and did not say, or said and does not give, is told. */
  alarmMs: 1_200_000,
  /** The first change waits so long for others. */
  gatherMs: 30_000,
  /** Pause between two witnesses of one list, and how long a link is there before anything is said: the other end may know that this disk was set back. */
  moreMs: 5_000,
  /** Heads in one witness, and its bytes. */
  heads: 256,
  bytes: 28_672,
  /** Witnesses of one log that are kept, and bytes of them. */
  window: 64,
  windowBytes: 524_288,
  /** So many of the newest are to be there without a hole: of these every beacon has all. */
  whole: 16,
  /** Logs of one beacon that are remembered: it begins a new one when its store was set back. */
  logs: 4,
  /** One that begins anew again within this time owes what it owed before. */
  anewMs: 86_400_000,
  /** Witnesses in one message, and the newest of a beacon that are told to a link that opens. */
  perMessage: 8,
  told: 2,
  /** Witnesses of one beacon that are taken: one in so long, and burst. */
  everyMs: 5_000,
  burst: 64,
  /** Logs of one beacon that are waited for: confirmed and not said, or said and not here. */
  dues: 1_024,
  /** Of those, so many of each kind outlive a reload. */
  keptDues: 16,
  /** How often they are looked at. */
  lookMs: 30_000,
  /** While so much comes over the link between two looks, time does not count against it; of that at most so long. */
  busyBytes: 131_072,
  busyMs: 7_200_000,
  /** How often a beacon is checked: three times in the time after which a silent one is told. */
  checkMs: 300_000,
  /** Records of one check, and at most in one question. */
  checks: 4,
  checksServed: 8,
  /** Checks in a row without an answer, linked all the while, that are told. */
  silentChecks: 3,
} as const;
