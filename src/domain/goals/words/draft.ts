/** Words as the draft of a task; apart, so that it is loaded with the first task that is made. */
import { cutText } from '#base/plain-text';
import { oneLine, TASK_TITLE_MAX } from '#domain/shared';
import { dayIn } from './days.ts';
import type { TaskDraft } from './make.ts';

/** A task out of words: the first line that says something is its title, the first person spoken to does it, a day that is named is when. */
export function draftFrom(text: string, people: readonly string[], today: string): TaskDraft {
  const first = text.split('\n').map(oneLine).find((line) => line !== '') ?? '';
  const title = first.length > TASK_TITLE_MAX ? `${cutText(first, TASK_TITLE_MAX - 1)}…` : first;
  return { title, assignee: people[0] ?? null, due: dayIn(text, today) };
}
