/** Which reminders were told on this device: each is told once, also one whose thing came, or was changed, after its time. Pure. */
import type { JsonValue } from '#os/api';
import { remindersIn, type Reminder } from './reminders.ts';
import type { Work } from './things.ts';

/** What is older is not told any more: it came while no tab was open, ms. */
export const REMIND_OLD_MS = 43_200_000;
/** So many of a space are remembered one by one; of more all before the earliest of them counts as told. */
const TOLD = 4_000;

export interface ToldReminders {
  /** Until then all is told, ms. */
  readonly after: number;
  /** Time and id of each that was told after it. */
  readonly told: readonly string[];
}

const keyOf = ({ at, work }: Reminder): string => `${at} ${work.id}`;
const timeOf = (key: string): number => Number.parseInt(key, 10);

/** Of a stored value; nothing was told when it is none. */
export function readToldReminders(value: JsonValue | undefined): ToldReminders {
  const none = { after: 0, told: [] };
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return none;
  const { after, told } = value;
  return { after: typeof after === 'number' ? after : 0, told: Array.isArray(told) ? told.filter((one) => typeof one === 'string') : [] };
}

/** What is to be told now, and what will have been told then; the same object when nothing is. */
export function untoldReminders(works: Iterable<Work>, before: ToldReminders, { me, now, beginOf }: { me: string; now: number; beginOf: (day: string) => number }): { found: readonly Reminder[]; next: ToldReminders } {
  // A clock that was ahead has told nothing of the time until now.
  const after = Math.max(before.after <= now ? before.after : 0, now - REMIND_OLD_MS);
  const known = new Set(before.told);
  const found = remindersIn(works, { me, after, until: now, beginOf }).filter((one) => !known.has(keyOf(one)));
  if (found.length === 0) return { found, next: before };
  const told = [...new Set([...before.told.filter((key) => timeOf(key) > after), ...found.map(keyOf)])].sort((a, b) => timeOf(a) - timeOf(b));
  const over = told.length - TOLD;
  const next = over > 0 ? timeOf(told[over - 1]!) : before.after <= now ? before.after : 0;
  return { found, next: { after: next, told: told.filter((key) => timeOf(key) > next) } };
}
