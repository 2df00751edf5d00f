/** Parts of a space against each other. */
import type { Scope } from './acl-model.ts';

/** True when `inner` gives nothing that `outer` does not. */
export function scopeWithin(inner: Scope, outer: Scope): boolean {
  if (outer === null) return true;
  if (inner === null) return false;
  for (const [fragment, bits] of inner) if ((bits & ~(outer.get(fragment) ?? 0)) !== 0) return false;
  return true;
}
