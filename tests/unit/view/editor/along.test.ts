/** Files that come in and go out with pages: what the kernel is asked to keep, and what of it goes into the archive. */
import { describe, expect, test } from 'vitest';
import { ImportFault, type ToExporter } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';
import type { LifegraphApi } from '#os/api';
import type { AddFile, FilesApi, FileState } from '#os/files-api';
import { FilesOut } from '#view/editor/export-files.ts';
import type { Importer } from '#view/editor/importer.ts';
import { keepFiles } from '#view/editor/import-files.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const PNG = '\x89PNG\r\n\x1a\n and on';

describe('files of a page that is imported', () => {
  const said = (name: string, mime = ''): { name: string; mime: string; size: number } => ({ name, mime, size: 1 });
  const run = (contents: readonly (string | ImportFault)[], options: { files?: boolean; add?: () => Promise<void>; closed?: () => boolean } = {}) => {
    const [added, left]: [[string, string, AddFile][], string[]] = [[], []];
    let told = 0;
    const over = new AbortController();
    const importer = {
      over,
      get closed() {
        return options.closed?.() ?? false;
      },
      attached: async (_page: number, at: number) => (typeof contents[at] === 'string' ? bytes(contents[at]) : Promise.reject(contents[at])),
    } as unknown as Importer;
    const files = {
      add: async (space: string, fragment: string, blob: Blob, more: AddFile) => {
        await options.add?.();
        added.push([`${space}/${fragment}`, await blob.text(), more]);
        return `node ${added.length}`;
      },
    } as unknown as FilesApi;
    const api = (options.files === false ? {} : { files }) as LifegraphApi;
    return { added, left, over, told: () => told, kept: (all: readonly ReturnType<typeof said>[]) => keepFiles({ api, space: 's', fragment: 'f', importer, told: () => void (told += 1), left: (name, { fault }) => void left.push(`${name}: ${fault}`) }, 3, all) };
  };

  test('each is kept in the fragment of its page, in order; what its bytes are decides whether it is a picture, never what it is called', async () => {
    const { kept, added, over, told } = run([PNG, '<svg onload="x()"/>', '%PDF-1.7', 'GIF89a']);
    expect(await kept([said('lid.png', 'text/html'), said('evil.svg', 'image/png'), said('a.pdf', 'application/pdf'), said('b.txt')])).toEqual([{ id: 'node 1', picture: true }, { id: 'node 2', picture: false }, { id: 'node 3', picture: false }, { id: 'node 4', picture: true }]);
    expect(added.map(([place, , { name, mime }]) => [place, name, mime])).toEqual([['s/f', 'lid.png', 'image/png'], ['s/f', 'evil.svg', 'image/png'], ['s/f', 'a.pdf', 'application/pdf'], ['s/f', 'b.txt', 'image/gif']]);
    expect(added.every(([, , { signal }]) => signal === over.signal)).toBe(true);
    expect(told()).toBe(4);
  });

  test('one that cannot be read is told by its name and reason, the others come; a store that takes no more, or an import given up, ends it', async () => {
    const some = run([PNG, new ImportFault('damaged'), 'x']);
    expect(await some.kept([said('a.png'), said('b.png'), said('c')])).toEqual([{ id: 'node 1', picture: true }, null, { id: 'node 2', picture: false }]);
    expect([some.left, some.told()]).toEqual([['b.png: damaged'], 3]);
    await expect(run([PNG], { add: () => Promise.reject(new Error('no room')) }).kept([said('a')])).rejects.toThrow('no room');
    await expect(run([new Error('the importer ended') as ImportFault]).kept([said('a')])).rejects.toThrow('the importer ended');
    let reads = 0;
    const given = run([PNG, PNG, PNG], { closed: () => (reads += 1) > 1 });
    await expect(given.kept([said('a'), said('b'), said('c')])).rejects.toThrow('given up');
    expect(given.added).toHaveLength(1);
    await expect(run([PNG], { files: false }).kept([said('a')])).rejects.toThrow('given up');
  });
});

describe('files of a space that goes out', () => {
  const state = (more: Partial<FileState>): FileState => ({ state: 'here', name: 'a.png', mime: 'image/png', size: 3, have: 1, of: 1, from: [], ...more });
  const run = (states: Readonly<Record<string, FileState>>, read: (id: string) => string | null = () => 'abc') => {
    const [given, left]: [ToExporter[], string[]] = [[], []];
    let open = 0;
    const files = {
      watch: (_space: string, id: string, on: (now: FileState) => void) => {
        open += 1;
        on(states[id]!);
        return () => void (open -= 1);
      },
      read: (_space: string, id: string) => {
        const text = read(id);
        return new ReadableStream<Uint8Array>({ start: (to) => (text === null ? to.error(new Error('not-here')) : (to.enqueue(bytes(text)), to.close())) });
      },
    } as unknown as FilesApi;
    const out = new FilesOut(files, 's', { ask: async (message) => (given.push(message), { files: 0, shows: [] }) }, (name) => void left.push(name));
    return { given: () => given.map((message) => ('file' in message ? [message.file.id, message.file.name, message.file.mime, new TextDecoder().decode(message.file.bytes)] : message)), left, open: () => open, give: (...ids: string[]) => out.give(ids.map((id) => ({ id, said: `said of ${id}` }))) };
  };

  test('what this device holds goes out once; what it does not hold, or holds no longer, is named', async () => {
    const one = run({ a: state({}), b: state({ state: 'absent', name: 'far.pdf' }), c: state({ state: 'looking', name: '' }), d: state({ name: 'torn.bin' }) }, (id) => (id === 'd' ? null : 'abc'));
    await one.give('a', 'b');
    await one.give('a', 'b', 'c', 'd');
    expect(one.given()).toEqual([['a', 'a.png', 'image/png', 'abc']]);
    expect(one.left).toEqual(['far.pdf', 'said of c', 'torn.bin']);
    expect(one.open()).toBe(0);
  });

  test('[limit VAULT.attachments VAULT.attachmentBytes VAULT.attachmentsBytes] what an import would not take again does not go out, and is named', async () => {
    const size = VAULT_LIMITS.attachmentBytes;
    const large = run({ a: state({ size }), b: state({ size: size + 1, name: 'large.bin' }) });
    await large.give('a', 'b');
    expect([large.given().length, large.left]).toEqual([1, ['large.bin']]);
    const most = VAULT_LIMITS.attachmentsBytes / size;
    const ids = Array.from({ length: most + 1 }, (_, at) => `f${at}`);
    const sum = run(Object.fromEntries(ids.map((id) => [id, state({ size, name: id })])));
    await sum.give(...ids);
    expect([sum.given().length, sum.left]).toEqual([most, [`f${most}`]]);
    const many = Array.from({ length: VAULT_LIMITS.attachments + 1 }, (_, at) => `f${at}`);
    const count = run(Object.fromEntries(many.map((id) => [id, state({ name: id })])));
    await count.give(...many);
    expect([count.given().length, count.left]).toEqual([VAULT_LIMITS.attachments, [`f${VAULT_LIMITS.attachments}`]]);
  });

  test('where no files are kept all are named', async () => {
    const left: string[] = [];
    await new FilesOut(undefined, 's', { ask: () => Promise.reject(new Error('asked')) }, (name) => void left.push(name)).give([{ id: 'a', said: 'plan.pdf' }]);
    expect(left).toEqual(['plan.pdf']);
  });
});
