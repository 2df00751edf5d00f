import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborError, decodeCbor, encodeCbor, type CborValue } from '#base/cbor';

const number = fc.oneof(
  fc.maxSafeInteger().map((n) => n + 0),
  fc.integer({ min: -70000, max: 70000 }).map((n) => n + 0),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
  fc.float({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)),
  fc.integer({ min: -2047, max: 2047 }).map((n) => n / 1024).filter((n) => !Number.isInteger(n)),
);
const text = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((s) => !/\p{Surrogate}/u.test(s));
const key = fc.oneof(fc.integer().map((n) => n + 0), text.filter((s) => !['__proto__', 'constructor', 'prototype'].includes(s)));
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    number, text, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 30 }).map((entries) => new Map(entries)),
  ),
}));

/** Maps in one order, so that values compare. */
function sorted(v: CborValue): unknown {
  if (v instanceof Map) return { map: [...v].map(([k, x]) => [typeof k, k, sorted(x)] as const).sort((x, y) => (`${x[0]}${x[1]}` < `${y[0]}${y[1]}` ? -1 : 1)) };
  if (v instanceof Uint8Array) return { bytes: [...v] };
  return Array.isArray(v) ? v.map(sorted) : v;
}

describe('FORMATS, CBOR paragraph: properties', () => {
  it('a value survives encoding and its encoding is stable', () => {
    fc.assert(fc.property(value, (v) => {
      const bytes = encodeCbor(v);
      const back = decodeCbor(bytes);
      expect(sorted(back)).toEqual(sorted(v));
      expect(encodeCbor(back)).toEqual(bytes);
    }), { numRuns: 500 });
  });

  it('[row 8] a mutated encoding is refused or re-encodes to the same bytes', () => {
    fc.assert(fc.property(value, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (v, edits) => {
      const bytes = encodeCbor(v);
      for (const [at, to] of edits) bytes[at % bytes.length] = to;
      canonicalOrRefused(bytes);
    }), { numRuns: 3000 });
  });

  it('random bytes are refused or re-encode to the same bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), canonicalOrRefused), { numRuns: 5000 });
  });

  it('map keys come in bytewise order of their encodings whatever the insertion order', () => {
    fc.assert(fc.property(fc.array(key, { maxLength: 20 }), (keys) => {
      const bytes = encodeCbor(new Map(keys.map((k) => [k, 1])));
      expect(encodeCbor(new Map([...keys].reverse().map((k) => [k, 1])))).toEqual(bytes);
      expect([...(decodeCbor(bytes) as Map<number | string, CborValue>).keys()].length).toBe(new Set(keys).size);
    }), { numRuns: 500 });
  });

  it('[row 8] [limit MAX_CBOR_DEPTH] depth 64 is taken, 65 refused, by both sides', () => {
    let v: CborValue = [];
    for (let i = 1; i < 64; i++) v = [v];
    expect(decodeCbor(encodeCbor(v))).toEqual(v);
    expect(() => encodeCbor([v])).toThrow(CborError);
    expect(() => decodeCbor(Uint8Array.from([...new Uint8Array(64).fill(0x81), 0x80]))).toThrow(CborError);
  });

  it('what has no encoding is refused by the encoder', () => {
    for (const bad of [NaN, Infinity, -0, 2 ** 53, 1e300, undefined, {}, '\ud800', new Map([['__proto__', 1]]), new Map([[1.5, 1]])]) {
      expect(() => encodeCbor(bad as CborValue)).toThrow(CborError);
    }
  });
});

function canonicalOrRefused(bytes: Uint8Array): void {
  let back: CborValue;
  try {
    back = decodeCbor(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CborError);
    return;
  }
  expect([...encodeCbor(back)]).toEqual([...bytes]);
}
