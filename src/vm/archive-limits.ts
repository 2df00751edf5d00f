/** An archive on a stock GUN relay (FORMATS 7; src/vm/archive). Times in ms, sizes in bytes. */
export const ARCHIVE_LIMITS = {
  /** Spaces times relays connected at once, and relays of one space. */
  sessions: 64,
  relays: 4,
  /** How long a relay may take to show that it speaks GUN, to answer a get (SPIKE 5: then it is asked in another way), and to say that a put lies there, ms. */
  openMs: 8_000,
  silenceMs: 2_000,
  /** How long the next part of an answer in parts may take, and the first one of an answer without a bound, ms. */
  partMs: 8_000,
  ackMs: 3_000,
  /** After "nothing here" others may still answer; a whole soul is over when no frame of it comes for so long, ms. */
  noneMs: 100,
  wholeQuietMs: 1_000,
  /** Values asked for in one get, characters; less after an answer that was too large, at last the least. A stock relay gives one record for more than 100,000. */
  rangeChars: 90_000,
  rangeCharsMin: 1_000,
  /** Where a soul goes on in another file of the relay, the keys up to its end are cut into so many parts, and the first one is asked for without a bound. */
  acrossParts: 16,
  /** Fields in one frame: of junk with short values many fit into one answer. */
  entries: 4_096,
  /** Fields read of one soul in one round, junk included; the next round goes on behind them. And of one soul that is asked for whole. */
  soulFields: 16_384,
  wholeFields: 16_384,
  /** Logs asked for at once. */
  pulls: 4,
  /** Logs looked for without a hint in one round after the first; and those of one archive. */
  probes: 64,
  logs: 65_536,
  /** Bytes of records in one put, and puts under way. */
  putBytes: 49_152,
  puts: 4,
  /** Own records gather so long before they are put; a head of one log is told at most so often (FORMATS 7), ms. */
  putAfterMs: 100,
  headMs: 2_000,
  /** Time between rounds, and between tries to connect: first and longest, ms. */
  roundMs: 60_000,
  retryMs: 1_000,
  retryMaxMs: 60_000,
} as const;
