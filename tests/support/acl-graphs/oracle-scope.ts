/** Parts of the space against each other. */
import type { SpecRights } from './spec.ts';

/** Nothing of the space that the other has not. */
export function partOf(given: Pick<SpecRights, 'scope'>, own: Pick<SpecRights, 'scope'>): boolean {
  if (own.scope === null) return true;
  const bits = new Map(own.scope);
  return given.scope !== null && given.scope.every(([fragment, wanted]) => (wanted & ~(bits.get(fragment) ?? 0)) === 0);
}

/** May the rights read the fragment? */
export function mayReadIn({ scope }: Pick<SpecRights, 'scope'>, fragment: number): boolean {
  return scope === null || scope.some(([one, bits]) => one === fragment && (bits & 1) !== 0);
}
