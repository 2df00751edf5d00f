/** When a fragment is sealed next (FORMATS 3, Batch windows): acts at once, property edits first at once then every 20 ms, text 300 ms after the last key and at most 1 s after the first. */
import { KERNEL_LIMITS } from '#os/limits';

export type FlushWindow = 'act' | 'property' | 'text';

/** ms of the monotone clock. */
export interface FlushPlan {
  readonly due: number;
  readonly window: FlushWindow;
  /** When the first text edit of this batch came; null without text. */
  readonly textSince: number | null;
}

/** The plan after one more edit. `last` = when the flush before began. */
export function planFlush(plan: FlushPlan | null, window: FlushWindow, now: number, last: number): FlushPlan {
  const textSince = plan?.textSince ?? (window === 'text' ? now : null);
  if (window === 'act') return { due: now, window, textSince };
  if (window === 'property') {
    const due = Math.max(now, last + KERNEL_LIMITS.propertyFlushMs);
    return plan && plan.due <= due ? { ...plan, textSince } : { due, window, textSince };
  }
  const due = Math.min(now + KERNEL_LIMITS.textIdleMs, textSince! + KERNEL_LIMITS.textHardMs);
  // Something else is due anyway: the text goes with it.
  return plan && plan.window !== 'text' ? { ...plan, textSince } : { due, window, textSince };
}
