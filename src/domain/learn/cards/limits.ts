/** Caps of cards. What is beyond is shown cut or not at all; what we write never exceeds them. */
export const CARD_LIMITS = {
  /** UTF-16 units of one side of a card. */
  sideUnits: 4_000,
  /** Pictures and sounds of one side. */
  files: 20,
  /** Newest answers of one card that its schedule is computed of. */
  reviews: 1_000,
  /** New cards of a day. */
  fresh: 20,
  /** Days ahead that are told. */
  days: 30,
  /** How long a file of decks may be read, ms: its thread is ended then and the file refused as too large. */
  deckMs: 120_000,
};
