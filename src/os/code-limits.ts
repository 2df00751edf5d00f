/** A file shown as QR codes, one after the other (docs/PROTOCOL.md, Codes of a file). */
export const CODES_LIMITS = {
  /** Bytes of a file that is shown or read: at five codes a second some two minutes. */
  fileBytes: 262_144,
  /** Bytes of the file in one code, and in the greatest code that is read: with its head a code of version 17. */
  pieceBytes: 420,
  readPieceBytes: 1_024,
  /** Pieces of a file that is read: what is kept of them grows with their square. */
  pieces: 1_024,
} as const;
