/** Properties of tasks and goals: columns over many things, what a filter asks of one, and the next one of a row. */
import { expect, test } from 'vitest';
import type { JsonValue } from '#os/api';
import { beginNext } from '#domain/goals/again';
import { GOAL, TASK } from '#domain/goals';
import { answers, byColumn, changeAll, columnKey, columnsOf, filtersId, inColumn, passes, propertiesOfWork, readFilters, readWork, renameColumn, saveFilter, FILTERS, WORK_VERB, type Asked, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { addProperty, PROPERTIES_MAX, setProperty, type Property, type PropertyKind } from '#domain/shared/properties';
import { nodeView } from '#tests/support/node-view';

type Given = readonly (readonly [id: string, kind: PropertyKind, name: string, value?: JsonValue])[];
const props = (given: Given): Record<string, JsonValue> => Object.fromEntries(given.flatMap(([id, kind, name, value], at) => [[`property/${id}`, [kind, name, at]], ...(value === undefined ? [] : [[`property/${id}/value`, value]])]));
const work = (id: string, ...given: Given): Work => readWork(nodeView({ id, type: TASK, props: { title: id, ...props(given) } }))!;

test('{C5} tasks and goals have properties of kinds; those of one kind and name are one column, and who takes one takes the same', () => {
  expect(readWork(nodeView({ id: 'g', type: GOAL, props: props([['GGGGGGGG', 'day', 'Fair', '2027-03-01']]) }))!.properties).toEqual([{ id: 'GGGGGGGG', kind: 'day', name: 'Fair', value: '2027-03-01', ord: 0 }]);
  const [a, b, c] = [work('a', ['BBBBBBBB', 'number', 'Crew', 4]), work('b', ['AAAAAAAA', 'number', 'crew', 2], ['CCCCCCCC', 'text', 'Crew', 'Vera']), work('c')];
  const columns = columnsOf([a, b, c]);
  expect(columns.map(({ key, of }) => [key, of.id])).toEqual([['number crew', 'AAAAAAAA'], ['text crew', 'CCCCCCCC']]);
  expect([a, b, c].map((one) => inColumn(one, 'number crew')?.value ?? null)).toEqual([4, 2, null]);
  const made = addProperty(propertiesOfWork(c), c.properties, columns[0]!.of.id, columns[0]!.of.name, 'number');
  expect(made).toEqual({ ok: true, value: [{ op: 'node.set', id: 'c', props: { 'property/AAAAAAAA': ['number', 'crew', 1] }, verb: WORK_VERB.property }] });
  expect(setProperty(propertiesOfWork(a), a.properties[0]!, 5)).toMatchObject({ ok: true, value: [{ id: 'a', props: { 'property/BBBBBBBB/value': 5 } }] });
  // Of two with one name in one thing the one that says something.
  expect(inColumn(work('d', ['AAAAAAAA', 'text', 'Hall'], ['BBBBBBBB', 'text', 'Hall', '2']), 'text hall')?.value).toBe('2');
  expect(renameColumn([a, b, c], a.properties[0]!, 'People', (one) => one.id !== 'c')).toEqual(['a', 'b'].map((id) => ({ op: 'node.set', id, props: { [`property/${id === 'a' ? 'BBBBBBBB' : 'AAAAAAAA'}`]: ['number', 'People', 0] }, verb: WORK_VERB.property })));
  expect(columnsOf(Array.from({ length: PLAN_LIMITS.columns + 5 }, (_, n) => work(`${n}`, ['AAAAAAAA', 'text', `n${n}`]))), '[limit PLAN.columns]').toHaveLength(PLAN_LIMITS.columns);
});

test('what a filter asks of a property: words, bounds, who, ticked or not; saved and read again as far as it is one', () => {
  const one = work('a', ['AAAAAAAA', 'number', 'Crew', 4], ['BBBBBBBB', 'day', 'Fair', '2027-03-01'], ['CCCCCCCC', 'text', 'Hall', 'Große Halle'], ['DDDDDDDD', 'person', 'Guide', 'vera'], ['EEEEEEEE', 'check', 'Paid', true]);
  const asked = (kind: PropertyKind, name: string, more: Partial<Asked> = {}): boolean => passes(one, { property: { kind, name, ...more } });
  expect([asked('number', 'crew', { from: 4 }), asked('number', 'Crew', { from: 5 }), asked('number', 'Crew', { to: 3 }), asked('number', 'Other')]).toEqual([true, false, false, false]);
  expect([asked('day', 'Fair', { from: '2027-03-01', to: '2027-03-01' }), asked('day', 'Fair', { from: '2027-03-02' })]).toEqual([true, false]);
  expect([asked('text', 'Hall', { is: 'grosse' }), asked('text', 'Hall', { is: 'HALLE' }), asked('text', 'Hall', { is: 'Garten' }), asked('text', 'Hall')]).toEqual([false, true, false, true]);
  expect([asked('person', 'Guide', { is: 'vera' }), asked('person', 'Guide', { is: 'ver' }), asked('check', 'Paid'), asked('check', 'Paid', { is: false }), asked('check', 'Other', { is: false })]).toEqual([true, false, true, false, true]);
  expect(answers(work('b'), { kind: 'text', name: 'Hall' })).toBe(false);
  const read = (property: JsonValue): unknown => {
    const value = JSON.stringify(['f', 's', { text: 'x', property }]);
    return readFilters(nodeView({ id: filtersId('p'), type: FILTERS, sets: { filters: [value] } }))[0]!.filter.property;
  };
  expect(read({ kind: 'number', name: ' Crew ', from: 2, to: 'x', is: 'y' })).toEqual({ kind: 'number', name: 'Crew', from: 2 });
  expect([read({ kind: 'nothing', name: 'x' }), read({ kind: 'text', name: '' }), read([]), read(null)]).toEqual([undefined, undefined, undefined, undefined]);
  expect(read({ kind: 'check', name: 'Paid', is: false })).toEqual({ kind: 'check', name: 'Paid', is: false });
  const saved = saveFilter('p', [], { name: 'big', space: 's', filter: { property: { kind: 'number', name: 'Crew', from: 4 } }, exists: true });
  expect(saved.ok && JSON.stringify(saved.value)).toContain('Crew');
});

test('the next one of a task that comes again has its properties, while they are not very long [limit PLAN.handedUnits]', () => {
  const again = (text: string): Work => ({ ...work('a', ['AAAAAAAA', 'text', 'Where', text], ['BBBBBBBB', 'check', 'Paid']), due: '2026-11-30', again: 'FREQ=DAILY' });
  const next = (text: string): readonly Property[] => {
    const [create] = beginNext(again(text), '2026-11-30', () => false);
    return create?.op === 'node.create' ? readWork(nodeView({ id: create.id!, type: create.type, props: create.props }))!.properties : [];
  };
  expect(next('Hall 2').map(({ name, value }) => [name, value])).toEqual([['Where', 'Hall 2'], ['Paid', false]]);
  const long = { ...again('x'), properties: Array.from({ length: 9 }, (_, n): Property => ({ id: `AAAAAAA${n}`, name: `n${n}`, kind: 'text', value: 'x'.repeat(1_000), ord: n })) };
  const [create] = beginNext(long, '2026-11-30', () => false);
  expect(create?.op === 'node.create' && readWork(nodeView({ id: create.id!, type: create.type, props: create.props }))!.properties).toEqual([]);
  // What was set of it meanwhile holds before what it began with.
  const begun = beginNext(again('Hall 2'), '2026-11-30', () => false)[0]!;
  if (begun.op !== 'node.create') throw new Error('no node');
  expect(readWork(nodeView({ type: TASK, props: { ...begun.props, 'property/AAAAAAAA/value': 'Hall 3' } }))!.properties[0]!.value).toBe('Hall 3');
  expect(columnKey({ kind: 'text', name: 'ЗАЛ' })).toBe('text зал');
});

test('{C5} a list is ordered by a column: numbers as numbers, people by name, what says nothing last either way, equal ones as they stood', () => {
  const works = [work('a', ['AAAAAAAA', 'number', 'Crew', 10]), work('b'), work('c', ['AAAAAAAA', 'number', 'Crew', 9]), work('d', ['BBBBBBBB', 'number', 'crew', 10]), work('e', ['AAAAAAAA', 'number', 'Crew'])];
  const order = (list: readonly Work[], key: string, down: boolean): string => byColumn(list, { key, down }, (uid) => (uid === 'u1' ? 'Zoe' : 'Anna')).map(({ id }) => id).join('');
  expect([order(works, 'number crew', false), order(works, 'number crew', true), order(works, 'text other', false)]).toEqual(['cadbe', 'adcbe', 'abcde']);
  const people = [work('a', ['AAAAAAAA', 'person', 'Guide', 'u1']), work('b', ['AAAAAAAA', 'person', 'Guide', 'u2'])];
  const ticks = [work('a', ['AAAAAAAA', 'check', 'Paid', false]), work('b', ['AAAAAAAA', 'check', 'Paid', true])];
  const halls = [work('a', ['AAAAAAAA', 'text', 'Hall', 'Hall 10']), work('b', ['AAAAAAAA', 'text', 'Hall', 'Hall 9'])];
  expect([order(people, 'person guide', false), order(ticks, 'check paid', false), order(halls, 'text hall', false)]).toEqual(['ba', 'ba', 'ba']);
});

test('{C5} one change of a property of many: who has it gets the value, who has none gets it as well, what is so already is left, what is no value is refused whole', () => {
  const of = { id: 'AAAAAAAA', kind: 'number' as const, name: 'Crew' };
  const all = [work('a', ['AAAAAAAA', 'number', 'Crew', 4]), work('b', ['BBBBBBBB', 'number', 'crew', 2]), work('c'), work('d', ['AAAAAAAA', 'text', 'Hall', 'x'])];
  const made = changeAll(all, { type: 'property', of, to: 4 });
  const sets = made.ok ? made.value.map((op) => (op.op === 'node.set' ? [op.id, op.props] : [])) : [];
  expect(sets.slice(0, 3)).toEqual([['b', { 'property/BBBBBBBB/value': 4 }], ['c', { 'property/AAAAAAAA': ['number', 'Crew', 1] }], ['c', { 'property/AAAAAAAA/value': 4 }]]);
  // The id is another property here: beside it stands one, under an id that everybody computes alike.
  const own = Object.keys(sets[3]![1] as object)[0]!;
  expect(own).toMatch(/^property\/[A-Za-z0-9_-]{8}$/);
  expect([own === 'property/AAAAAAAA', sets.length]).toEqual([false, 5]);
  const given = readWork(nodeView({ type: TASK, props: { ...props([['AAAAAAAA', 'text', 'Hall', 'x']]), ...Object.assign({}, ...sets.slice(3).map(([, one]) => one)) as Record<string, JsonValue> } }))!;
  expect(given.properties.map(({ name, value }) => [name, value])).toEqual([['Hall', 'x'], ['Crew', 4]]);
  // It was renamed there since: the next takes another id and nothing is written over.
  const renamed = { ...given, properties: given.properties.map((one) => (one.name === 'Crew' ? { ...one, name: 'Team' } : one)) };
  const again = changeAll([renamed], { type: 'property', of, to: 9 });
  const third = again.ok && again.value[0]!.op === 'node.set' ? Object.keys(again.value[0]!.props)[0]! : '';
  expect(third).toMatch(/^property\/[A-Za-z0-9_-]{8}$/);
  expect(renamed.properties.map(({ id }) => `property/${id}`)).not.toContain(third);
  const cleared = changeAll(all, { type: 'property', of, to: null });
  expect(cleared.ok && cleared.value.map((op) => op.op === 'node.set' && op.id)).toEqual(['a', 'b']);
  expect([changeAll(all, { type: 'property', of, to: 'many' }), changeAll([all[2]!], { type: 'property', of, to: null })].map((one) => !one.ok && one.error.code)).toEqual(['empty', 'no-change']);
  const full = work('full', ...Array.from({ length: PROPERTIES_MAX }, (_, n) => [`P${String(n).padStart(7, '0')}`, 'text', `n${n}`] as const));
  expect(changeAll([full], { type: 'property', of, to: 4 })).toMatchObject({ ok: false, error: { code: 'too-long' } });
});
