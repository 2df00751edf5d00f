/** Many small files in one, and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, u32be, utf8, type Bytes } from '#base/bytes';
import { packFiles, readPack } from '#base/pack';

const list = (value: unknown, bytes = ''): Bytes => {
  const text = utf8(JSON.stringify(value));
  return concat(u32be(text.length), text, bytes);
};

test('files come out as they went in, also empty ones and under any names, and the same files give the same bytes', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 40 })), { selector: ([name]) => name, maxLength: 12 }), (files) => {
    const pack = packFiles(files);
    expect(new Map([...readPack(pack)!].map(([name, bytes]) => [name, [...bytes]]))).toEqual(new Map(files.map(([name, bytes]) => [name, [...bytes]])));
    expect(packFiles(files)).toEqual(pack);
  }));
});

test('a pack that begins in the middle of other bytes is read from there', () => {
  const pack = packFiles([['a', utf8('first')], ['b', utf8('second')]]);
  const around = concat('xyz', pack);
  expect(readPack(around.subarray(3))?.get('b')).toEqual(utf8('second'));
});

test.each<[string, Bytes]>([
  ['no bytes', new Uint8Array()], ['half a length', new Uint8Array(3)], ['a list longer than the file', concat(u32be(9), '{}')], ['words that are no list', concat(u32be(4), 'file')], ['bytes that are no words', concat(u32be(2), Uint8Array.of(0xff, 0xff))],
  ['a list of nothing', list(null)], ['a place without its length', list({ a: [0] })], ['a place before the first', list({ a: [-1, 1] }, 'x')], ['half a place', list({ a: [0.5, 1] }, 'xx')], ['a place behind the end', list({ a: [1, 2] }, 'xx')],
])('%s is no pack', (_name, bytes) => {
  expect(readPack(bytes)).toBeNull();
});

test('control: the same list with the bytes it says is one', () => {
  expect(readPack(list({ a: [1, 1] }, 'xy'))?.get('a')).toEqual(utf8('y'));
});
