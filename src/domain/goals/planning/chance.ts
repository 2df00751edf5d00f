/**
 * Drawn numbers that are the same on every peer: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators",
 * ACM TOMS 47, 2021), in whole 32-bit steps. Each task has a stream of its own, out of the seed and its id, so that a task that comes or goes
 * changes what is drawn for no other.
 */
import { sha256 } from '#base/hash';

/** Four words of state for each of `count` streams, one after another. */
export type Streams = Int32Array;

/** Streams for these names under one seed. */
export function streamsOf(seed: string, names: readonly string[]): Streams {
  const words = new Int32Array(names.length * 4);
  names.forEach((name, i) => {
    const view = new DataView(sha256('lgos/plan/1', '\0', seed, '\0', name).buffer);
    for (let k = 0; k < 4; k++) words[i * 4 + k] = view.getInt32(k * 4);
    // A state of nothing but zeros draws zeros for ever.
    if ((words[i * 4]! | words[i * 4 + 1]! | words[i * 4 + 2]! | words[i * 4 + 3]!) === 0) words[i * 4] = 1;
  });
  return words;
}

/** The next 32 bits of a stream, not negative. */
export function draw(state: Streams, stream: number): number {
  const at = stream * 4;
  const s1 = state[at + 1]!;
  const x = Math.imul(s1, 5);
  const answer = Math.imul((x << 7) | (x >>> 25), 9);
  const s2 = state[at + 2]! ^ state[at]!;
  const s3 = state[at + 3]! ^ s1;
  state[at + 1] = s1 ^ s2;
  state[at] = state[at]! ^ s3;
  state[at + 2] = s2 ^ (s1 << 9);
  state[at + 3] = (s3 << 11) | (s3 >>> 21);
  return answer >>> 0;
}

/** A number between 0 and 1, neither of them. */
export const between = (state: Streams, stream: number): number => (draw(state, stream) + 0.5) / 4_294_967_296;
