/** Folders and archives of pages made here, as Obsidian, Notion and hostile hands make them, and what is expected of them. */
import { deflateRawSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { plainOf, type Block } from '#domain/editor/model';
import type { VaultFound } from '#domain/editor/files';
import { forgedZip } from '#tests/support/forged-zip';

/** What came of one. */
export interface VaultOutcome {
  readonly fault: string | null;
  readonly found: VaultFound | null;
  /** Blocks of each page, with links `#/page/<number>` to the others. */
  readonly pages: readonly (readonly Block[])[];
}

/** What is expected: a fault, or pages by their titles. */
export interface VaultFacts {
  readonly fault?: string;
  readonly titles?: readonly string[];
  /** Words a page of this title holds, titles of pages it leads to, and names of files that come with it. */
  readonly pages?: Readonly<Record<string, { readonly text?: readonly string[]; readonly links?: readonly string[]; readonly files?: readonly string[] }>>;
  /** Names that are told as left out, of files or of pages that did not come along. */
  readonly told?: readonly string[];
}

export interface VaultCase {
  readonly file: string;
  readonly expect: VaultFacts;
  bytes(): Buffer;
}

const zip = (files: Readonly<Record<string, string>>, level: 0 | 6 = 6): Buffer => Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])) as Zippable, { level }));
const [A, B, C] = ['0f1e2d3c4b5a69788796a5b4c3d2e1f0', '00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100'];
const OBSIDIAN = {
  'Lake/Start.md': '---\ntags: [lake, plan]\n---\n# Start\n\nRead [[Ice]] and [[Deep/Water#Depth|how deep]], not [[Nowhere]]. #lake\n\n![[map.png]]\n\n> [!warning] Thin\n> by the shore\n',
  'Lake/Ice.md': 'Thick, see [[Start]] and [water](Deep/Water.md#depth).\n\n- [x] measured\n', 'Lake/Deep/Water.md': '## Depth\n\nforty metres\n\n[up](../Start.md)', 'Lake/map.png': 'png', 'Lake/.obsidian/app.json': '{}', '__MACOSX/Lake/._Start.md': 'x',
};
const NOTION = {
  [`Trip ${A}.md`]: `# Trip to the lake\n\nWith [ice](Trip%20${A}/Ice%20${B}.md)\n\n![map](Trip%20${A}/map.png)\n`, [`Trip ${A}/Ice ${B}.md`]: '# Ice\n\nStatus: thick\nWho: Anna\n\nForty.\n', [`Trip ${A}/Rows ${C}.csv`]: 'Name\nIce\n', [`Trip ${A}/Rows ${C}_all.csv`]: 'Name,Depth\nIce,40\n', [`Trip ${A}/map.png`]: 'png',
};
const one = (name: string): { name: Buffer; data: Buffer } => ({ name: Buffer.from(name), data: Buffer.from('words') });

/** All of them. */
export const VAULTS: readonly VaultCase[] = [
  { file: 'own/obsidian.zip', bytes: () => zip(OBSIDIAN), expect: { titles: ['Lake', 'Water', 'Ice', 'Start'], told: ['Nowhere'], pages: { Start: { text: ['tags: [lake, plan]', 'how deep', 'Thin', '#lake'], links: ['Ice', 'Water'], files: ['map.png'] }, Ice: { text: ['measured'], links: ['Start', 'Water'] }, Water: { links: ['Start'] }, Lake: { links: ['Water', 'Ice', 'Start'] } } } },
  { file: 'own/notion-markdown.zip', bytes: () => zip(NOTION), expect: { titles: ['notion-markdown', 'Trip to the lake', 'Ice', 'Rows'], pages: { 'Trip to the lake': { links: ['Ice'], files: ['map.png'] }, 'Ice': { text: ['Forty.'] }, 'Rows': { text: ['Ice\t40'] } } } },
  { file: 'own/notion-html.zip', bytes: () => zip({ [`Trip ${A}.html`]: `<title>Trip</title><h1 class="page-title">Trip</h1><ul class="to-do-list"><li><div class="checkbox checkbox-on"></div><span>packed</span></li></ul><a href="Trip%20${A}/Ice%20${B}.html">ice</a><script>steal()</script>`, [`Trip ${A}/Ice ${B}.html`]: '<title>Ice</title><p>Forty.' }), expect: { titles: ['notion-html', 'Trip', 'Ice'], pages: { Trip: { text: ['packed'], links: ['Ice'] } } } },
  { file: 'own/notion-parts.zip', bytes: () => Buffer.from(zipSync({ 'Part-1.zip': [zip({ 'a.md': 'to [[b]]' }), { level: 0 }], 'Part-2.zip': zip({ 'b.md': 'words' }) })), expect: { titles: ['notion-parts', 'a', 'b'], pages: { a: { links: ['b'] } } } },
  { file: 'own/html-folder.zip', bytes: () => zip({ 'site/index.html': '<title>Home</title><p>to <a href="./sub/page.html#part">the page</a> and <a href="https://x.example/">out</a>', 'site/sub/page.html': '<title>Page</title><h2>Part</h2><a href="/index.html">home</a><img src="a.png">' }), expect: { titles: ['site', 'Home', 'Page'], told: ['a.png'], pages: { Home: { links: ['Page'] }, Page: { links: ['Home'] } } } },
  { file: 'own/names-of-old-systems.zip', bytes: () => forgedZip([{ name: Buffer.from('87a0aca5e2aaa02e6d64', 'hex'), data: Buffer.from('words') }, { name: Buffer.from('8faba0ad20e0a0a1aee22e6d64', 'hex'), data: Buffer.from('[[Заметка]]') }]), expect: { titles: ['names-of-old-systems', 'Заметка', 'План работ'], pages: { 'План работ': { links: ['Заметка'] } } } },
  { file: 'own/stored.zip', bytes: () => zip({ 'a.md': 'words' }, 0), expect: { titles: ['a'] } },
  { file: 'own/encrypted.zip', bytes: () => forgedZip([{ ...one('a.md'), flags: 1 }]), expect: { fault: 'locked-zip' } },
  { file: 'own/way-out.zip', bytes: () => forgedZip([one('ok.md'), one('../../outside.md')]), expect: { fault: 'unsafe-name' } },
  { file: 'own/absolute.zip', bytes: () => forgedZip([one('/etc/outside.md')]), expect: { fault: 'unsafe-name' } },
  { file: 'own/windows-drive.zip', bytes: () => forgedZip([one('C:\\outside.md')]), expect: { fault: 'unsafe-name' } },
  { file: 'own/bomb.zip', bytes: () => Buffer.from(zipSync({ 'a.txt': [new Uint8Array(3_000_000), { level: 9 }] })), expect: { fault: 'bomb' } },
  { file: 'own/bomb-of-many.zip', bytes: () => bombOfMany(), expect: { fault: 'unpacked' } },
  { file: 'own/shared-bytes.zip', bytes: () => forgedZip([one('a.md'), { ...one('b.md'), at: 0 }, { ...one('c.md'), at: 0 }]), expect: { fault: 'damaged' } },
  { file: 'own/larger-than-said.zip', bytes: () => lying(), expect: { fault: 'no-pages' } },
  { file: 'own/cut.zip', bytes: () => zip(OBSIDIAN).subarray(0, 300), expect: { fault: 'damaged' } },
  { file: 'own/one-broken-page.zip', bytes: () => broken(), expect: { titles: ['one-broken-page', 'a', 'c'], pages: { a: { text: ['b stays'], links: ['c'] } } } },
  { file: 'own/pictures-only.zip', bytes: () => zip({ 'a.png': 'x', 'b.jpg': 'y' }), expect: { fault: 'no-pages' } },
];

/** Each part is allowed, all of them together are not. */
function bombOfMany(): Buffer {
  const part = Buffer.alloc(1_000_000, 0x61);
  const data = deflateRawSync(part);
  return forgedZip(Array.from({ length: 200 }, (_, at) => ({ name: Buffer.from(`${at}.txt`), data, method: 8, size: part.length })));
}

function lying(): Buffer {
  const data = deflateRawSync(Buffer.alloc(500_000, 0x61));
  return forgedZip([{ name: Buffer.from('a.txt'), data, method: 8, size: 1_000 }]);
}

function broken(): Buffer {
  return forgedZip([{ name: Buffer.from('a.md'), data: Buffer.from('[[b]] stays, [[c]] leads') }, { name: Buffer.from('b.md'), data: Buffer.from('not packed'), method: 8, size: 40 }, { name: Buffer.from('c.md'), data: Buffer.from('words') }]);
}

/** What does not hold, in words; none = all does. */
export function unmetVault(expect: VaultFacts, { fault, found, pages }: VaultOutcome): string[] {
  if (expect.fault !== undefined || fault !== null || !found) return fault === (expect.fault ?? null) && fault !== null ? [] : [fault === null ? 'taken' : `refused: ${fault}`];
  const out: string[] = [];
  const titles = found.pages.map(({ title }) => title);
  if (expect.titles !== undefined && JSON.stringify(titles) !== JSON.stringify(expect.titles)) out.push(`pages: ${titles.join(', ')}`);
  for (const [title, { text = [], links = [], files = [] }] of Object.entries(expect.pages ?? {})) {
    const names = found.pages[titles.indexOf(title)]?.files.map(({ name }) => name) ?? [];
    if (JSON.stringify(names) !== JSON.stringify(files)) out.push(`${title}: files ${names.join(', ')}`);
    const blocks = pages[titles.indexOf(title)] ?? [];
    const words = blocks.map((block) => plainOf(block.text)).join('\n');
    const leads = new Set(blocks.flatMap((block) => block.text.flatMap(({ marks }) => (marks.link?.startsWith('#/page/') ? [titles[Number.parseInt(marks.link.slice('#/page/'.length), 10)]] : []))));
    out.push(...text.filter((part) => !words.includes(part)).map((part) => `${title}: text "${part}"`), ...links.filter((to) => !leads.has(to)).map((to) => `${title}: link to ${to}`));
    if (blocks.filter(({ attrs }) => attrs.file !== undefined).length < files.length || blocks.some((block) => block.attrs.file?.startsWith('~') || block.text.some(({ marks }) => marks.link?.startsWith('~')))) out.push(`${title}: a place without an address`);
  }
  const told = [...found.left.map(({ path }) => path), ...found.pages.flatMap(({ notes }) => notes.flatMap((note) => ('names' in note ? note.names : [])))].join('\n');
  out.push(...(expect.told ?? []).filter((name) => !told.includes(name)).map((name) => `not told: ${name}`));
  return out;
}
