import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argsFit, decodePayload, encodedSize, encodePayload, stampsFit } from '#vm/protocol/operation';
import { ARGS, comparable, edited, edits, operations } from '#tests/support/arbitraries';

const plain = (ops: readonly { primitive: number; verb: string; stamp: unknown; args: readonly never[] }[]) =>
  ops.map((o) => [o.primitive, o.verb, o.stamp, o.args.map(comparable)]);

describe('FORMATS §2, §3: payload properties', () => {
  it('{V2} a payload of every primitive survives encoding, and its encoding is stable', () => {
    fc.assert(fc.property(operations, (ops) => {
      const bytes = encodePayload({ schema: 0, ops });
      const back = decodePayload(bytes);
      if (!back.ok) throw new Error(back.error);
      expect(plain(back.value.ops as never)).toEqual(plain(ops as never));
      expect([...encodePayload(back.value)]).toEqual([...bytes]);
      expect(stampsFit(back.value, ops[ops.length - 1]!.stamp, null)).toBe(true);
      expect(stampsFit(back.value, ops[ops.length - 1]!.stamp, ops[0]!.stamp)).toBe(false);
    }), { numRuns: 500 });
  });

  it('encodedSize is an upper bound', () => {
    fc.assert(fc.property(operations, (ops) => {
      const sum = ops.reduce((n, op) => n + encodedSize(op), 0);
      expect(encodePayload({ schema: 0, ops }).length).toBeLessThanOrEqual(sum + 20);
    }), { numRuns: 200 });
  });

  it('mutated payloads never throw, and what decodes re-encodes to a payload with the same operations', () => {
    fc.assert(fc.property(operations, edits, (ops, changes) => {
      const back = decodePayload(edited(encodePayload({ schema: 0, ops }), changes));
      if (!back.ok) return;
      const again = decodePayload(encodePayload(back.value));
      expect(again.ok && plain(again.value.ops as never)).toEqual(plain(back.value.ops as never));
    }), { numRuns: 3000 });
  });

  it('an argument too many, too few or of another type is a fault', () => {
    for (const [primitive, arbitrary] of ARGS.entries()) {
      fc.assert(fc.property(arbitrary, (args) => {
        expect(argsFit(primitive, args)).toBe(true);
        expect(argsFit(primitive, args.slice(1))).toBe(false);
        expect(argsFit(primitive, [true, ...args.slice(1)])).toBe(false);
        expect(argsFit(primitive, [...args, null, null])).toBe(false);
      }), { numRuns: 30 });
    }
    expect(argsFit(15, [])).toBeNull();
    expect(argsFit(31, [])).toBeNull();
    expect(argsFit(48, [])).toBeNull();
  });
});
