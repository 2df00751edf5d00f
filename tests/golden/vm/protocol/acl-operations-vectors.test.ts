import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { ACL_NUMBER, decodeAclOp, encodeAclOp, type AclOp, type Sealed } from '#vm/protocol/acl-operation';
import { bodyKey, fragmentKey, openField, sealField } from '#vm/protocol/keys';
import { decodePayload, encodePayload } from '#vm/protocol/operation';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import { openAclPayload } from '#vm/protocol/seal';
import { FRAGMENT } from '#vm/protocol/types';
import { b, fromJson, type JsonCbor } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case { name: string; p?: AclOp['t']; no?: number; args?: JsonCbor[]; payload: string; ok: boolean }
const file = sharedJson<{ epoch_key: string; writer: string; record: { record: string; id: string }; sealed_plain: Record<string, string>; cases: Case[] }>('vectors', 'acl-operations.json');

function sealedOf(op: AclOp): [string, Sealed] | null {
  if (op.t === 'grant' && op.plan) return ['plan', op.plan];
  if (op.t === 'revoke' && op.reason) return ['reason', op.reason];
  return op.t === 'invite' ? ['room', op.room] : null;
}

if (file) {
  describe('FORMATS §2, class acl: golden acl-operations.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.name}`, async () => {
        const decoded = decodePayload(b(c.payload));
        if (!c.ok) return void expect(decoded).toEqual({ ok: false, error: 'malformed' });
        if (!decoded.ok) throw new Error(decoded.error);
        const args = c.args!.map(fromJson);
        const op = decodeAclOp(c.no!, args)!;
        expect(op.t).toBe(c.p);
        expect(ACL_NUMBER[c.p!]).toBe(c.no);
        const stamp = decoded.value.ops[0]!.stamp;
        expect(toBase64url(encodePayload({ schema: 0, ops: [{ primitive: c.no!, verb: '', stamp, args }] }))).toBe(c.payload);
        expect(toBase64url(encodePayload({ schema: 0, ops: [{ ...encodeAclOp(op), verb: '', stamp }] }))).toBe(c.payload);
        expect(decodeAclOp(decoded.value.ops[0]!.primitive, decoded.value.ops[0]!.args)).toEqual(op);
        const found = sealedOf(op);
        if (found) {
          const aead = await realCrypto.importAead(bodyKey(fragmentKey(b(file.epoch_key), FRAGMENT.acl), b(file.writer)));
          const plain = await openField(realCrypto, aead, found[1]);
          expect(plain instanceof Uint8Array ? toBase64url(plain) : plain).toBe(file.sealed_plain[found[0]]);
          expect(await sealField(realCrypto, aead, found[1].epoch, found[1].nonce, plain as CborValue)).toEqual(found[1]);
        }
      });
    }

    it('revoke and key.rotate in one record', async () => {
      const parsed = parseRecord(b(file.record.record));
      if (!parsed.ok) throw new Error(parsed.error.code);
      expect(toBase64url(parsed.value.id)).toBe(file.record.id);
      expect(await verifyRecord(realCrypto, parsed.value)).toBe(true);
      const payload = openAclPayload(parsed.value);
      expect(payload.ok && payload.value.ops.map((op) => decodeAclOp(op.primitive, op.args)?.t)).toEqual(['revoke', 'key.rotate']);
    });
  });
}
