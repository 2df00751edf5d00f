import { zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { crc32, ZipShelf, type Source } from '#adapters/files/zip-read';
import { FileFault } from '#adapters/files/unpack';
import { filesOfArchive } from '#boot/archive';
import { ImportFault } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';
import { forgedZip as forged } from '#tests/support/forged-zip';

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
const blob = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);
const said = (run: Promise<unknown>): Promise<string> => run.then(() => 'taken', (error: unknown) => (error instanceof FileFault ? error.code : error instanceof ImportFault ? error.fault : Promise.reject(error)));
const contents = async (bytes: Uint8Array): Promise<Record<string, string>> => Object.fromEntries(await Promise.all((await filesOfArchive(blob(bytes))).map(async ({ path, read }) => [path, new TextDecoder().decode(await read())])));

describe('archives', () => {
  test('what is packed and what lies as it is comes back; names in UTF-8, in the letters of an old system, and said twice', async () => {
    expect(await contents(zipSync({ 'a/Заметка.md': text('один'), 'b.md': [text('two'.repeat(1_000)), { level: 9 }], 'c.md': [text('three'), { level: 0 }] }))).toEqual({ 'a/Заметка.md': 'один', 'b.md': 'two'.repeat(1_000), 'c.md': 'three' });
    // "Заметка.md" and "План работ.md" as Windows wrote them in Russia.
    const old = [[0x87, 0xa0, 0xac, 0xa5, 0xe2, 0xaa, 0xa0, 0x2e, 0x6d, 0x64], [0x8f, 0xab, 0xa0, 0xad, 0x20, 0xe0, 0xa0, 0xa1, 0xae, 0xe2, 0x2e, 0x6d, 0x64]].map((name) => Uint8Array.from(name));
    expect(Object.keys(await contents(forged(old.map((name) => ({ name, data: text('x') })))))).toEqual(['Заметка.md', 'План работ.md']);
    // UTF-8 without a word about it, as some programs write it.
    expect(Object.keys(await contents(forged([{ name: text('Лёд.md'), data: text('x') }])))).toEqual(['Лёд.md']);
    const raw = Uint8Array.from([0x8b, 0xa5, 0xa4]);
    const again = new Uint8Array(9 + 8);
    new DataView(again.buffer).setUint16(0, 0x7075, true);
    new DataView(again.buffer).setUint16(2, 13, true);
    new DataView(again.buffer).setUint32(5, crc32(raw), true);
    again.set(text('Лед.m'), 9);
    expect(Object.keys(await contents(forged([{ name: raw, data: text('x'), extra: again }])))).toEqual(['Лед.m']);
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
  });

  test('an archive of archives is read as what they hold together; one beside pages is a file like others', async () => {
    const inner = zipSync({ 'a.md': text('a') });
    expect(await contents(zipSync({ 'Part-1.zip': [inner, { level: 0 }], 'Part-2.zip': zipSync({ 'b.md': text('b'), 'deep.zip': inner }) }))).toMatchObject({ 'a.md': 'a', 'b.md': 'b', 'deep.zip': expect.any(String) });
    expect(Object.keys(await contents(zipSync({ 'a.zip': inner, 'b.md': text('b') })))).toEqual(['a.zip', 'b.md']);
  });

  test('what is encrypted, cut off, changed or no archive is refused by what it is', async () => {
    expect(await said(filesOfArchive(blob(forged([{ name: text('a.md'), data: text('x'), flags: 1 }]))))).toBe('locked-zip');
    expect(await said(filesOfArchive(blob(forged([{ name: text('a.md'), data: text('x'), method: 99 }]))))).toBe('locked-zip');
    expect(await said(filesOfArchive(blob(new Uint8Array(0))))).toBe('empty-file');
    expect(await said(filesOfArchive(blob(text('no archive'))))).toBe('not-what-it-says');
    const whole = zipSync({ 'a.md': text('words '.repeat(500)), 'b.md': text('more') });
    for (const cut of [whole.length - 1, whole.length - 30, 100, 4]) expect(await said(filesOfArchive(blob(whole.subarray(0, cut))))).toBe('damaged');
    // Every byte of a part turned over is noticed when it is read, or the list is not what it was.
    const one = zipSync({ 'a.md': text('words and words and more words') });
    const wrong: number[] = [];
    for (let at = 30 + 4; at < one.length - 22; at++) {
      const bad = one.slice();
      bad[at]! ^= 0xff;
      const told = await said(contents(bad).then((all) => (Object.values(all)[0] === 'words and words and more words' ? Promise.reject(new FileFault('damaged')) : all)));
      if (told === 'taken') wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test('[limit VAULT.ratio] bombs: a part of many times its size, parts that share their bytes, parts larger than they say', async () => {
    const zeros = (size: number): Zippable => ({ 'a.txt': [new Uint8Array(size), { level: 9 }] });
    expect(await said(contents(zipSync(zeros(1_048_576))))).toBe('taken');
    expect(await said(contents(zipSync(zeros(1_048_577))))).toBe('bomb');
    const data = new Uint8Array(10_000);
    expect(await said(contents(forged([{ name: text('a.txt'), data, size: VAULT_LIMITS.ratio * 10_000, method: 8 }])))).toBe('damaged');
    expect(await said(contents(forged([{ name: text('a.txt'), data, size: VAULT_LIMITS.ratio * 10_000 + 1, method: 8 }])))).toBe('bomb');
    expect(await said(filesOfArchive(blob(forged([{ name: text('a.txt'), data: text('same bytes') }, { name: text('b.txt'), data: text(''), at: 0, size: 10, packed: 10 }]))))).toBe('damaged');
    const packed = zipSync({ 'a.txt': text('x'.repeat(5_000)) });
    const view = new DataView(packed.buffer, packed.byteOffset);
    const line = packed.length - 22 - 46 - 5;
    view.setUint32(line + 24, 100, true);
    expect(await said(contents(packed))).toBe('damaged');
  });

  test('[limit VAULT.fileBytes VAULT.unpackedBytes] nothing is read of an archive that is too large, and nothing beyond what all parts may unpack to', async () => {
    const sized = (size: number): Blob => ({ size, slice: () => blob(text('PK')) }) as unknown as Blob;
    expect(await said(filesOfArchive(sized(VAULT_LIMITS.fileBytes + 1)))).toBe('too-large');
    expect(await said(filesOfArchive(sized(VAULT_LIMITS.fileBytes)))).toBe('damaged');
    const half = VAULT_LIMITS.unpackedBytes / 2;
    const head = forged([{ name: text('a'), data: new Uint8Array(0), size: half, packed: half }, { name: text('b'), data: new Uint8Array(0), size: half + 1, packed: half + 1, at: 31 + half }]);
    // The bytes between the first part and the list are not there: what is asked for of them is zeros.
    const gap = 2 * half + 1 + 62;
    const list = Buffer.from(head.subarray(62));
    list.writeUInt32LE(gap, list.length - 6);
    const source: Source = {
      size: gap + list.length,
      read: async (from, to) => {
        const out = new Uint8Array(to - from);
        if (to > gap) out.set(list.subarray(Math.max(0, from - gap), to - gap), Math.max(0, gap - from));
        if (from === 0 || from === 31 + half) out.set(head.subarray(0, 30));
        return out;
      },
    };
    const lone: Blob = { size: source.size, slice: (from: number, to: number) => (from === 0 && to === 2 ? blob(text('PK')) : { arrayBuffer: async () => Uint8Array.from(await source.read(from, Math.min(to, source.size))).buffer }) } as unknown as Blob;
    const [a, b] = await filesOfArchive(lone);
    // Zeros are not what the list says of the part, which is seen at its end only: all of it was read.
    expect(await said(a!.read())).toBe('damaged');
    expect(await said(b!.read())).toBe('unpacked');
    // Files that come in with a page are counted apart, each by itself.
    expect(half).toBe(VAULT_LIMITS.attachmentBytes);
    expect([await said(a!.attached!()), await said(b!.attached!())]).toEqual(['damaged', 'unpacked']);
    expect([await said(a!.read()), await said(a!.read())]).toEqual(['damaged', 'unpacked']);
  });

  test('[limit VAULT.entries] a list of more parts than are looked through', async () => {
    const many = (count: number): Uint8Array => forged(Array.from({ length: count }, (_, at) => ({ name: text(`${at}`), data: new Uint8Array(0) })));
    expect(await said(filesOfArchive(blob(many(VAULT_LIMITS.entries))))).toBe('taken');
    expect(await said(filesOfArchive(blob(many(VAULT_LIMITS.entries + 1))))).toBe('too-many-files');
  });

  test('the second form of archives, for what the first cannot say', async () => {
    const plain = forged([{ name: text('a.md'), data: text('words'), size: 0xffffffff, packed: 0xffffffff, extra: (() => {
      const extra = Buffer.alloc(20);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      extra.writeBigUInt64LE(5n, 4);
      extra.writeBigUInt64LE(5n, 12);
      return extra;
    })() }]);
    expect(await contents(plain)).toEqual({ 'a.md': 'words' });
    const end = Buffer.from(plain.subarray(plain.length - 22));
    const head = Buffer.alloc(56 + 20);
    head.writeUInt32LE(0x06064b50, 0);
    head.writeBigUInt64LE(1n, 32);
    head.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
    head.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
    head.writeUInt32LE(0x07064b50, 56);
    head.writeBigUInt64LE(BigInt(plain.length - 22), 64);
    end.writeUInt16LE(0xffff, 10);
    end.writeUInt32LE(0xffffffff, 12);
    end.writeUInt32LE(0xffffffff, 16);
    expect(await contents(Buffer.concat([plain.subarray(0, plain.length - 22), head, end]))).toEqual({ 'a.md': 'words' });
  });
});

test('an archive is read by parts: of a large one only the list and what is wanted', async () => {
  const bytes = zipSync({ 'a.md': text('a'), 'film.mp4': [new Uint8Array(3_000_000), { level: 0 }] });
  let read = 0;
  const source: Source = { size: bytes.length, read: async (from, to) => ((read += to - from), bytes.subarray(from, to)) };
  const shelf = await ZipShelf.open(source, { entries: 10, unpacked: 1_000, ratio: 10 }, () => '');
  expect(new TextDecoder().decode(await shelf.read(shelf.entries[0]!))).toBe('a');
  expect(read).toBeLessThan(100_000);
});
