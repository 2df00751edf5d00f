import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { frameBody, paddedLength, unframeBody } from '#vm/protocol/body';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case {
  n?: number; payload?: string; plaintext?: string; key?: string; nonce?: string; aad?: string; body?: string; pattern?: string;
  plain_len?: number; body_len?: number; body_sha256?: string; ok?: boolean; why?: string;
}
const file = sharedJson<{ plain_len: number[]; large: [number, number][]; cases: Case[] }>('vectors', 'body.json');

/** Codec 0 framing, whatever frameBody would choose. */
function rawFrame(payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(paddedLength(payload.length));
  new DataView(out.buffer).setUint32(1, payload.length);
  out.set(payload, 5);
  return out;
}

if (file) {
  describe('FORMATS §2, Body: golden body.json', () => {
    it('padded length for payloads of 1…2,000 B and larger ones', () => {
      expect(file.plain_len.map((_, i) => paddedLength(i + 1))).toEqual(file.plain_len);
      expect(file.large.map(([n]) => [n, paddedLength(n)])).toEqual(file.large);
    });

    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.why ?? `payload of ${c.n} B`}`, async () => {
        if (c.ok === false) return void expect(unframeBody(b(c.plaintext!)).ok).toBe(false);
        const payload = c.payload ? b(c.payload) : Uint8Array.from({ length: c.n! }, (_, k) => k % 256);
        const plain = rawFrame(payload);
        if (c.plaintext) expect(toBase64url(plain)).toBe(c.plaintext);
        if (c.plain_len) expect(plain.length).toBe(c.plain_len);
        const sealed = await realCrypto.seal(await realCrypto.importAead(b(c.key!)), b(c.nonce!), plain, b(c.aad!));
        if (c.body) expect(toBase64url(sealed)).toBe(c.body);
        if (c.body_len) expect(sealed.length).toBe(c.body_len);
        if (c.body_sha256) expect(toBase64url(sha256(sealed))).toBe(c.body_sha256);
        const opened = unframeBody(plain);
        expect(opened.ok && toBase64url(opened.value)).toBe(toBase64url(payload));
        const own = unframeBody(frameBody(payload));
        expect(own.ok && toBase64url(own.value)).toBe(toBase64url(payload));
      });
    }
  });
}
