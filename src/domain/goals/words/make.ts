/** Domain verbs that make a task and change its fields: input → operations or a typed refusal. Pure. */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op, SpaceView } from '#os/api';
import { FROM, mayChangeTask, TASK, TASK_VERB, type Task, type TaskSource } from '#domain/goals';
import { isDay, oneLine, refuse, TASK_TITLE_MAX, type Refusal } from '#domain/shared';

export interface TaskDraft {
  readonly title: string;
  readonly done?: boolean;
  readonly assignee?: string | null;
  readonly due?: string | null;
}

/** A new task; the kernel gives it its id. */
export function makeTask({ title, done, assignee, due }: TaskDraft): Result<Op[], Refusal> {
  const made = taskTitle(title);
  if (!made.ok) return made;
  const props = { title: made.value, ...(done ? { done } : {}), ...(assignee ? { assignee } : {}), ...(isDay(due) ? { due } : {}) };
  return ok([{ op: 'node.create', type: TASK, props, verb: TASK_VERB.create }]);
}

/** Links a task to what it was made from, in the same fragment. */
export const linkTask = (task: string, { node, block }: TaskSource): Op[] => [{ op: 'edge.add', type: FROM, from: task, to: node, props: block === null ? {} : { block }, personal: true, verb: TASK_VERB.create }];

function taskTitle(title: string): Result<string, Refusal> {
  const line = oneLine(title);
  if (line === '') return err(refuse('empty'));
  return line.length > TASK_TITLE_MAX ? err(refuse('too-long')) : ok(line);
}

const set = (id: string, props: Record<string, JsonValue>, verb: string): Op[] => [{ op: 'node.set', id, props, verb }];

/** Gives a task another title. */
export function renameTask(task: Task, title: string): Result<Op[], Refusal> {
  const made = taskTitle(title);
  if (!made.ok) return made;
  return made.value === task.title ? err(refuse('no-change')) : ok(set(task.id, { title: made.value }, TASK_VERB.title));
}

/** Who does it; null: nobody in particular. */
export const assignTask = (id: string, uid: string | null): Op[] => set(id, { assignee: uid }, TASK_VERB.assign);

/** When it is due; null: no day. What is no day of the calendar is refused. */
export const setDue = (id: string, day: string | null): Result<Op[], Refusal> => (day === null || isDay(day) ? ok(set(id, { due: day }, TASK_VERB.due)) : err(refuse('empty')));

/** May they bring it back: who may delete it. */
export const mayRestoreTask = (space: SpaceView, task: Parameters<typeof mayChangeTask>[1], me: string): boolean => mayChangeTask(space, { ...task, deleted: false }, me);
