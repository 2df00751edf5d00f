/** Rows of the store by their numbers. How large they are nobody knows before, so a store gives some MiB of them at once (src/ports/record-store.ts) and is asked again for the others. */
import type { RecordStore, Segment } from '#ports/record-store';
import { KERNEL_LIMITS } from '#os/limits';

/** How many of the numbers that were asked for are answered by these rows: what stands behind the last one that came was perhaps not looked at. Where none came none is there. */
export function answered(asked: readonly number[], rows: readonly Segment[]): number {
  const last = rows.at(-1);
  return last === undefined ? asked.length : asked.indexOf(last.arrival) + 1;
}

/** All rows of these numbers in the order given, a few at a time; missing ones are left out. */
export async function* pagesOf(store: RecordStore, arrivals: readonly number[], atOnce: number = KERNEL_LIMITS.loadStepRows): AsyncGenerator<Segment[]> {
  for (let at = 0; at < arrivals.length; ) {
    const asked = arrivals.slice(at, at + atOnce);
    const rows = await store.segments(asked);
    at += answered(asked, rows);
    if (rows.length > 0) yield rows;
  }
}
