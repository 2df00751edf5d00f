import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { CborError, decodeCbor, encodeCbor } from '#base/cbor';
import { b, fromJson, toJson, type JsonCbor } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';

type Case = { ok: true; value: JsonCbor; cbor: string } | { ok: false; why: string; cbor: string };
const file = sharedJson<{ cases: Case[] }>('vectors', 'cbor.json');

if (file) {
  describe('FORMATS, CBOR paragraph: golden cbor.json', () => {
    for (const [i, c] of file.cases.entries()) {
      if (c.ok) {
        it(`case ${i}: encodes to exactly these bytes and back`, () => {
          expect(toBase64url(encodeCbor(fromJson(c.value)))).toBe(c.cbor);
          expect(toJson(decodeCbor(b(c.cbor)))).toEqual(c.value);
        });
      } else {
        it(`case ${i}: refuses ${c.why}`, () => {
          expect(() => decodeCbor(b(c.cbor))).toThrow(CborError);
        });
      }
    }
  });
}
