/** The kernel over its own pipeline (K12): a look now and then, a step of the adjusters, and both for the screen. */
import type { PipelineView } from '#os/api';
import { adjust, NORMAL, type KnobName } from './adjust.ts';
import type { Kernel } from './state.ts';

/** A look that came so late, with so much waiting. */
export function superintend(kernel: Kernel, queue: number, lateMs: number, now: number): void {
  let refused = 0;
  for (const [name, count] of Object.entries(kernel.replication?.counters() ?? {})) if (name.startsWith('guard.rejected.')) refused += count;
  kernel.watch.look(Math.max(0, lateMs), queue, refused, now);
  kernel.adjusted = adjust(kernel.adjusted, kernel.watch.read(now), now);
}

/** What is seen and where the adjusters stand. */
export function pipelineView({ watch, adjusted, deps: { clock } }: Pick<Kernel, 'watch' | 'adjusted' | 'deps'>): PipelineView {
  const now = clock.monotonic();
  const knobs = (Object.keys(NORMAL) as KnobName[]).map((name) => ({ name, value: adjusted[name].value, normal: NORMAL[name], why: adjusted[name].why, since: clock.now() - (now - adjusted[name].since) }));
  return { seen: { ...watch.read(now) }, knobs };
}
