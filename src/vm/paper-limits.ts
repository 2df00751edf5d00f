/** Papers: words that a person signs in the clear (docs/PROTOCOL.md, Papers). */
export const PAPER_LIMITS = {
  /** Bytes of one. */
  bytes: 4_096,
  /** UTF-16 units of one thing it says. */
  textUnits: 500,
  /** Papers in one file: a certificate with those who confirm it. */
  papers: 17,
  /** Bytes of a file of them that are looked at. */
  fileBytes: 65_536,
} as const;
