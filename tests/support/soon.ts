/** Waiting for a condition of things that run on real time. */
import { vi } from 'vitest';

/** How long is waited at most, ms: many times what it takes, as a busy machine may stand still for seconds. */
export const SOON_MS = 60_000;

/** Resolves when `condition` throws no more; looks at it every millisecond. Throws what it threw last. */
export const soon = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: SOON_MS, interval: 1 });
