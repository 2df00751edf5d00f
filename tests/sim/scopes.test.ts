/** Rights on a part of the space: who has them is served that part, gets keys of it only, and writes nowhere else (FORMATS 6; RIGHT8, RIGHT13, RIGHT21, KEY8). */
import { describe, expect, test } from 'vitest';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { AgreementKey } from '#ports/crypto';
import { encodeCbor } from '#base/cbor';
import { KERNEL_LIMITS } from '#os/limits';
import { openContent } from '#os/kernel/open-content';
import { partOps } from '#os/kernel/part-keys';
import { createSpaceKeys } from '#os/kernel/space-keys';
import { wireScope } from '#os/kernel/wraps';
import { grantOp } from '#os/rights/builders';
import { encodeAclOp, type KeyShareOp } from '#vm/protocol/acl-operation';
import { wrapEpochKey } from '#vm/protocol/keys';
import { parseRecord } from '#vm/protocol/record';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { personName } from '#os/kernel/spaces';
import { takeStamp } from '#os/kernel/sealer';
import { born, equal, meet, noFaults, noForks, standing, texts, until, type Meeting } from './support/walks.ts';
import { rawMember } from './support/raw-member.ts';
import { aclRecord, entryOf, give, nextRecord, message } from './support/forge.ts';
import type { SimTab } from './support/sim-world.ts';

const ACL = toBase64url(FRAGMENT.acl);
const ROOT = toBase64url(FRAGMENT.root);
const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const sayIn = (tab: SimTab, space: string, fragment: string, text: string) =>
  tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }], { fragment });
const channels = async (tab: SimTab, space: string): Promise<unknown[]> => (await tab.api.graph(space).query({ type: 'fragment@1', fragment: ROOT })).map((node) => node.props.title);
/** Fragments of the space of which the device keeps records. */
const kept = (tab: SimTab, space: string): string[] => [...new Set(tab.device.disk.records().filter((row) => toBase64url(row.space) === space).map((row) => toBase64url(row.fragment)))].sort();

interface Parts extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly guest: SimTab;
  /** The channel that is opened, and one that is not. */
  readonly help: string;
  readonly secret: string;
}

async function parts(seed: number, role: 'guest' | 'member' = 'guest'): Promise<Parts> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const help = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'help' }));
  const secret = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'secret' }));
  await sayIn(anna, space, help, 'welcome');
  await sayIn(boris, space, help, 'hello');
  await sayIn(anna, space, secret, 'for us');
  const device = world.device('clara');
  await born(world, await world.open(device));
  const guest = device.tabs[0]!;
  const link = await world.wait(anna.api.spaces.invite(space, { role, scope: [help] }));
  await world.wait(guest.api.spaces.join(link));
  await until(world, () => standing(guest, space) === 'member' && texts(guest, space).length === 2, 30_000, 'the guest reads the channel');
  await world.clock.run(6_000);
  return { ...m, anna, boris, guest, help, secret, devices: [...m.devices, device], tabs: [...m.tabs, guest] };
}

/** What a device that proves the space and keeps no rule is told when it asks for all of it: the texts of ids of fragments and records in the answers. */
async function askFor(m: Parts, who: SimTab, fragments: readonly string[]): Promise<{ told: string; got: number }> {
  const { world } = m;
  const space = fromBase64url(m.space)!;
  const wanted = fragments.map((fragment) => fromBase64url(fragment)!);
  const nodes = spaceOf(m.anna, m.space).source.ids(m.secret, 'chat/message@1');
  const writers = wanted.flatMap((fragment) => spaceOf(m.anna, m.space).fragments.get(toBase64url(fragment))!.log.heads().map((head) => ({ fragment, writer: head.writer })));
  const raw = await rawMember(world, who, m.space);
  await until(world, () => raw.messages.some(({ event }) => event === 'sync:open:v1:requested'), 20_000, 'a link is open');
  const from = raw.messages.length;
  raw.say('sync:list:v1:requested', [space, null, null], { id: 'list' });
  raw.say('sync:changes:v1:requested', [space, 0], { id: 'changes' });
  raw.say('sync:news:v1:requested', [space, 0, 65_536], { id: 'news' });
  raw.say('sync:heads:v1:requested', [space, wanted.map((fragment) => [fragment, null])], { id: 'heads' });
  raw.say('sync:own:v1:requested', [space, writers.map(({ writer }) => writer)], { id: 'own' });
  raw.say('seal:compare:v1:requested', [space, 0, null, null, null], { id: 'seal' });
  for (const { fragment, writer } of writers) raw.say('gun:get:v1:requested', [space, fragment, writer, 0, 0, 65_536], { id: `get ${toBase64url(fragment)}` });
  for (const node of nodes) raw.say('node:find:v1:requested', [space, fromBase64url(node)!], { id: 'find' });
  await sayIn(m.anna, m.space, m.secret, 'said meanwhile');
  await world.clock.run(5_000);
  const answers = raw.messages.slice(from);
  return { told: answers.map(({ payload }) => Buffer.from(payload).toString('latin1')).join('\n'), got: answers.filter(({ event, payload }) => event === 'gun:get:v1:completed' && payload.length > 8).length };
}

/** As it stands in an answer. */
const inBytes = (id: string): string => Buffer.from(fromBase64url(id)!).toString('latin1');

describe('{C7} a part of the space', () => {
  test('[RIGHT21] {V3} whatever a guest\'s device asks, it is told nothing of another fragment; a member\'s device is told all (control)', async () => {
    for (const [seed, role] of [[311, 'guest'], [312, 'control']] as const) {
      const m = await parts(seed);
      const { told, got } = await askFor(m, role === 'guest' ? m.guest : m.boris, [m.secret, ROOT]);
      expect(told.includes(inBytes(m.secret)), `${role}: the other channel`).toBe(role === 'control');
      expect(told.includes(inBytes(ROOT)), `${role}: the directory`).toBe(role === 'control');
      expect(told.includes(inBytes(m.help)), `${role}: the own channel`).toBe(true);
      expect(got > 0, `${role}: records`).toBe(role === 'control');
    }
  });

  test('[RIGHT21] [KEY8] {V3} a guest of one channel reads it, knows its name and its people, and holds and opens nothing else', async () => {
    const { world, space, anna, boris, guest, help, secret, tabs } = await parts(301);
    expect(texts(guest, space)).toEqual(['hello', 'welcome']);
    expect(await channels(guest, space)).toEqual(['help']);
    expect((await guest.api.spaces.list()).find((one) => one.id === space)).toMatchObject({ name: 'River', role: 'guest' });
    expect(personName(spaceOf(guest, space), uidOf(anna))).toBe('anna');
    expect(personName(spaceOf(guest, space), uidOf(boris))).toBe('boris');
    expect((await guest.api.spaces.members(space)).find((one) => one.self)).toMatchObject({ scope: [help] });
    // Members learn the guest's name from the presence of a slot that writes nothing.
    guest.api.presence.set(space, help, 'here');
    await until(world, () => [anna, boris].every((tab) => personName(spaceOf(tab, space), uidOf(guest)) === 'clara'), 10_000, 'the guest has a name');
    // Nothing else is on the disk; a member has the rest (control).
    expect(kept(guest, space)).toEqual([ACL, help].sort());
    expect(kept(boris, space)).toEqual(expect.arrayContaining([ACL, ROOT, help, secret]));
    const { keys, rights } = spaceOf(guest, space);
    const epoch = rights.sealingEpoch()!;
    expect(keys.has(epoch)).toBe(false);
    expect(keys.opens(epoch, FRAGMENT.root)).toBe(false);
    expect(keys.opens(epoch, fromBase64url(help)!)).toBe(true);
    expect(spaceOf(anna, space).keys.has(epoch)).toBe(true);
    // Live, both ways of the clock: a new word comes, the channel's new name too.
    await sayIn(boris, space, help, 'news');
    await anna.api.graph(space).transact([{ op: 'node.set', id: help, props: { title: 'questions' } }], { fragment: ROOT });
    await until(world, () => texts(guest, space).includes('news'), 10_000, 'the guest hears the news');
    await world.clock.run(5_000);
    expect(await channels(guest, space)).toEqual(['questions']);
    await equal(world, [anna, boris], space);
    noFaults(tabs);
  });

  test('[RIGHT13] the guest writes nothing: not by the API, and a record of theirs has no effect anywhere', async () => {
    const { world, space, anna, boris, guest, help, secret } = await parts(302);
    for (const fragment of [help, secret, ROOT]) await expect(sayIn(guest, space, fragment, 'mine')).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(guest.api.spaces.invite(space))).rejects.toMatchObject({ code: 'no-right' });
    await expect(world.wait(guest.api.access.setScope(space, uidOf(guest), null))).rejects.toMatchObject({ code: 'no-right' });
    const bytes = await nextRecord(guest, space, [message(guest, space, 'forced')]);
    const made = entryOf(bytes);
    await give(anna, bytes);
    await world.clock.run(10_000);
    const { log } = spaceOf(anna, space).fragments.get(help)!;
    expect(log.has(toBase64url(made.id as Bytes)), 'it was taken in').toBe(true);
    expect(log.status(toBase64url(made.id as Bytes))).toBe('void');
    expect(texts(anna, space)).not.toContain('forced');
    expect(texts(boris, space)).not.toContain('forced');
  });

  test('[RIGHT13] a Member of one channel writes there and nowhere else', async () => {
    const { world, space, anna, guest, help, secret, devices } = await parts(303, 'member');
    await sayIn(guest, space, help, 'my question');
    await until(world, () => texts(anna, space).includes('my question'), 10_000, 'anna reads it');
    await world.clock.run(5_000);
    expect(personName(spaceOf(anna, space), uidOf(guest))).toBe('clara');
    for (const fragment of [secret, ROOT]) await expect(sayIn(guest, space, fragment, 'mine')).rejects.toMatchObject({ code: 'no-right' });
    noForks(devices);
  });

  test('[RIGHT28] a Member who comments answers and reacts, and writes nothing else; a record that does it all the same counts nowhere', async () => {
    const { world, space, anna, boris, guest, help, tabs } = await parts(308, 'member');
    const question = (await sayIn(anna, space, help, 'a question')).ids[0]!;
    await world.wait(anna.api.access.setScope(space, uidOf(guest), [help], { comments: [help] }));
    await until(world, () => spaceOf(guest, space).rights.memberOf(uidOf(guest))?.scope?.get(help) === 5 && texts(guest, space).includes('a question'), 20_000, 'the guest knows it');
    expect((await guest.api.spaces.list()).find((one) => one.id === space)).toMatchObject({ role: 'member', scope: [help], comments: [help] });
    expect((await anna.api.spaces.members(space)).find(({ uid }) => uid === uidOf(guest))).toMatchObject({ comments: [help] });
    const graph = guest.api.graph(space);
    const answer = (text: string) => graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text, replyTo: question } }], { fragment: help });
    await expect(sayIn(guest, space, help, 'mine')).rejects.toMatchObject({ code: 'rules' });
    await expect(graph.transact([{ op: 'node.set', id: question, props: { text: 'mine' } }])).rejects.toMatchObject({ code: 'rules' });
    const { ids: [own] } = await answer('an answer');
    await graph.transact([{ op: 'node.set', id: own!, props: { text: 'a better answer' } }]);
    await graph.transact([{ op: 'edge.add', type: 'react/+@1', from: question, to: own!, personal: true }]);
    const forged = await nextRecord(guest, space, [message(guest, space, 'forced')], null, help);
    for (const tab of [anna, boris, guest]) await give(tab, forged);
    await until(world, () => [anna, boris].every((tab) => texts(tab, space).includes('a better answer')), 20_000, 'it is read');
    await world.clock.run(5_000);
    for (const tab of [anna, boris]) {
      expect(texts(tab, space)).not.toContain('forced');
      expect(await tab.api.graph(space).get(question)).toMatchObject({ edges: [{ type: 'react/+@1' }], props: { text: 'a question' } });
      expect(personName(spaceOf(tab, space), uidOf(guest))).toBe('clara');
    }
    const why = (await boris.api.log.records(space, { limit: 500 })).find((one) => one.uid === uidOf(guest) && one.status === 'void');
    expect(why?.why).toContain('RIGHT28');
    await expect(world.wait(anna.api.access.setScope(space, uidOf(boris), null, { comments: [help] }))).rejects.toMatchObject({ code: 'bad-op' });
    // Out and in again they get no more than they had; then the whole channel is theirs.
    await world.wait(anna.api.access.remove(space, uidOf(guest)));
    await world.wait(anna.api.access.letBackIn(space, uidOf(guest), 'member'));
    expect(spaceOf(anna, space).rights.memberOf(uidOf(guest))?.scope?.get(help)).toBe(5);
    await world.wait(anna.api.access.setScope(space, uidOf(guest), [help]));
    await until(world, () => spaceOf(guest, space).rights.memberOf(uidOf(guest))?.scope?.get(help) === 7, 60_000, 'the guest writes');
    await sayIn(guest, space, help, 'now mine');
    await until(world, () => texts(boris, space).includes('now mine'), 60_000, 'it is read');
    noFaults(tabs);
  });

  test('[KEY8] a removal of somebody else makes the key new; the guest gets the new one of the channel, never the epoch\'s', async () => {
    const { world, space, anna, boris, guest, help, secret } = await parts(304);
    const before = spaceOf(anna, space).rights.sealingEpoch()!;
    await world.wait(anna.api.access.remove(space, uidOf(boris)));
    await sayIn(anna, space, help, 'without boris');
    await sayIn(anna, space, secret, 'still for us');
    await until(world, () => texts(guest, space).includes('without boris'), 10_000, 'the guest reads on');
    const epoch = spaceOf(guest, space).rights.sealingEpoch()!;
    expect(toBase64url(epoch)).not.toBe(toBase64url(before));
    expect(spaceOf(guest, space).keys.has(epoch)).toBe(false);
    expect(texts(boris, space)).not.toContain('without boris');
  });

  test('[KEY8] {V3} who loses a part reads nothing that is sealed there from then on; who is given the rest reads it all', async () => {
    const { world, space, anna, boris, help, secret, tabs } = await parts(305);
    await until(world, () => texts(boris, space).includes('for us'), 10_000, 'boris reads the secret');
    await world.wait(anna.api.access.setScope(space, uidOf(boris), [help]));
    await until(world, () => spaceOf(boris, space).rights.memberOf(uidOf(boris))?.scope != null, 10_000, 'boris knows it');
    await world.clock.run(3_000);
    await sayIn(anna, space, secret, 'after him');
    await sayIn(anna, space, help, 'to all');
    await sayIn(boris, space, help, 'I am here');
    await until(world, () => texts(boris, space).includes('to all') && texts(anna, space).includes('I am here'), 10_000, 'the channel goes on');
    await world.clock.run(20_000);
    expect(texts(boris, space)).not.toContain('after him');
    expect(spaceOf(boris, space).keys.has(spaceOf(boris, space).rights.sealingEpoch()!)).toBe(false);
    expect(await channels(boris, space)).toEqual(['help']);
    await expect(sayIn(boris, space, secret, 'mine')).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(anna.api.access.setScope(space, uidOf(boris), null));
    await until(world, () => texts(boris, space).includes('after him'), 60_000, 'boris reads all of it again');
    await equal(world, [anna, boris], space, 60_000);
    expect(await channels(boris, space)).toEqual(['general', 'help', 'secret']);
    // The journal says what was opened and what was closed, and nothing of an end that nobody set or took.
    await world.wait(anna.api.access.setUntil(space, uidOf(boris), world.clock.now() + 86_400_000));
    const about = (await anna.api.access.journal(space)).filter((line) => line.who === uidOf(boris)).map(({ kind, open }) => [kind, open]);
    expect(about.slice(0, 3)).toEqual([['until', null], ['scope', null], ['scope', [help]]]);
    noFaults(tabs);
  });

  test('[ACT1] an act over two channels of which one may not be written any more waits whole, and is saved whole when it may', async () => {
    const { world, space, anna, boris, help, secret } = await parts(309);
    const graph = boris.api.graph(space);
    const made = await Promise.all([help, secret].map(async (fragment) => (await sayIn(boris, space, fragment, 'a page')).ids[0]!));
    await until(world, () => texts(anna, space).filter((text) => text === 'a page').length === 2, 10_000, 'both are there');
    const words = (tab: SimTab) => [help, secret].map((fragment, i) => spaceOf(tab, space).fragments.get(fragment)!.graph.text(made[i]!));
    const waiting = () => [help, secret].map((fragment) => spaceOf(boris, space).fragments.get(fragment)!.pending.length);
    // Text waits for 300 ms: the right goes in between.
    await world.wait(anna.api.access.setScope(space, uidOf(boris), [help]));
    await graph.transact(made.map((id) => ({ op: 'text.splice', id, at: 0, remove: 0, insert: 'both' })));
    await until(world, () => spaceOf(boris, space).rights.memberOf(uidOf(boris))?.scope != null, 250, 'boris hears of it before the text is due');
    await world.clock.run(20_000);
    expect([waiting(), words(anna)]).toEqual([[1, 1], ['', '']]);
    await world.wait(anna.api.access.setScope(space, uidOf(boris), null));
    await until(world, () => words(anna).every((text) => text === 'both'), 60_000, 'it is saved and read');
    expect(waiting()).toEqual([0, 0]);
    await equal(world, [anna, boris], space, 60_000);
    noFaults([anna, boris]);
  });

  test('[limit KERNEL.scopeFragments] an invitation names known channels, not too many, and no scope goes to an admin', async () => {
    const { world, space, anna, help } = await parts(306);
    const many = Array.from({ length: KERNEL_LIMITS.scopeFragments + 1 }, (_, i) => toBase64url(new Uint8Array(16).fill(i + 20)));
    for (const scope of [[], [help, 'x'], ['AAAAAAAAAAAAAAAAAAAAAA'], many]) await expect(world.wait(anna.api.spaces.invite(space, { role: 'guest', scope }))).rejects.toMatchObject({ code: 'bad-id' });
    await expect(world.wait(anna.api.spaces.invite(space, { role: 'admin', scope: [help] }))).rejects.toMatchObject({ code: 'bad-invite' });
    await expect(world.wait(anna.api.spaces.invite(space, { role: 'guest', scope: [help] }))).resolves.toContain('');
  });

  test('[limit KERNEL.partShareBytes] fragment keys for many devices go into several records, each of which fits', async () => {
    const { space, anna, help, secret } = await parts(307);
    const { kernel } = anna.running.parts;
    const held = spaceOf(anna, space);
    const dx = toBase64url(kernel.profile!.dx.pub);
    const devices = Array.from({ length: 600 }, (_, i) => ({ uid: 'x', ds: toBase64url(new Uint8Array(32).fill(i & 255).fill(i >> 8, 0, 1)), dx, scope: new Map([[help, 1]]) }));
    const epoch = toBase64url(held.rights.sealingEpoch()!);
    const lacking = [help, secret, ROOT].map((fragment) => ({ epoch, fragment, devices }));
    const lists = await partOps(kernel, held, lacking, Infinity);
    expect(lists.length).toBeGreaterThan(1);
    const sizes = lists.map((ops) => ops.reduce((sum, op) => sum + encodeAclOp(op).args.reduce<number>((bytes, arg) => bytes + encodeCbor(arg).length, 20), 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(KERNEL_LIMITS.partShareBytes);
    expect(lists.flat().reduce((sum, op) => sum + op.wraps.length, 0)).toBe(1_800);
    // Who wants the first record wraps nothing for those behind it.
    let made = 0;
    const { crypto } = kernel.deps;
    const counted = { ...kernel, deps: { ...kernel.deps, crypto: Object.assign(Object.create(crypto) as typeof crypto, { generateAgreement: () => (made++, crypto.generateAgreement()) }) } };
    const first = await partOps(counted, held, lacking, 1);
    expect(first.map((ops) => ops.length)).toEqual([lists[0]!.length]);
    expect(made).toBe(lists[0]!.length + 1);
  });

  test('[KEY11] who says first to have given a key, and gave a false one, keeps nobody out: an Owner or Admin gives it once more; of one channel, and of the whole space', async () => {
    for (const [seed, whole] of [[313, false], [314, true]] as const) {
      const { world, space, anna, boris, guest, help, secret, tabs } = await parts(seed);
      const shares = () => spaceOf(anna, space).rights.acts().filter(({ author, ops }) => author === uidOf(anna) && ops.some((op) => op.t === 'key.share')).length;
      const before = shares();
      const bits = spaceOf(anna, space).rights.memberOf(uidOf(guest))!.scope!.get(help)!;
      // Without the keys, which an act of Access gives in the same record.
      const more = grantOp({ to: fromBase64url(uidOf(guest))!, role: ROLE.guest, nbf: world.clock.now(), scope: wireScope(whole ? null : new Map([help, secret].map((id) => [id, bits]))) });
      await world.wait(anna.running.parts.sealer.writeAcl(spaceOf(anna, space), [more]));
      const reads = (tab: SimTab) => spaceOf(tab, space).rights.memberOf(uidOf(guest))?.scope;
      await until(world, () => (whole ? reads(boris) === null : reads(boris)?.has(secret) === true), 1_000, 'boris knows it');
      expect(shares(), 'nobody gave it yet').toBe(before);
      const { crypto, random } = boris.running.parts.kernel.deps;
      const profile = guest.running.parts.kernel.profile!;
      const epoch = spaceOf(boris, space).rights.sealingEpoch()!;
      const fragment = whole ? null : fromBase64url(secret)!;
      const eph = await crypto.generateAgreement();
      const wrap = (await wrapEpochKey(crypto, eph, profile.dx.pub, { space: spaceOf(boris, space).id, epoch, key: random.bytes(32), fragment }))!;
      const share = await aclRecord(boris, space, [{ ...encodeAclOp({ t: 'key.share', epoch, fragment, eph: eph.pub, wraps: [{ device: profile.ds.pub.slice(0, 8) as Bytes, wrap }] }), verb: '', stamp: takeStamp(boris.running.parts.kernel, spaceOf(boris, space)) }]);
      for (const tab of tabs) await give(tab, share);
      expect(spaceOf(anna, space).rights.lackingParts().some((one) => one.fragment === secret) || spaceOf(anna, space).rights.lackingKey().length > 0, 'it counts as given').toBe(false);
      await until(world, () => texts(guest, space).includes('for us'), 60_000, 'the guest reads what was opened to them');
      await world.clock.run(20_000);
      expect(shares() - before, 'and no more than it takes').toBeLessThanOrEqual(2);
      noFaults(tabs);
    }
  });

  test('[KEY11] a device that nothing can be wrapped to is given nothing, and nothing is written for it again and again', async () => {
    const { world, space, anna, guest, tabs } = await parts(315);
    const { crypto } = anna.running.parts.kernel.deps as { crypto: { agree: (key: AgreementKey, pub: Uint8Array) => Promise<Bytes | null> } };
    const [agree, dx] = [crypto.agree.bind(crypto), guest.running.parts.kernel.profile!.dx.pub];
    crypto.agree = (key, pub) => (equalBytes(pub, dx) ? Promise.resolve(null) : agree(key, pub));
    await world.wait(anna.running.parts.sealer.writeAcl(spaceOf(anna, space), [grantOp({ to: fromBase64url(uidOf(guest))!, role: ROLE.guest, nbf: world.clock.now() })]));
    const before = spaceOf(anna, space).rights.acts().length;
    expect(spaceOf(anna, space).rights.lackingKey(true), 'control: it lacks the key').toHaveLength(1);
    for (const tab of tabs) if (tab !== anna) world.kill(tab);
    await world.clock.run(30_000);
    expect(spaceOf(anna, space).rights.acts().length - before).toBe(0);
  });

  test('[limit KERNEL.partKeys] [KEY8] a wrong fragment key hides nothing: the right one is tried too, and of many a few are kept', async () => {
    const { space, anna, guest, help } = await parts(308);
    const { kernel } = guest.running.parts;
    const held = spaceOf(guest, space);
    const { crypto, random } = kernel.deps;
    const fragment = fromBase64url(help)!;
    const epoch = held.rights.sealingEpoch()!;
    const shareOf = async (key: Bytes): Promise<KeyShareOp> => {
      const eph = await crypto.generateAgreement();
      const wrap = await wrapEpochKey(crypto, eph, kernel.profile!.dx.pub, { space: held.id, epoch, key, fragment });
      return { t: 'key.share', epoch, fragment, eph: eph.pub, wraps: [{ device: kernel.profile!.ds.pub.slice(0, 8), wrap: wrap! }] };
    };
    const right = spaceOf(anna, space).keys.part(epoch, fragment)!;
    const row = kernel.index.read(held.fragments.get(help)!.log.heads().map((head) => toBase64url(head.id)));
    const record = parseRecord((await row)[0]!.bytes as Bytes);
    const open = async (shares: readonly KeyShareOp[], managed: readonly (readonly [KeyShareOp, string])[] = []): Promise<string> => {
      const keys = createSpaceKeys(crypto, kernel.profile!, held.id);
      await keys.learn(shares);
      for (const [share, by] of managed) await keys.learn([share], () => by);
      return (await openContent({ ...held, keys }, record.ok ? record.value : expect.fail('a record'))).kind;
    };
    const wrong = await Promise.all(Array.from({ length: KERNEL_LIMITS.partKeys }, () => shareOf(random.bytes(32))));
    expect(await open([await shareOf(right)])).toBe('ops');
    expect(await open([...wrong.slice(1), await shareOf(right)])).toBe('ops');
    expect(await open(wrong.slice(1))).toBe('no-key');
    expect(await open([...wrong, await shareOf(right)])).toBe('no-key');
    // [KEY11] Of an Owner or Admin it has its place all the same.
    expect(await open(wrong, [[await shareOf(right), 'admin']])).toBe('ops');
    // Whoever was one writes so from an old past for ever: one hand takes no more than one place, and four hands no more than three of those that were there first.
    const spite = await Promise.all(Array.from({ length: 2 * KERNEL_LIMITS.partKeys }, () => shareOf(random.bytes(32))));
    const one = spite.map((share) => [share, 'once'] as const);
    expect(await open([], [...one, [await shareOf(right), 'admin']])).toBe('ops');
    expect(await open([], [[spite[0]!, 'once'], [await shareOf(right), 'admin'], ...one.slice(1)])).toBe('ops');
    const four = spite.slice(0, KERNEL_LIMITS.partKeys).map((share, at) => [share, `once ${at}`] as const);
    expect(await open([], [...four, [await shareOf(right), 'admin'], ...four.map(([, by], at) => [spite[KERNEL_LIMITS.partKeys + at]!, by] as const)])).toBe('ops');
  });

  test('a guest of the whole space, who never writes, is known by name to the members', async () => {
    const m = await meet({ seed: 309 }, ['anna', 'boris'], 'guest');
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const general = (await boris.api.graph(m.space).query({ type: 'fragment@1', fragment: ROOT }))[0]!.id;
    boris.api.presence.set(m.space, general, 'here');
    await until(m.world, () => personName(spaceOf(anna, m.space), uidOf(boris)) === 'boris', 10_000, 'the guest has a name');
    const own = () => spaceOf(anna, m.space).rights.acts().filter((act) => act.author === uidOf(boris));
    expect(own()).toHaveLength(1);
    await m.world.clock.run(60_000);
    expect(own(), 'once').toHaveLength(1);
    noFaults(m.tabs);
  });
});
