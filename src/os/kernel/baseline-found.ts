/** What a kernel knows of baselines beside the acl: what it found of each, and what went by it. */
import type { Kernel } from './state.ts';

/** What this device found, by act: `unsure` is looked at again later. */
export interface Found {
  readonly is: 'right' | 'wrong' | 'unsure';
  /** ms, monotone. */
  readonly at: number;
}

export const found = new WeakMap<Kernel, Map<string, Found>>();
export const freed = new WeakMap<Kernel, Map<string, number>>();

/** The map of this kernel. */
export function mapOf<V>(of: WeakMap<Kernel, Map<string, V>>, kernel: Kernel): Map<string, V> {
  let map = of.get(kernel);
  if (!map) of.set(kernel, (map = new Map()));
  return map;
}

/** What this device found of a baseline; null before it looked. */
export const foundOf = (kernel: Kernel, act: string): Found['is'] | null => found.get(kernel)?.get(act)?.is ?? null;

/** Bytes that went of a fragment in this run. */
export const freedOf = (kernel: Kernel, name: string): number => freed.get(kernel)?.get(name) ?? 0;

/** Its maker need not look at it. */
export function noteRight(kernel: Kernel, act: string): void {
  mapOf(found, kernel).set(act, { is: 'right', at: kernel.deps.clock.monotonic() });
}
