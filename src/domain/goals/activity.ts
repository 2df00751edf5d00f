/** What of the goals is told in the Hub: tasks and whose they are, goals and milestones that somebody answers for, and resources. */
import type { NodeView } from '#os/api';
import { HUB_LIMITS, type ActivityType, type Happening } from '#domain/shared';
import { GOAL, goalNodeOf, isGoalTemplate, MILESTONE, readTask, RESOURCE, TASK, type Task } from './schema.ts';

/** To whom it was given, and by whom. */
function givenOf(node: NodeView, task: Task): Happening['given'] {
  const said = node.setBy?.['assignee'];
  return task.assignee === null ? null : { to: task.assignee, by: said === undefined ? task.by : said };
}

/** A goal or a milestone is told to who answers for it; one that nobody answers for is not told. A goal of the rail has its title in the directory, and a page of its own. */
const answeredFor = (type: string): ActivityType => ({
  type,
  mine: 'assignee',
  read(node) {
    const one = readTask({ ...node, type: TASK })!;
    if (one.deleted || one.assignee === null || isGoalTemplate(node)) return null;
    const params: Record<string, string> = node.id === goalNodeOf(node.fragment) ? {} : { panel: 'details', t: node.id };
    return { kind: 'task', by: node.updatedBy ?? one.by, at: node.updatedAt, title: one.title.slice(0, HUB_LIMITS.title), given: givenOf(node, one), due: one.due, waits: !one.done, leads: { space: node.space, lens: 'goals', object: node.fragment, params } };
  },
});

export const GOALS_ACTIVITY: readonly ActivityType[] = [
  {
    type: TASK,
    mine: 'assignee',
    read(node) {
      const task = readTask(node);
      if (!task || task.deleted) return null;
      return { kind: 'task', by: node.updatedBy ?? task.by, at: node.updatedAt, title: task.title.slice(0, HUB_LIMITS.title), given: givenOf(node, task), due: task.due, waits: !task.done, params: { panel: 'details', t: task.id } };
    },
  },
  answeredFor(MILESTONE),
  answeredFor(GOAL),
  {
    type: RESOURCE,
    read(node) {
      const one = readTask({ ...node, type: TASK })!;
      return one.deleted ? null : { kind: 'resource', by: node.updatedBy ?? one.by, at: node.updatedAt, title: one.title.slice(0, HUB_LIMITS.title), params: { panel: 'details', t: node.id } };
    },
  },
];
