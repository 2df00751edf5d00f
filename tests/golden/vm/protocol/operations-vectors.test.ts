import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { argsFit, decodePayload, encodePayload } from '#vm/protocol/operation';
import type { Operation } from '#vm/protocol/types';
import { b, fromJson, toJson, type JsonCbor } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';

interface JsonOp { p: string; no: number; verb: string; stamp: [number, number]; args: JsonCbor[] }
interface Case { name: string; ops?: JsonOp[]; payload: string; effect?: string }
const file = sharedJson<{ cases: Case[] }>('vectors', 'operations.json');

const toOperation = (o: JsonOp): Operation => ({ primitive: o.no, verb: o.verb, stamp: { ms: o.stamp[0], ctr: o.stamp[1] }, args: o.args.map(fromJson) });

if (file) {
  describe('FORMATS §2, §3: golden operations.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.name}`, () => {
        const decoded = decodePayload(b(c.payload));
        if (!c.ops) {
          expect(decoded).toEqual({ ok: false, error: c.effect!.includes('malformed') ? 'malformed' : 'unknown-primitive' });
          return;
        }
        const ops = c.ops.map(toOperation);
        expect(toBase64url(encodePayload({ schema: 0, ops }))).toBe(c.payload);
        if (!decoded.ok) throw new Error(decoded.error);
        expect(decoded.value.schema).toBe(0);
        expect(decoded.value.ops.map((o) => ({ no: o.primitive, verb: o.verb, stamp: [o.stamp.ms, o.stamp.ctr], args: o.args.map(toJson) })))
          .toEqual(c.ops.map(({ no, verb, stamp, args }) => ({ no, verb, stamp, args })));
        for (const op of ops) expect(argsFit(op.primitive, op.args)).toBe(true);
      });
    }
  });
}
