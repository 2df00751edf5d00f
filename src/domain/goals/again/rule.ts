/**
 * What comes again, by a rule of RFC 5545 (RRULE) over days. A rule is a text out of a node, so anybody's: it is read into the parts that are known
 * here and written anew from them, and only that is given to the library, with a budget that no rule can leave.
 */
import { isDay, PLAN_LIMITS } from '#domain/shared';

export const EVERY = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Every = (typeof EVERY)[number];
/** Monday first. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** On a weekday; `nth` of the month or year, from its end when negative, 0: each. */
export interface OnDay {
  readonly day: Weekday;
  readonly nth: number;
}

export interface Rule {
  readonly every: Every;
  readonly interval: number;
  readonly on: readonly OnDay[];
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  readonly places: readonly number[];
  /** So many times in all, or until a day, itself included; at most one of them. */
  readonly count: number | null;
  readonly until: string | null;
  /** The week begins on. */
  readonly week: Weekday;
}

const INTERVAL_MAX = 1_000;
const COUNT_MAX = 1_000;
const DAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;

function whole(text: string, max: number, below = false): number | null {
  if (!/^[+-]?\d{1,5}$/.test(text)) return null;
  const value = Number(text);
  return value !== 0 && value <= max && value >= (below ? -max : 1) ? value : null;
}

function list<T>(text: string, read: (one: string) => T | null): T[] | null {
  const out = text.split(',').map(read);
  return out.includes(null) ? null : (out as T[]);
}

const onDay = (text: string): OnDay | null => {
  const match = DAY.exec(text);
  const nth = Number(match?.[1] ?? 0);
  return match && Math.abs(nth) <= 53 ? { nth, day: match[2] as Weekday } : null;
};

/** The last day: of a day and of a time alike, as it is written there. */
function untilDay(text: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?$/.exec(text);
  const day = match ? `${match[1]}-${match[2]}-${match[3]}` : '';
  return isDay(day) ? day : null;
}

type Part = Partial<{ -readonly [K in keyof Rule]: Rule[K] | null }>;

const PARTS: Readonly<Record<string, (value: string) => Part>> = {
  FREQ: (value) => ({ every: EVERY.find((one) => one === value) ?? null }),
  INTERVAL: (value) => ({ interval: whole(value, INTERVAL_MAX) }),
  BYDAY: (value) => ({ on: list(value, onDay) }),
  BYMONTHDAY: (value) => ({ monthDays: list(value, (one) => whole(one, 31, true)) }),
  BYMONTH: (value) => ({ months: list(value, (one) => whole(one, 12)) }),
  BYSETPOS: (value) => ({ places: list(value, (one) => whole(one, 366, true)) }),
  WKST: (value) => ({ week: WEEKDAYS.find((one) => one === value) ?? null }),
};
const COUNTED: Readonly<Record<string, (value: string) => Pick<Rule, 'count'> | Pick<Rule, 'until'> | null>> = {
  COUNT: (value) => {
    const count = whole(value, COUNT_MAX);
    return count === null ? null : { count };
  },
  UNTIL: (value) => {
    const until = untilDay(value);
    return until === null ? null : { until };
  },
};

const PLAIN = { interval: 1, on: [], monthDays: [], months: [], places: [], count: null, until: null, week: 'MO' } as const;

/** What the RFC forbids: numbered weekdays outside months and years, days of the month in a week, places without days, two ends. */
function fits({ every, on, monthDays, places, count, until }: Rule): boolean {
  if (count !== null && until !== null) return false;
  if (on.some(({ nth }) => nth !== 0) && every !== 'MONTHLY' && every !== 'YEARLY') return false;
  if (every === 'WEEKLY' && monthDays.length > 0) return false;
  return places.length === 0 || on.length + monthDays.length > 0;
}

/** The rule a text says, or null: what is not known here, hours say, is no rule rather than half a one. */
export function readRule(text: string): Rule | null {
  if (text.length > PLAN_LIMITS.ruleUnits) return null;
  let rule: Record<string, unknown> = { ...PLAIN };
  const seen = new Set<string>();
  for (const part of text.toUpperCase().replace(/^RRULE:/, '').split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    const read = Object.hasOwn(PARTS, name) ? PARTS[name] : Object.hasOwn(COUNTED, name) ? COUNTED[name] : undefined;
    const found = more.length > 0 || seen.has(name) ? null : read?.(value);
    if (!found || Object.values(found).includes(null)) return null;
    seen.add(name);
    rule = { ...rule, ...found };
  }
  const made = rule as unknown as Rule;
  return seen.has('FREQ') && fits(made) ? made : null;
}

/** The text of a rule, always the same for the same one. */
export function ruleText({ every, interval, on, monthDays, months, places, count, until, week }: Rule): string {
  const parts: [string, string][] = [
    ['FREQ', every], ['INTERVAL', interval === 1 ? '' : String(interval)], ['BYMONTH', months.join()], ['BYMONTHDAY', monthDays.join()],
    ['BYDAY', on.map(({ nth, day }) => `${nth === 0 ? '' : nth}${day}`).join()], ['BYSETPOS', places.join()], ['COUNT', count === null ? '' : String(count)],
    ['UNTIL', until === null ? '' : until.replaceAll('-', '')], ['WKST', week === 'MO' ? '' : week],
  ];
  return parts.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`).join(';');
}

/** A rule without anything special. */
export const plainRule = (every: Every, part: Partial<Rule> = {}): Rule => ({ ...PLAIN, every, ...part });
