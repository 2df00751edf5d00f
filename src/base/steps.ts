/** Work in steps: between two of them who does it may do something else, or give it up. What comes out is the same whoever does the steps, and when. */

export type Steps<T> = Generator<void, T>;

/** All of it at once. */
export function atOnce<T>(steps: Iterator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
