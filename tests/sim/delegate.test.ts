/** Whom one person may let in (RIGHT8): said of a Member by an Admin, used without one, over with another role, told by the journal. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { born, equal, meet, noFaults, standing, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const rightsAt = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!.rights;
const lets = async (tab: SimTab, space: string) => (await tab.api.spaces.list()).find((one) => one.id === space)!.lets;

async function comes({ world }: Meeting, name: string, link: string): Promise<SimTab> {
  const tab = await world.open(world.device(name));
  await born(world, tab);
  await world.wait(tab.api.spaces.join(link));
  await world.clock.run(20_000);
  return tab;
}

describe('{C7} access.setDelegate', () => {
  test('[RIGHT8] a Member who may let in guests invites one and lets them in alone; no more than that, and nothing after a demotion', async () => {
    const m = await meet({ seed: 631 }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const { access } = anna.api;
    expect([await lets(anna, space), await lets(boris, space)]).toEqual(['owner', null]);
    await expect(world.wait(boris.api.spaces.invite(space, { role: 'guest' }))).rejects.toMatchObject({ code: 'no-right' });
    expect((await access.choices(space, [uidOf(boris)]))[0]).toMatchObject({ delegate: ['guest'] });
    for (const most of ['member', 'admin', 'owner'] as const) await expect(world.wait(access.setDelegate(space, uidOf(boris), most))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(access.setDelegate(space, uidOf(boris), 'x' as 'guest'))).rejects.toMatchObject({ code: 'bad-op' });
    await expect(world.wait(boris.api.access.setDelegate(space, uidOf(anna), null))).rejects.toMatchObject({ code: 'no-right' });

    await world.wait(access.setDelegate(space, uidOf(boris), 'guest'));
    await until(world, () => rightsAt(boris, space).memberOf(uidOf(boris))?.mayDelegate === true, 10_000, 'boris knows it');
    expect(await lets(boris, space)).toBe('guest');
    await expect(world.wait(boris.api.spaces.invite(space, { role: 'member' }))).rejects.toMatchObject({ code: 'no-right' });
    // An end that is set meanwhile leaves it.
    await world.wait(access.setUntil(space, uidOf(boris), world.clock.now() + 86_400_000));
    await until(world, () => rightsAt(boris, space).memberOf(uidOf(boris))?.exp != null, 10_000, 'boris knows the end');
    expect(await lets(boris, space)).toBe('guest');
    const link = await world.wait(boris.api.spaces.invite(space, { role: 'guest', uses: 2 }));
    await world.clock.run(3_000);
    anna.api.network.pause();
    const clara = await comes(m, 'clara', link);
    expect(standing(clara, space)).toBe('member');
    anna.api.network.resume();
    await equal(world, [anna, boris, clara], space, 60_000);
    for (const tab of [anna, boris, clara]) expect(rightsAt(tab, space).roleOf(uidOf(clara)), tab.name).toBe(1);
    expect((await anna.api.spaces.members(space)).map((one) => one.lets)).toEqual(['owner', 'guest', null]);
    // A part that is closed needs a new key, which only Owners and Admins make: it is refused, not written in vain.
    const [channel] = await anna.api.graph(space).query({ type: 'fragment@1' });
    await expect(world.wait(boris.api.access.setScope(space, uidOf(clara), [channel!.id]))).rejects.toMatchObject({ code: 'no-right' });

    await world.wait(access.setRole(space, uidOf(boris), 'guest'));
    await until(world, () => rightsAt(boris, space).roleOf(uidOf(boris)) === 1, 10_000, 'boris is a guest');
    expect(await lets(boris, space)).toBeNull();
    await expect(world.wait(boris.api.spaces.invite(space, { role: 'guest' }))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(access.setDelegate(space, uidOf(boris), 'guest'))).rejects.toMatchObject({ code: 'no-right' });
    // By the link of before only those let in who still may.
    anna.api.network.pause();
    const dora = await comes(m, 'dora', link);
    expect(standing(dora, space)).not.toBe('member');
    expect(rightsAt(boris, space).roleOf(uidOf(dora))).toBeNull();
    anna.api.network.resume();
    await world.wait(access.setRole(space, uidOf(boris), 'member'));
    await until(world, () => rightsAt(boris, space).roleOf(uidOf(boris)) === 2, 20_000, 'boris is a member again');
    expect(await lets(boris, space)).toBeNull();
    const about = (await access.journal(space)).filter((line) => line.who === uidOf(boris)).map(({ kind, role, counts }) => [kind, role, counts]);
    expect(about.slice(0, 4)).toEqual([['role', 'member', true], ['role', 'guest', true], ['until', 'member', true], ['delegate', 'guest', true]]);
    noFaults([anna, boris, clara]);
  });

  test('[RIGHT8] an Admin may be kept to guests, or to nobody; who is given a part of the space lets nobody in, and gives nobody more than they have', async () => {
    const m = await meet({ seed: 632 }, ['anna', 'boris', 'clara']);
    const { world, space } = m;
    const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    await until(world, () => rightsAt(boris, space).roleOf(uidOf(boris)) === 3, 10_000, 'boris is an admin');
    expect(await lets(boris, space)).toBe('member');
    for (const [most, invites] of [['guest', ['guest']], [null, []], ['member', ['guest', 'member']]] as const) {
      await world.wait(anna.api.access.setDelegate(space, uidOf(boris), most));
      await until(world, () => rightsAt(boris, space).mayInvite(uidOf(boris), 2) === (most === 'member') && rightsAt(boris, space).mayInvite(uidOf(boris), 1) === (most !== null), 10_000, `up to ${most}`);
      expect(await lets(boris, space)).toBe(most);
      for (const role of ['guest', 'member'] as const) {
        const made = await world.wait(boris.api.spaces.invite(space, { role }).then(() => true, () => false));
        expect(made, `${most}: ${role}`).toBe((invites as readonly string[]).includes(role));
      }
    }
    await world.wait(boris.api.access.setDelegate(space, uidOf(clara), 'guest'));
    await until(world, () => rightsAt(clara, space).mayInvite(uidOf(clara), 1), 10_000, 'clara may');
    const channel = (await anna.api.graph(space).query({ type: 'fragment@1' }))[0]!.id;
    await world.wait(anna.api.access.setScope(space, uidOf(clara), [channel]));
    await until(world, () => rightsAt(clara, space).memberOf(uidOf(clara))?.scope != null, 10_000, 'clara has a part');
    expect(await lets(clara, space)).toBeNull();
    await expect(world.wait(clara.api.spaces.invite(space, { role: 'guest' }))).rejects.toMatchObject({ code: 'no-right' });
    noFaults(m.tabs);
  });

  test('who may let in guests lets back in who left, not whom an Admin removed', async () => {
    const m = await meet({ seed: 633 }, ['anna', 'boris', 'clara']);
    const { world, space } = m;
    const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
    await world.wait(anna.api.access.setRole(space, uidOf(clara), 'guest'));
    await world.wait(anna.api.access.setDelegate(space, uidOf(boris), 'guest'));
    await until(world, () => rightsAt(boris, space).mayInvite(uidOf(boris), 1) && rightsAt(boris, space).roleOf(uidOf(clara)) === 1, 10_000, 'boris may');
    await world.wait(anna.api.access.remove(space, uidOf(clara)));
    await until(world, () => rightsAt(boris, space).roleOf(uidOf(clara)) === null, 10_000, 'boris knows that she is out');
    await expect(world.wait(boris.api.access.letBackIn(space, uidOf(clara), 'guest'))).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(anna.api.access.letBackIn(space, uidOf(clara), 'guest'));
    await until(world, () => [boris, clara].every((tab) => rightsAt(tab, space).roleOf(uidOf(clara)) === 1), 60_000, 'an admin let her in');
    await world.wait(clara.api.spaces.leave(space));
    await until(world, () => rightsAt(boris, space).roleOf(uidOf(clara)) === null, 60_000, 'she left');
    await until(world, () => {
      const epoch = rightsAt(boris, space).sealingEpoch();
      return epoch !== null && boris.running.parts.kernel.spaces.get(space)!.keys.has(epoch);
    }, 120_000, 'an admin made the key new');
    await world.wait(boris.api.access.letBackIn(space, uidOf(clara), 'guest'));
    expect(rightsAt(boris, space).roleOf(uidOf(clara))).toBe(1);
    noFaults(m.tabs);
  });
});
