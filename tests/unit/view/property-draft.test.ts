/** The field of a property: words somebody is at stay before them whatever others write, and nothing that is not kept looks kept. */
import { expect, test } from 'vitest';
import { afterNews, afterRefusal, NO_DRAFT, typedValue } from '#view/kit/property-draft.ts';

test("another's value that comes while somebody types takes nothing of what was typed; what was given to the page makes room for what holds", () => {
  expect(afterNews({ text: 'half a wo', sent: false })).toEqual({ text: 'half a wo', sent: false });
  expect(afterNews({ text: 'whole', sent: true })).toEqual(NO_DRAFT);
  expect(afterNews(NO_DRAFT)).toEqual(NO_DRAFT);
});

test('what is no value of the kind, or more than is kept, is refused', () => {
  const link = { kind: 'link', value: null } as const;
  expect([typedValue(link, ' https://x.example/ '), typedValue(link, `https://x.example/${'x'.repeat(2_000)}`), typedValue(link, 'javascript:x'), typedValue(link, '')]).toEqual(['https://x.example/', undefined, undefined, null]);
  expect([typedValue({ kind: 'number', value: 7 }, '7'), typedValue({ kind: 'number', value: 7 }, '1e999'), typedValue({ kind: 'day', value: null }, '2026-02-30'), typedValue({ kind: 'text', value: 'a' }, 'b')]).toEqual([7, undefined, undefined, 'b']);
});

test('a value that was refused stands in its field no longer; what was typed meanwhile does', () => {
  expect(afterRefusal('4')({ text: '4', sent: true })).toEqual(NO_DRAFT);
  expect([afterRefusal('4')({ text: '45', sent: false }), afterRefusal('4')({ text: '45', sent: true })]).toEqual([{ text: '45', sent: false }, { text: '45', sent: true }]);
});
