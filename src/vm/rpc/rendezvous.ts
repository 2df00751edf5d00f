/** Who of a group a thing goes to (rendezvous hashing, Thaler and Ravishankar 1998): each end finds the same order, and who leaves moves only what was theirs. */
import { compareBytes, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';

/** The greatest weight. */
export const MOST_WEIGHT = 8;

/** Candidates with the first to be asked first. One of weight w draws w times and keeps its best draw: its share is as its weight, in whole numbers only. */
export function rendezvous<T>(key: Uint8Array, candidates: readonly T[], of: (candidate: T) => { readonly id: Uint8Array; readonly weight?: number }): T[] {
  const scored = candidates.map((candidate): [T, Bytes] => {
    const { id, weight = 1 } = of(candidate);
    let best = sha256('lgos/rendezvous/1', key, id, Uint8Array.of(0));
    for (let i = 1; i < Math.min(Math.max(1, weight), MOST_WEIGHT); i++) {
      const next = sha256('lgos/rendezvous/1', key, id, Uint8Array.of(i));
      if (compareBytes(next, best) > 0) best = next;
    }
    return [candidate, best];
  });
  return scored.sort(([, a], [, b]) => compareBytes(b, a)).map(([candidate]) => candidate);
}
