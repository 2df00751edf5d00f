/** Parts of a recovery key that people keep (docs/PROTOCOL.md, Parts of the recovery key). */
export const KEY_PARTS = {
  /** People of one set. */
  people: 16,
  /** Characters of a request or answer that is typed in, that are looked at. */
  text: 2_048,
  /** Devices that the record of a part names beside those it is for, so that nobody else sees whom it is for. */
  beside: 24,
  /** The newest records of one person in a space that are tried: each may be for somebody else. */
  tried: 64,
  /** Sets of one person of which a keeper has a part, the newest: a new set may never have come to enough people. */
  sets: 2,
} as const;
