/** What goes out as Markdown or HTML comes in as it was: formulas, code with lines, rules, callouts, our own addresses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinRuns, tableOf, withTable, type Run } from '#domain/editor/model';
import { htmlOf, markdownOf, readText, type Draft, type DraftBlock } from '#domain/editor/ingest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const md = (text: string): Draft => readText('markdown', bytes(text));
const html = (text: string): Draft => readText('html', bytes(text));
const of = (type: DraftBlock['type'], text: string, attrs: DraftBlock['attrs'] = {}, marks: Run['marks'] = {}): DraftBlock => ({ type, attrs, text: text === '' ? [] : [{ text, marks }] });
const said = ({ blocks }: Draft): string[] => blocks.map(({ type, attrs, text }) => `${type}${attrs.lang ? `:${attrs.lang}` : ''}${attrs.indent ? `>${attrs.indent}` : ''} ${text.map((run) => (run.marks.code ? `<${run.text}>` : run.text)).join('')}`);
const MATH = String.raw`\frac{a_1*b*c}{\sqrt{2}} \\ + x`;

test('formulas keep their signs: blocks with lines that would be Markdown, in lists too, and words in a line; code, addresses and prices are none', () => {
  expect(said(md(`a\n$$\n${MATH}\n+ b\n\n# c\n$$\nd\n\n$$x_1*y*z$$\n\n- item\n\n  $$\n  \\alpha\n  $$\n\n1. $a*b*c$ and **$\\beta_1$**\n`))).toEqual([
    'paragraph a', `code:math ${MATH}\n+ b\n\n# c`, 'paragraph d', 'code:math x_1*y*z', 'list item', 'code:math>1 \\alpha', 'list <$a*b*c$> and <$\\beta_1$>',
  ]);
  expect(said(md('`a $b*c*d$ e` and `` ` $f*g*h$ `` [x](https://x.example/$a$) <https://x.example/$b$> costs $5 or $6, \\$a*b*$, a$b$c, $ d $, $e$f\n\n```sh\n$$\necho $a*b$\n$$\n```\n\n    $$\n    $x*y$\n    $$\n'))).toEqual([
    'paragraph <a $b*c*d$ e> and <` $f*g*h$> x https://x.example/$b$ costs $5 or $6, $ab$, a$b$c, $ d $, $e$f', 'code:sh $$\necho $a*b$\n$$', 'code $$\n$x*y$\n$$',
  ]);
  expect(said(md('$$\nnever closed *a*\n\nb'))).toEqual(['paragraph $$ never closed a', 'paragraph b']);
  const blocks = [of('code', `${MATH}\n\n  in`, { lang: 'math' }), of('list', 'a'), of('code', 'b', { lang: 'math', indent: 1 }), of('code', 'a $$ b', { lang: 'math' }), of('code', '```', { lang: 'math' }), of('code', '$$\nx\n$$', { lang: 'tex' })];
  const text = markdownOf(blocks);
  expect(text).toContain(`$$\n${MATH}\n\n  in\n$$\n`);
  expect(md(text).blocks).toEqual(blocks);
  expect(markdownOf(md('so $a*b*c$.').blocks)).toBe('so $a*b*c$.\n');
  expect(markdownOf([of('paragraph', 'costs $5 or $6')])).toBe('costs $5 or $6\n');
  // Made to hold the reader up.
  for (const long of ['$a'.repeat(20_000), '<$'.repeat(20_000), '$$\na\n'.repeat(4_000)]) md(long);
}, 60_000);

test('whatever words with these signs say, they come back as they were', () => {
  const words = fc.string({ unit: fc.constantFrom('a', '1', '$', '$$', '\\', '(', '.', '*', '_', ' b ', '`'), minLength: 1, maxLength: 9 });
  const run = fc.record({ text: words, marks: fc.constantFrom<Run['marks']>({}, { code: true }, { bold: true }, { italic: true }) }).map(({ text, marks }) => ({ text: text.trim() || 'x', marks }));
  fc.assert(fc.property(fc.array(fc.array(run, { minLength: 1, maxLength: 4 }).map((runs) => joinRuns(runs)), { minLength: 1, maxLength: 3 }), (texts) => {
    const blocks = texts.map((text): DraftBlock => ({ type: 'paragraph', attrs: {}, text }));
    expect(md(markdownOf(blocks)).blocks).toEqual(blocks);
  }), { numRuns: 150 });
});

test('code behind a backslash is code, and a `$` in it none', () => {
  const blocks = ['\\', '`'].map((words): DraftBlock => ({ type: 'paragraph', attrs: {}, text: [{ text: words, marks: {} }, { text: 'b $a$\\', marks: { code: true } }, { text: 'a', marks: {} }] }));
  expect(md(markdownOf(blocks)).blocks).toEqual(blocks);
  expect(said(md(String.raw`\\` + '`a $b$`'))).toEqual([String.raw`paragraph \<a $b$>`]);
});

test('a line break in code stays one, and does not tear a table', () => {
  const code = (text: string): Run[] => [{ text, marks: { code: true } }];
  const table = withTable({ id: 'a', attrs: {} }, tableOf([[code('a\nb'), code('c')], [[], code('d | $e|f$')]], ((n) => () => `i${n++}`)(0))) as DraftBlock & { id: string };
  const [made] = md(markdownOf([table])).blocks;
  expect(made?.table?.rows.map(({ cells }) => cells.map((cell) => cell.map((one) => (one.marks.code ? `<${one.text}>` : one.text)).join('')))).toEqual([['<a>\n<b>', '<c>'], ['', '<d | $e|f$>']]);
  expect(said(md(markdownOf([of('paragraph', 'a\n# b', {}, { code: true })])))).toEqual(['paragraph <a>\n<# b>']);
});

test('a page that begins with a rule and has one more is no front', () => {
  const blocks = [of('divider', ''), of('paragraph', 'Note: words'), of('divider', '')];
  expect(md(markdownOf(blocks))).toMatchObject({ title: '', fields: [], blocks });
  expect(markdownOf(blocks)).toMatch(/^\*\*\*\n/);
});

test('words of a quote that look like a callout are words, and a callout is one in HTML too', () => {
  const blocks = [of('quote', '[!note] take care'), of('callout', 'mind this'), of('quote', 'a')];
  expect(said(md(markdownOf(blocks)))).toEqual(['quote [!note] take care', 'callout mind this', 'quote a']);
  expect(said(html(htmlOf('', blocks)))).toEqual(['quote [!note] take care', 'callout mind this', 'quote a']);
});

test('HTML keeps our own addresses, and says that each line has a side of its own', () => {
  const blocks = [of('paragraph', 'a', {}, { link: '#/s/documents/p?b=x' }), of('heading', 'b', { level: 2 }), of('list', 'c')];
  expect(html(htmlOf('', blocks))).toMatchObject({ blocks, notes: [] });
  for (const tag of ['p', 'h2', 'li']) expect(htmlOf('', blocks)).toContain(`<${tag} dir="auto">`);
  expect(html('<a href="#here">a</a>').blocks[0]!.text).toEqual([{ text: 'a', marks: {} }]);
});
