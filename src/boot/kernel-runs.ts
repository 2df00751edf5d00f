/** The kernels of this page, one after another: each is handed the ports of who asks it things beside the API. */
import type { GivePort } from './kernel-run.ts';

export interface KernelRuns {
  /** A kernel has loaded. */
  now(give: GivePort): void;
  /** The one that is there, and each later one. */
  each(on: (give: GivePort) => void): void;
}

/** Makes it, with no kernel yet. */
export function kernelRuns(): KernelRuns {
  const listeners: ((give: GivePort) => void)[] = [];
  let last: GivePort | null = null;
  return {
    now(give) {
      last = give;
      for (const on of listeners) on(give);
    },
    each(on) {
      listeners.push(on);
      if (last) on(last);
    },
  };
}
