import type { Random } from '#ports/random';

/** A pause below `spanMs` that the others do not share: of several who could act the first one's act is seen by the rest (TRUST 2.5). */
export function randomPause(random: Random, spanMs: number): number {
  const [high, low] = random.bytes(2);
  return Math.floor(((high! * 256 + low!) / 65_536) * spanMs);
}
