/** A device that brings itself by the recovery key of its person (decisions/0041). */
import { describe, expect, test } from 'vitest';
import * as build from '#os/rights/builders';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, B, M] = ['O', 'B', 'M'].map((name) => new TestPerson(name)) as [TestPerson, TestPerson, TestPerson];

/** The space of O, with M in it. */
function withMember(): TestSpace {
  const space = new TestSpace(O);
  space.put(O.slot(0), build.rotateOps(rotate('K1', [O.ds])));
  const invite = space.put(O.slot(0), build.inviteOps({ pub: key('inv'), role: 2, exp: 1000, uses: 1, room: sealed() }));
  space.put(O.slot(0), build.acceptOps({ invite, uid: M.uid, statements: [M.inception], grant: { role: 2, nbf: 5 }, shares: [share('K1', [M.ds])] }));
  return space;
}

describe('devices', () => {
  test('{K15} [IDN11] a device that only the recovery key brought stands by its own first record, with keys and nothing else', () => {
    const own = M.slot(0, key('M2'));
    const add = M.addDevice('M2', M.rk);
    const effect = (ops: Parameters<TestSpace['put']>[1], at = own): boolean => {
      const fresh = withMember();
      return fresh.rights.aclStatus(fresh.put(at, ops))!.effect;
    };
    const keys = [share('K1', [key('M2')])];
    expect(effect([...build.attachOps([add]), ...keys])).toBe(true);
    expect(effect(build.attachOps([add]))).toBe(true);
    // By what else it could come, and what else it could bring.
    expect(effect(keys)).toBe(false);
    expect(effect(build.attachOps([M.addDevice('M2', M.ds)])), 'added by a device that did not write it').toBe(false);
    expect(effect(build.attachOps([M.addDevice('M2', B.rk)])), 'added by the recovery key of somebody else').toBe(false);
    expect(effect(build.attachOps([M.addDevice('M3', M.rk)])), 'another device').toBe(false);
    expect(effect(build.attachOps([add, M.addDevice('M3', M.rk)])), 'and another device').toBe(false);
    expect(effect(build.attachOps([add, M.revokeDevice(M.ds, M.rk)])), 'and takes one away').toBe(false);
    expect(effect(build.attachOps([B.addDevice('M2', B.rk)]), B.slot(0, key('M2'))), 'of nobody here').toBe(false);
    expect(effect([...build.attachOps([add]), build.grantOp({ to: B.uid, role: 1, nbf: 0 })]), 'and lets somebody in').toBe(false);
    const space = withMember();
    // A device that was taken away does not come back by itself, before or beside the statement that says so.
    const heads = space.rights.heads();
    space.put(M.slot(0), build.attachOps([add, M.revokeDevice(key('M2'), M.rk)]));
    expect(space.rights.aclStatus(space.put(own, build.attachOps([add])))!.effect).toBe(false);
    const late = M.slot(1, key('M2'));
    expect(space.rights.aclStatus(space.put(late, build.attachOps([add]), { acl: heads }))!.effect).toBe(false);
  });
});
