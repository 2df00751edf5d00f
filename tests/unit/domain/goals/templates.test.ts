/** A goal as a template: its tasks made anew, with days that count from another first one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EdgeView, JsonValue, Op } from '#os/api';
import { workTime, WORK_WEEK } from '#domain/goals/planning';
import { EVENT, GOAL, TASK } from '#domain/goals';
import { BLOCKS, daysFrom, DEPENDS_ON, firstDayOf, goalNodeOf, makeFrom, outsideTemplates, PART_OF, readWork, setTemplate, WORK_VERB, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const edge = (type: string, to: string, props: Record<string, JsonValue> = {}): EdgeView => ({ id: `${type}/${to}`, type, to, props }) as EdgeView;
const thing = (id: string, props: Record<string, JsonValue> = {}, more: { edges?: EdgeView[]; type?: string; sets?: Record<string, JsonValue[]>; ord?: string } = {}): Work =>
  readWork(nodeView({ id, type: more.type ?? TASK, fragment: 'f', props: { title: id, ...props }, edges: more.edges ?? [], sets: more.sets ?? {}, ...(more.ord === undefined ? {} : { ord: more.ord }) }))!;
/** What the operations make, read as another device reads it. */
function made(works: readonly Work[], first: string | null): Work[] {
  let n = 0;
  const all = makeFrom(works, { of: 'f', into: 'g', first, newId: () => `new${n++}` });
  if (!all.ok) throw new Error(all.error.code);
  const of = <K extends Op['op']>(op: K): Extract<Op, { op: K }>[] => all.value.filter((one): one is Extract<Op, { op: K }> => one.op === op);
  return of('node.create').map(({ id, type, props }) => readWork(nodeView({
    id: id!, type, fragment: 'g', props, edges: of('edge.add').filter(({ from }) => from === id).map((one) => edge(one.type, String(one.to), one.props)), sets: { labels: all.value.flatMap((one) => (one.op === 'set.add' && one.id === id ? [one.value] : [])) },
    ...(of('pos.set').some((one) => one.id === id) ? { ord: 'a' } : {}),
  }))!);
}

test('{C5} a goal is begun with a template: tasks, waits, parts, estimates, labels and properties anew, not begun and nobody’s, days counted from the first', () => {
  const works = [
    thing('book', { due: '2026-11-27', done: true, assignee: 'vera', 'property/AAAAAAAA': ['number', 'Crew', 1], 'property/AAAAAAAA/value': 4 }, { sets: { labels: ['hall'], helpers: ['boris'] } }),
    thing('print', { start: '2026-11-30', due: '2026-12-02', status: 'doing', priority: 'high', estimate: ['day', 1, 2, 3], remind: [60], again: 'FREQ=YEARLY', kept: 'BEGIN:VCALENDAR' }, { edges: [edge(DEPENDS_ON, 'book', { kind: 'SS', lag: 4 }), edge(PART_OF, 'fair'), edge(DEPENDS_ON, 'elsewhere')] }),
    thing('fair', { start: '2026-12-05' }, { type: EVENT, edges: [edge(PART_OF, goalNodeOf('f')), edge(BLOCKS, 'book')] }),
    thing('goal', { template: true }, { type: GOAL }),
  ];
  expect(firstDayOf(works)).toBe('2026-11-27');
  const found = new Map(made(works, '2027-03-01').map((work) => [work.title, work]));
  expect([...found.keys()].sort()).toEqual(['book', 'fair', 'print']);
  const [book, print, fair] = ['book', 'print', 'fair'].map((title) => found.get(title)!) as [Work, Work, Work];
  // Friday to Wednesday are three days of work; a Saturday stays the day after the sixth one.
  expect([book.due, print.start, print.due, fair.start]).toEqual(['2027-03-01', '2027-03-02', '2027-03-04', '2027-03-09']);
  expect(book).toMatchObject({ done: false, assignee: null, helpers: [], labels: ['hall'], properties: [{ name: 'Crew', value: 4 }] });
  expect(print).toMatchObject({ status: 'next', priority: 'high', estimate: { unit: 'day', low: 1, likely: 2, high: 3 }, remind: [60], again: 'FREQ=YEARLY', kept: null, parent: fair.id });
  expect(print.waits).toMatchObject([{ on: book.id, kind: 'SS', lag: 4 }]);
  expect(fair).toMatchObject({ kind: 'event', parent: null, blocks: [book.id] });
  expect(made(works, null).map(({ start, due }) => [start, due])).toEqual([[null, null], [null, null], [null, null]]);
  expect(made([thing('late', { due: '9999-12-30' }), thing('soon', { due: '2026-11-30' })], '9999-12-31').find(({ title }) => title === 'late')!.due).toBe('9999-12-31');
});

test('what is ordered by hand keeps its order, and a template has so many tasks at most [limit PLAN.bulk]', () => {
  const all = makeFrom([thing('b', {}, { ord: 'b' }), thing('c'), thing('a', {}, { ord: 'a' })], { of: 'f', into: 'g', first: null, newId: (() => { let n = 0; return () => `n${n++}`; })() });
  expect(all.ok && all.value.filter(({ op }) => op === 'pos.set')).toEqual([{ op: 'pos.set', id: 'n0', parent: null, verb: WORK_VERB.order }, { op: 'pos.set', id: 'n1', parent: null, after: 'n0', verb: WORK_VERB.order }]);
  const many = Array.from({ length: PLAN_LIMITS.bulk + 1 }, (_, n) => thing(`t${n}`));
  expect([makeFrom(many, { of: 'f', into: 'g', first: null, newId: () => 'x' }), makeFrom([], { of: 'f', into: 'g', first: null, newId: () => 'x' })]).toMatchObject([{ ok: false, error: { code: 'too-many' } }, { ok: false, error: { code: 'empty' } }]);
  expect(makeFrom(many.slice(1), { of: 'f', into: 'g', first: null, newId: () => 'x' }).ok).toBe(true);
});

test('days moved to another first day keep their order and their distance in days of work', () => {
  const day = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
  fc.assert(fc.property(day, day, day, day, (first, to, one, two) => {
    const move = daysFrom(first, to);
    expect(move(first)).toBe(to);
    if (one <= two) expect(move(one) <= move(two)).toBe(true);
    const [was, is] = [workTime(WORK_WEEK, first), workTime(WORK_WEEK, to)];
    if ([first, one].every((each) => was.worked(each)) && is.worked(to)) expect(is.at(move(one))).toBe(was.at(one));
  }));
  expect([daysFrom('2026-11-28', '2026-12-05')('2026-11-30'), daysFrom('2026-11-27', '2026-11-30')('2026-11-28')]).toEqual(['2026-12-07', '2026-12-01']);
  // From a Wednesday to a Thursday, the Friday comes on a Monday: the Sunday behind it is not later than the Monday behind that.
  expect(['2034-12-29', '2034-12-30', '2034-12-31', '2035-01-01'].map(daysFrom('2020-01-01', '2020-08-06'))).toEqual(['2035-08-06', '2035-08-07', '2035-08-07', '2035-08-07']);
});

test('what stands in a template is nobody’s work, but where it is open', () => {
  const [goal, task, other] = [readWork(nodeView({ id: goalNodeOf('T'), type: GOAL, fragment: 'T', props: { template: true } }))!, readWork(nodeView({ id: 'a', type: TASK, fragment: 'T', props: { title: 'a', template: true } }))!, thing('b')];
  expect(outsideTemplates([goal, task, other], null)).toEqual([other]);
  expect(outsideTemplates([goal, task, other], 'T')).toEqual([goal, task, other]);
  expect([goal.template, task.template]).toEqual([true, false]);
  // Nobody hides the tasks of a place by another node of it.
  expect(readWork(nodeView({ id: 'x', type: GOAL, fragment: 'T', props: { template: true } }))!.template).toBe(false);
  expect(setTemplate('T', true)).toEqual([{ op: 'node.set', id: goalNodeOf('T'), props: { template: true }, verb: WORK_VERB.template }]);
});
