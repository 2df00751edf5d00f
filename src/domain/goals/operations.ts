/** Domain verbs of tasks: input → operations or a typed refusal. Pure. */
import { cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op } from '#os/api';
import { isDay, oneLine, refuse, TASK_TITLE_MAX, type Refusal } from '#domain/shared';
import { dayIn } from './days.ts';
import { FROM, TASK, TASK_VERB, type Task, type TaskSource } from './schema.ts';

export interface TaskDraft {
  readonly title: string;
  readonly done?: boolean;
  readonly assignee?: string | null;
  readonly due?: string | null;
}

/** A task out of words: the first line that says something is its title, the first person spoken to does it, a day that is named is when. */
export function draftFrom(text: string, people: readonly string[], today: string): TaskDraft {
  const first = text.split('\n').map(oneLine).find((line) => line !== '') ?? '';
  const title = first.length > TASK_TITLE_MAX ? `${cutText(first, TASK_TITLE_MAX - 1)}…` : first;
  return { title, assignee: people[0] ?? null, due: dayIn(text, today) };
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

/** Done, or not done after all. */
export const tickTask = (id: string, done: boolean): Op[] => set(id, { done }, TASK_VERB.done);

/** Who does it; null: nobody in particular. */
export const assignTask = (id: string, uid: string | null): Op[] => set(id, { assignee: uid }, TASK_VERB.assign);

/** When it is due; null: no day. What is no day of the calendar is refused. */
export const setDue = (id: string, day: string | null): Result<Op[], Refusal> => (day === null || isDay(day) ? ok(set(id, { due: day }, TASK_VERB.due)) : err(refuse('empty')));

/** Moves a task to the trash; restoreTask brings it back as it is then. */
export const deleteTask = (id: string): Op[] => [{ op: 'node.delete', id, verb: TASK_VERB.delete }];

/** Takes a deletion back. */
export const restoreTask = (id: string): Op[] => [{ op: 'node.restore', id, verb: TASK_VERB.restore }];
