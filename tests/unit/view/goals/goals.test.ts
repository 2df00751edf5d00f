/** What the Goals lens thinks before it draws: moves and the days of the timeline. */
import { expect, test, vi } from 'vitest';
import type { Op } from '#os/api';
import { TASK } from '#domain/goals';
import { planOf, WORK_WEEK, workTime } from '#domain/goals/planning';
import { byStatus, planOfWorks, readWork, treeOf, type Work } from '#domain/goals/work';
import { nodeView } from '#tests/support/node-view';
import { beside, drop, step, type Mover } from '#view/goals/moves.ts';
import { branchesOf } from '#view/goals/tree-model.ts';
import { dayAt, daysBetween, linesOf, windowOf } from '#view/goals/timeline-model.ts';

const work = (id: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id } }))!, ...part });

function mover(works: Work[], may: (one: Work) => boolean = () => true): { mover: Mover; ran: Op[][] } {
  const ran: Op[][] = [];
  return { ran, mover: { space: null as never, columns: byStatus(works), acts: { may, run: vi.fn((ops: Op[]) => (ran.push(ops), Promise.resolve(true))) } } };
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
  expect(linesOf(bars, plan)).toEqual([{ key: 'e', y1: 1, y2: 2, x1: 7, x2: 7, critical: true }]);
  expect(dayAt('9999-12-30', 5)).toBe('9999-12-31');
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
