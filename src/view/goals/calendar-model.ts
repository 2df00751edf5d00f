/** Weeks of a calendar and what stands in each day. Pure; days of rules come from outside, their library is loaded with the first thing that comes again. */
import type { Work } from '#domain/goals/work';
import { dayAt, daysBetween } from './timeline-model.ts';

export const SPANS = ['month', 'week'] as const;
export type Span = (typeof SPANS)[number];

const WEEK = 7;
/** Things drawn in a day of a month; the rest is a number that opens the week. */
export const IN_DAY = 4;
/** Days of one event that are drawn. */
const LONG = 62;

export interface Entry {
  readonly work: Work;
  readonly day: string;
  /** Not the thing itself but a day on which it comes again: it is not moved, its rule is changed. */
  readonly again: boolean;
}

/** Days of a rule from one to another. */
export type DaysOf = (rule: string, first: string, from: string, to: string) => readonly string[];

/** Monday first: so do those who read English and Russian here write a week. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % WEEK;
export const mondayOf = (day: string): string => dayAt(day, -weekdayOf(day));

/** The days that are seen: whole weeks. */
export function daysSeen(span: Span, at: string): string[] {
  if (span === 'week') return Array.from({ length: WEEK }, (_, i) => dayAt(mondayOf(at), i));
  const first = mondayOf(`${at.slice(0, 7)}-01`);
  const last = dayAt(mondayOf(lastOf(at)), WEEK - 1);
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, i) => dayAt(first, i));
}

/** The last day of the month of a day. */
function lastOf(day: string): string {
  const [year, month] = day.split('-').map(Number);
  return new Date(Date.UTC(year!, month!, 0)).toISOString().slice(0, 10);
}

/** One step to a side: a week, or the month beside, its first. */
export function stepTo(span: Span, at: string, by: 1 | -1): string {
  if (span === 'week') return dayAt(at, by * WEEK);
  const [year, month] = at.split('-').map(Number);
  const to = new Date(Date.UTC(year!, month! - 1 + by, 1)).toISOString().slice(0, 10);
  return /^\d{4}-/.test(to) && to >= '0001-01-01' ? to : at;
}

/** The day a thing stands in: when a task is due, or begins; when an event begins. */
export const ownDay = ({ kind, due, start }: Pick<Work, 'kind' | 'due' | 'start'>): string | null => (kind === 'event' ? start : (due ?? start));

/** The day its rule counts from. */
export const firstDay = (work: Work, own: string): string => work.row?.first ?? own;

/** Entries by day, in the order of the list; a thing that comes again stands in each of its days. */
export function entriesOf(works: readonly Work[], days: readonly string[], daysOf: DaysOf | null): ReadonlyMap<string, readonly Entry[]> {
  const out = new Map<string, Entry[]>(days.map((day) => [day, []]));
  const [from, to] = [days[0]!, days.at(-1)!];
  const put = (work: Work, day: string, again: boolean): void => void out.get(day)?.push({ work, day, again });
  for (const work of works) {
    const own = ownDay(work);
    if (own === null) continue;
    const length = work.kind === 'event' && work.due !== null && work.due > own ? Math.min(LONG, daysBetween(own, work.due)) : 0;
    put(work, own, false);
    for (let i = 1; i <= length; i++) put(work, dayAt(own, i), false);
    if (work.again === null || work.done || !daysOf) continue;
    for (const day of daysOf(work.again, firstDay(work, own), from, to)) if (day > own) put(work, day, true);
  }
  return out;
}
