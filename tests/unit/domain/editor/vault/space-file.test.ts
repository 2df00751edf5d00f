import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { tableOf, withTable } from '#domain/editor/model';
import { addressed, readVault, type Vault, type VaultFile } from '#domain/editor/vault';
import { VAULT_LIMITS } from '#domain/shared';

let ids = 0;
const ports = { newId: () => `b${String(ids++).padStart(21, '0')}`, told: () => undefined };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const files = (all: Readonly<Record<string, string>>): VaultFile[] => Object.entries(all).map(([path, text]) => ({ path, size: bytes(text).length, read: () => Promise.resolve(bytes(text)) }));
const read = (all: Readonly<Record<string, string>>): Promise<Vault> => readVault('x.zip', files(all), ports);
const A = 'A'.repeat(22), B = 'B'.repeat(22);
const exact = (title: string, blocks: unknown[]): string => JSON.stringify({ format: 'lifegraph-document@1', title, blocks });
const paragraph = (id: string, text: string, marks: object = {}): object => ({ id, type: 'paragraph', attrs: {}, text: [{ text, marks }] });
function space(pages: readonly { title: string; markdown: string; blocks: unknown[] }[], others: Record<string, string> = {}): Record<string, string> {
  const all: Record<string, string> = { ...others };
  const named = pages.map(({ title, markdown, blocks }, at) => {
    all[`pages/${title}.md`] = markdown;
    all[`lifegraph/${at}.json`] = exact(title, blocks);
    return { title, file: `pages/${title}.md`, exact: `lifegraph/${at}.json`, digest: toBase64url(sha256(bytes(markdown))) };
  });
  all['lifegraph.json'] = JSON.stringify({ format: 'lifegraph-space@1', name: 'River', pages: named, others: Object.keys(others) });
  return all;
}

describe('a space that was taken out', () => {
  test('a table comes whole, with the ids of its rows and columns and links in cells; what is no table is left out', async () => {
    const table = withTable({ id: A, attrs: { plain: true } }, tableOf([[[{ text: 'Two', marks: { link: '~1' } }], []], [[], [{ text: 'x', marks: { bold: true } }]]], ((n) => () => `i${n++}`)(0)));
    const whole = [{ id: A, type: 'table', attrs: table.attrs, table: table.table }];
    const made = await read(space([{ title: 'One', markdown: 'one', blocks: [...whole, { id: B, type: 'table', attrs: {}, table: { columns: ['a'], rows: 7 } }] }, { title: 'Two', markdown: 'two', blocks: [] }]));
    const linked = withTable({ id: A, attrs: { plain: true } }, { columns: table.table!.columns, rows: table.table!.rows.map((row, at) => (at === 0 ? { id: row.id, cells: [[{ text: 'Two', marks: { link: '#/2' } }], []] } : row)) });
    expect(addressed(made.pages[0]!, ['#/1', '#/2'])).toEqual([linked]);
    expect(made.pages[0]!.notes).toEqual([{ code: 'other', count: 1 }]);
  });

  const two = [{ title: 'One', markdown: 'one', blocks: [paragraph(A, '  spaces stay ', { link: `~1?${encodeURIComponent(`^${B}`)}` }), { ...paragraph(A, 'twice'), attrs: { indent: 7, evil: 1 } }, { type: 'future', text: [] }] }, { title: 'Two', markdown: 'two', blocks: [paragraph(B, 'here', { link: 'javascript:x', bold: true })] }];

  test('whole pages come with their ids and links to blocks; what is no block, mark or attribute is left out', async () => {
    const made = await read(space(two));
    expect(made.pages.map(({ title }) => title)).toEqual(['One', 'Two']);
    const [one, other] = made.pages.map((page) => addressed(page, ['#/s/documents/1', '#/s/documents/2']));
    expect(one).toEqual([
      { id: A, type: 'paragraph', attrs: {}, text: [{ text: '  spaces stay ', marks: { link: `#/s/documents/2?b=${B}` } }] },
      { id: expect.stringMatching(/^b\d{21}$/), type: 'paragraph', attrs: { indent: 7 }, text: [{ text: 'twice', marks: {} }] },
    ]);
    expect(other).toEqual([{ id: B, type: 'paragraph', attrs: {}, text: [{ text: 'here', marks: { bold: true } }] }]);
    expect(made.pages[0]!.notes).toEqual([{ code: 'other', count: 1 }]);
  });

  test('Markdown that somebody changed counts, a page that was taken out is none, one that was added comes; what is for reading is left out by name', async () => {
    const all = space(two, { 'chat/general.md': 'said' });
    all['pages/Two.md'] = 'changed: [[One]] and [new](New.md)';
    all['pages/New.md'] = 'new';
    all['lifegraph/0.json'] = exact('One', two[0]!.blocks);
    const made = await read(all);
    expect(made.pages.map(({ title, blocks }) => [title, blocks.at(-1)!.text.map(({ text, marks }) => `${text}${marks.link ?? ''}`).join('')])).toEqual([['One', 'twice'], ['Two', 'changed: One~0 and new~2'], ['New', 'new']]);
    expect(made.left).toEqual([{ path: 'chat/general.md', fault: null }]);
    delete all['pages/One.md'];
    const less = await read(all);
    expect(less.pages.map(({ title }) => title)).toEqual(['Two', 'New']);
    expect(less.pages[0]!.blocks[0]!.text.map(({ text, marks }) => `${text}${marks.link ?? ''}`).join('')).toBe('changed: One and new~1');
    // A file of that name by another hand is a file like others.
    expect((await read({ 'lifegraph.json': '{"a":1}', 'a.md': 'x' })).pages.map(({ title }) => title)).toEqual(['a']);
  });

  test('a place whose part is no code, and signs that are half of one, lead to the page and hold nothing up', async () => {
    const made = await read(space([{ title: 'One', markdown: 'one', blocks: [paragraph(A, 'a', { link: '~1?%zz' }), paragraph(B, 'b', { link: '~1?\ud800' })] }, { title: 'Two', markdown: 'two', blocks: [] }]));
    expect(addressed(made.pages[0]!, ['#/1', '#/2']).map(({ text }) => text[0]!.marks.link)).toEqual(['#/2', '#/2']);
  });

  test('a title that somebody changed in the Markdown counts; without one there the page keeps the one it had', async () => {
    const all = space([{ title: 'One', markdown: 'one', blocks: [] }, { title: 'Two', markdown: 'two', blocks: [] }]);
    all['pages/One.md'] = '---\ntitle: "One: more"\nstate: open\n---\nchanged';
    all['pages/Two.md'] = 'changed';
    const made = await read(all);
    expect(made.pages.map(({ title, fields }) => [title, fields])).toEqual([['One: more', [{ name: 'state', kind: 'text', value: 'open' }]], ['Two', []]]);
  });

  test('tables that say in a few words how many cells they have are left out before they are made', async () => {
    const ids = (sign: string, length: number): string[] => Array.from({ length }, (_, at) => `${sign}${at}`);
    const table = { columns: ids('c', 80), rows: ids('r', 100).map((id) => ({ id })) };
    const made = await read(space([{ title: 'One', markdown: 'one', blocks: Array.from({ length: 50 }, () => ({ type: 'table', attrs: {}, table })) }, { title: 'Two', markdown: 'two', blocks: [] }]));
    expect(made.left.map(({ path, fault }) => [path, fault?.code])).toEqual([['pages/One.md', 'too-much-text']]);
  });

  test('[limit VAULT.blocks] a page of more blocks is left out', async () => {
    const of = (count: number): Record<string, string> => space([two[1]!, { title: 'Long', markdown: 'x', blocks: Array.from({ length: count }, () => ({ type: 'paragraph', attrs: {}, text: [] })) }]);
    expect((await read(of(VAULT_LIMITS.blocks))).pages).toHaveLength(2);
    const made = await read(of(VAULT_LIMITS.blocks + 1));
    expect(made.pages).toHaveLength(1);
    expect(made.left).toMatchObject([{ path: 'pages/Long.md', fault: { code: 'too-many-blocks' } }]);
  });
});
