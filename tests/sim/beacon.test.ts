/** A beacon: keeps a space it cannot read and serves it to members, writes nothing, and counts as no device (RIGHT34). The kernel is the one of every peer. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { KernelDeps } from '#os/kernel/deps';
import { KERNEL_LIMITS } from '#os/limits';
import { beaconHost } from '#signaling/beacon/service';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { decodeBeaconLink, encodeBeaconLink } from '#vm/protocol/beacon-link';
import { buildSlotAdd } from '#vm/protocol/identity';
import { FRAGMENT } from '#vm/protocol/types';
import type { SimDevice, SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import { aclRecord, entryOf, give } from './support/forge.ts';
import { raised } from './support/tower.ts';

const ACL = toBase64url(FRAGMENT.acl);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;

interface Kept extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly tower: SimDevice;
  readonly beacon: SimTab;
  readonly address: string;
}

/** A beacon that says of itself that it has nothing but the acl, signs no word about more, and takes nothing: what it was given it keeps from everybody. */
const withholding: KernelDeps['beacon'] = (host, kernel) => {
  const honest = beaconHost(host, kernel);
  const hidden = (fragment: Uint8Array): boolean => toBase64url(fragment) !== ACL;
  return {
    ...honest,
    fragments: (space) => honest.fragments(space).filter(({ fragment }) => !hidden(fragment)),
    heads: (space, fragment) => (hidden(fragment) ? [] : honest.heads(space, fragment)),
    readRange: async (range) => (hidden(range.fragment) ? [] : honest.readRange(range)),
    newsSince: async () => [],
    witness: undefined,
    onNetworkChange: () => honest.onNetworkChange(),
  };
};

/** Kernels of devices whose name begins with "tower" are beacons, with "liar" ones that withhold. */
const mutate = (deps: KernelDeps, tab: string): KernelDeps => (tab.startsWith('tower') ? { ...deps, beacon: beaconHost } : tab.startsWith('liar') ? { ...deps, beacon: withholding } : deps);

/** Anna and Boris, and a beacon that Anna added to their space. */
async function kept(seed: number): Promise<Kept> {
  const m = await meet({ seed, mutate }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const { tower, address } = await raised(m, 'tower', seed);
  const beacon = await m.world.open(tower);
  expect(await m.world.wait(anna.api.access.beacons(m.space, { add: address }))).toMatchObject([{ name: 'tower', state: 'away' }]);
  await until(m.world, () => spaceOf(beacon, m.space)?.standing === 'member', 30_000, 'the beacon is in');
  return { ...m, anna, boris, tower, beacon, address };
}

describe('{V10} a beacon', () => {
  test('[RIGHT34] two who are never online together read each other by it alone; it reads nothing, and is no device', async () => {
    const m = await kept(801);
    const { world, space, anna, boris, tower, beacon } = m;
    world.kill(boris);
    const sent = await say(anna, space, 'while you sleep');
    await until(world, () => spaceOf(beacon, space).fragments.size >= 3, 20_000, 'it holds the channel');
    await world.clock.run(15_000);
    const copies = await anna.api.copies(must(sent.ids[0], 'message'));
    expect(copies).toMatchObject({ state: 'shared', beacons: ['tower'] });
    expect(copies.devices).toHaveLength(1);
    world.kill(anna);
    const again = await world.open(m.devices[1]!);
    await until(world, () => texts(again, space).includes('while you sleep'), 30_000, 'it comes from the beacon');
    await say(again, space, 'and I answer');
    await world.clock.run(15_000);
    world.kill(again);
    const back = await world.open(m.devices[0]!);
    await until(world, () => texts(back, space).includes('and I answer'), 30_000, 'the answer, too');
    // It holds everything of the space and opens nothing of it.
    const { keys, rights, fragments } = spaceOf(beacon, space);
    const epoch = must(rights.sealingEpoch(), 'epoch');
    expect([...fragments.values()].map(({ id }) => keys.opens(epoch, id))).toEqual([...fragments].map(() => false));
    expect(keys.discovery(epoch)).not.toBeNull();
    expect(texts(beacon, space)).toEqual([]);
    const rows = tower.disk.records().filter((row) => toBase64url(row.space) === space);
    expect(rows.length).toBe(spaceOf(back, space).fragments.size > 0 ? m.devices[0]!.disk.records().filter((row) => toBase64url(row.space) === space).length : -1);
    expect((await back.api.spaces.members(space)).map(({ name }) => name).sort()).toEqual(['anna', 'boris']);
    expect(await back.api.access.publicLinks(space)).toEqual([]);
    noFaults([back, beacon]);
  });

  test('[RIGHT34] [KEY8] removed: it is told, keeps what it has, gets nothing new; the journal says beacon, and its old confirmations are no device', async () => {
    const m = await kept(802);
    const { world, space, anna, boris, beacon } = m;
    const sent = await say(anna, space, 'before');
    await world.clock.run(15_000);
    const [line] = await anna.api.access.beacons(space);
    expect(line).toMatchObject({ state: 'linked', behind: 0, mayRemove: true, by: toBase64url(anna.running.parts.kernel.profile!.uid) });
    expect((await boris.api.access.beacons(space))[0]).toMatchObject({ name: 'tower', state: 'linked', mayRemove: false });
    expect(anna.api.network.status().peers.find(({ via }) => via === 'beacon')).toMatchObject({ name: 'tower' });
    await expect(world.wait(boris.api.access.beacons(space, { remove: line!.id }))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(anna.api.access.beacons(space, { remove: toBase64url(boris.running.parts.kernel.profile!.uid) }))).rejects.toMatchObject({ code: 'not-here' });
    const epoch = must(spaceOf(anna, space).rights.sealingEpoch(), 'epoch');
    expect(await world.wait(anna.api.access.beacons(space, { remove: line!.id }))).toMatchObject([{ state: 'removed', mayRemove: false }]);
    await say(anna, space, 'after');
    await until(world, () => texts(boris, space).includes('after'), 10_000, 'boris hears it');
    await world.clock.run(30_000);
    const next = must(spaceOf(anna, space).rights.sealingEpoch(), 'epoch');
    expect(toBase64url(next)).not.toBe(toBase64url(epoch));
    expect([spaceOf(beacon, space).keys.discovery(epoch) !== null, spaceOf(beacon, space).keys.discovery(next)]).toEqual([true, null]);
    expect(spaceOf(beacon, space).rights.memberOf(line!.id)).toBeNull();
    const rows = (tab: SimTab): number => tab.device.disk.records().filter((row) => toBase64url(row.space) === space).length;
    expect(rows(beacon)).toBeLessThan(rows(anna));
    expect(await anna.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: [], devices: { length: 2 } });
    expect((await anna.api.access.journal(space)).map(({ kind }) => kind).slice(0, 2)).toEqual(['beacon-removed', 'beacon']);
    // It comes again by the same address, and is as it was.
    await world.wait(anna.api.access.beacons(space, { add: m.address }));
    await until(world, () => rows(beacon) === rows(anna), 60_000, 'it has everything again');
    expect((await anna.api.access.beacons(space)).map(({ state }) => state)).toEqual(['linked']);
    noFaults([anna, boris, beacon]);
  });

  test('[RIGHT34] [RIGHT26] it writes nothing: what its key signs is taken in by nobody', async () => {
    const m = await kept(803);
    const { world, space, anna, boris, beacon } = m;
    await expect(world.wait(beacon.api.spaces.invite(space))).rejects.toBeTruthy();
    await expect(say(beacon, space, 'mine')).rejects.toMatchObject({ code: 'no-identity' });
    const { kernel } = beacon.running.parts;
    const key = await kernel.deps.crypto.generateSigning();
    const { uid, ds } = must(kernel.profile, 'profile');
    const statement = await buildSlotAdd(kernel.deps.crypto, { uid, writer: key.pub, ds, no: 0, slot: key });
    kernel.slot = { no: 0, key, writer: key.pub, text: toBase64url(key.pub), statement, fresh: true, release: () => undefined };
    const leave: AclOp = { t: 'revoke', to: uid, cuts: new Map(), reason: null };
    const forged = await aclRecord(beacon, space, [{ ...encodeAclOp(leave), verb: '', stamp: { ms: world.clock.now(), ctr: 7 } }]);
    await give(anna, forged);
    await world.clock.run(10_000);
    for (const tab of [anna, boris]) expect(tab.running.parts.kernel.index.has(toBase64url(entryOf(forged).id as Bytes))).toBe(false);
    expect(spaceOf(anna, space).rights.memberOf(uid)).not.toBeNull();
  });

  test('[RIGHT34] {V3} it serves members only: who was removed gets nothing new of it, a member who comes later gets all', async () => {
    const m = await kept(804);
    const { world, space, anna, boris } = m;
    const carla = await world.open(world.device('carla'));
    await world.wait(carla.api.identity.create({ name: 'carla' }));
    await world.wait(carla.api.spaces.join(m.link));
    await until(world, () => spaceOf(carla, space)?.standing === 'member', 20_000, 'carla is in');
    world.kill(boris);
    world.kill(carla);
    await world.wait(anna.api.access.remove(space, toBase64url(boris.running.parts.kernel.profile!.uid)));
    await say(anna, space, 'without boris');
    await world.clock.run(20_000);
    world.kill(anna);
    const [out, stays] = [await world.open(m.devices[1]!), await world.open(carla.device)];
    await until(world, () => texts(stays, space).includes('without boris'), 60_000, 'carla gets it of the beacon');
    await world.clock.run(30_000);
    expect(texts(out, space)).not.toContain('without boris');
    expect(spaceOf(out, space).rights.roleOf(out.running.parts.kernel.profile!.uid), 'and the beacon shows why').toBeNull();
  });

  test('a beacon that was killed goes on with what it has; one beacon keeps several spaces, a Guild and its unused channels too', async () => {
    const m = await kept(805);
    const { world, space, anna, tower, beacon } = m;
    await say(anna, space, 'one');
    const guild = await world.wait(anna.api.spaces.create({ name: 'Guild', kind: 'guild' }));
    await world.wait(anna.api.graph(guild).createFragment({ type: 'chat/channel@1', title: 'aside' }));
    await world.wait(anna.api.access.beacons(guild, { add: m.address }));
    const rows = (tab: SimTab, id: string): number => tab.device.disk.records().filter((row) => toBase64url(row.space) === id).length;
    await until(world, () => rows(beacon, guild) === rows(anna, guild) && rows(beacon, space) === rows(anna, space), 60_000, 'it has both');
    world.kill(beacon);
    await say(anna, space, 'two');
    const again = await world.open(tower);
    await until(world, () => rows(again, space) === rows(anna, space), 60_000, 'it catches up');
    expect(rows(again, guild)).toBe(rows(anna, guild));
    noFaults([anna, again]);
  });

  test('[RIGHT34] {V10} of two beacons one withholds: what was written arrives by the other, and the one that does not confirm stands as behind', async () => {
    const m = await kept(809);
    const { world, space, anna, boris } = m;
    const { tower, address } = await raised(m, 'liar', 809);
    const liar = await world.open(tower);
    await world.wait(anna.api.access.beacons(space, { add: address }));
    await until(world, () => spaceOf(liar, space)?.standing === 'member', 30_000, 'the liar is in');
    await world.clock.run(10_000);
    world.kill(boris);
    const sent = await say(anna, space, 'for boris');
    await world.clock.run(30_000);
    const states = async (tab: SimTab) => (await tab.api.access.beacons(space)).map(({ name, state, behind }) => [name, state, behind > 0]);
    expect(await states(anna)).toEqual([['liar', 'linked', true], ['tower', 'linked', false]]);
    world.kill(anna);
    const again = await world.open(m.devices[1]!);
    await until(world, () => texts(again, space).includes('for boris'), 60_000, 'it is complete');
    await world.clock.run(30_000);
    expect(await states(again)).toEqual([['liar', 'linked', true], ['tower', 'linked', false]]);
    expect(await again.api.copies(must(sent.ids[0], 'message'))).toMatchObject({ beacons: ['tower'] });
  });

  test('[RIGHT34] people of different spaces that one beacon keeps make no link with each other in its room', async () => {
    const m = await kept(808);
    const { world, space, anna } = m;
    const dora = await world.open(world.device('dora'));
    await world.wait(dora.api.identity.create({ name: 'dora' }));
    const other = await world.wait(dora.api.spaces.create({ name: 'Hill' }));
    // Anna's next tab comes while Dora waits in the room.
    await world.wait(dora.api.access.beacons(other, { add: m.address }));
    world.kill(anna);
    const again = await world.open(m.devices[0]!);
    await until(world, () => again.api.network.status().peers.some(({ via, spaces }) => via === 'beacon' && spaces.includes(space)) && dora.api.network.status().peers.some(({ via }) => via === 'beacon'), 60_000, 'both are linked with it');
    await world.clock.run(60_000);
    expect(dora.api.network.status().peers.map(({ via }) => via)).toEqual(['beacon']);
    expect(dora.running.parts.metrics.get('link.opened')).toBe(1);
    expect(again.api.network.status().peers.map(({ name }) => name).sort()).toEqual(['boris', 'tower']);
  });

  test('{V10} two devices of one person that are never online together have the Personal space by it', async () => {
    const m = await meet({ seed: 807, mutate }, ['anna']);
    const { world } = m;
    const [anna] = m.tabs as [SimTab];
    const personal = must((await anna.api.spaces.list()).find(({ kind }) => kind === 'personal'), 'personal').id;
    const phone = await world.open(world.device('phone'));
    await world.wait(anna.api.devices.pair());
    const viewOf = (tab: SimTab) => tab.running.parts.kernel.pairing?.view() ?? tab.running.parts.kernel.pairSeen;
    await until(world, () => viewOf(anna) !== null, 5_000, 'the code is there');
    await world.wait(phone.api.devices.pairWith(viewOf(anna)!.code));
    await until(world, () => viewOf(anna)?.step === 'compare' && viewOf(phone)?.step === 'compare', 30_000, 'the words are there');
    await world.wait(phone.api.devices.answerPairing(true));
    await world.wait(anna.api.devices.answerPairing(true));
    await until(world, () => spaceOf(phone, personal)?.standing === 'member', 60_000, 'the phone is hers');
    await world.wait(phone.api.recovery.finish());
    const { tower, address } = await raised(m, 'tower', 807);
    const beacon = await world.open(tower);
    await world.wait(anna.api.access.beacons(personal, { add: address }));
    await until(world, () => spaceOf(beacon, personal)?.standing === 'member', 30_000, 'the beacon is in');
    await world.clock.run(5_000);
    world.kill(phone);
    await say(anna, personal, 'a note to myself');
    await world.clock.run(20_000);
    world.kill(anna);
    const again = await world.open(phone.device);
    await until(world, () => texts(again, personal).includes('a note to myself'), 60_000, 'the phone has it');
    expect(texts(beacon, personal)).toEqual([]);
    expect((await again.api.devices.list()).length).toBe(2);
    expect((await again.api.spaces.members(personal)).map(({ name }) => name)).toEqual(['anna']);
    const [line] = await again.api.access.beacons(personal);
    expect(await world.wait(again.api.access.beacons(personal, { remove: line!.id }))).toMatchObject([{ state: 'removed' }]);
    noFaults([again, beacon]);
  });

  test('[limit KERNEL.beacons] who may add one, by which address, and how many', async () => {
    const m = await meet({ seed: 806, mutate }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const add = (tab: SimTab, address: string) => world.wait(tab.api.access.beacons(space, { add: address }));
    const addresses = await Promise.all(Array.from({ length: KERNEL_LIMITS.beacons + 1 }, async (_, n) => (await raised(m, `tower${n}`, 806)).address));
    await expect(add(boris, addresses[0]!)).rejects.toMatchObject({ code: 'no-right' });
    const { inception } = must(((one) => (one.ok ? one.value : null))(decodeBeaconLink(addresses[0]!)), 'an address');
    const changed = inception.bytes.slice();
    changed[changed.length - 1]! ^= 1;
    const own = must(boris.running.parts.kernel.profile, 'profile').statements[0]!;
    for (const bad of ['', 'beacon:', 'beacon:AAAA', addresses[0]!.slice(0, -7), m.link, encodeBeaconLink({ inception: changed, name: 'x', signaling: [] }), encodeBeaconLink({ inception: own, name: 'boris', signaling: [] }), encodeBeaconLink({ inception: inception.bytes, name: 'x', signaling: ['http://x'] })]) {
      await expect(add(anna, bad), bad).rejects.toMatchObject({ code: 'bad-link' });
    }
    for (const address of addresses.slice(0, -1)) await add(anna, address);
    await expect(add(anna, addresses[0]!)).rejects.toMatchObject({ code: 'already' });
    await expect(add(anna, addresses.at(-1)!)).rejects.toMatchObject({ code: 'too-many' });
    const list = await anna.api.access.beacons(space);
    expect(list.map(({ state, behind }) => [state, behind > 0])).toEqual(list.map(() => ['away', true]));
    expect(list.map(({ name }) => name)).toEqual(['tower3', 'tower2', 'tower1', 'tower0']);
  });
});
