/** Ids of GUN messages. Always the same length and random: GUN derives ids by appending counters, and ids of different length collided (GUN.md 2). */
import type { Random } from '#ports/random';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 24;

/** 24 letters and digits (the id grammar of the guard), about 140 bits. */
export function gunMessageId(random: Random): string {
  let out = '';
  for (const byte of random.bytes(LENGTH)) out += LETTERS[byte % 62]!;
  return out;
}
