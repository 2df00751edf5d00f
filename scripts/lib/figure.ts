/** A figure of a labelled set, and the measures that several of them share. */
export interface Figure {
  readonly what: string;
  /** What of the set was looked at while the rules were made. */
  readonly seen: 'all' | 'half' | 'none';
  /** Name of the measure. */
  readonly measure: string;
  readonly n: number;
  readonly ours: number;
  readonly plain: number;
  readonly plainIs: string;
}

export const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);

/** Worth of the first ten beside that of the best order. */
export function ndcg(ranked: readonly boolean[], wanted: number): number {
  const gain = (list: readonly boolean[]): number => list.slice(0, 10).reduce((sum, yes, at) => sum + (yes ? 1 / Math.log2(at + 2) : 0), 0);
  return wanted === 0 ? 1 : gain(ranked) / gain(Array.from({ length: wanted }, () => true));
}
