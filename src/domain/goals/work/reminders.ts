/** When something is told. A day begins where the reader is, so its beginning is given. */
import type { Work } from './things.ts';

export interface Reminder {
  readonly work: Work;
  /** ms */
  readonly at: number;
}

/** The day a reminder counts from: when a task is due, when an event begins. */
export const remindedDay = ({ kind, due, start }: Pick<Work, 'kind' | 'due' | 'start'>): string | null => (kind === 'event' ? start : (due ?? start));

/** What has to be told after one time and until another, the earliest first: to those who do it, and to everybody when nobody in particular does. */
export function remindersIn(works: Iterable<Work>, { me, after, until, beginOf }: { me: string; after: number; until: number; beginOf: (day: string) => number }): Reminder[] {
  const out: Reminder[] = [];
  for (const work of works) {
    const day = remindedDay(work);
    if (work.remind.length === 0 || work.done || work.deleted || day === null) continue;
    if (work.assignee !== null || work.helpers.length > 0 ? work.assignee !== me && !work.helpers.includes(me) : false) continue;
    for (const minutes of work.remind) {
      const at = beginOf(day) - minutes * 60_000;
      if (at > after && at <= until) out.push({ work, at });
    }
  }
  return out.sort((a, b) => a.at - b.at || (a.work.id < b.work.id ? -1 : 1));
}
