/** Acts on the people of a space: removal, roles, time, letting back in (FORMATS 5, 6; TRUST 2.4, 2.5). */
import { describe, expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { JoinState } from '#os/api';
import { partingFor } from '#os/kernel/parting';
import { takeStamp } from '#os/kernel/sealer';
import { grantOp } from '#os/rights/builders';
import { encodeAclOp } from '#vm/protocol/acl-operation';
import { parseRecord } from '#vm/protocol/record';
import { RECORD_CLASS, ROLE } from '#vm/protocol/types';
import { born, equal, joinStates, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';
import { aclRecord, entryOf, give, message, nextRecord, resign } from './support/forge.ts';
import { rawMember } from './support/raw-member.ts';
import type { SimTab } from './support/sim-world.ts';

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const roleAt = (tab: SimTab, space: string, of: SimTab) => spaceOf(tab, space).rights.roleOf(uidOf(of));
const viewOf = async (tab: SimTab, space: string) => (await tab.api.spaces.list()).find((one) => one.id === space);

/** Records of fragments other than acl on the device's disk that name the removal in their past. */
function sealedAfter(tab: SimTab, space: string, removal: string) {
  const { rights } = spaceOf(tab, space);
  return tab.device.disk.records().map((row) => parseRecord(row.bytes)).flatMap((parsed) => (parsed.ok ? [parsed.value] : []))
    .filter(({ header }) => header.class === RECORD_CLASS.op && toBase64url(header.space) === space && header.acl.some((head) => rights.upTo(toBase64url(head)).includes(removal)));
}

async function three(seed: number): Promise<Meeting & { anna: SimTab; boris: SimTab; clara: SimTab }> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara']);
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  return { ...m, anna, boris, clara };
}

describe('{C7} access.remove', () => {
  test('[RIGHT16] [KEY1] [RIGHT20] {V3} removed and still connected: told by whom, reads nothing that is sealed from then on, writes nothing that counts', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(201);
    await say(boris, space, 'while in');
    await until(world, () => texts(anna, space).length === 1, 10_000, 'anna reads it');
    const before = spaceOf(anna, space).rights.sealingEpoch()!;
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    const [removal] = spaceOf(anna, space).rights.view().revokes;
    await until(world, () => roleAt(boris, space, boris) === null && roleAt(clara, space, boris) === null, 10_000, 'boris and clara have it');
    expect(await boris.api.access.ending(space)).toMatchObject({ kind: 'removed', by: uidOf(anna), name: 'anna' });
    expect(await viewOf(boris, space)).toMatchObject({ role: 'removed' });
    await say(anna, space, 'among us');
    await say(clara, space, 'yes');
    await equal(world, [anna, clara], space);
    await world.clock.run(30_000);
    // Control: the two show each other's words, under another key.
    expect(texts(clara, space)).toEqual(['among us', 'while in', 'yes']);
    expect(toBase64url(spaceOf(clara, space).rights.sealingEpoch()!)).not.toBe(toBase64url(before));
    const after = sealedAfter(anna, space, removal!.id);
    expect(after.length).toBeGreaterThanOrEqual(2);
    for (const { header } of after) expect(spaceOf(boris, space).keys.has(header.epoch!)).toBe(false);
    expect(texts(boris, space)).toEqual(['while in']);
    // Nor by the API.
    await expect(boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'still here' } }])).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(boris.api.access.remove(space, uidOf(clara)))).rejects.toMatchObject({ code: 'no-right' });
    noFaults(tabs);
  });

  test('[RIGHT19] revoke, cuts and new key are one record', async () => {
    const { world, space, anna, boris } = await three(202);
    await say(boris, space, 'one');
    await world.clock.run(3_000);
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    const [removal] = spaceOf(anna, space).rights.view().revokes;
    const detail = await anna.api.log.record(space, removal!.id);
    expect(detail!.operations!.map((op) => op.primitive)).toEqual(['revoke', 'key.rotate']);
    expect(removal!.cuts.size).toBe(1);
  });

  test('[row 4] [RIGHT16] what was written without having seen the removal is set aside by everybody, and an admin may take it in', async () => {
    const { world, space, anna, boris, clara } = await three(203);
    boris.offline(true);
    await world.clock.run(15_000);
    await say(boris, space, 'away');
    await world.wait(boris.api.saved());
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    await world.clock.run(5_000);
    boris.offline(false);
    await until(world, () => roleAt(boris, space, boris) === null, 60_000, 'boris is told when he is back');
    expect(await boris.api.access.ending(space)).toMatchObject({ kind: 'removed', name: 'anna' });
    const aside = async (tab: SimTab) => (await tab.api.log.records(space, { limit: 500 })).filter((one) => one.status === 'quarantined');
    await until(world, () => anna.device.disk.records().length === clara.device.disk.records().length, 30_000, 'his record goes round');
    await world.clock.run(10_000);
    expect(await aside(anna)).toHaveLength(1);
    expect(await aside(clara)).toHaveLength(1);
    expect(texts(anna, space)).toEqual([]);
    await equal(world, [anna, clara], space);
  });

  test('[row 36] [RIGHT3] {V3} two admins remove each other at the same time: one holds, everywhere the same, and the one that is out reads nothing new', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(204);
    for (const tab of [boris, clara]) await world.wait(anna.api.access.setRole(space, uidOf(tab), 'admin'));
    await until(world, () => [boris, clara].every((tab) => tabs.every((by) => roleAt(by, space, tab) === ROLE.admin)), 10_000, 'two admins');
    for (const tab of [boris, clara]) tab.offline(true);
    await world.clock.run(15_000);
    const acts = await Promise.allSettled([world.wait(boris.api.access.remove(space, uidOf(clara))), world.wait(clara.api.access.remove(space, uidOf(boris)))]);
    // The senior one may, the junior one is refused where they stand: seniority is not a race.
    expect(acts.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const [stays, goes] = acts[0]!.status === 'fulfilled' ? [boris, clara] : [clara, boris];
    for (const tab of [boris, clara]) tab.offline(false);
    await until(world, () => tabs.every((tab) => roleAt(tab, space, goes) === null), 60_000, 'one is out');
    await say(stays, space, 'after');
    await equal(world, [anna, stays], space);
    await world.clock.run(10_000);
    expect(texts(anna, space)).toContain('after');
    expect(texts(goes, space)).not.toContain('after');
    expect(roleAt(goes, space, stays)).toBe(ROLE.admin);
  });

  test('[RIGHT10] [RIGHT19] an invitation from before the removal lets the removed one in no more, used up or open; one made after it does', async () => {
    const { world, space, link, anna, boris } = await three(205);
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    await until(world, () => roleAt(boris, space, boris) === null, 10_000, 'he has it');
    const steps: JoinState[] = await joinStates(world, boris, link);
    await until(world, () => steps.some((step) => step.state === 'failed'), 60_000, 'he is told');
    expect(steps.find((step) => step.state === 'failed')!.reason).toBe('revoked');
    expect(roleAt(anna, space, boris)).toBeNull();
    // Control: the same link still lets others in.
    const dora = await world.open(world.device('dora'));
    await born(world, dora);
    await world.wait(dora.api.spaces.join(link));
    await until(world, () => roleAt(anna, space, dora) === ROLE.member, 30_000, 'dora is in');
    const again = await world.wait(anna.api.spaces.invite(space));
    await world.wait(boris.api.spaces.join(again));
    await until(world, () => roleAt(boris, space, boris) === ROLE.member, 60_000, 'boris is in again');
    expect(await boris.api.access.ending(space)).toBeNull();
  });

  test('[row 4] [RIGHT13] [RIGHT16] raw records of a removed device, from before, from after and about rights: no effect anywhere; nobody opens the space to it', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(206);
    const early = await nextRecord(boris, space, [message(boris, space, 'sealed before')]);
    const epoch = spaceOf(boris, space).rights.sealingEpoch()!;
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === null), 10_000, 'all have it');
    const late = await resign(boris, early, (header) => header.set(10, [...spaceOf(boris, space).rights.heads()]));
    const grant = grantOp({ to: boris.running.parts.kernel.profile!.uid, role: ROLE.owner, nbf: world.clock.now() });
    const acl = await aclRecord(boris, space, [{ ...encodeAclOp(grant), verb: '', stamp: takeStamp(boris.running.parts.kernel, spaceOf(boris, space)) }]);
    const statusOf = async (tab: SimTab, bytes: Uint8Array) => (await tab.api.log.record(space, toBase64url(entryOf(bytes).id)))?.status ?? null;
    for (const tab of [anna, clara]) {
      await give(tab, early);
      expect(await statusOf(tab, early)).toBe('quarantined');
      await give(tab, acl);
      expect(await statusOf(tab, acl)).toBe('void');
      expect(roleAt(tab, space, boris)).toBeNull();
      expect(texts(tab, space)).toEqual([]);
    }
    const dora = await world.open(world.device('dora'));
    await born(world, dora);
    await world.wait(dora.api.spaces.join(await world.wait(anna.api.spaces.invite(space))));
    await until(world, () => dora.running.parts.kernel.spaces.get(space)?.standing === 'member', 30_000, 'dora is in');
    await give(dora, late);
    expect(['void', 'held-back'], 'alone, or beside the early one that the others have brought her').toContain(await statusOf(dora, late));
    expect(texts(dora, space)).toEqual([]);
    const raw = await rawMember(world, boris, space, epoch).catch((error: unknown) => error);
    expect(String(raw)).toContain('found nobody');
  });

  test('[RIGHT20] [limit KERNEL.partingRecords] of a long acl the removed one is shown so many records, the removal among them', async () => {
    const { world, space, anna, boris } = await three(207);
    const { kernel } = anna.running.parts;
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    const read = async () => (await partingFor(kernel, spaceOf(anna, space), boris.running.parts.kernel.profile!.ds.pub)!.read()).map((one) => toBase64url(one.id));
    const [removal] = spaceOf(anna, space).rights.view().revokes;
    const whole = await read();
    expect(whole.length).toBe(spaceOf(anna, space).rights.upTo(removal!.id).length);
    // Behind the removal nothing is theirs.
    await world.wait(anna.api.spaces.invite(space));
    expect(await read()).toEqual(whole);
    vi.spyOn(spaceOf(anna, space).rights, 'upTo').mockReturnValue([...Array.from({ length: 600 }, () => whole[0]!), removal!.id]);
    const some = await read();
    expect(some).toHaveLength(512);
    expect(some.at(-1)).toBe(removal!.id);
    // Nor is anything told to a device that may be served, or was never in.
    expect(partingFor(kernel, spaceOf(anna, space), kernel.profile!.ds.pub)).toBeNull();
    expect(partingFor(kernel, spaceOf(anna, space), new Uint8Array(32))).toBeNull();
  });
});

describe('{C7} access.setRole', () => {
  test('[RIGHT3] [RIGHT16] to Guest while the person is away: what they write meanwhile is set aside, back again they read and do not write', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(211);
    await say(boris, space, 'before');
    await until(world, () => texts(anna, space).length === 1, 10_000, 'anna reads it');
    boris.offline(true);
    await world.clock.run(15_000);
    await say(boris, space, 'as a member');
    await world.wait(boris.api.saved());
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'guest'));
    await say(anna, space, 'to all');
    await world.clock.run(5_000);
    // Nothing of it is known where he is.
    expect(roleAt(boris, space, boris)).toBe(ROLE.member);
    boris.offline(false);
    await until(world, () => roleAt(boris, space, boris) === ROLE.guest, 60_000, 'he is a guest when he is back');
    await equal(world, tabs, space);
    await world.clock.run(10_000);
    for (const tab of tabs) expect(texts(tab, space), tab.name).toEqual(['before', 'to all']);
    expect(await viewOf(boris, space)).toMatchObject({ role: 'guest' });
    await expect(boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'more' } }])).rejects.toMatchObject({ code: 'no-right' });
    // Undo: what counts again is what is written with it.
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
    await until(world, () => roleAt(boris, space, boris) === ROLE.member, 10_000, 'a member again');
    await say(boris, space, 'again');
    await until(world, () => texts(clara, space).includes('again'), 10_000, 'it counts');
    expect(texts(clara, space)).not.toContain('as a member');
    noFaults(tabs);
  });

  test('[RIGHT3] an Admin who is made a Member while away: what they did as an Admin does not count', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(212);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    await until(world, () => roleAt(boris, space, boris) === ROLE.admin, 10_000, 'an admin');
    boris.offline(true);
    await world.clock.run(15_000);
    await world.wait(boris.api.access.remove(space, uidOf(clara)));
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'member'));
    boris.offline(false);
    await until(world, () => roleAt(boris, space, boris) === ROLE.member, 60_000, 'a member');
    await equal(world, tabs, space, 60_000);
    for (const tab of tabs) expect(roleAt(tab, space, clara), tab.name).toBe(ROLE.member);
    // The key he made without her is left: whatever is sealed now, she reads.
    await say(boris, space, 'for all three');
    await until(world, () => texts(clara, space).includes('for all three'), 60_000, 'clara reads');
  });

  test('[RIGHT5] [RIGHT9] the last owner stays, ownership is handed over, and an owner made later does not bring down the first', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(213);
    await expect(world.wait(anna.api.spaces.leave(space))).rejects.toMatchObject({ code: 'last-owner' });
    await expect(world.wait(anna.api.access.setRole(space, uidOf(anna), 'member'))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(boris.api.access.setRole(space, uidOf(clara), 'admin'))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(boris.api.access.setRole(space, uidOf(anna), 'member'))).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'owner'));
    await until(world, () => roleAt(boris, space, boris) === ROLE.owner, 10_000, 'two owners');
    await expect(world.wait(boris.api.access.setRole(space, uidOf(anna), 'member'))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(boris.api.access.remove(space, uidOf(anna)))).rejects.toMatchObject({ code: 'no-right' });
    const choices = await boris.api.access.choices(space);
    expect(choices.find((one) => one.uid === uidOf(anna))).toEqual({ uid: uidOf(anna), remove: false, roles: [], until: false, whole: false, delegate: [], plan: false });
    expect(choices.find((one) => one.uid === uidOf(clara))).toEqual({ uid: uidOf(clara), remove: true, roles: ['owner', 'admin', 'guest'], until: true, whole: false, delegate: ['guest'], plan: false });
    await world.wait(anna.api.spaces.leave(space));
    await until(world, () => roleAt(boris, space, anna) === null && roleAt(clara, space, anna) === null, 10_000, 'the first owner is gone');
    await say(boris, space, 'mine now');
    await until(world, () => texts(clara, space).includes('mine now'), 30_000, 'and it goes on');
    expect(await anna.api.access.ending(space)).toMatchObject({ kind: 'left' });
    noFaults(tabs);
  });
});

describe('{C7} access.setUntil', () => {
  const HOUR = 3_600_000;
  test('[RIGHT18] {V3} an access that ends: its own kernel stops writing, nobody serves it, an admin writes the removal with the cuts where it ended', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(221);
    const end = anna.running.parts.kernel.time.now() + HOUR;
    for (const [until, code] of [[world.clock.now() - 1, 'bad-value'], [0.5, 'bad-value']] as const) {
      await expect(world.wait(anna.api.access.setUntil(space, uidOf(boris), until))).rejects.toMatchObject({ code });
    }
    await expect(world.wait(clara.api.access.setUntil(space, uidOf(boris), end))).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), end));
    await until(world, () => tabs.every((tab) => spaceOf(tab, space).rights.memberOf(uidOf(boris))?.exp === end), 10_000, 'all know');
    expect((await clara.api.spaces.members(space)).find((one) => one.uid === uidOf(boris))).toMatchObject({ until: end, role: 'member' });
    await world.clock.run(HOUR - 60_000);
    // The admin is away when it ends.
    anna.offline(true);
    await world.clock.run(20_000);
    await say(boris, space, 'in time');
    await world.wait(boris.api.saved());
    expect(await viewOf(boris, space)).toMatchObject({ role: 'member' });
    await world.clock.run(60_000);
    expect(await viewOf(boris, space)).toMatchObject({ role: 'removed' });
    expect(await boris.api.access.ending(space)).toEqual({ kind: 'ended', by: null, name: '', at: end });
    await expect(boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'late' } }])).rejects.toMatchObject({ code: 'no-right' });
    await say(clara, space, 'not for him');
    await world.wait(clara.api.saved());
    await world.clock.run(10_000);
    expect(texts(boris, space)).toEqual(['in time']);
    expect(roleAt(clara, space, boris)).toBe(ROLE.member);
    anna.offline(false);
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === null), 90_000, 'the removal is written and told');
    await equal(world, [anna, clara], space);
    expect(texts(clara, space)).toEqual(['in time', 'not for him']);
    expect(await boris.api.access.ending(space)).toEqual({ kind: 'ended', by: null, name: '', at: end });
    noFaults(tabs);
  });

  test('[limit KERNEL.endedLinkedLooks] [limit KERNEL.endedLooks] the cuts wait until what was made in time had time to come; nobody linked is not waited for without end', async () => {
    const { world, space, tabs, anna, boris, clara } = await three(225);
    const end = (): number => anna.running.parts.kernel.time.now() + 5_000;
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), end()));
    await world.clock.run(35_000);
    expect(roleAt(anna, space, boris)).toBe(ROLE.member);
    await world.clock.run(15_000);
    expect(roleAt(anna, space, boris)).toBeNull();
    await world.wait(anna.api.access.setUntil(space, uidOf(clara), end()));
    for (const tab of tabs) tab.offline(true);
    await world.clock.run(580_000);
    expect(roleAt(anna, space, clara)).toBe(ROLE.member);
    await world.clock.run(40_000);
    expect(roleAt(anna, space, clara)).toBeNull();
  });

  test('[RIGHT18] a raw client that goes on after its end: what says to be later is set aside, what is earlier stays', async () => {
    const { world, space, anna, boris, clara } = await three(222);
    const end = anna.running.parts.kernel.time.now() + 60_000;
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), end));
    await say(boris, space, 'in time');
    await until(world, () => texts(anna, space).length === 1, 10_000, 'anna reads it');
    anna.offline(true);
    await world.clock.run(90_000);
    const late = await nextRecord(boris, space, [message(boris, space, 'late')]);
    await give(clara, late);
    // Until the removal is there, the acl says what it said.
    expect(texts(clara, space)).toEqual(['in time', 'late']);
    anna.offline(false);
    await until(world, () => [anna, clara].every((tab) => roleAt(tab, space, boris) === null), 90_000, 'the removal is written');
    await equal(world, [anna, clara], space);
    for (const tab of [anna, clara]) expect(texts(tab, space), tab.name).toEqual(['in time']);
  });

  test('[RIGHT18] longer, without end, and let back in after it ended', async () => {
    const { world, space, anna, boris, clara } = await three(223);
    const now = anna.running.parts.kernel.time.now();
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), now + 60_000));
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), now + 600_000));
    await world.clock.run(120_000);
    expect(await viewOf(boris, space)).toMatchObject({ role: 'member' });
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), null));
    await world.clock.run(600_000);
    expect(await viewOf(boris, space)).toMatchObject({ role: 'member' });
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), anna.running.parts.kernel.time.now() + 5_000));
    await until(world, () => roleAt(boris, space, boris) === null, 60_000, 'ended');
    await say(anna, space, 'meanwhile');
    await world.clock.run(5_000);
    await world.wait(anna.api.access.letBackIn(space, uidOf(boris), 'member'));
    await until(world, () => roleAt(boris, space, boris) === ROLE.member && texts(boris, space).includes('meanwhile'), 60_000, 'in again, with what was said meanwhile');
    await say(boris, space, 'here again');
    await until(world, () => texts(clara, space).includes('here again'), 30_000, 'it counts');
    await expect(world.wait(anna.api.access.letBackIn(space, toBase64url(new Uint8Array(32)), 'member'))).rejects.toMatchObject({ code: 'not-here' });
  });

  test('[RIGHT8] an admin for a time lets people in no longer than they have themselves, and after it nobody', async () => {
    const { world, space, link, anna, boris } = await three(224);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    const end = anna.running.parts.kernel.time.now() + HOUR;
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), end));
    await until(world, () => spaceOf(boris, space).rights.memberOf(uidOf(boris))?.exp === end, 10_000, 'he knows');
    anna.offline(true);
    await world.clock.run(20_000);
    const dora = await world.open(world.device('dora'));
    await born(world, dora);
    await world.wait(dora.api.spaces.join(link));
    await until(world, () => roleAt(dora, space, dora) === ROLE.member, 30_000, 'boris lets dora in');
    expect(spaceOf(dora, space).rights.memberOf(uidOf(dora))!.exp).toBe(end);
    await world.clock.run(HOUR);
    await expect(world.wait(boris.api.spaces.invite(space))).rejects.toMatchObject({ code: 'no-right' });
    const emil = await world.open(world.device('emil'));
    await born(world, emil);
    await world.wait(emil.api.spaces.join(link));
    await world.clock.run(30_000);
    expect(roleAt(emil, space, emil)).toBeNull();
  });
});

describe('{C7} access.journal, access.copy', () => {
  test('[limit KERNEL.journalLines] who did what with whom, newest first; what lost does not count; a copy for who is out', async () => {
    const { world, space, anna, boris, clara } = await three(231);
    const kinds = async (tab: SimTab) => (await tab.api.access.journal(space)).map((line) => line.kind);
    expect(await kinds(boris)).toEqual(['joined', 'joined', 'invited', 'key', 'created']);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    await until(world, () => roleAt(boris, space, boris) === ROLE.admin, 10_000, 'an admin');
    await world.wait(boris.api.access.setUntil(space, uidOf(clara), world.clock.now() + 9_000_000));
    const invite = await world.wait(boris.api.spaces.invite(space, { role: 'guest' }));
    expect(invite.length).toBeGreaterThan(0);
    await world.wait(boris.api.spaces.revokeInvite(space, (await boris.api.spaces.invites(space)).find((one) => one.role === 'guest')!.id));
    await until(world, () => anna.running.parts.kernel.spaces.get(space)!.rights.heads().join() === spaceOf(boris, space).rights.heads().join(), 10_000, 'anna has it');
    boris.offline(true);
    await world.clock.run(15_000);
    await world.wait(boris.api.access.setRole(space, uidOf(clara), 'guest'));
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    boris.offline(false);
    await until(world, () => roleAt(boris, space, boris) === null, 60_000, 'boris is out');
    await until(world, () => spaceOf(anna, space).rights.acts().length === spaceOf(clara, space).rights.acts().length && spaceOf(anna, space).rights.acts().some((act) => act.ops.length === 2 && act.author === uidOf(boris)), 60_000, 'his act goes round');
    const journal = await anna.api.access.journal(space);
    const line = (kind: string) => journal.find((one) => one.kind === kind)!;
    expect(line('removed')).toMatchObject({ by: uidOf(anna), who: uidOf(boris), before: 'admin', counts: true });
    expect(line('until')).toMatchObject({ by: uidOf(boris), who: uidOf(clara), role: 'member', counts: true });
    expect(line('taken-back')).toMatchObject({ by: uidOf(boris), role: 'guest', counts: true });
    expect(journal.filter((one) => one.kind === 'role').map((one) => [one.before, one.role, one.counts]).sort()).toEqual([['member', 'admin', true], ['member', 'guest', false]]);
    expect(await anna.api.access.journal(space, { limit: 2, offset: 1 })).toEqual(journal.slice(1, 3));
    const copy = JSON.parse(await (await boris.api.access.copy(space)).text()) as { name: string; nodes: { type: string }[] };
    expect(copy.name).toBe('River');
    expect(copy.nodes.some((node) => node.type === 'fragment@1')).toBe(true);
    await world.wait(boris.api.spaces.leave(space));
    expect(await viewOf(boris, space)).toBeUndefined();
    vi.spyOn(spaceOf(anna, space).rights, 'acts').mockReturnValue(Array.from({ length: 300 }, () => spaceOf(clara, space).rights.acts()[0]!));
    expect(await anna.api.access.journal(space)).toHaveLength(200);
    expect(await anna.api.access.journal(space, { limit: 1_000 })).toHaveLength(200);
  });
});
