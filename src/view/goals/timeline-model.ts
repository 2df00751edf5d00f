/** Days and rows of a timeline out of a plan. Pure. */
import type { Planned, WorkTime } from '#domain/goals/planning';
import { deadlineOf, NOTHING_MEANT, type Work } from '#domain/goals/work';
import type { PlanHere } from './use-plan.ts';

const MS = 86_400_000;
/** Days before the first bar and behind the last one; the most that are drawn. */
const BEFORE = 3;
const BEHIND = 10;
const MOST = 1_500;
/** Lines that are drawn at once. */
export const MOST_LINES = 400;
/** A day that is due later than so many days behind the last bar makes nothing wider. */
const DUE = 90;

const number = (day: string): number => Date.parse(`${day}T00:00:00Z`) / MS;

/** The day so many days later; never beyond the calendar. */
export function dayAt(day: string, days: number): string {
  const at = Math.max(number('0001-01-01'), Math.min(number('9999-12-31'), number(day) + days));
  return new Date(at * MS).toISOString().slice(0, 10);
}

/** Days from one to the other. */
export const daysBetween = (from: string, to: string): number => number(to) - number(from);

/**
 * The first and the last day of a thing in the plan. What takes no time is on one day, though its minute is the end of one day of work and the beginning
 * of the next: its own where that begins there, a free one too, else the day on which what it waits for ends.
 */
export function daysOf({ start: own }: Pick<Work, 'start'>, { start, finish }: Pick<Planned, 'start' | 'finish'>, time: WorkTime): { readonly first: string; readonly last: string } {
  if (start < finish) return { first: time.startDay(start), last: time.endDay(finish) };
  const day = own !== null && time.at(own) === start ? own : time.endDay(finish);
  return { first: day, last: day };
}

export interface Bar {
  readonly work: Work;
  readonly planned: Planned;
  /** Days from the first one to its beginning, and to its end. */
  readonly from: number;
  readonly to: number;
  /** Days from the first one to the end of the day it is due, or of that of what it is for; null without one, and where that lies beyond what is drawn. */
  readonly due: number | null;
  /** That day; null: none. */
  readonly day: string | null;
}

/** What is open, the earliest first, with the days it takes; the first day drawn and how many, at least `wide`: the ground goes to the edge of what is seen. `beyond`: so many end later than the last of them. */
export function windowOf(works: readonly Work[], { answer, time, today, meant = NOTHING_MEANT }: PlanHere, wide = 0): { bars: Bar[]; first: string; days: number; beyond: number } {
  const planned = new Map(answer.tasks.map((one) => [one.id, one]));
  const first = dayAt(today, -BEFORE);
  const bars = works.flatMap((work): Bar[] => {
    const one = planned.get(work.id);
    if (!one) return [];
    const days = daysOf(work, one, time);
    const from = daysBetween(first, days.first);
    const by = deadlineOf(work, meant);
    return [{ work, planned: one, from, to: Math.max(from + 1, daysBetween(first, days.last) + 1), due: by === null ? null : daysBetween(first, by.day) + 1, day: by?.day ?? null }];
  }).sort((a, b) => a.planned.start - b.planned.start || a.planned.finish - b.planned.finish || (a.work.id < b.work.id ? -1 : 1));
  const last = bars.reduce((most, { to }) => Math.max(most, to), answer.forecast ? daysBetween(first, time.endDay(answer.forecast.p90)) : 0);
  const due = bars.reduce((most, bar) => (bar.due !== null && bar.due <= last + DUE ? Math.max(most, bar.due + 1) : most), 0);
  const days = Math.min(MOST, Math.max(last + BEHIND, due, wide));
  return { bars: bars.map((bar) => (bar.due !== null && bar.due > days ? { ...bar, due: null } : bar)), first, days, beyond: bars.filter(({ to }) => to > days).length };
}

export interface Line {
  readonly key: string;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly critical: boolean;
}

/** Links between bars, from the end that holds to the end that is held. */
export function linesOf(bars: readonly Bar[], { asked, answer }: Pick<PlanHere, 'asked' | 'answer'>): Line[] {
  const at = new Map(bars.map((bar, i) => [bar.work.id, i]));
  const held = new Set(answer.held);
  const path = new Set(answer.path.slice(1).map((id, i) => `${answer.path[i]}>${id}`));
  return asked.links.flatMap(({ id, from, to, kind }): Line[] => {
    const [y1, y2] = [at.get(from), at.get(to)];
    if (y1 === undefined || y2 === undefined || held.has(id)) return [];
    const [first, second] = [bars[y1]!, bars[y2]!];
    return [{ key: id, y1, y2, x1: kind[0] === 'F' ? first.to : first.from, x2: kind[1] === 'F' ? second.to : second.from, critical: path.has(`${from}>${to}`) }];
  });
}

/** Lines of which something is in the rows from one to another. Where they are more than are drawn, those that decide are among them. */
export function linesInSight(lines: readonly Line[], from: number, to: number): Line[] {
  const seen = lines.filter(({ y1, y2 }) => Math.max(y1, y2) >= from && Math.min(y1, y2) <= to);
  return seen.length <= MOST_LINES ? seen : seen.sort((a, b) => Number(b.critical) - Number(a.critical)).slice(0, MOST_LINES).reverse();
}
