/** Text of one page shown in another: which lines say so, what part of a page is meant, and how it goes out and comes in. */
import { expect, test } from 'vitest';
import { htmlOf, jsonOf, markdownOf, readText, type DraftBlock } from '#domain/editor/ingest';
import { compareBlocks, applyDiff, DocReplica, findHunks, hashBlocks, isShown, partAt, partOf, plainOf, readAttrs, shownLink, type Block, type BlockType } from '#domain/editor/model';
import { addressed, readVault, SpaceWriter, type Vault, type VaultFile } from '#domain/editor/vault';

const HREF = '#/s/documents/f?b=h1';
const line = (id: string, words: string, link: string, attrs: Block['attrs'] = { show: true }): Block => ({ id, type: 'paragraph', attrs, text: [{ text: words, marks: { link } }] });
const of = (id: string, type: BlockType, words: string, attrs: Block['attrs'] = {}): Block => ({ id, type, attrs, text: [{ text: words, marks: {} }] });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a line shows a page when it says so and holds one link to a document and nothing else', () => {
  expect(shownLink(line('a', 'Plan', HREF))).toEqual({ href: HREF, words: 'Plan', space: 's', fragment: 'f', block: 'h1' });
  expect(shownLink(line('a', 'Plan', '#/s/documents/f'))).toMatchObject({ fragment: 'f', block: null });
  const plain = line('a', 'Plan', HREF);
  for (const none of [line('a', 'Plan', HREF, {}), line('a', 'Plan', 'https://x.example/'), line('a', 'Plan', '#/s/chat/f'), { ...plain, type: 'quote' as const }, { ...plain, text: [...plain.text, { text: '!', marks: {} }] }, { ...plain, text: [{ text: 'Plan', marks: { link: HREF, bold: true as const } }] }, { ...plain, text: [] }]) expect(shownLink(none), JSON.stringify(none)).toBeNull();
  expect([isShown(line('a', 'Plan', '~3')), partAt('#/s/documents/a%2Fb'), partAt('#/s/documents/%E0%A4')]).toEqual([true, { space: 's', fragment: 'a/b', block: null }, { space: 's', fragment: '%E0%A4', block: null }]);
  expect([true, 1, 'yes', null].map((show) => readAttrs((name) => (name === 'show' ? show : undefined)))).toEqual([{ show: true }, {}, {}, {}]);
});

test('a heading is meant with what stands below it, a line of a list with what stands in below it, another block alone', () => {
  const blocks = [of('p', 'paragraph', 'p'), of('h1', 'heading', 'one', { level: 2 }), of('a', 'paragraph', 'a'), of('h2', 'heading', 'in', { level: 3 }), of('l', 'list', 'l'), of('m', 'task', 'm', { indent: 1 }), of('n', 'paragraph', 'n', { indent: 1 }), of('o', 'list', 'o'), of('h3', 'heading', 'two', { level: 2 }), of('z', 'paragraph', 'z')];
  const ids = (id: string | null): string => partOf(blocks, id).map((block) => block.id).join(' ');
  expect([ids(null), ids('h1'), ids('h2'), ids('h3'), ids('l'), ids('m'), ids('o'), ids('a'), ids('gone')]).toEqual(['p h1 a h2 l m n o h3 z', 'h1 a h2 l m n o', 'h2 l m n o', 'h3 z', 'l m n', 'm', 'o', 'a', '']);
});

test('it merges, is compared and proposed as the attribute it is; marks of what was decided before there was one stay', () => {
  const [one, two] = [new DocReplica(1), new DocReplica(2)];
  const card = line('a', 'Plan', HREF, {});
  two.take(one.write([card, of('b', 'paragraph', 'b')]));
  const shows = one.write([line('a', 'Plan', HREF), of('b', 'paragraph', 'b')]);
  const words = two.write([card, of('b', 'paragraph', 'b, more')]);
  one.take(words);
  two.take(shows);
  expect(one.shown()).toEqual(two.shown());
  expect([shownLink(one.shown()[0]!)?.block, plainOf(one.shown()[1]!.text)]).toEqual(['h1', 'b, more']);
  const diff = compareBlocks([card], [line('a', 'Plan', HREF)]);
  expect(diff).toMatchObject([{ kind: 'kept', shape: { attrs: { show: true } } }]);
  expect(applyDiff([card], diff)).toEqual([line('a', 'Plan', HREF)]);
  expect(findHunks({ base: [card], branch: [line('a', 'Plan', HREF)], now: [card], taken: new Map() }).map(({ lines }) => lines[0]!.after?.attrs)).toEqual([{ show: true }]);
  const old: Block = { id: 'a', type: 'paragraph', attrs: { indent: 1, alt: 'x' }, text: [{ text: 'words', marks: { link: '#/s/documents/f' } }] };
  expect(hashBlocks([old])).toBe('yjSSmFiWytL-Y-U0');
  expect(hashBlocks([{ ...old, attrs: { ...old.attrs, show: true } }])).not.toBe('yjSSmFiWytL-Y-U0');
});

test('it goes out of a page and comes in again; a page of HTML has its text with it, which does not come in as text of this one', () => {
  const shown: DraftBlock[] = [{ type: 'paragraph', attrs: { show: true }, text: [{ text: 'Plan > [One]', marks: { link: HREF } }] }, { type: 'list', attrs: {}, text: [{ text: 'a', marks: {} }] }, { type: 'paragraph', attrs: { indent: 1, show: true }, text: [{ text: 'Lid', marks: { link: '#/s/documents/g' } }] }];
  expect(markdownOf(shown)).toBe('![Plan > \\[One\\]](#/s/documents/f?b=h1)\n\n- a\n\n  ![Lid](#/s/documents/g)\n');
  const inner: DraftBlock[] = [{ type: 'heading', attrs: { level: 2 }, text: [{ text: 'One', marks: {} }] }, { ...shown[2]!, attrs: { show: true }, inner: [{ type: 'paragraph', attrs: {}, text: [{ text: 'deep <b>', marks: {} }] }] }];
  const html = htmlOf('', [{ ...shown[0]!, inner }, ...shown.slice(1)]);
  expect(html).toContain('<blockquote class="shown" dir="auto"><p dir="auto"><a href="#/s/documents/f?b=h1">Plan &gt; [One]</a></p>\n<h2 dir="auto">One</h2>\n<blockquote class="shown" dir="auto"><p dir="auto"><a href="#/s/documents/g">Lid</a></p>\n<p dir="auto">deep &lt;b&gt;</p>\n</blockquote>\n</blockquote>');
  for (const [kind, text] of [['markdown', markdownOf(shown)], ['html', html], ['json', jsonOf('', shown)]] as const) expect(readText(kind, bytes(text)).blocks, kind).toEqual(shown);
  // A picture of the web, a quote of another hand, and a name that stands among words are what they were.
  expect(readText('markdown', bytes('![x](https://x.example/a.png)\n\nso ![Lid](#/s/documents/g)\n\n![[Plan]]\n')).blocks.map(({ attrs, text }) => [attrs, plainOf(text)])).toEqual([[{}, 'x'], [{}, 'so Lid'], [{}, '![[Plan]]']]);
  expect(readText('html', bytes('<blockquote class="shown"><a href="https://x.example/">x</a></blockquote>')).blocks.map(({ type, attrs }) => [type, attrs])).toEqual([['quote', {}]]);
});

const ports = { newId: ((n) => () => `n${String(n++).padStart(21, '0')}`)(0), told: () => undefined };
const files = (all: Readonly<Record<string, string>>): VaultFile[] => Object.entries(all).map(([path, text]) => ({ path, size: bytes(text).length, read: () => Promise.resolve(bytes(text)) }));
/** Lines of a page: what it shows in front, behind `?b=` the words that are meant. */
function lines(vault: Vault, title: string): string[] {
  const words = new Map(vault.pages.flatMap(({ blocks }) => blocks.map(({ id, text }) => [id, plainOf(text)])));
  const page = vault.pages.find((one) => one.title === title)!;
  return addressed(page, vault.pages.map((one) => `#/s/documents/${encodeURIComponent(one.title)}`)).map((block) => {
    const link = shownLink(block);
    return link ? `${link.words} = ${link.fragment}${link.block === null ? '' : ` / ${words.get(link.block)}`}` : `${block.attrs.show ? '? ' : ''}${plainOf(block.text)}`;
  });
}

test('a vault of Obsidian shows its pages and headings where it did, by either way to write it; what is a file or is not there is told as before', async () => {
  const vault = await readVault('v.zip', files({
    'V/Home.md': '![[Ice]]\n\n![[Ice#Thick ice]]\n\n![[Ice#Thick ice|the ice]]\n\n![Ice](Deep/Ice.md#thick-ice)\n\n![](Deep/Ice.md)\n\nso ![[Ice]] here\n\n![[nowhere]]\n\n![[map.png]]\n\n![x](pics/other.jpg)\n\n- ![[Ice]]\n\n> ![[Ice]]\n',
    'V/Deep/Ice.md': '## Thick ice\n\ncold\n', 'V/map.png': 'png', 'V/pics/other.jpg': 'jpg',
  }), ports);
  expect(lines(vault, 'Home')).toEqual(['Ice = Ice', 'Ice > Thick ice = Ice / Thick ice', 'the ice = Ice / Thick ice', 'Ice = Ice / Thick ice', 'Ice = Ice', 'so Ice here', 'nowhere', 'map.png', 'x', 'Ice', 'Ice']);
  expect(vault.pages.find(({ title }) => title === 'Home')!.notes).toEqual([{ code: 'lost', names: ['nowhere'] }]);
});

test('a space goes out as Obsidian would write it, and comes in from the Markdown alone', async () => {
  const [head, odd] = ['h'.repeat(22), 'o'.repeat(22)];
  const pages = [{ title: 'Home', fragment: 'p0' }, { title: 'Ice', fragment: 'p1' }, { title: 'C# [x]', fragment: 'p2' }];
  const blocks = [[line('a', 'Ice', '#/s/documents/p1'), line('b', 'Ice > Thick ice', `#/s/documents/p1?b=${head}`), line('c', 'a line', `#/s/documents/p1?b=${odd}`), line('d', 'C# [x]', '#/s/documents/p2'), line('g', 'Ice > a|b', `#/s/documents/p1?b=${head}`), line('e', 'other', '#/t/documents/p9')], [of(head, 'heading', 'Thick ice', { level: 2 }), of(odd, 'paragraph', 'cold')], [of('f', 'paragraph', 'see')]];
  const out: Record<string, string> = {};
  const writer = new SpaceWriter({ id: 's', name: 'Lake' }, pages, { put: (path, data) => void (out[path] = new TextDecoder().decode(data)), file: () => ({ write: () => undefined, end: () => undefined }) });
  for (const [at, page] of blocks.entries()) writer.page(at, page);
  writer.end();
  expect(out['pages/Home.md']).toBe('![[Ice]]\n\n![[Ice#Thick ice]]\n\n![a line](Ice.md)\n\n![[C x]]\n\n![Ice > a|b](Ice.md)\n\n![other](#/t/documents/p9)\n');
  const markdown = Object.fromEntries(Object.entries(out).filter(([path]) => path.endsWith('.md')));
  expect(lines(await readVault('x.zip', files(markdown), ports), 'Home').slice(0, 3)).toEqual(['Ice = Ice', 'Ice > Thick ice = Ice / Thick ice', 'a line = Ice']);
  // With the file that names the pages nothing is lost, blocks among it.
  expect(lines(await readVault('x.zip', files(out), ports), 'Home')).toEqual(['Ice = Ice', 'Ice > Thick ice = Ice / Thick ice', 'a line = Ice / cold', 'C# [x] = C# [x]', 'Ice > a|b = Ice / Thick ice', 'other = p9']);
});
