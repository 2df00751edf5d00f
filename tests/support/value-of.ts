import type { Result } from '#base/result';

/** What was made. Throws where it was refused. */
export function valueOf<T>(made: Result<T, unknown>): T {
  if (!made.ok) throw new Error('refused');
  return made.value;
}
