/** How what is set aside is taken in: by raised cuts where they reach no further than what is held, else record by record (RIGHT16, RIGHT35). */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { adopt } from '#os/kernel/set-aside';
import type { Sealer } from '#os/kernel/sealer';
import type { Kernel, Space } from '#os/kernel/state';
import * as build from '#os/rights/builders';
import type { HeldRecord } from '#vm/log/held-record';
import { SpaceChain } from '#vm/log/space-chain';
import type { AclOp } from '#vm/protocol/acl-operation';
import { FRAGMENT } from '#vm/protocol/types';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, M] = [new TestPerson('O'), new TestPerson('M')];
const [DATA, OTHER] = [new Uint8Array(16).fill(9) as Bytes, new Uint8Array(16).fill(10) as Bytes];

interface Written {
  readonly n: number;
  readonly fragment: Bytes;
  readonly id: Bytes;
}

/** A member who was removed with a cut at `cut`, and wrote these records before they heard of it. */
function removed(cut: number, written: readonly Written[]) {
  const acl = new TestSpace(O);
  acl.put(O.slot(0), build.rotateOps(rotate('K1', [O.ds])));
  const invite = acl.put(O.slot(0), build.inviteOps({ pub: key('inv'), role: 2, exp: 1_000, uses: 1, room: sealed() }));
  acl.put(O.slot(0), build.acceptOps({ invite, uid: M.uid, statements: [M.inception], grant: { role: 2, nbf: 5 }, shares: [share('K1', [M.ds])] }));
  const { writer, certificate } = M.slot(0);
  acl.rights.addCertificate(writer, certificate);
  const heads = acl.rights.heads();
  const revoke = acl.put(O.slot(0), build.removeOps({ uid: M.uid, cuts: [{ writer, n: cut, id: written.find(({ n }) => n === cut)!.id }], rotate: rotate('K2', [O.ds]) }));
  const chain = new SpaceChain();
  for (const one of written) chain.add({ key: toBase64url(one.id), ...one, writer, seq: one.n, sprev: null });
  const verdict = (one: Pick<Written, 'n' | 'id'>): string => acl.rights.judgeRecord(acl.data(M.slot(0), one.n, heads, DATA), one.id, heads).verdict;
  const logOf = (fragment: Bytes) => ({
    id: fragment, key: toBase64url(fragment), log: {
      forked: () => [],
      log: (of: Bytes) => (toBase64url(of) !== toBase64url(writer) ? [] : written.filter((one) => one.fragment === fragment).map((one) => ({ key: toBase64url(one.id), id: one.id, writer, writerKey: toBase64url(writer), n: one.n, status: verdict(one) === 'ok' ? 'applied' : verdict(one), hlc: { ms: 1, ctr: 0 }, delta: 0 }) as unknown as HeldRecord)),
    },
  });
  const space = { key: 'space', standing: 'member', rights: acl.rights, chain, fragments: new Map([DATA, OTHER].map((id) => [toBase64url(id), logOf(id)])) } as unknown as Space;
  const kernel = { profile: { uid: O.uid, ds: { pub: O.ds } }, revoked: null, time: { now: () => 10 } } as unknown as Kernel;
  const acts: AclOp[][] = [];
  const sealer = { writeAclAll: async (_: Space, lists: readonly AclOp[][]) => (acts.push(...lists), key('written')) } as unknown as Sealer;
  const takeIn = async (): Promise<number> => adopt(kernel, sealer, space, M.id);
  return { acl, acts, revoke, writer, takeIn, verdict };
}

const line = (from: number, to: number): Written[] => Array.from({ length: to - from + 1 }, (_, at) => ({ n: from + at, fragment: (from + at) % 2 === 0 ? DATA : OTHER, id: key(`d${from + at}`) }));

describe('{C7} taking in what is set aside', () => {
  test('[RIGHT35] over several fragments and acts: one raised cut; what is beyond it stays out', async () => {
    const act = { n: 4, fragment: FRAGMENT.acl, id: key('act') };
    const { acl, acts, revoke, writer, takeIn, verdict } = removed(1, [...line(0, 3), act, ...line(5, 1_400)]);
    expect(verdict({ n: 5, id: key('d5') })).toBe('quarantined');
    expect(await takeIn()).toBe(1_398);
    expect(acts).toEqual([[{ t: 'cut.extend', revoke, cuts: new Map([[toBase64url(writer), { n: 1_400, id: key('d1400') }]]) }]]);
    for (const ops of acts) acl.put(O.slot(0), ops);
    expect([2, 5, 1_400].map((n) => verdict({ n, id: key(`d${n}`) }))).toEqual(['ok', 'ok', 'ok']);
    expect([verdict({ n: 1_400, id: key('twin') }), verdict({ n: 1_401, id: key('d1401') })]).toEqual(['quarantined', 'quarantined']);
    expect(await takeIn(), 'nothing is left').toBe(0);
  });

  test.each<[string, Written[]]>([
    ['a record in between that is not held', [...line(0, 2), ...line(4, 6)]],
    ['two records at one place', [...line(0, 6), { n: 4, fragment: OTHER, id: key('twin') }]],
  ])('[RIGHT35] %s: by their ids, so that nothing unseen comes in with them', async (_, written) => {
    const { acl, acts, takeIn, verdict } = removed(1, written);
    const aside = written.filter(({ n }) => n > 1);
    expect(await takeIn()).toBe(aside.length);
    expect(acts.map(([op]) => op!.t)).toEqual(['adopt']);
    for (const ops of acts) acl.put(O.slot(0), ops);
    expect(aside.map(verdict)).toEqual(aside.map(() => 'ok'));
    expect(verdict({ n: 3, id: key('another') }), 'what was not held').toBe('quarantined');
  });

  test('[RIGHT35] behind two removals one after the other both cuts are raised', async () => {
    const written = line(0, 6);
    const { acl, acts, takeIn, verdict, writer } = removed(1, written);
    const second = acl.put(O.slot(0), [{ t: 'revoke', to: fromBase64url(M.id)!, cuts: new Map([[toBase64url(writer), { n: 3, id: key('d3') }]]), reason: null }]);
    expect(await takeIn()).toBe(5);
    expect(acts).toHaveLength(1);
    expect(acts[0]!.map((op) => op.t === 'cut.extend' && toBase64url(op.revoke))).toContain(toBase64url(second));
    for (const ops of acts) acl.put(O.slot(0), ops);
    expect(written.map(verdict)).toEqual(written.map(() => 'ok'));
  });
});
