/** What of a to-do or event of a calendar is a field here, and back. Everything else of it is kept as it came. */
import { isDay, numberOf, oneLine, PLAN_LIMITS, TASK_TITLE_MAX } from '#domain/shared';
import { readRule, ruleText } from '#domain/goals/again';
import type { JsonValue } from '#os/api';
import type { Priority } from '#domain/goals/work';
import { propertyOf, textValue, valueOf, type Component, type Property } from './jcal.ts';
import { localOf, zoneNamed, type Zone } from './zones.ts';

export interface Fields {
  readonly title: string;
  readonly done: boolean;
  readonly doing: boolean;
  readonly priority: Priority;
  readonly start: string | null;
  readonly due: string | null;
  readonly labels: readonly string[];
  /** A rule; null: it does not come again, or by one that is not known here. */
  readonly again: string | null;
  readonly remind: readonly number[];
}

/** Names of what it needs (RFC 5545, 3.8.1.10): links here, and no field. */
export const resourcesOf = (component: Component): string[] => [...new Set(component[1].filter(([name]) => name === 'resources').flatMap((property) => property.slice(3)).flatMap((one) => (typeof one === 'string' ? oneLine(one).slice(0, TASK_TITLE_MAX) || [] : [])))].slice(0, PLAN_LIMITS.labels);

const WEEK = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY_MINUTES = 1_440;

/** The day of a value, where it is; of a time of UTC in `zone`. */
export function dayOf(property: Property | undefined, zone: Zone): string | null {
  const day = localOf(property?.[3], zone)?.slice(0, 10);
  return isDay(day) ? day : null;
}

/** The minute of its day. */
export const minuteOf = (property: Property | undefined, zone: Zone): number => {
  const match = /T(\d\d):(\d\d)/.exec(localOf(property?.[3], zone) ?? '');
  return match ? Number(match[1]) * 60 + Number(match[2]) : 0;
};

/** The library has rules as an object of its parts. */
function ruleOf(value: unknown, zone: Zone): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const parts = Object.entries(value).map(([name, part]) => {
    const one = name === 'wkst' && typeof part === 'number' ? WEEK[part - 1] : name === 'until' ? (localOf(String(part), zone) ?? '').replace(/[-:]/g, '') : part;
    return `${name.toUpperCase()}=${Array.isArray(one) ? one.join() : String(one)}`;
  });
  const rule = readRule(parts.join(';'));
  return rule && ruleText(rule);
}

const priorityOf = (value: unknown): Priority => {
  const n = numberOf(value as JsonValue) ?? 0;
  return n === 1 ? 'urgent' : n >= 2 && n <= 4 ? 'high' : n >= 6 && n <= 9 ? 'low' : 'normal';
};
export const PRIORITY_NUMBERS: Readonly<Record<Priority, number>> = { urgent: 1, high: 3, normal: 5, low: 9 };

/** Minutes of a duration; null where it is none. */
function minutesOf(text: string): number | null {
  const match = /^([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:\d{1,6}S)?)?$/.exec(text);
  if (!match) return null;
  const [weeks, days, hours, minutes] = match.slice(2).map((one) => Number(one ?? 0));
  const all = weeks! * 7 * DAY_MINUTES + days! * DAY_MINUTES + hours! * 60 + minutes!;
  return match[1] === '-' ? -all : all;
}

/** The minutes of the day from which a reminder counts. */
const anchorOf = (component: Component, ends: boolean): Property | undefined => (ends ? (propertyOf(component, 'due') ?? propertyOf(component, 'dtend')) : (propertyOf(component, 'dtstart') ?? propertyOf(component, 'due')));

function remindersOf(component: Component, zone: Zone): number[] {
  const out = component[2].filter(([name]) => name === 'valarm').flatMap((alarm) => {
    const trigger = propertyOf(alarm, 'trigger');
    const minutes = typeof trigger?.[3] === 'string' && trigger[2] === 'duration' ? minutesOf(trigger[3]) : null;
    if (minutes === null) return [];
    const before = 0 - minutes - minuteOf(anchorOf(component, String(trigger![1]['related'] ?? '').toUpperCase() === 'END'), zone);
    return before >= -DAY_MINUTES && before <= PLAN_LIMITS.reminderMinutes ? [before] : [];
  });
  return [...new Set(out)].sort((a, b) => a - b).slice(0, PLAN_LIMITS.reminders);
}

/** Is its end the first moment of a day behind the one on which it begins? That day is no part of it. */
export function endsAtMidnight(component: Component, zone: Zone): boolean {
  const end = propertyOf(component, 'dtend');
  return end?.[2] === 'date-time' && /T00:00:00/.test(localOf(end[3], zone) ?? '') && (dayOf(end, zone) ?? '') > (dayOf(propertyOf(component, 'dtstart'), zone) ?? '');
}

/** The last day of an event: its end is not part of it when it is a day, or midnight. */
function lastDay(component: Component, start: string | null, zone: Zone): string | null {
  const end = propertyOf(component, 'dtend');
  const day = dayOf(end, zone);
  if (day === null || start === null) return null;
  const last = end![2] === 'date' || endsAtMidnight(component, zone) ? new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MINUTES * 60_000).toISOString().slice(0, 10) : day;
  return last > start ? last : null;
}

/** The fields of a to-do or event; `zone`: whose clock tells the times of UTC in it; `named`: what names of zones stand for in its file. */
export function fieldsOf(component: Component, zone: Zone, named: (name: unknown) => Zone | null = zoneNamed): Fields {
  const status = textValue(component, 'status').toUpperCase();
  const labels = component[1].filter(([name]) => name === 'categories').flatMap((property) => property.slice(3)).flatMap((one) => (typeof one === 'string' ? oneLine(one).slice(0, PLAN_LIMITS.labelUnits) || [] : []));
  const start = dayOf(propertyOf(component, 'dtstart'), zone);
  // An end of a rule is of UTC, whatever zone the thing is in.
  const own = propertyOf(component, 'dtstart')?.[1]['tzid'];
  return {
    title: oneLine(textValue(component, 'summary')).slice(0, TASK_TITLE_MAX), start, due: component[0] === 'vevent' ? lastDay(component, start, zone) : dayOf(propertyOf(component, 'due'), zone),
    done: component[0] === 'vtodo' && (status === 'COMPLETED' || status === 'CANCELLED' || propertyOf(component, 'completed') !== undefined || valueOf(component, 'percent-complete') === 100), doing: status === 'IN-PROCESS',
    priority: priorityOf(valueOf(component, 'priority')), labels: [...new Set(labels)].slice(0, PLAN_LIMITS.labels).sort(), again: ruleOf(valueOf(component, 'rrule'), named(own) ?? zone), remind: remindersOf(component, zone),
  };
}
