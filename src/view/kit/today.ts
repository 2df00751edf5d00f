import type { I18n } from './i18n.tsx';

/** Today in the calendar of the reader, YYYY-MM-DD. */
export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** A time of the day, given in minutes of it, as the reader writes times. */
export const clockOf = ({ time }: Pick<I18n, 'time'>, minutes: number): string => time(new Date(2001, 0, 1, 0, minutes).getTime());
