/** Which fragments this device holds (FORMATS 6). */
import { mayRead } from '#os/rights/permit';
import { SPACE_KIND } from '#vm/protocol/types';
import { ownScope } from './part-view.ts';
import { ACL_KEY, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** Does this device want the fragment: of what its person may read all, of a Guild what is in use? */
export function isWanted(kernel: Kernel, held: Space | null, key: string): boolean {
  if (!held || held.standing === 'left' || !mayRead({ scope: ownScope(kernel, held) }, key)) return false;
  // It begins at a baseline whose logs nobody explained yet: what came now would be refused.
  if (held.fragments.get(key)?.base?.explained === false) return false;
  return key === ACL_KEY || key === ROOT_KEY || held.rights.view().kind !== SPACE_KIND.guild || held.inUse.has(key);
}
