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
  /** Pieces asked of one link at a time. */
  asksPerLink: 2,
  /** Ids in one question what an end holds. */
  haves: 256,
  /** Pieces that are looked for at once. */
  wants: 1_024,
  /** Questions about pieces answered to one link, long run and burst; one about what is held counts as several. */
  servesPerSecond: 200,
  servesBurst: 400,
  haveCosts: 10,
  /** Answers of one link being read from the store at once, and unsent bulk bytes of the link at which the next is refused. */
  servesAtOnce: 4,
  servesQueued: 1_048_576,
  /** Pieces kept in memory while they are served. */
  cached: 4,
  /** How long one answer may take, and how soon an end that had nothing, or was busy, is asked again, ms. */
  answerMs: 20_000,
  againMs: 2_000,
  /** A file up to this size follows its fragment; above it, somebody asks for it. */
  followFile: 1_048_576,
  /** Bytes of pieces on this device up to which files follow (512 MiB). */
  followBytes: 536_870_912,
  /** Files being fetched at once: those that were asked for, and all together. */
  transfers: 4,
  follows: 64,
} as const;
