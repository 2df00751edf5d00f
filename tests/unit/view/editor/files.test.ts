import { getSchema } from '@tiptap/core';
import { describe, expect, test } from 'vitest';
import { DocReplica, readAttrs, type Block } from '#domain/editor/model';
import { markdownOf, type DraftBlock } from '#domain/editor/ingest';
import type { LifegraphApi, Op } from '#os/api';
import { Converter } from '#view/editor/convert.ts';
import { putBehind } from '#view/editor/file-behind.ts';
import { schemaParts } from '#view/editor/nodes.ts';
import { PICTURE_PIXELS_MAX } from '#domain/shared';
import { PictureAddresses } from '#view/kit/picture-addresses.ts';
import { rasterPixels, rasterType } from '#view/kit/raster.ts';

const FILE = 'AAAAAAAAAAAAAAAAAAAAAA';
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

describe('which bytes are a picture', () => {
  test.each<[string, string | null]>([
    ['\x89PNG\r\n\x1a\n and on', 'image/png'], ['\xff\xd8\xff\xe0', 'image/jpeg'], ['GIF89a', 'image/gif'], ['GIF87a', 'image/gif'], ['RIFF....WEBPVP8 ', 'image/webp'], ['\0\0\0\x1cftypavif', 'image/avif'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', null], ['<?xml version="1.0"?><svg>', null], ['<html>', null], ['GIF88a', null], ['RIFF....WAVEfmt ', null], ['\0\0\0\x1cftypisom', null], ['%PDF-1.7', null], ['\x89PN', null], ['', null],
  ])('%j is %s', (head, type) => expect(rasterType(bytes(head))).toBe(type));
});

const be = (value: number, size: number): string => Array.from({ length: size }, (_, at) => String.fromCharCode(Math.floor(value / 256 ** (size - 1 - at)) % 256)).join('');
const le = (value: number, size: number): string => [...be(value, size)].reverse().join('');
const png = (width: number, height: number): string => `\x89PNG\r\n\x1a\n${be(13, 4)}IHDR${be(width, 4)}${be(height, 4)}\x08\x06\0\0\0`;
const gifFrame = (left: number, width: number, height: number): string => `,${le(left, 2)}${le(0, 2)}${le(width, 2)}${le(height, 2)}\0\x02\x02ab\0`;
const riff = (chunk: string, data: string): string => `RIFF....WEBP${chunk}....${data}`.padEnd(40, '\0');
const box = (type: string, data: string): string => `${be(data.length + 8, 4)}${type}${data}`;

describe('how many pixels a picture has, before it is drawn', () => {
  test.each<[string, string, string, number | null]>([
    ['PNG', 'image/png', png(70_000, 3), 210_000], ['PNG cut', 'image/png', png(1, 1).slice(0, 20), null], ['PNG of nothing', 'image/png', png(0, 9), null],
    ['GIF', 'image/gif', `GIF89a${le(5, 2)}${le(4, 2)}\x80\0\0abcdef!\xf9\x04\0\0\0\0\0${gifFrame(0, 5, 4)};`, 20],
    ['GIF whose picture is larger than its screen', 'image/gif', `GIF89a${le(1, 2)}${le(1, 2)}\0\0\0${gifFrame(0, 1, 1)}${gifFrame(10, 60_000, 50_000)};`, 60_010 * 50_000],
    ['GIF without a picture', 'image/gif', `GIF89a${le(5, 2)}${le(4, 2)}\0\0\0;`, null],
    ['WebP', 'image/webp', riff('VP8 ', `abc\x9d\x01\x2a${le(300, 2)}${le(200 + 0x4000, 2)}`), 60_000], ['WebP without loss', 'image/webp', riff('VP8L', `\x2f${le(299 + 199 * 0x4000, 4)}`), 60_000],
    ['WebP with more', 'image/webp', riff('VP8X', `\0\0\0\0${le(16_777_215, 3)}${le(9, 3)}`), 167_772_160], ['WebP of another kind', 'image/webp', riff('ABCD', ''), null],
    ['JPEG', 'image/jpeg', `\xff\xd8\xff\xe0${be(6, 2)}\xff\xc0ab\xff\xff\xc2${be(11, 2)}\x08${be(40, 2)}${be(50, 2)}\x01`, 2_000], ['JPEG without a frame', 'image/jpeg', `\xff\xd8\xff\xda${'x'.repeat(20)}`, null],
    ['AVIF', 'image/avif', `${box('ftyp', 'avif0000')}${box('meta', `0000${box('iprp', box('ipco', `${box('ispe', `\0\0\0\0${be(10, 4)}${be(20, 4)}`)}${box('ispe', `\0\0\0\0${be(65_536, 4)}${be(65_536, 4)}`)}`))}`)}`, 65_536 ** 2], ['AVIF without', 'image/avif', box('ftyp', 'avif0000'), null],
  ])('%s', (_name, type, head, pixels) => expect(rasterPixels(type, bytes(head))).toBe(pixels));

  test('[limit PICTURE_PIXELS_MAX] one of more, or that does not say, gets no address; many blocks of one file read it once and share its address until the last is gone', async () => {
    const [made, dropped]: [string[], string[]] = [[], []];
    let reads = 0;
    const all = new PictureAddresses((_bytes, type) => (made.push(`${type} ${made.length}`), made.at(-1)!), (address) => void dropped.push(address));
    const of = (file: string, text: string) => all.of(file, async () => (reads++, bytes(text) as Uint8Array<ArrayBuffer>));
    expect(await of('a', png(8_000, PICTURE_PIXELS_MAX / 8_000 + 1)).shown).toEqual({ fault: 'too-many' });
    expect(await of('b', png(8_000, PICTURE_PIXELS_MAX / 8_000)).shown).toEqual({ address: 'image/png 0' });
    expect([await of('c', 'GIF89a').shown, await of('d', '<svg>').shown]).toEqual([{ fault: 'too-many' }, { fault: 'none' }]);
    reads = 0;
    const many = Array.from({ length: 1_000 }, () => of('e', png(1, 1)));
    expect(new Set(await Promise.all(many.map(async ({ shown }) => JSON.stringify(await shown)))).size).toBe(1);
    for (const { letGo } of many.slice(1)) letGo();
    many[1]!.letGo();
    expect([reads, made.length, dropped]).toEqual([1, 2, []]);
    many[0]!.letGo();
    await many[0]!.shown;
    expect(dropped).toEqual(['image/png 1']);
    await of('e', png(1, 1)).shown;
    expect(reads).toBe(2);
  });
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
