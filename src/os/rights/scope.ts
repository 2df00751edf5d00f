/** Parts of a space against each other. */
import { toBase64url } from '#base/bytes';
import { FRAGMENT, SCOPE } from '#vm/protocol/types';
import type { Scope } from './acl-model.ts';

const STORED = toBase64url(FRAGMENT.witness);

/** What a beacon is granted (RIGHT34): all of the space to keep, nothing of it to read. */
export const STORE_SCOPE: Scope = new Map([[STORED, SCOPE.store]]);

/** Is this the scope of a beacon? */
export const stores = (scope: Scope): boolean => ((scope?.get(STORED) ?? 0) & SCOPE.store) !== 0;

/** True when `inner` gives nothing that `outer` does not. */
export function scopeWithin(inner: Scope, outer: Scope): boolean {
  if (outer === null) return true;
  if (inner === null) return false;
  for (const [fragment, bits] of inner) if ((bits & ~(outer.get(fragment) ?? 0)) !== 0) return false;
  return true;
}
