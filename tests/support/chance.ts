/** Numbers in [0, 1) for tests and bench: the same seed, the same numbers. */
import { prng } from './prng.ts';

export function chance(seed: number): () => number {
  const below = prng(seed);
  return () => below(2 ** 32) / 2 ** 32;
}
