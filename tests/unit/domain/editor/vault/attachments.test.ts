/** Pictures and files that come in with the pages that name them. */
import { describe, expect, test } from 'vitest';
import { ImportFault } from '#domain/editor/files';
import { addressed, readVault, type Vault, type VaultFile } from '#domain/editor/vault';
import { VAULT_LIMITS } from '#domain/shared';

let ids = 0;
const ports = { newId: () => `b${String(ids++).padStart(21, '0')}`, told: () => undefined };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (path: string, text: string, size = bytes(text).length): VaultFile => ({ path, size, read: () => Promise.resolve(bytes(text)) });
const vaultOf = (all: Readonly<Record<string, string>>): Promise<Vault> => readVault('x.zip', Object.entries(all).map(([path, text]) => file(path, text)), ports);

/** Blocks of a page with its files kept under their names; `lost`: those that could not be. */
const shown = (vault: Vault, title: string, lost: readonly string[] = []): string[] => {
  const page = vault.pages.find((one) => one.title === title)!;
  const kept = page.files.map(({ name }) => (lost.includes(name) ? null : { id: name, picture: name.endsWith('.png') }));
  return addressed(page, vault.pages.map((_, at) => `#/${at}`), kept).map(({ type, attrs, text }) => `${type}${attrs.indent ? `>${attrs.indent}` : ''}${attrs.file ? ` <${attrs.file}>` : ''}${attrs.alt ? ` (${attrs.alt})` : ''} ${text.map((run) => `${run.text}${run.marks.link ? `[${run.marks.link}]` : ''}`).join('')}`.trimEnd());
};

describe('where a file stands in its page', () => {
  const files = { 'p/a.png': 'png', 'p/b.png': 'png', 'p/doc.pdf': 'pdf' };

  test('a picture with a line to itself parts the words there; one in the middle of a line stands behind them, one at the beginning before', async () => {
    const made = await vaultOf({ ...files, 'n.md': 'one\n![[a.png|the lid]]\ntwo\n\none ![x](p/a.png) line\n\n![first](p/b.png) words\n\none\n![](p/a.png) ![](p/b.png)\n**two**\n![[b.png|300]]\n\n> said\n> ![[a.png]]\n> more' });
    expect(shown(made, 'n')).toEqual([
      'paragraph one', 'picture <a.png> (the lid)', 'paragraph two', 'paragraph one line', 'picture <a.png> (x)', 'picture <b.png> (first)', 'paragraph words',
      'paragraph one two', 'picture <a.png>', 'picture <b.png>', 'picture <b.png>', 'quote said', 'picture <a.png>', 'quote more',
    ]);
    // Named many times it is one file of the page.
    expect(made.pages.find(({ title }) => title === 'n')!.files.map(({ name, size }) => [name, size])).toEqual([['a.png', 3], ['b.png', 3]]);
  });

  test('in lists below their line, behind a heading and a table; a picture that leads to the web keeps its address', async () => {
    const made = await vaultOf({ ...files, 'n.md': '# Head ![](p/a.png)\n\n- one ![](p/b.png)\n  - ![](p/a.png)\n- two\n\n| a | b |\n|---|---|\n| ![](p/a.png) | x |\n\n[![lid](p/a.png)](https://x.example/)', 'h.html': '<title>h</title><p>one<br><img src="p/a.png" alt="lid"><br>two<table><tr><td><img src="p/a.png"></td><td><img src="p/b.png"></td></tr></table><ul><li>x <img src="p/b.png"></ul>' });
    expect(shown(made, 'n')).toEqual(['heading Head', 'picture <a.png>', 'list one', 'picture>1 <b.png>', 'list>1', 'picture>2 <a.png>', 'list two', 'table a\tb\n\tx', 'picture <a.png>', 'picture <a.png> (lid)', 'paragraph lid[https://x.example/]']);
    expect(shown(made, 'h')).toEqual(['paragraph one', 'picture <a.png> (lid)', 'paragraph two', 'picture <a.png>', 'picture <b.png>', 'list x', 'picture>1 <b.png>']);
  });

  test('a file that is linked stands behind the words of its link, and instead of them where they are its name; what is no picture is a file', async () => {
    const made = await vaultOf({ ...files, 'n.md': 'read [the plan](p/doc.pdf) first\n\n[doc.pdf](p/doc.pdf)\n\n[[doc.pdf]]\n\n[[doc.pdf|the plan]]\n\n![[doc.pdf]]\n\n[[a.png]]' });
    expect(shown(made, 'n')).toEqual(['paragraph read the plan first', 'file <doc.pdf> (doc.pdf)', 'file <doc.pdf> (doc.pdf)', 'file <doc.pdf> (doc.pdf)', 'paragraph the plan', 'file <doc.pdf> (doc.pdf)', 'file <doc.pdf> (doc.pdf)', 'file <a.png> (a.png)']);
    // What could not be read after all is its name.
    expect(shown(made, 'n', ['doc.pdf', 'a.png']).slice(1, 3)).toEqual(['paragraph doc.pdf', 'paragraph doc.pdf']);
  });

  test('only what a page names comes in, with each page that names it; what is not there, of the web or a page is no file', async () => {
    const made = await vaultOf({ ...files, 'n.md': '![[a.png]] ![[none.png]] ![](https://x.example/b.png) ![[m]]', 'm.md': '![[a.png]]', 'c/x.txt': 'page' });
    expect(made.pages.map(({ files: all }) => all.map(({ name }) => name))).toEqual([[], [], ['a.png'], ['a.png']].sort((a, b) => a.length - b.length));
    expect(made.left).toEqual([{ path: 'p/b.png', fault: null }, { path: 'p/doc.pdf', fault: null }]);
    expect(made.pages.find(({ title }) => title === 'n')!.notes).toEqual([{ code: 'images', count: 1 }, { code: 'files', names: ['none.png'] }]);
  });

  test('a page of nothing but pictures in one paragraph does not hold the reader up', async () => {
    const made = await vaultOf({ 'p/a.png': 'png', 'n.html': `<title>n</title><p>${'x <img src="p/a.png"> <br> '.repeat(20_000)}`, 'm.html': '<p>m' });
    // More than a page holds: left out by its name, within the time of a test.
    expect(made.left).toMatchObject([{ path: 'n.html', fault: { code: 'too-many-blocks' } }]);
  });
});

describe('how many come in', () => {
  const names = (vault: Vault, title: string): string[] => vault.pages.find((page) => page.title === title)!.files.map(({ name }) => name);
  const over = (vault: Vault): unknown => vault.pages.flatMap(({ notes }) => notes);

  test('[limit VAULT.attachmentBytes VAULT.attachmentsBytes] a file that is too large, or too much with the others, is left out by its name', async () => {
    const large = (count: number, size: number): VaultFile[] => Array.from({ length: count }, (_, at) => file(`${at}.bin`, 'x', size));
    const links = (count: number): VaultFile => file('n.md', Array.from({ length: count }, (_, at) => `![[${at}.bin]]`).join('\n\n'));
    const one = VAULT_LIMITS.attachmentBytes;
    expect(names(await readVault('x', [links(1), ...large(1, one)], ports), 'n')).toEqual(['0.bin']);
    const more = await readVault('x', [links(1), ...large(1, one + 1)], ports);
    expect([names(more, 'n'), over(more), more.left]).toEqual([[], [{ code: 'over', names: ['0.bin'] }], [{ path: '0.bin', fault: null }]]);
    const many = VAULT_LIMITS.attachmentsBytes / one;
    expect(names(await readVault('x', [links(many), ...large(many, one)], ports), 'n')).toHaveLength(many);
    const all = await readVault('x', [links(many + 1), ...large(many + 1, one)], ports);
    expect([names(all, 'n').length, over(all)]).toEqual([many, [{ code: 'over', names: [`${many}.bin`] }]]);
  });

  test('[limit VAULT.attachments] of more than are taken the last are left out by their names', async () => {
    const page = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `![[${from + at}.bin]]`).join('\n\n');
    const files = Array.from({ length: VAULT_LIMITS.attachments + 1 }, (_, at) => file(`${at}.bin`, 'x'));
    const made = await readVault('x', [file('a.md', page(0, 1_000)), file('b.md', page(1_000, VAULT_LIMITS.attachments)), file('c.md', page(VAULT_LIMITS.attachments, VAULT_LIMITS.attachments + 1)), ...files], ports);
    expect([names(made, 'a').length + names(made, 'b').length, names(made, 'c')]).toEqual([VAULT_LIMITS.attachments, []]);
    expect(over(made)).toEqual([{ code: 'over', names: [`${VAULT_LIMITS.attachments}.bin`] }]);
  });

  test('a page of a taken-out space names its files by their ways; one that is not there is its name, and no way leads elsewhere', async () => {
    const block = (type: string, path: string, alt?: string): object => ({ type, attrs: { file: path, ...(alt ? { alt } : {}) }, text: [] });
    const exact = JSON.stringify({ format: 'lifegraph-document@1', title: 'One', blocks: [block('picture', 'files/lid.png', 'The lid'), block('file', 'files/notes.md', 'notes of me.md'), block('picture', 'files/gone.png', 'Gone'), block('file', 'lifegraph.json'), block('picture', 'A'.repeat(22)), block('file', '~0')] });
    const { createHash } = await import('node:crypto');
    const manifest = JSON.stringify({ format: 'lifegraph-space@1', name: 'River', pages: [{ title: 'One', file: 'pages/One.md', exact: 'lifegraph/1.json', digest: createHash('sha256').update('one').digest('base64url') }], others: [], files: [{ file: 'files/lid.png', name: 'my lid.png', mime: 'image/png' }, { file: 'files/notes.md', name: 'notes of me.md', mime: 'text/markdown' }, { file: 'pages/One.md', name: 'x', mime: '' }] });
    const all = { 'pages/One.md': 'one', 'lifegraph/1.json': exact, 'lifegraph.json': manifest, 'files/lid.png': 'png', 'files/notes.md': '# words' };
    const made = await vaultOf(all);
    expect(made.pages.map(({ title, files }) => [title, files.map(({ name, mime }) => [name, mime])])).toEqual([['One', [['my lid.png', 'image/png'], ['notes of me.md', 'text/markdown']]]]);
    expect(shown(made, 'One')).toEqual(['picture <my lid.png> (The lid)', 'file <notes of me.md> (notes of me.md)', 'paragraph Gone']);
    expect(made.pages[0]!.notes).toEqual([{ code: 'other', count: 3 }, { code: 'files', names: ['gone.png'] }]);
    // Markdown that somebody changed leads to the same files.
    const changed = await vaultOf({ ...all, 'pages/One.md': 'new\n\n![The lid](../files/lid.png)\n\n[notes of me.md](../files/notes.md)' });
    expect(shown(changed, 'One')).toEqual(['paragraph new', 'picture <my lid.png> (The lid)', 'file <notes of me.md> (notes of me.md)']);
    expect(changed.left).toEqual([]);
  });
});

test('a file is read when its turn comes, by the way that is counted apart; one that cannot be read says why', async () => {
  const read: string[] = [];
  const damaged = (): Promise<Uint8Array> => Promise.reject(new ImportFault('damaged', { found: 'crc' }));
  const made = await readVault('x', [file('n.md', '![[a.png]] ![[b.png]]'), { path: 'a.png', size: 3, read: damaged, attached: () => (read.push('a'), Promise.resolve(bytes('png'))) }, { path: 'b.png', size: 3, read: damaged }], ports);
  expect(read).toEqual([]);
  const [a, b] = made.pages[0]!.files;
  expect([new TextDecoder().decode(await a!.read()), read]).toEqual(['png', ['a']]);
  await expect(b!.read()).rejects.toThrow('damaged');
});
