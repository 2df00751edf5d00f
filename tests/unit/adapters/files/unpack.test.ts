import { zipSync, zlibSync, strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { checkStreams, countPictures } from '#adapters/files/pdf-streams';
import { checkZip, unpack, zipParts } from '#adapters/files/unpack';
import { IMPORT_LIMITS } from '#domain/shared';

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const fault = (run: Promise<unknown>): Promise<string> => run.then(() => 'taken', (error: { code?: string }) => error.code ?? String(error));

test('parts of a zip are found by the list at its end, and give what they were', async () => {
  const bytes = own(zipSync({ 'word/document.xml': strToU8('a'.repeat(1_000)), 'b.txt': [strToU8('b'), { level: 0 }] }));
  const parts = zipParts(bytes);
  expect(parts.map(({ name, deflated }) => [name, deflated])).toEqual([['word/document.xml', true], ['b.txt', false]]);
  expect((await unpack(parts[0]!.packed, 'deflate-raw', 1_000)).length).toBe(1_000);
  for (const bad of [bytes.subarray(0, bytes.length - 30), own(strToU8('no zip at all, no zip at all')), new Uint8Array(0)]) expect(() => zipParts(own(bad))).toThrow('damaged');
});

test('[limit IMPORT.unpackedBytes] what unpacks to more is refused while it is counted, whatever its list says of its size', async () => {
  const most = IMPORT_LIMITS.unpackedBytes;
  const bomb = own(zipSync({ 'word/document.xml': [new Uint8Array(most + 1), { level: 1 }] }));
  // The size the list gives is a lie.
  new DataView(bomb.buffer).setUint32(bomb.length - 22 - (46 + 17) + 24, 64, true);
  expect(await fault(checkZip(zipParts(bomb), most))).toBe('unpacked');
  expect(await fault(checkZip(zipParts(own(zipSync({ a: [new Uint8Array(most / 2), { level: 1 }], b: [new Uint8Array(most / 2), { level: 1 }] }))), most))).toBe('taken');
  expect(await fault(unpack(own(zlibSync(new Uint8Array(2_000))), 'deflate', 1_999))).toBe('unpacked');
});

test('a list that its reader would read otherwise than it is looked at here is damaged: with more parts than it says, elsewhere, or in the larger form', () => {
  const make = (change: (view: DataView, end: number) => void): (() => unknown) => {
    const bytes = own(zipSync({ 'word/document.xml': strToU8('a'), 'word/bomb.xml': strToU8('b') }));
    change(new DataView(bytes.buffer), bytes.length - 22);
    return () => zipParts(bytes).length;
  };
  expect(make(() => undefined)()).toBe(2);
  expect(make((view, end) => [8, 10].forEach((at) => view.setUint16(end + at, 1, true)))).toThrow('damaged');
  expect(make((view, end) => view.setUint32(end + 12, view.getUint32(end + 12, true) - 1, true))).toThrow('damaged');
  for (const at of [4, 6, 8]) expect(make((view, end) => view.setUint16(end + at, 0xffff, true))).toThrow('damaged');
});

test('a stream of a PDF that unpacks to more is found through two layers, whatever stands between its end and the word for it', async () => {
  const file = (stream: Uint8Array, end: string): Uint8Array<ArrayBuffer> => own(Buffer.concat([Buffer.from('%PDF-1.4\n4 0 obj <</Subtype /Image /SMask 5 0 R>> stream\r\n'), stream, Buffer.from(`${end}endstream endobj 5 0 obj <</Subtype/Image>> stream\nx\nendstream`)]));
  const most = 100_000;
  for (const end of ['', '\n', '\r\n', ' junk ']) {
    expect(await fault(checkStreams(file(zlibSync(zlibSync(new Uint8Array(20 * most))), end), most))).toBe('unpacked');
    expect(await fault(checkStreams(file(zlibSync(zlibSync(new Uint8Array(most - 1))), end), most))).toBe('taken');
  }
  expect(countPictures(file(new Uint8Array(0), ''))).toBe(1);
});
