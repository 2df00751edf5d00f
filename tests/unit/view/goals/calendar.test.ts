/** Weeks and days of the calendar, and which proposals are told. */
import { expect, test, vi } from 'vitest';
import { TASK } from '#domain/goals';
import { daysOf } from '#domain/goals/again';
import { planOf, WORK_WEEK, workTime } from '#domain/goals/planning';
import { planOfWorks, readWork, type Work } from '#domain/goals/work';
import type { Op } from '#os/api';
import { nodeView } from '#tests/support/node-view';
import '#view/kit/goals-words.ts';
import { createI18n, loadWords } from '#view/kit/i18n.tsx';
import { calendarWords } from '#view/goals/calendar-files.ts';
import { moveToDay } from '#view/goals/calendar.tsx';
import { daysSeen, entriesOf, mondayOf, ownDay, stepTo } from '#view/goals/calendar-model.ts';
import { movesOf, prioritiesShown } from '#view/goals/proposals-model.ts';

const work = (id: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id } }))!, ...part });

test('a month is whole weeks from a Monday, a week is seven days; steps stay in the calendar', () => {
  const month = daysSeen('month', '2026-11-30');
  expect([month[0], month.at(-1), month.length]).toEqual(['2026-10-26', '2026-12-06', 42]);
  expect([daysSeen('month', '2027-02-10').length, daysSeen('week', '2026-11-29')[0], mondayOf('2026-11-30')]).toEqual([28, '2026-11-23', '2026-11-30']);
  expect([stepTo('month', '2026-12-31', 1), stepTo('month', '2026-01-15', -1), stepTo('week', '2026-11-30', 1)]).toEqual(['2027-01-01', '2025-12-01', '2026-12-07']);
  expect([stepTo('month', '9999-12-01', 1), daysSeen('week', '9999-12-31').length]).toEqual(['9999-12-01', 7]);
});

test('things stand in their days: due, begin, all days of an event, and each day they come again', () => {
  const works = [work('due', { due: '2026-12-02', start: '2026-11-30' }), work('begins', { start: '2026-12-01' }), work('none'), { ...work('party', { start: '2026-12-01', due: '2026-12-03' }), kind: 'event' as const }, work('again', { due: '2026-12-01', again: 'FREQ=DAILY;INTERVAL=2' }), work('over', { due: '2026-12-01', again: 'FREQ=DAILY', done: true })];
  const entries = entriesOf(works, daysSeen('week', '2026-12-01'), daysOf);
  expect([...entries].map(([day, list]) => [day.slice(8), list.map((one) => `${one.work.id}${one.again ? '*' : ''}`).join(' ')])).toEqual([
    ['30', ''], ['01', 'begins party again over'], ['02', 'due party'], ['03', 'party again*'], ['04', ''], ['05', 'again*'], ['06', ''],
  ]);
  expect([...entriesOf(works, daysSeen('week', '2026-12-01'), null).values()].flat().some(({ again }) => again)).toBe(false);
  expect([ownDay(works[0]!), ownDay(works[2]!)]).toEqual(['2026-12-02', null]);
});

test('moving to another day: what is due is due then, an event keeps its length, what one may not change stays; it is told whether it moved', async () => {
  const ran: Op[][] = [];
  const acts = { may: vi.fn(() => true), run: (ops: Op[]) => (ran.push(ops), Promise.resolve(true)), tick: () => Promise.resolve(true), tickAll: () => Promise.resolve(true), begin: () => Promise.resolve(true) };
  expect(await moveToDay({ acts }, work('a', { due: '2026-12-02' }), '2026-12-05')).toBe(true);
  await moveToDay({ acts }, { ...work('e', { start: '2026-12-01', due: '2026-12-03' }), kind: 'event' }, '2026-12-31');
  await moveToDay({ acts }, work('b', { start: '2026-12-02' }), '2026-12-05');
  expect(await moveToDay({ acts }, work('a', { due: '2026-12-05' }), '2026-12-05')).toBe(false);
  acts.may.mockReturnValue(false);
  expect(await moveToDay({ acts }, work('c', { due: '2026-12-02' }), '2026-12-05')).toBe(false);
  expect(ran.map((ops) => ops.map((op) => 'props' in op && op.props))).toEqual([[{ due: '2026-12-05' }], [{ start: '2026-12-31' }, { due: '2027-01-02' }], [{ start: '2026-12-05' }]]);
});

test('proposals that are told: another priority with its reasons, another day with who was not free', () => {
  const today = '2026-11-30';
  const works = [work('a', { assignee: 'mira', due: '2026-11-30' }), work('b', { assignee: 'mira' }), work('c', { assignee: 'mira', priority: 'low' })];
  const all = new Map(works.map((one) => [one.id, one]));
  const answer = planOf(planOfWorks(works, { calendar: WORK_WEEK, today, seed: 's', target: null }));
  const told = prioritiesShown(answer.priorities, all);
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ work: one, level, reasons }) => one.priority !== level && reasons.length > 0)).toBe(true);
  const moves = movesOf({ answer, time: workTime(WORK_WEEK, today) }, all);
  expect(moves.map(({ from, to, person }) => [from, to, person])).toEqual([['2026-11-30', '2026-12-01', 'mira'], ['2026-11-30', '2026-12-02', 'mira']]);
  expect(prioritiesShown([{ task: 'gone', level: 'high', reasons: [{ why: 'critical' }] }, { task: 'b', level: 'normal', reasons: [{ why: 'critical' }] }], all)).toEqual([]);
});

test('what of a calendar file did not come in is said with why, in both languages; nothing is said where all came', async () => {
  await loadWords('ru');
  const all = { resources: [], things: [], known: 0, trashed: 0, lost: 0, refused: { task: 0, event: 0 }, without: [], unlinked: 0, unlabelled: 0 };
  const read = { left: 0, broken: 0 };
  expect(calendarWords(createI18n('en'), all, read)).toEqual([]);
  const some = { ...all, known: 2, trashed: 1, refused: { task: 0, event: 1 }, without: ['Crane', 'Van', 'Hall 2', 'Boat'], unlinked: 1 };
  const told = calendarWords(createI18n('en'), some, read);
  expect(told).toEqual([
    '2 were here already.', '1 lies in the trash and comes back from there.', '1 event was left out: the rules of this space do not let you make events here.',
    expect.stringMatching(/^4 resources were left out: the rules of this space do not let you make resources here \(Crane, Van, Hall 2,? and …\)\. The tasks came without them\.$/),
    '1 task came without what it needs: the rules of this space do not let you say that here.',
  ]);
  expect(calendarWords(createI18n('ru'), { ...all, without: ['Кран'] }, read)).toEqual(['1 ресурс опущен: правила пространства не дают вам создавать здесь ресурсы (Кран). Задачи загружены без него.']);
  const odd = { ...all, unlabelled: 2 };
  expect(calendarWords(createI18n('en'), odd, { left: 0, broken: 1 })).toEqual(['1 is written in a way that cannot be read, and was left out.', '2 came without their labels: the rules of this space do not let you set them here.']);
  expect(calendarWords(createI18n('ru'), odd, { left: 0, broken: 1 })).toEqual(['1 записана так, что её не прочесть, и опущена.', '2 загружены без меток: правила пространства не дают вам ставить их здесь.']);
});
