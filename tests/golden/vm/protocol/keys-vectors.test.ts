import { describe, expect, it } from 'vitest';
import { compareBytes, toBase64url } from '#base/bytes';
import { bodyKey, discoveryKey, epochId, fragmentKey, openPrevKey, presenceKey, sealPrevKey, unwrapEpochKey, wrapEpochKey, wrapKek } from '#vm/protocol/keys';
import { inviteRoom, roomsAt } from '#vm/protocol/rooms';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Pair { seed: string; pub: string }
interface KeyCase {
  name: string; space: string; epoch_key: string; epoch: string; fragment: string; fragment_key: string; writer: string; body_key: string; presence_key: string; discovery_key: string;
  eph: Pair; devices?: { ds: Pair; dx: Pair }[]; wraps: { device: string; kek: string; wrap: string }[]; prev: string | null; prev_nonce?: string; prev_key?: string;
}
const keys = sharedJson<{ cases: KeyCase[] }>('vectors', 'keys.json');
const rooms = sharedJson<{ cases: { discovery_key?: string; ms?: number; rooms?: { day: number; room: string }[]; invite_seed?: string; invite_room?: string }[] }>('vectors', 'rooms.json');

if (keys) {
  describe('FORMATS §2 Keys, §6 key.rotate: golden keys.json', () => {
    for (const [i, c] of keys.cases.entries()) {
      it(`case ${i}: ${c.name}`, async () => {
        const key = b(c.epoch_key);
        expect(toBase64url(epochId(key))).toBe(c.epoch);
        if (!c.devices) {
          const fragment = fragmentKey(key, b(c.fragment));
          expect(toBase64url(fragment)).toBe(c.fragment_key);
          expect(toBase64url(bodyKey(fragment, b(c.writer)))).toBe(c.body_key);
          expect(toBase64url(presenceKey(fragment))).toBe(c.presence_key);
          expect(toBase64url(discoveryKey(key))).toBe(c.discovery_key);
          return;
        }
        const eph = await realCrypto.importAgreement(b(c.eph.seed));
        expect(toBase64url(eph.pub)).toBe(c.eph.pub);
        const context = { space: b(c.space), epoch: b(c.epoch) };
        const devices = [...c.devices].sort((x, y) => compareBytes(b(x.ds.pub), b(y.ds.pub)));
        for (const [k, device] of devices.entries()) {
          const expected = c.wraps[k]!;
          expect(toBase64url(b(device.ds.pub).subarray(0, 8))).toBe(expected.device);
          const shared = (await realCrypto.agree(eph, b(device.dx.pub)))!;
          expect(toBase64url(wrapKek(shared, b(device.dx.pub), { ...context, eph: eph.pub }))).toBe(expected.kek);
          expect(toBase64url((await wrapEpochKey(realCrypto, eph, b(device.dx.pub), { ...context, key }))!)).toBe(expected.wrap);
          const dx = await realCrypto.importAgreement(b(device.dx.seed));
          const wrapped = { ...context, eph: eph.pub, wrap: b(expected.wrap) };
          expect(toBase64url((await unwrapEpochKey(realCrypto, dx, wrapped))!)).toBe(c.epoch_key);
          expect(await unwrapEpochKey(realCrypto, dx, { ...wrapped, fragment: new Uint8Array(16) })).toBeNull();
        }
        if (c.prev === null) return;
        expect(toBase64url(await sealPrevKey(realCrypto, key, b(c.prev_key!), b(c.prev_nonce!)))).toBe(c.prev);
        expect(toBase64url((await openPrevKey(realCrypto, key, b(c.prev)))!)).toBe(c.prev_key);
        expect(await openPrevKey(realCrypto, b(c.prev_key!), b(c.prev))).toBeNull();
      });
    }
  });

  describe('FORMATS §6: key.share of a fragment key (no vector: own round trip)', () => {
    it('opens only with the same fragment', async () => {
      const [eph, dx] = [await realCrypto.generateAgreement(), await realCrypto.generateAgreement()];
      const context = { space: new Uint8Array(32), epoch: new Uint8Array(16), fragment: new Uint8Array(16).fill(7) };
      const key = new Uint8Array(32).fill(9);
      const wrap = (await wrapEpochKey(realCrypto, eph, dx.pub, { ...context, key }))!;
      expect(wrap.length).toBe(48);
      expect(await unwrapEpochKey(realCrypto, dx, { ...context, eph: eph.pub, wrap })).toEqual(key);
      expect(await unwrapEpochKey(realCrypto, dx, { ...context, fragment: null, eph: eph.pub, wrap })).toBeNull();
      expect(await wrapEpochKey(realCrypto, eph, new Uint8Array(32), { ...context, key })).toBeNull();
    });
  });
}

if (rooms) {
  describe('FORMATS §8 Signaling room: golden rooms.json', () => {
    for (const [i, c] of rooms.cases.entries()) {
      it(`case ${i}: ${c.ms ?? 'invite room'}`, () => {
        if (c.invite_seed) return expect(toBase64url(inviteRoom(b(c.invite_seed)))).toBe(c.invite_room);
        expect(roomsAt(b(c.discovery_key!), c.ms!).map((r) => ({ day: r.day, room: toBase64url(r.room) }))).toEqual(c.rooms);
      });
    }
  });
}
