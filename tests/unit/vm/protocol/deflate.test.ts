/** Our deflate against two inflaters and a library. */
import { inflateRawSync } from 'node:zlib';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '#vm/limits';
import { deflate } from '#vm/protocol/deflate';
import { inflateBounded } from '#vm/protocol/inflate';

function random(seed: number): () => number {
  let x = seed * 2_654_435_761 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function roundTrip(input: Uint8Array): Uint8Array | null {
  const packed = deflate(input);
  if (packed === null) return null;
  expect(packed.length).toBeLessThan(input.length);
  const ours = inflateBounded(packed, MAX_PAYLOAD_BYTES);
  expect(ours.ok && same(ours.value, input)).toBe(true);
  expect(same(inflateRawSync(packed), input)).toBe(true);
  return packed;
}

const WORDS = 'alice was beginning to get very tired of sitting by her sister on the bank все счастливые семьи похожи друг на друга'.split(' ');
function text(next: () => number, length: number): Uint8Array {
  let out = '';
  while (out.length < length) out += `${WORDS[Math.floor(next() * WORDS.length)]} ${next() < 0.1 ? Math.floor(next() * 1e6) : ''}`;
  return new TextEncoder().encode(out).subarray(0, length);
}

describe('deflate', () => {
  test('every length from 0 to 600 comes back', () => {
    const source = text(random(1), 600);
    for (let length = 0; length <= 600; length++) roundTrip(source.slice(0, length));
  });

  test('texts, runs, pairs, few symbols, noise in text and skewed frequencies come back', () => {
    const next = random(2);
    for (let i = 0; i < 150; i++) {
      const length = Math.floor(next() ** 3 * 60_000);
      const kind = i % 6;
      const bytes = kind === 0 ? text(next, length) : new Uint8Array(length);
      if (kind === 1) bytes.fill(7);
      if (kind === 2) for (let k = 0; k < length; k++) bytes[k] = k & 1;
      if (kind === 3) for (let k = 0; k < length; k++) bytes[k] = Math.floor(next() * 3);
      if (kind === 4) for (let k = 0; k < length; k++) bytes[k] = next() < 0.3 ? Math.floor(next() * 256) : 65 + (k % 50);
      // Frequencies like 2^-n reach for codes longer than 15 bits.
      if (kind === 5) for (let k = 0; k < length; k++) bytes[k] = Math.min(40, Math.floor(-Math.log2(next() + 1e-12)));
      roundTrip(bytes);
    }
  });

  test('the longest payload comes back, matches reach 32 KiB back and not further', () => {
    const next = random(3);
    expect(roundTrip(text(next, MAX_PAYLOAD_BYTES))).not.toBeNull();
    const far = new Uint8Array(70_000);
    for (let i = 0; i < far.length; i++) far[i] = Math.floor(next() * 256);
    for (const back of [32_767, 32_768, 32_769]) {
      const copy = far.slice();
      copy.copyWithin(40_000, 40_000 - back, 40_000 - back + 2_000);
      roundTrip(copy);
    }
  });

  test('noise is not made longer: null', () => {
    const next = random(4);
    expect(deflate(Uint8Array.from({ length: 5_000 }, () => Math.floor(next() * 256)))).toBeNull();
    expect(deflate(new Uint8Array(0))).toBeNull();
  });

  test('what was deflated before leaves no trace', () => {
    const next = random(5);
    const a = text(next, 12_000);
    const first = deflate(a);
    for (let i = 0; i < 20; i++) deflate(text(next, 30_000));
    expect(deflate(a)).toEqual(first);
  });

  test('it finds at least what the library finds at its fastest level', () => {
    const next = random(6);
    for (const length of [300, 1_200, 11_000, 48_000]) {
      const source = text(next, length);
      expect(deflate(source)!.length).toBeLessThanOrEqual(deflateSync(source, { level: 1 }).length * 1.01);
    }
  });
});
