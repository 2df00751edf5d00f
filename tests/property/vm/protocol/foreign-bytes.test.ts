/** Nothing a peer sends may throw out of a parser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCbor } from '#base/cbor';
import '#tests/support/curve';
import { admitKey } from '#vm/protocol/admission';
import { parseHeadValue, parseRecordKey, parseSoul, parseWriterKey } from '#vm/protocol/gun-names';
import { parseHello } from '#vm/protocol/handshake';
import { parseStatement } from '#vm/protocol/identity';
import { decodeInviteLink } from '#vm/protocol/invite-link';
import { parseAck, parseEphemeral, parseJoin } from '#vm/protocol/messages';
import { decodeAclOp } from '#vm/protocol/acl-operation';
import { openTicket } from '#signaling/ticket';
import { FrameAssembler } from '#vm/protocol/frames';
import { bytesOf, cborValue, id16, id32 } from '#tests/support/arbitraries';

const field = fc.oneof(id16, id32, bytesOf(64), bytesOf(12), bytesOf(8), fc.nat(), fc.constant(null), cborValue);
const lists = fc.array(fc.oneof(field, fc.array(field, { maxLength: 4 })), { maxLength: 9 });

describe('foreign bytes', () => {
  it('parsers refuse as a value', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), lists.map((l) => encodeCbor(l as never))), (bytes) => {
      for (const parse of [parseHello, parseStatement, parseAck, parseEphemeral, parseJoin]) expect(typeof parse(bytes).ok).toBe('boolean');
      expect(openTicket(new Uint8Array(32), bytes, new Uint8Array(32), new Uint8Array(16), 0)).toBe(false);
      expect(new FrameAssembler().push(bytes)).toBeDefined();
    }), { numRuns: 1000 });
  });

  it('acl operations refuse as a value', () => {
    fc.assert(fc.property(fc.integer({ min: 30, max: 47 }), lists, (primitive, args) => void decodeAclOp(primitive, args as never)), { numRuns: 1000 });
  });

  it('texts refuse as a value', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String().map((s) => `#/join/${s}`)), (text) => {
      expect(decodeInviteLink(text).ok).toBe(false);
      expect([parseSoul(text), parseHeadValue(text), parseRecordKey(text), parseWriterKey(text)]).toEqual([null, null, null, null]);
    }), { numRuns: 500 });
  });

  it('a random key is admitted or refused with a reason', () => {
    fc.assert(fc.property(id32, (key) => {
      expect(['ok', 'not canonical', 'not on the curve', 'small order', 'mixed order']).toContain(admitKey(key));
    }), { numRuns: 60 });
  });
});
