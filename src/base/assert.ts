/** A broken invariant: a fault of ours, never an expected failure. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws AssertionError when the condition is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, or AssertionError when it is null or undefined. */
export function must<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new AssertionError(message);
  return value;
}
