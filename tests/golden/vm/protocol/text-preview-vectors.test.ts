/** The payload of a text preview, byte for byte (docs/PROTOCOL.md §13). */
import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '#base/cbor';
import type { Bytes } from '#base/bytes';
import { isPreviewEdit, previewValue, readPreview } from '#vm/protocol/text-preview';

const id = (fill: number): Bytes => new Uint8Array(16).fill(fill) as Bytes;
const VECTORS = [
  { payload: { fragment: id(1), node: id(2), after: -1, edit: { at: 0, remove: 0, insert: 'Hé' } }, bytes: '85647465787450010101010101010101010101010101015002020202020202020202020202020202208300006348c3a9' },
  { payload: { fragment: id(1), node: id(2), after: 24, edit: { at: 300, remove: 2, insert: '' } }, bytes: '8564746578745001010101010101010101010101010101500202020202020202020202020202020218188319012c0260' },
  { payload: { fragment: id(1), node: id(2), after: 0, edit: null }, bytes: '8564746578745001010101010101010101010101010101500202020202020202020202020202020200f6' },
];

test('FORMATS §8: payloads of previews are these bytes, and are read from them', () => {
  for (const { payload, bytes } of VECTORS) {
    const encoded = encodeCbor(previewValue(payload));
    expect(Buffer.from(encoded).toString('hex')).toBe(bytes);
    expect(readPreview(decodeCbor(encoded))).toEqual(payload);
  }
});

test('what is no preview is read as none', () => {
  const [good] = VECTORS;
  const value = previewValue(good!.payload) as unknown[];
  expect(readPreview(value as never)).not.toBeNull();
  for (const other of [null, 'text', [], ['here', id(1), 'Anna'], value.slice(0, 4), [...value, 1], [value[0], id(1), id(2), 1.5, value[4]], [value[0], id(1), id(2), 0, [0, 0, 'x', 0]]]) expect(readPreview(other as never)).toBeNull();
  expect(isPreviewEdit({ at: 0, remove: 0, insert: '\ud800' })).toBe(false);
  expect(isPreviewEdit({ at: 0, remove: 0, insert: '\u{1f600}' })).toBe(true);
});
