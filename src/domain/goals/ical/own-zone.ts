/** Time zones by the rules a calendar file brings with it (VTIMEZONE): taken where nobody knows the name, as Outlook's "Customized Time Zone". */
import { propertyOf, textValue, valueOf, type Component } from './jcal.ts';

/** When a clock is set, and to what. */
interface Setting {
  /** Minutes it is ahead of UTC before and after. */
  readonly from: number;
  readonly to: number;
  /** Times it is set once, ms; of a rule the first of all. */
  readonly once: readonly number[];
  /** What was worked out: a file has many times of one year. */
  readonly years: Map<number, number | null>;
  readonly yearly: { readonly month: number; readonly week: number | null; readonly weekday: number; readonly days: readonly number[]; readonly minute: number; readonly first: number; readonly last: number; /** Behind this time it sets nothing, ms. */ readonly until: number } | null;
}

export interface OwnZone {
  readonly name: string;
  readonly settings: readonly Setting[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Rules of one zone that are read, and times it is set once, of all of them together. */
const [RULES, ONCE] = [64, 400] as const;
const WEEK = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

function minutesOf(value: unknown): number | null {
  const found = typeof value === 'string' ? /^([+-])(\d\d):?(\d\d)/.exec(value) : null;
  return found ? (Number(found[2]) * 60 + Number(found[3])) * (found[1] === '-' ? -1 : 1) : null;
}

/** A time by a clock that is so many minutes ahead, as ms. */
function at(value: unknown, ahead: number): number | null {
  const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? Date.parse(`${value.slice(0, 19)}Z`) : NaN;
  return Number.isNaN(ms) ? null : value === `${String(value).slice(0, 19)}Z` ? ms : ms - ahead * MINUTE;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** A rule that sets the clock once a year, in one month; null: one that is not read. */
function yearlyOf(rule: Readonly<Record<string, unknown>>, start: string, from: number): Setting['yearly'] {
  const known = new Set(['freq', 'interval', 'bymonth', 'byday', 'bymonthday', 'until', 'count', 'wkst']);
  const month = rule['bymonth'] === undefined ? [Number(start.slice(5, 7))] : listOf(rule['bymonth']).map(Number);
  const byday = listOf(rule['byday']).map((one) => /^([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)$/.exec(String(one)));
  const days = listOf(rule['bymonthday']).map(Number);
  if (rule['freq'] !== 'YEARLY' || Object.keys(rule).some((name) => !known.has(name)) || (rule['interval'] ?? 1) !== 1 || month.length !== 1 || !(month[0]! >= 1 && month[0]! <= 12) || byday.length > 1 || byday.includes(null) || !days.every((day) => Number.isInteger(day) && day >= 1 && day <= 31)) return null;
  const week = byday[0]?.[1] === undefined ? null : Number(byday[0][1]);
  // A weekday alone, neither the first nor the last nor among certain days, is many days.
  if (byday.length === 1 && week === null && days.length === 0) return null;
  const first = Number(start.slice(0, 4));
  // A day alone counts whole; what cannot be read is no end that is known.
  const until = rule['until'] === undefined ? Infinity : at(typeof rule['until'] === 'string' && rule['until'].length === 10 ? `${rule['until']}T23:59:59` : rule['until'], from);
  if (until === null) return null;
  const count = typeof rule['count'] === 'number' ? first + rule['count'] - 1 : 9_999;
  return { month: month[0]!, week, weekday: byday.length === 0 ? -1 : WEEK.indexOf(byday[0]![2]!), days: byday.length === 0 && days.length === 0 ? [Number(start.slice(8, 10))] : days, minute: Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)), first, last: Math.min(count, until === Infinity ? 9_999 : new Date(until + from * MINUTE).getUTCFullYear()), until };
}

/** The zone a component describes; null where its rules are none that are read. */
export function ownZone(component: Component): OwnZone | null {
  const parts = component[2].filter(([name]) => name === 'standard' || name === 'daylight');
  if (parts.length === 0 || parts.length > RULES) return null;
  const settings: Setting[] = [];
  let once = 0;
  for (const part of parts) {
    const [from, to, start, rule] = [minutesOf(valueOf(part, 'tzoffsetfrom')), minutesOf(valueOf(part, 'tzoffsetto')), textValue(part, 'dtstart'), valueOf(part, 'rrule')];
    const first = from === null ? null : at(start, from);
    if (from === null || to === null || first === null) return null;
    const yearly = typeof rule === 'object' && rule !== null ? yearlyOf(rule as Record<string, unknown>, start, from) : null;
    const more = part[1].filter(([name]) => name === 'rdate').flatMap((property) => property.slice(3)).map((value) => at(value, from));
    once += more.length;
    if ((rule !== undefined && !yearly) || more.includes(null) || once > ONCE || propertyOf(part, 'exrule')) return null;
    settings.push({ from, to, once: [first, ...(more as number[])], years: new Map(), yearly });
  }
  return { name: textValue(component, 'tzid'), settings };
}

/** When the rule sets the clock in a year, ms; null: in that year it does not. */
function inYear(setting: Setting, year: number): number | null {
  const known = setting.years.get(year);
  if (known !== undefined) return known;
  const made = workedOut(setting, year);
  setting.years.set(year, made);
  return made;
}

function workedOut({ from, yearly }: Setting, year: number): number | null {
  const { month, week, weekday, days, minute } = yearly!;
  const begin = Date.UTC(year, month - 1, 1);
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const fits = Array.from({ length }, (_, i) => i + 1).filter((day) => (weekday < 0 || new Date(begin + (day - 1) * DAY).getUTCDay() === weekday) && (days.length === 0 || days.includes(day)));
  const day = week === null || days.length > 0 ? fits[0] : fits.at(week > 0 ? week - 1 : week);
  return day === undefined ? null : begin + (day - 1) * DAY + (minute - from) * MINUTE;
}

/** Minutes the clock of a zone is ahead of UTC at a time. */
export function aheadAt({ settings }: OwnZone, ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  let last = { since: -Infinity, ahead: settings.reduce((early, one) => (one.once[0]! < early.once[0]! ? one : early)).from };
  for (const setting of settings) {
    const { yearly } = setting;
    // In the last two years that it has, or the one that begins just now.
    const to = Math.min(year + 1, yearly?.last ?? 0);
    const times = yearly ? [to, to - 1, to - 2].flatMap((one) => (one < yearly.first ? [] : (inYear(setting, one) ?? []))).filter((one) => one >= setting.once[0]! && one <= yearly.until) : [];
    for (const since of [...setting.once, ...times]) if (since <= ms && since > last.since) last = { since, ahead: setting.to };
  }
  return last.ahead;
}
