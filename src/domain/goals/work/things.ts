/**
 * What the Goals lens shows: tasks, goals, milestones and events, each with what it is part of and waits for. A goal of the rail is a fragment of
 * the space with a node that says what it is about; whatever stands in it, or says that it is part of it, is its own. All fields are registers of
 * their own: edits of one task by two people who are offline meet field by field.
 */
import type { EdgeView, JsonValue, NodeRef, NodeView } from '#os/api';
import { idOf, isDay, numberOf, oneLine, PLAN_LIMITS, textOf } from '#domain/shared';
import { LINK_KINDS, type LinkKind } from '#domain/goals/planning';
import { readProperties, type Property } from '#domain/shared/properties';
import { EVENT, GOAL, goalNodeOf, LINKED, MILESTONE, propsOf, readTask, TASK, type Task } from '#domain/goals';

/** Links: what a thing is part of, waits for, is meant for, holds up, and needs; each lies with the thing it leads from. Whose it is, its register `assignee` says (decision 174). */
export const PART_OF = 'goals/part-of@1';
export const DEPENDS_ON = 'goals/depends-on@1';
export const SCHEDULED_FOR = 'goals/scheduled-for@1';
export const BLOCKS = 'goals/blocks@1';
export const NEEDS = 'goals/needs@1';

export { goalNodeOf };

export const KINDS = { [TASK]: 'task', [GOAL]: 'goal', [MILESTONE]: 'milestone', [EVENT]: 'event' } as const;
export type WorkKind = (typeof KINDS)[keyof typeof KINDS];

/** Done is a register of its own, which every card ticks; a task that is not done after all is where it was. */
export const STATUSES = ['next', 'doing', 'review', 'done'] as const;
export type Status = (typeof STATUSES)[number];
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface Estimate {
  readonly unit: 'day' | 'hour';
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** One thing waits for another. */
export interface Wait {
  readonly edge: string;
  /** Id of the thing that comes first. */
  readonly on: string;
  readonly kind: LinkKind;
  /** In hours of work; negative: they may overlap. */
  readonly lag: number;
}

/** A task needs so much of a resource for as long as it takes. */
export interface Need {
  readonly edge: string;
  /** All links that say so: two people may have said it apart. Of several the least counts. */
  readonly edges: readonly string[];
  /** Id of the resource, and where it stands. */
  readonly of: string;
  readonly at: string;
  readonly amount: number;
}

/** Another thing, and the links that say so: two people may have said it apart. */
export interface Tie {
  readonly edges: readonly string[];
  /** Id of the thing, and where it stands. */
  readonly to: string;
  readonly at: string;
}

export interface Work extends Omit<Task, 'source'> {
  readonly kind: WorkKind;
  readonly status: Status;
  readonly priority: Priority;
  /** Day before which it does not begin, or on which an event is. */
  readonly start: string | null;
  readonly estimate: Estimate | null;
  readonly labels: readonly string[];
  /** People who do it besides the assignee. */
  readonly helpers: readonly string[];
  /** What it is part of, and the edges that say so: of several the least target counts, so that all peers show one tree. */
  readonly parent: string | null;
  readonly parentEdges: readonly string[];
  readonly waits: readonly Wait[];
  readonly needs: readonly Need[];
  /** Events and milestones it is for. */
  readonly meant: readonly Tie[];
  /** Documents, messages and calls it has to do with. */
  readonly linked: readonly Tie[];
  /** Ids of what waits for it by its own word. */
  readonly blocks: readonly string[];
  /** Place in lists that are ordered by hand. */
  readonly ord: string | null;
  /** By which rule it comes again (read by ./again), and of which row it is: the first task of it, and its day. */
  readonly again: string | null;
  readonly row: { readonly root: string; readonly first: string } | null;
  /** Minutes before its day begins at which it is told; below 0: so long after that. The earliest last. */
  readonly remind: readonly number[];
  /** What a calendar file said of it besides, as such a file. */
  readonly kept: string | null;
  /** What people gave it besides: of those that mean the same in many things the lens makes columns. */
  readonly properties: readonly Property[];
  /** A goal that others begin with: its tasks are nobody's work. */
  readonly template: boolean;
}

const target = (ref: NodeRef): string => (Array.isArray(ref) ? ref.at(-1)! : ref);
const among = <T extends string>(list: readonly T[], value: JsonValue | undefined, other: T): T => (list as readonly JsonValue[]).includes(value as JsonValue) ? (value as T) : other;

function readEstimate(value: JsonValue | undefined): Estimate | null {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const points = value.slice(1).map((one) => numberOf(one));
  const max = value[0] === 'day' ? PLAN_LIMITS.days : PLAN_LIMITS.days * 24;
  if ((value[0] !== 'day' && value[0] !== 'hour') || points.some((one) => one === null || one < 0)) return null;
  const [low, likely, high] = (points as number[]).map((one) => Math.min(one, max)).sort((a, b) => a - b);
  return { unit: value[0], low: low!, likely: likely!, high: high! };
}

function readWait({ id, to, props }: EdgeView): Wait {
  const lag = numberOf(props['lag']) ?? 0;
  const max = PLAN_LIMITS.days * 24;
  return { edge: id, on: target(to), kind: among(LINK_KINDS, props['kind'], 'FS'), lag: Math.max(-max, Math.min(max, lag)) };
}

function readNeeds(edges: readonly EdgeView[], fragment: string): Need[] {
  const out = new Map<string, Need>();
  for (const { id, to, props } of [...edges].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const of = target(to);
    const known = out.get(of);
    const amount = numberOf(props['amount']) ?? 1;
    if (known) out.set(of, { ...known, edges: [...known.edges, id] });
    else out.set(of, { edge: id, edges: [id], of, at: Array.isArray(to) ? to[0]! : fragment, amount: Math.max(0, Math.min(PLAN_LIMITS.amount, amount)) });
  }
  return [...out.values()];
}

/** Things of this space, each once; what leads to another space leads nowhere here. */
function readTies(edges: readonly EdgeView[], { id: self, fragment }: NodeView): Tie[] {
  const out = new Map<string, Tie>();
  for (const { id, to } of [...edges].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const other = target(to);
    if (other === self || (Array.isArray(to) && to.length > 2)) continue;
    const known = out.get(other);
    out.set(other, known ? { ...known, edges: [...known.edges, id] } : { edges: [id], to: other, at: Array.isArray(to) ? to[0]! : fragment });
  }
  return [...out.values()].sort((a, b) => (a.to < b.to ? -1 : 1));
}

const texts = (values: readonly JsonValue[] | undefined, max: number): string[] => [...new Set((values ?? []).slice(0, PLAN_LIMITS.labels).flatMap((one) => oneLine(textOf(one, max) ?? '') || []))].sort();

/** Minutes; beyond the limits they are those. */
const readReminders = (value: JsonValue | undefined): number[] =>
  Array.isArray(value) ? [...new Set(value.slice(0, PLAN_LIMITS.reminders).flatMap((one) => numberOf(one) ?? []).map((one) => Math.max(-1_440, Math.min(PLAN_LIMITS.reminderMinutes, Math.round(one)))))].sort((a, b) => a - b) : [];

function readRow(value: JsonValue | undefined): Work['row'] {
  const [root, first] = Array.isArray(value) ? value : [];
  const id = idOf(root);
  return id !== null && isDay(first) ? { root: id, first } : null;
}

/** A thing of the lens, or null when the node is none. Whatever a peer put into it is made harmless. */
export function readWork(node: NodeView): Work | null {
  const kind = (KINDS as Readonly<Record<string, WorkKind>>)[node.type];
  if (!kind) return null;
  const { source: _, ...task } = readTask({ ...node, type: TASK })!;
  const of = (type: string): EdgeView[] => node.edges.filter((edge) => edge.type === type).slice(0, PLAN_LIMITS.links);
  const parents = of(PART_OF).map((edge) => ({ edge: edge.id, to: target(edge.to) })).filter(({ to }) => to !== node.id).sort((a, b) => (a.to < b.to ? -1 : 1));
  const props = propsOf(node);
  const { status, priority, start, estimate, again, row, remind, kept } = props;
  return {
    ...task, kind, status: task.done ? 'done' : among(STATUSES.slice(0, 3), status, 'next'), priority: among(PRIORITIES, priority, 'normal'), start: isDay(start) ? start : null, estimate: readEstimate(estimate),
    labels: texts(node.sets['labels'], PLAN_LIMITS.labelUnits), helpers: texts(node.sets['helpers'], 128), parent: parents[0]?.to ?? null, parentEdges: parents.map(({ edge }) => edge),
    waits: of(DEPENDS_ON).map(readWait).filter(({ on }) => on !== node.id), needs: readNeeds(of(NEEDS), node.fragment), meant: readTies(of(SCHEDULED_FOR), node), linked: readTies(of(LINKED), node), blocks: of(BLOCKS).map(({ to }) => target(to)).filter((to) => to !== node.id), ord: node.parent === null ? node.ord : null,
    again: textOf(again, PLAN_LIMITS.ruleUnits) || null, row: readRow(row), remind: readReminders(remind), kept: typeof kept === 'string' && kept !== '' && kept.length <= PLAN_LIMITS.keptUnits ? kept : null,
    properties: readProperties({ props }), template: kind === 'goal' && node.id === goalNodeOf(node.fragment) && props['template'] === true,
  };
}
