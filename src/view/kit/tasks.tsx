/** Tasks in the place they were made from, and things of work that were linked with what stands there: under a message, beside a block. The place shows the card of the task, wherever the task is ticked. */
import { createContext, use, useCallback, useMemo, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import { EVENT, GOAL, goalNodeOf, LINKED, MILESTONE, TASK, tasksBySource } from '#domain/goals';
import { FRAGMENT, ROOT } from '#domain/shared';
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
  /** Tasks, goals, milestones and events, wherever they stand, by what they were linked with. */
  readonly linked: ReadonlyMap<string, readonly NodeView[]>;
  readonly loaded: boolean;
}

const LINKS = { type: [TASK, GOAL, MILESTONE, EVENT], edges: { type: LINKED } };

const Context = createContext<TasksHere>({ lens: '', tasks: new Map(), linked: new Map(), loaded: true });

/** By what they say that they have to do with. */
function byTarget(nodes: Iterable<NodeView>): Map<string, NodeView[]> {
  const out = new Map<string, NodeView[]>();
  for (const node of nodes) {
    const targets = node.edges.flatMap(({ type, to }) => (type === LINKED ? [Array.isArray(to) ? to.at(-1)! : to] : []));
    for (const to of new Set(targets)) (out.get(to) ?? out.set(to, []).get(to)!).push(node);
  }
  return out;
}

/** Follows the tasks of a fragment for everything inside, and whether its space is settled, for their cards. */
export function TasksProvider({ space, fragment, lens, children }: { space: string; fragment: string; lens: string; children: ReactNode }): ReactNode {
  const { nodes, loaded } = useNodes(space, { type: TASK, fragment });
  const { nodes: links } = useNodes(space, LINKS);
  const linked = useMemo(() => byTarget(links.values()), [links]);
  const value = useMemo(() => ({ lens, tasks: tasksBySource(nodes.values()), linked, loaded }), [lens, nodes, linked, loaded]);
  return (
    <SettledSpace value={useSettledSpace(space)}>
      <Context value={value}>{children}</Context>
    </SettledSpace>
  );
}

/** The tasks made from things here, by the key of their source (a node, or node/block). */
export const useTasksHere = (): TasksHere => use(Context);

/** The card of a thing of work where it stands in Goals; a goal of the rail is shown by its entry in the directory, which has its title. */
export function WorkCard({ node, size }: { node: NodeView; size: 'chip' | 'row' | 'card' }): ReactNode {
  const goal = node.type === GOAL && node.id === goalNodeOf(node.fragment);
  const { nodes } = useNodes(goal ? node.space : null, { type: FRAGMENT, fragment: ROOT, where: { fragment: node.fragment } });
  const [entry = node] = goal ? nodes.values() : [];
  return <NodeCard node={entry} size={size} route={goal ? { space: node.space, lens: 'goals', object: node.fragment, params: {} } : taskRoute('goals', node)} />;
}

/** The cards of what was made from one thing, and of what was linked with it. */
export function TasksOf({ source }: { source: string }): ReactNode {
  const { lens, tasks, linked } = use(Context);
  const found = tasks.get(source) ?? [];
  const more = (linked.get(source) ?? []).filter(({ id }) => !found.some((node) => node.id === id));
  if (found.length + more.length === 0) return null;
  return (
    <div className="tasks-of">
      {found.map((node) => (
        <NodeCard key={node.id} node={node} size="card" route={taskRoute(lens, node)} />
      ))}
      {more.map((node) => <WorkCard key={node.id} node={node} size="card" />)}
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
