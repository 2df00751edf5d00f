/** A device that keeps nothing (decisions/0051): it takes part like any other, its copies count for nobody, and it takes itself out of its person's list. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { KernelDeps } from '#os/kernel/deps';
import { equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/returns'), import('#os/kernel/device-acts'), import('#os/kernel/fleeting-acts'), import('#os/kernel/pairing')])));

/** Tabs of devices whose name begins so keep nothing. */
const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tab') ? { ...deps, fleeting: true } : deps);
const dsOf = (tab: SimTab): string => tab.api.identity.get()!.device;
const personalOf = async (tab: SimTab): Promise<string> => (await tab.api.spaces.list()).find((one) => one.kind === 'personal')!.id;
const messageOf = async (tab: SimTab, space: string, text: string) => tab.api.copies((await tab.api.graph(space).query({ type: 'chat/message@1' })).find((node) => node.props.text === text)!.id);
const pairingOf = (tab: SimTab) => tab.running.parts.kernel.pairing?.view() ?? null;

async function paired(world: SimWorld, host: SimTab, name: string): Promise<SimTab> {
  await world.wait(host.api.devices.pair());
  await until(world, () => pairingOf(host) !== null, 5_000, 'the code is there');
  const guest = await world.open(world.device(name));
  await world.wait(guest.api.devices.pairWith(pairingOf(host)!.code));
  await until(world, () => [host, guest].every((tab) => pairingOf(tab)?.step === 'compare'), 30_000, 'the words are there');
  for (const tab of [host, guest]) await world.wait(tab.api.devices.answerPairing(true));
  return guest;
}

describe('{V0} a tab that keeps nothing', () => {
  test('writes and reads like any other; nobody counts its copies, and of its own it counts those of others only', async () => {
    const m = await meet({ seed: 5_101, mutate }, ['anna', 'boris', 'tab-carl']);
    const { world, space } = m;
    const [anna, boris, carl] = m.tabs as [SimTab, SimTab, SimTab];
    await say(anna, space, 'by anna');
    await say(carl, space, 'by carl');
    await equal(world, m.tabs, space);
    await until(world, () => texts(boris, space).length === 2, 10_000, 'all are there');
    await world.clock.run(10_000);
    // Control: a device that keeps counts on both.
    expect((await messageOf(anna, space, 'by anna')).devices.sort()).toEqual([dsOf(anna), dsOf(boris)].sort());
    expect((await messageOf(anna, space, 'by carl')).devices.sort()).toEqual([dsOf(anna), dsOf(boris)].sort());
    expect(await messageOf(carl, space, 'by carl')).toMatchObject({ state: 'shared', devices: expect.not.arrayContaining([dsOf(carl)]) });
    expect((await messageOf(carl, space, 'by carl')).devices).toHaveLength(2);
    expect(await world.wait(carl.api.devices.unheld())).toBe(0);
    carl.offline(true);
    await say(carl, space, 'alone');
    await world.clock.run(1_000);
    expect(await world.wait(carl.api.devices.unheld())).toBe(1);
    expect(await messageOf(carl, space, 'alone')).toMatchObject({ devices: [] });
    // What the app made and notes in a Personal space is nobody's word; a line there is, and nobody else has it.
    const personal = await personalOf(carl);
    await say(carl, personal, 'mine');
    expect(await world.wait(carl.api.devices.unheld())).toBe(2);
    expect([await world.wait(anna.api.devices.unheld()), await world.wait(anna.api.devices.part()), await world.wait(carl.api.devices.part())]).toEqual([0, false, false]);
    noFaults(m.tabs);
  });

  test('where it is the only other one, a thing is on one device, however long it is there; control: with one that keeps, on two', async () => {
    for (const [name, devices, state] of [['tab-boris', 1, 'one-copy'], ['boris', 2, 'shared']] as const) {
      const m = await meet({ seed: 5_102, mutate }, ['anna', name]);
      const [anna, other] = m.tabs as [SimTab, SimTab];
      await say(anna, m.space, 'mine');
      await say(other, m.space, 'theirs');
      await until(m.world, () => texts(anna, m.space).length === 2, 10_000, 'they came');
      await m.world.clock.run(90_000);
      for (const text of ['mine', 'theirs']) {
        const copies = await messageOf(anna, m.space, text);
        expect([name, text, copies.devices.length, copies.state]).toEqual([name, text, devices, state]);
      }
    }
  });

  test('the word of another about a device is none', async () => {
    const m = await meet({ seed: 5_103, mutate }, ['anna', 'boris', 'dora']);
    const [anna, boris, dora] = m.tabs as [SimTab, SimTab, SimTab];
    const { toBase64url, fromBase64url } = await import('#base/bytes');
    const { deviceNodeId } = await import('#os/kernel/own-devices');
    const id = toBase64url(deviceNodeId(fromBase64url(dsOf(boris))!));
    const root = toBase64url((await import('#vm/protocol/types')).FRAGMENT.root);
    await dora.api.graph(m.space).transact([{ op: 'node.create', type: 'device@1', id, props: {} }, { op: 'max.set', id, key: 'fleeting', n: 1 }], { fragment: root });
    await say(anna, m.space, 'mine');
    await equal(m.world, m.tabs, m.space);
    await m.world.clock.run(5_000);
    expect((await messageOf(anna, m.space, 'mine')).devices.sort()).toEqual([dsOf(anna), dsOf(boris), dsOf(dora)].sort());
  });

  test('paired: the list says what it is, it takes itself away in every space, a new key is made, and what it wrote stays', async () => {
    const m = await meet({ seed: 5_104, mutate }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const personal = await personalOf(anna);
    const tab = await paired(world, anna, 'tab');
    await until(world, () => standing(tab, space) === 'member' && standing(tab, personal) === 'member', 60_000, 'every space is there');
    await world.wait(tab.api.recovery.finish());
    await equal(world, [anna, boris, tab], space);
    await equal(world, [anna, tab], personal);
    await say(tab, space, 'from the tab');
    await say(tab, personal, 'a note');
    await until(world, () => texts(boris, space).includes('from the tab') && texts(anna, personal).includes('a note'), 20_000, 'they have it');
    await world.clock.run(10_000);
    const line = async () => (await anna.api.devices.list()).find(({ self }) => !self);
    expect(await line()).toMatchObject({ device: dsOf(tab), fleeting: true, state: 'in-use', revoke: 'now', left: 0 });
    expect(await world.wait(tab.api.devices.unheld())).toBe(0);
    const epochs = (id: string): number => anna.running.parts.kernel.spaces.get(id)!.rights.view().epochs.length;
    const before = [epochs(space), epochs(personal)];
    // With nobody there the word would reach nobody.
    tab.offline(true);
    await world.clock.run(60_000);
    expect(await world.wait(tab.api.devices.part(), 60_000)).toBe(false);
    tab.offline(false);
    await until(world, () => tab.running.parts.kernel.network.peers.length === 2, 120_000, 'linked again');
    expect(await world.wait(tab.api.devices.part(), 60_000)).toBe(true);
    expect(await line()).toMatchObject({ fleeting: true, state: 'gone', left: 0 });
    world.kill(tab);
    await until(world, () => epochs(space) === before[0]! + 1 && epochs(personal) === before[1]! + 1, 120_000, 'new keys');
    await say(anna, space, 'after');
    await until(world, () => texts(boris, space).includes('after'), 20_000, 'the space goes on');
    expect(texts(boris, space)).toEqual(['after', 'from the tab']);
    expect(texts(anna, personal)).toEqual(['a note']);
    noFaults([anna, boris]);
  });
});
