/** What a model may be, how long it may be silent, and what may be asked of it. */
export const MODEL_LIMITS = {
  /** Files of one model, and characters of a path. */
  files: 64,
  pathChars: 200,
  /** Bytes of one model: what a WASM memory could hold at all. */
  bytes: 4_294_967_296,
  /** Bytes of one file that is no graph: settings, words. */
  textBytes: 67_108_864,
  /** Bytes of a graph or of its weights in one file: the longest array of an engine. */
  graphBytes: 2_147_483_647,
  /** Models kept on one device, and in memory at once. */
  kept: 64,
  warm: 2,
  /** Characters of an address and of a name. */
  addressChars: 2_048,
  nameChars: 120,
  /** Silence of a server after which a download is given up, ms; it goes on from there later. */
  fetchMs: 60_000,
  /** A model that says nothing for so long while it is read into memory, ms. */
  loadMs: 300_000,
  /** A model that says nothing for so long while it works, ms. */
  runMs: 120_000,
  /** Time to stop after somebody gave up; then its worker is ended, ms. */
  stopMs: 2_000,
  /** Texts of one question, characters of one text, tokens of one answer, seconds of speech. */
  texts: 256,
  textChars: 100_000,
  tokens: 4_096,
  speechSeconds: 600,
  /** Texts, and characters of one, whose vectors another own device is asked for at once. */
  pieceTexts: 8,
  pieceLetters: 4_000,
} as const;
