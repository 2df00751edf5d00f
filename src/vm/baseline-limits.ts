/** Baselines and their snapshots (docs/PROTOCOL.md, Snapshots in the log). */
export const BASELINE_LIMITS = {
  /** Logs of one baseline: their heads stand in one record of `acl`. */
  heads: 400,
  /** Bytes of the rows in one record of class 2, before deflate: what cannot be compressed still fits. */
  pieceBytes: 48_000,
  /** Records of one snapshot, about 32 MB; a larger state has none. */
  pieces: 700,
} as const;
