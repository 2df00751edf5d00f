/** Who comes in under the rule that newcomers read from their coming on: which epochs are theirs is a function of the acl (KEY9). */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { policyOps } from '#os/rights/builders';
import * as build from '#os/rights/builders';
import { withoutKey, withoutParts } from '#os/rights/epochs';
import { MAX_PASTS } from '#os/limits';
import { FROM_JOINING, LATE_VERSION, NO_POLICY, withPolicy } from '#os/rights/policy';
import { keepsNewcomers } from '#os/rights/permit';
import type { AclOp } from '#vm/protocol/acl-operation';
import { decodeInviteLink, encodeInviteLink } from '#vm/protocol/invite-link';
import { FRAGMENT, type CborValue } from '#vm/protocol/types';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, A, M, N] = ['O', 'A', 'M', 'N'].map((name) => new TestPerson(name)) as [TestPerson, TestPerson, TestPerson, TestPerson];
const LATE = policyOps(new Map<string, string | number>([['history', FROM_JOINING], ['min_version', LATE_VERSION]]));
const epochOf = (name: string): string => toBase64url(key(name).slice(0, 16) as Bytes);

class Room {
  readonly acl = new TestSpace(O);
  private invites = 0;

  constructor(readonly late: boolean) {
    this.acl.put(O.slot(0), build.rotateOps(rotate('K1', [O.ds])));
    if (late) this.acl.put(O.slot(0), LATE);
  }

  /** Lets somebody in; `more`: what stands beside it in the record. */
  join(who: TestPerson, more: readonly AclOp[] = [], options: { by?: TestPerson; acl?: readonly Bytes[]; scope?: Bytes; role?: 1 | 2 | 3 } = {}): Bytes {
    const by = options.by ?? O;
    const at = options.acl ? { acl: options.acl } : {};
    const invite = this.acl.put(by.slot(0), build.inviteOps({ pub: key(`inv${this.invites++}`), role: options.role ?? 2, exp: 1_000, uses: 1, room: sealed() }), at);
    const scope = options.scope ? [{ fragment: options.scope, bits: 1 }] : null;
    return this.acl.put(by.slot(0), [...build.acceptOps({ invite, uid: who.uid, statements: [who.inception], grant: { role: options.role ?? 2, nbf: 5, scope }, shares: [] }), ...more], options.acl ? { acl: [invite] } : {});
  }

  /** Epochs whose key is due to the person, by name. */
  due(who: TestPerson, names: readonly string[]): string[] {
    const { devices, epochs, withheld } = this.acl.rights.view();
    const device = devices.find(({ uid }) => uid === who.id)!;
    return names.filter((name) => !withheld(device, epochs.find(({ epoch }) => epoch === epochOf(name))!));
  }
}

describe('{C7}{K7} newcomers and the keys of before', () => {
  test('[KEY9] a policy of another form is none, and an empty one takes it out', () => {
    expect(withPolicy(NO_POLICY, new Map([['history', FROM_JOINING]])).late).toBe(true);
    expect(withPolicy(NO_POLICY, new Map([['history', true]])).late).toBe(false);
    expect(withPolicy({ ...NO_POLICY, late: true }, new Map([['invite', 3]])).late).toBe(true);
    expect(withPolicy({ ...NO_POLICY, late: true }, new Map([['history', null]])).late).toBe(false);
    expect(withPolicy({ ...NO_POLICY, late: true }, new Map()).late).toBe(false);
  });

  test('[KEY9] the key made in the record that lets in is theirs, and those after it; those before are lacking to nobody. Without the rule (control) all are due', () => {
    for (const late of [true, false]) {
      const room = new Room(late);
      room.join(M, [rotate('K2', [O.ds, M.ds])]);
      room.acl.put(O.slot(0), build.rotateOps(rotate('K3', [O.ds, M.ds])));
      expect(room.due(M, ['K1', 'K2', 'K3'])).toEqual(late ? ['K2', 'K3'] : ['K1', 'K2', 'K3']);
      expect(room.due(O, ['K1', 'K2', 'K3'])).toEqual(['K1', 'K2', 'K3']);
      expect(room.acl.rights.view().sealing?.epoch).toBe(epochOf('K3'));
    }
  });

  test('[KEY9] let in without a new key: the one in use is withheld, is sealed under all the same, and lacking to nobody', () => {
    const room = new Room(true);
    room.join(M);
    expect(room.due(M, ['K1'])).toEqual([]);
    expect(room.acl.rights.view().sealing?.epoch, 'the others write on').toBe(epochOf('K1'));
    expect(room.acl.rights.lackingKey()).toEqual([]);
    room.acl.put(O.slot(0), build.rotateOps(rotate('K2', [O.ds])));
    expect(room.acl.rights.lackingKey().map(({ uid }) => uid)).toEqual([M.id]);
  });

  test('[KEY9] a part: fragment keys of epochs from their coming on only, and of each epoch the key that finds the others', () => {
    const fragment = new Uint8Array(16).fill(7) as Bytes;
    const room = new Room(true);
    room.join(M, [rotate('K2', [O.ds])], { scope: fragment, role: 1 });
    const lacking = room.acl.rights.lackingParts().map(({ epoch, fragment: part }) => `${epoch === epochOf('K1') ? 'K1' : 'K2'} ${part === toBase64url(fragment) ? 'part' : 'finds'}`);
    expect(lacking.sort()).toEqual(['K1 finds', 'K2 finds', 'K2 part']);
    const { epochs, devices } = room.acl.rights.view();
    expect(withoutParts(epochs, devices, () => false, new Set()), 'control: without the rule').toHaveLength(4);
  });

  test('[KEY9] what they read does not change with the rule, a role or more of the space; who leaves and comes back begins anew', () => {
    const room = new Room(true);
    room.join(M, [rotate('K2', [O.ds, M.ds])]);
    room.acl.put(O.slot(0), policyOps(new Map([['history', null]])));
    expect(room.due(M, ['K1', 'K2'])).toEqual(['K2']);
    room.acl.put(O.slot(0), build.roleOps({ grant: { to: M.uid, role: 3, nbf: 9 }, cuts: null }));
    expect(room.due(M, ['K1', 'K2'])).toEqual(['K2']);
    room.join(N, []);
    expect(room.due(N, ['K1', 'K2']), 'who comes after the rule was lifted').toEqual(['K1', 'K2']);
    room.acl.put(O.slot(0), LATE);
    room.acl.put(O.slot(0), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K3', [O.ds, N.ds]) }));
    room.acl.put(O.slot(0), [build.grantOp({ to: M.uid, role: 2, nbf: 10 }), rotate('K4', [O.ds, N.ds, M.ds])]);
    expect(room.due(M, ['K1', 'K2', 'K3', 'K4'])).toEqual(['K4']);
  });

  test('[KEY9] two come in at once by two admins, each with a new key: both keys are due to both, what was before to neither', () => {
    const room = new Room(false);
    room.join(A, [rotate('K2', [O.ds, A.ds])], { role: 3 });
    room.acl.put(O.slot(0), LATE);
    const heads = room.acl.rights.heads();
    room.join(M, [rotate('K3', [O.ds, A.ds, M.ds])], { by: O, acl: heads });
    room.join(N, [rotate('K4', [O.ds, A.ds, N.ds])], { by: A, acl: heads });
    for (const who of [M, N]) expect(room.due(who, ['K1', 'K2', 'K3', 'K4'])).toEqual(['K3', 'K4']);
    expect(room.due(A, ['K1', 'K2', 'K3', 'K4'])).toEqual(['K1', 'K2', 'K3', 'K4']);
  });

  test('[KEY9] who had a part and is given all by an Admin who came later reads the rest from then on, and the part as before; given it by an Owner of before they read all (control)', () => {
    const page = new Uint8Array(16).fill(9) as Bytes;
    const found = [A, O].map((by) => {
      const room = new Room(false);
      room.join(N, [{ ...share('K1', [N.ds]), fragment: page }], { scope: page, role: 1 });
      room.acl.put(O.slot(0), LATE);
      room.join(A, [rotate('K2', [O.ds, A.ds])], { role: 3 });
      room.acl.put(by.slot(0), [build.grantOp({ to: N.uid, role: 1, nbf: 9, scope: null })]);
      room.acl.put(O.slot(0), build.rotateOps(rotate('K3', [O.ds, A.ds, N.ds])));
      const { devices, epochs, withheld } = room.acl.rights.view();
      const device = devices.find(({ uid }) => uid === N.id)!;
      return { due: room.due(N, ['K1', 'K2', 'K3']), part: withheld(device, epochs.find(({ epoch }) => epoch === epochOf('K1'))!, toBase64url(page)) };
    });
    expect(found).toEqual([{ due: ['K3'], part: false }, { due: ['K1', 'K2', 'K3'], part: false }]);
  });

  test('[KEY9] who was given more by somebody who came later gives nobody what was before either, until somebody of before gives them all', () => {
    const page = new Uint8Array(16).fill(9) as Bytes;
    const room = new Room(false);
    room.join(N, [], { scope: page, role: 1 });
    room.acl.put(O.slot(0), LATE);
    room.join(A, [rotate('K2', [O.ds, A.ds])], { role: 3 });
    const wider = () => room.acl.rights.memberOf(N.uid)!.wider;
    const give = (by: TestPerson, scope: Bytes | null) => room.acl.put(by.slot(0), [build.grantOp({ to: N.uid, role: 1, nbf: 9, scope: scope && [{ fragment: scope, bits: 1 }] })]);
    const first = toBase64url(give(A, null));
    expect(wider()?.since).toBe(first);
    give(O, page);
    expect(wider()?.since, 'narrowed').toBe(first);
    give(A, null);
    expect(wider()?.since, 'from the first time on').toBe(first);
    give(O, page);
    give(O, null);
    expect(wider()).toBeNull();
  });

  test('[KEY11] a public link that was given the whole space is lacking no epoch key', () => {
    const link = new TestPerson('L');
    const devices = [{ uid: link.id, ds: toBase64url(link.ds), dx: toBase64url(link.ds), scope: null }];
    const epoch = { epoch: 'e', record: 'r', records: ['r'], author: O.id, cause: '', recipients: new Set<string>(), parts: new Map(), surely: { recipients: new Set<string>(), parts: new Map() } };
    expect(withoutKey(epoch, devices, () => false), 'control: a person').toHaveLength(1);
    expect(withoutKey(epoch, devices.map((one) => ({ ...one, link: true as const })), () => false)).toEqual([]);
  });

  test('[KEY10] [limit MAX_PASTS] a fragment whose past is open: its keys of the epochs before are lacking, of no other one, and to nobody who came before; not of root, acl and witness', () => {
    const page = new Uint8Array(16).fill(9) as Bytes;
    const past = (fragment: Uint8Array, value: CborValue = true): AclOp[] => policyOps(new Map<string, CborValue>([[`past:${toBase64url(fragment)}`, value]]));
    const lacking = (room: Room): string[] => room.acl.rights.lackingParts().map(({ epoch, fragment, devices }) => `${epoch === epochOf('K1') ? 'K1' : 'K2'} ${fragment === toBase64url(page) ? 'page' : fragment} ${devices.map(({ uid }) => (uid === M.id ? 'M' : uid)).join()}`);
    const room = new Room(true);
    room.join(M, [rotate('K2', [O.ds, M.ds])]);
    expect(lacking(room), 'control: before it is open').toEqual([]);
    for (const one of Object.values(FRAGMENT)) room.acl.put(O.slot(0), past(one));
    expect(lacking(room)).toEqual([]);
    room.acl.put(O.slot(0), past(page));
    expect(lacking(room)).toEqual(['K1 page M']);
    room.acl.put(O.slot(0), [{ ...share('K1', [M.ds]), fragment: page }]);
    expect(lacking(room), 'given').toEqual([]);
    expect(room.acl.rights.view().sealing?.epoch, 'and what is sealed under stays').toBe(epochOf('K2'));
    expect(room.due(M, ['K1', 'K2']), 'the epoch itself stays withheld').toEqual(['K2']);
    room.acl.put(O.slot(0), past(page, null));
    room.join(N, [rotate('K3', [O.ds, M.ds, N.ds])]);
    expect(lacking(room), 'who comes after it was taken out').toEqual([]);
    const many = (n: number): number => withPolicy(NO_POLICY, new Map(Array.from({ length: n }, (_, i) => [`past:${toBase64url(new Uint8Array(16).fill(i).fill(Math.floor(i / 256) + 7, 0, 8))}`, true]))).pasts.size;
    expect([MAX_PASTS, many(256), many(257)]).toEqual([256, 256, 256]);
  });

  test('[KEEP1] the space asks to be kept nowhere by that value alone, and a link says so and reads back; one of before says nothing', () => {
    const ask = (value: CborValue) => withPolicy(NO_POLICY, new Map([['keep', value]]));
    expect([ask('nothing').fleeting, ask(true).fleeting, withPolicy(ask('nothing'), new Map([['invite', 4]])).fleeting, withPolicy(ask('nothing'), new Map([['keep', null]])).fleeting]).toEqual([true, false, true, false]);
    const hint = { name: 'River', by: 'Anna', role: 2 } as const;
    const link = (more: object) => decodeInviteLink(encodeInviteLink({ space: key('s'), seed: key('i'), signaling: [], hint: { ...hint, ...more } }));
    expect([link({ fleeting: true }), link({})].map((read) => read.ok && read.value.hint)).toEqual([{ ...hint, fleeting: true }, hint]);
  });

  test('[KEY9] [KEY10] an Owner who came later opens nothing to who is let in next: not by the rule, not by taking all out, not in the record by which they leave; an Owner of before does (control)', () => {
    const page = toBase64url(new Uint8Array(16).fill(9));
    const past = new Map<string, CborValue>([[`past:${page}`, true]]);
    const sets: readonly ReadonlyMap<string, CborValue>[] = [new Map([['history', null]]), new Map([['history', 'all']]), new Map(), past];
    for (const set of sets) {
      const found = [M, O].map((by) => {
        const room = new Room(true);
        room.join(M, [rotate('K2', [O.ds, M.ds])]);
        room.acl.put(O.slot(0), build.roleOps({ grant: { to: M.uid, role: 4, nbf: 9 }, cuts: null }));
        room.acl.put(by.slot(0), policyOps(set));
        room.join(N, [rotate('K3', [O.ds, M.ds, N.ds])], { by: M });
        return [room.due(N, ['K1', 'K2', 'K3']).length, room.acl.rights.view().state.policy.pasts.size];
      });
      expect(found, JSON.stringify([...set])).toEqual([[1, 0], set === past ? [1, 1] : [3, 0]]);
    }
    const room = new Room(true);
    room.join(M, [rotate('K2', [O.ds, M.ds])]);
    room.acl.put(O.slot(0), policyOps(past));
    room.acl.put(O.slot(0), build.roleOps({ grant: { to: M.uid, role: 4, nbf: 9 }, cuts: null }));
    room.acl.put(M.slot(0), policyOps(new Map()));
    expect([...room.acl.rights.view().state.policy.pasts], 'what an Owner of before opened stays').toEqual([page]);
    room.acl.put(M.slot(0), [...build.leaveOps({ uid: M.uid, cuts: [] }), ...policyOps(new Map<string, CborValue>([['history', null], [`past:${toBase64url(key('other').slice(0, 16) as Bytes)}`, true]]))]);
    expect(room.acl.rights.roleOf(M.id), 'gone').toBeNull();
    room.join(N, [rotate('K3', [O.ds, N.ds])]);
    expect(room.due(N, ['K1', 'K2', 'K3'])).toEqual(['K3']);
    expect([...room.acl.rights.view().state.policy.pasts]).toEqual([page]);
  });

  test('[KEY9] [RIGHT40] [RIGHT41] whose keys are whose changes nothing of what counts: a history is closed, and looked at, by the setting as it was written', () => {
    const room = new Room(true);
    room.join(M, [rotate('K2', [O.ds, M.ds])]);
    room.acl.put(O.slot(0), build.roleOps({ grant: { to: M.uid, role: 4, nbf: 9 }, cuts: null }));
    room.acl.put(M.slot(0), policyOps(new Map([['history', null]])));
    room.join(N, [rotate('K3', [O.ds, M.ds, N.ds])], { by: M });
    const { state, members } = room.acl.rights.view();
    expect([state.policy.late, state.policy.lateWritten]).toEqual([true, false]);
    expect([M, N].map(({ id }) => [members.get(id)!.late, members.get(id)!.lateWritten])).toEqual([[true, true], [true, false]]);
    expect(keepsNewcomers(state), 'a kernel closes nothing all the same').toBe(true);
  });

  test('[KEY10] who came later opens nothing, whatever their role; an Admin opens nothing; an Owner of before does (control)', () => {
    const page = toBase64url(new Uint8Array(16).fill(9));
    const past = policyOps(new Map([[`past:${page}`, true]]));
    const room = new Room(false);
    room.join(A, [], { role: 3 });
    room.acl.put(O.slot(0), LATE);
    room.join(M, [rotate('K2', [O.ds, A.ds, M.ds])]);
    room.acl.put(O.slot(0), build.roleOps({ grant: { to: M.uid, role: 4, nbf: 9 }, cuts: null }));
    expect(room.acl.rights.roleOf(M.id)).toBe(4);
    for (const by of [M, A]) room.acl.put(by.slot(0), past);
    expect([...room.acl.rights.view().state.policy.pasts]).toEqual([]);
    room.acl.put(O.slot(0), past);
    expect([...room.acl.rights.view().state.policy.pasts]).toEqual([page]);
    room.acl.put(M.slot(0), policyOps(new Map([[`past:${page}`, null]])));
    expect([...room.acl.rights.view().state.policy.pasts], 'any Owner takes it out').toEqual([]);
  });
});
