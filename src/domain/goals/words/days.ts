/** Calendar days as `YYYY-MM-DD`: the day somebody means, whatever their time zone; and days found in a sentence, English and Russian. */
import { isDay } from '#domain/shared';

const MS = 86_400_000;

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS).toISOString().slice(0, 10);
}

/** A day, and where the text names it. */
export interface DayFound {
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

const WORDS: readonly [RegExp, number][] = [
  [/(?<!\p{L})(?:day after tomorrow|послезавтра)(?!\p{L})/iu, 2],
  [/(?<!\p{L})(?:tomorrow|завтра)(?!\p{L})/iu, 1],
  [/(?<!\p{L})(?:today|сегодня)(?!\p{L})/iu, 0],
];
/** Next week and month begin on their first working day: a Monday, a first. */
const NEXT = /(?<!\p{L})(?:next\s+(?:(week)|(month))|(?:на\s+)?следующ(?:ей|ую|ая)\s+(недел[еюя])|(?:в\s+)?следующ(?:ем|ий)\s+(месяце?))(?!\p{L})/iu;
/** By their first letters, Sunday first as Date counts; Russian names change their endings. */
const WEEKDAYS = /(?<!\p{L})(?:(sunday|воскресень[еюя])|(monday|понедельник[ау]?)|(tuesday|вторник[ау]?)|(wednesday|сред[ауые])|(thursday|четверг[ау]?)|(friday|пятниц[ауые])|(saturday|суббот[ауые]))(?!\p{L})/iu;
const ISO = /(?<!\d)\d{4}-\d\d-\d\d(?!\d)/;
const DOTTED = /(?<![\d.])(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?(?![\d.]*\d)/;
const MONTHS = ['jan(?:uary)?|январ[яь]', 'feb(?:ruary)?|феврал[яь]', 'mar(?:ch)?|марта?', 'apr(?:il)?|апрел[яь]', 'may|ма[яй]', 'june?|июн[яь]', 'july?|июл[яь]', 'aug(?:ust)?|августа?', 'sep(?:t(?:ember)?)?|сентябр[яь]', 'oct(?:ober)?|октябр[яь]', 'nov(?:ember)?|ноябр[яь]', 'dec(?:ember)?|декабр[яь]'];
const MONTH = MONTHS.map((one) => `(${one})`).join('|');
/** 3 June, 3rd of June 2027, 3 июня; June 3. */
const DAY_MONTH = new RegExp(`(?<![\\d.:])(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${MONTH})(?!\\p{L})(?:\\s+(\\d{4})(?!\\d))?`, 'iu');
const MONTH_DAY = new RegExp(`(?<!\\p{L})(?:${MONTH})\\s+(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:.]*\\d)(?!\\p{L})`, 'iu');
/** In 3 days, in a week, через неделю, через 2 недели. */
const IN = /(?<!\p{L})(?:in\s+(?:(an?)\s+)?(?:(\d{1,3})\s+)?(?:(days?)|(weeks?))|через\s+()?(?:(\d{1,3})\s+)?(?:(день|дня|дней)|(недел[юиь]|недели)))(?!\p{L})/iu;

/** The day of a date without a year: the next such one. */
function next(day: string, month: string, year: string | undefined, today: string): string | null {
  const at = (of: number): string => `${of}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const found = at(Number(year ?? today.slice(0, 4)));
  const then = year === undefined && found < today ? at(Number(today.slice(0, 4)) + 1) : found;
  return isDay(then) ? then : null;
}

const monthOf = (groups: readonly (string | undefined)[]): string => String(groups.findIndex((one) => one !== undefined) + 1);

type Reader = (text: string, today: string) => { day: string | null; match: RegExpExecArray } | null;

const READERS: readonly Reader[] = [
  (text) => {
    const match = ISO.exec(text);
    return match && { day: isDay(match[0]) ? match[0] : null, match };
  },
  (text, today) => {
    const match = DOTTED.exec(text);
    return match && { day: next(match[1]!, match[2]!, match[3], today), match };
  },
  (text, today) => {
    const match = DAY_MONTH.exec(text);
    return match && { day: next(match[1]!, monthOf(match.slice(2, 14)), match[14], today), match };
  },
  (text, today) => {
    const match = MONTH_DAY.exec(text);
    return match && { day: next(match[13]!, monthOf(match.slice(1, 13)), undefined, today), match };
  },
  (text, today) => {
    const match = IN.exec(text);
    const count = match && (match[2] ?? match[6]);
    // "In days" and "через день" say no day; "in a day" and "через неделю" do.
    if (!match || (count === undefined && match[1] === undefined && match[8] === undefined)) return null;
    return { day: dayAfter(today, Number(count ?? 1) * (match[4] ?? match[8] ? 7 : 1)), match };
  },
  (text, today) => {
    const match = NEXT.exec(text);
    if (!match) return null;
    const now = new Date(Date.parse(`${today}T00:00:00Z`));
    if (match[1] ?? match[3]) return { day: dayAfter(today, 7 - ((now.getUTCDay() + 6) % 7)), match };
    return { day: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10), match };
  },
  ...WORDS.map(([word, days]): Reader => (text, today) => {
    const match = word.exec(text);
    return match && { day: dayAfter(today, days), match };
  }),
  (text, today) => {
    const match = WEEKDAYS.exec(text);
    if (!match) return null;
    const now = new Date(Date.parse(`${today}T00:00:00Z`)).getUTCDay();
    return { day: dayAfter(today, ((match.slice(1).findIndex((one) => one !== undefined) - now + 6) % 7) + 1), match };
  },
];

/** The day a text speaks of, seen from `today`, and where; null when it names none. A weekday is the next one, a date without a year the next such date. */
export function dayFound(text: string, today: string): DayFound | null {
  for (const read of READERS) {
    const found = read(text, today);
    if (found?.day) return { day: found.day, from: found.match.index, to: found.match.index + found.match[0].length };
  }
  return null;
}

/** The day a text speaks of. */
export const dayIn = (text: string, today: string): string | null => dayFound(text, today)?.day ?? null;

/** What leads to a day, in front of it. */
const BEFORE = /(?:^|\s)(?:on|by|until|till|next|the|due|во?|к|ко|до|на)\s*$/iu;

/** The words without the day they name and what leads to it; all of them when nothing else is said. */
export function withoutDay(text: string, { from, to }: DayFound): string {
  let head = text.slice(0, from);
  for (let rest = head.replace(BEFORE, ''); rest !== head; rest = head.replace(BEFORE, '')) head = rest;
  const left = `${head.trimEnd()} ${text.slice(to).trimStart()}`.replace(/^[\s,;:–-]+|[\s,;:–-]+$/gu, '').replace(/\s+([,;:.])/g, '$1');
  return left === '' ? text.trim() : left;
}
