/** An invite is taken back (RIGHT9): by its author, an Admin or an Owner; every peer judges it. */
import { describe, expect, test } from 'vitest';
import { fromBase64url } from '#base/bytes';
import { revokeInviteOps } from '#os/rights/builders';
import { ROLE } from '#vm/protocol/types';
import { born, equal, joinStates, meet, noFaults, until } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const failed = async (steps: { state: string; reason?: string }[]): Promise<string | undefined> => steps.find((step) => step.state === 'failed')?.reason;

describe('{C7} spaces.revokeInvite', () => {
  test('[RIGHT9] nobody gets in by it any more and hears why, who came in stays, and a second revoke changes nothing', async () => {
    const m = await meet({ seed: 91 }, ['anna', 'boris']);
    const { world, space, link } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const [invite] = await a.api.spaces.invites(space);
    expect(invite).toMatchObject({ state: 'open', used: 1, mayRevoke: true });
    expect((await b.api.spaces.invites(space))[0]).toMatchObject({ state: 'open', mayRevoke: false });
    await expect(world.wait(b.api.spaces.revokeInvite(space, invite!.id))).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(a.api.spaces.revokeInvite(space, invite!.id));
    await world.wait(a.api.spaces.revokeInvite(space, invite!.id));
    await expect(world.wait(a.api.spaces.revokeInvite(space, space))).rejects.toMatchObject({ code: 'not-here' });
    await equal(world, m.tabs, space);
    for (const tab of m.tabs) expect((await tab.api.spaces.invites(space))[0]).toMatchObject({ state: 'revoked', used: 1, mayRevoke: false });
    const late = await world.open(world.device('clara'));
    await born(world, late);
    const steps = await joinStates(world, late, link);
    await until(world, () => steps.some((step) => step.state === 'failed'), 30_000, 'it is told');
    expect(await failed(steps)).toBe('revoked');
    expect((await a.api.spaces.members(space)).map((one) => one.name).sort()).toEqual(['anna', 'boris']);
    const again = await world.wait(a.api.spaces.invite(space));
    await world.wait(late.api.spaces.join(again));
    await until(world, () => late.running.parts.kernel.spaces.get(space)?.standing === 'member', 30_000, 'another invite lets in');
    noFaults([a, b, late]);
  });

  test('[RIGHT9] reset: the old link ends and a new one has the same choices, in one act', async () => {
    const m = await meet({ seed: 94 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const week = 7 * 86_400_000;
    const old = await world.wait(a.api.spaces.invite(space, { role: 'guest', uses: 3, expiresInMs: week, approval: 'manual' }));
    const open = async () => (await a.api.spaces.invites(space)).filter((one) => one.state === 'open' && one.role === 'guest');
    const [before] = await open();
    await equal(world, m.tabs, space);
    await expect(world.wait(b.api.spaces.invite(space, { instead: before!.id }))).rejects.toMatchObject({ code: 'no-right' });
    await world.clock.run(3_600_000);
    const fresh = await world.wait(a.api.spaces.invite(space, { instead: before!.id }));
    expect(fresh).not.toBe(old);
    const [after, ...more] = await open();
    expect(more).toEqual([]);
    expect(after).toMatchObject({ role: 'guest', uses: 3, used: 0, scope: null });
    expect(Math.abs(after!.expiresAt - world.clock.now() - week)).toBeLessThan(5_000);
    expect((await a.api.spaces.invites(space)).find(({ id }) => id === before!.id)!.state).toBe('revoked');
    await expect(world.wait(a.api.spaces.invite(space, { instead: before!.id }))).rejects.toMatchObject({ code: 'not-here' });
    const clara = await world.open(world.device('clara'));
    await born(world, clara);
    const refused = await joinStates(world, clara, old);
    await until(world, () => refused.some((step) => step.state === 'failed'), 30_000, 'it is told');
    expect(await failed(refused)).toBe('revoked');
    const dora = await world.open(world.device('dora'));
    await born(world, dora);
    const asked = await joinStates(world, dora, fresh);
    await until(world, () => asked.at(-1)?.step === 'asked', 30_000, 'by hand, as before');
    noFaults([a, b, clara, dora]);
  });

  test('[RIGHT9] a Member that writes the revoke of somebody else\'s invite all the same is ignored by every peer', async () => {
    const m = await meet({ seed: 92 }, ['anna', 'boris', 'clara']);
    const { world, space } = m;
    const b = m.tabs[1]!;
    const { kernel, sealer } = b.running.parts;
    const [invite] = await b.api.spaces.invites(space);
    await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, revokeInviteOps(fromBase64url(invite!.id)!)));
    await equal(world, m.tabs, space);
    for (const tab of m.tabs) expect((await tab.api.spaces.invites(space))[0]!.state, tab.name).toBe('open');
  });

  test('[RIGHT4] an accept that had not seen the revoke loses: the joiner is out again, and the key it got is left', async () => {
    const m = await meet({ seed: 93 }, ['anna', 'boris']);
    const { world, space, link } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { kernel, sealer } = a.running.parts;
    await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, [{
      t: 'grant', to: b.running.parts.kernel.profile!.uid, role: ROLE.admin, scope: null, nbf: kernel.time.now(), exp: null, mayDelegate: true, maxRole: ROLE.member, plan: null,
    }]));
    await equal(world, m.tabs, space);
    a.offline(true);
    await world.clock.run(30_000);
    const [invite] = await a.api.spaces.invites(space);
    await world.wait(a.api.spaces.revokeInvite(space, invite!.id));
    const c = await world.open(world.device('clara'));
    await born(world, c);
    await world.wait(c.api.spaces.join(link));
    await until(world, () => c.running.parts.kernel.spaces.get(space)?.standing === 'member', 30_000, 'boris lets clara in');
    const epoch = a.running.parts.kernel.spaces.get(space)!.rights.sealingEpoch();
    a.offline(false);
    await until(world, () => m.tabs.every((tab) => tab.running.parts.kernel.spaces.get(space)!.rights.view().members.size === 2), 60_000, 'the accept lost');
    await until(world, () => m.tabs.every((tab) => {
      const now = tab.running.parts.kernel.spaces.get(space)!.rights.sealingEpoch();
      return now !== null && now.join() !== epoch!.join();
    }), 30_000, 'another key');
    noFaults(m.tabs);
  });
});
