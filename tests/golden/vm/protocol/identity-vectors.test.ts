import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { SigningKey } from '#ports/crypto';
import {
  buildDeviceAdd, buildDeviceRevoke, buildInception, buildRkRotate, buildSlotAdd, parseStatement, recoverySeed, uidOf, verifyStatement, type StatementBody,
} from '#vm/protocol/identity';
import { entropyOf, phraseOf } from '#vm/protocol/phrase';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case {
  name: string; phrase?: string; entropy?: string; rk_seed?: string; rk_pub?: string; kind?: number; signers?: { seed: string; pub: string }[];
  body?: string; statement?: string; uid?: string; valid?: boolean;
}
const file = sharedJson<{ cases: Case[] }>('vectors', 'identity.json');

/** The same statement from its fields and signers. */
async function rebuild(body: StatementBody, keys: SigningKey[]): Promise<Uint8Array> {
  const [first, second] = [keys[0]!, keys[1]!];
  switch (body.kind) {
    case 0: return (await buildInception(realCrypto, { rk: first, ds: second, dx: body.dx, nonce: body.nonce })).statement;
    case 1: return buildDeviceAdd(realCrypto, { uid: body.uid, by: first, ds: second, dx: body.dx, nbf: body.nbf });
    case 2: return buildDeviceRevoke(realCrypto, { uid: body.uid, by: first, ds: body.ds });
    case 3: return buildRkRotate(realCrypto, { uid: body.uid, old: first, rk: second });
    case 4: return buildSlotAdd(realCrypto, { uid: body.uid, writer: body.writer, ds: first, no: body.no, slot: second });
  }
}

if (file) {
  describe('FORMATS §1: golden identity.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.name}`, async () => {
        if (c.phrase) {
          const entropy = entropyOf(c.phrase)!;
          expect(toBase64url(entropy)).toBe(c.entropy);
          expect(phraseOf(entropy)).toBe(c.phrase);
          expect(toBase64url(recoverySeed(entropy))).toBe(c.rk_seed);
          expect(toBase64url((await realCrypto.importSigning(recoverySeed(entropy))).pub)).toBe(c.rk_pub);
          return;
        }
        const parsed = parseStatement(b(c.statement!));
        const valid = parsed.ok && (await verifyStatement(realCrypto, parsed.value));
        expect(valid).toBe(c.valid);
        if (!c.valid || !parsed.ok) return;
        expect(parsed.value.body.kind).toBe(c.kind);
        expect(toBase64url(parsed.value.bodyBytes)).toBe(c.body);
        expect(parsed.value.signers.map((s) => toBase64url(s.key))).toEqual(c.signers!.map((s) => s.pub));
        const keys = await Promise.all(c.signers!.map((s) => realCrypto.importSigning(b(s.seed))));
        expect(toBase64url(await rebuild(parsed.value.body, keys))).toBe(c.statement);
        if (c.uid) expect([toBase64url(uidOf(b(c.body!))), toBase64url(parsed.value.uid)]).toEqual([c.uid, c.uid]);
      });
    }
  });
}
