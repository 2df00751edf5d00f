/** Plans: a voucher opens what its plan says and no more, for whom it names, alike for every peer. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { MAX_ISSUERS, MAX_PLAN_CHARS, MAX_PLANS, PLAN_GRACE_MS } from '#os/limits';
import * as build from '#os/rights/builders';
import { journalAct } from '#os/rights/journal';
import { hasLapsed } from '#os/rights/plans';
import { NO_POLICY, withPolicy } from '#os/rights/policy';
import { createSpaceRights } from '#os/rights/space-rights';
import type { AclOp } from '#vm/protocol/acl-operation';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { parseVoucher } from '#vm/protocol/voucher';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, A, M, G, B] = ['O', 'A', 'M', 'G', 'B'].map((name) => new TestPerson(name)) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
const ISSUER = key('issuer');
const OTHER = key('another issuer');
const WORDS: CborValue = [key('e').slice(0, 16), key('n').slice(0, 12), key('words')];
const slot = (person: TestPerson, no = 0) => person.slot(no);

interface Told {
  space?: Bytes;
  to?: TestPerson;
  plan?: string;
  nbf?: number;
  exp?: number;
  issuer?: Bytes;
}

function voucher(space: TestSpace, { space: of = space.id, to = G, plan = 'pro', nbf = 0, exp = 1_000, issuer = ISSUER }: Told = {}): Bytes {
  return encodeCbor([encodeCbor([5, of, to.uid, plan, nbf, exp, key('nonce').slice(0, 16)]), [[issuer, new Uint8Array(64)]]]);
}

/** What a kernel writes for a voucher, with changes to the grant for those that do not keep to it. */
function redeem(space: TestSpace, told: Told = {}, grant: Partial<AclOp & { t: 'grant' }> = {}): AclOp[] {
  const { to = G, nbf = 0, exp = 1_000 } = told;
  return [{ t: 'ident.attach', statement: voucher(space, told) }, { t: 'grant', to: to.uid, role: 2, scope: null, nbf, exp, mayDelegate: false, maxRole: 1, plan: null, ...grant }];
}

const plans = (...list: [string, CborValue][]): ReadonlyMap<string, CborValue> => new Map<string, CborValue>([['issuers', [ISSUER]], ['plans', new Map<string, CborValue>(list)]]);
const PRO: [string, CborValue] = ['pro', [2, null, 5_000, WORDS]];

/** Owner, admin, member, two guests; the plan `pro` opens the role of a Member. */
function world(...list: [string, CborValue][]): TestSpace {
  const space = new TestSpace(O);
  space.put(slot(O), build.rotateOps(rotate('K1', [O.ds])));
  const people: [TestPerson, 1 | 2 | 3][] = [[A, 3], [M, 2], [G, 1], [B, 1]];
  for (const [person, role] of people) {
    const invite = space.put(slot(O), build.inviteOps({ pub: key(`inv ${person.name}`), role, exp: 1_000, uses: 1, room: sealed() }));
    space.put(slot(O), build.acceptOps({ invite, uid: person.uid, statements: [person.inception], grant: { role, nbf: 5 }, shares: [share('K1', [person.ds])] }));
  }
  space.put(slot(O), build.policyOps(plans(...(list.length > 0 ? list : [PRO]))));
  return space;
}

const counts = (space: TestSpace, by: TestPerson, ops: readonly AclOp[], acl?: readonly Bytes[]): boolean => space.rights.aclStatus(space.put(slot(by), ops, acl ? { acl } : {}))!.effect;
const member = (space: TestSpace, person: TestPerson) => space.rights.memberOf(person.uid);

describe('a voucher', () => {
  test('{C7} [RIGHT31] opens what the plan says: the role until the end, then 72 hours more to read; put in by a Guest for themself', () => {
    const space = world();
    expect(counts(space, G, redeem(space))).toBe(true);
    expect(member(space, G)).toMatchObject({ role: 2, scope: null, exp: 1_000 + PLAN_GRACE_MS, plan: { id: 'pro', exp: 1_000 }, mayDelegate: false });
    expect(PLAN_GRACE_MS).toBe(72 * 3_600_000);
    expect([999, 1_000].map((now) => hasLapsed(member(space, G)!, now))).toEqual([false, true]);
    const judged = space.rights.judgeRecord(space.data(slot(G), 1), key('d'), space.rights.heads(), null, () => null);
    expect(judged.reason).toBe('right');
    const line = space.rights.acts().at(-1)!;
    expect(journalAct(line)).toMatchObject({ kind: 'plan', who: G.id, role: 2, until: 1_000 });
  });

  test('{C7} [RIGHT30] counts of an issuer that the rules name, for the plans they name, at its place in the acl', () => {
    const space = world();
    for (const told of [{ issuer: OTHER }, { plan: 'gold' }, { space: key('another space') }]) expect(counts(space, G, redeem(space, told)), JSON.stringify(Object.keys(told))).toBe(false);
    const before = space.rights.heads();
    space.put(slot(O), build.policyOps(new Map<string, CborValue>([['issuers', [OTHER]]])));
    expect(counts(space, G, redeem(space)), 'taken out').toBe(false);
    expect(counts(space, G, redeem(space), before), 'put in meanwhile by who had not heard: an owner is stronger').toBe(false);
    expect(counts(space, G, redeem(space, { issuer: OTHER }))).toBe(true);
  });

  test('{C7} [RIGHT30] an issuer taken out: what was put in before stands to its end', () => {
    const space = world();
    expect(counts(space, G, redeem(space))).toBe(true);
    space.put(slot(O), build.policyOps(new Map<string, CborValue>([['issuers', null], ['plans', null]])));
    expect(member(space, G)).toMatchObject({ role: 2, plan: { id: 'pro' } });
    expect(counts(space, B, redeem(space, { to: B }))).toBe(false);
  });

  test('[RIGHT31] gives no more than the plan: another role, scope, end or the right to pass on, and the record has no effect', () => {
    const space = world();
    for (const more of [{ role: 3 }, { role: 4 }, { exp: null }, { exp: 2_000 }, { mayDelegate: true }, { maxRole: 2 }, { nbf: 1 }, { to: B.uid }] as Partial<AclOp & { t: 'grant' }>[]) {
      expect(counts(space, G, redeem(space, {}, more)), JSON.stringify(more)).toBe(false);
    }
    expect(member(space, G)!.role).toBe(1);
    // Control: as the plan says.
    expect(counts(space, G, redeem(space))).toBe(true);
  });

  test('[RIGHT30] a plan that would open Admin or Owner is no plan, and takes the others with it', () => {
    for (const role of [3, 4]) expect(world(PRO, ['all', [role, null, 1, WORDS]]).rights.view().state.policy.plans.size).toBe(0);
    expect(world(PRO, ['read', [1, null, 1, WORDS]]).rights.view().state.policy.plans.size).toBe(2);
  });

  test('[RIGHT31] stands alone with its grant: no second voucher, no revoke, accept or other statement beside it; a voucher without a grant is nothing', () => {
    const space = world();
    const [attach, grant] = redeem(space) as [AclOp, AclOp];
    const statement: AclOp = { t: 'ident.attach', statement: G.addDevice('new') };
    for (const ops of [[attach], [attach, attach, grant], [attach, grant, statement], [build.leaveOps({ uid: G.uid, cuts: [] })[0]!, attach, grant]]) expect(counts(space, G, ops), `${ops.length}`).toBe(false);
    expect(counts(space, G, [attach, grant, share('K1', [G.ds])]), 'a key goes with it').toBe(true);
  });

  test('[RIGHT32] is for who is here and has less: nobody is let in, lowered, or given what they have', () => {
    const space = world();
    const stranger = new TestPerson('S');
    for (const to of [stranger, A, O, M]) expect(counts(space, to === stranger ? M : to, redeem(space, { to })), to.name).toBe(false);
    space.put(slot(O), build.leaveOps({ uid: G.uid, cuts: [] }));
    expect(counts(space, M, redeem(space)), 'removed').toBe(false);
    expect(counts(space, B, redeem(space, { to: B }))).toBe(true);
  });

  test('[RIGHT32] once: a second time, or one that ends no later, has no effect, also after a removal and a return', () => {
    const space = world();
    expect(counts(space, G, redeem(space))).toBe(true);
    expect(counts(space, G, redeem(space))).toBe(false);
    expect(counts(space, G, redeem(space, { exp: 900 }))).toBe(false);
    space.put(slot(O), build.roleOps({ grant: build.grantOp({ to: G.uid, role: 1, nbf: 9 }), cuts: [] }));
    expect(counts(space, G, redeem(space)), 'made a guest again').toBe(false);
    space.put(slot(O), build.leaveOps({ uid: G.uid, cuts: [] }));
    space.put(slot(O), [build.grantOp({ to: G.uid, role: 1, nbf: 9 })]);
    expect(counts(space, G, redeem(space)), 'let in again').toBe(false);
    expect(counts(space, G, redeem(space, { exp: 1_001 }))).toBe(true);
  });

  test('[RIGHT32] an end is taken on by one\'s own hand; a renewal anybody puts in', () => {
    const space = world();
    expect(counts(space, M, redeem(space))).toBe(false);
    expect(counts(space, G, redeem(space))).toBe(true);
    expect(counts(space, M, redeem(space, { exp: 2_000 }))).toBe(true);
    expect(member(space, G)).toMatchObject({ exp: 2_000 + PLAN_GRACE_MS, plan: { exp: 2_000 } });
  });

  test('[RIGHT31] lasts no longer than the plan, from a beginning that is past or the end of the plan they have', () => {
    const space = world();
    expect(counts(space, G, redeem(space, { exp: 5_001 })), 'too long').toBe(false);
    expect(counts(space, G, redeem(space, { nbf: 900, exp: 1_000 })), 'not begun').toBe(false);
    expect(counts(space, G, redeem(space))).toBe(true);
    expect(counts(space, G, redeem(space, { nbf: 1_001, exp: 2_000 })), 'a gap').toBe(false);
    expect(counts(space, G, redeem(space, { nbf: 1_000, exp: 6_000 })), 'joined on').toBe(true);
  });

  test('[RIGHT31] begins by the time of its record, in the replay beside others too', () => {
    const space = world();
    const heads = space.rights.heads();
    const paid = space.put(slot(G), redeem(space, { nbf: 10 }));
    space.put(slot(B), build.leaveOps({ uid: B.uid, cuts: [] }), { acl: heads });
    expect(space.rights.aclStatus(paid)!.effect).toBe(true);
    expect(member(space, G)).toMatchObject({ role: 2, since: 10 });
  });

  test('[RIGHT31] of a part of the space: who has another part loses nothing by it', () => {
    const part = (...fragments: Bytes[]): CborValue => fragments.map((fragment): CborValue => [fragment, 7]);
    const [a, b] = [key('a').slice(0, 16) as Bytes, key('b').slice(0, 16) as Bytes];
    const space = world(['part', [2, part(a), 5_000, WORDS]], ['both', [2, part(a, b), 5_000, WORDS]]);
    const wire = (...fragments: Bytes[]) => fragments.map((fragment) => ({ fragment, bits: 7 }));
    expect(counts(space, G, redeem(space, { plan: 'part' }, { scope: wire(a) })), 'has the whole space').toBe(false);
    space.put(slot(O), build.roleOps({ grant: build.grantOp({ to: G.uid, role: 1, nbf: 9, scope: [{ fragment: b, bits: 5 }] }), cuts: [] }));
    expect(counts(space, G, redeem(space, { plan: 'part' }, { scope: wire(a) })), 'has another part').toBe(false);
    expect(counts(space, G, redeem(space, { plan: 'both' }, { scope: null })), 'not all').toBe(false);
    expect(counts(space, G, redeem(space, { plan: 'both' }, { scope: wire(a, b) }))).toBe(true);
    expect([...member(space, G)!.scope!.keys()].sort()).toEqual([a, b].map(toBase64url).sort());
  });

  test('[RIGHT4] [RIGHT32] {C7} concurrent with a removal it loses; concurrent with a higher role that one stays; in any order the same', () => {
    const space = world();
    const heads = space.rights.heads();
    const paid = space.put(slot(G), redeem(space));
    space.put(slot(A), [...build.leaveOps({ uid: G.uid, cuts: [] }), rotate('K2', [O.ds])], { acl: heads });
    const own = space.put(slot(B), redeem(space, { to: B }), { acl: heads });
    space.put(slot(O), [build.grantOp({ to: B.uid, role: 3, nbf: 9 })], { acl: heads });
    expect([paid, own].map((id) => space.rights.aclStatus(id)!.effect)).toEqual([false, false]);
    expect([member(space, G)?.role, member(space, B)?.role]).toEqual([undefined, 3]);
    for (const turn of [1, 2, 3]) {
      const other = createSpaceRights(space.id);
      for (const { record, certificate } of space.records) other.addCertificate(record.header.writer, certificate);
      const waiting = [...space.records].map((one, i) => ({ one, at: (i * 7 * turn) % space.records.length })).sort((x, y) => x.at - y.at).map(({ one }) => one);
      for (let rounds = 0; waiting.length > 0 && rounds < 10_000; rounds++) {
        const next = waiting.shift()!;
        if (other.add(next.record, next.ops).state === 'waiting') waiting.push(next);
      }
      expect(waiting).toEqual([]);
      expect([...other.view().members]).toEqual([...space.rights.view().members]);
    }
  });
});

describe('rules on plans', () => {
  test('[RIGHT30] [limit MAX_ISSUERS] [limit MAX_PLANS] [limit MAX_PLAN_CHARS] another form counts as none', () => {
    const of = (name: string, value: CborValue) => withPolicy(NO_POLICY, new Map<string, CborValue>([[name, value]]));
    const keys = (n: number): CborValue => Array.from({ length: n }, (_, i) => key(`issuer ${i}`));
    expect([MAX_ISSUERS, MAX_ISSUERS + 1].map((n) => of('issuers', keys(n)).issuers.size)).toEqual([8, 0]);
    for (const value of [null, 'x', [new Uint8Array(31)], [1]] as CborValue[]) expect(of('issuers', value).issuers.size).toBe(0);
    const many = (n: number, chars: number): CborValue => new Map(Array.from({ length: n }, (_, i): [string, CborValue] => [String(i).padStart(chars, 'p'), [2, null, 1, WORDS]]));
    expect([many(16, 32), many(17, 32), many(16, 33)].map((value) => of('plans', value).plans.size)).toEqual([MAX_PLANS, 0, 0]);
    expect(MAX_PLAN_CHARS).toBe(32);
    const scope = (...entries: CborValue[]): CborValue => [2, entries, 1, WORDS];
    const wrong: CborValue[] = [null, 'x', [2, null, 1], [2, null, 0, WORDS], [2, null, 1.5, WORDS], ['2', null, 1, WORDS], scope(), scope([key('a'), 1]), scope([key('a').slice(0, 16), 32]), scope([key('a').slice(0, 16)]), scope(1), [2, 'all', 1, WORDS]];
    for (const fields of wrong) expect(of('plans', new Map<string, CborValue>([['p', fields]])).plans.size, JSON.stringify(fields)).toBe(0);
    expect(of('plans', new Map<string, CborValue>([['p', scope([FRAGMENT.root, ROLE.guest])]])).plans.get('p')!.scope!.size).toBe(1);
  });
});

describe('form of a voucher', () => {
  test('a list of another length, other keys, an end that is no end: no voucher', () => {
    const good = [5, key('space'), G.uid, 'pro', 1, 2, key('n').slice(0, 16)] as CborValue[];
    const of = (body: CborValue[], signers: CborValue = [[ISSUER, new Uint8Array(64)]]) => parseVoucher(encodeCbor([encodeCbor(body), signers]));
    expect(of(good)).not.toBeNull();
    for (const [at, value] of [[0, 4], [1, key('s').slice(1)], [2, null], [3, 7], [4, -1], [4, 2], [5, 1.5], [6, key('n')]] as [number, CborValue][]) expect(of(good.with(at, value)), `${at}`).toBeNull();
    for (const signers of [[], [[ISSUER, new Uint8Array(64)], [OTHER, new Uint8Array(64)]], [[ISSUER, new Uint8Array(63)]], [[ISSUER]], 'x'] as CborValue[]) expect(of(good, signers)).toBeNull();
    expect(of(good.slice(0, 6))).toBeNull();
    expect(parseVoucher(new Uint8Array([1, 2, 3]))).toBeNull();
    expect(parseVoucher(G.inception)).toBeNull();
  });
});
