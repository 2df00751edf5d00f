/**
 * A task that comes again. Ticked, it stays done, and the next one is made beside it under an id that everybody computes alike: two people who tick it
 * while apart make one next task, and whoever ticks it twice makes none.
 */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op } from '#os/api';
import { derivedId, PLAN_LIMITS, refuse, type Refusal } from '#domain/shared';
import { propsOfProperties } from '#domain/shared/properties';
import { TASK, tickTask } from '#domain/goals';
import { NEEDS, WORK_VERB, type Work } from '#domain/goals/work';
import { nextDay } from './days.ts';
import { readRule, ruleText } from './rule.ts';

const AGAIN_VERB = 'goals/task.again@1';

/** Says by which rule it comes again; null: not. The day it is due, or begins, is the first one. */
export function setAgain(work: Pick<Work, 'id' | 'again'>, text: string | null): Result<Op[], Refusal> {
  const rule = text === null ? null : readRule(text);
  if (text !== null && !rule) return err(refuse('empty'));
  const again = rule && ruleText(rule);
  return again === work.again ? err(refuse('no-change')) : ok([{ op: 'node.set', id: work.id, props: { again }, verb: AGAIN_VERB }]);
}

/** The first of a row of tasks, whose days are counted from there: "every 31st" does not become every 28th after a February. */
const firstOf = (work: Work): string | null => work.row?.first ?? work.due ?? work.start;

/** Id of the one that comes after a task. By that task alone: whoever ticks it, on whatever day, and wherever it was moved meanwhile, makes the same one. */
export const againId = (ticked: string): string => derivedId('lgos/again/2', ticked);

/** The next one: its day and its id; null where nothing comes any more. Days that are past are left out: what was not done for a month comes once. */
export function nextOf(work: Work, today: string): { id: string; day: string } | null {
  const first = firstOf(work);
  const own = work.due ?? work.start;
  if (work.again === null || first === null || own === null || work.kind !== 'task') return null;
  const yesterday = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const day = nextDay(work.again, first, own > yesterday ? own : yesterday);
  return day === null ? null : { day, id: againId(work.id) };
}

/** What people gave it goes on with it, while that is not very long. */
function handed({ properties }: Work): Record<string, JsonValue> {
  const props = propsOfProperties(properties);
  return JSON.stringify(props).length > PLAN_LIMITS.handedUnits ? {} : props;
}

const shifted = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const between = (from: string, to: string): number => (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;

/**
 * Makes the next one, in the same fragment. Nothing when it is there already: `known` says so, deleted ones included. What it begins with stands with its row,
 * apart from its fields (BEGUN): made once more by who was apart, it does not write over what was changed of it meanwhile.
 */
export function beginNext(work: Work, today: string, known: (id: string) => boolean): Op[] {
  const next = nextOf(work, today);
  if (!next || known(next.id)) return [];
  const own = work.due ?? work.start!;
  const start = work.start === null ? null : work.due === null ? next.day : shifted(next.day, between(own, work.start));
  const begun: Record<string, JsonValue> = {
    title: work.title, again: work.again, ...(work.due === null ? {} : { due: next.day }), ...(start === null ? {} : { start }),
    ...(work.priority === 'normal' ? {} : { priority: work.priority }), ...(work.remind.length > 0 ? { remind: [...work.remind] } : {}),
    ...(work.estimate === null ? {} : { estimate: [work.estimate.unit, work.estimate.low, work.estimate.likely, work.estimate.high] }),
    ...handed(work),
  };
  const props = { row: [work.row?.root ?? work.id, firstOf(work)!, begun], ...(work.assignee === null ? {} : { assignee: work.assignee }) };
  const sets = (prop: 'labels' | 'helpers'): Op[] => work[prop].map((value): Op => ({ op: 'set.add', id: next.id, prop, value, verb: WORK_VERB.label }));
  const needs = work.needs.map(({ of, at, amount }): Op => ({ op: 'edge.add', type: NEEDS, from: next.id, to: at === work.fragment ? of : [at, of], props: { amount }, verb: WORK_VERB.need }));
  return [{ op: 'node.create', id: next.id, type: TASK, props, verb: AGAIN_VERB }, ...sets('labels'), ...sets('helpers'), ...needs];
}

/** Ticks a task; one that comes again makes the next. Taking the tick back leaves that one where it is. */
export const tickAgain = (work: Work, done: boolean, today: string, known: (id: string) => boolean): Op[] => [...tickTask(work.id, done), ...(done && !work.done ? beginNext(work, today, known) : [])];
