import { expect, test } from 'vitest';
import { markdownOf, PdfReader, type Page } from '#domain/editor/ingest';

type Item = Page['items'][number];
/** A line of text at a place, as pdf.js gives it. */
const line = (text: string, y: number, { x = 50, size = 10 } = {}): Item => ({ text, x, y, size, width: text.length * size * 0.5, end: true });
const page = (number: number, items: Item[], links: Page['links'] = []): Page => ({ number, items, links, unread: false });
const shown = (pages: readonly Page[]): string[] => {
  const reader = new PdfReader();
  pages.forEach((one) => reader.page(one));
  return reader.done('').blocks.map(({ type, attrs, text }) => `${type}${attrs.level ?? ''}${attrs.indent ? `>${attrs.indent}` : ''}@${attrs.page} ${text.map((run) => run.text).join('')}`);
};

test('lines become paragraphs, larger ones headings by their sizes, signs lists, and every block knows its page', () => {
  expect(shown([
    page(1, [line('The lake', 700, { size: 20 }), line('Depth', 670, { size: 14 }), line('Ice is thick in the', 650), line('middle of the lake and', 638), line('thin at its ends.', 626), line('Another paragraph.', 600), line('• one', 580), line('goes on', 568, { x: 60 }), line('◦ inner', 556, { x: 70 }), line('1. A number stays', 540)]),
    page(2, [line('Ends with a hy-', 700), line('phen.', 688)]),
  ])).toEqual(['heading1@1 The lake', 'heading2@1 Depth', 'paragraph@1 Ice is thick in the middle of the lake and thin at its ends.', 'paragraph@1 Another paragraph.', 'list@1 one goes on', 'list>1@1 inner', 'paragraph@1 1. A number stays', 'paragraph@2 Ends with a hyphen.']);
});

test('a word that its line parted is one again: as the rest of the file writes it, in one piece or with its hyphen', () => {
  const end = (words: string, next: string): string => shown([page(1, [line('The client-side code is well known, compile it at once.', 700)]), page(2, [line(words, 600), line(next, 588)])]).at(-1)!.replace('paragraph@2 ', '');
  expect([end('We com-', 'pile it.'), end('On the client-', 'side here.'), end('Of op-', 'timizations.'), end('A well-', 'known one.'), end('In Spider-', 'Monkey.'), end('A soft hy\u00ad', 'phen.'), end('A dash -', 'alone.')]).toEqual(['We compile it.', 'On the client-side here.', 'Of optimizations.', 'A well-known one.', 'In Spider-Monkey.', 'A soft hyphen.', 'A dash - alone.']);
});

test('what the file lists as its contents are headings of those levels, once each and on their page, with their numbers or without', () => {
  const reader = new PdfReader();
  [
    page(1, [line('Handbook', 740, { size: 20 }), line('1 Begin', 700), line('Words stand close below it,', 688), line('and go on.', 676)]),
    page(2, [line('Begin', 740), line('1.1 The way', 700), line('of the river', 688), line('More words of the text.', 660), line('Large', 630, { size: 14 }), line('Begin is a word here too.', 600)]),
  ].forEach((one) => reader.page(one));
  const { blocks } = reader.done('', 0, [{ title: 'Begin', depth: 1, page: 1 }, { title: '2.4 The way of the river', depth: 2, page: 2 }, { title: 'Not here', depth: 1, page: 2 }, { title: '…', depth: 1, page: 1 }]);
  expect(blocks.map(({ type, attrs, text }) => `${type}${attrs.level ?? ''} ${text.map((run) => run.text).join('')}`)).toEqual(['heading1 Handbook', 'heading2 1 Begin', 'paragraph Words stand close below it, and go on.', 'paragraph Begin', 'heading3 1.1 The way of the river', 'paragraph More words of the text.', 'heading4 Large', 'paragraph Begin is a word here too.']);
});

test('a sign of another size before a line makes it no other line', () => {
  const sign = (y: number): Item => ({ text: '• ', x: 50, y, size: 7, width: 6, end: false });
  expect(shown([page(1, [line('Words of the text go on here.', 700), sign(680), line('forming trees to', 680, { x: 58 }), line('cover a program', 668, { x: 58 }), sign(650), line('another', 650, { x: 58 })])])).toEqual(['paragraph@1 Words of the text go on here.', 'list@1 forming trees to cover a program', 'list@1 another']);
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

test('a broken page is left out and named; the others come in', () => {
  const reader = new PdfReader();
  [page(1, [line('words', 700)]), { ...page(2, []), unread: true }].forEach((one) => reader.page(one));
  const { blocks, notes } = reader.done('');
  expect([blocks.length, notes]).toEqual([1, [{ code: 'unread', pages: [2] }]]);
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
