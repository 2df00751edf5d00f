/** Does this device show notices of the system, and when not: kept on it alone. */
import type { JsonValue } from '#os/api';

export interface NoticeChoice {
  readonly on: boolean;
  /** Hours of the day, [from, to), local, in which none is shown; null: none. */
  readonly quiet: readonly [number, number] | null;
}

export const NOTICES_KEY = 'notices';
const OFF: NoticeChoice = { on: false, quiet: null };
const isHour = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 24;

/** The choice of a stored value; off when it is none. */
export function readChoice(value: JsonValue | undefined): NoticeChoice {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return OFF;
  const { on, quiet } = value;
  const [from, to] = Array.isArray(quiet) ? quiet : [];
  return { on: on === true, quiet: isHour(from) && isHour(to) ? [from, to] : null };
}

/** Is it quiet at an hour? From an hour to itself is the whole day. */
export function isQuietAt({ quiet }: NoticeChoice, hour: number): boolean {
  if (quiet === null) return false;
  const [from, to] = quiet;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}
