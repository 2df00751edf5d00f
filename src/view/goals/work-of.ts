/** What a node was read as: of thousands one changes at a time, and a node that does not change is the same object. */
import type { NodeView } from '#os/api';
import { readWork, type Work } from '#domain/goals/work';

const read = new WeakMap<NodeView, Work | null>();

/** The thing of a node, or null; read once. */
export function workOf(node: NodeView): Work | null {
  const known = read.get(node);
  if (known !== undefined) return known;
  const made = readWork(node);
  read.set(node, made);
  return made;
}
