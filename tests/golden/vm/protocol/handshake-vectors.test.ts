import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import {
  encodeHello, helloMisfit, linkKey, openFrame, parseHello, sealFrame, securityToken, signAuth, signInviteProof, spaceProof, transcriptHash, verifyAuth, verifyInviteProof, type LinkRole,
} from '#vm/protocol/handshake';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto as crypto } from '#tests/support/web-crypto';

interface Pair { seed: string; pub: string }
interface Case {
  name: string; wire: string; binding: string; initiator: { ds: Pair; eph: Pair }; responder: { ds: Pair; eph: Pair }; hello_i: string; hello_r: string; transcript: string;
  shared: string; auth_i: string; auth_r: string; key_i: string; key_r: string; discovery_key: string; space_proof_i: string; space_proof_r: string; invite_key: Pair; invite_proof: string;
  security_tokens: { sender: 'i' | 'r'; envelope: string; token: string }[]; sealed?: { dir: 'i' | 'r'; counter: number; plain: string; cipher: string }[];
}
const file = sharedJson<{ cases: Case[] }>('vectors', 'handshake.json');

if (file) {
  describe('FORMATS §8, One handshake for every wire: golden handshake.json', () => {
    for (const c of file.cases) {
      const transcript = b(c.transcript);
      const keys = { i: b(c.key_i), r: b(c.key_r) };

      it(`${c.name}: hello and transcript`, () => {
        for (const [text, side] of [[c.hello_i, c.initiator], [c.hello_r, c.responder]] as const) {
          const hello = parseHello(b(text));
          if (!hello.ok) throw new Error(hello.error);
          expect(toBase64url(encodeHello(hello.value))).toBe(text);
          expect([hello.value.wire, toBase64url(hello.value.eph), toBase64url(hello.value.ds), toBase64url(hello.value.binding)]).toEqual([c.wire, side.eph.pub, side.ds.pub, c.binding]);
        }
        const [i, r] = [parseHello(b(c.hello_i)), parseHello(b(c.hello_r))];
        if (!i.ok || !r.ok) throw new Error('hello');
        expect(helloMisfit(i.value, r.value)).toBeNull();
        expect(helloMisfit(i.value, i.value)).toBe('reflected');
        expect(helloMisfit(i.value, { ...r.value, min: 1, max: 2 })).toBe('newer');
        expect(helloMisfit({ ...i.value, min: 1, max: 2 }, r.value)).toBe('older');
        expect(helloMisfit(i.value, { ...r.value, wire: 'tab' })).toBe('wire');
        expect(helloMisfit(i.value, { ...r.value, binding: new Uint8Array(64) })).toBe('binding');
        expect(toBase64url(transcriptHash(b(c.hello_i), b(c.hello_r)))).toBe(c.transcript);
      });

      it(`${c.name}: keys from both sides`, async () => {
        const [ei, er] = [await crypto.importAgreement(b(c.initiator.eph.seed)), await crypto.importAgreement(b(c.responder.eph.seed))];
        const shared = (await crypto.agree(ei, er.pub))!;
        expect(toBase64url(shared)).toBe(c.shared);
        expect(await crypto.agree(er, ei.pub)).toEqual(shared);
        expect(toBase64url(linkKey(shared, 'i', transcript))).toBe(c.key_i);
        expect(toBase64url(linkKey(shared, 'r', transcript))).toBe(c.key_r);
      });

      it(`${c.name}: auth of both sides, not exchangeable`, async () => {
        for (const [role, side, sig] of [['i', c.initiator, c.auth_i], ['r', c.responder, c.auth_r]] as [LinkRole, { ds: Pair }, string][]) {
          const ds = await crypto.importSigning(b(side.ds.seed));
          expect(toBase64url(await signAuth(crypto, ds, role, transcript))).toBe(sig);
          expect(await verifyAuth(crypto, ds.pub, role, transcript, b(sig))).toBe(true);
          expect(await verifyAuth(crypto, ds.pub, role === 'i' ? 'r' : 'i', transcript, b(sig))).toBe(false);
        }
      });

      it(`${c.name}: space proof, invite proof, security token`, async () => {
        expect(toBase64url(spaceProof(b(c.discovery_key), 'i', transcript))).toBe(c.space_proof_i);
        expect(toBase64url(spaceProof(b(c.discovery_key), 'r', transcript))).toBe(c.space_proof_r);
        const invite = await crypto.importSigning(b(c.invite_key.seed));
        expect(toBase64url(await signInviteProof(crypto, invite, transcript))).toBe(c.invite_proof);
        expect(await verifyInviteProof(crypto, invite.pub, transcript, b(c.invite_proof))).toBe(true);
        for (const t of c.security_tokens) expect(toBase64url(securityToken(keys[t.sender], b(t.envelope)))).toBe(t.token);
      });

      for (const s of c.sealed ?? []) {
        it(`${c.name}: sealed frame ${s.dir} ${s.counter}`, async () => {
          const key = await crypto.importAead(keys[s.dir]);
          expect(toBase64url(await sealFrame(crypto, key, s.counter, b(s.plain)))).toBe(s.cipher);
          expect(toBase64url((await openFrame(crypto, key, s.counter, b(s.cipher)))!)).toBe(s.plain);
          expect(await openFrame(crypto, key, s.counter + 1, b(s.cipher))).toBeNull();
        });
      }
    }
  });
}
