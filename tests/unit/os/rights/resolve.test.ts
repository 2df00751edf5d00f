/** The rules of the permission graph one by one, on small graphs of our own (acl.json has more; it lies outside the repository). */
import { describe, expect, test } from 'vitest';
import type { AclRecord, AclState, Act, Rights } from '#os/rights/acl-model';
import { createResolver, type Resolver } from '#os/rights/resolve';
import { delegationLimit, mayGive, mayWrite } from '#os/rights/permit';
import { compareIds, comparePaths, outranks } from '#os/rights/seniority';
import { ALL_RULES, type Rules } from '#os/rights/strong-removal';
import { Layered } from '#os/rights/layered';
import type { Role } from '#vm/protocol/types';

const rights = (role: Role, more: Partial<Rights> = {}): Rights => ({ role, scope: null, exp: null, mayDelegate: null, maxRole: null, ...more });
const grant = (to: string, role: Role, more: Partial<Rights> = {}): Act => ({ t: 'grant', to, rights: rights(role, more), nbf: 0 });
const revoke = (to: string): Act => ({ t: 'revoke', to });
const record = (id: string, author: string, deps: string, ...acts: Act[]): AclRecord => ({ id, author, device: null, deps: deps.split(' ').filter(Boolean), acts });

/** O founder; A and B admins (A senior); M member of A. Heads: a3. */
const BASE = [
  record('a0', 'O', '', { t: 'create', owner: 'O' }),
  record('a1', 'O', 'a0', grant('A', 3)),
  record('a2', 'O', 'a1', grant('B', 3)),
  record('a3', 'A', 'a2', grant('M', 2)),
];

function build(...records: AclRecord[]): { state: AclState; resolver: Resolver; roles: Record<string, number>; dead: Record<string, number> } {
  const resolver = createResolver();
  for (const one of [...BASE, ...records]) expect(resolver.add(one)).toBe('added');
  const state = resolver.resolve(resolver.heads())!;
  return {
    state, resolver,
    roles: Object.fromEntries(state.members.entries().map(([uid, m]) => [uid, m.role])),
    dead: Object.fromEntries(state.dead.entries().map(([id, d]) => [id, d.rule])),
  };
}

test('[RIGHT11] a founder that forks the log of the genesis at its first place: it is judged in the end, and the space stays', () => {
  const resolver = createResolver();
  const of = (one: AclRecord, seq: number): AclRecord => ({ ...one, writer: 'w', seq });
  for (const one of [of(BASE[0]!, 0), ...BASE.slice(1), of(record('b1', 'O', 'a3', grant('A', 2)), 0), record('b2', 'A', 'b1', grant('N', 2))]) expect(resolver.add(one)).toBe('added');
  const state = resolver.resolve(resolver.heads())!;
  expect([state.members.get('O')?.role, state.members.get('A')?.role, state.members.get('N')?.role]).toEqual([4, 3, 2]);
});

test('[RIGHT26] a public link is somebody whom nobody knew before: an admin makes none of a member, nor of who is still to come, by an invite under the key of their device', () => {
  const born = (uid: string): Act => ({ t: 'attach', statement: { kind: 'inception', uid, rk: `rk ${uid}`, ds: `ds ${uid}`, dx: `dx ${uid}`, ...(uid === 'L' ? { link: true as const } : {}) } });
  const coming = (uid: string, from: string): AclRecord[] => [
    record(`${from}1`, 'B', AFTER[from]!, { t: 'invite', role: 2, uses: 1, key: `ds ${uid}` }), record(`${from}2`, 'B', `${from}1`, born(uid), { t: 'accept', invite: `${from}1`, uid }, grant(uid, 1)),
  ];
  const AFTER: Record<string, string> = { c: 'b1', d: 'c2', e: 'd2' };
  const { state, dead } = build(record('b1', 'M', 'a3', born('M')), ...coming('M', 'c'), ...coming('L', 'd'), ...coming('N', 'e'));
  expect(dead).toEqual({});
  expect(['M', 'L', 'N'].map((uid) => state.links.has(uid))).toEqual([false, true, false]);
});

describe('step 1', () => {
  test('[RIGHT1] a record without right in its own past is dead for good, even if a later grant would have allowed it', () => {
    const { dead, roles } = build(record('b1', 'M', 'a3', grant('X', 1)), record('b2', 'O', 'b1', grant('M', 3)));
    expect(dead).toEqual({ b1: 1 });
    expect(roles.X).toBeUndefined();
  });

  test('[RIGHT9] no grant to oneself; only Owner and Admin revoke others; the last Owner stays', () => {
    expect(build(record('b1', 'A', 'a3', grant('A', 2))).dead).toEqual({ b1: 1 });
    expect(build(record('b1', 'M', 'a3', revoke('B'))).dead).toEqual({ b1: 1 });
    expect(build(record('b1', 'O', 'a3', revoke('O'))).dead).toEqual({ b1: 1 });
    expect(build(record('b1', 'M', 'a3', revoke('M'))).roles).toEqual({ O: 4, A: 3, B: 3 });
  });

  test('[RIGHT9] a revoke names a person who is or was a member; a stranger cannot be shut out in advance', () => {
    expect(build(record('b1', 'B', 'a3', revoke('X')), record('b2', 'O', 'a3', grant('X', 3)))).toMatchObject({ dead: { b1: 1 }, roles: { X: 3 } });
    expect(build(record('b1', 'O', 'a3', revoke('M')), record('b2', 'A', 'b1', revoke('M'))).dead).toEqual({});
  });

  test('[RIGHT9] an Admin removes any Member and junior Admins only', () => {
    expect(build(record('b1', 'B', 'a3', revoke('M'))).roles.M).toBeUndefined();
    expect(build(record('b1', 'B', 'a3', revoke('A'))).dead).toEqual({ b1: 1 });
    const late = build(record('b1', 'O', 'a3', grant('Z', 2)), record('b2', 'O', 'b1', grant('M', 3)), record('b3', 'M', 'b2', revoke('Z')));
    expect(late.roles.Z).toBeUndefined();
  });

  test('[RIGHT8] delegation: default limits, max role, scope and end', () => {
    expect([1, 2, 3, 4].map((role) => delegationLimit(rights(role as Role)))).toEqual([0, 0, 2, 4]);
    expect(delegationLimit(rights(3, { mayDelegate: true, maxRole: 4 }))).toBe(2);
    expect(delegationLimit(rights(3, { mayDelegate: false, maxRole: 2 }))).toBe(0);
    expect(delegationLimit(rights(2, { mayDelegate: true, maxRole: 1 }))).toBe(1);
    const own = rights(3, { scope: new Map([['f', 3]]), exp: 10 });
    expect(mayGive(own, rights(2, { scope: new Map([['f', 1]]), exp: 10 }))).toBe(true);
    expect(mayGive(own, rights(2, { scope: new Map([['f', 4]]), exp: 10 }))).toBe(false);
    expect(mayGive(own, rights(2, { scope: null, exp: 10 }))).toBe(false);
    expect(mayGive(own, rights(2, { scope: new Map(), exp: null }))).toBe(false);
  });

  test('[RIGHT13] a Member writes inside the scope, a Guest nowhere', () => {
    const member = build().state.members.get('M')!;
    expect([mayWrite(member, 'f'), mayWrite({ ...member, scope: new Map([['f', 1]]) }, 'f'), mayWrite({ ...member, scope: new Map([['f', 3]]) }, 'f'), mayWrite({ ...member, role: 1 }, 'f')])
      .toEqual([true, false, true, false]);
  });
});

describe('steps 2 to 5', () => {
  test('[RIGHT2] strength and seniority: role, then the shorter path, then the bytes of the id', () => {
    expect(build(record('b1', 'M', 'a3', { t: 'other', need: 1 })).resolver.strongestFirst().map((node) => node.id)).toEqual(['a0', 'a1', 'a2', 'a3', 'b1']);
    expect(comparePaths(['z'], ['a', 'a'])).toBeLessThan(0);
    expect(compareIds('aZ', 'aa')).toBeLessThan(0);
    expect(compareIds('z', '0')).toBeLessThan(0);
    expect(compareIds('9', '-')).toBeLessThan(0);
    const { state } = build();
    expect(outranks(state.members.get('B')!, state.members.get('M')!)).toBe(true);
  });

  test('[RIGHT3] a concurrent removal by a stronger kills what the removed did; a weaker one does not', () => {
    expect(build(record('b1', 'O', 'a3', revoke('A')), record('b2', 'A', 'a3', grant('X', 2))).dead).toEqual({ b2: 3 });
    expect(build(record('b1', 'A', 'a3', revoke('B')), record('b2', 'B', 'b1', grant('X', 2))).dead).toEqual({ b2: 1 });
  });

  test('[RIGHT3] a lowered author keeps what the lower role may do', () => {
    const { dead } = build(record('b1', 'O', 'a3', grant('A', 2)), record('b2', 'A', 'a3', grant('X', 2)), record('b3', 'A', 'a3', { t: 'other', need: 2 }));
    expect(dead).toEqual({ b2: 3 });
  });

  test('[RIGHT4] removal wins over a concurrent grant; the lowest of concurrent lowerings holds', () => {
    expect(build(record('b1', 'B', 'a3', revoke('M')), record('b2', 'O', 'a3', grant('M', 3))).roles.M).toBeUndefined();
    const lowered = build(record('b1', 'O', 'a3', grant('B', 2)), record('b2', 'O', 'a3', grant('B', 1)));
    expect(lowered).toMatchObject({ roles: { B: 1 }, dead: { b1: 4 } });
  });

  test('[RIGHT5] what hangs on a dead record dies in the replay', () => {
    const { dead } = build(record('b1', 'O', 'a3', revoke('A')), record('b2', 'A', 'a3', grant('X', 2)), record('b3', 'X', 'b2', { t: 'other', need: 1 }));
    expect(dead).toEqual({ b2: 3, b3: 5 });
  });

  test('[RIGHT6] the strongest of the grants nobody followed holds, also when it was not the last applied', () => {
    const { state } = build(
      record('c1', 'O', 'a3', grant('X', 2)), record('c2', 'O', 'a3', grant('X', 1)), record('d1', 'O', 'c1', grant('X', 1)),
    );
    expect(state.members.get('X')).toMatchObject({ role: 1, grant: 'c2', path: ['c1'], grants: ['c1', 'c2', 'd1'] });
  });

  test('[RIGHT6] revoke and grant in one record lower with cuts and do not cancel each other on two devices', () => {
    const both = (id: string, author: string): AclRecord => record(id, author, 'a3', revoke('M'), grant('M', 1));
    expect(build(both('b1', 'A'), both('b2', 'O')).roles.M).toBe(1);
    expect(build(both('b1', 'A'), record('b2', 'O', 'a3', grant('M', 3)))).toMatchObject({ roles: { M: 1 }, dead: { b2: 4 } });
    expect(build(both('b1', 'A'), record('b2', 'O', 'a3', revoke('M'))).roles.M).toBeUndefined();
    expect(build(record('b1', 'O', 'a3', revoke('M'), grant('X', 2))).dead).toEqual({ b1: 1 });
  });
});

describe('the graph', () => {
  test('[limit MAX_RESOLVED_HEAD_SETS] [RIGHT7] states at 64 sets of heads are remembered; one that was forgotten comes out alike', () => {
    const { resolver } = build(...Array.from({ length: 70 }, (_, i) => record(`c${i}`, 'A', 'a3', grant(`X${i}`, 1))));
    const at = (i: number): AclState => resolver.resolve([`c${i}`, `c${i + 1}`])!;
    const first = at(0);
    for (let i = 1; i < 64; i++) at(i);
    expect(at(0)).toBe(first);
    at(64);
    const again = at(0);
    expect(again).not.toBe(first);
    expect([...again.members.entries()].map(([uid]) => uid)).toEqual([...first.members.entries()].map(([uid]) => uid));
  });

  test('[limit MAX_RESOLVED_HEAD_SETS] [RIGHT7] a set of heads is worked out once, in whatever order it is asked for; of 70 sets the newest 64 cost nothing, those before are worked out again', () => {
    // The rules are read whenever a set is worked out, and nowhere else.
    let runs = 0;
    const counting: Rules = { ...ALL_RULES, get fromGenesis() {
      runs++;
      return false;
    } };
    const resolver = createResolver(counting);
    for (const one of [...BASE, ...Array.from({ length: 71 }, (_, i) => record(`c${i}`, 'A', 'a3', grant(`X${i}`, 1)))]) expect(resolver.add(one)).toBe('added');
    const cost = (...heads: string[]): number => {
      const before = runs;
      expect(resolver.resolve(heads)).not.toBeNull();
      return runs - before;
    };
    expect(cost('c0', 'c1')).toBeGreaterThan(0);
    // Asked again, the other way round, twice named, and with what is in their past.
    for (const heads of [['c0', 'c1'], ['c1', 'c0'], ['c0', 'c1', 'c0'], ['a3', 'c1', 'c0']]) expect(cost(...heads), heads.join()).toBe(0);
    const costs = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => cost(`c${from + i}`, `c${from + i + 1}`));
    expect(costs(1, 70).every((one) => one > 0)).toBe(true);
    expect(costs(6, 70)).toEqual(Array.from({ length: 64 }, () => 0));
    expect(costs(0, 6).every((one) => one > 0)).toBe(true);
  });

  test('[RIGHT7] state at old heads does not change when more records arrive', () => {
    const { resolver } = build(record('b1', 'O', 'a3', revoke('A')), record('b2', 'A', 'a3', grant('X', 2)));
    expect(resolver.resolve(['b2'])!.members.get('X')?.role).toBe(2);
    expect(resolver.resolve(['b1', 'b2'])!.members.has('X')).toBe(false);
    expect(resolver.resolve(['a3', 'b2', 'b2'])).toBe(resolver.resolve(['b2']));
    expect(resolver.resolve(['nothing'])).toBeNull();
    expect(resolver.resolve([])!.members.entries()).toEqual([]);
  });

  test('[RIGHT7] add: known, missing, second genesis', () => {
    const { resolver } = build();
    expect(resolver.add(BASE[1]!)).toBe('known');
    expect(resolver.add(record('z1', 'O', 'nope', revoke('A')))).toBe('missing');
    expect(resolver.add(record('z2', 'A', '', { t: 'create', owner: 'A' }))).toBe('bad');
    expect(resolver.heads()).toEqual(['a3']);
  });

  test('a layered map reads through its branches and stays flat enough', () => {
    let map = Layered.empty<number>();
    for (let i = 0; i < 100; i++) {
      map = map.fork();
      map.set(`k${i}`, i);
      if (i > 0) map.delete(`k${i - 1}`);
    }
    expect(map.entries()).toEqual([['k99', 99]]);
    const branch = map.fork();
    branch.set('k99', 1);
    expect([map.get('k99'), branch.get('k99'), branch.has('k1')]).toEqual([99, 1, false]);
  });
});
