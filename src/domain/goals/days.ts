/** Calendar days as `YYYY-MM-DD`: the day somebody means, whatever their time zone; and days found in a sentence, English and Russian. */
import { isDay } from '#domain/shared';

const MS = 86_400_000;

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS).toISOString().slice(0, 10);
}

const WORDS: readonly [RegExp, number][] = [
  [/(?<!\p{L})(?:day after tomorrow|послезавтра)(?!\p{L})/u, 2],
  [/(?<!\p{L})(?:tomorrow|завтра)(?!\p{L})/u, 1],
  [/(?<!\p{L})(?:today|сегодня)(?!\p{L})/u, 0],
];
/** By their first letters, Sunday first as Date counts; Russian names change their endings. */
const WEEKDAYS = /(?:^|[^\p{L}])(?:(sunday|воскресень[еюя])|(monday|понедельник[ау]?)|(tuesday|вторник[ау]?)|(wednesday|сред[ауые])|(thursday|четверг[ау]?)|(friday|пятниц[ауые])|(saturday|суббот[ауые]))(?![\p{L}])/u;
const ISO = /(?:^|\D)(\d{4}-\d\d-\d\d)(?!\d)/;
const DOTTED = /(?:^|[^\d.])(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?(?![\d.]*\d)/;

/** The day a text speaks of, seen from `today`; null when it names none. A weekday is the next one, a date without a year the next such date. */
export function dayIn(text: string, today: string): string | null {
  const words = text.toLowerCase();
  const iso = ISO.exec(words)?.[1];
  if (isDay(iso)) return iso;
  const dotted = DOTTED.exec(words);
  if (dotted) {
    const [, day, month, year] = dotted;
    const at = (of: number): string => `${of}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
    const found = at(Number(year ?? today.slice(0, 4)));
    const next = year === undefined && found < today ? at(Number(today.slice(0, 4)) + 1) : found;
    if (isDay(next)) return next;
  }
  for (const [word, days] of WORDS) if (word.test(words)) return dayAfter(today, days);
  const named = WEEKDAYS.exec(words);
  if (!named) return null;
  const wanted = named.slice(1).findIndex((one) => one !== undefined);
  const now = new Date(Date.parse(`${today}T00:00:00Z`)).getUTCDay();
  return dayAfter(today, ((wanted - now + 6) % 7) + 1);
}
