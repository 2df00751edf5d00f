/** Figures of the compute screen, out of what the kernel counted: nothing is estimated that was not measured here. */
import type { ComputeAsked, ComputeMinute } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';

const MINUTE_MS = 60_000;

/** Every minute of the last half hour, the oldest first; those in which nothing ended are empty. */
export function minutesOf(kept: readonly ComputeMinute[], now: number): ComputeMinute[] {
  const known = new Map(kept.map((one) => [one.at, one]));
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: COMPUTE_LIMITS.minutes }, (_, i) => {
    const at = last - (COMPUTE_LIMITS.minutes - 1 - i) * MINUTE_MS;
    return known.get(at) ?? { at, forOthers: 0, forSelf: 0, done: 0, answers: 0 };
  });
}

/**
 * Time a job saved, ms: so many pieces by what one run of it took here, less the time it took with help. Below 0: help took longer. Null where that was not measured: it still runs,
 * nobody else answered, or nothing of it was computed here.
 */
export function savedBy({ over, own, ownMs, elsewhere, pieces, ms }: ComputeAsked): number | null {
  return over && own > 0 && elsewhere > 0 ? (ownMs / own) * pieces - ms : null;
}

/** Of all jobs that are measured together; null where none is. */
export function savedByAll(asked: readonly ComputeAsked[]): { readonly ms: number; readonly jobs: number } | null {
  const known = asked.flatMap((job) => savedBy(job) ?? []);
  return known.length === 0 ? null : { ms: known.reduce((sum, ms) => sum + ms, 0), jobs: known.length };
}

/** Nothing came of it. */
export const cameToNothing = ({ over, decided }: ComputeAsked): boolean => over && decided === 0;

/** Of so many pieces answers were asked and some came. */
export const askedOf = (asked: readonly ComputeAsked[]): number => asked.reduce((sum, job) => sum + (job.over && !cameToNothing(job) ? job.pieces : 0), 0);

/** How the answers of a job that is over come to be believed. */
export const checkedOf = ({ decided, elsewhere, agreed }: ComputeAsked): { readonly here: number; readonly alike: number; readonly one: number } => ({ here: decided - elsewhere, alike: agreed, one: elsewhere - agreed });

/** The top of an axis: 1, 2 or 5 with as many noughts as it takes. */
export function axisTop(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  return [1, 2, 5, 10].map((n) => n * power).find((top) => top >= max)!;
}
