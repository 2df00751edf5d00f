/** Goals: tasks, and the names of what else there is. The door of the component; the lens has another (./work), the engine its own (./planning), and so have words that become tasks (./words). */
import { FRAGMENT, manifest, type TypeManifest } from '#domain/shared';
import { GOALS_AGENTS } from './agents.ts';
import { tickTask } from './operations.ts';
import { mayChangeTask } from './rules.ts';
import { capacityOf, EVENT, GOAL, MILESTONE, readTask, RESOURCE, TASK, TASK_VERB } from './schema.ts';

export { isDay } from '#domain/shared';
export * from './indexes.ts';
export * from './operations.ts';
export * from './rules.ts';
export * from './schema.ts';

export const goalsManifest = /* @__PURE__ */ manifest(() => ({
  name: 'goals',
  types: [
    {
      type: TASK,
      icon: 'task',
      title: (node) => readTask(node)?.title ?? '',
      facts: (node) => {
        const task = readTask(node);
        return [...(task?.assignee ? [{ kind: 'person' as const, uid: task.assignee }] : []), ...(task?.due ? [{ kind: 'due' as const, day: task.due }] : [])];
      },
      tick: {
        done: (node) => readTask(node)?.done === true,
        may: (node, space, me) => mayChangeTask(space, readTask(node)!, me),
        set: (node, done) => tickTask(node.id, done),
      },
    },
    { type: RESOURCE, icon: 'resource', title: (node) => readTask({ ...node, type: TASK })!.title, facts: (node) => [{ kind: 'text', text: `× ${capacityOf(node)}` }] },
    ...[FRAGMENT, GOAL, MILESTONE, EVENT].map((type): TypeManifest => ({ type, ...(type === FRAGMENT && { of: GOAL }), icon: 'task', title: (node) => readTask({ ...node, type: TASK })!.title, facts: () => [] })),
  ],
  verbs: Object.values(TASK_VERB),
  agents: GOALS_AGENTS,
  activity: async () => (await import('./activity.ts')).GOALS_ACTIVITY,
}));
