/** fast-check arbitraries for values of the protocol. */
import fc from 'fast-check';
import { compareBytes, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { compareStamp, encodeStamp } from '#vm/protocol/stamp';
import type { Operation, Stamp } from '#vm/protocol/types';

export const bytesOf = (length: number): fc.Arbitrary<Bytes> => fc.uint8Array({ minLength: length, maxLength: length }).map((a) => Uint8Array.from(a));
export const id16 = bytesOf(16);
export const id32 = bytesOf(32);
export const wellFormed = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((s) => !/\p{Surrogate}/u.test(s));
const forbidden = ['__proto__', 'constructor', 'prototype'];
export const mapKey = wellFormed.filter((s) => !forbidden.includes(s));

const number = fc.oneof(fc.maxSafeInteger().map((n) => n + 0), fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n)));

/** Any value of the CBOR profile. */
export const cborValue: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    number, wellFormed, fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(fc.oneof(fc.integer(), mapKey), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).value;

const textMap = fc.array(fc.tuple(mapKey, cborValue), { maxLength: 6 }).map((entries) => new Map<number | string, CborValue>(entries));
const uint = fc.nat({ max: 2 ** 31 - 1 });
export const stamp: fc.Arbitrary<Stamp> = fc.record({ ms: fc.nat({ max: 2 ** 31 - 1 }).map((n) => n * 65_536 + 7), ctr: fc.nat({ max: 65_535 }) });
const observed: fc.Arbitrary<CborValue> = fc.uniqueArray(fc.tuple(stamp.map(encodeStamp), bytesOf(8)), { maxLength: 5, selector: ([s, w]) => `${s.join()}/${w.join()}` })
  .map((list) => list.sort((a, b) => compareBytes(a[0], b[0]) || compareBytes(a[1], b[1])));
const reference: fc.Arbitrary<CborValue> = fc.oneof(id16, fc.tuple(id16, id16), fc.tuple(id32, id16, id16));
const position: fc.Arbitrary<CborValue> = fc.tuple(fc.option(id16), wellFormed);

/** Fitting arguments of the primitives 0–14, by number. */
export const ARGS: readonly fc.Arbitrary<CborValue[]>[] = [
  fc.tuple(id16, wellFormed, textMap), fc.tuple(id16, mapKey, cborValue), fc.tuple(id16), fc.tuple(id16),
  fc.tuple(id16, wellFormed, id16, reference, textMap), fc.tuple(id16, observed), fc.tuple(id16, mapKey, cborValue), fc.tuple(id16, position),
  fc.tuple(id16, mapKey, cborValue), fc.tuple(id16, mapKey, cborValue, observed), fc.tuple(id16, mapKey, uint), fc.tuple(id16, mapKey, fc.integer()),
  fc.oneof(fc.tuple(id16, fc.uint8Array({ maxLength: 60 })), fc.tuple(id16, fc.uint8Array({ maxLength: 60 }), id16)),
  fc.tuple(id16, uint, uint), fc.tuple(uint, fc.option(uint), uint),
].map((a) => a as unknown as fc.Arbitrary<CborValue[]>);

const rough = fc.nat({ max: 14 }).chain((primitive) => fc.record({
  primitive: fc.constant(primitive), verb: fc.oneof(fc.constant(''), wellFormed), stamp, args: ARGS[primitive]!,
}));

/** Operations with strictly rising stamps. */
export const operations: fc.Arbitrary<Operation[]> = fc.uniqueArray(rough, { minLength: 1, maxLength: 12, selector: (o) => `${o.stamp.ms}.${o.stamp.ctr}` })
  .map((list) => list.sort((a, b) => compareStamp(a.stamp, b.stamp)));

/** Byte edits: [place, new byte]. */
export const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });

/** A copy with the edits made. */
export function edited(bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Bytes {
  const out = Uint8Array.from(bytes);
  for (const [at, to] of changes) if (out.length > 0) out[at % out.length] = to;
  return out;
}

/** Values made comparable: bytes as numbers, maps as entries sorted by key. */
export function comparable(value: CborValue): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Map) {
    return { map: [...value].map(([key, item]) => [typeof key, String(key), comparable(item)]).sort((a, b) => (`${a[0]}/${a[1]}` < `${b[0]}/${b[1]}` ? -1 : 1)) };
  }
  return Array.isArray(value) ? value.map(comparable) : value;
}
