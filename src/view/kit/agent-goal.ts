/** The tasks of a goal, or of a space, as the planning engine is asked about them: what agents are given that propose priorities or days. Loaded with them. */
import type { LifegraphApi } from '#os/api';
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentInput } from '#os/agents/output';
import { EVENT, GOAL, MILESTONE, TASK } from '#domain/goals';
import { WORK_WEEK } from '#domain/goals/planning';
import { meantDays, planOfWorks, readWork, treeOf, withFirst, worksIn } from '#domain/goals/work';
import type { Subject } from '#domain/mind';
import { today } from '#view/kit/today.ts';

/** One input for each open thing; what stands between them goes with the first. */
export async function goalInputs(api: LifegraphApi, { capabilities: { makes } }: AgentManifest, { space, fragment }: Subject): Promise<AgentInput[]> {
  const nodes = await api.graph(space).query({ type: [TASK, GOAL, MILESTONE, EVENT] });
  const list = nodes.flatMap((one) => readWork(one) ?? []).filter(({ deleted }) => !deleted);
  const all = new Map(list.map((work) => [work.id, work]));
  const tree = treeOf(list);
  const works = withFirst(worksIn(list, tree, fragment), all);
  const { tasks, links, day, demands } = planOfWorks(works, { calendar: WORK_WEEK, today: today(), seed: '', target: null, meant: meantDays(all, tree) });
  const known = new Map(works.map((work) => [work.id, work]));
  const key = (id: string): string => `${known.get(id)!.fragment} ${id}`;
  const order = tasks.filter(({ id }) => known.has(id)).sort((a, b) => (key(a.id) < key(b.id) ? -1 : 1));
  return order.map((task, at) => {
    const work = known.get(task.id)!;
    const others = at === 0 ? tasks.filter(({ id }) => !known.has(id)) : [];
    const own = links.filter((link) => link.to === task.id || (at === 0 && !known.has(link.to)));
    // Who does what, and when it should end, is read only where days are proposed.
    const dated = makes.includes('days') ? { demands: demands.filter(({ task: of }) => of === task.id), begun: task.begun === true, due: work.due } : {};
    return { space, fragment: work.fragment, node: work.id, block: null, by: work.by, at: 0, text: JSON.stringify({ id: work.id, title: work.kind === 'task' ? work.title : '', priority: work.priority, tasks: [task, ...others], links: own, day, ...dated }) };
  });
}
