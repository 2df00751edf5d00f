/** The thread that writes a space out, request by request. */
import { expect, test } from 'vitest';
import { filesOfArchive } from '#boot/archive';
import { spaceExport } from '#boot/space-export';
import { DocReplica, type Block } from '#domain/editor/model';

const [LID, FAR, PLAN] = ['L', 'F', 'P'].map((sign) => sign.repeat(22)) as [string, string, string];
const block = (id: string, type: 'picture' | 'file', file: string, alt?: string): Block => ({ id: id.padEnd(22, '-'), type, attrs: { file, ...(alt === undefined ? {} : { alt }) }, text: [] });
const updates = (blocks: readonly Block[]): readonly Uint8Array[] => new DocReplica(7).write(blocks);

test('of a page it says which files are not in the archive yet; those it is given are there as they were, the others are their names and are counted', async () => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const take = spaceExport((part) => void parts.push(part));
  take({ begin: { space: { id: 's', name: 'River' }, pages: [{ title: 'One', fragment: 'a' }, { title: 'Two', fragment: 'b' }], at: 1_700_000_000_000 } });
  const one = [block('a', 'picture', LID, 'The lid'), block('b', 'picture', LID), block('c', 'file', FAR, 'far.pdf'), block('d', 'picture', FAR)];
  expect(take({ page: { at: 0, updates: updates(one), fields: [] } })).toEqual({ files: 0, shows: [{ id: LID, said: 'The lid' }, { id: FAR, said: 'far.pdf' }] });
  // Larger than what is written at once, and of bytes that pack well: it lies there as it is.
  const bytes = new Uint8Array(3_000_001).fill(7);
  take({ file: { id: LID, name: 'lid.png', mime: 'image/png', bytes } });
  expect(take({ write: true })).toEqual({ files: 2, shows: [] });
  expect(take({ page: { at: 1, updates: updates([block('e', 'picture', LID), block('f', 'file', PLAN, 'LID.png')]), fields: [] } })).toEqual({ files: 2, shows: [{ id: PLAN, said: 'LID.png' }] });
  take({ file: { id: PLAN, name: 'LID.png', mime: '', bytes: Uint8Array.of(1, 2) } });
  take({ write: true });
  take({ tasks: [] });
  expect(take({ end: true })).toEqual({ files: 2, shows: [] });
  const files = new Map((await filesOfArchive(new Blob(parts))).map((file) => [file.path, file]));
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await files.get(path)!.read());
  expect([...files.keys()].sort()).toEqual(['files/LID 2.png', 'files/lid.png', 'lifegraph.json', 'lifegraph/1.json', 'lifegraph/2.json', 'pages/One.md', 'pages/Two.md']);
  expect(Buffer.from(await files.get('files/lid.png')!.attached!()).equals(Buffer.from(bytes))).toBe(true);
  expect(await text('pages/One.md')).toBe('![The lid](../files/lid.png)\n\n![](../files/lid.png)\n\nfar.pdf\n');
  expect(await text('pages/Two.md')).toBe('![](../files/lid.png)\n\n[LID.png](../files/LID%202.png)\n');
  expect(JSON.parse(await text('lifegraph.json'))).toMatchObject({ files: [{ file: 'files/lid.png', name: 'lid.png', mime: 'image/png' }, { file: 'files/LID 2.png', name: 'LID.png', mime: '' }] });
  expect(await text('lifegraph/1.json')).not.toContain(FAR);
});
