/** Work in steps on a thread that may be ended at any time: a browser ends one at once only when it comes back to its loop (docs/decisions/0160). Pure. */
import { COMPUTE_LIMITS } from '#os/compute-limits';

/** Does all steps, and goes back to the loop by `rest` after every slice of time. Rejects with what a step throws. */
export async function inSlices<T>(steps: Iterator<unknown, T>, now: () => number, rest: () => Promise<void>): Promise<T> {
  for (let from = now(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (now() - from < COMPUTE_LIMITS.sliceMs) continue;
    await rest();
    from = now();
  }
}
