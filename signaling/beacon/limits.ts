/** Caps of a beacon besides those of every kernel. */
export const BEACON_LIMITS = {
  /** Links it opens and takes at a time: at most 64 of them direct (DIAL_MAX_WIRES), the others over the relay. */
  links: 256,
  /** What it keeps of one space when its flags say nothing else: records, each of which is some hundred bytes of memory too, and bytes of them. Records about rights are taken beyond it, up to `aclRecords`. */
  spaceRecords: 524_288,
  spaceMib: 2_048,
  /** Of those, what one author has there: others have room left. */
  authorRecords: 131_072,
  authorMib: 256,
  /** Of all spaces together: whoever knows its address can add it to theirs. */
  storeRecords: 1_048_576,
  storeMib: 8_192,
  /** What is taken about the rights of a space although it, or the store, is full: a removal still gets in, and made-up persons do not fill the disk by acts. */
  aclRecords: 16_384,
  aclMib: 16,
  /** Bytes of rows that a backup holds in memory, and writes at once. */
  copyBatchBytes: 1_048_576,
  /** Room that a full disk must have again, besides as much as the log of the store has, before its database is opened anew and written to. */
  reopenBytes: 2_097_152,
  /** Longest line that the socket beside the store takes in, bytes. */
  controlBytes: 8_192,
  /** Connections to it at a time. */
  controlAtOnce: 4,
} as const;
