/** What of the goals is told in the Hub: tasks, whose they are, and resources. */
import { HUB_LIMITS, type ActivityType } from '#domain/shared';
import { readTask, RESOURCE, TASK } from './schema.ts';

export const GOALS_ACTIVITY: readonly ActivityType[] = [
  {
    type: TASK,
    mine: 'assignee',
    read(node) {
      const task = readTask(node);
      if (!task || task.deleted) return null;
      const said = node.setBy?.['assignee'];
      const given = task.assignee === null ? null : { to: task.assignee, by: said === undefined ? task.by : said };
      return { kind: 'task', by: node.updatedBy ?? task.by, at: node.updatedAt, title: task.title.slice(0, HUB_LIMITS.title), given, due: task.due, waits: !task.done, params: { panel: 'details', t: task.id } };
    },
  },
  {
    type: RESOURCE,
    read(node) {
      const one = readTask({ ...node, type: TASK })!;
      return one.deleted ? null : { kind: 'resource', by: node.updatedBy ?? one.by, at: node.updatedAt, title: one.title.slice(0, HUB_LIMITS.title), params: { panel: 'details', t: node.id } };
    },
  },
];
