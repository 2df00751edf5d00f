import { describe, expect, test } from 'vitest';
import { ImportFault } from '#domain/editor/files';
import { addressed, readVault, type Vault, type VaultFile } from '#domain/editor/vault';
import { plainOf, type Block } from '#domain/editor/model';
import { VAULT_LIMITS } from '#domain/shared';

let ids = 0;
const ports = { newId: () => `b${String(ids++).padStart(21, '0')}`, told: () => undefined };
const files = (all: Readonly<Record<string, string>>): VaultFile[] => Object.entries(all).map(([path, text]) => ({ path, size: new TextEncoder().encode(text).length, read: () => Promise.resolve(new TextEncoder().encode(text)) }));
const read = (all: Readonly<Record<string, string>>, name = 'My vault.zip'): Promise<Vault> => readVault(name, files(all), ports);
const lines = (blocks: readonly Block[]): string[] => blocks.map(({ type, attrs, text }) => `${type}${attrs.level ?? ''}${attrs.indent ? `>${attrs.indent}` : ''}${attrs.done ? '!' : ''}${attrs.lang ? `:${attrs.lang}` : ''} ${attrs.file === undefined ? '' : `<${attrs.file}>${attrs.alt ?? ''}`}${text.map(({ text: words, marks }) => (marks.link === undefined ? words : `[${words}](${marks.link})`)).join('')}`);
/** A page by its title, its files under their names, its links under the addresses `#/1`, `#/2`, … of the pages and behind `?b=` the words of the block that is meant. */
function page(vault: Vault, title: string): string[] {
  const found = vault.pages.find((one) => one.title === title);
  if (!found) return [`no page ${title}: ${vault.pages.map((one) => one.title).join(', ')}`];
  const words = new Map(vault.pages.flatMap(({ blocks }) => blocks.map(({ id, text }) => [id, plainOf(text)])));
  const kept = found.files.map(({ name }) => ({ id: name, picture: /\.(?:png|jpg)$/.test(name) }));
  return lines(addressed(found, vault.pages.map((one) => `#/${one.title.replaceAll(' ', '_')}`), kept)).map((line) => line.replace(/\?b=([\w-]+)/g, (_all, id: string) => `?b=${words.get(id)}`));
}
const fault = (run: Promise<unknown>): Promise<string> => run.then(() => 'taken', (error: unknown) => (error instanceof ImportFault ? error.fault : Promise.reject(error)));

describe('a vault of Obsidian', () => {
  const vault = {
    'Vault/Home.md': '---\ntags: [plan, lake]\naliases: start\n---\n# Home\n\nSee [[Lake]], [[Deep/Ice#Thick ice|the ice]], [[#Home]] and [[nowhere]]. #tag stays. `[[Lake]]` is code, \\[[Lake]] too.\n\n![[map.png]] ![[Lake]] ![x](pics/other.jpg)\n\n> [!info] Mind\n> the **gap**\n',
    'Vault/Lake.md': '# The lake\n\nBack to [home](Home.md), [its ice](Deep/Ice.md#thick-ice), [a plan](files/plan%20a.pdf), [gone](Gone.md) and [web](https://x.example/).\n\n| a | b |\n|---|---|\n| [[Home\\|h]] | 2 |\n',
    'Vault/Deep/Ice.md': '## Thick ice\n\n[[Home]] [[Lake|Ice]] [up](../Lake.md)\n',
    'Vault/pics/map.png': 'png', 'Vault/pics/other.jpg': 'jpg', 'Vault/files/plan a.pdf': 'pdf',
    'Vault/.obsidian/app.json': '{}', '__MACOSX/Vault/._Home.md': 'x',
  };

  test('names between brackets and ways in addresses lead to pages, to the heading that is named; front matter stays, tags are text', async () => {
    const made = await read(vault);
    expect(made.name).toBe('Vault');
    expect(made.pages.map(({ title }) => title)).toEqual(['Vault', 'Ice', 'Home', 'Lake']);
    expect(page(made, 'Vault')).toEqual(['list Deep', 'list>1 [Ice](#/Ice)', 'list [Home](#/Home)', 'list [Lake](#/Lake)']);
    expect(page(made, 'Home')).toEqual([
      'code:yaml tags: [plan, lake]',
      'paragraph See [Lake](#/Lake), [the ice](#/Ice?b=Thick ice), [Home](#/Home) and nowhere. #tag stays. [[Lake]] is code, [[Lake]] too.',
      'picture <map.png>', 'paragraph [Lake](#/Lake)', 'picture <other.jpg>x', 'callout Mind\nthe gap',
    ]);
    expect(made.pages.map(({ fields }) => fields)).toEqual([[], [], [{ name: 'aliases', kind: 'text', value: 'start' }], []]);
    expect(page(made, 'Lake')).toEqual(['heading1 The lake', 'paragraph Back to [home](#/Home), [its ice](#/Ice?b=Thick ice), a plan, gone and [web](https://x.example/).', 'file <plan a.pdf>plan a.pdf', 'table a\tb\n[h](#/Home)\t2']);
    expect(page(made, 'Ice')).toEqual(['heading2 Thick ice', 'paragraph [Home](#/Home) [Ice](#/Lake) [up](#/Lake)']);
  });

  test('what is left out is told page by page, by its name', async () => {
    const made = await read(vault);
    const notes = Object.fromEntries(made.pages.map(({ title, notes: all }) => [title, all]));
    expect(notes['Home']).toEqual([{ code: 'lost', names: ['nowhere'] }]);
    expect(notes['Lake']).toEqual([{ code: 'lost', names: ['Gone.md'] }]);
    expect(made.left).toEqual([]);
    // Where no files are taken they are named.
    const without = await readVault('x.zip', files(vault), { ...ports, keeps: false });
    expect(without.pages.flatMap(({ notes: all }) => all.filter(({ code }) => code === 'files'))).toEqual([{ code: 'files', names: ['map.png', 'other.jpg'] }, { code: 'files', names: ['plan a.pdf'] }]);
    expect([without.left.map(({ path }) => path), without.pages.flatMap(({ files: all }) => all)]).toEqual([['files/plan a.pdf', 'pics/map.png', 'pics/other.jpg'], []]);
  });

  test('of two pages with one name the one in the same folder is meant, else the one further up; case and composed letters do not matter', async () => {
    const made = await read({ 'a/Note.md': 'one', 'b/Note.md': 'two', 'b/From.md': '[[note]] [[a/note]]', 'Top.md': '[[Note]] [[CAFE\u0301]]', 'x/Café.md': 'c' });
    expect(page(made, 'From')).toEqual(['paragraph [note](#/Note) [a/note](#/Note)']);
    const top = made.pages.find(({ title }) => title === 'Top')!.blocks[0]!.text.flatMap(({ marks }) => marks.link ?? []);
    expect(top.map((link) => made.pages[Number(link.slice(1))]!.path)).toEqual(['a/Note.md', 'x/Café.md']);
    const from = made.pages.find(({ title }) => title === 'From')!.blocks[0]!.text.flatMap(({ marks }) => marks.link ?? []);
    expect(from.map((link) => made.pages[Number(link.slice(1))]!.path)).toEqual(['b/Note.md', 'a/Note.md']);
  });
});

describe('an export of Notion', () => {
  const A = '0123456789abcdef0123456789abcdef', B = 'fedcba9876543210fedcba9876543210', C = '00000000111111112222222233333333';

  test('Markdown: titles without their ids, pages in folders of pages, properties, tables written twice, links by way and by address', async () => {
    const made = await read({
      [`Plan ${A}.md`]: `# Plan for the lake\n\nSee [Ice](Plan%20${A}/Ice%20${B}.md) and [again](https://www.notion.so/Ice-${B}?pvs=21).\n\n- [ ] open\n- [x] done\n\n![map](Plan%20${A}/map.png)\n`,
      [`Plan ${A}/Ice ${B}.md`]: '# Ice\n\nStatus: In work\nWho does it: Anna, Boris\n\nText: of it.\n',
      [`Plan ${A}/Rows ${C}.csv`]: 'Name\nIce\n', [`Plan ${A}/Rows ${C}_all.csv`]: 'Name,More\nIce,1\n', [`Plan ${A}/map.png`]: 'png',
    });
    expect(made.pages.map(({ title }) => title)).toEqual(['My vault', 'Plan for the lake', 'Ice', 'Rows']);
    expect(page(made, 'My vault')).toEqual(['list [Plan for the lake](#/Plan_for_the_lake)', 'list>1 [Ice](#/Ice)', 'list>1 [Rows](#/Rows)']);
    expect(page(made, 'Plan for the lake')).toEqual(['paragraph See [Ice](#/Ice) and [again](#/Ice).', 'task open', 'task! done', 'picture <map.png>map']);
    expect(page(made, 'Ice')).toEqual(['paragraph Text: of it.']);
    expect(made.pages[2]!.fields).toEqual([{ name: 'Status', kind: 'text', value: 'In work' }, { name: 'Who does it', kind: 'text', value: 'Anna, Boris' }]);
    expect(page(made, 'Rows')).toEqual(['table Name\tMore\nIce\t1']);
    expect(made.left).toEqual([]);
  });

  test('HTML: its title once, boxes of tasks, links', async () => {
    const made = await read({
      [`Plan ${A}.html`]: `<html><head><title>Plan</title></head><body><article><header><h1 class="page-title">Plan</h1></header><div class="page-body"><ul class="to-do-list"><li><div class="checkbox checkbox-on"></div> <span class="to-do-children-checked">done</span></li></ul><ul class="to-do-list"><li><div class="checkbox checkbox-off"></div> <span>open</span></li></ul><figure class="link-to-page"><a href="Plan%20${A}/Ice%20${B}.html">Ice</a></figure><img src="Plan%20${A}/map.png"/><figure><div class="source"><a href="Plan%20${A}/plan.pdf">plan.pdf</a></div></figure><figure class="image"><a href="Plan%20${A}/lid.png"><img src="Plan%20${A}/lid.png"/></a></figure></div></article></body></html>`,
      [`Plan ${A}/Ice ${B}.html`]: '<title>Ice</title><p>text</p>', [`Plan ${A}/map.png`]: 'png', [`Plan ${A}/plan.pdf`]: 'pdf', [`Plan ${A}/lid.png`]: 'png',
    });
    expect(page(made, 'Plan')).toEqual(['task! done', 'task open', 'paragraph [Ice](#/Ice)', 'picture <map.png>', 'file <plan.pdf>plan.pdf', 'picture <lid.png>']);
    expect(made.pages.find(({ title }) => title === 'Plan')!.notes).toEqual([]);
  });
});

describe('a folder that is not as it should be', () => {
  test('one page that cannot be read does not take the others with it, and no link leads to it; without any nothing is taken', async () => {
    const made = await read({ 'a.md': '[[b]] stays [[c]]', 'b.md': 'GIF89a', 'c.md': '' });
    expect(made.pages.map(({ title }) => title)).toEqual(['My vault', 'a', 'c']);
    expect(made.left).toEqual([{ path: 'b.md', fault: { code: 'not-what-it-says', facts: { kind: 'md', found: 'GIF' } } }]);
    expect(page(made, 'a')).toEqual(['paragraph b stays [c](#/c)']);
    expect(await fault(read({ 'a.png': 'x', 'b.docx': 'y' }))).toBe('no-pages');
    expect(await fault(read({ 'b.md': 'GIF89a' }))).toBe('no-pages');
  });

  test('a title too long for a name stands whole above the text', async () => {
    const long = 'word '.repeat(30).trim();
    const made = await read({ 'a.md': `---\ntitle: ${long}\n---\ntext` });
    expect(made.pages[0]!.title.length).toBeLessThanOrEqual(80);
    expect(page(made, made.pages[0]!.title)).toEqual([`heading1 ${long}`, 'paragraph text']);
  });

  test('[limit VAULT.pathUnits VAULT.pathDepth] names that lead out, or are too long or deep, refuse the whole', async () => {
    for (const name of ['../a.md', 'x/../../a.md', '/etc/a.md', 'C:\\a.md', 'a\\..\\..\\b.md', 'a\u0000.md']) expect(await fault(read({ [name]: 'x', 'ok.md': 'y' }))).toBe('unsafe-name');
    expect(await fault(read({ 'a/./b.md': 'x', 'c:d.md': 'y' }))).toBe('taken');
    expect(await fault(read({ [`${'x'.repeat(VAULT_LIMITS.pathUnits - 3)}.md`]: 'x' }))).toBe('taken');
    expect(await fault(read({ [`${'x'.repeat(VAULT_LIMITS.pathUnits - 2)}.md`]: 'x' }))).toBe('unsafe-name');
    expect(await fault(read({ [`${'d/'.repeat(VAULT_LIMITS.pathDepth - 1)}a.md`]: 'x' }))).toBe('taken');
    expect(await fault(read({ [`${'d/'.repeat(VAULT_LIMITS.pathDepth)}a.md`]: 'x' }))).toBe('unsafe-name');
  });

  test('[limit VAULT.entries VAULT.pages] more files, or more pages, than are taken at once', async () => {
    const many = (count: number, ending: string): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.${ending}`, 'x']));
    expect(await fault(read(many(VAULT_LIMITS.pages, 'md')))).toBe('taken');
    expect(await fault(read(many(VAULT_LIMITS.pages + 1, 'md')))).toBe('too-many-pages');
    expect(await fault(read({ ...many(VAULT_LIMITS.entries - 1, 'png'), 'a.md': 'x' }))).toBe('taken');
    expect(await fault(read({ ...many(VAULT_LIMITS.entries, 'png'), 'a.md': 'x' }))).toBe('too-many-files');
  });

  test('[limit VAULT.units] pages with more letters than are taken at once', async () => {
    const page = `${'x'.repeat(999_999)}`;
    const many = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.txt`, page]));
    expect(await fault(read(many(20)))).toBe('taken');
    expect(await fault(read(many(21)))).toBe('vault-letters');
  });

  test('pages made to hold the reader up do not hold it up: read within the time of a test', async () => {
    const id = '0123456789abcdef0123456789abcdef';
    // Rows of brackets in one paragraph cost the parser of Markdown the square of their number; in many they do not.
    const slow = await read({
      [`p ${id}.md`]: `# T\n\n${'Name: value\r\n'.repeat(500)}no property`, [`${' _-'.repeat(300)}.md`]: 'x', 'a.html': `<a href="${'?'.repeat(300_000)}\n">a</a><img src="${'?'.repeat(300_000)}\n">`,
      'b.md': `${'[['.repeat(1_000)}\n\n${'[[a|'.repeat(1_000)}\n\n${'![[x#'.repeat(1_000)}`, 'c.md': '[[n]] [[n#n]]\n\n'.repeat(200), ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}/n.md`, 'n'])),
    });
    expect(slow.left).toEqual([]);
  });

  test('[limit VAULT.namesTold] names of files are told up to a number', async () => {
    const all = Array.from({ length: VAULT_LIMITS.namesTold + 1 }, (_, at) => `![](${at}.png)`).join(' ');
    const made = await read({ 'a.md': all });
    expect(made.pages[0]!.notes).toMatchObject([{ code: 'files', names: { length: VAULT_LIMITS.namesTold } }]);
  });
});
