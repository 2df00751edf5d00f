import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import * as build from '#os/rights/builders';
import { createSpaceRights } from '#os/rights/space-rights';
import { verifyAttached } from '#os/rights/acl-record';
import { encodeHeader, encodeRecord, recordId, signatureMessage } from '#vm/protocol/record';
import { FRAGMENT, type Header } from '#vm/protocol/types';
import { realCrypto } from '#tests/support/web-crypto';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const O = new TestPerson('O');
const A = new TestPerson('A');
const B = new TestPerson('B');
const M = new TestPerson('M');
const slot = (person: TestPerson, no = 0) => person.slot(no);

/** Owner, first epoch, an invite by the owner for the role, and the accept of one person. */
function withMember(person: TestPerson, role: 1 | 2 | 3 | 4 = 2): { space: TestSpace; invite: Bytes } {
  const space = new TestSpace(O);
  space.put(slot(O), build.rotateOps(rotate('K1', [O.ds])));
  const invite = join(space, person, role);
  return { space, invite };
}

function join(space: TestSpace, person: TestPerson, role: 1 | 2 | 3 | 4, options: { acl?: readonly Bytes[]; uses?: number; invite?: Bytes; by?: TestPerson } = {}): Bytes {
  const by = options.by ?? O;
  const invite = options.invite ?? space.put(slot(by), build.inviteOps({ pub: key('inv'), role, exp: 1000, uses: options.uses ?? 1, room: sealed() }));
  const epoch = space.rights.view().sealing;
  space.put(slot(by), build.acceptOps({ invite, uid: person.uid, statements: [person.inception], grant: { role, nbf: 5 }, shares: [share(epoch ? 'K1' : 'K1', [person.ds])] }), options.acl ? { acl: options.acl } : {});
  return invite;
}

describe('a space and its members', () => {
  test('[RIGHT0] genesis: the owner is the only member, of the named kind', () => {
    const space = new TestSpace(O, 2);
    const view = space.rights.view();
    expect(view.kind).toBe(2);
    expect(view.owner).toBe(O.id);
    expect([...view.members.keys()]).toEqual([O.id]);
    expect(space.rights.roleOf(O.uid)).toBe(4);
    expect(space.rights.heads()).toEqual([space.id]);
  });

  test('{C7} [RIGHT10] accept in one record makes the member, counts the use, shares the key', () => {
    const { space, invite } = withMember(M);
    expect(space.rights.roleOf(M.uid)).toBe(2);
    expect(space.rights.memberOf(M.uid)).toMatchObject({ since: 5 });
    expect(space.rights.view().invites.get(toBase64url(invite))?.usedBy).toEqual([M.id]);
    expect(space.rights.mayServe(M.ds)).toBe(true);
    expect(space.rights.personOf(M.ds)).toBe(M.id);
    expect(space.rights.mayServe(key('stranger'))).toBe(false);
    expect(space.rights.sealingEpoch()).toEqual(key('K1').slice(0, 16));
    expect(space.rights.lackingKey()).toEqual([]);
  });

  test('[RIGHT10] canAccept: expired, used, revoked, unknown, rights, member', () => {
    const { space, invite } = withMember(M);
    const ask = (joiner: TestPerson, by: TestPerson, now: number, id: Bytes) => space.rights.canAccept(id, joiner.uid, by.uid, now);
    expect(ask(B, O, 1, invite)).toEqual({ ok: false, error: 'used' });
    const second = space.put(slot(O), build.inviteOps({ pub: key('i2'), role: 2, exp: 1000, uses: 2, room: sealed() }));
    expect(ask(B, O, 999, second)).toEqual({ ok: true, value: 2 });
    expect(ask(B, O, 1000, second)).toEqual({ ok: false, error: 'expired' });
    expect(ask(B, M, 1, second)).toEqual({ ok: false, error: 'rights' });
    expect(ask(M, O, 1, second)).toEqual({ ok: false, error: 'member' });
    expect(ask(B, O, 1, key('none'))).toEqual({ ok: false, error: 'unknown' });
    space.put(slot(O), build.revokeInviteOps(second));
    expect(ask(B, O, 1, second)).toEqual({ ok: false, error: 'revoked' });
  });

  test('[RIGHT10] [KEY4] two concurrent accepts of a one-use invite: the loser in acl order is dropped and the key it got is left', () => {
    const { space } = withMember(A, 3);
    const invite = space.put(slot(O), build.inviteOps({ pub: key('i2'), role: 2, exp: 1000, uses: 1, room: sealed() }));
    const heads = space.rights.heads();
    join(space, B, 2, { invite, acl: heads });
    join(space, M, 2, { invite, acl: heads, by: A });
    expect(space.rights.roleOf(B.uid)).toBe(2);
    expect(space.rights.roleOf(M.uid)).toBeNull();
    expect(space.rights.view().invites.get(toBase64url(invite))?.usedBy).toEqual([B.id]);
    expect(space.rights.sealingEpoch()).toBeNull();
    expect(space.rights.rotationDue()).toBe(true);
    space.put(slot(A), build.rotateOps(rotate('K2', [O.ds, A.ds, B.ds])));
    expect(space.rights.sealingEpoch()).toEqual(key('K2').slice(0, 16));
  });

  test('[RIGHT8] who may: a Member neither invites nor rotates, a Guest proves a fork, an Admin invites Members only', () => {
    const { space } = withMember(M);
    const effect = (id: Bytes): boolean => space.rights.aclStatus(id)!.effect;
    expect(effect(space.put(slot(M), build.inviteOps({ pub: key('x'), role: 1, exp: 9, uses: 1, room: sealed() })))).toBe(false);
    expect(effect(space.put(slot(M), build.rotateOps(rotate('K9', [M.ds]))))).toBe(false);
    expect(effect(space.put(slot(M), build.policyOps(new Map())))).toBe(false);
    expect(effect(space.put(slot(M), build.shareOps(share('K1', [M.ds]))))).toBe(true);
    expect(effect(space.put(slot(M), build.attachOps([M.addDevice('M2')])))).toBe(true);
    expect(effect(space.put(slot(M), build.attachOps([O.addDevice('O2')])))).toBe(false);
    join(space, A, 3);
    expect(space.rights.mayInvite(A.uid, 2)).toBe(true);
    expect(space.rights.mayInvite(A.uid, 3)).toBe(false);
    expect(space.rights.mayInvite(M.uid, 1)).toBe(false);
    expect(effect(space.put(slot(A), build.inviteOps({ pub: key('y'), role: 3, exp: 9, uses: 1, room: sealed() })))).toBe(false);
    expect(effect(space.put(slot(A), build.inviteOps({ pub: key('z'), role: 2, exp: 9, uses: 1, room: sealed() })))).toBe(true);
    expect([space.rights.mayRemove(A.uid, M.uid), space.rights.mayRemove(M.uid, A.uid), space.rights.mayRemove(M.uid, M.uid), space.rights.mayRemove(O.uid, O.uid)]).toEqual([true, false, true, false]);
  });

  test('[RIGHT12] a malformed operation, doubled grants or acl heads behind prev: kept, no effect', () => {
    const { space } = withMember(M);
    const bad = space.put(slot(O), null);
    expect(space.rights.aclStatus(bad)).toMatchObject({ effect: false, dead: { rule: 1 }, why: 'RIGHT1: malformed operation.' });
    const twice = space.put(slot(O), [build.grantOp({ to: A.uid, role: 2, nbf: 0 }), build.grantOp({ to: B.uid, role: 2, nbf: 0 })]);
    expect(space.rights.aclStatus(twice)!.effect).toBe(false);
    const behind = space.put(slot(O), build.policyOps(new Map()), { acl: [space.id] });
    expect(space.rights.aclStatus(behind)!.why).toContain('do not dominate prev');
    expect(space.rights.view().members.size).toBe(2);
  });

  test('[RIGHT12] order of delivery: records wait for their acl heads; every order ends alike', () => {
    const { space } = withMember(M);
    space.put(slot(O), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K2', [O.ds]) }));
    const late = createSpaceRights(space.id);
    let left = [...space.records].reverse();
    expect(late.add(left[0]!.record, left[0]!.ops).state).toBe('waiting');
    while (left.length > 0) left = left.filter(({ record, ops }) => late.add(record, ops).state === 'waiting');
    expect([...late.view().members]).toEqual([...space.rights.view().members]);
    expect(late.heads()).toEqual(space.rights.heads());
    expect(late.sealingEpoch()).toEqual(key('K2').slice(0, 16));
    expect(late.takeKeyOps()).toHaveLength(3);
    expect(late.takeKeyOps()).toHaveLength(0);
  });
});

describe('data records', () => {
  const judge = (space: TestSpace, person: TestPerson, n: number, acl = space.rights.heads(), first = acl, prev: readonly Bytes[] | null = null) =>
    space.rights.judgeRecord(space.data(slot(person), n, acl), key(`d${n}`), first, prev);

  test('{K7} [RIGHT13] Owner, Admin and Member write, a Guest and a stranger do not', () => {
    const { space } = withMember(M);
    const guest = new TestPerson('Gu');
    join(space, guest, 1);
    space.rights.addCertificate(slot(guest).writer, slot(guest).certificate);
    space.rights.addCertificate(slot(M).writer, slot(M).certificate);
    expect(judge(space, O, 9)).toMatchObject({ verdict: 'ok', uid: O.id, grantPath: [] });
    expect(judge(space, M, 0)).toMatchObject({ verdict: 'ok', uid: M.id });
    expect(judge(space, M, 0).grantPath).toHaveLength(1);
    expect(judge(space, guest, 0)).toMatchObject({ verdict: 'void', reason: 'role' });
    expect(judge(space, B, 0)).toMatchObject({ verdict: 'no-acl', reason: 'certificate-missing' });
    space.rights.addCertificate(slot(B).writer, slot(B).certificate);
    expect(judge(space, B, 0)).toMatchObject({ verdict: 'void', reason: 'slot-device' });
  });

  test('[RIGHT14] an acl head not held blocks; [RIGHT15] heads behind those of prev are void', () => {
    const { space } = withMember(M);
    space.rights.addCertificate(slot(M).writer, slot(M).certificate);
    expect(judge(space, M, 0, [key('later')])).toMatchObject({ verdict: 'no-acl', reason: 'acl-head-missing', missing: [toBase64url(key('later'))] });
    expect(judge(space, M, 0, [])).toMatchObject({ verdict: 'void', reason: 'no-acl-heads' });
    const old = space.rights.heads();
    space.put(slot(O), build.policyOps(new Map()));
    expect(judge(space, M, 1, old, old, space.rights.heads())).toMatchObject({ verdict: 'void', reason: 'heads-behind-prev' });
    expect(judge(space, M, 1, space.rights.heads(), old, old)).toMatchObject({ verdict: 'ok' });
    expect(space.rights.judgeRecord({ ...space.data(slot(M), 1), fragment: FRAGMENT.acl }, key('q'), space.rights.heads())).toMatchObject({ verdict: 'void', reason: 'class' });
  });

  test('{K7} [RIGHT16] beyond a cut: quarantined, cut.extend raises, adopt takes in, a twin at the cut is not trusted', () => {
    const { space } = withMember(M);
    const { writer, certificate } = slot(M);
    space.rights.addCertificate(writer, certificate);
    const before = space.rights.heads();
    const revoke = space.put(slot(O), build.removeOps({ uid: M.uid, cuts: [{ writer, n: 2, id: key('d2') }], rotate: rotate('K2', [O.ds]) }));
    expect(judge(space, M, 2, before).verdict).toBe('ok');
    expect(space.rights.judgeRecord(space.data(slot(M), 2, before), key('twin'), before).verdict).toBe('quarantined');
    expect(judge(space, M, 3, before)).toMatchObject({ verdict: 'quarantined', reason: 'cut' });
    expect(judge(space, M, 3)).toMatchObject({ verdict: 'void', reason: 'not-a-member' });
    space.put(slot(O), build.extendCutOps(revoke, [{ writer, n: 3, id: key('d3') }]));
    expect(judge(space, M, 3, before).verdict).toBe('ok');
    expect(judge(space, M, 4, before).verdict).toBe('quarantined');
    space.put(slot(O), build.adoptOps([key('d4')]));
    expect(judge(space, M, 4, before)).toMatchObject({ verdict: 'ok', reason: 'adopted' });
  });

  test('[RIGHT6] a role change that takes the right to write carries the cuts in the same record', () => {
    const { space } = withMember(M);
    const { writer, certificate } = slot(M);
    space.rights.addCertificate(writer, certificate);
    const before = space.rights.heads();
    space.put(slot(O), build.roleOps({ grant: { to: M.uid, role: 1, nbf: 9 }, cuts: [{ writer, n: 0, id: key('d0') }] }));
    expect(space.rights.roleOf(M.uid)).toBe(1);
    expect(judge(space, M, 0, before).verdict).toBe('ok');
    expect(judge(space, M, 1, before).verdict).toBe('quarantined');
    expect(judge(space, M, 1)).toMatchObject({ verdict: 'void', reason: 'role' });
  });
});

describe('keys, slots, forks', () => {
  test('{K8} [KEY1] removal and rotation in one record: the old epoch is not used any more', () => {
    const { space } = withMember(M);
    join(space, A, 3);
    space.put(slot(O), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K2', [O.ds, A.ds]) }));
    expect(space.rights.sealingEpoch()).toEqual(key('K2').slice(0, 16));
    expect(space.rights.mayServe(M.ds)).toBe(false);
  });

  test('[KEY1] leaving: no epoch is left until an admin rotates; [KEY2] concurrent rotations: the last without the removed', () => {
    const { space } = withMember(M);
    join(space, A, 3);
    const heads = space.rights.heads();
    space.put(slot(M), build.leaveOps({ uid: M.uid, cuts: [] }));
    expect(space.rights.rotationDue()).toBe(true);
    space.put(slot(A), build.rotateOps(rotate('K3', [O.ds, A.ds, M.ds])), { acl: heads });
    expect(space.rights.sealingEpoch()).toBeNull();
    space.put(slot(O), build.rotateOps(rotate('K2', [O.ds, A.ds])));
    expect(space.rights.sealingEpoch()).toEqual(key('K2').slice(0, 16));
    expect(space.rights.view().epochs.map((epoch) => epoch.recipients.size).sort()).toEqual([2, 3, 3]);
  });

  test('[KEY1] who came after the first key and leaves: no older key is a way out, since the newer one opens it', () => {
    const { space } = withMember(M);
    space.put(slot(O), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K2', [O.ds]) }));
    space.put(slot(O), build.rotateOps(rotate('K3', [O.ds])));
    const invite = space.put(slot(O), build.inviteOps({ pub: key('i3'), role: 2, exp: 1000, uses: 1, room: sealed() }));
    space.put(slot(O), build.acceptOps({ invite, uid: B.uid, statements: [B.inception], grant: { role: 2, nbf: 0 }, shares: [share('K3', [B.ds])] }));
    expect(space.rights.sealingEpoch()).toEqual(key('K3').slice(0, 16));
    space.put(slot(B), build.leaveOps({ uid: B.uid, cuts: [] }));
    expect(space.rights.view().epochs.at(-2)!.recipients.size).toBe(1);
    expect(space.rights.sealingEpoch()).toBeNull();
    expect(space.rights.rotationDue()).toBe(true);
  });

  test('[KEY3] a new device of a member lacks the key until it is shared and forces no rotation', () => {
    const { space } = withMember(M);
    space.put(slot(M), build.attachOps([M.addDevice('M2')]));
    expect(space.rights.lackingKey()).toMatchObject([{ uid: M.id, ds: toBase64url(key('M2')) }]);
    expect(space.rights.rotationDue()).toBe(false);
    space.put(slot(O), build.shareOps(share('K1', [key('M2')])));
    expect(space.rights.lackingKey()).toEqual([]);
  });

  test('[limit MAX_SLOTS_PER_DEVICE] [IDN6] slot.retire counts from the same device only; fork.resolve from an admin; keeps add up', () => {
    const { space } = withMember(M);
    const forked = M.slot(1);
    space.rights.addCertificate(forked.writer, forked.certificate);
    expect(space.rights.openSlots(M.ds)).toHaveLength(1);
    space.put(slot(O), build.retireOps(forked.writer, [key('k0')]));
    expect(space.rights.settlement(forked.writer)).toBeNull();
    space.put(slot(M), build.retireOps(forked.writer, [key('k1')]));
    expect(space.rights.settlement(forked.writer)).toEqual({ keep: [toBase64url(key('k1'))], by: 'device' });
    space.put(slot(O), build.resolveForkOps(forked.writer, [key('k2')]));
    expect(space.rights.settlement(forked.writer)?.keep).toHaveLength(2);
    expect(space.rights.maySlot(M.ds)).toBe(true);
    for (let no = 2; no < 9; no++) space.rights.addCertificate(M.slot(no).writer, M.slot(no).certificate);
    expect(space.rights.maySlot(M.ds)).toBe(false);
  });

  test('[RIGHT17] fork.proof: open to a Guest; the least n holds; two stubs that prove nothing have no effect', () => {
    const { space } = withMember(M, 1);
    const writer = O.slot(3);
    const stub = (change: Partial<Header>): Bytes => {
      const header: Header = { ...space.data(writer, 4), nonce: key('n').slice(0, 12) as Bytes, prev: key('p'), sprev: key('s'), ...change };
      return encodeRecord(encodeHeader(header), null, new Uint8Array(64) as Bytes);
    };
    const root = stub({});
    const twin = stub({ fragment: key('f').slice(0, 16) as Bytes });
    const next = stub({ n: 5, seq: 5, sprev: key('elsewhere') });
    const honest = stub({ n: 5, seq: 5, sprev: recordId(encodeHeader({ ...space.data(writer, 4), nonce: key('n').slice(0, 12) as Bytes, prev: key('p'), sprev: key('s') })) });
    const proof = (a: Bytes, b: Bytes): boolean => space.rights.aclStatus(space.put(slot(M), build.forkProofOps(a, b)))!.effect;
    for (const [a, b] of [[root, root], [root, honest], [root, stub({ n: 9, seq: 9 })], [root, stub({ writer: M.slot(2).writer })], [root, stub({ space: key('other') })]] as const) expect(proof(a, b)).toBe(false);
    expect(space.rights.view().forkProofs.size).toBe(0);
    expect(proof(next, stub({ n: 5, seq: 5, sprev: key('third') }))).toBe(true);
    expect(space.rights.view().forkProofs.get(toBase64url(writer.writer))).toEqual({ n: 5, count: 1 });
    expect(proof(next, root), 'n 5 names another predecessor than the record at n 4').toBe(true);
    expect(proof(twin, root)).toBe(true);
    expect(space.rights.view().forkProofs.get(toBase64url(writer.writer))).toEqual({ n: 4, count: 3 });
  });

  test('[RIGHT17] a proof whose stubs are not signed by the writer is a bad record', async () => {
    const signer = await realCrypto.generateSigning();
    const { space } = withMember(M);
    const stubs = await Promise.all([1, 2].map(async (branch) => {
      const header = encodeHeader({ ...space.data({ writer: signer.pub }, 4), nonce: key(`n${branch}`).slice(0, 12) as Bytes, prev: key('p'), sprev: key('s') });
      return { header, sig: await realCrypto.sign(signer, signatureMessage(recordId(header))) };
    }));
    const [a, b] = stubs.map(({ header, sig }) => encodeRecord(header, null, sig)) as [Bytes, Bytes];
    const forged = encodeRecord(stubs[1]!.header, null, stubs[0]!.sig);
    expect([await verifyAttached(realCrypto, build.forkProofOps(a, b)), await verifyAttached(realCrypto, build.forkProofOps(a, forged))]).toEqual([true, false]);
  });

  test('[RIGHT11] a fork in acl freezes the slot on all peers; fork.resolve keeps one branch and closes the slot', () => {
    const { space } = withMember(A, 3);
    const heads = space.rights.heads();
    const grant = (to: TestPerson) => [build.grantOp({ to: to.uid, role: 2, nbf: 0 })];
    const prev = space.put(slot(A), build.shareOps(share('K1', [A.ds])), { acl: heads });
    const one = space.put(slot(A), grant(B), { acl: [prev] });
    expect(space.rights.roleOf(B.uid)).toBe(2);
    const { id: two } = space.tryPut(slot(A), grant(M), { acl: [prev], seq: 1, prev });
    expect([space.rights.roleOf(B.uid), space.rights.roleOf(M.uid)]).toEqual([null, null]);
    expect(space.rights.aclStatus(one)!.why).toContain('RIGHT6');
    const behind = space.put(slot(A), build.shareOps(share('K1', [A.ds])));
    expect(space.rights.aclStatus(behind)!.effect).toBe(false);
    space.put(slot(O), build.policyOps(new Map()));
    expect(space.rights.roleOf(B.uid)).toBeNull();
    space.put(slot(O), build.resolveForkOps(slot(A).writer, [two]));
    expect([space.rights.roleOf(B.uid), space.rights.roleOf(M.uid)]).toEqual([null, 2]);
    space.put(slot(O), build.policyOps(new Map()));
    expect(space.rights.roleOf(M.uid)).toBe(2);
  });
});

describe('devices', () => {
  test('[IDN5] who signed an acl record is said by its own log, not by another certificate of the writer that came earlier', () => {
    const { space } = withMember(A, 3);
    const twoFaced = A.slot(3);
    expect(space.rights.addCertificate(twoFaced.writer, M.slot(0).certificate)).toBe(false);
    space.rights.addCertificate(twoFaced.writer, M.certify(twoFaced.writer, 0));
    const id = space.put(twoFaced, [build.grantOp({ to: B.uid, role: 2, nbf: 0 })]);
    expect(space.rights.aclStatus(id)!.effect).toBe(true);
    expect(space.rights.view().members.get(B.id)?.path).toHaveLength(2);
    expect(space.tryPut(M.slot(0), build.policyOps(new Map()), { certificate: A.slot(1).certificate }).result.state).toBe('bad');
  });

  test('[row 30] [IDN4] an acl record of a device that is revoked concurrently dies, whatever its id; later data is void', () => {
    const { space } = withMember(A, 3);
    space.put(slot(A), build.attachOps([A.addDevice('A2')]));
    const stolen = A.slot(0, key('A2'));
    space.rights.addCertificate(stolen.writer, stolen.certificate);
    const heads = space.rights.heads();
    expect(space.rights.judgeRecord(space.data(stolen, 0, heads), key('x'), heads).verdict).toBe('ok');
    space.put(slot(A), build.attachOps([A.revokeDevice(key('A2'), A.ds)]), { acl: heads });
    const act = space.put(stolen, [build.grantOp({ to: M.uid, role: 2, nbf: 0 })], { acl: heads });
    expect(space.rights.aclStatus(act)!.dead).toMatchObject({ rule: 3, why: 'device revoked concurrently by the record' });
    expect(space.rights.roleOf(M.uid)).toBeNull();
    expect(space.rights.mayServe(key('A2'))).toBe(false);
    expect(space.rights.judgeRecord(space.data(stolen, 1), key('y'), heads)).toMatchObject({ verdict: 'void', reason: 'device' });
  });

  test('[IDN3] a younger device cannot revoke an older one, the recovery key can', () => {
    const { space } = withMember(A, 3);
    space.put(slot(A), build.attachOps([A.addDevice('A2')]));
    space.put(slot(A), build.attachOps([A.revokeDevice(A.ds, key('A2'))]));
    expect(space.rights.mayServe(A.ds)).toBe(true);
    space.put(slot(A), build.attachOps([A.revokeDevice(A.ds, A.rk)]));
    expect(space.rights.mayServe(A.ds)).toBe(false);
  });

  test('[RIGHT3] two devices that take each other away: the recovery key beats a device, the older signer the younger, then the older one that attached; in any order of arrival', () => {
    const cases: [Bytes, Bytes, string][] = [[A.ds, A.rk, 'A2'], [A.rk, A.rk, 'A'], [A.rk, key('A2'), 'A']];
    for (const [byFirst, bySecond, stays] of cases) {
      for (const turned of [false, true]) {
        const { space } = withMember(A, 3);
        space.put(slot(A), build.attachOps([A.addDevice('A2')]));
        const second = A.slot(0, key('A2'));
        const heads = space.rights.heads();
        const acts = [() => space.put(slot(A), build.attachOps([A.revokeDevice(key('A2'), byFirst)]), { acl: heads }), () => space.put(second, build.attachOps([A.revokeDevice(A.ds, bySecond)]), { acl: heads })];
        for (const act of turned ? acts.reverse() : acts) act();
        expect([space.rights.mayServe(A.ds), space.rights.mayServe(key('A2'))], `${stays} ${turned}`).toEqual([stays === 'A', stays === 'A2']);
      }
    }
  });

  test('[RIGHT16] a revoke that names an own device beside its statement cuts the writers of that device and nobody else; every role may, and only so', () => {
    const { space } = withMember(M, 2);
    space.put(slot(M), build.attachOps([M.addDevice('M2'), M.addDevice('M3')]));
    const [second, third] = [M.slot(0, key('M2')), M.slot(0, key('M3'))];
    for (const one of [second, third]) space.rights.addCertificate(one.writer, one.certificate);
    const heads = space.rights.heads();
    const drop = (of: TestPerson, ds: Bytes, by: Bytes) => build.dropDeviceOps({ statement: of.revokeDevice(ds, by), ds, cuts: [{ writer: second.writer, n: 1, id: key('one') }], rotate: null });
    const alone = drop(M, key('M2'), M.ds).slice(1);
    // Alone, of somebody else, and by a younger device it is nothing.
    for (const [by, ops] of [[M, alone], [O, drop(M, key('M2'), M.ds)], [M, drop(M, M.ds, key('M2'))]] as const) expect(space.rights.aclStatus(space.put(slot(by), ops))!.effect).toBe(false);
    expect(space.rights.judgeRecord(space.data(second, 2, heads), key('two'), heads).verdict).toBe('ok');
    expect(space.rights.aclStatus(space.put(slot(M), drop(M, key('M2'), M.ds)))!.effect).toBe(true);
    expect(space.rights.roleOf(M.uid)).toBe(2);
    expect(space.rights.judgeRecord(space.data(second, 0, heads), key('zero'), heads).verdict).toBe('ok');
    expect(space.rights.judgeRecord(space.data(second, 1, heads), key('one'), heads).verdict).toBe('ok');
    expect(space.rights.judgeRecord(space.data(second, 1, heads), key('twin'), heads).verdict).toBe('quarantined');
    expect(space.rights.judgeRecord(space.data(second, 2, heads), key('two'), heads)).toMatchObject({ verdict: 'quarantined', reason: 'cut' });
    expect(space.rights.judgeRecord(space.data(third, 2, heads), key('three'), heads).verdict).toBe('ok');
    expect(space.rights.judgeRecord(space.data(second, 3), key('after'), heads)).toMatchObject({ verdict: 'void', reason: 'device' });
  });
});
