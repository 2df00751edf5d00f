/** Names that engines and GUN give a meaning to, as names of properties, sets and counts (TRUST §3 row 31): refused or kept as they are, and no prototype changes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { keyOf } from '#vm/graph/keys';
import { decodePayload, encodePayload } from '#vm/protocol/operation';
import { PRIMITIVE as P } from '#vm/protocol/types';
import { idNamed, op, writerNamed } from '#tests/support/log-kit';

const RUNS = process.env.LGOS_FULL === '1' ? 20_000 : 1_000;
/** What CBOR of this profile has no map keys of. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype']);
const NAMES = [...REFUSED, '_', '#', '>', '.', '', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__', 'then', 'length', '0', '-1', '__proto__ ', 'constructor\u0000', '\u{1f600}', 'lg/x#'];
const node = idNamed('n');
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }));
const prototypes = (): string => [Object.prototype, Array.prototype, Function.prototype, Map.prototype, String.prototype].map((one) => Object.getOwnPropertyNames(one).sort().join()).join('|');

test(`[row 31] ${RUNS} records of properties, sets and counts under any names: reserved ones are refused, of the others none is lost, and no prototype changes`, () => {
  const before = prototypes();
  let [refused, kept] = [0, 0];
  fc.assert(fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
    const whole = names.map((one, at) => op(P.nodeSet, 10 + at, [node, one, `v ${one}`]));
    const bytes = encodePayload({ schema: 0, ops: [op(P.nodeCreate, 1, [node, 't@1', new Map()]), ...whole, ...names.map((one, at) => op(P.countAdd, 100 + at, [node, one, at + 1]))] });
    const read = decodePayload(bytes);
    if (names.some((one) => REFUSED.has(one))) {
      refused += 1;
      expect(read).toEqual({ ok: false, error: 'malformed' });
      return;
    }
    if (!read.ok) throw new Error(`refused: ${JSON.stringify(names)}`);
    const graph = createFragmentGraph();
    graph.apply({ key: 'r', writer: writerNamed('a'), seq: 0, ops: read.value.ops });
    const held = graph.node(keyOf(node))!;
    for (const [at, one] of names.entries()) {
      kept += 1;
      expect(held.prop(one)).toBe(`v ${one}`);
      expect(held.counts().get(one)).toBe(at + 1);
    }
    expect(held.props().size).toBe(names.length);
  }), { numRuns: RUNS });
  expect(refused).toBeGreaterThan(RUNS / 20);
  expect(kept).toBeGreaterThan(RUNS);
  expect(prototypes()).toBe(before);
});
