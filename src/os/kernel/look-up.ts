/** A node by id, with the two honest answers when it is not held: still looking, or not found here (UX 5, V1). */
import { toBase64url } from '#base/bytes';
import type { NodeId, NodeView } from '#os/api';
import { nodeIdOrNull } from '#os/graph-manager/operations';
import { fragmentOfNode } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** Asks the links; a fragment that has it is pulled, the next call finds it. `looking` while holders are not all asked or a pull is under way. */
export async function lookUp(kernel: Kernel, space: Space, id: NodeId): Promise<NodeView | { state: 'looking' | 'absent' }> {
  const home = fragmentOfNode(space, id);
  const view = home && space.source.view(home.key, id);
  if (view) return view;
  const bytes = nodeIdOrNull(id);
  if (!bytes) return { state: 'absent' };
  const others = space.rights.view().devices.length > 1;
  if (!kernel.replication) return { state: others ? 'looking' : 'absent' };
  const catchingUp = [...space.fragments.values()].some((fragment) => fragment.log.missing().length > 0);
  const found = await kernel.replication.find(space.id, bytes);
  if (found.fragment) {
    space.inUse.add(toBase64url(found.fragment));
    kernel.replication.pull(space.id, found.fragment);
    return { state: 'looking' };
  }
  const allAnswered = found.answered === found.asked && (found.asked > 0 || !others);
  return { state: allAnswered && !catchingUp ? 'absent' : 'looking' };
}
