import { describe, expect, it } from 'vitest';
import '#tests/support/curve';
import { admitKey } from '#vm/protocol/admission';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';

const file = sharedJson<{ cases: { what: string; key: string; admit: boolean; reason: string }[] }>('vectors', 'admission.json');

if (file) {
  describe('FORMATS, Words: golden admission.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.what} → ${c.reason}`, () => {
        expect(admitKey(b(c.key))).toBe(c.admit ? 'ok' : c.reason);
      });
    }
  });
}
