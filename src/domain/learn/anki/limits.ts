/** Caps of decks that come in from files. A file beyond them is refused as a whole, or what is beyond is left out and told. */
export const DECK_LIMITS = {
  /** Bytes of a file, and bytes its parts may unpack to together. */
  fileBytes: 268_435_456,
  unpackedBytes: 536_870_912,
  /** How many times its size a part of more than a mebibyte may unpack to. */
  ratio: 200,
  /** Parts of an archive, and bytes of its collection. */
  entries: 20_000,
  collectionBytes: 134_217_728,
  /** Cards of one file, and answers of all of them. */
  cards: 20_000,
  answers: 200_000,
  /** Pictures and sounds that come in with them, bytes of one, and of all together. */
  media: 2_000,
  mediaBytes: 33_554_432,
  mediaBytesAll: 268_435_456,
  /** Kinds of notes, decks, and UTF-16 units of what describes them. */
  kinds: 500,
  kindUnits: 4_000_000,
  /** UTF-16 units of one field of a note that are read: five sides of a card, with its marks. */
  fieldUnits: 20_000,
};
