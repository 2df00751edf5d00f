import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';

describe('base64url', () => {
  it('agrees with Buffer at every length, and comes back', () => {
    for (let length = 0; length < 700; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length * 11) & 255);
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64url(text)).toEqual(bytes);
    }
  });

  it('uses the engine’s own encoder where there is one, with the same outcome', () => {
    const seen: unknown[] = [];
    const bytes = Object.assign(new Uint8Array([251, 255]), { toBase64: (options: unknown) => (seen.push(options), 'native') });
    expect(toBase64url(bytes)).toBe('native');
    expect(seen).toEqual([{ alphabet: 'base64url', omitPadding: true }]);
  });
});
