/** Who closes the history of a fragment, who looks at it, and when it is settled: functions of the acl records alone. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { baselineOps, baselinesIn, baselinesOf, sayOps } from '#os/rights/baselines';
import * as build from '#os/rights/builders';
import { BASELINE_VERSION, RULES_VERSION } from '#os/rights/policy';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, A, B, M, G, S] = ['O', 'A', 'B', 'M', 'G', 'S'].map((name) => new TestPerson(name)) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
const FRAGMENT = key('channel').slice(0, 16);
const heads = [{ writer: key('w'), seq: 9, id: key('head'), first: key('first') }];
const snapshot = { writer: key('w'), from: 10, to: 12, id: key('last') };
const allows = new Map<string, CborValue>([['min_version', BASELINE_VERSION]]);
const close = (policy: ReadonlyMap<string, CborValue> | null = null) => baselineOps({ fragment: FRAGMENT, heads, snapshot }, policy);

function world(...roles: [TestPerson, 1 | 2 | 3 | 4][]): TestSpace {
  const space = new TestSpace(O);
  space.put(O.slot(0), build.rotateOps(rotate('K1', [O.ds])));
  for (const [person, role] of roles) {
    const invite = space.put(O.slot(0), build.inviteOps({ pub: key(`inv ${person.name}`), role, exp: 1000, uses: 1, room: sealed() }));
    space.put(O.slot(0), build.acceptOps({ invite, uid: person.uid, statements: [person.inception], grant: { role, nbf: 5, ...(person === S ? { scope: [{ fragment: FRAGMENT, bits: 3 }] } : {}) }, shares: [share('K1', [person.ds])] }));
    space.rights.addCertificate(person.slot(0).writer, person.slot(0).certificate);
  }
  return space;
}

const effect = (space: TestSpace, id: Bytes): boolean | undefined => space.rights.aclStatus(id)?.effect;
const stands = (space: TestSpace, id: Bytes) => baselinesIn(space.rights.view()).get(toBase64url(id));

describe('rights: baselines', () => {
  test('[RIGHT40] Owner and Admin close a history, where the rules keep out builds that know no baselines; an Owner may set that in the same record', () => {
    const space = world([A, 3], [M, 2], [G, 1], [S, 2]);
    expect([effect(space, space.put(A.slot(0), close())), effect(space, space.put(O.slot(0), close()))]).toEqual([false, false]);
    // Of an Admin a least version is no rule, and takes the record with it.
    expect(effect(space, space.put(A.slot(0), close(allows)))).toBe(false);
    expect(effect(space, space.put(O.slot(0), close(allows)))).toBe(true);
    const later = [A, M, G, S].map((person) => effect(space, space.put(person.slot(0), close())));
    expect([later, space.rights.view().state.policy.minVersion, RULES_VERSION >= BASELINE_VERSION]).toEqual([[true, false, false, false], BASELINE_VERSION, true]);
    expect(baselinesOf(baselinesIn(space.rights.view()), toBase64url(FRAGMENT)).map(({ by }) => by)).toEqual([A.id, O.id]);
  });

  test('[RIGHT40] [KEY9] none where newcomers read from their coming on, or somebody present does: its snapshot would show them what was before', () => {
    const space = world([A, 3]);
    space.put(O.slot(0), build.policyOps(new Map<string, CborValue>([...allows, ['history', 'joining']])));
    expect(effect(space, space.put(O.slot(0), close()))).toBe(false);
    const invite = space.put(O.slot(0), build.inviteOps({ pub: key('inv M'), role: 2, exp: 1000, uses: 1, room: sealed() }));
    space.put(O.slot(0), build.acceptOps({ invite, uid: M.uid, statements: [M.inception], grant: { role: 2, nbf: 5 }, shares: [share('K1', [M.ds])] }));
    space.put(O.slot(0), build.policyOps(new Map<string, CborValue>([['history', null]])));
    expect([space.rights.view().state.members.get(M.id)?.late, effect(space, space.put(O.slot(0), close()))]).toEqual([true, false]);
    // Control: it is who is there that keeps it from them.
    space.put(O.slot(0), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K2', [O.ds, A.ds]) }));
    expect(effect(space, space.put(O.slot(0), close()))).toBe(true);
  });

  test('[RIGHT41] it is settled when another who holds everything found it right and nobody present wrong', () => {
    const space = world([A, 3], [M, 2], [G, 1], [S, 2]);
    const id = space.put(O.slot(0), close(allows));
    expect(stands(space, id)).toMatchObject({ settled: false, usable: false, right: [], wrong: [] });
    // Its maker's word is the act itself; a Guest and who has a part cannot know.
    space.put(O.slot(0), sayOps(id, true));
    for (const person of [G, S]) expect(effect(space, space.put(person.slot(0), sayOps(id, true)))).toBe(false);
    expect(stands(space, id)!.settled).toBe(false);
    space.put(M.slot(0), sayOps(id, true));
    expect(stands(space, id)).toMatchObject({ settled: true, right: [M.id] });
    space.put(A.slot(0), sayOps(id, false));
    // One who speaks against it stops the letting go; what is gone already they cannot keep from others.
    expect(stands(space, id)).toMatchObject({ settled: false, usable: true, right: [M.id], wrong: [A.id] });
    space.put(A.slot(0), sayOps(id, true));
    expect(stands(space, id)).toMatchObject({ settled: true, wrong: [] });
    // Also its maker may take it back.
    space.put(O.slot(0), sayOps(id, false));
    expect(stands(space, id)).toMatchObject({ settled: false, usable: true, wrong: [O.id] });
    space.put(M.slot(0), sayOps(id, false));
    expect(stands(space, id)).toMatchObject({ settled: false, usable: false, right: [A.id] });
  });

  test('[RIGHT41] the word of who is gone counts no more, for it and against it', () => {
    const space = world([A, 3], [M, 2]);
    const id = space.put(O.slot(0), close(allows));
    space.put(M.slot(0), sayOps(id, true));
    space.put(A.slot(0), sayOps(id, false));
    space.put(O.slot(0), build.removeOps({ uid: A.uid, cuts: [], rotate: rotate('K2', [O.ds, M.ds]) }));
    expect(stands(space, id)).toMatchObject({ settled: true, wrong: [], right: [M.id] });
    space.put(O.slot(0), build.removeOps({ uid: M.uid, cuts: [], rotate: rotate('K3', [O.ds]) }));
    // Nobody is left who could look at it.
    expect(stands(space, id)).toMatchObject({ settled: true, right: [] });
  });

  test('[RIGHT40] [RIGHT41] alone in a space it is settled at once; one of who was removed at the same moment by somebody stronger has no effect', () => {
    const alone = world();
    expect(stands(alone, alone.put(O.slot(0), close(allows)))!.settled).toBe(true);
    const space = world([A, 3], [B, 3]);
    space.put(O.slot(0), build.policyOps(allows));
    const before = space.rights.heads();
    const id = space.put(A.slot(0), close(), { acl: before });
    space.put(O.slot(0), build.removeOps({ uid: A.uid, cuts: [], rotate: rotate('K2', [O.ds, B.ds]) }), { acl: before });
    expect([effect(space, id), stands(space, id)]).toEqual([false, undefined]);
  });
});
