/**
 * Resources: what tasks need and there is only so much of, a machine or a room. Its amount, the days between which it is there, and those on which it is away are registers and a set of
 * their own; a task says how much of it it needs for as long as it takes.
 */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeRef, NodeView, Op } from '#os/api';
import { workTime, type Demand, type Shut, type WorkCalendar } from '#domain/goals/planning';
import { capacityOf, readTask, RESOURCE, TASK, type Task } from '#domain/goals';
import { makeTask } from '#domain/goals/words';
import { isDay, PLAN_LIMITS, refuse, type Refusal } from '#domain/shared';
import { WORK_VERB } from './acts.ts';
import { NEEDS, type Need, type Work } from './things.ts';

/** Days on which it is not there, both included. */
export interface Away {
  readonly from: string;
  readonly to: string;
}

export interface Resource extends Pick<Task, 'id' | 'fragment' | 'title' | 'by' | 'deleted' | 'newer' | 'stamp'> {
  /** How much of it there is at once. */
  readonly capacity: number;
  /** The first and the last day on which it is there; null: no such day. */
  readonly from: string | null;
  readonly until: string | null;
  /** The earliest first. */
  readonly away: readonly Away[];
}

const isAway = (value: JsonValue): value is string => {
  const [from, to, more] = typeof value === 'string' ? value.split('/') : [];
  return isDay(from) && isDay(to) && from <= to && more === undefined;
};

/** A resource, or null when the node is none. Whatever a peer put into it is made harmless. */
export function readResource(node: NodeView): Resource | null {
  if (node.type !== RESOURCE) return null;
  const { id, fragment, title, by, deleted, newer, stamp } = readTask({ ...node, type: TASK })!;
  const { from, until } = node.props;
  const away = [...new Set((node.sets['away'] ?? []).filter(isAway))].sort().slice(0, PLAN_LIMITS.away).map((one) => ({ from: one.slice(0, 10), to: one.slice(11) }));
  return { id, fragment, title, by, deleted, newer, stamp, capacity: capacityOf(node), from: isDay(from) ? from : null, until: isDay(until) ? until : null, away };
}

/** A new one; there is one of it. */
export function makeResource(title: string): Result<Op[], Refusal> {
  const made = makeTask({ title });
  return made.ok ? ok(made.value.map((op): Op => (op.op === 'node.create' ? { ...op, type: RESOURCE, verb: WORK_VERB.makeResource } : op))) : made;
}

const amountOf = (amount: number, least: number): Result<number, Refusal> => {
  if (!Number.isFinite(amount) || amount < least) return err(refuse('empty'));
  return amount > PLAN_LIMITS.amount ? err(refuse('too-long')) : ok(Math.round(amount * 100) / 100);
};

/** How much of it there is; none: it is broken, say. */
export function setCapacity({ id, capacity }: Pick<Resource, 'id' | 'capacity'>, amount: number): Result<Op[], Refusal> {
  const made = amountOf(amount, 0);
  if (!made.ok) return made;
  return made.value === capacity ? err(refuse('no-change')) : ok([{ op: 'node.set', id, props: { capacity: made.value }, verb: WORK_VERB.resource }]);
}

/** The first or the last day on which it is there; null: none. */
export function setThere(one: Pick<Resource, 'id' | 'from' | 'until'>, end: 'from' | 'until', day: string | null): Result<Op[], Refusal> {
  if (day !== null && !isDay(day)) return err(refuse('empty'));
  return one[end] === day ? err(refuse('no-change')) : ok([{ op: 'node.set', id: one.id, props: { [end]: day }, verb: WORK_VERB.resource }]);
}

/** It is away on these days, or not after all. */
export function setAway({ id, away }: Pick<Resource, 'id' | 'away'>, { from, to }: Away, on: boolean): Result<Op[], Refusal> {
  const value = `${from}/${to}`;
  if (!isAway(value)) return err(refuse('empty'));
  const known = away.some((one) => one.from === from && one.to === to);
  if (known === on) return err(refuse('no-change'));
  if (on && away.length >= PLAN_LIMITS.away) return err(refuse('too-many'));
  return ok([{ op: on ? 'set.add' : 'set.remove', id, prop: 'away', value, verb: WORK_VERB.resource }]);
}

const refOf = (from: Pick<Work, 'fragment'>, to: Pick<Resource, 'id' | 'fragment'>): NodeRef => (from.fragment === to.fragment ? to.id : [to.fragment, to.id]);

/** A task needs so much of a resource. */
export function needOf(work: Pick<Work, 'id' | 'fragment' | 'needs'>, of: Pick<Resource, 'id' | 'fragment'>, amount = 1): Result<Op[], Refusal> {
  if (work.needs.some((need) => need.of === of.id)) return err(refuse('no-change'));
  if (work.needs.length >= PLAN_LIMITS.links) return err(refuse('too-many'));
  const made = amountOf(amount, 0.01);
  return made.ok ? ok([{ op: 'edge.add', type: NEEDS, from: work.id, to: refOf(work, of), props: { amount: made.value }, verb: WORK_VERB.need }]) : made;
}

/** So much of it. */
export function setNeed({ edge, amount: now }: Pick<Need, 'edge' | 'amount'>, amount: number): Result<Op[], Refusal> {
  const made = amountOf(amount, 0.01);
  if (!made.ok) return made;
  return made.value === now ? err(refuse('no-change')) : ok([{ op: 'edge.set', id: edge, props: { amount: made.value }, verb: WORK_VERB.need }]);
}

/** It is not needed after all. */
export const needNoLonger = (need: Pick<Need, 'edges'>): Op[] => need.edges.map((id) => ({ op: 'edge.remove', id, verb: WORK_VERB.need }));

/** Under which name the engine knows a resource; no uid is one. */
export const resourceKey = (id: string): string => `#${id}`;
/** The id behind such a name; null: it is a person. */
export const resourceOf = (key: string): string | null => (key.startsWith('#') ? key.slice(1) : null);

const hundredths = (amount: number): number => Math.round(amount * 100);

/** What open tasks ask of these resources; one that is not here is asked for nothing. */
export const needsOf = (works: readonly Pick<Work, 'id' | 'needs'>[], resources: ReadonlyMap<string, Resource>): Demand[] =>
  works.flatMap(({ id, needs }) => needs.flatMap(({ of, amount }) => (resources.has(of) ? [{ task: id, resource: resourceKey(of), units: hundredths(amount) }] : [])));

export const capacitiesOf = (resources: ReadonlyMap<string, Resource>): [resource: string, units: number][] => [...resources.values()].map(({ id, capacity }) => [resourceKey(id), hundredths(capacity)]);

/** When they are not there, in minutes of the plan. */
export function shutOf(resources: ReadonlyMap<string, Resource>, calendar: WorkCalendar, today: string): Shut[] {
  const time = workTime(calendar, today);
  return [...resources.values()].flatMap(({ id, from, until, away }) => {
    const all: [number, number][] = [...(from === null ? [] : [[0, time.at(from)] as [number, number]]), ...(until === null ? [] : [[Math.max(0, time.end(until)), Number.MAX_SAFE_INTEGER] as [number, number]]), ...away.map((one): [number, number] => [Math.max(0, time.at(one.from)), time.end(one.to)])];
    return all.filter(([begin, end]) => end > begin).map(([begin, end]): Shut => [resourceKey(id), begin, end]);
  });
}

/** By title. */
export const byTitle = (resources: Iterable<Resource>): Resource[] => [...resources].sort((a, b) => a.title.localeCompare(b.title) || (a.id < b.id ? -1 : 1));
