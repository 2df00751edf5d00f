/** Things as a calendar file. What came out of one goes back as it came, with only that changed which was changed here. */
import { daysBefore, readRule, ruleText } from '#domain/goals/again';
import type { Resource, Work } from '#domain/goals/work';
import { dayOf, endsAtMidnight, fieldsOf, minuteOf, PRIORITY_NUMBERS, type Fields } from './fields.ts';
import { parseCalendars, propertyOf, textOfCalendar, textValue, type Component, type Property } from './jcal.ts';
import { calendarOf, zoneOf } from './read.ts';
import { zoneNamed, type Zone } from './zones.ts';

const DAY_MS = 86_400_000;
const later = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const after = (day: string): string => later(day, 1);
const one = (name: string, type: string, ...values: unknown[]): Property => [name, {}, type, ...values];

const fieldsOfWork = (work: Work, again: string | null): Fields => ({
  title: work.title, done: work.kind !== 'event' && work.done, doing: work.status === 'doing', priority: work.priority, start: work.start, due: work.due, labels: work.labels, again, remind: work.remind,
});

const ownDay = ({ due, start }: Work): string => due ?? start ?? '';

/** The rule from the day of this one on: what came before it in its row is not counted again. */
function ruleFrom(work: Work): string | null {
  const rule = work.again === null ? null : readRule(work.again);
  if (!rule || rule.count === null || work.row === null) return rule && work.again;
  return ruleText({ ...rule, count: Math.max(1, rule.count - daysBefore(work.again!, work.row.first, ownDay(work))) });
}

/** The rules of things. Of the tasks of a row its last open one has it, or a calendar would show a row for every tick; one that is alone and came from a file has what it came with. */
function rulesOf(works: readonly Work[]): (work: Work) => string | null {
  const rows = new Map<string, Work[]>();
  const rowOf = ({ id, row }: Work): string => row?.root ?? id;
  for (const work of works) {
    const row = rows.get(rowOf(work)) ?? [];
    if (work.kind === 'task') rows.set(rowOf(work), row).get(rowOf(work))!.push(work);
  }
  const bearers = new Set([...rows.values()].flatMap((row) => {
    if (row.length === 1 && row[0]!.kept !== null) return row;
    return row.filter(({ done, again }) => !done && again !== null).sort((a, b) => (ownDay(a) < ownDay(b) ? -1 : 1)).slice(-1);
  }));
  return (work) => (work.kind !== 'task' || bearers.has(work) ? ruleFrom(work) : null);
}

/** A rule as the library has it: an object of its parts. */
function ruleProperty(text: string): Property {
  const parts = text.split(';').map((part) => {
    const [name, value] = part.split('=') as [string, string];
    const key = name.toLowerCase();
    if (key === 'until') return [key, `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`];
    if (key === 'count' || key === 'interval') return [key, Number(value)];
    return [key, key === 'freq' || key === 'wkst' ? value : value.split(',')];
  });
  return one('rrule', 'recur', Object.fromEntries(parts));
}

const duration = (minutes: number): string => `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;

/** By whose clock a thing told its times of UTC, and whether it ended at midnight. */
interface Clock {
  readonly zone: Zone;
  readonly midnight: boolean;
}

/** What says a field; a day that was a time of that day is left the time it was. */
const WRITERS: { readonly [K in keyof Fields]: (now: Fields, was: Component, clock: Clock) => { readonly gone: readonly string[]; readonly add: readonly Property[] } } = {
  title: ({ title }) => ({ gone: ['summary'], add: [one('summary', 'text', title)] }),
  done: ({ done, doing }) => ({ gone: ['status', 'completed', 'percent-complete'], add: done ? [one('status', 'text', 'COMPLETED')] : doing ? [one('status', 'text', 'IN-PROCESS')] : [] }),
  doing: (now, was, clock) => WRITERS.done(now, was, clock),
  priority: ({ priority }) => ({ gone: ['priority'], add: priority === 'normal' ? [] : [one('priority', 'integer', PRIORITY_NUMBERS[priority])] }),
  start: ({ start }, was, { zone }) => ({ gone: ['dtstart'], add: start === null ? [] : [moved(propertyOf(was, 'dtstart'), 'dtstart', start, zone)] }),
  due: ({ due, start }, was, { zone, midnight }) => {
    if (was[0] === 'vtodo') return { gone: ['due', 'duration'], add: due === null ? [] : [moved(propertyOf(was, 'due'), 'due', due, zone)] };
    const end = propertyOf(was, 'dtend');
    const timed = propertyOf(was, 'dtstart')?.[2] === 'date-time';
    const last = due ?? start;
    // A time with a duration, or without an end, moves with its beginning.
    if (timed && !end && due === null) return { gone: [], add: [] };
    return { gone: ['dtend', 'duration'], add: last === null ? [] : [timed ? moved(end, 'dtend', midnight ? after(last) : last, zone) : one('dtend', 'date', after(last))] };
  },
  labels: ({ labels }) => ({ gone: ['categories'], add: labels.length > 0 ? [one('categories', 'text', ...labels)] : [] }),
  again: ({ again }) => ({ gone: ['rrule'], add: again === null ? [] : [ruleProperty(again)] }),
  remind: () => ({ gone: [], add: [] }),
};

/** A property moved to another day, with the time and zone it had. */
function moved(was: Property | undefined, name: string, day: string, zone: Zone): Property {
  const value = was?.[3];
  if (was?.[2] !== 'date-time' || typeof value !== 'string') return one(name, 'date', day);
  const here = dayOf(was, zone);
  const days = here === null ? 0 : Math.round((Date.parse(day) - Date.parse(here)) / DAY_MS);
  return [name, was[1], 'date-time', `${here === null ? day : later(value.slice(0, 10), days)}${value.slice(10)}`];
}

function alarmsOf({ remind, title }: Fields, was: Component, zone: Zone): Component[] {
  const ends = propertyOf(was, 'due') !== undefined;
  const minute = minuteOf(propertyOf(was, ends ? 'due' : 'dtstart'), zone);
  return remind.map((before): Component => ['valarm', [one('action', 'text', 'DISPLAY'), one('description', 'text', title), ['trigger', ends ? { related: 'END' } : {}, 'duration', duration(-before - minute)]], []]);
}

/** A component that says what a thing is now: only what differs is written anew. */
function changed(component: Component, now: Fields, { zone, named }: ReturnType<typeof zoneOf>): Component {
  const was = fieldsOf(component, zone, named);
  const clock = { zone, midnight: endsAtMidnight(component, zone) };
  const differs = (Object.keys(WRITERS) as (keyof Fields)[]).filter((key) => JSON.stringify(was[key]) !== JSON.stringify(now[key]));
  if (component[0] === 'vevent' && differs.includes('start') && !differs.includes('due')) differs.push('due');
  let out = component;
  for (const key of differs) {
    const { gone, add } = WRITERS[key](now, out, clock);
    out = [out[0], [...out[1].filter(([name]) => !gone.includes(name)), ...add], out[2]];
  }
  // A to-do that comes again has a day from which it does.
  if (now.due !== null && (differs.includes('again') || differs.includes('start')) && propertyOf(out, 'rrule') && !propertyOf(out, 'dtstart')) out = [out[0], [...out[1], moved(propertyOf(out, 'due'), 'dtstart', now.due, zone)], out[2]];
  if (!differs.includes('remind')) return out;
  return [out[0], out[1], [...out[2].filter(([name]) => name !== 'valarm'), ...alarmsOf(now, out, zone)]];
}

/** What it needs is told by name, beside what its file said it needs. */
function withResources(component: Component, names: readonly string[]): Component {
  const told = component[1].filter(([name]) => name === 'resources').flatMap((property) => property.slice(3)).filter((one) => typeof one === 'string');
  const more = names.filter((name) => !told.includes(name));
  return more.length === 0 ? component : [component[0], [...component[1], one('resources', 'text', ...more)], component[2]];
}

/** What came with a thing, or a new one with its id as its name. */
function componentsOf(work: Work, again: string | null, stamp: string, needs: readonly string[]): readonly Component[] {
  const now = fieldsOfWork(work, again);
  const name = work.kind === 'event' ? 'vevent' : 'vtodo';
  const calendar = work.kept === null ? undefined : parseCalendars(work.kept)?.[0];
  const kept = calendar?.[2];
  const main = kept?.find((part) => part[0] === name && !propertyOf(part, 'recurrence-id')) ?? kept?.find((part) => part[0] === name);
  if (kept && main) return kept.filter(([part]) => part === name || part === 'vtimezone').map((part) => (part === main ? withResources(changed(part, now, zoneOf(calendar!)), needs) : part));
  return [withResources(changed([name, [one('uid', 'text', work.id), one('dtstamp', 'date-time', stamp)], []], now, { zone: 'UTC', named: zoneNamed }), needs)];
}

/** A file of tasks, milestones and events; `at`: when it is written, ISO; `resources`: what they may need, each named with the thing that needs it (RFC 5545, 3.8.1.10). */
export function writeCalendar(works: readonly Work[], at: string, resources: ReadonlyMap<string, Pick<Resource, 'title'>> = new Map()): string {
  const zones = new Map<string, Component>();
  const things: Component[] = [];
  const ruleOf = rulesOf(works);
  for (const work of works) {
    if (work.kind === 'goal') continue;
    for (const part of componentsOf(work, ruleOf(work), `${at.slice(0, 19)}Z`, work.needs.flatMap(({ of }) => resources.get(of)?.title || []))) {
      if (part[0] !== 'vtimezone') things.push(part);
      else if (!zones.has(textValue(part, 'tzid'))) zones.set(textValue(part, 'tzid'), part);
    }
  }
  return textOfCalendar(calendarOf([...zones.values(), ...things]));
}
