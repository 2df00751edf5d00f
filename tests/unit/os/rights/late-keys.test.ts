/** Who comes in under the rule that newcomers read from their coming on: which epochs are theirs is a function of the acl (KEY9). */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { policyOps } from '#os/rights/builders';
import * as build from '#os/rights/builders';
import { withoutParts } from '#os/rights/epochs';
import { FROM_JOINING, LATE_VERSION, NO_POLICY, withPolicy } from '#os/rights/policy';
import type { AclOp } from '#vm/protocol/acl-operation';
import { key, rotate, sealed, TestPerson, TestSpace } from '#tests/support/acl-space';

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
    expect(withoutParts(epochs, devices, () => false), 'control: without the rule').toHaveLength(4);
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
});
