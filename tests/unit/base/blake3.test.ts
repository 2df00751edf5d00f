/** The BLAKE3 that files are hashed by, beside the library's, over lengths at every edge and parts of any size. */
import { blake3 } from '@noble/hashes/blake3.js';
import { expect, test } from 'vitest';
import { createBlake3 } from '#base/blake3';
import { toBase64url } from '#base/bytes';

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => (i * i + 31 * i) % 251);
/** Blocks are 64 bytes, chunks 1,024, and trees of chunks are whole at powers of two. */
const LENGTHS = [0, 1, 63, 64, 65, 127, 128, 1_023, 1_024, 1_025, 2_047, 2_048, 2_049, 3_072, 3_073, 4_096, 5_121, 7_168, 8_192, 8_193, 16_385, 31_744, 65_536, 131_072, 262_145];

test('what is fed in any parts has the hash the library makes of it', () => {
  for (const length of LENGTHS) {
    const all = bytes(length);
    for (const step of [1_000, 64, 131_072, 777]) {
      const hash = createBlake3();
      for (let at = 0; at < length; at += step) hash.update(all.subarray(at, at + step));
      expect(toBase64url(hash.digest()), `${length} by ${step}`).toBe(toBase64url(blake3(all) as Uint8Array<ArrayBuffer>));
    }
  }
});

test('a view into other bytes, an empty part between others, and two hashes at once', () => {
  const all = bytes(5_000);
  const [a, b] = [createBlake3(), createBlake3()];
  a.update(all.subarray(7, 2_500));
  b.update(all.subarray(0, 7));
  a.update(new Uint8Array(0));
  a.update(all.subarray(2_500, 4_990));
  expect(toBase64url(a.digest())).toBe(toBase64url(blake3(all.slice(7, 4_990)) as Uint8Array<ArrayBuffer>));
  expect(toBase64url(b.digest())).toBe(toBase64url(blake3(all.slice(0, 7)) as Uint8Array<ArrayBuffer>));
});
