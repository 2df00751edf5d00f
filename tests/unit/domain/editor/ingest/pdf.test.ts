import { expect, test } from 'vitest';
import { markdownOf, PdfReader, type Page } from '#domain/editor/ingest';

type Item = Page['items'][number];
/** A line of text at a place, as pdf.js gives it. */
const line = (text: string, y: number, { x = 50, size = 10 } = {}): Item => ({ text, x, y, size, width: text.length * size * 0.5, end: true });
const page = (number: number, items: Item[], links: Page['links'] = []): Page => ({ number, items, links });
const shown = (pages: readonly Page[]): string[] => {
  const reader = new PdfReader();
  pages.forEach((one) => reader.page(one));
  return reader.done('').blocks.map(({ type, attrs, text }) => `${type}${attrs.level ?? ''}${attrs.indent ? `>${attrs.indent}` : ''}@${attrs.page} ${text.map((run) => run.text).join('')}`);
};

test('lines become paragraphs, larger ones headings by their sizes, signs lists, and every block knows its page', () => {
  expect(shown([
    page(1, [line('The lake', 700, { size: 20 }), line('Depth', 670, { size: 14 }), line('Ice is thick in the', 650), line('middle of the lake and', 638), line('thin at its ends.', 626), line('Another paragraph.', 600), line('• one', 580), line('goes on', 568, { x: 60 }), line('◦ inner', 556, { x: 70 }), line('1. A number stays', 540)]),
    page(2, [line('Ends with a hy-', 700), line('phen.', 688)]),
  ])).toEqual(['heading1@1 The lake', 'heading2@1 Depth', 'paragraph@1 Ice is thick in the middle of the lake and thin at its ends.', 'paragraph@1 Another paragraph.', 'list@1 one goes on', 'list>1@1 inner', 'paragraph@1 1. A number stays', 'paragraph@2 Ends with a hy-phen.']);
});

test('pieces of one line are put together, with a space where the file leaves room; what lies in the box of a link leads there, scripts nowhere', () => {
  const piece = (text: string, x: number): Item => ({ text, x, y: 700, size: 10, width: text.length * 5, end: false });
  const reader = new PdfReader();
  reader.page(page(1, [piece('See', 50), piece('the', 70), piece('page', 89), piece('here', 115)], [{ url: 'https://x.example/', box: [68, 695, 110, 712] }, { url: 'javascript:x', box: [113, 695, 140, 712] }]));
  expect(markdownOf(reader.done('').blocks)).toBe('See [the page](https://x.example/) here\n');
});

test('pages without text are named; a file of only such pages has no text, which is said', () => {
  const reader = new PdfReader();
  [page(1, [line('words', 700)]), page(2, []), page(3, [line(' ', 700)])].forEach((one) => reader.page(one));
  expect(reader.done('').notes).toEqual([{ code: 'scanned', pages: [2, 3] }]);
  const scanned = new PdfReader();
  scanned.page(page(1, []));
  expect(scanned.done('')).toEqual({ title: '', blocks: [], fields: [], notes: [{ code: 'no-text' }] });
});

test('pages that all show one and the same long text are refused as soon as it is too much, before they are kept', () => {
  const reader = new PdfReader();
  const items = Array.from({ length: 1_000 }, (_, at) => line('x'.repeat(200), 700 - at));
  let pages = 0;
  expect(() => {
    for (; pages < 2_000; pages++) reader.page(page(pages + 1, items));
  }).toThrow(/letters/);
  expect(pages).toBeLessThan(20);
});
