/** What the Goals lens thinks before it draws: moves and the days of the timeline. */
import { expect, test, vi } from 'vitest';
import type { Op } from '#os/api';
import { TASK, tickTask } from '#domain/goals';
import { planOf, WORK_WEEK, workTime } from '#domain/goals/planning';
import { byStatus, inOrderAgain, planOfWorks, readWork, treeOf, type Work } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';
import { beside, drop, step, type Mover } from '#view/goals/moves.ts';
import { branchesOf } from '#view/goals/tree-model.ts';
import { dayAt, daysBetween, daysOf, linesInSight, linesOf, MOST_LINES, windowOf, type Line } from '#view/goals/timeline-model.ts';
import { keptBeside, lookAt, roomOf } from '#view/goals/use-parts.ts';

const work = (id: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id } }))!, ...part });

function mover(works: Work[], may: (one: Work) => boolean = () => true): { mover: Mover; ran: Op[][] } {
  const ran: Op[][] = [];
  return { ran, mover: { space: null as never, columns: byStatus(inOrderAgain([], works)), acts: { may, run: vi.fn((ops: Op[]) => (ran.push(ops), Promise.resolve(true))), tick: vi.fn((one: Work, done: boolean) => (ran.push(tickTask(one.id, done)), Promise.resolve(true))), tickAll: () => Promise.resolve(true), begin: () => Promise.resolve(true) } } };
}
const places = (ran: Op[][]): unknown[] => ran.flat().filter((op) => op.op === 'pos.set').map(({ id, ...rest }) => [id, 'after' in rest ? rest.after : undefined, 'before' in rest ? rest.before : undefined]);

test('a card that is put behind others without a place gives them theirs first, one act at a time; it goes into the column it is put in', async () => {
  const [a, b, c, d] = [work('a'), work('b'), work('c'), work('d', { status: 'doing' })];
  const { mover: one, ran } = mover([a, b, c, d]);
  await drop(one, d, 'next', 2);
  expect(ran[0]).toMatchObject([{ op: 'node.set', id: 'd', props: { status: 'next' } }]);
  expect(places(ran)).toEqual([['a', undefined, undefined], ['b', 'a', undefined], ['d', 'b', undefined]]);
});

test('between two with places it stands between; things of another fragment and what one may not change are left alone', async () => {
  const works = [work('a', { ord: 'a1' }), work('x', { fragment: 'other' }), work('b', { ord: 'b1' }), work('c'), work('m', { status: 'review' })];
  const first = mover(works);
  await drop(first.mover, works[4]!, 'next', 1);
  expect(places(first.ran)).toEqual([['m', 'a', 'b']]);
  const second = mover(works, ({ id }) => id !== 'c');
  await drop(second.mover, works[4]!, 'next', 4);
  expect(places(second.ran)).toEqual([['m', 'b', undefined]]);
  const crowd = [...Array.from({ length: 60 }, (_, i) => work(`n${i}`)), work('m')];
  const third = mover(crowd);
  await drop(third.mover, crowd[60]!, 'next', 60);
  expect(places(third.ran)).toEqual([['m', undefined, undefined]]);
});

test('steps stay inside a column; the last column has nothing beside it', () => {
  const { mover: one, ran } = mover([work('a', { ord: 'a' }), work('b', { ord: 'b' })]);
  step(one, [...one.columns.get('next')!][0]!, -1);
  expect(ran).toEqual([]);
  step(one, [...one.columns.get('next')!][0]!, 1);
  expect(one.acts.run).toHaveBeenCalledOnce();
  expect([beside('next', -1), beside('next', 1), beside('done', 1)]).toEqual([null, 'doing', null]);
});

test('the timeline: bars on working days, a weekend inside of one, what is done has none, lines from end to beginning, the decisive ones known', () => {
  const estimate = (days: number) => ({ unit: 'day' as const, low: days, likely: days, high: days });
  const works = [work('a', { estimate: estimate(2) }), work('b', { estimate: estimate(1), waits: [{ edge: 'e', on: 'a', kind: 'FS', lag: 0 }] }), work('c', { estimate: estimate(0.5) }), work('z', { done: true, status: 'done' })];
  const asked = planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null });
  const plan = { asked, answer: planOf(asked), time: workTime(WORK_WEEK, '2026-11-27'), today: '2026-11-27' };
  const { bars, first, days } = windowOf(works, plan);
  expect([first, bars.map(({ work: { id }, from, to }) => [id, dayAt(first, from), dayAt(first, to)])]).toEqual(['2026-11-24', [['c', '2026-11-27', '2026-11-28'], ['a', '2026-11-27', '2026-12-01'], ['b', '2026-12-01', '2026-12-02']]]);
  expect(days).toBe(daysBetween(first, '2026-12-02') + 10);
  expect(windowOf(works, plan, 40).days).toBe(40);
  // What is due later makes it wider, so that the day is seen; what is due in a hundred years does not, and has no mark.
  const due = (day: string) => windowOf(works.map((one) => (one.id === 'c' ? { ...one, due: day } : one)), plan);
  expect([due('2027-01-15'), due('2126-01-15')].map((one) => [one.days, one.bars.find((bar) => bar.work.id === 'c')!.due])).toEqual([[daysBetween(first, '2027-01-15') + 2, daysBetween(first, '2027-01-15') + 1], [days, null]]);
  expect(linesOf(bars, plan)).toEqual([{ key: 'e', y1: 1, y2: 2, x1: 7, x2: 7, critical: true }]);
  expect(dayAt('9999-12-30', 5)).toBe('9999-12-31');
});

test('what takes no time is on one day: an event on its Sunday, a milestone where what it waits for ends, and not from the next Monday back to Friday', () => {
  const estimate = { unit: 'day' as const, low: 1, likely: 1, high: 1 };
  const works = [
    work('a', { estimate }), work('m', { kind: 'milestone', waits: [{ edge: 'e', on: 'a', kind: 'FS', lag: 0 }] }), work('n', { kind: 'milestone', start: '2026-11-30' }),
    work('s', { kind: 'event', start: '2026-11-29' }), work('t', { kind: 'event', start: '2026-11-29', waits: [{ edge: 'f', on: 'a', kind: 'FS', lag: 8 }] }),
  ];
  const asked = planOfWorks(works, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null });
  const time = workTime(WORK_WEEK, '2026-11-27');
  const answer = planOf(asked);
  const { bars, first } = windowOf(works, { asked, answer, time, today: '2026-11-27' });
  const day = (last: string) => ({ first: last, last });
  const said = new Map(works.map((one) => [one.id, daysOf(one, answer.tasks.find(({ id }) => id === one.id)!, time)]));
  expect(Object.fromEntries(said)).toEqual({ a: day('2026-11-27'), m: day('2026-11-27'), n: day('2026-11-30'), s: day('2026-11-29'), t: day('2026-11-30') });
  for (const { work: { id }, from, to } of bars) expect([id, dayAt(first, from), to - from]).toEqual([id, said.get(id)!.first, 1]);
});

test('what a large plan has beyond the timeline is counted: bars that end later than it is drawn; of lines in sight as many as are drawn, with all that decide', () => {
  const days = (n: number) => ({ unit: 'day' as const, low: n, likely: n, high: n });
  const works = [work('a', { estimate: days(900) }), work('b', { estimate: days(900), waits: [{ edge: 'e', on: 'a', kind: 'FS', lag: 0 }] }), work('c', { estimate: days(2), waits: [{ edge: 'f', on: 'b', kind: 'FS', lag: 0 }] })];
  const seen = (list: Work[]) => {
    const asked = planOfWorks(list, { calendar: WORK_WEEK, today: '2026-11-27', seed: 's', target: null });
    return windowOf(list, { asked, answer: planOf(asked), time: workTime(WORK_WEEK, '2026-11-27'), today: '2026-11-27' });
  };
  const { bars, days: drawn, beyond } = seen(works);
  expect([drawn, beyond, bars.map(({ to }) => to > drawn)]).toEqual([1_500, 2, [false, true, true]]);
  expect(seen([works[0]!]).beyond).toBe(0);
  const line = (key: number): Line => ({ key: `${key}`, x1: 0, x2: 1, y1: key, y2: key + 2, critical: key % 100 === 99 });
  const many = Array.from({ length: 1_000 }, (_, key) => line(key));
  const shown = linesInSight(many, 0, 1_000);
  expect([shown.length, shown.filter(({ critical }) => critical).length]).toEqual([MOST_LINES, 10]);
  // Those that decide are drawn over the others.
  expect(shown.at(-1)!.critical).toBe(true);
  expect(linesInSight(many, 10, 12).map(({ key }) => key)).toEqual(['8', '9', '10', '11', '12']);
});

test('the tree: parts below their whole, a filter keeps the wholes above what it finds, a chain of ten thousand is a list', () => {
  const works = [work('box', { ord: 'a' }), work('lid', { parent: 'box' }), work('seal', { parent: 'lid' }), work('alone', { ord: 'b' })];
  const tree = treeOf(works);
  const rows = (shown: Work[], folded: string[] = []) => branchesOf(tree, shown, new Set(folded)).map(({ work: { id }, depth, parts }) => [id, depth, parts]);
  expect(rows(works)).toEqual([['box', 0, true], ['lid', 1, true], ['seal', 2, false], ['alone', 0, false]]);
  expect(rows(works, ['lid'])).toEqual([['box', 0, true], ['lid', 1, true], ['alone', 0, false]]);
  expect(rows([works[2]!])).toEqual([['box', 0, true], ['lid', 1, true], ['seal', 2, false]]);
  const chain = Array.from({ length: 10_000 }, (_, i) => work(`n${i}`, i > 0 ? { parent: `n${i - 1}` } : {}));
  expect(branchesOf(treeOf(chain), chain, new Set()).at(-1)).toMatchObject({ depth: 9_999, work: { id: 'n9999' } });
});

test('of a long column the parts in sight are drawn, with room for the others; the last ones are reached, and an empty one has none', () => {
  const height = (part: number): number => (part % 2 === 0 ? 500 : 700);
  const column = (top: number, count = 100) => lookAt({ count, height, top, tall: 800 });
  expect(column(-200)).toEqual({ from: 0, to: 3, above: 0, below: 58_300 });
  const middle = column(30_000);
  expect([middle.from, middle.to, middle.above]).toEqual([48, 53, 28_800]);
  for (const top of [0, 5_000, 59_000, 1_000_000]) {
    const { from, to, above, below } = column(top);
    let drawn = 0;
    for (let part = from; part < to; part++) drawn += height(part);
    expect([top, above + drawn + below, to > from]).toEqual([top, 60_000, true]);
  }
  expect(column(1_000_000).to).toBe(100);
  expect(column(0, 0)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
});

test('what is out of sight and drawn all the same has its neighbours; the room between is as high as what is left out', () => {
  expect(keptBeside([3, 30, -1], 40, 8, 24)).toEqual([2, 3, 4, 29, 30, 31]);
  expect(keptBeside([0, 39, 10], 40, 8, 24)).toEqual([0, 1, 38, 39]);
  expect(keptBeside([7, 24], 25, 8, 24)).toEqual([6, 7, 24]);
  const height = (part: number): number => (part % 2 === 0 ? 800 : 400);
  expect([roomOf(0, 16, 8, height), roomOf(5, 10, 8, height), roomOf(8, 8, 8, height), roomOf(30, 40, 8, height)]).toEqual([1_200, 400, 0, 900]);
});
