/** Tasks in the place they were made from: under a message, beside a block. The place shows the card of the task, wherever the task is ticked. */
import { createContext, use, useCallback, useMemo, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import { TASK, tasksBySource } from '#domain/goals';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { NodeCard } from '#view/kit/node-card.tsx';
import { SettledSpace, useSettledSpace } from '#view/kit/own-states.ts';
import { taskRoute, type TaskOrder } from '#view/kit/task-route.ts';
import { useToast } from '#view/kit/toast.tsx';

interface TasksHere {
  readonly lens: string;
  readonly tasks: ReadonlyMap<string, readonly NodeView[]>;
  readonly loaded: boolean;
}

const Context = createContext<TasksHere>({ lens: '', tasks: new Map(), loaded: true });

/** Follows the tasks of a fragment for everything inside, and whether its space is settled, for their cards. */
export function TasksProvider({ space, fragment, lens, children }: { space: string; fragment: string; lens: string; children: ReactNode }): ReactNode {
  const { nodes, loaded } = useNodes(space, { type: TASK, fragment });
  const value = useMemo(() => ({ lens, tasks: tasksBySource(nodes.values()), loaded }), [lens, nodes, loaded]);
  return (
    <SettledSpace value={useSettledSpace(space)}>
      <Context value={value}>{children}</Context>
    </SettledSpace>
  );
}

/** The tasks made from things here, by the key of their source (a node, or node/block). */
export const useTasksHere = (): TasksHere => use(Context);

/** The cards of what was made from one thing. */
export function TasksOf({ source }: { source: string }): ReactNode {
  const { lens, tasks } = use(Context);
  const found = tasks.get(source);
  if (!found) return null;
  return (
    <div className="tasks-of">
      {found.map((node) => (
        <NodeCard key={node.id} node={node} size="card" route={taskRoute(lens, node)} />
      ))}
    </div>
  );
}

/** Makes a task of words: at once, with its details open beside and Undo. */
export function useMakeTask(): (order: TaskOrder) => void {
  const api = useKernel();
  const toast = useToast();
  const i18n = useI18n();
  return useCallback(
    (order) => {
      void loadAgain(() => import('#view/kit/make-task.ts')).then(({ makeTaskOf }) => makeTaskOf({ api, toast, t: i18n.t }, order)).catch((error: unknown) => toast({ text: errorText(i18n.t, error, 'chat.failed') }));
    },
    [api, toast, i18n],
  );
}
