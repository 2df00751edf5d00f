/** A task: a node in the fragment of the place it came from (rights, keys and copies are those of that place), with a link to what it was made from. */
import type { JsonValue, NodeView } from '#os/api';
import { derivedId, idOf, isDay, numberOf, oneLine, PLAN_LIMITS, TASK_TITLE_MAX, textOf } from '#domain/shared';

/** How keys of properties begin (#domain/shared/properties). */
const PROPERTY = 'property/';

export const TASK = 'goals/task@1';
/** A goal (a fragment of its own and the node in it, or a part of another), a point that matters, a day, and what is needed: read by ./work, which the lens loads. */
export const GOAL = 'goals/goal@1';
export const MILESTONE = 'goals/milestone@1';
export const EVENT = 'goals/event@1';
export const RESOURCE = 'goals/resource@1';
/** Link from a task to the message it was made from, or to the text of a document; then `block` says which block. */
export const FROM = 'goals/from@1';
/** Link from a thing of work to what it has to do with: the text of a document, a message, a call. */
export const LINKED = 'goals/linked@1';
export const TASK_VERB = {
  create: 'goals/task.create@1',
  title: 'goals/task.title@1',
  done: 'goals/task.done@1',
  assign: 'goals/task.assign@1',
  due: 'goals/task.due@1',
  delete: 'goals/task.delete@1',
  restore: 'goals/task.restore@1',
} as const;

/** The node of a goal that has a fragment: every device computes the same. */
export const goalNodeOf = (fragment: string): string => derivedId('lgos/goal/1', fragment);

/** Do others begin with this goal? */
export const isGoalTemplate = ({ type, id, fragment, deleted, props }: NodeView): boolean => type === GOAL && !deleted && props['template'] === true && id === goalNodeOf(fragment);

/** How much of a resource there is at once: one where nobody said. */
export const capacityOf = ({ props }: Pick<NodeView, 'props'>): number => Math.max(0, Math.min(PLAN_LIMITS.amount, numberOf(props['capacity']) ?? 1));

/** What a task was made from. */
export interface TaskSource {
  readonly node: string;
  readonly block: string | null;
}

export interface Task {
  id: string;
  fragment: string;
  title: string;
  done: boolean;
  /** uid of the person who does it. */
  assignee: string | null;
  /** Day it is due, YYYY-MM-DD. */
  due: string | null;
  source: TaskSource | null;
  by: string | null;
  deleted: boolean;
  newer: boolean;
  stamp: string;
}

/** What a task that came by itself begins with, in the third part of its `row`, until it is set. Who does it is asked for by its property, and is not among them. What people gave it besides is. */
const BEGUN = ['title', 'due', 'start', 'priority', 'estimate', 'again', 'remind'] as const;

/** The properties of a task: those that were set, else those it began with. */
export function propsOf({ props }: Pick<NodeView, 'props'>): NodeView['props'] {
  const row = props['row'];
  const begun: JsonValue | undefined = Array.isArray(row) ? row[2] : undefined;
  if (typeof begun !== 'object' || begun === null || Array.isArray(begun)) return props;
  const own = begun as Readonly<Record<string, JsonValue>>;
  const known = (name: string): boolean => (BEGUN as readonly string[]).includes(name) || name.startsWith(PROPERTY);
  return { ...Object.fromEntries(Object.entries(own).filter(([name]) => known(name))), ...props };
}

/** A task of a node, or null when the node is none. Whatever a peer put into it is made harmless. */
export function readTask(node: NodeView): Task | null {
  if (node.type !== TASK) return null;
  const { done, assignee, due, title } = propsOf(node);
  const from = node.edges.find((edge) => edge.type === FROM);
  const to = Array.isArray(from?.to) ? from.to.at(-1) : from?.to;
  return {
    id: node.id, fragment: node.fragment, title: oneLine(textOf(title, TASK_TITLE_MAX) ?? ''), done: done === true, assignee: idOf(assignee), due: isDay(due) ? due : null,
    source: to === undefined ? null : { node: to, block: textOf(from?.props['block'], 64) }, by: node.told ? node.told.by : node.createdBy, deleted: node.deleted, newer: node.newer, stamp: node.stamp,
  };
}
