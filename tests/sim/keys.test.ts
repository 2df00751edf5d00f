/** Keys of a space on the production kernel (FORMATS §6): rotations over many devices, and by age. */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { MAX_WRAPS_PER_RECORD } from '#os/limits';
import { acceptOps, grantOp, rotateOps } from '#os/rights/builders';
import { makeRotation, rotateKey } from '#os/kernel/accept';
import { wireScope } from '#os/kernel/wraps';
import { buildDeviceAdd, buildInception } from '#vm/protocol/identity';
import { decodeAclOp, type KeyRotateOp, type KeyShareOp } from '#vm/protocol/acl-operation';
import { unwrapEpochKey } from '#vm/protocol/keys';
import { parseRecord } from '#vm/protocol/record';
import { ROLE } from '#vm/protocol/types';
import type { AgreementKey } from '#ports/crypto';
import { give } from './support/forge.ts';
import { born, equal, meet, noFaults, noForks, say, standing, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab } from './support/sim-world.ts';

const ACL = 'AQEBAQEBAQEBAQEBAQEBAQ';
const DEVICES_EACH = 180;
const PERSONS = 6;

/** Key operations of the acl log in the order of the disk, with the arrival of their segment. */
async function keyOps(tab: SimTab, space: string): Promise<{ arrival: number; op: KeyRotateOp | KeyShareOp }[]> {
  const { log } = tab.running.parts.kernel.spaces.get(space)!.fragments.get(ACL)!;
  const out: { arrival: number; op: KeyRotateOp | KeyShareOp }[] = [];
  for (const segment of await tab.device.disk.open().scan(0, 10_000)) {
    for (const row of segment.records) {
      for (const op of log.get(toBase64url(row.id))?.ops ?? []) {
        const acl = decodeAclOp(op.primitive, op.args);
        if (acl?.t === 'key.rotate' || acl?.t === 'key.share') out.push({ arrival: segment.arrival, op: acl });
      }
    }
  }
  return out;
}

/** Lets an invented person with many devices in, as an accept does. Returns the device made last. */
async function letInMany(tab: SimTab, space: string, invite: string): Promise<{ ds: Bytes; dx: AgreementKey }> {
  const { kernel, sealer } = tab.running.parts;
  const held = kernel.spaces.get(space)!;
  const { crypto, random } = kernel.deps;
  const [rk, first, dx] = [await crypto.generateSigning(), await crypto.generateSigning(), await crypto.generateAgreement()];
  const { statement, uid } = await buildInception(crypto, { rk, ds: first, dx: dx.pub, nonce: random.bytes(16) });
  const statements = [statement];
  let last = { ds: first.pub, dx };
  for (let i = 1; i < DEVICES_EACH; i++) {
    const [ds, agreement] = [await crypto.generateSigning(), await crypto.generateAgreement()];
    statements.push(await buildDeviceAdd(crypto, { uid, by: first, ds, dx: agreement.pub, nbf: i }));
    last = { ds: ds.pub, dx: agreement };
  }
  const share: KeyShareOp = { t: 'key.share', epoch: held.rights.sealingEpoch()!, fragment: null, eph: dx.pub, wraps: [{ device: first.pub.slice(0, 8), wrap: new Uint8Array(48) as Bytes }] };
  await sealer.writeAcl(held, acceptOps({ invite: fromBase64url(invite)!, uid, statements, grant: { role: 2, nbf: kernel.time.now() }, shares: [share] }));
  return last;
}

describe('{K8} FORMATS §6: key.rotate', () => {
  test(`[limit MAX_WRAPS_PER_RECORD] [KEY5] more than ${MAX_WRAPS_PER_RECORD} devices: the rotation and its further shares are one transaction, and everybody gets the key`, { timeout: 60_000 }, async () => {
    const m = await meet({ seed: 81 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { kernel, sealer } = a.running.parts;
    const held = kernel.spaces.get(space)!;
    const [invite] = [...held.rights.view().invites.keys()];
    // What others lack is not handed out meanwhile: the rotation has to give it.
    for (const { running } of m.tabs) running.parts.repair.onAcl = () => undefined;
    const devices: { ds: Bytes; dx: AgreementKey }[] = [];
    for (let i = 0; i < PERSONS; i++) devices.push(await letInMany(a, space, invite!));
    expect(held.rights.view().devices).toHaveLength(2 + PERSONS * DEVICES_EACH);
    const before = (await keyOps(a, space)).length;
    await world.wait(rotateKey(kernel, sealer, held, 'test'));
    const made = (await keyOps(a, space)).slice(before);
    expect(made.map(({ op }) => [op.t, op.wraps.length])).toEqual([['key.rotate', MAX_WRAPS_PER_RECORD], ['key.share', 2 + PERSONS * DEVICES_EACH - MAX_WRAPS_PER_RECORD]]);
    expect(new Set(made.map(({ arrival }) => arrival)).size, 'one transaction').toBe(1);
    expect(held.rights.lackingKey()).toEqual([]);
    expect(held.rights.sealingEpoch()).toEqual(made[0]!.op.epoch);
    const key = held.keys.epochKey(made[0]!.op.epoch);
    for (const { ds, dx } of devices) {
      const { op, wrap } = made.flatMap((one) => one.op.wraps.filter((w) => toBase64url(w.device) === toBase64url(ds.slice(0, 8))).map((w) => ({ op: one.op, wrap: w.wrap })))[0]!;
      expect(await unwrapEpochKey(kernel.deps.crypto, dx, { eph: op.eph, space: held.id, epoch: op.epoch, wrap })).toEqual(key);
    }
    for (const row of m.devices[0]!.disk.records()) expect(parseRecord(row.bytes).ok).toBe(true);
    await say(a, space, 'under the new key');
    await until(world, () => texts(b, space).length === 1, 20_000, 'it is shown');
    await equal(world, [a, b], space);
    noForks(m.devices);
    noFaults(m.tabs);
  });
});

const DAY_MS = 86_400_000;

describe('{K8} FORMATS §6: a key older than 30 days', () => {
  /** Lets days pass on every clock at once. */
  const age = (m: Awaited<ReturnType<typeof meet>>, ms: number): void => {
    for (const device of m.devices) device.clockOffsetMs += ms;
  };
  const rotations = async (tab: SimTab, space: string): Promise<string[]> => (await keyOps(tab, space)).flatMap(({ op }) => (op.t === 'key.rotate' ? [op.cause] : []));

  test('[limit KERNEL.epochMs KERNEL.keyLookMs KERNEL.repairPauseMs] [KEY6] is rotated once, by one of the admins online, after a random pause; not a day before', async () => {
    const m = await meet({ seed: 82 }, ['anna', 'boris', 'clara']);
    const { world, space } = m;
    const [a] = m.tabs as [SimTab];
    const promote = async (tab: SimTab): Promise<void> => {
      const { kernel, sealer } = a.running.parts;
      await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, [{
        t: 'grant', to: tab.running.parts.kernel.profile!.uid, role: 4, scope: null, nbf: kernel.time.now(), exp: null, mayDelegate: true, maxRole: 4, plan: null,
      }]));
    };
    await promote(m.tabs[1]!);
    await promote(m.tabs[2]!);
    await world.clock.run(5_000);
    age(m, 29 * DAY_MS);
    await world.clock.run(10 * 60_000);
    expect(await rotations(a, space)).toEqual(['create']);
    age(m, DAY_MS);
    await world.clock.run(10 * 60_000);
    for (const tab of m.tabs) expect(await rotations(tab, space), tab.name).toEqual(['create', 'age']);
    await say(a, space, 'under the new key');
    await until(world, () => m.tabs.every((tab) => texts(tab, space).length === 1), 20_000, 'it is shown');
    for (const tab of m.tabs) expect(tab.running.parts.kernel.spaces.get(space)!.keys.size).toBe(2);
    await equal(world, m.tabs, space);
    noFaults(m.tabs);
  });
});

test('[limit KERNEL.unlockAtOnce] records that come before their key: only their names are kept in memory, and all of them are shown when the key is there', async () => {
  const m = await meet({ seed: 83 }, ['anna', 'boris']);
  const { world, space } = m;
  const [a, b] = m.tabs as [SimTab, SimTab];
  b.offline(true);
  for (const { pair } of world.network.pairs) pair.cut();
  const { kernel, sealer } = a.running.parts;
  const known = new Set(a.device.disk.records().map((row) => toBase64url(row.id)));
  await world.wait(rotateKey(kernel, sealer, kernel.spaces.get(space)!, 'test'));
  const words = Array.from({ length: 150 }, (_, no) => `word ${no}`);
  for (const word of words) {
    await world.wait(say(a, space, word));
    await world.wait(a.api.saved());
  }
  const fresh = a.device.disk.records().filter((row) => !known.has(toBase64url(row.id)));
  const isAcl = (row: { fragment: Uint8Array }): boolean => toBase64url(row.fragment) === ACL;
  await give(b, ...fresh.filter((row) => !isAcl(row)).map((row) => row.bytes));
  const locked = (): unknown[] => [...b.running.parts.kernel.spaces.get(space)!.fragments.values()].flatMap((fragment) => [...fragment.locked.values()]);
  expect([locked().length, locked().every((one) => typeof one === 'string'), texts(b, space)]).toEqual([150, true, []]);
  await give(b, ...fresh.filter(isAcl).map((row) => row.bytes));
  expect([locked().length, texts(b, space)]).toEqual([0, [...words].sort()]);
  b.offline(false);
  await equal(world, [a, b], space);
  noFaults([a, b]);
});

describe('{V4} FORMATS §6, §8: rooms and proofs are those of an epoch', () => {
  for (const times of [1, 2, 5]) {
    test(`a member who was away while the key was made new ${times === 1 ? 'once' : `${times} times`} meets the others again`, async () => {
      const m = await meet({ seed: 84 + times }, ['anna', 'boris', 'clara']);
      const { world, space } = m;
      const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
      c.offline(true);
      await say(c, space, 'written while away');
      for (let i = 0; i < times; i++) {
        await world.wait(rotateKey(a.running.parts.kernel, a.running.parts.sealer, a.running.parts.kernel.spaces.get(space)!, 'age'));
        await world.clock.run(2_000);
      }
      await say(b, space, 'under the newest key');
      await world.clock.run(60_000);
      expect(texts(c, space), 'control: nothing came').toEqual(['written while away']);
      // A new start: no link and no address of before.
      world.kill(c);
      const again = await world.open(c.device);
      await until(world, () => texts(again, space).length === 2 && texts(a, space).length === 2, 60_000, 'met again');
      await equal(world, [a, b, again], space);
      noForks(m.devices);
      noFaults([a, b, again]);
    });
  }
});

test('{K8} [KEY2] two make the key new at the same time, each with words of their own: both are read by all, and by who joins later', async () => {
  const m = await meet({ seed: 95 }, ['anna', 'boris']);
  const { world, space } = m;
  const [a, b] = m.tabs as [SimTab, SimTab];
  const rights = (tab: SimTab) => tab.running.parts.kernel.spaces.get(space)!.rights;
  const { kernel, sealer } = a.running.parts;
  await world.wait(sealer.writeAcl(kernel.spaces.get(space)!, [{
    t: 'grant', to: b.running.parts.kernel.profile!.uid, role: 4, scope: null, nbf: kernel.time.now(), exp: null, mayDelegate: true, maxRole: 4, plan: null,
  }]));
  await until(world, () => [a, b].every((tab) => (rights(tab).roleOf(b.running.parts.kernel.profile!.uid) ?? 0) >= ROLE.admin), 20_000, 'the second admin');
  await world.clock.run(5_000);
  for (const tab of [a, b]) tab.offline(true);
  for (const { pair } of world.network.pairs) pair.cut();
  for (const tab of [a, b]) {
    await world.wait(rotateKey(tab.running.parts.kernel, tab.running.parts.sealer, tab.running.parts.kernel.spaces.get(space)!, 'age'));
    await world.wait(say(tab, space, `under the key of ${tab.name}`));
    await world.wait(tab.api.saved());
  }
  for (const tab of [a, b]) tab.offline(false);
  await until(world, () => [a, b].every((tab) => texts(tab, space).length === 2), 60_000, 'both read both');
  expect(rights(a).view().epochs, 'control: two rotations beside each other').toHaveLength(3);
  const c = await world.open(world.device('clara'));
  await world.wait(c.api.identity.create({ name: 'clara' }));
  const link = await world.wait(a.api.spaces.invite(space));
  await world.wait(c.api.spaces.join(link));
  await until(world, () => texts(c, space).length === 2, 60_000, 'who joins later reads both');
  await equal(world, [a, b, c], space);
  noForks(m.devices);
  noFaults([a, b, c]);
  // Shared once, not by everybody and not again and again.
  const shares = (await keyOps(a, space)).filter(({ op }) => op.t === 'key.share').length;
  await world.clock.run(120_000);
  expect((await keyOps(a, space)).filter(({ op }) => op.t === 'key.share')).toHaveLength(shares);
  expect(shares).toBeLessThanOrEqual(6);
});

for (const reason of ['quota', 'aborted'] as const) {
  test(`[KEY7] the disk of the only admin refuses the new key after a leaving (${reason}): it is asked again, and what waits is saved then`, async () => {
    const m = await meet({ seed: 84 }, ['anna', 'boris', 'vera']);
    const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
    await m.world.wait(c.api.spaces.leave(m.space));
    const held = a.running.parts.kernel.spaces.get(m.space)!;
    await until(m.world, () => held.rights.rotationDue(), 10_000, 'the leaving is known');
    m.devices[0]!.disk.fail(reason, 1_000);
    await say(b, m.space, 'under the next key');
    await m.world.clock.run(20_000);
    // The control: the disk was asked, and nothing is saved without a key.
    expect(a.running.parts.faults.some((fault) => fault.includes(reason)), a.running.parts.faults.join()).toBe(true);
    expect([held.rights.rotationDue(), texts(a, m.space)]).toEqual([true, []]);
    m.devices[0]!.disk.clearFaults();
    await until(m.world, () => texts(a, m.space).includes('under the next key'), 30_000, 'the key is made and what waited came');
    await equal(m.world, [a, b], m.space);
  });
}

const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const profileOf = (tab: SimTab) => tab.running.parts.kernel.profile!;

interface Held extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly guest: SimTab;
  /** The guest is granted the other channel, without its keys. */
  opens(): Promise<void>;
  /** Anna looks at what is lacking, from now on. */
  looks(): void;
}

/** Two people and a guest of one channel; something was said in another one. Nobody gives keys but by a record that makes one. */
async function held(seed: number, others: readonly string[] = []): Promise<Held> {
  const m = await meet({ seed }, ['anna', 'boris', ...others]);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const [help, secret] = [await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'help' })), await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'secret' }))];
  await sayIn(anna, space, secret, 'for us');
  const guest = await world.open(world.device('clara'));
  await born(world, guest);
  await world.wait(guest.api.spaces.join(await world.wait(anna.api.spaces.invite(space, { role: 'guest', scope: [help] }))));
  await until(world, () => standing(guest, space) === 'member', 30_000, 'the guest is in');
  await equal(world, [anna, boris], space);
  await world.clock.run(6_000);
  const { kernel, sealer, repair } = anna.running.parts;
  const onAcl = repair.onAcl.bind(repair);
  repair.onAcl = () => undefined;
  const uid = toBase64url(profileOf(guest).uid);
  return {
    ...m, anna, boris, guest,
    async opens() {
      const { scope } = spaceOf(anna, space).rights.memberOf(uid)!;
      await world.wait(sealer.writeAcl(spaceOf(anna, space), [grantOp({ to: profileOf(guest).uid, role: ROLE.guest, nbf: kernel.time.now(), scope: wireScope(new Map([...scope!, [secret, scope!.get(help)!]])) })]));
      await until(world, () => spaceOf(boris, space).rights.memberOf(uid)!.scope!.has(secret), 10_000, 'boris knows it');
    },
    looks: () => ((repair.onAcl = onAcl), onAcl(spaceOf(anna, space))),
  };
}

const sayIn = (tab: SimTab, space: string, fragment: string, text: string) => tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }], { fragment });

/** A new key that one member is given none of, and one that leads to none before. */
async function rotateFor(tab: SimTab, space: string, { without, leads }: { without?: SimTab; leads: boolean }): Promise<void> {
  const { kernel, sealer } = tab.running.parts;
  const { rotate, shares, key } = await makeRotation(kernel, spaceOf(tab, space), 'test');
  const left = without && toBase64url(profileOf(without).ds.pub.slice(0, 8));
  await sealer.writeAclAll(spaceOf(tab, space), [rotateOps({ ...rotate, prev: leads ? rotate.prev : null, wraps: rotate.wraps.filter(({ device }) => toBase64url(device) !== left) }), ...shares]);
  spaceOf(tab, space).keys.add(key);
}

describe('{K8} what is lacking is given, whatever of it can be given to nobody', () => {
  test('[KEY11] [KEY2] [KEY8] a device whose key is no point keeps nothing from others: not what a part lacks, not keys beside the line behind the first that it lacks', async () => {
    const { world, space, anna, boris, guest, opens, looks } = await held(84);
    const { kernel, sealer, repair } = boris.running.parts;
    repair.onAcl = () => undefined;
    const statement = await buildDeviceAdd(kernel.deps.crypto, { uid: profileOf(boris).uid, by: profileOf(boris).ds, ds: await kernel.deps.crypto.generateSigning(), dx: new Uint8Array(32) as Bytes, nbf: kernel.time.now() });
    await world.wait(sealer.writeAcl(spaceOf(boris, space), [{ t: 'ident.attach', statement }]));
    await until(world, () => spaceOf(anna, space).rights.lackingKey(true).length === 1, 10_000, 'anna knows the device');
    await world.wait(rotateFor(anna, space, { without: boris, leads: true }));
    await say(anna, space, 'beside');
    await world.wait(anna.api.saved());
    await world.wait(rotateFor(anna, space, { leads: false }));
    await opens();
    await world.clock.run(10_000);
    expect([texts(guest, space), texts(boris, space)], 'control: nothing was given').toEqual([[], ['for us']]);
    looks();
    await until(world, () => texts(guest, space).includes('for us'), 60_000, 'the guest reads what was opened to them');
    await until(world, () => texts(boris, space).includes('beside'), 60_000, 'boris reads what was said under a key beside the line');
    await world.clock.run(10_000);
    const before = spaceOf(anna, space).rights.acts().length;
    await world.clock.run(30_000);
    expect([spaceOf(anna, space).rights.lackingKey(true).length, spaceOf(anna, space).rights.acts().length - before], 'nothing is written for the device').toEqual([1, 0]);
    noFaults([anna, boris, guest]);
  });

  test('[KEY8] an Admin who has not the key in use gives what they have of others', async () => {
    const { world, space, anna, boris, guest, opens } = await held(85);
    await world.wait(anna.api.access.setRole(space, toBase64url(profileOf(boris).uid), 'admin'));
    await until(world, () => spaceOf(boris, space).rights.roleOf(profileOf(boris).uid) === ROLE.admin, 10_000, 'boris is an admin');
    await world.wait(rotateFor(anna, space, { without: boris, leads: true }));
    await opens();
    world.kill(anna);
    const { keys, rights } = spaceOf(boris, space);
    expect([keys.has(rights.sealingEpoch()!), texts(guest, space)], 'control: he has it not').toEqual([false, []]);
    await until(world, () => texts(guest, space).includes('for us'), 60_000, 'the guest reads what was opened to them');
    noFaults([boris, guest]);
  });

  test('[KEY8] [KEY3] while a new key is due and no admin is there to make it, a member gives the old ones', async () => {
    const { world, space, anna, boris, guest, opens, tabs } = await held(86, ['dora']);
    await world.wait(tabs[2]!.api.spaces.leave(space));
    await until(world, () => spaceOf(boris, space).rights.rotationDue(), 10_000, 'somebody left, and nobody made the key new');
    await opens();
    world.kill(anna);
    expect(texts(guest, space), 'control: nothing was given').toEqual([]);
    await until(world, () => texts(guest, space).includes('for us'), 60_000, 'the guest reads what was opened to them');
    await world.clock.run(10_000);
    const { rights } = spaceOf(boris, space);
    expect([rights.rotationDue(), rights.sealingEpoch()], 'he makes none').toEqual([true, null]);
    noFaults([boris, guest]);
  });
});
