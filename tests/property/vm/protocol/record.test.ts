import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes, type Bytes } from '#base/bytes';
import { frameBody, unframeBody } from '#vm/protocol/body';
import { LinkRecordDecoder, LinkRecordEncoder } from '#vm/protocol/link-record';
import { encodeHeader, encodeRecord, limitLinks, normaliseLinks, parseRecord, toStub } from '#vm/protocol/record';
import { sha256 } from '#base/hash';
import type { Header } from '#vm/protocol/types';
import { bytesOf, cborValue, edited, edits, id16, id32, stamp } from '#tests/support/arbitraries';

/** A few names, so that logs repeat and elision happens. */
const few = (length: number) => fc.nat({ max: 2 }).map((n) => new Uint8Array(length).fill(n + 1) as Bytes);
const header: fc.Arbitrary<Header> = fc.record({
  v: fc.constant(0), alg: fc.constant(1), space: few(32), fragment: few(16), writer: few(32), seq: fc.nat({ max: 0xffff_ffff }), prev: id32, n: fc.nat({ max: 0xffff_ffff }),
  sprev: fc.option(id32), deps: fc.array(id32, { maxLength: 16 }).map(normaliseLinks), acl: fc.array(fc.oneof(few(32), id32), { maxLength: 8 }).map(normaliseLinks), hlc: stamp,
  class: fc.nat({ max: 5 }), epoch: id16, nonce: bytesOf(12), bodyHash: id32, bodyLen: fc.constant(0), flags: fc.nat({ max: 2 }),
  ext: fc.array(fc.tuple(fc.integer({ min: 18, max: 2000 }), cborValue), { maxLength: 3 }).map((e) => new Map(e)),
}).map((h) => ({ ...h, prev: h.seq === 0 ? null : h.prev, ...(h.class === 0 ? { epoch: null, nonce: null } : {}) }));
const record = fc.tuple(header, fc.uint8Array({ maxLength: 200 }), bytesOf(64)).map(([h, raw, sig]) => {
  const body = Uint8Array.from(raw);
  return encodeRecord(encodeHeader({ ...h, bodyHash: sha256(body), bodyLen: body.length }), body, sig);
});

function parsed(bytes: Bytes) {
  const result = parseRecord(bytes);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('FORMATS §2: record properties', () => {
  it('fields survive; header and record re-encode to the same bytes; the stub keeps the id', () => {
    fc.assert(fc.property(record, (bytes) => {
      const r = parsed(bytes);
      expect(equalBytes(encodeHeader(r.header), r.headerBytes)).toBe(true);
      expect(equalBytes(encodeRecord(r.headerBytes, r.body, r.sig), bytes)).toBe(true);
      const stub = parsed(toStub(r).bytes);
      expect(stub.body).toBeNull();
      expect(stub.id).toEqual(r.id);
      const odd = r.header.flags !== 0 || r.header.class > 3 || [...r.header.ext.keys()].some((key) => key < 64);
      expect(r.status).toBe(odd ? 'unknown-extension' : 'known');
    }), { numRuns: 400 });
  });

  it('mutated records never throw, and what parses re-encodes to the same bytes', () => {
    fc.assert(fc.property(record, edits, (bytes, changes) => {
      const bad = edited(bytes, changes);
      const result = parseRecord(bad);
      if (!result.ok) return;
      expect(equalBytes(encodeRecord(result.value.headerBytes, result.value.body, result.value.sig), bad)).toBe(true);
      if (result.value.status !== 'unknown-version') expect(equalBytes(encodeHeader(result.value.header), result.value.headerBytes)).toBe(true);
    }), { numRuns: 10_000 });
  });

  it('a map that says fewer keys than it holds is refused', () => {
    fc.assert(fc.property(record, fc.integer({ min: 0, max: 17 }), (bytes, count) => {
      const headerBytes = parsed(bytes).headerBytes.slice();
      headerBytes[0] = 0xa0 | count;
      expect(parseRecord(encodeRecord(headerBytes, null, new Uint8Array(64))).ok).toBe(false);
    }), { numRuns: 100 });
  });

  it('random and cut bytes never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseRecord(bytes)), { numRuns: 1000 });
    fc.assert(fc.property(record, fc.nat(), (bytes, at) => {
      expect(parseRecord(bytes.subarray(0, at % bytes.length)).ok).toBe(false);
    }), { numRuns: 300 });
  });

  it('limitLinks keeps those with the greatest hlc, sorted and unique', () => {
    fc.assert(fc.property(fc.array(fc.record({ id: id32, hlc: stamp }), { maxLength: 24 }), fc.integer({ min: 1, max: 16 }), (heads, max) => {
      const kept = limitLinks(heads, max);
      expect(kept.length).toBe(Math.min(max, heads.length));
      expect(normaliseLinks(kept)).toEqual(kept);
      expect(normaliseLinks([...kept, ...kept])).toEqual(kept);
    }), { numRuns: 200 });
  });
});

describe('FORMATS §8: records on a link', () => {
  it('any row of records arrives byte for byte, elided or not', () => {
    fc.assert(fc.property(fc.array(fc.tuple(record, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 }), (row) => {
      const encoder = new LinkRecordEncoder();
      const decoder = new LinkRecordDecoder();
      let before: ReturnType<typeof parsed> | null = null;
      for (const [bytes, chained, asStub] of row) {
        let r = parsed(bytes);
        if (chained && before !== null) {
          const next: Header = { ...r.header, writer: before.header.writer, fragment: before.header.fragment, seq: 1, prev: before.id, sprev: before.id, acl: before.header.acl };
          r = parsed(encodeRecord(encodeHeader(next), r.body, r.sig));
        }
        if (asStub) r = toStub(r);
        const sent = encoder.encode(r);
        for (const entry of sent.dict) expect(decoder.addDict(entry.no, entry.bytes)).toBe(true);
        const got = decoder.decode(sent.bytes);
        expect(got.ok && equalBytes(got.value, r.bytes)).toBe(true);
        expect(sent.bytes.length).toBeLessThan(r.bytes.length);
        before = r;
      }
    }), { numRuns: 200 });
  });

  it('mutated link records never throw', () => {
    fc.assert(fc.property(record, edits, (bytes, changes) => {
      const sent = new LinkRecordEncoder().encode(parsed(bytes));
      const decoder = new LinkRecordDecoder();
      for (const entry of sent.dict) decoder.addDict(entry.no, entry.bytes);
      decoder.decode(edited(sent.bytes, changes));
      decoder.decode(sent.bytes);
    }), { numRuns: 2000 });
  });
});

describe('FORMATS §2, Body: framing properties', () => {
  it('any payload survives, compressible or not', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat({ max: 40 }), (payload, repeat) => {
      const long = new Uint8Array(payload.length * (repeat + 1));
      for (let i = 0; i <= repeat; i++) long.set(payload, i * payload.length);
      const back = unframeBody(frameBody(long));
      expect(back.ok && equalBytes(back.value, long)).toBe(true);
    }), { numRuns: 200 });
  });

  it('mutated plaintexts never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), edits, (payload, changes) => {
      const twice = new Uint8Array(payload.length * 2);
      twice.set(payload);
      twice.set(payload, payload.length);
      unframeBody(edited(frameBody(twice), changes));
    }), { numRuns: 2000 });
  });
});
