/** Colours of code (issue 6): every language that is offered is known, and colours cover letters once each, in order, whatever the text is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALSO, LANGUAGES } from '#view/editor/code-bar.tsx';
import { knows, stretchesOf } from '#view/editor/highlight.ts';

test('every language that is offered is known; of an unknown one nothing is coloured', () => {
  for (const [lang] of [...LANGUAGES, ...Object.entries(ALSO)]) expect(knows(lang), lang).toBe(true);
  for (const lang of Object.values(ALSO)) expect(LANGUAGES.some(([id]) => id === lang), lang).toBe(true);
  expect(stretchesOf('klingon', 'if x')).toEqual([]);
});

test('keywords and strings are found where they stand', () => {
  const code = 'const a = "b"; // c';
  const found = stretchesOf('typescript', code).map(({ from, to, kind }) => [code.slice(from, to), kind]);
  expect(found).toContainEqual(['const', 'hljs-keyword']);
  expect(found).toContainEqual(['"b"', 'hljs-string']);
  expect(found).toContainEqual(['// c', 'hljs-comment']);
});

test('a language within the language is coloured as what it says', () => {
  expect(stretchesOf('javascript', '*/<>`').map(({ kind }) => kind).filter((kind) => !kind.startsWith('hljs-'))).toEqual([]);
  const code = 'const a = <b c="d">e</b>;';
  expect(stretchesOf('javascript', code).map(({ from, to, kind }) => [code.slice(from, to), kind])).toContainEqual(['b', 'hljs-name']);
});

test('stretches lie within the text, in order, none over another', () => {
  fc.assert(fc.property(fc.constantFrom(...LANGUAGES.map(([lang]) => lang)), fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.array(fc.constantFrom('`', '${', '}', '"', "'", '/*', '*/', '<', '>', '{', '\n', '$$', 'a', '\\'), { maxLength: 80 }).map((parts) => parts.join(''))), (lang, text) => {
    let at = 0;
    for (const { from, to, kind } of stretchesOf(lang, text)) {
      expect(from).toBeGreaterThanOrEqual(at);
      expect(to).toBeLessThanOrEqual(text.length);
      expect(kind).toMatch(/^hljs-/);
      at = to;
    }
  }), { numRuns: 300 });
});
