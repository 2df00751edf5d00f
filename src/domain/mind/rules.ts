/** Where what an agent made is looked at, and what may be done with it. Results are the person's own: every device of theirs may do all of it. */
import type { Result, Subject } from './schema.ts';

/** Address of what a result is about, opened so that the result is seen. */
export function subjectRoute({ kind, space, fragment, node }: Subject): { space: string; lens: string; object: string; params: Record<string, string> } {
  if (kind === 'thread') return { space, lens: 'chat', object: fragment, params: { panel: 'thread', t: node } };
  if (kind === 'channel') return { space, lens: 'chat', object: fragment, params: { panel: 'agents' } };
  if (kind === 'document') return { space, lens: 'documents', object: fragment, params: { panel: 'agents' } };
  if (kind === 'thing') return { space, lens: 'goals', object: fragment, params: { panel: 'details', t: node } };
  if (kind === 'goal') return { space, lens: 'goals', object: fragment, params: {} };
  return { space, lens: 'hub', object: 'overview', params: {} };
}

/** May its words be changed, kept, run again? Not what a newer build wrote, nor what came to nothing. */
export const mayTake = ({ deleted, newer, fault }: Pick<Result, 'deleted' | 'newer' | 'fault'>): boolean => !deleted && !newer && fault === null;
