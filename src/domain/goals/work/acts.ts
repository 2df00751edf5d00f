/** Domain verbs of the Goals lens: input → operations or a typed refusal. Pure; each field is its own edit. */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeRef, Op } from '#os/api';
import { CHANNEL_TITLE_MAX, isDay, oneLine, PLAN_LIMITS, refuse, type DirectoryEntry, type Refusal } from '#domain/shared';
import { circleWith, type LinkKind } from '#domain/goals/planning';
import { GOAL, tickTask } from '#domain/goals';
import { makeTask, type TaskDraft } from '#domain/goals/words';
import { circleBy } from './links.ts';
import { wholesOf } from './tree.ts';
import { BLOCKS, DEPENDS_ON, goalNodeOf, PART_OF, type Estimate, type Priority, type Status, type Wait, type Work } from './things.ts';

export const WORK_VERB = {
  create: 'goals/goal.create@1', rename: 'goals/goal.rename@1', status: 'goals/task.status@1', priority: 'goals/task.priority@1', start: 'goals/task.start@1', estimate: 'goals/task.estimate@1',
  label: 'goals/task.label@1', help: 'goals/task.help@1', part: 'goals/task.part@1', depend: 'goals/task.depend@1', order: 'goals/task.order@1', remind: 'goals/task.remind@1',
  property: 'goals/task.property@1', template: 'goals/goal.template@1', fromTemplate: 'goals/task.from-template@1', need: 'goals/task.need@1', makeResource: 'goals/resource.create@1', resource: 'goals/resource.set@1',
  schedule: 'goals/task.schedule@1', link: 'goals/task.link@1',
} as const;

/** A link that would close a circle; the tasks of it, in the order in which they would wait. */
export interface CircleRefusal {
  readonly type: 'circle';
  readonly tasks: readonly string[];
}

const set = (id: string, props: Record<string, JsonValue>, verb: string): Op[] => [{ op: 'node.set', id, props, verb }];

/** What a new goal begins with, in the fragment made for it. */
export const beginGoal = (fragment: string): Op[] => [{ op: 'node.create', type: GOAL, id: goalNodeOf(fragment), props: {}, verb: WORK_VERB.create }];

/** A checked title of a goal. Two may be called the same. */
export function goalTitle(title: string): Result<string, Refusal> {
  const name = oneLine(title);
  if (name === '') return err(refuse('empty'));
  return name.length > CHANNEL_TITLE_MAX ? err(refuse('too-long')) : ok(name);
}

/** Gives a goal another title, in the directory. */
export function renameGoal(goal: Pick<DirectoryEntry, 'node' | 'title'>, title: string): Result<Op[], Refusal> {
  const made = goalTitle(title);
  if (!made.ok) return made;
  return made.value === goal.title ? err(refuse('no-change')) : ok(set(goal.node, { title: made.value }, WORK_VERB.rename));
}

/** What is due at a time of its day is told then: days have no times of their own. */
export const toldAt = (day: string | null | undefined, time: number | null | undefined): { remind?: number[] } => (isDay(day) && typeof time === 'number' ? { remind: [0 - time] } : {});

/** A new task in a column. */
export function makeWork({ priority, time, ...draft }: TaskDraft & { readonly priority?: Priority | null; readonly time?: number | null }, status: Status): Result<Op[], Refusal> {
  const made = makeTask({ ...draft, done: status === 'done' });
  const more = { ...(status === 'next' || status === 'done' ? {} : { status }), ...(priority && priority !== 'normal' ? { priority } : {}), ...toldAt(draft.due, time) };
  if (!made.ok || Object.keys(more).length === 0) return made;
  return ok(made.value.map((op) => (op.op === 'node.create' ? { ...op, props: { ...op.props, ...more } } : op)));
}

/** Into another column: done is ticked, everything else is not done. */
export function moveTo({ id, done, status }: Pick<Work, 'id' | 'done' | 'status'>, to: Status): Op[] {
  if (to === status) return [];
  if (to === 'done') return tickTask(id, true);
  return [...(done ? tickTask(id, false) : []), ...set(id, { status: to }, WORK_VERB.status)];
}

export const setPriority = (id: string, priority: Priority): Op[] => set(id, { priority }, WORK_VERB.priority);

/** When it is told, minutes before its day begins. */
export function setReminders({ id, remind }: Pick<Work, 'id' | 'remind'>, minutes: readonly number[]): Result<Op[], Refusal> {
  const next = [...new Set(minutes)].sort((a, b) => a - b);
  if (next.some((one) => !Number.isSafeInteger(one) || one < -1_440)) return err(refuse('empty'));
  if (next.length > PLAN_LIMITS.reminders || next.some((one) => one > PLAN_LIMITS.reminderMinutes)) return err(refuse('too-long'));
  return next.join() === remind.join() ? err(refuse('no-change')) : ok(set(id, { remind: next }, WORK_VERB.remind));
}

/** The day before which it does not begin; null: none. */
export const setStart = (id: string, day: string | null): Result<Op[], Refusal> => (day === null || isDay(day) ? ok(set(id, { start: day }, WORK_VERB.start)) : err(refuse('empty')));

/** How long it takes, as three points; null: not estimated. They are kept in order, whatever the order was. */
export function setEstimate(id: string, estimate: Estimate | null): Result<Op[], Refusal> {
  if (estimate === null) return ok(set(id, { estimate: null }, WORK_VERB.estimate));
  const points = [estimate.low, estimate.likely, estimate.high];
  const max = estimate.unit === 'day' ? PLAN_LIMITS.days : PLAN_LIMITS.days * 24;
  if (points.some((one) => !Number.isFinite(one) || one < 0)) return err(refuse('empty'));
  if (points.some((one) => one > max)) return err(refuse('too-long'));
  return ok(set(id, { estimate: [estimate.unit, ...points.sort((a, b) => a - b)] }, WORK_VERB.estimate));
}

/** A label more. */
export function addLabel({ id, labels }: Pick<Work, 'id' | 'labels'>, text: string): Result<Op[], Refusal> {
  const label = oneLine(text);
  if (label === '') return err(refuse('empty'));
  if (label.length > PLAN_LIMITS.labelUnits || labels.length >= PLAN_LIMITS.labels) return err(refuse('too-long'));
  return labels.includes(label) ? err(refuse('no-change')) : ok([{ op: 'set.add', id, prop: 'labels', value: label, verb: WORK_VERB.label }]);
}

export const removeLabel = (id: string, label: string): Op[] => [{ op: 'set.remove', id, prop: 'labels', value: label, verb: WORK_VERB.label }];

/** One person more does it, or one less. */
export const setHelper = (id: string, uid: string, helps: boolean): Op[] => [{ op: helps ? 'set.add' : 'set.remove', id, prop: 'helpers', value: uid, verb: WORK_VERB.help }];

/** How a thing is named from another one. */
export const refTo = (from: Pick<Work, 'fragment'>, to: Pick<Work, 'id' | 'fragment'>): NodeRef => (from.fragment === to.fragment ? to.id : [to.fragment, to.id]);

/** Makes a thing part of another, and of nothing else; refused where that thing is a part of it already. */
export function partOf(work: Work, whole: Work | null, all: ReadonlyMap<string, Work>): Result<Op[], Refusal | CircleRefusal> {
  if ((whole?.id ?? null) === work.parent) return err(refuse('no-change'));
  const parts = [...wholesOf([...all.values()])].flatMap(([from, to]) => (to !== null && from !== work.id ? [{ from, to }] : []));
  const circle = whole && (circleWith(parts, { from: work.id, to: whole.id }) ?? circleBy(all, { ...work, parent: whole.id }, work.id));
  if (circle) return err({ type: 'circle', tasks: circle });
  const gone = work.parentEdges.map((id): Op => ({ op: 'edge.remove', id, verb: WORK_VERB.part }));
  return ok(whole ? [...gone, { op: 'edge.add', type: PART_OF, from: work.id, to: refTo(work, whole), verb: WORK_VERB.part }] : gone);
}

/** Puts a task into a goal of the space, wherever the task stands. */
export const intoGoal = ({ id, fragment }: Pick<Work, 'id' | 'fragment'>, goal: string): Op[] => [{ op: 'edge.add', type: PART_OF, from: id, to: fragment === goal ? goalNodeOf(goal) : [goal, goalNodeOf(goal)], verb: WORK_VERB.part }];

/** Lets a thing wait for another; a circle is refused by its name. */
export function dependOn(work: Work, on: Work, { kind = 'FS', lag = 0 }: { kind?: LinkKind; lag?: number }, all: ReadonlyMap<string, Work>): Result<Op[], Refusal | CircleRefusal> {
  const own = all.get(work.id) ?? work;
  if (own.waits.some((wait) => wait.on === on.id)) return err(refuse('no-change'));
  if (own.waits.length >= PLAN_LIMITS.links) return err(refuse('too-long'));
  const circle = circleBy(all, { ...own, waits: [...own.waits, { edge: '', on: on.id, kind, lag }] }, on.id);
  if (circle) return err({ type: 'circle', tasks: circle });
  return ok([{ op: 'edge.add', type: DEPENDS_ON, from: work.id, to: refTo(work, on), props: { kind, lag }, verb: WORK_VERB.depend }]);
}

/** Says how it waits: what is not named stays as somebody else may be setting it. */
export const setWait = (edge: string, part: Partial<Pick<Wait, 'kind' | 'lag'>>): Op[] => [{ op: 'edge.set', id: edge, props: { ...part }, verb: WORK_VERB.depend }];

/** Waits no longer; also how a circle is mended. */
export const waitNoLonger = (edge: string): Op[] => [{ op: 'edge.remove', id: edge, verb: WORK_VERB.depend }];

/** Says that another waits for this, where only this may be written. */
export const holdUp = (work: Work, other: Work): Op[] => [{ op: 'edge.add', type: BLOCKS, from: work.id, to: refTo(work, other), verb: WORK_VERB.depend }];

/** A place between two others of the same fragment. */
export const place = (id: string, { before, after }: { before?: string | undefined; after?: string | undefined }): Op[] => [{ op: 'pos.set', id, parent: null, ...(before ? { before } : {}), ...(after ? { after } : {}), verb: WORK_VERB.order }];
