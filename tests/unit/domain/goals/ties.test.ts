/** What tasks and goals are for: said and unsaid, made harmless, the days that follow from it, and what is to be done for an event. */
import { expect, test } from 'vitest';
import { EVENT, GOAL, goalNodeOf, mayLinkTask, MILESTONE, TASK } from '#domain/goals';
import { writeCalendar } from '#domain/goals/ical';
import { planOf, WORK_WEEK } from '#domain/goals/planning';
import { deadlineOf, makeFrom, meantDays, planOfWorks, preparedFor, readWork, SCHEDULED_FOR, scheduleFor, scheduleNoLonger, treeOf, WORK_VERB, type Work } from '#domain/goals/work';
import { NO_RULES, PLAN_LIMITS } from '#domain/shared';
import type { EdgeView, NodeRef, SpaceView } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const edge = (type: string, from: string, to: NodeRef, id = `${type}:${from}:${String(to)}`): EdgeView => ({ id, type, from, to, props: {}, by: 'me' });
const thing = (type: string) => (id: string, part: Partial<Work> = {}, edges: EdgeView[] = []): Work => ({ ...readWork(nodeView({ id, type, props: { title: id }, edges }))!, ...part });
const [task, event, milestone, goal] = [thing(TASK), thing(EVENT), thing(MILESTONE), thing(GOAL)];
const is = (...to: string[]): Pick<Work, 'meant'> => ({ meant: to.map((one) => ({ edges: [`e ${one}`], to: one, at: 'fragment' })) });
const all = (...works: Work[]): ReadonlyMap<string, Work> => new Map(works.map((one) => [one.id, one]));
const meant = (...works: Work[]) => meantDays(all(...works), treeOf(works));

test('{C5} a task or a goal is for events and milestones, wherever they stand, and they for nothing; two who say so apart make one link, which goes away whole [limit PLAN.links]', () => {
  const party = event('party', { start: '2026-12-10', fragment: 'elsewhere' });
  expect(scheduleFor(task('a'), party)).toEqual({ ok: true, value: [{ op: 'edge.add', type: SCHEDULED_FOR, from: 'a', to: ['elsewhere', 'party'], verb: WORK_VERB.schedule }] });
  expect(scheduleFor(goal('g'), milestone('m'))).toMatchObject({ value: [{ from: 'g', to: 'm' }] });
  expect(scheduleFor(task('a', { meant: task('a', {}, Array.from({ length: PLAN_LIMITS.links }, (_, i) => edge(SCHEDULED_FOR, 'a', `m${i}`))).meant }), party)).toMatchObject({ error: { code: 'too-many' } });
  expect([scheduleFor(task('a'), task('b')), scheduleFor(task('a'), goal('g')), scheduleFor(event('e'), milestone('m')), scheduleFor(milestone('m'), party), scheduleFor(task('a', is('party')), party)].map((one) => !one.ok && one.error.code)).toEqual(['empty', 'empty', 'empty', 'empty', 'no-change']);
  // Made by a console twice, or by two devices: one thing. Itself, and what stands in another space, are none.
  const twice = task('a', {}, [edge(SCHEDULED_FOR, 'a', 'party', 'y'), edge(SCHEDULED_FOR, 'a', ['fragment', 'party'], 'x'), edge(SCHEDULED_FOR, 'a', 'a'), edge(SCHEDULED_FOR, 'a', ['s', 'f', 'far']), edge(SCHEDULED_FOR, 'a', ['f2', 'm'])]);
  expect(twice.meant.map(({ to, at, edges }) => [to, at, edges])).toEqual([['m', 'f2', [expect.any(String)]], ['party', 'fragment', ['x', 'y']]]);
  expect(scheduleNoLonger(twice.meant[1]!)).toEqual(['x', 'y'].map((id) => ({ op: 'edge.remove', id, verb: WORK_VERB.schedule })));
  expect(task('a', {}, Array.from({ length: PLAN_LIMITS.links + 9 }, (_, i) => edge(SCHEDULED_FOR, 'a', `m${i}`))).meant).toHaveLength(PLAN_LIMITS.links);
});

test('{C5} who may say what a task is for: who may change it, where the rules of the space let them make such links', () => {
  const space = (part: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...part });
  const may = (of: SpaceView, work: Work = task('a')): boolean => mayLinkTask(of, work, 'me', SCHEDULED_FOR, WORK_VERB.schedule);
  expect([may(space()), may(space({ role: 'guest' })), may(space({ comments: ['fragment'] }), task('a', { by: 'anna' })), may(space(), task('a', { deleted: true })), may(space(), task('a', { newer: true }))]).toEqual([true, false, false, false, false]);
  // A rule on the link, on its verb, and on this one task; one on something else is none (control).
  for (const pattern of [SCHEDULED_FOR, WORK_VERB.schedule, 'goals/']) expect(may(space({ rules: { ...NO_RULES, ops: { [pattern]: 'admin' } } }))).toBe(false);
  expect(may(space({ rules: { ...NO_RULES, on: { a: { [SCHEDULED_FOR]: 'admin' } } } }))).toBe(false);
  expect(may(space({ rules: { ...NO_RULES, ops: { 'chat/': 'admin' }, on: { b: { [SCHEDULED_FOR]: 'admin' } } } }))).toBe(true);
});

test('{C5} a task without a day of its own has to be done by the first day of what it, or else its whole, is for; what is not here, has no day or is done asks for nothing', () => {
  const party = event('party', { start: '2026-12-10', due: '2026-12-12' });
  const audit = milestone('audit', { due: '2026-12-08' });
  const works = [party, audit, task('own', { due: '2026-12-01', ...is('party') }), task('one', is('party')), task('both', is('party', 'audit')), task('gone', is('nowhere')), task('free'), task('wrong', is('free'))];
  const days = meant(...works);
  expect(works.map((work) => [work.id, deadlineOf(work, days)])).toEqual([
    ['party', { day: '2026-12-12', of: null }], ['audit', { day: '2026-12-08', of: null }], ['own', { day: '2026-12-01', of: null }], ['one', { day: '2026-12-10', of: 'party' }], ['both', { day: '2026-12-08', of: 'audit' }], ['gone', null], ['free', null], ['wrong', null],
  ]);
  // Through a whole, and through the goal it stands in; its own comes before that of its whole.
  const fair = goal(goalNodeOf('fragment'), is('party'));
  const deep = meant(party, audit, fair, task('box', {}), task('lid', { parent: 'box' }), task('seal', { parent: 'box', ...is('audit') }), task('guest', { fragment: 'other' }));
  expect(['box', 'lid', 'seal', 'guest'].map((id) => deep.get(id)?.of)).toEqual(['party', 'party', 'audit', undefined]);
  // A milestone that is reached, or an event without a day: nothing. Nothing is for anything: the same nothing every time, so that no plan is asked anew.
  expect(meant({ ...audit, done: true }, event('some day'), task('a', is('audit', 'some day'))).get('a')).toBeUndefined();
  expect(meant(task('a'))).toBe(meant(task('b')));
  // Things that are part of each other, as a merge may bring: cut at the least id, as in the tree, and an end.
  const circle = meant(party, task('x', { parent: 'y' }), task('y', { parent: 'z', ...is('party') }), task('z', { parent: 'x' }));
  expect(['x', 'y', 'z'].map((id) => circle.get(id)?.of)).toEqual([undefined, 'party', undefined]);
});

test('{C5} the plan takes that day for a deadline and says whose it is; the day of its own it takes as before, and a whole is not told twice', () => {
  const day = (n: number): Pick<Work, 'estimate'> => ({ estimate: { unit: 'day', low: n, likely: n, high: n } });
  const works = [event('party', { start: '2026-11-30' }), task('late', { ...day(4), ...is('party') }), task('soon', { ...day(1), ...is('party') }), task('own', { ...day(4), due: '2026-11-30' }), task('box', is('party')), task('lid', { ...day(4), parent: 'box' }), task('free', day(4))];
  const asked = planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null, meant: meant(...works) });
  const deadline = (id: string) => asked.tasks.find((one) => one.id === id)!;
  expect(['late', 'soon', 'own', 'box', 'lid', 'free'].map((id) => [id, deadline(id).deadline, deadline(id).for])).toEqual([['late', 960, 'party'], ['soon', 960, 'party'], ['own', 960, undefined], ['box', null, undefined], ['lid', 960, 'party'], ['free', null, undefined]]);
  const { priorities, tasks } = planOf({ ...asked, runs: 0 });
  const why = (id: string) => priorities.find(({ task: of }) => of === id)!.reasons.find((one) => one.why === 'late' || one.why === 'due');
  expect([why('late'), why('soon'), why('own'), why('lid'), why('free')]).toEqual([{ why: 'late', minutes: 960, for: 'party' }, { why: 'due', minutes: 480, for: 'party' }, { why: 'late', minutes: 960 }, { why: 'late', minutes: 960, for: 'party' }, undefined]);
  expect(tasks.filter(({ late }) => late > 0).map(({ id }) => id).sort()).toEqual(['late', 'lid', 'own']);
  // Control: nobody said what it is for.
  expect(planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null }).tasks.find(({ id }) => id === 'late')!.deadline).toBeNull();
});

test('{C5} what is to be done for an event: what says so, and how much of all that is in it is done, each task once', () => {
  const party = event('party', { start: '2026-12-10' });
  const fair = goal(goalNodeOf('fair'), { fragment: 'fair', ...is('party') });
  const works = [party, fair, task('tent', { fragment: 'fair', done: true }), task('beer', { fragment: 'fair', ...is('party') }), event('music', { fragment: 'fair', ...is() }), task('letter', { done: true, ...is('party') }), task('box', is('party')), task('lid', { parent: 'box' }), task('other', is('audit')), goal('empty', is('party'))];
  const { works: said, done, all: count } = preparedFor('party', all(...works), treeOf(works));
  expect(said.map(({ id }) => id).sort()).toEqual([fair.id, 'beer', 'box', 'empty', 'letter'].sort());
  expect([done, count], 'tent, beer, letter, lid and the goal without tasks').toEqual([2, 5]);
  expect(preparedFor('audit', all(...works), treeOf(works)).works.map(({ id }) => id)).toEqual(['other']);
  expect(preparedFor('nowhere', all(...works), treeOf(works))).toEqual({ works: [], done: 0, all: 0 });
});

test('a template hands on what its tasks are for within it; a calendar file says nothing of it', () => {
  const works = [event('party', { start: '2026-12-10' }), task('a', is('party', 'outside'))];
  let n = 0;
  const made = makeFrom(works, { of: 'fragment', into: 'f2', first: null, newId: () => `n${n++}` });
  const edges = made.ok ? made.value.flatMap((op) => (op.op === 'edge.add' ? [[op.type, op.from, op.to]] : [])) : [];
  expect(edges).toHaveLength(1);
  expect(edges[0]![0]).toBe(SCHEDULED_FOR);
  expect(new Set(edges[0]!.slice(1))).toEqual(new Set(['n0', 'n1']));
  expect(writeCalendar(works, '2026-11-27T10:00:00Z')).toBe(writeCalendar(works.map((work) => ({ ...work, meant: [] })), '2026-11-27T10:00:00Z'));
});
