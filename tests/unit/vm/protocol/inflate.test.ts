import { deflateRawSync, constants } from 'node:zlib';
import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '#base/bytes';
import { inflateBounded } from '#vm/protocol/inflate';

const CAP = 262_144;
const words = fc.array(fc.constantFrom('alpha ', 'beta ', 'the ', 'of ', '{"a":1}', '\u0000\u0001'), { maxLength: 2000 }).map((w) => new TextEncoder().encode(w.join('')));
const inputs = fc.oneof(fc.uint8Array({ maxLength: 4000 }), words);

describe('bounded inflate', () => {
  it('reads what fflate and zlib write, at every level and strategy', () => {
    fc.assert(fc.property(inputs, fc.integer({ min: 0, max: 9 }), (input, level) => {
      const streams = [
        deflateSync(input, { level: level as 0 }),
        deflateRawSync(input, { level }),
        deflateRawSync(input, { level, strategy: constants.Z_FIXED }),
        deflateRawSync(input, { level, strategy: constants.Z_HUFFMAN_ONLY }),
      ];
      for (const stream of streams) {
        const back = inflateBounded(new Uint8Array(stream), CAP);
        expect(back.ok && equalBytes(back.value, input)).toBe(true);
      }
    }), { numRuns: 150 });
  });

  it('a byte after the end and a cut end are refused', () => {
    fc.assert(fc.property(inputs, fc.nat(255), (input, extra) => {
      const stream = new Uint8Array(deflateRawSync(input));
      expect(inflateBounded(Uint8Array.from([...stream, extra]), CAP)).toEqual({ ok: false, error: 'trailing' });
      const cut = inflateBounded(stream.subarray(0, stream.length - 1), CAP);
      expect(cut.ok).toBe(false);
    }), { numRuns: 200 });
  });

  it('[row 7] FORMATS §2: stops at the cap, without growing further', () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(60_000_000)));
    expect(inflateBounded(bomb, CAP)).toEqual({ ok: false, error: 'too-large' });
    const exact = inflateBounded(new Uint8Array(deflateRawSync(new Uint8Array(CAP))), CAP);
    expect(exact.ok && exact.value.length).toBe(CAP);
    expect(inflateBounded(new Uint8Array(deflateRawSync(new Uint8Array(CAP + 1))), CAP).ok).toBe(false);
  });

  it('random and mutated streams never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void inflateBounded(bytes, 10_000)), { numRuns: 3000 });
    fc.assert(fc.property(words, fc.nat(), fc.nat(255), (input, at, to) => {
      const stream = new Uint8Array(deflateRawSync(input));
      stream[at % stream.length] = to;
      inflateBounded(stream, CAP);
    }), { numRuns: 1000 });
  });
});
