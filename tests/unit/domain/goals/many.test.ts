/** Many at once, saved filters, reminders. */
import { expect, test } from 'vitest';
import { EVENT, TASK } from '#domain/goals';
import { changeAll, dropFilter, FILTERS, filtersId, readFilters, readWork, remindersIn, saveFilter, type SavedFilter, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const work = (id: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: id } }))!, ...part });
const node = (...filters: (string | number)[]) => nodeView({ id: filtersId('p'), type: FILTERS, sets: { filters } });

test('one change to many is one act that touches only what differs [limit PLAN.bulk]', () => {
  const works = [work('a'), work('b', { priority: 'high', labels: ['box'] }), work('c', { done: true, status: 'done' })];
  const ids = (change: Parameters<typeof changeAll>[1]): string[] => {
    const made = changeAll(works, change);
    return made.ok ? made.value.map((op) => ('id' in op ? String(op.id) : '')) : [made.error.code];
  };
  expect(ids({ type: 'priority', to: 'high' })).toEqual(['a', 'c']);
  expect(ids({ type: 'status', to: 'done' })).toEqual(['a', 'b']);
  expect(ids({ type: 'label', add: ' box ' })).toEqual(['a', 'c']);
  expect(ids({ type: 'unlabel', remove: 'box' })).toEqual(['b']);
  expect(ids({ type: 'assignee', to: 'mira' })).toEqual(['a', 'b', 'c']);
  expect(ids({ type: 'due', to: '2026-12-01' })).toEqual(['a', 'b', 'c']);
  expect(ids({ type: 'delete' })).toEqual(['a', 'b', 'c']);
  expect([ids({ type: 'assignee', to: null }), ids({ type: 'due', to: '2026-02-30' }), ids({ type: 'label', add: 'x'.repeat(PLAN_LIMITS.labelUnits + 1) })]).toEqual([['no-change'], ['empty'], ['too-long']]);
  expect(changeAll(Array.from({ length: PLAN_LIMITS.bulk + 1 }, (_, i) => work(`n${i}`)), { type: 'delete' })).toMatchObject({ error: { code: 'too-many' } });
});

test('saved filters: two devices keep both, the same name replaces, foreign values are harmless [limit PLAN.filters PLAN.filterUnits]', () => {
  const made = saveFilter('p', [], { name: ' Mine\n', space: 's', filter: { assignee: 'me', label: 'box' }, exists: false });
  const value = JSON.stringify(['Mine', 's', { assignee: 'me', label: 'box' }]);
  expect(made).toEqual({ ok: true, value: [{ op: 'node.create', id: filtersId('p'), type: FILTERS, props: {}, verb: 'goals/filters.set@1' }, { op: 'set.add', id: filtersId('p'), prop: 'filters', value, verb: 'goals/filters.set@1' }] });
  const [saved] = readFilters(node(value));
  expect(saved).toEqual({ value, name: 'Mine', space: 's', filter: { assignee: 'me', label: 'box' } });
  expect(saveFilter('p', [saved!], { name: 'Mine', space: 's', filter: { assignee: null }, exists: true })).toMatchObject({ value: [{ op: 'set.remove', value }, { op: 'set.add' }] });
  expect(saveFilter('p', [saved!], { name: 'Mine', space: 'other', filter: { assignee: null }, exists: true })).toMatchObject({ value: [{ op: 'set.add' }] });
  const many = Array.from({ length: PLAN_LIMITS.filters }, (_, i): SavedFilter => ({ ...saved!, name: `n${i}` }));
  const refused = [{ name: 'Mine', filter: saved!.filter }, { name: '', filter: saved!.filter }, { name: 'x', filter: {} }, { name: 'x'.repeat(PLAN_LIMITS.filterUnits + 1), filter: saved!.filter }].map((one) => saveFilter('p', [saved!], { ...one, space: 's', exists: true }));
  expect([...refused, saveFilter('p', many, { name: 'y', space: 's', filter: saved!.filter, exists: true })].map((one) => !one.ok && one.error.code)).toEqual(['no-change', 'empty', 'empty', 'too-long', 'too-many']);
  expect(dropFilter('p', saved!)).toMatchObject([{ op: 'set.remove', value }]);
  const odd = readFilters(node('x', 7, '[]', '["a"]', `["${'n'.repeat(2_000)}","s",{}]`, '["b","s",{"priority":"huge","due":"never","label":7,"text":"ok","assignee":9,"__proto__":{"due":"2026-01-01"}}]'));
  expect(odd.map(({ name, filter }) => [name, filter])).toEqual([['b', { text: 'ok' }]]);
  expect(readFilters(nodeView())).toEqual([]);
});

test('reminders: told to who does it, or to all when nobody in particular does, once and in their order', () => {
  const beginOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
  const day = beginOf('2026-12-01');
  const works = [
    work('mine', { due: '2026-12-01', remind: [60, -540], assignee: 'me' }), work('theirs', { due: '2026-12-01', remind: [60], assignee: 'mira' }), work('helps', { due: '2026-12-01', remind: [30], assignee: 'mira', helpers: ['me'] }),
    work('nobody', { start: '2026-12-01', remind: [45] }), work('done', { due: '2026-12-01', remind: [60], done: true }), work('no day', { remind: [60] }), { ...work('party', { start: '2026-12-01', due: '2026-12-03', remind: [50] }), kind: 'event' as const },
  ];
  const told = (after: number, until: number): string[] => remindersIn(works, { me: 'me', after, until, beginOf }).map((one) => `${one.work.id} ${(one.at - day) / 60_000}`);
  expect(told(day - 86_400_000, day)).toEqual(['mine -60', 'party -50', 'nobody -45', 'helps -30']);
  expect(told(day - 60 * 60_000, day)).toEqual(['party -50', 'nobody -45', 'helps -30']);
  expect(told(day, day + 86_400_000)).toEqual(['mine 540']);
  expect(readWork(nodeView({ type: EVENT, props: { remind: [5] } }))!.remind).toEqual([5]);
});
