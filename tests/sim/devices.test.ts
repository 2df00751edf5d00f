/** Devices of one person: the list, taking one away, and what the one that is gone can still do (FORMATS 1, 5, 6; TRUST 2.3). */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { SYNC_LIMITS } from '#vm/limits';
import { parseRecord } from '#vm/protocol/record';
import { RECORD_CLASS } from '#vm/protocol/types';
import { born, equal, meet, noFaults, say, standing, texts, until, type Meeting } from './support/walks.ts';
import { give, message, nextRecord } from './support/forge.ts';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/device-acts'), import('#os/kernel/pairing')])));

/** A round of gossip: an announcement, and the asking for what did not come by an eager link. */
const ROUND_MS = SYNC_LIMITS.lazyMs + SYNC_LIMITS.graftMs;

const dsOf = (tab: SimTab): string => tab.api.identity.get()!.device;
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const serves = (tab: SimTab, space: string, of: string): boolean => spaceOf(tab, space).rights.view().devices.some(({ ds }) => ds === of);
const personalOf = async (tab: SimTab): Promise<string> => (await tab.api.spaces.list()).find((one) => one.kind === 'personal')!.id;
const deviceOf = async (tab: SimTab, device: string) => (await tab.api.devices.list()).find((one) => one.device === device);

/** A second device of the person in `first`, in every space of theirs. */
async function second(world: SimWorld, first: SimTab, spaces: readonly string[]): Promise<SimTab> {
  const words = (await world.wait(first.api.recovery.phrase())).join(' ');
  const tab = await world.open(world.device(`${first.device.name}-2`));
  await world.wait(tab.api.recovery.fromPhrase(words));
  await until(world, () => spaces.every((space) => standing(tab, space) === 'member'), 60_000, 'the second device is in');
  await world.wait(tab.api.recovery.finish());
  await world.clock.run(3_000);
  return tab;
}

async function two(seed: number, who: 'anna' | 'boris' = 'anna'): Promise<Meeting & { anna: SimTab; boris: SimTab; other: SimTab; personal: string; words: string }> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const first = who === 'anna' ? anna : boris;
  const personal = await personalOf(first);
  const words = (await m.world.wait(first.api.recovery.phrase())).join(' ');
  return { ...m, anna, boris, personal, words, other: await second(m.world, first, [m.space, personal]) };
}

/** Records of the space on the device's disk that name the act in their past. */
function sealedAfter(tab: SimTab, space: string, act: string) {
  const { rights } = spaceOf(tab, space);
  return tab.device.disk.records().map((row) => parseRecord(row.bytes)).flatMap((parsed) => (parsed.ok ? [parsed.value] : []))
    .filter(({ header }) => header.class === RECORD_CLASS.op && toBase64url(header.space) === space && header.acl.some((head) => rights.upTo(toBase64url(head)).includes(act)));
}

describe('{K7}{C7} devices.revoke', () => {
  test('[row 30] [IDN10] [RIGHT16] [RIGHT20] taken away while connected and listening: within a round of gossip the others take nothing more of it; it is told, reads nothing sealed from then on, and nothing it makes is taken', async () => {
    const { world, space, personal, anna, boris, other } = await two(601);
    await say(other, space, 'as a device');
    await until(world, () => texts(boris, space).length === 1, 20_000, 'boris reads it');
    const taken = await nextRecord(other, space, [message(other, space, 'control')]);
    // Control: made as it should be, its records count.
    expect((await give(boris, taken)).added).toBe(1);
    await until(world, () => texts(boris, space).includes('control'), 10_000, 'a record of it counts');
    await give(other, taken);
    await until(world, () => texts(anna, space).includes('control'), 30_000, 'it goes round');
    const late = await nextRecord(other, space, [message(other, space, 'after the round')]);
    const from = world.clock.monotonic();
    expect(await world.wait(anna.api.devices.revoke(dsOf(other)))).toEqual({ left: [] });
    await until(world, () => !serves(boris, space, dsOf(other)), 20_000, 'boris has it');
    expect(world.clock.monotonic() - from).toBeLessThanOrEqual(ROUND_MS);
    expect((await give(boris, late)).added).toBe(1);
    await world.clock.run(10);
    expect(texts(boris, space)).toEqual(['as a device', 'control']);
    const [act] = spaceOf(anna, space).rights.view().revokes;
    const detail = await anna.api.log.record(space, act!.id);
    expect(detail!.operations!.map((op) => op.primitive)).toEqual(['ident.attach', 'revoke', 'key.rotate']);
    await until(world, () => other.running.parts.kernel.revoked !== null && !serves(boris, space, dsOf(other)), 20_000, 'both have it');
    expect(await other.api.access.ending(space)).toMatchObject({ kind: 'device' });
    expect((await other.api.spaces.list()).map((one) => one.role)).toEqual(['removed', 'removed']);
    await say(anna, space, 'among us');
    await say(boris, space, 'yes');
    await say(anna, personal, 'mine');
    await equal(world, [anna, boris], space);
    await world.clock.run(30_000);
    expect(texts(boris, space)).toEqual(['among us', 'as a device', 'control', 'yes']);
    const after = sealedAfter(anna, space, act!.id);
    expect(after.length).toBeGreaterThanOrEqual(2);
    for (const { header } of after) expect(spaceOf(other, space).keys.has(header.epoch!)).toBe(false);
    expect(texts(other, space)).toEqual(['as a device', 'control']);
    expect(texts(other, personal)).toEqual([]);
    for (const id of [space, personal]) await expect(say(other, id, 'still here')).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(other.api.devices.pair())).rejects.toMatchObject({ code: 'device-revoked' });
    noFaults([anna, boris, other]);
  });

  test('[row 30] [RIGHT16] what it seals as if it had not heard stands on heads of before: behind the cut, set aside everywhere', async () => {
    const { world, space, anna, boris, other } = await two(602);
    await say(other, space, 'before');
    await until(world, () => texts(anna, space).length === 1, 20_000, 'anna reads it');
    other.offline(true);
    await world.clock.run(15_000);
    const late = await nextRecord(other, space, [message(other, space, 'too late')]);
    await world.wait(anna.api.devices.revoke(dsOf(other)));
    await until(world, () => !serves(boris, space, dsOf(other)), 20_000, 'boris has it');
    for (const tab of [anna, boris]) {
      await give(tab, late);
      await world.clock.run(1_000);
      expect(texts(tab, space)).toEqual(['before']);
      expect((await tab.api.log.records(space, { limit: 500 })).filter((one) => one.status === 'quarantined')).toHaveLength(1);
    }
  });

  test('[IDN3] a younger device needs the phrase to take an older one away; the words of somebody else, or none at all, do nothing', async () => {
    const { world, space, personal, anna, boris, other, words } = await two(603);
    expect(await deviceOf(other, dsOf(anna))).toMatchObject({ revoke: 'phrase', state: 'in-use' });
    expect(await deviceOf(anna, dsOf(other))).toMatchObject({ revoke: 'now' });
    expect((await anna.api.devices.list()).map((one) => [one.self, one.revoke])).toEqual([[true, 'no'], [false, 'now']]);
    const strange = (await world.wait(boris.api.recovery.phrase())).join(' ');
    for (const [phrase, code] of [[undefined, 'older-device'], ['one two', 'phrase-count'], [strange, 'other-key']] as const) {
      await expect(world.wait(other.api.devices.revoke(dsOf(anna), phrase)), code).rejects.toMatchObject({ code });
    }
    await expect(world.wait(other.api.devices.revoke(dsOf(other)))).rejects.toMatchObject({ code: 'this-device' });
    await expect(world.wait(other.api.devices.revoke(dsOf(boris)))).rejects.toMatchObject({ code: 'no-device' });
    expect(serves(boris, space, dsOf(anna))).toBe(true);
    expect(await world.wait(other.api.devices.revoke(dsOf(anna), words))).toEqual({ left: [] });
    await until(world, () => anna.running.parts.kernel.revoked !== null && !serves(boris, space, dsOf(anna)), 20_000, 'it is gone');
    expect(serves(other, personal, dsOf(anna))).toBe(false);
    expect(await deviceOf(other, dsOf(anna))).toMatchObject({ state: 'gone', revoke: 'no' });
    await say(other, space, 'on the new one');
    await until(world, () => texts(boris, space).includes('on the new one'), 20_000, 'the space goes on');
  });

  test('[RIGHT3] two devices of one person take each other away at once: the statement of the recovery key stands, everywhere the same', async () => {
    const { world, space, anna, boris, other, words } = await two(604);
    for (const tab of [anna, other]) tab.offline(true);
    await world.clock.run(15_000);
    await world.wait(anna.api.devices.revoke(dsOf(other)));
    await world.wait(other.api.devices.revoke(dsOf(anna), words));
    for (const tab of [anna, other]) tab.offline(false);
    await until(world, () => !serves(boris, space, dsOf(anna)), 60_000, 'the older one is out');
    await until(world, () => anna.running.parts.kernel.revoked !== null, 60_000, 'and knows it');
    expect(serves(boris, space, dsOf(other))).toBe(true);
    await say(other, space, 'here');
    await until(world, () => texts(boris, space).includes('here'), 60_000, 'the one that stays writes');
  });

  test('[IDN10] [KEY1] a Member has no right to make a new key: nothing is sealed until the Owner, who sees it, has made one', async () => {
    const { world, space, anna, boris, other } = await two(605, 'boris');
    const before = toBase64url(spaceOf(anna, space).rights.sealingEpoch()!);
    anna.offline(true);
    await world.clock.run(15_000);
    await world.wait(boris.api.devices.revoke(dsOf(other)));
    expect(spaceOf(boris, space).rights.sealingEpoch()).toBeNull();
    await say(boris, space, 'waits');
    await world.clock.run(5_000);
    expect(texts(other, space)).toEqual([]);
    anna.offline(false);
    await until(world, () => texts(anna, space).includes('waits'), 60_000, 'anna made a key');
    expect(toBase64url(spaceOf(anna, space).rights.sealingEpoch()!)).not.toBe(before);
    expect(texts(other, space)).toEqual([]);
  });

  test('[IDN10] a disk that refuses leaves a row: the space is named as left, and the next start does it', async () => {
    const { world, space, anna, boris, other } = await two(606);
    const { sealer } = anna.running.parts;
    const write = sealer.writeAclAll;
    let refused = 0;
    sealer.writeAclAll = async (at, lists, values) => {
      if (at.key !== space) return write(at, lists, values);
      refused += 1;
      throw new Error('no');
    };
    expect(await world.wait(anna.api.devices.revoke(dsOf(other)))).toEqual({ left: [space] });
    expect(refused).toBe(1);
    expect(await deviceOf(anna, dsOf(other))).toMatchObject({ state: 'going', left: 1 });
    world.kill(anna);
    const again = await world.open(anna.device);
    await until(world, () => !serves(again, space, dsOf(other)) && !serves(boris, space, dsOf(other)), 60_000, 'it is done');
    expect(await deviceOf(again, dsOf(other))).toMatchObject({ state: 'gone', left: 0 });
  });

  test('[IDN10] an act that lost its effect with the role of its author is done again: the device stays out', async () => {
    const { world, space, anna, boris, other } = await two(607, 'boris');
    await world.wait(anna.api.access.setRole(space, boris.api.identity.get()!.uid, 'admin'));
    await until(world, () => spaceOf(boris, space).rights.roleOf(boris.running.parts.kernel.profile!.uid) === 3, 20_000, 'an admin');
    for (const tab of [anna, boris]) tab.offline(true);
    await world.clock.run(15_000);
    await world.wait(boris.api.devices.revoke(dsOf(other)));
    await world.wait(anna.api.access.setRole(space, boris.api.identity.get()!.uid, 'member'));
    for (const tab of [anna, boris]) tab.offline(false);
    await until(world, () => [anna, boris].every((tab) => !serves(tab, space, dsOf(other)) && spaceOf(tab, space).rights.sealingEpoch() !== null), 90_000, 'out, and a key again');
    expect(spaceOf(anna, space).rights.view().dead.size).toBeGreaterThan(0);
  });

  test('names: what the device guesses of itself, then what the person calls it, on every device', async () => {
    const world = createSimWorld({ seed: 608 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    const [me] = await anna.api.devices.list();
    expect(me).toMatchObject({ name: '', self: true, online: true, state: 'in-use', revoke: 'no', addedAt: expect.any(Number) });
    await world.wait(anna.api.devices.rename(me!.device, 'Desk'));
    expect((await anna.api.devices.list())[0]).toMatchObject({ name: 'Desk' });
    const other = await second(world, anna, [await personalOf(anna)]);
    await until(world, () => spaceOf(other, [...other.running.parts.kernel.spaces.keys()][0]!).fragments.size > 1, 20_000, 'the personal space is there');
    await equal(world, [anna, other], await personalOf(anna));
    expect(await deviceOf(other, dsOf(anna))).toMatchObject({ name: 'Desk', self: false });
    await expect(world.wait(other.api.devices.rename('nobody', 'x'))).rejects.toMatchObject({ code: 'no-device' });
    await expect(world.wait(other.api.devices.rename(dsOf(anna), ' '))).rejects.toMatchObject({ code: 'bad-name' });
  });
});
