/** What somebody brings in of a calendar file: what the rules of the space let them make where they are. The rest is left out and told, and keeps nothing else out. */
import type { Op, SpaceView } from '#os/api';
import { mayChange, mayMake } from '#domain/shared';
import { EVENT, RESOURCE, TASK } from '#domain/goals';
import { NEEDS, WORK_VERB, type Resource } from '#domain/goals/work';
import { CALENDAR_VERB, calendarId, makeFromCalendar, ownedId, resourcesFor, type CalendarFile, type CalendarThing } from './read.ts';

/** What may be made in the fragment. */
export interface CalendarRights {
  readonly task: boolean;
  readonly event: boolean;
  readonly resource: boolean;
  /** That a task needs this resource. */
  need(of: string): boolean;
  /** Labels of what was made. */
  readonly label: boolean;
  /** Whose ids things must be made under; null: any. */
  readonly own: string | null;
}

/** What the rules of a space let `me` do with a calendar file in a fragment, as the kernel of every peer judges it. */
export function calendarRights(space: Pick<SpaceView, 'role' | 'rules' | 'comments'>, fragment: string, me: string): CalendarRights {
  // A rule by verb binds who it names; where there is none, nobody.
  const says = (verb: string): boolean => !Object.keys(space.rules.ops).some((pattern) => verb.startsWith(pattern)) || mayMake(space, verb);
  const guest = space.role === 'guest';
  const changes = mayChange(space, fragment);
  const makes = (type: string): boolean => says(CALENDAR_VERB) && mayMake(space, type, fragment) && !space.comments.includes(fragment);
  return {
    task: makes(TASK), event: makes(EVENT), resource: makes(RESOURCE), need: (of) => !guest && says(WORK_VERB.need) && mayMake(space, NEEDS, fragment, of),
    label: !guest && changes && says(WORK_VERB.label), own: guest || !changes ? me : null,
  };
}

export interface CalendarPlace {
  readonly fragment: string;
  /** Things that are here already. */
  readonly known: { has(id: string): boolean };
  /** Things and resources that were deleted here: they come back from the trash, and not by a file. */
  readonly trashed: { has(id: string): boolean };
  readonly resources: Iterable<Pick<Resource, 'id' | 'fragment' | 'title'>>;
  readonly may: CalendarRights;
  /** What a thing is called when the file does not say. */
  readonly untitled: string;
}

export interface CalendarTaken {
  /** Resources that nobody has here, before what needs them. */
  readonly resources: readonly Op[];
  /** The acts that make each thing: each is whole. */
  readonly things: readonly (readonly Op[])[];
  readonly known: number;
  /** Things and resources that lie in the trash. */
  readonly trashed: number;
  /** Things of which what is not shown was too long to be kept. */
  readonly lost: number;
  /** Of each kind, how many the rules do not let this person make. */
  readonly refused: Readonly<Record<CalendarThing['kind'], number>>;
  /** Names of resources that would have to be made, and may not be. */
  readonly without: readonly string[];
  /** Tasks that came without something they need that is here, as the rules do not let it be said. */
  readonly unlinked: number;
  /** Things that came without their labels, which may not be given to them. */
  readonly unlabelled: number;
}

/** What comes in, and what does not. */
export function takeCalendar({ things }: Pick<CalendarFile, 'things'>, { fragment, known, trashed, resources, may, untitled }: CalendarPlace): CalendarTaken {
  // What somebody else read from the file is that thing, too.
  const ids = new Map(things.map((thing) => [thing, [calendarId(fragment, thing), ...(may.own === null ? [] : [ownedId(may.own, calendarId(fragment, thing))])]] as const));
  const among = (all: { has(id: string): boolean }, thing: CalendarThing): boolean => ids.get(thing)!.some((id) => all.has(id));
  const lies = things.filter((thing) => !among(known, thing) && among(trashed, thing));
  const fresh = things.filter((thing) => !among(known, thing) && !among(trashed, thing));
  const taken = fresh.filter(({ kind }) => may[kind]);
  const all = resourcesFor(taken, fragment, resources, may.own);
  const idOf = (name: string): string => all.byName.get(name)!.id;
  const named = [...all.byName.keys()].filter((name) => taken.some(({ needs }) => needs.includes(name)));
  const absent = new Set(all.ops.flatMap((op) => (op.op === 'node.create' && op.id !== undefined ? [op.id] : [])));
  // What lies in the trash is needed all the same: it is there again when it comes back.
  const made = new Set([...absent].filter((id) => !trashed.has(id)));
  const linked = new Map([...all.byName].filter(([, { id }]) => may.need(id) && (may.resource || !made.has(id))));
  return {
    // Nothing is made that nothing may be said to need.
    resources: all.ops.filter((op) => op.op === 'node.create' && made.has(op.id!) && may.resource && may.need(op.id!)), things: taken.map((thing) => makeFromCalendar(thing, fragment, untitled, linked, { id: ids.get(thing)!.at(-1)!, labels: may.label })),
    known: things.length - fresh.length - lies.length, trashed: lies.length + absent.size - made.size, lost: taken.filter(({ kept }) => kept === null).length,
    refused: { task: fresh.filter(({ kind }) => kind === 'task' && !may.task).length, event: fresh.filter(({ kind }) => kind === 'event' && !may.event).length },
    without: may.resource ? [] : named.filter((name) => made.has(idOf(name))),
    unlinked: taken.filter(({ needs }) => needs.some((name) => !linked.has(name) && (may.resource || !made.has(idOf(name))))).length,
    unlabelled: may.label ? 0 : taken.filter(({ labels }) => labels.length > 0).length,
  };
}
