/** Where a hit lies in the app. */
import type { SearchHit } from './schema.ts';

/** Parts of an address (view/kit/router). */
export interface HitPlace {
  readonly space: string;
  readonly lens: string;
  readonly object?: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** The address of what was found: the message in its channel, the comment beside its document, the block in the text. */
export function placeOf({ entry, lens }: Pick<SearchHit, 'entry' | 'lens'>): HitPlace {
  const { kind, space, fragment, node, block } = entry;
  const params: Record<string, string> = kind === 'message' ? { ...(lens === 'documents' ? { panel: 'comments' } : {}), m: node } : kind === 'task' || kind === 'resource' ? { panel: 'details', t: node } : kind === 'block' ? { b: block } : {};
  if (kind === 'person') return { space, lens: 'access' };
  return kind === 'space' ? { space, lens: 'chat' } : { space, lens, object: fragment, params };
}
