/** Two orders of the same things into one: what stands high in both comes first. By places, not by scores: those of two measures say nothing to each other. Pure. */

/** How slowly a place loses worth (Cormack, Clarke and Büttcher 2009). */
const FLAT = 60;
/** A place among what is only alike counts so much beside one among what has the words. */
const ALIKE = 0.5;

/** Keys by both orders, the best first; of equals, the one that has the words, then by key. */
export function fuse(worded: readonly string[], alike: readonly string[]): string[] {
  const scores = new Map<string, number>();
  worded.forEach((key, place) => scores.set(key, 1 / (FLAT + place)));
  alike.forEach((key, place) => scores.set(key, (scores.get(key) ?? 0) + ALIKE / (FLAT + place)));
  const order = new Map(worded.map((key, place) => [key, place]));
  const first = (a: string, b: string): number => (order.get(a) ?? Infinity) - (order.get(b) ?? Infinity) || 0;
  return [...scores].sort(([a, x], [b, y]) => y - x || first(a, b) || (a < b ? -1 : 1)).map(([key]) => key);
}
