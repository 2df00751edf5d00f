import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { edgeId, parseReference, referenceValue, yjsClientId } from '#vm/protocol/ids';
import { decodeInviteLink, encodeInviteLink } from '#vm/protocol/invite-link';
import { b, fromJson, type JsonCbor } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case {
  what: string; type?: string; from?: string; to?: JsonCbor; scope?: string | null; id?: string; writer?: string; salt?: string; client?: number; update?: string;
  space?: string; seed?: string; invite_pub?: string; signaling?: string[]; hint?: { name: string; by: string; role: 1 | 2 | 3 | 4 }; fragment?: string; ok?: boolean;
}
const file = sharedJson<{ cases: Case[] }>('vectors', 'ids.json');
/** Writer of the vectors (seed in records.json). */
const WRITER = '7DmBpXeaT_-2Jhzpri2SFddrVHKO3KCmMIW-fHwJdB4';

if (file) {
  describe('FORMATS §3, §6: golden ids.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.what}`, async () => {
        if (c.type) {
          const to = fromJson(c.to!);
          expect(toBase64url(edgeId(c.type, b(c.from!), to, c.scope ? b(c.scope) : null))).toBe(c.id);
          expect(referenceValue(parseReference(to)!)).toEqual(to);
        } else if (c.client !== undefined) {
          expect(yjsClientId(b(c.writer ?? WRITER), b(c.salt!))).toBe(c.client);
        } else if (c.ok === false) {
          expect(decodeInviteLink(c.fragment!).ok).toBe(false);
        } else {
          const link = { space: b(c.space!), seed: b(c.seed!), signaling: c.signaling!, hint: c.hint! };
          expect(encodeInviteLink(link)).toBe(c.fragment);
          expect(decodeInviteLink(c.fragment!)).toEqual({ ok: true, value: link });
          expect(decodeInviteLink(`https://example.org/${c.fragment!}`)).toEqual({ ok: true, value: link });
          expect(toBase64url((await realCrypto.importSigning(link.seed)).pub)).toBe(c.invite_pub);
        }
      });
    }
  });
}
