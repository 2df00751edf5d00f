/** A space goes out as files and comes in again (issue 6, Export: "a whole space to a folder/zip that imports back"). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZipOut } from '#adapters/files/zip-write';
import { filesOfArchive } from '#boot/archive';
import { copyProperties, DOCUMENT, type Field, fieldsOf, propertiesAt, propertiesOf, readProperties } from '#domain/editor';
import { BLOCK_TYPES, DocReplica, joinRuns, plainOf, readAttrs, tableOf, withTable, changeTexts, type Block, type Marks, type Run } from '#domain/editor/model';
import type { KeptFile } from '#domain/editor/files';
import { addressed, addressedFields, readVault, SpaceWriter, type PageOut, type Vault } from '#domain/editor/vault';
import { CHANNEL_TITLE_MAX, oneLine } from '#domain/shared';
import type { JsonValue } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const FULL = process.env['LGOS_FULL'] === '1';

interface Page extends PageOut {
  readonly blocks: readonly Block[];
  readonly fields: readonly Field[];
}
interface Space {
  readonly id: string;
  readonly pages: readonly Page[];
}

/** As it is read from a document that merges. */
const shown = (blocks: readonly Block[]): readonly Block[] => {
  const [writer, reader] = [new DocReplica(7), new DocReplica(8)];
  reader.take(writer.write(blocks));
  return reader.shown();
};

function zipped({ id, pages }: Space): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new ZipOut(new Date(2026, 0, 1), (part) => void parts.push(part.slice() as Uint8Array<ArrayBuffer>));
  const writer = new SpaceWriter({ id, name: 'River' }, pages, zip);
  for (const [at, { blocks, fields }] of pages.entries()) {
    for (const { attrs: { file } } of blocks) if (file !== undefined && !writer.holds(file)) writer.attach({ id: file, name: nameOf(file), mime: 'image/png' }, bytesOf(file));
    writer.page(at, blocks, fields);
  }
  writer.end();
  zip.end();
  return new Blob(parts);
}

/** A file by its node: `F`, which of those that are called the same, and which of all. */
const NAMES = ['lid.png', 'План (1).PNG', 'thumbs.db', 'a/b:c', '.hidden', 'notes.md', '__MACOSX', 'x'];
const fileId = (at: number): string => `F${at}`.padEnd(22, '-');
const fileAt = (id: string): number => Number(/^F(\d+)/.exec(id)![1]);
const nameOf = (id: string): string => NAMES[fileAt(id) % NAMES.length]!;
const bytesOf = (id: string): Uint8Array => new TextEncoder().encode(`bytes of ${fileAt(id)} `.repeat(fileAt(id) + 1));
/** The node a file that comes in is kept under: the one its bytes belong to. */
const keep = (vault: Vault): Promise<KeptFile[][]> => Promise.all(vault.pages.map(({ files }) => Promise.all(files.map(async ({ read }) => ({ id: fileId(Number(/^bytes of (\d+) /.exec(new TextDecoder().decode(await read()))![1])), picture: true })))));

let ids = 0;
const ports = { newId: () => `n${String(ids++).padStart(21, '0')}`, told: () => undefined };
const contents = async (file: Blob): Promise<Record<string, string>> => Object.fromEntries(await Promise.all((await filesOfArchive(file)).map(async ({ path, read }) => [path, new TextDecoder().decode(await read())])));
/** What the kernel makes of the pages in a space of another id. */
function arrived(vault: Vault, id: string, files: readonly (readonly KeptFile[])[] = []): Space {
  const fragments = vault.pages.map((_, at) => `${id}-${at}`);
  const hrefs = fragments.map((fragment) => `#/${id}/documents/${fragment}`);
  return { id, pages: vault.pages.map((page, at) => ({ title: page.title, fragment: fragments[at]!, blocks: shown(addressed(page, hrefs, files[at])), fields: kept(addressedFields(page, hrefs)) })) };
}
/** Properties as a page holds them. */
function kept(fields: readonly Field[]): Field[] {
  const props = Object.assign({}, ...copyProperties(propertiesAt('f'), propertiesOf(fields, () => `p${String(ids++).padStart(7, '0')}`)).map((op) => (op.op === 'node.set' ? op.props : {}))) as Record<string, JsonValue>;
  return fieldsOf(readProperties(nodeView({ type: DOCUMENT, props })), (uid) => `person ${uid}`);
}

const blockId = (page: number, at: number): string => `p${page}b${at}`.padEnd(22, 'x');
const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\n', '*', '_', '[[', ']]', '#', '`', '|', '<', '>', '\\', '!', 'я', '語', '🙂', '\u0000', '\ud800', '~', '"', '---', '\t', '\u202e'), maxLength: 12 });
const link = (pages: number): fc.Arbitrary<string> => fc.oneof(
  fc.constantFrom('https://x.example/a?b=c#d', 'mailto:a@x.example', '#/other/documents/p0', '#/s/chat/p0', '#/s/documents/gone', 'https://host.example/#/s/documents/p0'),
  fc.nat(pages - 1).map((at) => `#/s/documents/p${at}`),
  fc.tuple(fc.nat(pages - 1), fc.nat(3)).map(([at, block]) => `#/s/documents/p${at}?b=${blockId(at, block)}`),
);
const flag = fc.option(fc.constant(true as const), { nil: undefined });
const run = (pages: number): fc.Arbitrary<Run> => fc.record({ text, marks: fc.record({ bold: flag, italic: flag, strike: flag, code: flag, link: fc.option(link(pages), { nil: undefined }) }).map((marks) => Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined)) as Marks) });
const block = (pages: number, page: number): fc.Arbitrary<(at: number) => Block> => fc.record({
  // Of files that are not on the device only their names go out: tests/sim/export-space.test.ts.
  type: fc.constantFrom(...BLOCK_TYPES), file: fc.nat(19), alt: fc.option(fc.constantFrom('The lid', '300', 'a ] b', '*x*'), { nil: undefined }), text: fc.array(run(pages), { maxLength: 4 }),
  attrs: fc.record({ level: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }), indent: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }), numbered: flag, done: flag, lang: fc.option(fc.constantFrom('ts', 'table', 'yaml'), { nil: undefined }), page: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }) }),
  rows: fc.integer({ min: 1, max: 3 }).chain((width) => fc.array(fc.array(fc.array(run(pages), { maxLength: 2 }), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 3 })),
}).map(({ type, attrs, text: runs, rows, file, alt }) => (at: number) => type === 'picture' || type === 'file' ? { id: blockId(page, at), type, attrs: readAttrs((name) => (name === 'file' ? fileId(file) : name === 'alt' ? (alt ?? (type === 'file' ? nameOf(fileId(file)) : undefined)) : (attrs as Record<string, unknown>)[name])), text: [] } : type === 'table' ? withTable({ id: blockId(page, at), attrs: readAttrs((name) => (attrs as Record<string, unknown>)[name]) }, tableOf(rows.map((row) => row.map((cell) => joinRuns(cell))), ((n) => () => `t${at}i${n++}`)(0))) : ({ id: blockId(page, at), type, attrs: readAttrs((name) => (attrs as Record<string, unknown>)[name]), text: joinRuns(runs) }));
const title = fc.oneof(fc.constantFrom('Plan', 'plan', 'CON', 'a/b\\c:d', '..', '🙂', 'x'.repeat(80), 'a "quoted" title', "it's (new)", 'План работ', '#1 [x]', 'Plan 2'), fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })).map((one) => oneLine(one).slice(0, CHANNEL_TITLE_MAX).replace(/[\ud800-\udbff]$/, '').trim() || 'Plan');
const field = (pages: number): fc.Arbitrary<Field> => fc.record({ name: fc.oneof(fc.constantFrom('State', 'title', 'x y', 'a: b', '"q"', 'срок'), fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' })), of: fc.oneof(
  fc.record({ kind: fc.constant('text' as const), value: fc.oneof(text, fc.constantFrom('true', '7', '2026-12-24', 'https://x.example/', '[a]', '#1', '[[Plan]]', null)) }), fc.record({ kind: fc.constant('number' as const), value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0)) }),
  fc.record({ kind: fc.constant('day' as const), value: fc.constantFrom('2026-02-28', null) }), fc.record({ kind: fc.constant('check' as const), value: fc.boolean() }), fc.record({ kind: fc.constant('link' as const), value: link(pages) }), fc.record({ kind: fc.constant('person' as const), value: fc.constant('uid') }),
) }).map(({ name, of }) => ({ name: oneLine(name).slice(0, 20) || 'x', ...of }));
const space: fc.Arbitrary<Space> = fc.integer({ min: 1, max: 5 }).chain((pages) => fc.tuple(...Array.from({ length: pages }, (_, page) => fc.record({ title, blocks: fc.array(block(pages, page), { maxLength: 8 }), fields: fc.array(field(pages), { maxLength: 4 }) })))
  .map((all) => ({ id: 's', pages: all.map(({ title: name, blocks, fields }, at) => ({ title: name, fragment: `p${at}`, fields: kept(fields), blocks: shown(blocks.map((make, index) => make(index))) })) })));

test('random spaces: what goes out, comes in and goes out again is equal, file by file', { timeout: 120_000 }, async () => {
  const seen = { pages: 0, blocks: 0, links: 0, inner: 0, fields: 0, files: 0 };
  await fc.assert(fc.asyncProperty(space, async (given) => {
    const first = zipped(given);
    const vault = await readVault('x.zip', await filesOfArchive(first), ports);
    expect(vault.left).toEqual([]);
    const again = arrived(vault, 't', await keep(vault));
    expect(await contents(zipped(again))).toEqual(await contents(first));
    // And it is the same space: words, kinds, attributes, and links of the same pages and blocks.
    expect(again.pages.map(({ title: name }) => name)).toEqual(given.pages.map(({ title: name }) => name));
    expect(again.pages.map(({ blocks }) => blocks.map(plain('t')))).toEqual(given.pages.map(({ blocks }) => blocks.map(plain('s'))));
    expect(again.pages.map(({ fields }) => fields.map(plainField('t')))).toEqual(given.pages.map(({ fields }) => fields.map(plainField('s'))));
    seen.fields += given.pages.reduce((sum, { fields }) => sum + fields.length, 0);
    seen.pages += given.pages.length;
    seen.files += given.pages.reduce((sum, { blocks }) => sum + blocks.filter(({ attrs: { file } }) => file !== undefined).length, 0);
    for (const { blocks } of given.pages) for (const { text: runs } of blocks) for (const { marks } of runs) if (marks.link) seen[marks.link.startsWith('#/s/documents/p') ? 'inner' : 'links'] += 1;
    seen.blocks += given.pages.reduce((sum, { blocks }) => sum + blocks.length, 0);
  }), { numRuns: FULL ? 1_000 : 30 });
  console.log(`spaces out, in and out again: ${seen.pages} pages, ${seen.blocks} blocks, ${seen.inner} links to pages, ${seen.links} others, ${seen.files} pictures and files, equal`);
  expect(Math.min(seen.blocks, seen.inner, seen.links, seen.fields)).toBeGreaterThan(50);
  expect(seen.files).toBeGreaterThan(20);
});

/** A block without the signs that are no text, with links to its own space as such. */
const plain = (id: string) => (block: Block): unknown => changeTexts(block, (runs) => joinRuns(runs.map(({ text: words, marks }) => ({ text: words.replace(/[\u0000\ud800-\udfff]/gu, (sign) => (sign === '\u0000' ? '' : '\ufffd')), marks: marks.link === undefined ? marks : { ...marks, link: marks.link.replace(/^(?:https:\/\/host\.example\/)?#\/(\w+)\/documents\/(?:\w-|p)(\d+)/, (all, where: string, at: string) => (where === id ? `page ${at}` : all)) } }))));

const plainField = (id: string) => (field: Field): unknown => {
  const asBlock = (words: string, link?: string): Run | undefined => (plain(id)({ id: '', type: 'paragraph', attrs: {}, text: [{ text: words, marks: link === undefined ? {} : { link } }] }) as Block).text[0];
  return { ...field, name: asBlock(field.name)?.text, value: field.kind === 'link' ? asBlock('x', String(field.value))?.marks.link : field.kind === 'text' ? (asBlock(String(field.value ?? ''))?.text ?? null) : field.value };
};

test('the Markdown alone is the space as well: other programs find titles, words and links between the pages', async () => {
  const fields: readonly Field[] = [{ name: 'State', kind: 'text', value: 'a "b": [c] # d' }, { name: 'Due by', kind: 'day', value: '2026-12-24' }, { name: 'n', kind: 'number', value: -0.5 }, { name: 'done', kind: 'check', value: false }, { name: 'title', kind: 'text', value: 'true' }, { name: 'web', kind: 'link', value: 'https://x.example/a?b=c#d' }, { name: 'open', kind: 'text', value: null }];
  const of = (at: number, words: string, to: number): Page => ({ fields: at === 2 ? [...fields, { name: 'page', kind: 'link', value: '#/s/documents/p1' }] : [], title: ['Home (new)', "Ice: 100 % of it's", 'Plan'][at]!, fragment: `p${at}`, blocks: shown([{ id: blockId(at, 0), type: 'heading', attrs: { level: 2 }, text: [{ text: words, marks: {} }] }, { id: blockId(at, 1), type: 'list', attrs: {}, text: [{ text: 'see ', marks: {} }, { text: 'the other', marks: { bold: true, link: `#/s/documents/p${to}` } }] }]) });
  const pages = [of(0, 'One', 1), of(1, 'Two', 2), of(2, 'Three', 0)];
  const all = await contents(zipped({ id: 's', pages }));
  expect(Object.keys(all).filter((path) => path.endsWith('.md'))).toEqual(['pages/Home (new).md', "pages/Ice 100 % of it's.md", 'pages/Plan.md']);
  expect(all['pages/Home (new).md']).toBe("## One\n\n- see [**the other**](Ice%20100%20%25%20of%20it%27s.md)\n");
  expect(all["pages/Ice 100 % of it's.md"]).toMatch(/^---\ntitle: "Ice: 100 % of it's"\n---\n\n## Two/);
  expect(all['pages/Plan.md']).toBe('---\ntitle: "Plan"\nState: "a \\"b\\": [c] # d"\n"Due by": 2026-12-24\nn: -0.5\ndone: false\n"title": "true"\nweb: https://x.example/a?b=c#d\nopen:\npage: "[[Ice 100 % of it\'s]]"\n---\n\n## Three\n\n- see [**the other**](Home%20%28new%29.md)\n');
  const alone = Object.entries(all).filter(([path]) => path.endsWith('.md')).map(([path, words]) => ({ path, size: words.length, read: () => Promise.resolve(new TextEncoder().encode(words)) }));
  const vault = await readVault('x.zip', alone, ports);
  const back = arrived({ ...vault, pages: vault.pages.slice(1).map((page) => ({ ...page, blocks: page.blocks.map((one) => ({ ...one, text: one.text.map((words) => ({ ...words, marks: words.marks.link ? { ...words.marks, link: `~${Number(words.marks.link.slice(1)) - 1}` } : words.marks })) })) })) }, 't');
  expect(back.pages.map(({ title: name }) => name)).toEqual(pages.map(({ title: name }) => name));
  expect(back.pages[2]!.fields.slice(0, -1)).toEqual(fields);
  expect(back.pages[2]!.fields.at(-1)).toMatchObject({ name: 'page', kind: 'link', value: expect.stringMatching(/documents/) });
  const words = (blocks: readonly Block[], id: string): unknown => blocks.map((one) => [one.type, plainOf(one.text), (plain(id)(one) as Block).text]);
  expect(back.pages.map(({ blocks }) => words(blocks, 't'))).toEqual(pages.map(({ blocks }) => words(blocks, 's')));
});

test('a writer that forgets something is noticed', async () => {
  const one: Space = { id: 's', pages: [{ title: 'A', fragment: 'p0', fields: [], blocks: shown([{ id: blockId(0, 0), type: 'list', attrs: { indent: 2 }, text: [{ text: 'a', marks: { link: '#/s/documents/p0' } }] }]) }] };
  const first = await contents(zipped(one));
  for (const change of [(block: Block): Block => ({ ...block, attrs: {} }), (block: Block): Block => ({ ...block, text: [{ text: 'a', marks: {} }] }), (block: Block): Block => ({ ...block, type: 'quote' })]) {
    const worse: Space = { ...one, pages: one.pages.map((page) => ({ ...page, blocks: page.blocks.map(change) })) };
    expect(await contents(zipped(worse))).not.toEqual(first);
  }
});
