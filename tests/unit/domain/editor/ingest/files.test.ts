import { describe, expect, test } from 'vitest';
import { titleFrom } from '#domain/editor';
import { ImportFault, kindOf, titleOfName } from '#domain/editor/files';
import { htmlOf, jsonOf, markdownOf, readText, checkSize, type Draft, type DraftBlock } from '#domain/editor/ingest';
import { CHANNEL_TITLE_MAX, IMPORT_LIMITS } from '#domain/shared';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (name: string, text: string | Uint8Array): Draft => {
  const all = typeof text === 'string' ? bytes(text) : text;
  return readText(kindOf(name, all) as 'text', all);
};
const lines = (blocks: readonly DraftBlock[]): string[] => blocks.map(({ type, attrs, text }) => `${type}${attrs.level ?? ''}${attrs.indent ? `>${attrs.indent}` : ''}${attrs.numbered ? '#' : ''}${attrs.done ? '!' : ''}${attrs.lang ? `:${attrs.lang}` : ''} ${text.map((run) => run.text).join('')}`);
const fault = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ImportFault) return error.fault;
    throw error;
  }
  return 'taken';
};

describe('what is in a file', () => {
  test('Markdown: title, headings, lists in lists, tasks, quotes, callouts, code, tables, notes; pictures are not fetched', () => {
    const source = ['---', 'title: "The lake"', 'tags: a', '---', '# Plan', '#### Small', '- one', '  1. inner', '', '     more of it', '- [x] done', '- [ ] open', '', '> said', '>', '> twice', '', '> [!NOTE]', '> mind this', '', '```TS', 'let a;', '```', '', '| a | b |', '|---|--:|', '| 1 \\| 2 | [x](https://x.example/) |', '', 'Text[^1] ![a picture](https://x.example/p.png) <b>x</b>', '', '[^1]: note', '', '***'].join('\n');
    const draft = read('a.md', source);
    expect([draft.title, draft.fields]).toEqual(['The lake', [{ name: 'tags', kind: 'text', value: 'a' }]]);
    expect(lines(draft.blocks)).toEqual(['heading1 Plan', 'heading4 Small', 'list one', 'list>1# inner', 'paragraph>2 more of it', 'task! done', 'task open', 'quote said', 'quote twice', 'callout mind this', 'code:ts let a;', 'table a\tb\n1 | 2\tx', 'paragraph Text[1] a picture x', 'paragraph [1] note', 'divider ']);
    expect(draft.notes).toEqual([{ code: 'images', count: 1 }, { code: 'notes', count: 1 }]);
    // Out and in again by each way.
    expect(lines(read('a.md', markdownOf(draft.blocks)).blocks)).toEqual(lines(draft.blocks));
    expect(lines(read('a.html', htmlOf('The lake', draft.blocks)).blocks)).toEqual(lines(draft.blocks));
    expect(read('a.json', jsonOf('The lake', draft.blocks, draft.fields))).toEqual({ ...draft, notes: [] });
    expect(markdownOf(draft.blocks)).toContain('| 1 \\| 2 ');
  });

  test('HTML: what a page shows, in order; a table that arranges a page is read as the page', () => {
    const draft = read('a.html', '<!doctype html><title> The  lake </title><h1>A<h2>B</h2><p>one<br>two <b>three</b><ul><li>x<ol><li>y</ol><li><p>z<p>more</ul><pre><code class="language-js">a\n b</code></pre><table><tr><td><h3>C</h3><td>side</table><table><tr><th>a<th>b<tr><td>1<td>2</table><blockquote>q</blockquote><hr>tail');
    expect(draft.title).toBe('The lake');
    expect(lines(draft.blocks)).toEqual(['heading1 A', 'heading2 B', 'paragraph one\ntwo three', 'list x', 'list>1# y', 'list z', 'paragraph>1 more', 'code:js a\n b', 'heading3 C', 'paragraph side', 'table a\tb\n1\t2', 'quote q', 'divider ', 'paragraph tail']);
  });

  test('text keeps its lines, CSV is a table, with the sign between its cells found', () => {
    expect(lines(read('a.txt', 'one\ntwo\r\n\r\n\r\nthree\u0000').blocks)).toEqual(['paragraph one\ntwo', 'paragraph three']);
    expect(lines(read('a.csv', '\ufeffa;b\n"x;1";"say ""no"""\n').blocks)).toEqual(['table a\tb\nx;1\tsay "no"']);
  });

  test('cells over several rows and columns leave the others of them empty: what stands below each other stays so', () => {
    const rows = (html: string): string[] => read('a.html', html).blocks[0]!.table!.rows.map(({ cells }) => cells.map((cell) => cell.map(({ text }) => text).join('')).join(' & '));
    expect(rows('<table><tr><th rowspan=2>Part<th colspan=2>Depth<tr><th>min<th>max<tr><td rowspan=3>Lid<td>1<td>2<tr><td>3<td>4<tr><tr><td>Box<td>5<td>6</table>')).toEqual(['Part & Depth & ', ' & min & max', 'Lid & 1 & 2', ' & 3 & 4', 'Box & 5 & 6']);
    expect(rows('<table><tr><td>a<td>b<td rowspan=2>c<tr><td>d<tr><td>e<td>f<td>g</table>')).toEqual(['a & b & c', 'd &  & ', 'e & f & g']);
    for (const high of ['-7', '0', '1.5', 'x', '99999']) expect(rows(`<table><tr><td rowspan=${high}>a<td>b</table>`)).toEqual(['a & b']);
  });

  test('tables: marks, links and lines of cells go out and come in by each way; whether the first row is a head too; a large one is text', () => {
    const draft = read('a.html', '<table><tr><td>a<td><b>bold</b> <a href="https://x.example/">x</a><tr><td>one<br>two<td>p | q<tr><td colspan=2>wide</table><table><tr><th>h<th>i<tr><td><p>1<p>2<td></table>');
    expect(draft.blocks.map(({ attrs }) => attrs)).toEqual([{ plain: true }, {}]);
    expect(draft.blocks.map(({ table }) => table!.rows.map(({ cells }) => cells.map((cell) => cell.map(({ text, marks }) => `${Object.keys(marks).join()}${text}`).join('')).join(' & ')))).toEqual([
      ['a & boldbold linkx', 'one\ntwo & p | q', 'wide & '], ['h & i', '1\n2 & '],
    ]);
    const cells = (of: Draft): unknown => of.blocks.map(({ table }) => table?.rows.map((row) => row.cells));
    for (const again of [read('a.html', htmlOf('', draft.blocks)), read('a.json', jsonOf('', draft.blocks))]) {
      expect(cells(again)).toEqual(cells(draft));
      expect(again.blocks.map(({ attrs }) => attrs)).toEqual([{ plain: true }, {}]);
    }
    const markdown = markdownOf(draft.blocks);
    expect(markdown).toContain('| one<br>two | p \\| q');
    expect(cells(read('a.md', markdown))).toEqual(cells(draft));
    const large = read('a.csv', Array.from({ length: 1_500 }, (_, at) => `${at},x`).join('\n'));
    expect([large.blocks.map(({ type, attrs }) => `${type} ${attrs.lang}`), large.notes]).toEqual([['code table'], [{ code: 'tables', count: 1 }]]);
    expect(markdownOf(large.blocks)).toContain('| 1499 | x |');
  });

  test('encodings: by mark, by rule of UTF-8, by what a page says, and a guess is said to be one', () => {
    const cp1251 = (text: string): Uint8Array => Uint8Array.from(text, (sign) => (sign >= 'А' && sign <= 'я' ? sign.charCodeAt(0) - 0x350 : sign.charCodeAt(0)));
    const words = 'Съешь ещё этих мягких булок'.replace('ё', 'е');
    expect(read('a.txt', cp1251(words))).toMatchObject({ blocks: [{ text: [{ text: words }] }], notes: [{ code: 'encoding', name: 'windows-1251' }] });
    expect(read('a.html', cp1251(`<meta charset="windows-1251"><p>${words}`))).toMatchObject({ blocks: [{ text: [{ text: words }] }], notes: [] });
    expect(read('a.html', cp1251(`<meta charset="utf-8"><p>${words}`))).toMatchObject({ blocks: [{ text: [{ text: words }] }], notes: [{ code: 'encoding' }] });
    expect(read('a.txt', Uint8Array.from([0xff, 0xfe, 0x41, 0, 0x16, 0x04]))).toMatchObject({ blocks: [{ text: [{ text: 'AЖ' }] }], notes: [] });
    expect(read('a.txt', words)).toMatchObject({ blocks: [{ text: [{ text: words }] }], notes: [] });
    // A byte that is none of UTF-8, or half a letter at the end, does not make all the others another alphabet.
    expect(read('a.txt', Uint8Array.from([...bytes(`${words} `), 0xff, ...bytes(' мягких')]))).toMatchObject({ blocks: [{ text: [{ text: `${words} \ufffd мягких` }] }], notes: [{ code: 'encoding', name: 'utf-8' }] });
    expect(read('a.txt', bytes(`${words} ещё`).slice(0, -1))).toMatchObject({ blocks: [{ text: [{ text: `${words} ещ\ufffd` }] }], notes: [{ code: 'encoding', name: 'utf-8' }] });
  });

  test('Markdown: what stands before the text is taken line by line; a rule with lines below it that is never closed is a rule', () => {
    expect(read('a.md', '---\r\ntitle : The lake  \r\ntags:\r\n  - a\r\n---  \r\ntext')).toMatchObject({ title: 'The lake', blocks: [{ type: 'code', text: [{ text: 'tags:\n  - a' }] }, { type: 'paragraph', text: [{ text: 'text' }] }] });
    expect(read('a.md', '---\n---\ntext')).toMatchObject({ title: '', blocks: [{ type: 'paragraph' }] });
    expect(lines(read('a.md', `---\n\n${'    let a;\n'.repeat(40)}\nwords`).blocks)).toEqual(['divider ', `code ${'let a;\n'.repeat(40).trim()}`, 'paragraph words']);
    expect(read('a.md', `---\ntags:\n${'  - a\n'.repeat(40)}words without a name\n---\n`)).toMatchObject({ title: '' });
  }, 10_000);
});

describe('hostile files', () => {
  test('[row 20] of a page with scripts, drawings, frames and clobbered names only its text comes out, with no address that could run', () => {
    const draft = read('a.html', `<p id=__proto__ onclick=pwn()>kept one<script>pwn()</script><svg><foreignObject><p>no</p></foreignObject></svg><math><mtext><img src=x onerror=pwn()></mtext></math><iframe srcdoc="<script>pwn()</script>"></iframe><noscript><p title="</noscript><img src=x onerror=pwn()>">kept two</noscript><a href="javascript:pwn()">kept three</a> <a href="JaVa\tScript:pwn()">kept four</a> <a href="data:text/html,x">kept five</a><img src="https://evil.example/p"><style>@import "https://evil.example/s"</style><template><p>no</p></template><a href="https://good.example/">kept six</a>`);
    const all = JSON.stringify(draft.blocks);
    for (const word of ['one', 'three', 'four', 'five', 'six']) expect(all).toContain(`kept ${word}`);
    for (const word of ['pwn', 'script:', 'data:', 'evil', 'onerror']) expect(all.toLowerCase()).not.toContain(word);
    expect(draft.blocks.flatMap((block) => block.text.flatMap((run) => run.marks.link ?? []))).toEqual(['https://good.example/']);
    // Written out again it is still no markup.
    const nasty: DraftBlock[] = [{ type: 'paragraph', attrs: {}, text: [{ text: '<img src=x onerror=pwn()>"\'&', marks: { link: 'https://good.example/"><script>' } }] }];
    expect(htmlOf('</title><script>pwn()</script>', nasty)).not.toMatch(/<img|<script/);
    expect(read('a.html', htmlOf('t', nasty)).blocks).toEqual(nasty);
    expect(read('a.md', markdownOf(nasty)).blocks[0]!.text[0]!.text).toBe(nasty[0]!.text[0]!.text);
  });

  test('JSON by another hand: what is no block, mark or attribute is left out', () => {
    const file = { format: 'lifegraph-document@1', title: 7, blocks: [null, { type: 'future' }, { type: 'heading', attrs: { level: 99, indent: 'x', evil: 1 }, text: [{ text: 'A', marks: { link: 'javascript:x', bold: 'yes', code: true } }, { text: 3 }] }] };
    expect(read('a.json', JSON.stringify(file))).toMatchObject({ title: '', blocks: [{ type: 'heading', attrs: {}, text: [{ text: 'A', marks: { code: true } }] }], notes: [{ code: 'other', count: 2 }] });
    expect(fault(() => read('a.json', '{"a":1}'))).toBe('not-what-it-says');
    expect(fault(() => read('a.json', '{"a":'))).toBe('damaged');
  });

  test('a file that is empty, of another kind than its name says, or of none that is read, is refused by name', () => {
    expect(fault(() => read('a.md', ''))).toBe('empty-file');
    expect(fault(() => read('a.md', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1])))).toBe('not-what-it-says');
    expect(fault(() => read('a.ics', 'BEGIN:VCALENDAR'))).toBe('unknown-kind');
    expect(fault(() => read('README', 'words'))).toBe('taken');
    expect(kindOf('a.docx', Uint8Array.from([0x50, 0x4b, 3, 4, 0]))).toBe('word');
    expect(kindOf('a.pdf', bytes(`${'junk '.repeat(100)}%PDF-1.4`))).toBe('pdf');
    expect(fault(() => kindOf('a.docx', Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0])))).toBe('locked-word');
    expect(fault(() => kindOf('a.docx', bytes('words')))).toBe('not-what-it-says');
    expect(fault(() => kindOf('a.pdf', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1])))).toBe('not-what-it-says');
    expect(titleOfName('C:\\x\\The_lake plan.tar.md')).toBe('The lake plan.tar');
    // Half a sign of two halves can be kept nowhere: a document of that title could not be made.
    expect(titleFrom(` ${'x'.repeat(CHANNEL_TITLE_MAX - 1)}🙂 `)).toBe('x'.repeat(CHANNEL_TITLE_MAX - 1));
  });

  test('[limit IMPORT.fileBytes] a larger file is refused before it is read', () => {
    expect(fault(() => checkSize(IMPORT_LIMITS.fileBytes))).toBe('taken');
    expect(fault(() => checkSize(IMPORT_LIMITS.fileBytes + 1))).toBe('too-large');
  });

  test('[limit IMPORT.blocks IMPORT.units] a document of more lines or letters than one page may have is refused', () => {
    expect(fault(() => read('a.txt', 'x\n\n'.repeat(IMPORT_LIMITS.blocks)))).toBe('taken');
    expect(fault(() => read('a.txt', 'x\n\n'.repeat(IMPORT_LIMITS.blocks + 1)))).toBe('too-many-blocks');
    expect(fault(() => read('a.txt', 'x'.repeat(IMPORT_LIMITS.units)))).toBe('taken');
    expect(fault(() => read('a.txt', 'x'.repeat(IMPORT_LIMITS.units + 1)))).toBe('too-much-text');
  });

  test('long rows of white space, and tables with one long line, take no longer than other text, and no memory', () => {
    const gap = ' '.repeat(300_000);
    expect(lines(read('a.txt', `a${gap}b`).blocks)).toEqual([`paragraph a${gap}b`]);
    expect(lines(read('a.md', `a${gap}b`).blocks)).toEqual([`paragraph a${gap}b`]);
    expect(lines(read('a.md', `---\ntitle: a${gap}b\n---\nc${gap}\nd`).blocks)).toEqual(['paragraph c\nd']);
    expect(fault(() => read('a.csv', `${','.repeat(100_000)}\n${'x\n'.repeat(100_000)}`))).toBe('too-much-text');
    // More cells than a page may hold are refused while they are counted, not when they all stand there.
    expect(fault(() => read('a.csv', ','.repeat(IMPORT_LIMITS.fileBytes / 2)))).toBe('too-much-text');
    expect(fault(() => read('a.html', `<table>${'<tr><td colspan=200>x'.repeat(1_700)}</table>`))).toBe('too-much-text');
    expect(fault(() => read('a.html', `<table><tr>${'<td rowspan=200>x'.repeat(200)}${'<tr><td>x'.repeat(1_700)}</table>`.replace(/<tr><td>x/g, '<tr><td colspan=200>x')))).toBe('too-much-text');
    for (const wide of ['-7', '0', '1.5', 'x']) expect(fault(() => read('a.html', `<table><tr><td colspan=${wide}>a<td>b<tr><td>c<td>d</table>`))).toBe('taken');
  }, 20_000);

  test('[limit IMPORT.depth] of a page nested deeper only the text is taken, and nothing overflows', () => {
    const nested = (depth: number): string => `${'<div>'.repeat(depth)}<ul><li>deep</ul>`;
    expect(lines(read('a.html', nested(IMPORT_LIMITS.depth - 10)).blocks)).toEqual(['list deep']);
    expect(lines(read('a.html', nested(IMPORT_LIMITS.depth + 10)).blocks)).toEqual(['paragraph deep']);
    expect(lines(read('a.html', nested(5_000)).blocks)).toEqual(['paragraph deep']);
  });
});
