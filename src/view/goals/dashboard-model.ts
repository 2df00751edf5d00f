/** What the charts of the dashboard say: how much there was and how much was done by each day, out of the log. Pure. */
import { STATUSES, type Status, type Work } from '#domain/goals/work';
import type { HistoryEntry } from '#os/api';
import { mondayOf } from './calendar-model.ts';
import { dayAt, daysBetween } from './timeline-model.ts';

export const FLOW_WEEKS = [4, 12, 26] as const;
export type FlowWeeks = (typeof FLOW_WEEKS)[number];
/** Days that are drawn at least. */
const LEAST = 13;

/** One task was done, or was not after all. */
export interface DoneChange {
  readonly id: string;
  readonly at: number;
  readonly done: boolean;
}

/** Changes of `done` out of a history, oldest first. */
export const doneChanges = (entries: readonly Pick<HistoryEntry, 'node' | 'at' | 'after'>[]): DoneChange[] => entries.flatMap(({ node, at, after }) => (node === undefined ? [] : [{ id: node, at, done: after === true }]));

/** By place how its tasks stand: another text where one was done, or was not after all, or came. */
export function doneMarks(works: readonly Work[]): ReadonlyMap<string, string> {
  const out = new Map<string, string[]>();
  for (const { kind, id, done, fragment } of works) if (kind === 'task') (out.get(fragment) ?? out.set(fragment, []).get(fragment)!).push(done ? `${id}+` : id);
  return new Map([...out].map(([fragment, list]) => [fragment, list.sort().join()]));
}

export interface FlowPoint {
  readonly day: string;
  readonly all: number;
  readonly done: number;
}

export interface Flow {
  /** One for each day, the last is today. */
  readonly points: readonly FlowPoint[];
  /** Tasks that were done in each week, by its Monday; one that was done twice counts twice. */
  readonly weeks: readonly { readonly day: string; readonly done: number }[];
  /** Done ones of which nobody here knows when: counted from the day they were made. */
  readonly unknown: number;
}

/** When a thing was made: its stamp begins with that, ms in hex. */
const madeAt = ({ stamp }: Pick<Work, 'stamp'>): number => Number.parseInt(stamp.slice(0, 12), 16) || 0;

/** The flow of these tasks. `dayOf`: the day of a time where the reader is. Times are what their writers say: none counts as later than today. */
export function flowOf(works: readonly Work[], changes: readonly DoneChange[], { today, weeks, dayOf }: { today: string; weeks: FlowWeeks; dayOf: (ms: number) => string }): Flow {
  const tasks = works.filter(({ kind }) => kind === 'task');
  const byTask = new Map<string, DoneChange[]>();
  for (const change of changes) (byTask.get(change.id) ?? byTask.set(change.id, []).get(change.id)!).push(change);
  const within = (day: string, first: string): string => (day > today ? today : day < first ? first : day);
  const events: { day: string; all: number; done: number }[] = [];
  let unknown = 0;
  for (const work of tasks) {
    const made = within(dayOf(madeAt(work)), '0001-01-01');
    events.push({ day: made, all: 1, done: 0 });
    let state = false;
    for (const { at, done } of byTask.get(work.id) ?? []) {
      if (done === state) continue;
      state = done;
      events.push({ day: within(dayOf(at), made), all: 0, done: done ? 1 : -1 });
    }
    if (state === work.done) continue;
    if (work.done) unknown += 1;
    events.push({ day: work.done ? made : today, all: 0, done: work.done ? 1 : -1 });
  }
  const earliest = events.reduce((least, { day }) => (day < least ? day : least), today);
  const long = Math.max(LEAST, Math.min(weeks * 7 - 1, daysBetween(earliest, today) + 1));
  const first = dayAt(today, -long);
  const points = Array.from({ length: long + 1 }, (_, i) => ({ day: dayAt(first, i), all: 0, done: 0 }));
  const monday = dayAt(mondayOf(today), -7 * (Math.ceil((long + 1) / 7) - 1));
  const perWeek = Array.from({ length: Math.ceil((long + 1) / 7) }, (_, i) => ({ day: dayAt(monday, 7 * i), done: 0 }));
  for (const { day, all, done } of events) {
    const at = points[Math.max(0, daysBetween(first, day))]!;
    at.all += all;
    at.done += done;
    const week = done > 0 ? perWeek[Math.floor(daysBetween(monday, day) / 7)] : undefined;
    if (week && day >= monday) week.done += 1;
  }
  for (let i = 1; i < points.length; i++) {
    points[i]!.all += points[i - 1]!.all;
    points[i]!.done += points[i - 1]!.done;
  }
  return { points, weeks: perWeek, unknown };
}

/** How many are in each status. */
export const countsOf = (works: readonly Work[]): Readonly<Record<Status, number>> => Object.fromEntries(STATUSES.map((status) => [status, works.filter((work) => work.kind === 'task' && work.status === status).length])) as Record<Status, number>;

/** What should be done by now and is not, the latest first. */
export const overdueOf = (works: readonly Work[], today: string): Work[] => works.filter(({ kind, done, due }) => kind !== 'event' && !done && due !== null && due < today).sort((a, b) => (a.due! < b.due! ? -1 : a.due! > b.due! ? 1 : a.id < b.id ? -1 : 1));

/** Marks of an axis from 0 to at least `most`, whole and round. */
export function ticksOf(most: number): number[] {
  const top = Math.max(1, most);
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  return Array.from({ length: Math.ceil(top / step) + 1 }, (_, i) => i * step);
}
