/** Who comes in under the rule that newcomers read from their coming on, by every way there is (KEY9, HIST1, HIST2; docs/decisions/0081). The plain way: tests/unit/os/kernel/late.test.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { spaceName } from '#os/kernel/spaces';
import { FRAGMENT } from '#vm/protocol/types';
import { policyOps } from '#os/rights/builders';
import type { InviteOptions, PairingView } from '#os/api';
import { born, equal, meet, noFaults, standing, texts, until, type Meeting } from './support/walks.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/pairing'), import('#os/kernel/device-acts')])));

const ROOT = toBase64url(FRAGMENT.root);
const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const say = (tab: SimTab, space: string, fragment: string, text: string) => tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text } }], { fragment });
/** Of the epochs that the tab knows, which it has the whole key of, and which the key of one fragment. */
const opens = (tab: SimTab, space: string, fragment: string): boolean[] => spaceOf(tab, space).rights.view().epochs.map(({ epoch }) => spaceOf(tab, space).keys.opens(fromBase64url(epoch)!, fromBase64url(fragment)!));

interface Late extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly talk: string;
}

/** Something was said, then the rule was set. */
async function late(seed: number): Promise<Late> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const talk = await m.world.wait(anna.api.graph(m.space).createFragment({ type: 'chat/channel@1', title: 'talk' }));
  await say(boris, m.space, talk, 'before');
  await until(m.world, () => texts(anna, m.space).includes('before'), 10_000, 'anna reads it');
  await m.world.wait(anna.api.access.setRules(m.space, { history: 'joining' }));
  await until(m.world, () => spaceOf(boris, m.space).rights.view().state.policy.late, 10_000, 'boris knows the rule');
  return { ...m, anna, boris, talk };
}

/** A person in a new browser who has asked to come in by a link. */
async function asks(m: Meeting, by: SimTab, name: string, options: InviteOptions = {}): Promise<SimTab> {
  const device = m.world.device(name);
  await born(m.world, await m.world.open(device));
  const tab = device.tabs[0]!;
  await m.world.wait(tab.api.spaces.join(await m.world.wait(by.api.spaces.invite(m.space, options))));
  return tab;
}

/** A second device of the person, paired by a code and the same words on both screens. */
async function paired(world: SimWorld, host: SimTab, name: string): Promise<SimTab> {
  const viewOf = (tab: SimTab): PairingView | null => tab.running.parts.kernel.pairing?.view() ?? tab.running.parts.kernel.pairSeen;
  await world.wait(host.api.devices.pair());
  await until(world, () => viewOf(host) !== null, 5_000, 'the code is there');
  const guest = await world.open(world.device(name));
  await world.wait(guest.api.devices.pairWith(viewOf(host)!.code));
  await until(world, () => [host, guest].every((tab) => viewOf(tab)?.step === 'compare'), 30_000, 'the words are there');
  await world.wait(guest.api.devices.answerPairing(true));
  await world.wait(host.api.devices.answerPairing(true));
  return guest;
}

async function comes(m: Meeting, by: SimTab, name: string, options: InviteOptions = {}): Promise<SimTab> {
  const tab = await asks(m, by, name, options);
  await until(m.world, () => standing(tab, m.space) === 'member', 60_000, `${name} is in`);
  return tab;
}

describe('{C7}{K7} newcomers who read from their coming on', () => {
  test('[KEY9] [KEY8] [HIST2] a guest of one channel: its name and what is said from then on; another channel opened later: from their coming, not from its beginning', async () => {
    const m = await late(851);
    const { world, space, anna, boris, talk } = m;
    const more = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'more' }));
    await say(boris, space, more, 'old there');
    await world.clock.run(3_000);
    const guest = await comes(m, anna, 'clara', { role: 'guest', scope: [talk] });
    await say(boris, space, talk, 'since');
    await say(boris, space, more, 'meanwhile');
    await until(world, () => texts(guest, space).includes('since'), 30_000, 'the guest reads what is said now');
    expect(texts(guest, space)).toEqual(['since']);
    await until(world, () => spaceName(spaceOf(guest, space)) === 'River', 60_000, 'and knows where they are');
    expect((await guest.api.graph(space).query({ type: 'fragment@1', fragment: ROOT })).map(({ props }) => props.title)).toEqual(['talk']);
    expect(opens(guest, space, talk)).toEqual([false, true]);
    await world.wait(anna.api.access.setScope(space, uidOf(guest), [talk, more]));
    await say(boris, space, more, 'now');
    await until(world, () => texts(guest, space).includes('now'), 30_000, 'the other channel is open');
    await world.clock.run(20_000);
    expect(texts(guest, space)).toEqual(['meanwhile', 'now', 'since']);
    noFaults([anna, boris, guest]);
  });

  test('[HIST1] who may let in and make no key lets in: the others write on, the newcomer waits for an owner, and reads what is said after that', async () => {
    const m = await late(852);
    const { world, space, anna, boris, talk } = m;
    await world.wait(anna.api.access.setDelegate(space, uidOf(boris), 'guest'));
    await until(world, () => spaceOf(boris, space).rights.memberOf(uidOf(boris))?.mayDelegate === true, 10_000, 'boris knows it');
    anna.offline(true);
    const guest = await asks(m, boris, 'clara', { role: 'guest' });
    await until(world, () => spaceOf(boris, space).rights.roleOf(uidOf(guest)) === 1, 60_000, 'boris let them in');
    await world.clock.run(10_000);
    expect(standing(guest, space)).toBe('joining');
    await say(boris, space, talk, 'without them');
    await world.wait(boris.api.saved());
    expect(spaceOf(boris, space).fragments.get(talk)!.pending, 'boris seals as ever').toEqual([]);
    anna.offline(false);
    await until(world, () => standing(guest, space) === 'member', 60_000, 'anna made a key');
    await say(boris, space, talk, 'with them');
    await until(world, () => texts(guest, space).includes('with them'), 30_000, 'the guest reads');
    expect(texts(guest, space)).toEqual(['with them']);
    noFaults([anna, boris, guest]);
  });

  test('[KEY9] [HIST1] a key that an admin made at the same moment without having heard of the newcomer is not given to them: it leads back', async () => {
    const m = await late(853);
    const { world, space, anna, boris, talk } = m;
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    const dora = await comes(m, anna, 'dora');
    await until(world, () => spaceOf(boris, space).rights.roleOf(uidOf(boris)) === 3 && spaceOf(boris, space).rights.roleOf(uidOf(dora)) === 2, 30_000, 'boris knows');
    await world.clock.run(10_000);
    boris.offline(true);
    await world.clock.run(15_000);
    await world.wait(boris.api.access.remove(space, uidOf(dora)));
    const clara = await comes(m, anna, 'clara');
    boris.offline(false);
    await equal(world, [anna, boris], space, 60_000);
    await world.clock.run(30_000);
    const { sealing, devices } = spaceOf(anna, space).rights.view();
    expect(sealing!.recipients.size).toBe(devices.length);
    const after = `after ${sealing!.epoch}`;
    await say(boris, space, talk, after);
    await until(world, () => texts(clara, space).includes(after), 30_000, 'clara reads on');
    expect(texts(clara, space)).not.toContain('before');
    const known = spaceOf(clara, space).rights.view();
    const since = known.devices.find(({ uid }) => uid === uidOf(clara))!;
    for (const info of known.epochs) if (known.withheld(since, info)) expect(spaceOf(clara, space).keys.has(fromBase64url(info.epoch)!), info.cause).toBe(false);
    expect(texts(anna, space)).toContain('before');
    noFaults([anna, boris, clara]);
  });

  test('[KEY2] [KEY9] a new device of somebody who was there before gets all keys, one of the newcomer only theirs', async () => {
    const m = await late(854);
    const { world, space, anna, boris, talk } = m;
    const clara = await comes(m, anna, 'clara');
    await say(boris, space, talk, 'since');
    await until(world, () => texts(clara, space).includes('since'), 30_000, 'clara reads it');
    for (const [owner, expected] of [[boris, ['before', 'since']], [clara, ['since']]] as const) {
      const again = await paired(world, owner, `${owner.name} again`);
      await until(world, () => standing(again, space) === 'member' && texts(again, space).length === expected.length, 90_000, `${owner.name}'s new device reads`);
      await world.clock.run(20_000);
      expect(texts(again, space)).toEqual(expected);
      expect(opens(again, space, talk), `${owner.name}: keys`).toEqual(opens(owner, space, talk));
    }
    noFaults([anna, boris, clara]);
  });

  test('[KEY9] [RIGHT26] a public link opens from its making on, and goes on doing so after the rule was lifted', async () => {
    const m = await late(855);
    const { world, space, anna, boris, talk } = m;
    const address = await world.wait(anna.api.access.makePublicLink(space, talk));
    // What is sealed by who has not heard of it is under the key of before.
    await until(world, () => spaceOf(boris, space).rights.view().sealing?.epoch === spaceOf(anna, space).rights.view().sealing?.epoch, 10_000, 'boris has heard of the link');
    const reader = await world.open(world.device('reader'));
    await world.wait(reader.api.reading.open(address));
    await say(boris, space, talk, 'since the link');
    await until(world, () => texts(reader, space).includes('since the link'), 60_000, 'the reader reads what is said now');
    await world.wait(anna.api.access.setRules(space, { history: 'all' }));
    await world.clock.run(30_000);
    expect(texts(reader, space)).toEqual(['since the link']);
    // Control: a link that is made without the rule.
    const second = await world.open(world.device('second'));
    await world.wait(second.api.reading.open(await world.wait(anna.api.access.makePublicLink(space, talk))));
    await until(world, () => texts(second, space).length === 2, 60_000, 'the second reads all of it');
    noFaults([anna, boris, reader, second]);
  });

  test('[KEY10] an owner opens one channel from its beginning: who came later reads all of it and nothing else, who comes after that too, until it is shut; not those of them who are owners now, by no rule that they take out, and not who is removed', async () => {
    const m = await late(857);
    const { world, space, anna, boris, talk } = m;
    const more = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'more' }));
    await say(boris, space, more, 'old there');
    await world.clock.run(3_000);
    const clara = await comes(m, anna, 'clara');
    await say(boris, space, talk, 'since');
    await until(world, () => texts(clara, space).includes('since'), 30_000, 'clara reads what is said now');
    const open = (by: SimTab, fragment: string, to = true): Promise<void> => world.wait(by.api.access.setRules(space, { past: { fragment, open: to } }));
    await expect(open(boris, talk)).rejects.toMatchObject({ code: 'owner-only' });
    await expect(open(anna, ROOT)).rejects.toMatchObject({ code: 'bad-id' });
    expect(texts(clara, space), 'control').toEqual(['since']);
    await open(anna, talk);
    await until(world, () => texts(clara, space).includes('before'), 60_000, 'clara reads it all');
    await world.wait(anna.api.access.setRole(space, uidOf(clara), 'owner'));
    await until(world, () => spaceOf(clara, space).rights.roleOf(uidOf(clara)) === 4, 10_000, 'clara is an owner');
    await expect(open(clara, more)).rejects.toMatchObject({ code: 'owner-only' });
    await expect(world.wait(clara.api.access.setRules(space, { history: 'all' }))).rejects.toMatchObject({ code: 'owner-only' });
    // Their program is a changed one: it takes every rule out, and the next comes by their invitation.
    await world.wait(clara.running.parts.sealer.writeAcl(spaceOf(clara, space), policyOps(new Map())));
    await until(world, () => [anna, boris].every((tab) => !spaceOf(tab, space).rights.view().state.policy.lateWritten), 10_000, 'the others know what clara wrote');
    expect((await anna.api.spaces.list()).find(({ id }) => id === space)!.rules.history).toBe('joining');
    const dora = await comes(m, clara, 'dora');
    await until(world, () => texts(dora, space).includes('before'), 60_000, 'dora too, whoever gives her the keys');
    await say(dora, space, talk, 'and now');
    await until(world, () => texts(clara, space).includes('and now'), 30_000, 'all go on');
    expect([texts(clara, space), texts(dora, space)].map((all) => all.filter((text) => text !== 'and now'))).toEqual([['before', 'since'], ['before', 'since']]);
    expect([opens(dora, space, talk).slice(0, 3), opens(dora, space, more).slice(0, 3)]).toEqual([[true, true, true], [false, false, true]]);
    const records = anna.device.disk.records().length;
    await world.clock.run(60_000);
    expect(anna.device.disk.records().length - records, 'nothing is given again and again').toBeLessThan(4);
    await open(anna, talk, false);
    await world.wait(anna.api.access.remove(space, uidOf(dora)));
    const emil = await comes(m, anna, 'emil');
    await say(boris, space, talk, 'without dora');
    await until(world, () => texts(emil, space).includes('without dora'), 30_000, 'emil reads what is said now');
    await world.clock.run(30_000);
    expect(texts(emil, space)).toEqual(['without dora']);
    expect(texts(dora, space)).not.toContain('without dora');
    noFaults([anna, boris, clara, emil]);
  });
});
