/** What stands before the text of a file: title and properties, out and in again; what is neither stays as text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROPERTIES_MAX, PROPERTY_NAME_MAX, PROPERTY_TEXT_MAX, type Field } from '#domain/editor';
import { frontText, htmlOf, jsonOf, readText, type Draft } from '#domain/editor/ingest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const md = (text: string): Draft => readText('markdown', bytes(text));
const front = (...lines: string[]): Draft => md(`---\n${lines.join('\n')}\n---\ntext`);
const rest = (draft: Draft): string[] => draft.blocks.map(({ type, text }) => `${type} ${text.map((run) => run.text).join('')}`);

test('a line whose value is plain is a property of its kind; structures, what goes on below, long ones and too many stay as they stand', () => {
  const made = front('title: The lake', 'Статус: в работе', 'n: -1.5', 'room: 007', 'due: 2026-12-24', 'day: 2026-02-30', 'done: true', 'web: https://x.example/a#b', "who: 'it''s Anna'", '"a: b": "x\\ny"', 'open:', 'none: ~', 'tags: [a, b]', 'map: { a: b }', 'list:', '  - a', '- b', 'long: >', '  words', '', '  more', 'last: "half', '# said', `${'x'.repeat(PROPERTY_NAME_MAX + 1)}: 1`, `y: ${'x'.repeat(PROPERTY_TEXT_MAX + 1)}`);
  expect(made.title).toBe('The lake');
  expect(made.fields).toEqual([
    { name: 'Статус', kind: 'text', value: 'в работе' }, { name: 'n', kind: 'number', value: -1.5 }, { name: 'room', kind: 'text', value: '007' }, { name: 'due', kind: 'day', value: '2026-12-24' }, { name: 'day', kind: 'text', value: '2026-02-30' }, { name: 'done', kind: 'check', value: true },
    { name: 'web', kind: 'link', value: 'https://x.example/a#b' }, { name: 'who', kind: 'text', value: "it's Anna" }, { name: 'a: b', kind: 'text', value: 'x\ny' }, { name: 'open', kind: 'text', value: null }, { name: 'none', kind: 'text', value: null },
  ]);
  expect(rest(made)).toEqual([`code tags: [a, b]\nmap: { a: b }\nlist:\n  - a\n- b\nlong: >\n  words\n\n  more\nlast: "half\n# said\n${'x'.repeat(PROPERTY_NAME_MAX + 1)}: 1\ny: ${'x'.repeat(PROPERTY_TEXT_MAX + 1)}`, 'paragraph text']);
  const many = front(...Array.from({ length: PROPERTIES_MAX + 1 }, (_, at) => `n${at}: ${at}`));
  expect([many.fields.length, rest(many)]).toEqual([PROPERTIES_MAX, [`code n${PROPERTIES_MAX}: ${PROPERTIES_MAX}`, 'paragraph text']]);
  // An address is no name, and a rule with words below it is a rule.
  expect(rest(front('https://x.example/'))[0]).toBe('divider ');
  expect([front('a:b').fields, rest(front('a:b'))]).toEqual([[], ['code a:b', 'paragraph text']]);
  const long = ' '.repeat(200_000);
  expect(front(`a${long}b`, `c:${long}d`).fields).toEqual([]);
}, 10_000);

const name = fc.oneof(fc.constantFrom('title', 'true', '- a', '#', 'срок', 'a: b', '---'), fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' })).map((one) => one.trim().replace(/\s+/g, ' ') || 'x');
const field = fc.oneof(
  fc.record({ name, kind: fc.constant('text' as const), value: fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('a\nb', 'true', '12', '2026-12-24', '"', "'", '---', 'https://x.example/', '\u2028', '\u0085', '[a]', ': ', '# x', '\\', null)) }),
  fc.record({ name, kind: fc.constant('number' as const), value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0)) }),
  fc.record({ name, kind: fc.constant('check' as const), value: fc.boolean() }), fc.record({ name, kind: fc.constant('day' as const), value: fc.constant('2026-12-24') }),
  fc.record({ name, kind: fc.constant('link' as const), value: fc.constantFrom('https://x.example/a?b#c', 'mailto:a@x.example', '#/s/documents/p') }),
);

test('properties go out and come in equal, as Markdown, HTML and JSON', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }).map((one) => one.trim() || 'x'), fc.array(field, { maxLength: 6 }), (title, given) => {
    const fields = given as readonly Field[];
    expect(md(`${frontText(title, fields)}text`)).toMatchObject({ fields, blocks: [{ type: 'paragraph' }] });
    expect(readText('json', bytes(jsonOf(title, [{ type: 'divider', attrs: {}, text: [] }], fields))).fields).toEqual(fields);
    // A page shows no white space at the ends, and no signs that are no text.
    if (fields.every(({ value }) => typeof value !== 'string' || value.trim() !== '')) expect(readText('html', bytes(htmlOf(title, [{ type: 'paragraph', attrs: {}, text: [{ text: 'x', marks: {} }] }], fields)))).toMatchObject({ fields, blocks: [{ text: [{ text: 'x' }] }] });
  }));
  expect(readText('html', bytes('<dl class="properties"><dt>a</dt><dd>b</dd></dl>'))).toMatchObject({ fields: [], blocks: [{}, {}] });
  expect(readText('json', bytes('{"format":"lifegraph-document@1","title":"","blocks":[],"properties":[{"name":"a","kind":"link","value":"javascript:x"},{"name":"b","kind":"future"},7,{"name":"","kind":"text"},{"name":"c","kind":"person","value":"u"}]}')).fields).toEqual([{ name: 'a', kind: 'link', value: null }]);
});
