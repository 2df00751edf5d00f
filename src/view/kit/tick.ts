/** A tick wherever a thing is shown: a task that comes again makes its next one in the same act. */
import { propsOf } from '#domain/goals';
import type { LifegraphApi, NodeView, Op } from '#os/api';

async function more(api: LifegraphApi, node: NodeView): Promise<Op[]> {
  const [{ nextOps }, { readWork }] = await Promise.all([import('./tick-again.ts'), import('#domain/goals/work')]);
  const work = readWork(node);
  return work && !work.done ? nextOps(api, node.space, work) : [];
}

/** Both as one act; where the next one is refused, to a Guest say, who makes nothing under its id, the tick alone: others make it by the menu of its row. */
export async function tickWith(api: LifegraphApi, { space, fragment }: Pick<NodeView, 'space' | 'fragment'>, ops: Op[], next: Op[]): Promise<void> {
  const graph = api.graph(space);
  if (next.length > 0 && (await graph.transact([...ops, ...next], { fragment }).then(() => true, () => false))) return;
  await graph.transact(ops);
}

/** Ticks it; `ops`: what that is. Where the next one cannot be made the tick holds all the same, and the menu of its row makes it. */
export async function tickNode(api: LifegraphApi, node: NodeView, done: boolean, ops: Op[]): Promise<void> {
  const next = done && typeof propsOf(node)['again'] === 'string' ? await more(api, node).catch(() => []) : [];
  await tickWith(api, node, ops, next);
}
