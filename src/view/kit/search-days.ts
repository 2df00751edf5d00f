/** Days of a question as the index takes them: a day begins and ends where the reader is. */
import type { AskedDays, SearchQuery } from '#domain/search';

/** ms of the beginning of a day, YYYY-MM-DD, in the reader's time zone. */
export function dayStart(day: string): number {
  const [year, month, date] = day.split('-').map(Number);
  const at = new Date(2000, 0, 1);
  at.setFullYear(year!, month! - 1, date!);
  return at.getTime();
}

/** What narrows the question by time. */
export const timesOf = ({ before, after }: Pick<AskedDays, 'before' | 'after'>): Pick<SearchQuery, 'before' | 'after'> => ({ before: before === null ? null : dayStart(before), after: after === null ? null : dayStart(after) });
