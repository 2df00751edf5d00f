import { describe, expect, test } from 'vitest';
import { compareAge, isLive, withStatement, type IdStatement, type Person } from '#os/rights/identity-state';
import { MAX_STATEMENTS_PER_PERSON } from '#os/limits';
import { toIdStatement } from '#os/rights/acl-record';
import { parseStatement } from '#vm/protocol/identity';
import { fromBase64url, toBase64url } from '#base/bytes';
import { sharedJson } from '#tests/support/shared';
import { key, TestPerson } from '#tests/support/acl-space';

const INCEPTION: IdStatement = { kind: 'inception', uid: 'u', rk: 'RK', ds: 'D0', dx: 'X0' };
const add = (ds: string, by: string, nbf: number): IdStatement => ({ kind: 'add', uid: 'u', ds, dx: `x${ds}`, nbf, by });
const revoke = (ds: string, by: string): IdStatement => ({ kind: 'revoke', uid: 'u', ds, by });
const rotate = (rk: string, by: string): IdStatement => ({ kind: 'rotate', uid: 'u', rk, by });

function person(...statements: IdStatement[]): Person {
  let out: Person | undefined;
  for (const statement of statements) out = withStatement(out, statement);
  return out!;
}

const live = (p: Person): string[] => [...p.devices.keys()].filter((ds) => isLive(p, ds)).sort();

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));
}

describe('persons and devices', () => {
  test('[IDN1] the set of statements decides, not their order', () => {
    const all = [INCEPTION, add('D1', 'D0', 5), add('D2', 'D1', 7), revoke('D2', 'D1'), rotate('RK2', 'RK'), revoke('D1', 'RK2')];
    for (const order of permutations(all)) expect(live(person(...order))).toEqual(['D0']);
  });

  test('[IDN2] a device counts when a known device or a recovery key added it', () => {
    expect(live(person(INCEPTION, add('D1', 'D0', 5), add('D2', 'RK', 5), add('D3', 'stranger', 5)))).toEqual(['D0', 'D1', 'D2']);
    expect(live(person(add('D1', 'D0', 5)))).toEqual([]);
    expect(live(person(INCEPTION, rotate('RK2', 'other'), add('D1', 'RK2', 1)))).toEqual(['D0']);
  });

  test('[IDN3] revoke beats add; older beats younger; the recovery key beats all; a device may revoke itself', () => {
    const base = [INCEPTION, add('D1', 'D0', 5), add('D2', 'D0', 9)];
    expect(live(person(...base, revoke('D1', 'D2')))).toEqual(['D0', 'D1', 'D2']);
    expect(live(person(...base, revoke('D2', 'D1')))).toEqual(['D0', 'D1']);
    expect(live(person(...base, revoke('D0', 'D1')))).toEqual(['D0', 'D1', 'D2']);
    expect(live(person(...base, revoke('D0', 'RK')))).toEqual(['D1', 'D2']);
    expect(live(person(...base, revoke('D1', 'D1')))).toEqual(['D0', 'D2']);
    expect(live(person(...base, revoke('D1', 'D1'), add('D1', 'D0', 4)))).toEqual(['D0', 'D2']);
  });

  test('[IDN3] nobody is older than the device that added it, whatever time it claims', () => {
    const p = person(INCEPTION, add('D1', 'D0', 100), add('D2', 'D1', 1));
    expect(compareAge(p.devices.get('D1')!, p.devices.get('D2')!)).toBeLessThan(0);
    expect(live(person(INCEPTION, add('D1', 'D0', 100), add('D2', 'D1', 1), revoke('D1', 'D2')))).toEqual(['D0', 'D1', 'D2']);
  });

  test('[limit MAX_STATEMENTS_PER_PERSON] a repeated or foreign statement changes nothing, and the number of statements has a cap', () => {
    const p = person(INCEPTION);
    expect(withStatement(p, INCEPTION)).toBe(p);
    expect(withStatement(p, { ...INCEPTION, uid: 'v' })).toBe(p);
    let full = p;
    for (let i = 0; i < MAX_STATEMENTS_PER_PERSON + 5; i++) full = withStatement(full, { kind: 'slot', uid: 'u', writer: `w${i}`, ds: 'D0', no: i });
    expect(full.statements).toHaveLength(MAX_STATEMENTS_PER_PERSON);
  });

  test('[IDN5] a writer belongs to one device: the smaller slot number', () => {
    const p = person(INCEPTION, { kind: 'slot', uid: 'u', writer: 'w', ds: 'D9', no: 4 }, { kind: 'slot', uid: 'u', writer: 'w', ds: 'D0', no: 1 });
    expect(p.slots.get('w')).toEqual({ writer: 'w', ds: 'D0', no: 1 });
  });

  test('statements keep their signer on the way from the wire form', () => {
    const A = new TestPerson('A');
    const parsed = parseStatement(A.revokeDevice(key('A2'), A.rk));
    expect(parsed.ok && toIdStatement(parsed.value)).toEqual({ kind: 'revoke', uid: A.id, ds: toBase64url(key('A2')), by: toBase64url(A.rk) });
  });
});

const vectors = sharedJson<{ cases: { statement?: string; valid?: boolean; kind?: number }[] }>('vectors/identity.json');
if (vectors) {
  test('FORMATS §1: the valid statements of identity.json make one person with the expected devices', () => {
    let p: Person | undefined;
    for (const one of vectors.cases) {
      if (!one.statement || one.valid !== true) continue;
      const parsed = parseStatement(fromBase64url(one.statement)!);
      if (parsed.ok) p = withStatement(p, toIdStatement(parsed.value));
    }
    expect(p!.recoveryKeys.size).toBe(2);
    expect([...p!.devices.values()].map((device) => device.revoked).sort()).toEqual([false, true]);
    expect(p!.slots.size).toBe(1);
  });
}
