/**
 * What a person did of a course: a node of their Personal space for each step, under an id that all their devices compute alike. It holds only times that grow, so that devices
 * that were apart agree, and an answer counts whatever becomes of the course: what was done stays done when questions change or go.
 */
import type { NodeView, Op } from '#os/api';
import { derivedId } from '#domain/shared';
import { PROGRESS } from '#domain/learn';
import type { Course, Question, Step } from './things.ts';

export interface Progress {
  /** ms; null: not yet. */
  readonly seen: number | null;
  readonly read: number | null;
  readonly done: number | null;
  /** Question → when it was last answered so, ms. */
  readonly right: ReadonlyMap<string, number>;
  readonly wrong: ReadonlyMap<string, number>;
  readonly exists: boolean;
}

export const NO_PROGRESS: Progress = { seen: null, read: null, done: null, right: new Map(), wrong: new Map(), exists: false };
/** Steps by their id. */
export type Progresses = ReadonlyMap<string, Progress>;

export const progressId = (space: string, fragment: string, step: string): string => derivedId('lgos/learn/1', space, fragment, step);

const answersOf = (max: Readonly<Record<string, number>>, mark: string): Map<string, number> => new Map(Object.entries(max).flatMap(([key, at]) => (key.startsWith(mark) ? [[key.slice(mark.length), at] as const] : [])));

/** Step and progress of a node; null when it is none of this course. */
export function readProgress(node: NodeView, space: string, fragment: string): [string, Progress] | null {
  const step = node.props['step'];
  if (node.type !== PROGRESS || node.deleted || typeof step !== 'string' || node.id !== progressId(space, fragment, step)) return null;
  const { seen = null, read = null, done = null } = node.max as Partial<Record<string, number>>;
  return [step, { seen, read, done, right: answersOf(node.max, 'r:'), wrong: answersOf(node.max, 'w:'), exists: true }];
}

export type Answer = 'right' | 'wrong' | null;

/** How a question was last answered. */
export function answerOf({ right, wrong }: Progress, question: string): Answer {
  const [yes, no] = [right.get(question) ?? -1, wrong.get(question) ?? -1];
  return yes < 0 && no < 0 ? null : yes > no ? 'right' : 'wrong';
}

export interface Score {
  readonly right: number;
  readonly answered: number;
  readonly of: number;
  /** Right answers that are enough. */
  readonly needed: number;
}

/** How the questions of a step stand. */
export function scoreOf({ questions, pass }: Pick<Step, 'questions' | 'pass'>, progress: Progress): Score {
  const answers = questions.map(({ id }) => answerOf(progress, id));
  return { right: answers.filter((one) => one === 'right').length, answered: answers.filter((one) => one !== null).length, of: questions.length, needed: Math.ceil(questions.length * pass - 1e-9) };
}

/** Is a lesson done by what was answered, or, where nothing is asked, by having been read? What was done once stays done. */
export function isDone(step: Step, progress: Progress): boolean {
  if (progress.done !== null) return true;
  if (step.kind === 'assignment') return false;
  const { right, needed, of } = scoreOf(step, progress);
  return of === 0 ? progress.read !== null : right >= needed && progress.read !== null;
}

const begun = (space: string, fragment: string, step: string, progress: Progress): Op[] =>
  progress.exists ? [] : [{ op: 'node.create', id: progressId(space, fragment, step), type: PROGRESS, props: { space, course: fragment, step }, verb: 'learn/progress.begin@1' }];

/** Where something is written down. */
export interface Where {
  readonly space: string;
  readonly course: Pick<Course, 'fragment'>;
  readonly step: Step;
  readonly progress: Progress;
  /** ms */
  readonly at: number;
}

function mark({ space, course, step, progress, at }: Where, keys: readonly string[], verb: string): Op[] {
  const id = progressId(space, course.fragment, step.id);
  return [...begun(space, course.fragment, step.id, progress), ...keys.map((key): Op => ({ op: 'max.set', id, key, n: Math.round(at), verb }))];
}

/** It is open on the screen. */
export const markSeen = (where: Where): Op[] => mark(where, ['seen'], 'learn/progress.begin@1');

/** The text was read to its end. */
export function markRead(where: Where): Op[] {
  const after = { ...where.progress, read: where.at };
  return mark(where, ['read', ...(isDone(where.step, after) && where.progress.done === null ? ['done'] : [])], 'learn/progress.read@1');
}

/** A question was answered; whoever answers has read. With the last right answer that is needed the step is done. */
export function markAnswer(where: Where, question: Pick<Question, 'id'>, right: boolean): Op[] {
  const { progress, at } = where;
  // A clock that was set back does not make an older answer the last one.
  const last = Math.max(at, (progress.right.get(question.id) ?? -1) + 1, (progress.wrong.get(question.id) ?? -1) + 1);
  const side = right ? 'right' : 'wrong';
  const after: Progress = { ...progress, read: progress.read ?? at, [side]: new Map([...progress[side], [question.id, last]]) };
  const done = progress.done === null && isDone(where.step, after);
  return mark({ ...where, at: last }, [`${right ? 'r' : 'w'}:${question.id}`, ...(progress.read === null ? ['read'] : []), ...(done ? ['done'] : [])], 'learn/progress.answer@1');
}

/** An assignment is done: its task was. */
export const markDone = (where: Where): Op[] => (where.progress.done === null ? mark(where, ['done'], 'learn/progress.done@1') : []);
