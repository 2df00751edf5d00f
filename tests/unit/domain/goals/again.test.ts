import { expect, test } from 'vitest';
import { TASK } from '#domain/goals';
import { againId, beginNext, daysOf, nextDay, nextOf, plainRule, readRule, ruleText, setAgain, tickAgain } from '#domain/goals/again';
import { readWork, setReminders, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import type { NodeView } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const work = (part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id: 't', type: TASK, props: { title: 'Water the herbs', due: '2026-11-30', again: 'FREQ=WEEKLY' }, sets: { labels: ['home'] } }))!, ...part });
const never = (): boolean => false;

test('days of rules as the examples of RFC 5545 have them', () => {
  const cases: [rule: string, first: string, from: string, to: string, days: string[]][] = [
    // 3.8.5.3: daily for 10 occurrences; every other day; every 10 days, 5 occurrences.
    ['FREQ=DAILY;COUNT=10', '1997-09-02', '1997-09-09', '1997-12-31', ['1997-09-09', '1997-09-10', '1997-09-11']],
    ['FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '1997-09-01', '1997-12-31', ['1997-09-02', '1997-09-12', '1997-09-22', '1997-10-02', '1997-10-12']],
    // Every other week, the week begins on Sunday or Monday: other days.
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', '1997-08-01', '1997-12-31', ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24']],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', '1997-08-01', '1997-12-31', ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31']],
    // Monthly on the first Friday, the second to last Monday, the third to last day; the last work day.
    ['FREQ=MONTHLY;COUNT=3;BYDAY=1FR', '1997-09-05', '1997-09-01', '1998-12-31', ['1997-09-05', '1997-10-03', '1997-11-07']],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=-2MO', '1997-09-22', '1997-09-01', '1998-12-31', ['1997-09-22', '1997-10-20', '1997-11-17']],
    ['FREQ=MONTHLY;BYMONTHDAY=-3', '1997-09-28', '1997-09-01', '1997-12-31', ['1997-09-28', '1997-10-29', '1997-11-28', '1997-12-29']],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '1997-09-30', '1997-09-01', '1997-11-30', ['1997-09-30', '1997-10-31', '1997-11-28']],
    // A 31st comes only where there is one; Friday the 13th; a day of the leap year.
    ['FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31', '2026-01-01', '2026-06-01', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '1998-02-13', '1998-02-01', '1998-12-31', ['1998-02-13', '1998-03-13', '1998-11-13']],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2024-02-29', '2024-01-01', '2032-12-31', ['2024-02-29', '2028-02-29', '2032-02-29']],
    ['FREQ=WEEKLY;UNTIL=20261214', '2026-11-30', '2026-11-30', '2027-01-31', ['2026-11-30', '2026-12-07', '2026-12-14']],
  ];
  for (const [rule, first, from, to, days] of cases) expect([rule, daysOf(rule, first, from, to)]).toEqual([rule, days]);
  expect(nextDay('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2024-02-29', '2024-03-01')).toBe('2028-02-29');
  expect(nextDay('FREQ=DAILY;COUNT=2', '2026-11-30', '2026-12-01')).toBeNull();
});

test('rules are anybody\'s words: what is not known is none, what never comes ends, and text and rule go into each other [limit PLAN.ruleUnits PLAN.rulePeriods PLAN.ruleDays PLAN.drawnDays]', () => {
  for (const text of ['', 'FREQ=SECONDLY', 'FREQ=HOURLY', 'INTERVAL=2', 'FREQ=DAILY;INTERVAL=0', 'FREQ=DAILY;COUNT=1e9', 'FREQ=DAILY;COUNT=99999', 'FREQ=DAILY;FREQ=WEEKLY', 'FREQ=DAILY;BYHOUR=3', 'FREQ=WEEKLY;BYDAY=1MO', 'FREQ=DAILY;COUNT=2;UNTIL=20270101', 'FREQ=MONTHLY;BYMONTHDAY=32', 'FREQ=DAILY;UNTIL=20260230', 'FREQ=MONTHLY;BYSETPOS=1', 'FREQ=DAILY;__proto__=x', 'FREQ=DAILY\nDTSTART:19700101', `FREQ=MONTHLY;BYMONTHDAY=${'1,'.repeat(PLAN_LIMITS.ruleUnits)}1`]) expect([text, readRule(text)]).toEqual([text, null]);
  for (const text of ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20270101;WKST=SU', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=5']) expect(ruleText(readRule(text)!)).toBe(text);
  expect(ruleText(readRule('rrule:freq=weekly;until=20270101T235959Z')!)).toBe('FREQ=WEEKLY;UNTIL=20270101');
  expect(ruleText(plainRule('MONTHLY', { interval: 3 }))).toBe('FREQ=MONTHLY;INTERVAL=3');
  // 30 February, a Monday every seventh day from a Tuesday: the budget ends the search, and the day it begins on is all there is.
  for (const text of ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;INTERVAL=7;BYDAY=MO', 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30']) {
    expect([nextDay(text, '2026-12-01', '2026-12-01'), daysOf(text, '2026-12-01', '2026-01-01', '9999-12-31')]).toEqual([null, ['2026-12-01']]);
  }
  expect(daysOf('FREQ=DAILY', '2000-01-01', '2020-01-01', '2030-01-01').length).toBeLessThanOrEqual(PLAN_LIMITS.drawnDays);
  expect([nextDay('FREQ=DAILY', 'x', '2026-01-01'), daysOf('x', '2026-12-01', '2026-12-01', '2026-12-02')]).toEqual([null, ['2026-12-01']]);
});

test('a tick makes the next one once, under an id all compute alike, whenever they tick; days that are past are left out', () => {
  const next = { id: againId('t'), day: '2026-12-07' };
  expect(nextOf(work(), '2026-11-30')).toEqual(next);
  expect(nextOf(work(), '2027-01-10')).toEqual({ id: next.id, day: '2027-01-11' });
  expect(nextOf(work({ due: '2026-12-02' }), '2026-11-30')?.id).toBe(next.id);
  expect(nextOf(work({ id: 'other' }), '2026-11-30')?.id).not.toBe(next.id);
  const ops = tickAgain(work({ remind: [60], priority: 'high', start: '2026-11-28' }), true, '2026-11-30', never);
  expect(ops.map(({ op }) => op)).toEqual(['node.set', 'node.create', 'set.add']);
  expect(ops[1]).toMatchObject({ id: next.id, type: TASK, props: { row: ['t', '2026-11-30', { title: 'Water the herbs', due: '2026-12-07', start: '2026-12-05', again: 'FREQ=WEEKLY', remind: [60], priority: 'high' }] } });
  // What it begins with holds until it is set, and a day that was taken away stays away.
  const made = ops[1]!.op === 'node.create' ? ops[1]!.props : {};
  const read = (props: NodeView['props'] = {}): Work => readWork(nodeView({ type: TASK, props: { ...made, ...props } }))!;
  expect(read()).toMatchObject({ title: 'Water the herbs', due: '2026-12-07', start: '2026-12-05', again: 'FREQ=WEEKLY', remind: [60], priority: 'high', row: { root: 't', first: '2026-11-30' }, done: false });
  expect(read({ title: 'Water all', due: null, priority: 'low' })).toMatchObject({ title: 'Water all', due: null, start: '2026-12-05', priority: 'low' });
  expect(read({ row: ['t', '2026-11-30', { title: 7, done: true, kept: 'x', assignee: 'me', again: null }] })).toMatchObject({ title: '', done: false, kept: null, assignee: null, again: null });
  expect(tickAgain(work(), true, '2026-11-30', (id) => id === next.id)).toHaveLength(1);
  expect([tickAgain(work(), false, '2026-11-30', never).length, tickAgain(work({ done: true }), true, '2026-11-30', never).length, beginNext(work({ again: null }), '2026-11-30', never), beginNext(work({ due: null }), '2026-11-30', never)]).toEqual([1, 1, [], []]);
  // The row is counted from its first day: the 31st stays the 31st.
  const third = work({ id: 'u', due: '2026-03-31', again: 'FREQ=MONTHLY', row: { root: 't', first: '2026-01-31' } });
  expect(nextOf(third, '2026-03-31')).toEqual({ day: '2026-05-31', id: againId('u') });
});

test('setting a rule and reminders; what a peer wrote is made harmless [limit PLAN.reminders PLAN.reminderMinutes]', () => {
  expect(setAgain(work(), 'freq=monthly')).toEqual({ ok: true, value: [{ op: 'node.set', id: 't', props: { again: 'FREQ=MONTHLY' }, verb: 'goals/task.again@1' }] });
  expect([setAgain(work(), 'FREQ=WEEKLY'), setAgain(work(), 'x')].map((made) => !made.ok && made.error.code)).toEqual(['no-change', 'empty']);
  expect(setAgain(work(), null).ok).toBe(true);
  expect(setReminders(work(), [60, 0, 60])).toMatchObject({ value: [{ props: { remind: [0, 60] } }] });
  expect([setReminders(work(), []), setReminders(work(), [PLAN_LIMITS.reminderMinutes + 1]), setReminders(work(), [1, 2, 3, 4, 5, 6]), setReminders(work(), [0.5])].map((made) => !made.ok && made.error.code)).toEqual(['no-change', 'too-long', 'too-long', 'empty']);
  const odd = readWork(nodeView({ type: TASK, props: { again: 'x'.repeat(PLAN_LIMITS.ruleUnits + 9), row: ['t', 'never'], remind: [1e9, -1e9, 'x', 2, 3, 4], kept: 7 } }))!;
  expect(odd).toMatchObject({ row: null, kept: null, remind: [-1_440, 2, 3, PLAN_LIMITS.reminderMinutes] });
  expect(odd.again!.length).toBeLessThanOrEqual(PLAN_LIMITS.ruleUnits);
});
