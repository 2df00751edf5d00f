/** The kernel over its own pipeline (K12): a look now and then, a step of the adjusters, and both for the screen. */
import { adjust } from './adjust.ts';
import type { Kernel } from './state.ts';

/** A look that came so late, with so much waiting. */
export function superintend(kernel: Kernel, queue: number, lateMs: number, now: number): void {
  let refused = 0;
  for (const [name, count] of Object.entries(kernel.replication?.counters() ?? {})) if (name.startsWith('guard.rejected.')) refused += count;
  kernel.watch.look(Math.max(0, lateMs), queue, refused, now);
  kernel.adjusted = adjust(kernel.adjusted, kernel.watch.read(now), now);
}
