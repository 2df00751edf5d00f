/** What tasks and goals are for, events and milestones: each may be for several, and a part is for what its whole is for. And what things of work have to do with elsewhere: documents, messages, calls. */
import { err, ok, type Result } from '#base/result';
import type { Op } from '#os/api';
import { LINKED } from '#domain/goals';
import { PLAN_LIMITS, refuse, type Refusal } from '#domain/shared';
import { refTo, WORK_VERB } from './acts.ts';
import { inOrder } from './order.ts';
import { remindedDay } from './reminders.ts';
import { SCHEDULED_FOR, type Tie, type Work } from './things.ts';
import type { Tree } from './tree.ts';

/** Things may be for an event or a milestone, which are for nothing themselves. */
export const isOccasion = ({ kind }: Pick<Work, 'kind'>): boolean => kind === 'event' || kind === 'milestone';

/** The day an event begins, or a milestone is due. */
export const occasionDay = remindedDay;

/** Says that a task or a goal is for an event or a milestone. */
export function scheduleFor(work: Pick<Work, 'id' | 'fragment' | 'kind' | 'meant'>, to: Pick<Work, 'id' | 'fragment' | 'kind'>): Result<Op[], Refusal> {
  if (isOccasion(work) || !isOccasion(to)) return err(refuse('empty'));
  if (work.meant.some((one) => one.to === to.id)) return err(refuse('no-change'));
  if (work.meant.length >= PLAN_LIMITS.links) return err(refuse('too-many'));
  return ok([{ op: 'edge.add', type: SCHEDULED_FOR, from: work.id, to: refTo(work, to), verb: WORK_VERB.schedule }]);
}

/** It is not for that after all; also how a link to what is gone is taken away. */
export const scheduleNoLonger = ({ edges }: Pick<Tie, 'edges'>): Op[] => edges.map((id) => ({ op: 'edge.remove', id, verb: WORK_VERB.schedule }));

/** Something of the space outside of the lens: its node, and the fragment that stands in. */
export interface LinkTarget {
  readonly node: string;
  readonly fragment: string;
}

/** Links a thing of work with something outside of the lens. */
export function linkWith(work: Pick<Work, 'id' | 'fragment' | 'linked'>, { node, fragment }: LinkTarget): Result<Op[], Refusal> {
  if (work.linked.some(({ to }) => to === node)) return err(refuse('no-change'));
  if (work.linked.length >= PLAN_LIMITS.links) return err(refuse('too-many'));
  return ok([{ op: 'edge.add', type: LINKED, from: work.id, to: refTo(work, { id: node, fragment }), verb: WORK_VERB.link }]);
}

/** Takes such a link away; also one to what is gone. */
export const linkNoLonger = ({ edges }: Pick<Tie, 'edges'>): Op[] => edges.map((id) => ({ op: 'edge.remove', id, verb: WORK_VERB.link }));

/** A day by which something has to be done, and the event or milestone whose day it is. */
export interface Meant {
  readonly day: string;
  readonly of: string;
}

export const NOTHING_MEANT: ReadonlyMap<string, Meant> = new Map();

/** The first day of what each thing is for, or else of what its whole is for; what is done already asks for nothing any more. */
export function meantDays(all: ReadonlyMap<string, Work>, { whole }: Pick<Tree, 'whole'>): ReadonlyMap<string, Meant> {
  const out = new Map<string, Meant>();
  for (const work of all.values()) {
    if (work.meant.length === 0 || isOccasion(work)) continue;
    const [first] = work.meant.flatMap(({ to }): Meant[] => {
      const of = all.get(to);
      const day = of && isOccasion(of) && !of.done ? occasionDay(of) : null;
      return day === null ? [] : [{ day, of: to }];
    }).sort((a, b) => (a.day === b.day ? (a.of < b.of ? -1 : 1) : a.day < b.day ? -1 : 1));
    if (first) out.set(work.id, first);
  }
  if (out.size === 0) return NOTHING_MEANT;
  const none = new Set<string>();
  for (const id of all.keys()) {
    const way: string[] = [];
    let at: string | null = id;
    while (at !== null && !out.has(at) && !none.has(at)) {
      way.push(at);
      at = whole.get(at) ?? null;
    }
    const found = at === null ? undefined : out.get(at);
    for (const one of way) {
      if (found) out.set(one, found);
      else none.add(one);
    }
  }
  return out;
}

/** By when a thing has to be done: its own day (`of` null), or for a task without one that of what it is for. */
export function deadlineOf({ id, kind, due }: Pick<Work, 'id' | 'kind' | 'due'>, meant: ReadonlyMap<string, Meant>): { readonly day: string; readonly of: string | null } | null {
  if (due !== null) return { day: due, of: null };
  return kind === 'task' ? (meant.get(id) ?? null) : null;
}

/** What is to be done for an event or a milestone: the things that say so, and how many of the tasks in them are done, each counted once. */
export interface Prepared {
  readonly works: readonly Work[];
  readonly done: number;
  readonly all: number;
}

/** In their order; what is part of a whole that is for it counts with that. */
export function preparedFor(id: string, all: ReadonlyMap<string, Work>, { parts }: Pick<Tree, 'parts'>): Prepared {
  const works = [...all.values()].filter((work) => !isOccasion(work) && work.meant.some(({ to }) => to === id)).sort(inOrder);
  const said = new Set(works.map((work) => work.id));
  const seen = new Set(said);
  let [done, count] = [0, 0];
  for (const open = [...works]; open.length > 0; ) {
    const one = open.pop()!;
    const inside = parts.get(one.id) ?? [];
    for (const part of inside) {
      if (seen.has(part.id)) continue;
      seen.add(part.id);
      open.push(part);
    }
    if (inside.length > 0 || one.id === id || one.kind === 'event' || (one.kind === 'goal' && !said.has(one.id))) continue;
    done += one.done ? 1 : 0;
    count += 1;
  }
  return { works, done, all: count };
}
