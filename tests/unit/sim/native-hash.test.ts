/** The faster hashes of the campaign's workers are those of the product. */
import { expect, test } from 'vitest';
import { hkdf, hmacSha256, sha256 } from '#base/hash';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import * as native from '#tests/sim/support/native-hash';

test('FORMATS, Words: SHA-256, HMAC and HKDF give the same bytes', () => {
  const random = createSeededRandom('hash');
  for (let length = 0; length < 300; length += 7) {
    const [a, b] = [random.bytes(length), random.bytes(1 + (length % 64))];
    expect(native.sha256(a)).toEqual(sha256(a));
    expect(native.sha256('lgos/id/1', a, b)).toEqual(sha256('lgos/id/1', a, b));
    expect(native.sha256('текст')).toEqual(sha256('текст'));
    expect(native.hmacSha256(b, a)).toEqual(hmacSha256(b, a));
    expect(native.hkdf(b, 'frag', a)).toEqual(hkdf(b, 'frag', a));
  }
});
