import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '#base/bytes';
import { deflate } from '#vm/protocol/deflate';
import { inflateBounded } from '#vm/protocol/inflate';

const CAP = 524_288;
const words = fc.array(fc.constantFrom('alpha ', 'beta ', 'the ', 'of ', '{"a":1}', '\u0000\u0001', 'слово '), { maxLength: 4000 }).map((w) => new TextEncoder().encode(w.join('')));
/** Parts that come again from near and far, with noise between them. */
const echoes = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.nat(299)), { maxLength: 200 }))
  .map(([base, parts]) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [...base.subarray(part % base.length)] : [...part]))));
const inputs = fc.oneof(fc.uint8Array({ maxLength: 4000 }), words, echoes);

/** Bytes that look random and are the same in every run. */
function noise(length: number, seed: number, below = 256): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0, x = seed; i < length; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    out[i] = (x >>> 16) % below;
  }
  return out;
}

function expectBack(input: Uint8Array): number {
  const stream = deflate(input);
  expect(equalBytes(new Uint8Array(inflateRawSync(stream)), input), `zlib, ${input.length} bytes`).toBe(true);
  const own = inflateBounded(stream, CAP);
  expect(own.ok && equalBytes(own.value, input), `own, ${input.length} bytes`).toBe(true);
  return stream.length;
}

describe('deflate', () => {
  it('zlib and our inflate read what it writes, whatever came before', () => {
    fc.assert(fc.property(inputs, (input) => void expectBack(input)), { numRuns: 400 });
  });

  it('nothing, one byte, long runs, the window and block edges', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 257, 258, 259, 260, 32_767, 32_768, 32_769, 65_535, 65_536, 262_144]) {
      expectBack(new Uint8Array(length));
      expectBack(noise(length, length + 1));
      expectBack(noise(length, length + 1, 5));
      const far = new Uint8Array(length * 2);
      far.set(noise(length, 7));
      far.set(noise(length, 7), length);
      expectBack(far);
    }
  });

  it('what cannot be compressed grows by plain heads only', () => {
    for (const length of [1, 1_000, 65_535, 65_536, 200_000]) expect(expectBack(noise(length, 3))).toBeLessThanOrEqual(length + 5 * Math.ceil(length / 32_768 + 1));
  });

  it('frequencies that make codes deeper than 15 bits', () => {
    const parts: number[] = [];
    for (let symbol = 0, count = 1, before = 1; symbol < 22; symbol++, [before, count] = [count, before + count]) for (let i = 0; i < Math.min(count, 12_000); i++) parts.push(symbol);
    // Spread, so that hardly anything repeats as a match.
    const order = noise(parts.length * 2, 11);
    const spread = parts.map((symbol, i) => [order[i * 2]! * 256 + order[i * 2 + 1]!, symbol] as const).sort((a, b) => a[0] - b[0]).map(([, symbol]) => symbol);
    expectBack(Uint8Array.from(spread));
  });

  it('a stream depends on its input alone', () => {
    const input = new TextEncoder().encode('the same words again and again, the same words '.repeat(30));
    const first = deflate(input);
    for (let i = 0; i < 50; i++) {
      deflate(noise(1 + ((i * 977) % 40_000), i, 40));
      expect(equalBytes(deflate(input), first)).toBe(true);
    }
  });
});
