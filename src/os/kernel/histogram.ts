/** Latency histograms among the counters: `<name>.count`, `<name>.sum-ms` and cumulative `<name>.le-<ms>`. */
import type { Kernel } from './state.ts';

const BOUNDS_MS = [1, 5, 10, 20, 50, 100, 250, 500, 1_000, 5_000] as const;

/** Adds one observation, ms. */
export function observe(kernel: Kernel, name: string, ms: number): void {
  kernel.metric(`${name}.count`, 1);
  kernel.metric(`${name}.sum-ms`, Math.max(0, ms));
  for (const bound of BOUNDS_MS) if (ms <= bound) kernel.metric(`${name}.le-${bound}`, 1);
}
