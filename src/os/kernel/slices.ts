/** Long work in the background, cut so that others get their turn. */
import { KERNEL_LIMITS } from '#os/limits';
import type { Kernel } from './state.ts';

/** A turn for others. */
export const breathe = ({ deps }: Pick<Kernel, 'deps'>): Promise<void> => new Promise((resolve) => void deps.clock.setTimer(0, resolve));

/** Asked after each step: null while the slice goes on, else what to wait for before the next one. */
export function slicesOf(kernel: Pick<Kernel, 'deps'>): () => Promise<void> | null {
  const { clock } = kernel.deps;
  let from = clock.monotonic();
  return () => (clock.monotonic() - from < KERNEL_LIMITS.snapshotSliceMs ? null : breathe(kernel).then(() => void (from = clock.monotonic())));
}
