/** Caps of calls. Each says what it bounds and where the number comes from. */
export const CALL_LIMITS = {
  /** Places in one call: every page sends to every other, ten voices are nine streams up (FIELD B: 10 voices, 4 pictures). */
  seats: 10,
  /** Cameras and screens that may be on at a time. */
  pictures: 4,
  /** Places of one person in a call; further ones are not seen. */
  seatsOfOne: 3,
  /** Calls that are known of at a time, and those of one person; the call this page is in comes on top. */
  calls: 32,
  callsOfOne: 3,
  /** Places that one person takes within 12 s, in all calls; each that is left makes keys go on. */
  newSeats: 6,
  /** Signals of one connection that were sent and not heard of, and of the other that are taken. */
  signals: 256,
  /** So far ahead of the connection of two seats the number of the next may be. */
  attempts: 64,
  /** So far ahead of the last generation of a key a frame may be. */
  ahead: 64,
  /** Frames behind the newest one of a stream that are still taken, each once. */
  window: 1_024,
};
