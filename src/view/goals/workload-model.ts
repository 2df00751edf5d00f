/** Who has how much to do in each day or week of a plan, and what is needed how much. Pure. */
import { resourceOf, type Work } from '#domain/goals/work';
import { mondayOf } from './calendar-model.ts';
import { dayAt } from './timeline-model.ts';
import type { PlanHere } from './use-plan.ts';

export const LOAD_SPANS = ['day', 'week'] as const;
export type LoadSpan = (typeof LOAD_SPANS)[number];

/** Columns of a page: two weeks of work, or two months. */
const COLUMNS: Readonly<Record<LoadSpan, number>> = { day: 10, week: 8 };
/** Pages one can look ahead: nobody plans further, and days cost. */
const PAGES = 60;

/** A day, or a week from its first day on, in minutes of the plan. */
export interface LoadColumn {
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

export interface LoadCell {
  /** Minutes of what is shown, of all there is to do, and those there are. */
  readonly shown: number;
  readonly all: number;
  readonly room: number;
  /** At some time in it more is asked than there is. */
  readonly over: boolean;
}

export interface LoadRow {
  /** A uid, or a resource by the name that the engine has for it. Null: what nobody is asked to do; it has no room, and is never too much. */
  readonly person: string | null;
  readonly cells: readonly LoadCell[];
  readonly over: boolean;
}

type Planned = Pick<PlanHere, 'asked' | 'answer' | 'time' | 'today'>;

/** Columns of a page from today on; only days on which there is work. `more`: something stands behind them. */
export function columnsOf({ answer, time, today }: Planned, span: LoadSpan, page: number): { columns: LoadColumn[]; more: boolean } {
  const count = COLUMNS[span];
  const all: LoadColumn[] = [];
  for (let i = 0; all.length < count * (page + 1); i++) {
    const day = span === 'day' ? dayAt(today, i) : dayAt(mondayOf(today), i * 7);
    const [from, to] = span === 'day' ? [time.at(day), time.end(day)] : [Math.max(0, time.at(day)), time.at(dayAt(day, 7))];
    if (to > from) all.push({ day, from, to });
    if (i > count * PAGES * 7) break;
  }
  const columns = all.slice(count * page);
  return { columns, more: page + 1 < PAGES && columns.length > 0 && columns.at(-1)!.to < answer.end };
}

const overlap = (from: number, to: number, column: LoadColumn): number => Math.max(0, Math.min(to, column.to) - Math.max(from, column.from));

/** Who is asked for what: by the plan, and of what is shown also that nobody is asked. */
function asks({ asked, answer }: Planned, works: readonly Work[]): { person: string | null; id: string; from: number; to: number; units: number }[] {
  const planned = new Map(answer.tasks.map((one) => [one.id, one]));
  const given = new Set(asked.demands.flatMap(({ task, resource }) => (resourceOf(resource) === null ? [task] : [])));
  const free = works.filter((work) => work.kind === 'task' && !given.has(work.id)).map(({ id }) => ({ task: id, resource: null, units: 100 }));
  return [...asked.demands, ...free].flatMap(({ task, resource, units }) => {
    const one = planned.get(task);
    return one && one.finish > one.start ? [{ person: resource, id: task, from: one.start, to: one.finish, units }] : [];
  });
}

/** Minutes of a column in which there is something of it. */
function openIn({ asked }: Planned, key: string, { from, to }: LoadColumn): number {
  let [gone, until] = [0, from];
  for (const [, begin, end] of (asked.shut ?? []).filter(([resource]) => resource === key).sort((a, b) => a[1] - b[1])) {
    gone += Math.max(0, Math.min(to, end) - Math.max(until, begin));
    until = Math.max(until, Math.min(to, end));
  }
  return to - from - gone;
}

/** People first, then resources, then what nobody is asked to do; each by name. */
export const inLoadOrder = (name: (key: string | null) => string) => (a: LoadRow, b: LoadRow): number => rank(a.person) - rank(b.person) || name(a.person).localeCompare(name(b.person));
const rank = (person: string | null): number => (person === null ? 2 : resourceOf(person) === null ? 0 : 1);

/** A row for each who is asked to do something that is shown, and one for what nobody is asked. */
export function workloadOf(plan: Planned, works: readonly Work[], columns: readonly LoadColumn[]): LoadRow[] {
  const here = new Set(works.map(({ id }) => id));
  const rows = new Map<string | null, { shown: number[]; all: number[]; any: boolean }>();
  for (const { person, id, from, to, units } of asks(plan, works)) {
    const row = rows.get(person) ?? { shown: columns.map(() => 0), all: columns.map(() => 0), any: false };
    rows.set(person, row);
    const shown = here.has(id);
    row.any ||= shown;
    columns.forEach((column, i) => {
      const minutes = (overlap(from, to, column) * units) / 100;
      row.all[i]! += minutes;
      if (shown) row.shown[i]! += minutes;
    });
  }
  const loads = new Map(plan.answer.load.map((one) => [one.resource, one]));
  return [...rows].filter(([, { any }]) => any).map(([person, { shown, all }]) => {
    const load = person === null ? undefined : loads.get(person);
    const cells = columns.map((column, i): LoadCell => ({
      shown: shown[i]!, all: all[i]!, room: person === null ? 0 : (openIn(plan, person, column) * (load?.capacity ?? 100)) / 100, over: load?.over.some(({ from, to }) => overlap(from, to, column) > 0) ?? false,
    }));
    return { person, cells, over: (load?.over.length ?? 0) > 0 };
  });
}

/** What is shown of one cell, what takes most of it first. */
export function inCell(plan: Planned, works: readonly Work[], person: string | null, column: LoadColumn): { work: Work; minutes: number }[] {
  const byId = new Map(works.map((work) => [work.id, work]));
  return asks(plan, works).flatMap((one) => {
    const work = byId.get(one.id);
    const minutes = (overlap(one.from, one.to, column) * one.units) / 100;
    return one.person === person && work && minutes > 0 ? [{ work, minutes }] : [];
  }).sort((a, b) => b.minutes - a.minutes || (a.work.id < b.work.id ? -1 : 1));
}
