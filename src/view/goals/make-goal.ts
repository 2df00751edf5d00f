/** Makes a goal. */
import type { LifegraphApi, Op } from '#os/api';
import { GOAL } from '#domain/goals';
import { beginGoal } from '#domain/goals/work';

/** Makes the fragment of a goal and what it begins with; answers with the fragment. `also`: what is written with it at once. */
export async function makeGoal(api: LifegraphApi, space: string, title: string, also?: (fragment: string, on: true) => Op[]): Promise<string> {
  const graph = api.graph(space);
  const fragment = await graph.createFragment({ type: GOAL, title });
  await graph.transact([...beginGoal(fragment), ...(also?.(fragment, true) ?? [])], { fragment });
  return fragment;
}
