/** Actors: functions in WebAssembly that a member of a space brought (src/os/actors). Sizes in bytes, times in ms. */
export const ACTOR_LIMITS = {
  /** A module. */
  moduleBytes: 524_288,
  /** Pages of 64 KiB its memory may have at most, as the module itself says: 64 MiB. */
  memoryPages: 1_024,
  /** Elements of its tables, all together, at most. */
  tableElements: 65_536,
  /** Types, imports and exports it may list each. */
  entries: 4_096,
  /** One run, from handing it over to its answer: what takes longer is ended. */
  runMs: 1_500,
  /** Letters a run may write down for who tries it. */
  logChars: 4_096,
  /** Actors a person allows on one device. */
  allowed: 16,
  /** Modules a page holds ready. */
  ready: 4,
} as const;
