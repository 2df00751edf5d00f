/** Searching on other devices (src/os/kernel/search-desk.ts). Times in ms, sizes in UTF-16 units. */
export const SEARCH_LIMITS = {
  /** Devices that one question goes to in one space, and how long each may take. */
  devices: 8,
  ms: 8_000,
  /** What somebody looks for, and things in one answer; the best of so many that fit are answered. */
  askChars: 200,
  found: 30,
  scanned: 300,
  /** The piece of a text, and the title, that stand in an answer: 30 of them fit one part of a call, whatever their letters. */
  textChars: 480,
  titleChars: 120,
  /** Questions of one link: a second, long run, and burst; and at once. */
  asksPerSecond: 1,
  asksBurst: 10,
  asksAtOnce: 2,
} as const;
