/**
 * Working time: minutes of a plan against days of a calendar. A plan counts minutes of work from the beginning of its first day; nights, free
 * weekdays and holidays have none. Days are days wherever one is (`YYYY-MM-DD`), so clocks that are put forward or back change nothing.
 */
import { isDay } from '#domain/shared';

const MS = 86_400_000;
/** Weekdays of one week, Monday first. */
const WEEK = 7;

export interface WorkCalendar {
  /** Which weekdays are worked, Monday first. */
  readonly week: readonly boolean[];
  /** Minutes of work of such a day. */
  readonly minutes: number;
  /** Days that are free besides. */
  readonly free: readonly string[];
}

/** Monday to Friday, eight hours. */
export const WORK_WEEK: WorkCalendar = { week: [true, true, true, true, true, false, false], minutes: 480, free: [] };
/** Every day, all of it: plain time. */
export const EVERY_DAY: WorkCalendar = { week: [true, true, true, true, true, true, true], minutes: 1440, free: [] };

const numberOf = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / MS);
/** Behind it a day has no four digits of its year. */
const LAST_DAY = numberOf('9999-12-31');
const dayOf = (number: number): string => new Date(Math.min(number, LAST_DAY) * MS).toISOString().slice(0, 10);
/** 1 January 1970 was a Thursday. */
const weekdayOf = (number: number): number => (((number + 3) % WEEK) + WEEK) % WEEK;

export interface WorkTime {
  /** Minutes of work from the beginning of the plan to the beginning of this day; negative before it. */
  at(day: string): number;
  /** Minutes of work to the end of this day. */
  end(day: string): number;
  /** The day in which work that starts at this minute starts, and the day in which work that ends there ends. */
  startDay(minute: number): string;
  endDay(minute: number): string;
  /** The minute of a day that has passed when work starts there. */
  worked(day: string): boolean;
}

/** Days and minutes of a plan that begins on `first`. A calendar without any work counts as every day. */
export function workTime(given: WorkCalendar, first: string): WorkTime {
  const works = given.week.length === WEEK && given.week.some(Boolean) && given.minutes > 0;
  const { week, minutes } = works ? given : { week: EVERY_DAY.week, minutes: 1440 };
  const perWeek = week.filter(Boolean).length;
  const free = [...new Set(given.free.filter(isDay).map(numberOf))].filter((day) => week[weekdayOf(day)]).sort((a, b) => a - b);
  /** Worked days before day number `to`, counted from a Monday long ago. */
  const base = numberOf('0001-01-01');
  const monday = base - weekdayOf(base);
  const before = (to: number): number => {
    const days = to - monday;
    const whole = Math.floor(days / WEEK);
    let count = whole * perWeek;
    for (let i = 0; i < days - whole * WEEK; i++) if (week[i]) count += 1;
    return count - under(free, to);
  };
  const origin = before(numberOf(first));
  /** The number of the day that is the k-th worked one, the first of all is 0. */
  const nth = (k: number): number => {
    let [low, high] = [monday + Math.floor(k / perWeek) * WEEK, monday + (Math.floor((k + free.length) / perWeek) + 1) * WEEK];
    while (high - low > 1) {
      // Days of an absurd plan have more than 32 bits.
      const middle = Math.floor((low + high) / 2);
      if (before(middle) <= k) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    at: (day) => (before(numberOf(day)) - origin) * minutes,
    end: (day) => (before(numberOf(day) + 1) - origin) * minutes,
    startDay: (minute) => dayOf(nth(origin + Math.floor(minute / minutes))),
    endDay: (minute) => dayOf(nth(origin + Math.ceil(minute / minutes) - (minute > 0 ? 1 : 0))),
    worked: (day) => before(numberOf(day) + 1) > before(numberOf(day)),
  };
}

/** How many of a sorted list are less than `than`. */
function under(list: readonly number[], than: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < than) low = middle + 1;
    else high = middle;
  }
  return low;
}
