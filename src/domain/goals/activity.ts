/** What of the goals is told in the Hub: tasks, and whose they are. */
import { HUB_LIMITS, type ActivityType } from '#domain/shared';
import { readTask, TASK } from './schema.ts';

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
];
