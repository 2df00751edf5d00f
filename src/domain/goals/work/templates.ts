/**
 * Goals that others begin with: their tasks, what waits for what and how long each takes, with days that count from the first. What is made of one is nobody's yet, not begun, and has
 * nothing to do with it any more.
 */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op } from '#os/api';
import { PLAN_LIMITS, refuse, type Refusal } from '#domain/shared';
import { propsOfProperties } from '#domain/shared/properties';
import { WORK_WEEK, workTime } from '#domain/goals/planning';
import { EVENT, MILESTONE, TASK } from '#domain/goals';
import { place, WORK_VERB } from './acts.ts';
import { inOrder } from './order.ts';
import { BLOCKS, DEPENDS_ON, goalNodeOf, NEEDS, PART_OF, SCHEDULED_FOR, type Work } from './things.ts';

const TYPES = { task: TASK, milestone: MILESTONE, event: EVENT } as const;
const DAY_MS = 86_400_000;

/** Says whether others begin with a goal. */
export const setTemplate = (fragment: string, on: boolean): Op[] => [{ op: 'node.set', id: goalNodeOf(fragment), props: { template: on }, verb: WORK_VERB.template }];

/** Things that are somebody's work: without templates and what stands in them, but for the one that is open. */
export function outsideTemplates(works: readonly Work[], open: string | null): readonly Work[] {
  const templates = new Set(works.flatMap((work) => (work.template && work.fragment !== open ? [work.fragment] : [])));
  return templates.size === 0 ? works : works.filter(({ fragment }) => !templates.has(fragment));
}

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const shifted = (day: string, days: number): string => new Date(at(day) + days * DAY_MS).toISOString().slice(0, 10);

/** The first day of these things; null: none has one. */
export const firstDayOf = (works: Iterable<Pick<Work, 'start' | 'due'>>): string | null => [...works].flatMap(({ start, due }) => [start, due].filter((day) => day !== null)).sort()[0] ?? null;

/**
 * Days counted from another first one: in days of work, so that three days after a Friday is a Wednesday wherever the week begins; plainly where one of the two is free. What stood on a
 * free day keeps its distance from the day of work before it.
 */
export function daysFrom(first: string, to: string): (day: string) => string {
  const [own, other] = [workTime(WORK_WEEK, first), workTime(WORK_WEEK, to)];
  const plain = Math.round((at(to) - at(first)) / DAY_MS);
  if (!own.worked(first) || !other.worked(to)) return (day) => shifted(day, plain);
  return (day) => {
    if (own.worked(day)) return other.startDay(own.at(day));
    const before = own.at(day) - WORK_WEEK.minutes;
    const kept = shifted(other.startDay(before), Math.round((at(day) - at(own.startDay(before))) / DAY_MS));
    // Never behind what stood on the next day of work.
    const next = other.startDay(own.at(day));
    return kept < next ? kept : next;
  };
}

/** A day of the calendar that other devices read as one. */
const isShown = (day: string): boolean => day >= '1970-01-01' && day <= '9999-12-31';

export interface FromTemplate {
  /** The goal the things are taken from, and the one they are made in. */
  readonly of: string;
  readonly into: string;
  /** First day of what is made; null: nothing has a day. */
  readonly first: string | null;
  /** 128 random bits, base64url. */
  newId(): string;
}

/** What is made needs the same resources, wherever those stand. */
const needs = (work: Work, from: string, into: string): Op[] => work.needs.map(({ of, at: there, amount }): Op => ({ op: 'edge.add', type: NEEDS, from, to: there === into ? of : [there, of], props: { amount }, verb: WORK_VERB.need }));

/** The things of one goal made anew in another, as one act. */
export function makeFrom(works: readonly Work[], { of, into, first, newId }: FromTemplate): Result<Op[], Refusal> {
  const things = works.filter((work): work is Work & { kind: keyof typeof TYPES } => work.kind !== 'goal' && !work.deleted).sort(inOrder);
  if (things.length === 0) return err(refuse('empty'));
  if (things.length > PLAN_LIMITS.bulk) return err(refuse('too-many'));
  const ids = new Map(things.map(({ id }) => [id, newId()]));
  const begins = firstDayOf(things);
  const move = begins === null || first === null ? null : daysFrom(begins, first);
  const day = (name: 'start' | 'due', given: string | null): Record<string, JsonValue> => {
    const moved = given === null || !move ? null : move(given);
    return moved === null || !isShown(moved) ? {} : { [name]: moved };
  };
  const nodes = things.flatMap((work): Op[] => {
    const id = ids.get(work.id)!;
    const { estimate } = work;
    const props: Record<string, JsonValue> = {
      title: work.title, ...day('start', work.start), ...day('due', work.due), ...(work.priority === 'normal' ? {} : { priority: work.priority }), ...(work.again === null ? {} : { again: work.again }),
      ...(work.remind.length > 0 ? { remind: [...work.remind] } : {}), ...(estimate ? { estimate: [estimate.unit, estimate.low, estimate.likely, estimate.high] } : {}), ...propsOfProperties(work.properties),
    };
    return [{ op: 'node.create', id, type: TYPES[work.kind], props, verb: WORK_VERB.fromTemplate }, ...work.labels.map((value): Op => ({ op: 'set.add', id, prop: 'labels', value, verb: WORK_VERB.label }))];
  });
  const edges = things.flatMap((work): Op[] => {
    const from = ids.get(work.id)!;
    const link = (type: string, other: string | null, props: Record<string, JsonValue> = {}): Op[] => {
      const to = other === null ? undefined : ids.get(other);
      return to === undefined ? [] : [{ op: 'edge.add', type, from, to, props, verb: WORK_VERB.depend }];
    };
    return [...(work.parent === goalNodeOf(of) ? [] : link(PART_OF, work.parent)), ...work.waits.flatMap(({ on, kind, lag }) => link(DEPENDS_ON, on, { kind, lag })), ...work.blocks.flatMap((on) => link(BLOCKS, on)), ...work.meant.flatMap(({ to }) => link(SCHEDULED_FOR, to)), ...needs(work, from, into)];
  });
  let last: string | undefined;
  const places = things.filter(({ ord }) => ord !== null).flatMap(({ id }) => {
    const own = place(ids.get(id)!, { after: last });
    last = ids.get(id);
    return own;
  });
  return ok([...nodes, ...edges, ...places]);
}
