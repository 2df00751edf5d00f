/** Properties of pages, tasks and goals: typed, read from whatever a peer wrote, and so kept that a new name and a new value of two people meet. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue, Op } from '#os/api';
import { addProperty, bringProperty, dropProperty, PROPERTIES_MAX, PROPERTY_KINDS, PROPERTY_NAME_MAX, PROPERTY_TEXT_MAX, readProperties, renameProperty, setProperty, type Property } from '#domain/shared/properties';
import { nodeView } from '#tests/support/node-view';

type Props = Record<string, JsonValue>;
const AT = { id: 'n', verb: 'any/property@1' };
const read = (props: Props): Property[] => readProperties(nodeView({ props }));
const propsOf = (ops: readonly Op[]): Props => Object.assign({}, ...ops.map((op) => (op.op === 'node.set' ? op.props : {}))) as Props;
const ok = (made: ReturnType<typeof setProperty>): Props => {
  if (!made.ok) throw new Error(made.error.code);
  return propsOf(made.value);
};

test('added, said, renamed, taken away and brought back; a new name and a new value of two people meet', () => {
  let props: Props = ok(addProperty(AT, [], 'AAAAAAAA', ' State ', 'text'));
  props = { ...props, ...ok(addProperty(AT, read(props), 'BBBBBBBB', 'Due', 'day')) };
  expect(read(props)).toEqual([{ id: 'AAAAAAAA', name: 'State', kind: 'text', value: null, ord: 1 }, { id: 'BBBBBBBB', name: 'Due', kind: 'day', value: null, ord: 2 }]);
  const [state, due] = read(props) as [Property, Property];
  // Of two at once.
  props = { ...props, ...ok(renameProperty(AT, due, 'Due by')), ...ok(setProperty(AT, due, '2026-12-24')), ...ok(setProperty(AT, state, 'glued')) };
  expect(read(props)).toMatchObject([{ name: 'State', value: 'glued' }, { name: 'Due by', value: '2026-12-24' }]);
  const [one, two] = read(props) as [Property, Property];
  expect(read({ ...props, ...propsOf(dropProperty(AT, one)) })).toEqual([two]);
  expect(read({ ...props, ...propsOf(dropProperty(AT, one)), ...propsOf(bringProperty(AT, one)) })).toEqual([one, two]);
  // Added anew it says nothing of before.
  const gone = { ...props, ...propsOf(dropProperty(AT, one)) };
  expect(read({ ...gone, ...ok(addProperty(AT, read(gone), one.id, one.name, one.kind)) })).toMatchObject([{ value: two.value }, { value: null }]);
  expect(ok(setProperty(AT, two, null))).toEqual({ 'property/BBBBBBBB/value': null });
});

test('what is no value of its kind is refused, and nothing is written for no change', () => {
  const of = (kind: Property['kind'], value: Property['value'] = null): Property => ({ id: 'AAAAAAAA', name: 'x', kind, value, ord: 1 });
  const code = (made: ReturnType<typeof setProperty>): string => (made.ok ? 'ok' : made.error.code);
  expect([code(setProperty(AT, of('day'), '2026-02-30')), code(setProperty(AT, of('link'), 'javascript:alert(1)')), code(setProperty(AT, of('number'), Number.NaN)), code(setProperty(AT, of('text'), 'x'.repeat(PROPERTY_TEXT_MAX + 1)))]).toEqual(['empty', 'empty', 'empty', 'too-long']);
  expect([code(setProperty(AT, of('check', false), false)), code(setProperty(AT, of('text', 'a'), 'a')), code(renameProperty(AT, of('text'), 'x')), code(setProperty(AT, of('text'), ''))]).toEqual(['no-change', 'no-change', 'no-change', 'no-change']);
  expect([code(setProperty(AT, of('check', false), true)), code(setProperty(AT, of('number', 1), 0)), code(setProperty(AT, of('link'), 'https://a.example/'))]).toEqual(['ok', 'ok', 'ok']);
  for (const name of ['', '  ', '\n']) expect(code(addProperty(AT, [], 'AAAAAAAA', name, 'text'))).toBe('empty');
  expect(code(addProperty(AT, [], 'AAAAAAAA', 'x'.repeat(PROPERTY_NAME_MAX + 1), 'text'))).toBe('too-long');
});

test('whatever a peer wrote is read as what it is, or not at all; of very many the first are shown', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
  fc.assert(fc.property(fc.constantFrom(...PROPERTY_KINDS), json, json, json, (kind, name, ord, value) => {
    const found = read({ 'property/AAAAAAAA': [kind, name, ord], 'property/AAAAAAAA/value': value, 'property/BBBBBBBB': value, 'property/short': ['text', 'x', 1], 'title': value });
    for (const one of found) {
      expect(one.name.trim()).not.toBe('');
      expect(one.name.length).toBeLessThanOrEqual(PROPERTY_NAME_MAX);
      expect(one.value === null || typeof one.value === { text: 'string', number: 'number', day: 'string', check: 'boolean', person: 'string', link: 'string' }[one.kind]).toBe(true);
    }
  }));
  const many = Object.fromEntries(Array.from({ length: PROPERTIES_MAX + 9 }, (_, n) => [`property/${String(n).padStart(8, '0')}`, ['text', `n${n}`, n] as JsonValue]));
  expect(read(many).map(({ name }) => name)).toEqual(Array.from({ length: PROPERTIES_MAX }, (_, n) => `n${n}`));
  expect(readProperties(undefined)).toEqual([]);
});
