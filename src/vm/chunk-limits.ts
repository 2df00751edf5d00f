/** Pieces of files (docs/PROTOCOL.md, Files). */
export const CHUNK_LIMITS = {
  /** Plain bytes of one piece; the last may be shorter. */
  pieceBytes: 1_048_576,
  /** A piece as it is stored and sent: its bytes, header, tag and frame. */
  storedBytes: 1_048_704,
  /** Pieces or nodes under one node of the tree. */
  children: 1_024,
  /** The largest file, bytes (4 GiB). */
  fileBytes: 4_294_967_296,
  /** Bytes of one answer: two on their way fill the high water of a bulk channel. */
  rangeBytes: 131_072,
  /** Pieces asked of one link at a time (one at first, one more for each that came, one again after one that did not), and ranges of each that are on their way. */
  asksPerLink: 4,
  rangesAhead: 3,
  /** Pieces on their way here over all links: so many are in memory. */
  pulls: 8,
  /** Ids in one question what an end holds. */
  haves: 256,
  /** Pieces that are looked for at once. */
  wants: 1_024,
  /** Questions about pieces answered to one link, long run and burst (50 MiB a second of whole pieces); one about what is held, or for which the store is read, counts as several more. */
  servesPerSecond: 800,
  servesBurst: 1_600,
  haveCosts: 10,
  readCosts: 8,
  /** Answers of one link being read from the store at once, and unsent bulk bytes of the link at which the next is refused. */
  servesAtOnce: 16,
  servesQueued: 2_097_152,
  /** Pieces kept in memory while they are served. */
  cached: 8,
  /** How long one answer may take, and how soon an end that had nothing, or was busy, is asked again, ms. */
  answerMs: 20_000,
  againMs: 2_000,
  /** An end that is busy is asked for the same range again after so long, and so often, before the piece is given up. */
  busyMs: 250,
  busyTries: 40,
  /** How long a piece may take; an end of which some of it came by then has twice as long for the next, up to the second, ms. */
  pullMs: 30_000,
  pullMostMs: 120_000,
  /** An end that did not give a piece rests for `againMs`, twice as long after each further one, up to so long; so long rests a file that gave way, ms. */
  restMs: 60_000,
  /** Devices without a link of which it is still known how they gave, so that who comes back at once rests no less; each for `restMs` after its rest. */
  remembered: 64,
  /** A file of which nothing came for so long, and that nobody linked has, gives way to one that waits for its place, ms. */
  idleMs: 15_000,
  /** Pieces that came and are being written; none is asked for above it: a disk that is slower than the link does not fill the memory. */
  storing: 4,
  /** Pieces of a file that is added that are being written while the next is made. */
  puts: 2,
  /** Pieces of one file that are looked for at once, and how few of them are left when more are named. */
  ahead: 128,
  aheadLeft: 64,
  /** Pieces of a file on its way that come first, in order, for who reads it already (8 MiB of a film). */
  readAhead: 8,
  /** A file up to this size follows its fragment; above it, somebody asks for it. */
  followFile: 1_048_576,
  /** Bytes of pieces on this device up to which files follow (512 MiB). */
  followBytes: 536_870_912,
  /** Of them one space takes so many (128 MiB): no space keeps the small files of the others out. */
  followSpaceBytes: 134_217_728,
  /** Bytes that large files of one space take here before those that were long not used are given up (8 GiB), if another device has them. */
  spaceBytes: 8_589_934_592,
  /** The same of all spaces from that share of what the browser gives on, down to the second. */
  lowShare: 0.8,
  enoughShare: 0.7,
  /** A file that was used so lately is not given up (a day); the use of one is noted once in so long, of so many; how often it is looked whether something is to go, and how many are tried then. */
  freshMs: 86_400_000,
  noteMs: 3_600_000,
  noted: 1_024,
  roomLookMs: 60_000,
  givenUpAtOnce: 64,
  /** Files being fetched at once: those that were asked for, and all together. */
  transfers: 4,
  follows: 64,
} as const;
