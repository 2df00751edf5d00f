/** What a benchmark answers. */

export interface BenchResult {
  readonly group: string;
  readonly name: string;
  readonly unit: string;
  /** Median of the rounds. */
  readonly value: number;
  /** Null: a figure that is only reported. */
  readonly target: number | null;
  /** `lower`: good when value ≤ target. */
  readonly direction: 'lower' | 'higher';
  /** The same work done by others in the same run: name → value in the same unit. */
  readonly peer?: Readonly<Record<string, number>>;
  /** Least and greatest of the rounds. */
  readonly spread?: readonly [number, number];
  /** What exactly was measured, one sentence. */
  readonly how?: string;
}

/** One benchmark file: everything it measures, in its own order. */
export interface Suite {
  readonly name: string;
  run(rounds: number): Promise<BenchResult[]>;
}
