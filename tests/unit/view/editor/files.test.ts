import { getSchema } from '@tiptap/core';
import { describe, expect, test } from 'vitest';
import { DocReplica, readAttrs, type Block } from '#domain/editor/model';
import { markdownOf, type DraftBlock } from '#domain/editor/ingest';
import type { LifegraphApi, Op } from '#os/api';
import { Converter } from '#view/editor/convert.ts';
import { putBehind } from '#view/editor/file-behind.ts';
import { schemaParts } from '#view/editor/nodes.ts';
import { rasterType } from '#view/editor/raster.ts';

const FILE = 'AAAAAAAAAAAAAAAAAAAAAA';
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

describe('which bytes are a picture', () => {
  test.each<[string, string | null]>([
    ['\x89PNG\r\n\x1a\n and on', 'image/png'], ['\xff\xd8\xff\xe0', 'image/jpeg'], ['GIF89a', 'image/gif'], ['GIF87a', 'image/gif'], ['RIFF....WEBPVP8 ', 'image/webp'], ['\0\0\0\x1cftypavif', 'image/avif'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', null], ['<?xml version="1.0"?><svg>', null], ['<html>', null], ['GIF88a', null], ['RIFF....WAVEfmt ', null], ['\0\0\0\x1cftypisom', null], ['%PDF-1.7', null], ['\x89PN', null], ['', null],
  ])('%j is %s', (head, type) => expect(rasterType(bytes(head))).toBe(type));
});

describe('blocks of files', () => {
  const converter = new Converter(getSchema(schemaParts((key) => String(key))));

  test.each<Block>([
    { id: 'a', type: 'picture', attrs: { file: FILE, alt: 'The lid' }, text: [] },
    { id: 'b', type: 'file', attrs: { file: FILE }, text: [] },
  ])('$type goes into the editor and back', (block) => {
    const node = converter.nodeOf(block);
    expect([node.type.name, node.isAtom, node.attrs['kind']]).toEqual(['file', true, block.type]);
    expect(converter.blockOf(node.type.create(node.attrs))).toEqual(block);
  });

  test('only the id of a node is one, and words are cut', () => {
    const read = (values: Record<string, unknown>) => readAttrs((name) => values[name]);
    expect(read({ file: FILE, alt: 'x'.repeat(400) })).toEqual({ file: FILE, alt: 'x'.repeat(300) });
    for (const file of ['', 'javascript:alert(1)', '../x', `${FILE}A`, 7, null]) expect(read({ file, alt: 7 })).toEqual({});
  });

  test('a saved copy says what a picture shows and how a file is called', () => {
    const blocks: DraftBlock[] = [{ type: 'picture', attrs: { file: FILE, alt: 'The lid from above' }, text: [] }, { type: 'file', attrs: { file: FILE, alt: 'readings.csv' }, text: [] }, { type: 'picture', attrs: { file: FILE }, text: [] }];
    expect(markdownOf(blocks)).toBe('The lid from above\n\nreadings.csv\n');
  });
});

describe('a file that is kept after its page was left', () => {
  test.each([['behind the block it was chosen at', 'a', ['one', 'file', 'two']], ['at the end when that block is gone', 'gone', ['one', 'two', 'file']]])('goes into the text %s', async (_, behind, wanted) => {
    const page = new DocReplica(1);
    const block = (id: string, text: string): Block => ({ id, type: 'paragraph', attrs: {}, text: [{ text, marks: {} }] });
    const updates = page.write([block('a', 'one'), block('b', 'two')]);
    const asked: [Op[], unknown][] = [];
    const graph = { updates: () => Promise.resolve({ updates, mark: 'm', salt: new Uint8Array(16), client: 2 }), transact: (ops: Op[], options: unknown) => (asked.push([ops, options]), Promise.resolve({ ids: [] })) };
    const bid = await putBehind({ graph: () => graph } as unknown as LifegraphApi, { space: 's', fragment: 'f', id: FILE, name: 'readings.csv', picture: false }, behind);
    page.take(asked.flatMap(([ops]) => ops.map((op) => (op as Extract<Op, { op: 'text.update' }>).update)));
    expect(page.shown().map((one) => (one.type === 'file' ? 'file' : one.text[0]!.text))).toEqual(wanted);
    expect(page.shown().find(({ type }) => type === 'file')).toMatchObject({ id: bid, attrs: { file: FILE, alt: 'readings.csv' } });
    expect(asked.every(([, options]) => (options as { fragment: string }).fragment === 'f')).toBe(true);
  });
});
