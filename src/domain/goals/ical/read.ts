/** A calendar file (RFC 5545) as things: to-dos are tasks, events are events, each once however often the file is read. */
import { err, ok, type Result } from '#base/result';
import { fromBase64url, toBase64url } from '#base/bytes';
import type { JsonValue, Op } from '#os/api';
import { derivedId, PLAN_LIMITS } from '#domain/shared';
import { EVENT, RESOURCE, TASK } from '#domain/goals';
import { NEEDS, WORK_VERB, type Resource } from '#domain/goals/work';
import { fieldsOf, resourcesOf, type Fields } from './fields.ts';
import { parseParts, propertyOf, textOfCalendar, textOfPart, textValue, type Component } from './jcal.ts';
import { zonesOf, type Zone } from './zones.ts';

export const CALENDAR_VERB = 'goals/calendar.read@1';

export interface CalendarThing extends Fields {
  readonly uid: string;
  readonly kind: 'task' | 'event';
  /** Names of the resources it needs; an event needs none here, and what its file says of them is kept. */
  readonly needs: readonly string[];
  /** The file of this thing alone; null where it is too long to be kept: what is not shown of it is lost, and that is said. */
  readonly kept: string | null;
}

export interface CalendarFile {
  readonly things: readonly CalendarThing[];
  /** Things that have no title and no day, or more than are read. */
  readonly left: number;
  /** Things of which a line is none: they are left out, and keep nothing else out. */
  readonly broken: number;
}

export interface CalendarFault {
  readonly type: 'calendar';
  readonly code: 'too-large' | 'no-calendar' | 'broken' | 'nothing';
}
const fault = (code: CalendarFault['code']): Result<never, CalendarFault> => err({ type: 'calendar', code });

const HEAD: Component[1] = [['version', {}, 'text', '2.0'], ['prodid', {}, 'text', '-//LifeGraph//LifeGraph OS//EN']];
export const calendarOf = (components: readonly Component[]): Component => ['vcalendar', HEAD, components];

const described = (calendars: readonly Component[]): ReadonlyMap<string, Component> => new Map(calendars.flatMap(([, , parts]) => parts).filter(([name]) => name === 'vtimezone').map((zone) => [textValue(zone, 'tzid'), zone]));

/** The zone by which the times of UTC of a calendar are told, and what names of zones stand for in it. */
export function zoneOf(calendar: Component): { readonly zone: Zone; named(name: unknown): Zone | null } {
  const named = zonesOf(described([calendar]));
  return { zone: named(textValue(calendar, 'x-wr-timezone')) ?? 'UTC', named };
}

/** The zone a file says for itself, or the only one it speaks of; else that of the reader. */
function zoneOfFile(calendars: readonly Component[], zones: ReadonlyMap<string, Component>, named: (name: unknown) => Zone | null, reader: string): Zone {
  const [only = ''] = zones.size === 1 ? zones.keys() : [];
  return [...calendars.map((one) => textValue(one, 'x-wr-timezone')), only, reader].reduce((found: Zone | null, one) => found ?? named(one), null) ?? 'UTC';
}

/** Writes what is kept of things, with the time zones they speak of: each of those is written once, and what is too long not at all. */
function keeper(zones: ReadonlyMap<string, Component>, zone: Zone): (things: readonly Component[]) => string | null {
  const frame = textOfCalendar(['vcalendar', [...HEAD, ...(zone === 'UTC' ? [] : [['x-wr-timezone', {}, 'unknown', typeof zone === 'string' ? zone : zone.name] as const])], []]);
  const end = frame.lastIndexOf('END:');
  const written = new Map<string, string>();
  const zoneText = (name: string): string => {
    const made = written.get(name) ?? textOfPart(zones.get(name)!);
    written.set(name, made);
    return made;
  };
  return (things) => {
    // What the times of UTC are told by is kept with them, when nobody knows it by its name.
    const named = new Set([...(typeof zone === 'string' ? [] : [zone.name]), ...things.flatMap(([, properties]) => properties.flatMap(([, params]) => (typeof params['tzid'] === 'string' && zones.has(params['tzid']) ? params['tzid'] : [])))]);
    const parts = [frame.slice(0, end)];
    let room = PLAN_LIMITS.keptUnits - frame.length;
    for (const write of [...[...named].map((name) => () => zoneText(name)), ...things.map((thing) => () => textOfPart(thing))]) {
      const text = write();
      room -= text.length;
      if (room < 0) return null;
      parts.push(text);
    }
    return parts.join('') + frame.slice(end);
  };
}

/** The things of a file, each judged alone; one in which nothing can be read is refused, with the reason. `reader`: the time zone of who reads it. */
export function readCalendar(text: string, reader = 'UTC'): Result<CalendarFile, CalendarFault> {
  if (text.length > PLAN_LIMITS.calendarBytes) return fault('too-large');
  const body = text.replace(/^\uFEFF/, '').trimStart();
  if (!/^BEGIN:VCALENDAR\s/i.test(body)) return fault('no-calendar');
  const found = parseParts(body);
  if (!found) return fault('broken');
  const { calendars, broken } = found;
  const zones = described(calendars);
  const named = zonesOf(zones);
  const zone = zoneOfFile(calendars, zones, named, reader);
  const keptOf = keeper(zones, zone);
  const byUid = new Map<string, Component[]>();
  let nameless = 0;
  for (const one of calendars.flatMap(([, , parts]) => parts)) {
    if (one[0] !== 'vtodo' && one[0] !== 'vevent') continue;
    // A thing without a name of its own has that of its place: the same file gives the same.
    const uid = textValue(one, 'uid') || `${nameless++} ${textValue(one, 'summary')}`;
    const known = byUid.get(`${one[0]} ${uid}`);
    if (known) known.push(one);
    else byUid.set(`${one[0]} ${uid}`, [one]);
  }
  const things: CalendarThing[] = [];
  let left = 0;
  for (const [key, parts] of byUid) {
    const main = parts.find((one) => !propertyOf(one, 'recurrence-id')) ?? parts[0]!;
    const fields = fieldsOf(main, zone, named);
    if (things.length >= PLAN_LIMITS.calendarThings || (fields.title === '' && fields.start === null && fields.due === null)) left += 1;
    else things.push({ ...fields, uid: key.slice(key.indexOf(' ') + 1), kind: main[0] === 'vtodo' ? 'task' : 'event', needs: main[0] === 'vtodo' ? resourcesOf(main) : [], kept: keptOf([main, ...parts.filter((one) => one !== main)]) });
  }
  return things.length === 0 ? fault(broken > 0 ? 'broken' : 'nothing') : ok({ things, left, broken });
}

/** Id of a thing of a file in a fragment: whoever reads the file there, and however often, it is one thing. */
export const calendarId = (fragment: string, { kind, uid }: Pick<CalendarThing, 'kind' | 'uid'>): string => derivedId('lgos/ical/1', fragment, `${kind} ${uid}`);

/** Such an id as one of the ids of this person, where rules let them make things under no other (RIGHT23, RIGHT27): however often they read the file, it is one thing. */
export function ownedId(uid: string, id: string): string {
  const [own, bytes] = [fromBase64url(uid), fromBase64url(id)];
  return own && bytes ? toBase64url(Uint8Array.of(...own.slice(0, 8), ...bytes.slice(0, 8))) : id;
}

/** Id of a resource that a file names and nobody has here: whoever reads the file there makes one. */
const resourceId = (fragment: string, name: string): string => derivedId('lgos/ical/resource/1', fragment, name);

/** Makes the resources that things of a file name and that are not here; `known`: those that are, by their names; `own`: whose ids they must have. Answers with all by name. */
export function resourcesFor(things: readonly CalendarThing[], fragment: string, known: Iterable<Pick<Resource, 'id' | 'fragment' | 'title'>>, own: string | null = null): { ops: Op[]; byName: ReadonlyMap<string, Pick<Resource, 'id' | 'fragment'>> } {
  const byName = new Map<string, Pick<Resource, 'id' | 'fragment'>>();
  // Of several of one name the least id, so that all take the same one.
  for (const { id, fragment: at, title } of known) if (title !== '' && !(byName.has(title) && byName.get(title)!.id < id)) byName.set(title, { id, fragment: at });
  const ops: Op[] = [];
  for (const name of new Set(things.flatMap(({ needs }) => needs))) {
    if (byName.has(name)) continue;
    const id = own === null ? resourceId(fragment, name) : ownedId(own, resourceId(fragment, name));
    byName.set(name, { id, fragment });
    ops.push({ op: 'node.create', id, type: RESOURCE, props: { title: name }, verb: CALENDAR_VERB });
  }
  return { ops, byName };
}

/** Makes a thing of a file; `untitled`: what it is called when the file does not say; `resources`: what it may need, by name; `labels`: may it be given its own? */
export function makeFromCalendar(thing: CalendarThing, fragment: string, untitled: string, resources: ReadonlyMap<string, Pick<Resource, 'id' | 'fragment'>> = new Map(), { id = calendarId(fragment, thing), labels = true }: { readonly id?: string; readonly labels?: boolean } = {}): Op[] {
  const props: Record<string, JsonValue> = {
    title: thing.title || untitled,
    ...(thing.done ? { done: true } : {}), ...(thing.doing ? { status: 'doing' } : {}), ...(thing.start ? { start: thing.start } : {}), ...(thing.due ? { due: thing.due } : {}),
    ...(thing.priority === 'normal' ? {} : { priority: thing.priority }), ...(thing.again ? { again: thing.again } : {}), ...(thing.remind.length > 0 ? { remind: [...thing.remind] } : {}), ...(thing.kept ? { kept: thing.kept } : {}),
  };
  return [
    { op: 'node.create', id, type: thing.kind === 'task' ? TASK : EVENT, props, verb: CALENDAR_VERB },
    ...(labels ? thing.labels : []).map((value): Op => ({ op: 'set.add', id, prop: 'labels', value, verb: WORK_VERB.label })),
    ...thing.needs.flatMap((name): Op[] => {
      const of = resources.get(name);
      return of ? [{ op: 'edge.add', type: NEEDS, from: id, to: of.fragment === fragment ? of.id : [of.fragment, of.id], props: { amount: 1 }, verb: WORK_VERB.need }] : [];
    }),
  ];
}
