import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { decodeStamp, encodeStamp, meshOffset, nextStamp } from '#vm/protocol/stamp';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';

type Pair = [number, number];
interface Case { name: string; mesh_ms?: number; last_own?: Pair | null; greatest_seen?: Pair | null; next?: Pair; bytes?: string; votes?: number[]; offset?: number; note?: string }
const file = sharedJson<{ cases: Case[] }>('vectors', 'stamps.json');
const stamp = (p: Pair | null | undefined) => (p ? { ms: p[0], ctr: p[1] } : null);

if (file) {
  describe('FORMATS §3, §4: golden stamps.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.name}`, () => {
        if (c.votes) return expect(meshOffset(c.votes, c.note ? c.votes[1]! : null)).toBe(c.offset);
        const next = nextStamp(c.mesh_ms!, stamp(c.last_own), stamp(c.greatest_seen));
        expect(next).toEqual(stamp(c.next));
        if (c.bytes) {
          expect(toBase64url(encodeStamp(next))).toBe(c.bytes);
          expect(decodeStamp(b(c.bytes))).toEqual(next);
        }
      });
    }
  });
}
