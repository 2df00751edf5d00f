import { getSchema } from '@tiptap/core';
import { describe, expect, test } from 'vitest';
import { readAttrs, type Block } from '#domain/editor/model';
import { markdownOf, type DraftBlock } from '#domain/editor/ingest';
import { Converter } from '#view/editor/convert.ts';
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
