/** A public link: whoever has it reads one fragment, all of it, is told nothing else, and nothing of theirs counts anywhere (RIGHT26, KEY8, docs/decisions/0034). */
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { ReadingView } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { shareWith } from '#os/kernel/accept';
import { acceptOps, inviteOps } from '#os/rights/builders';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { buildSlotAdd } from '#vm/protocol/identity';
import { sealField } from '#vm/protocol/keys';
import { decodeReadLink, encodeReadLink } from '#vm/protocol/read-link';
import { parseRecord, slotCertificate } from '#vm/protocol/record';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { aclRecord, entryOf, give, message, nextRecord } from './support/forge.ts';
import { rawMember } from './support/raw-member.ts';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, texts, until, type Meeting } from './support/walks.ts';

const ACL = toBase64url(FRAGMENT.acl);
const ROOT = toBase64url(FRAGMENT.root);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const sayIn = (tab: SimTab, space: string, fragment: string, text: string) =>
  tab.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text }, verb: 'chat/message.send@1' }], { fragment });
const kept = (tab: SimTab, space: string): string[] => [...new Set(tab.device.disk.records().filter((row) => toBase64url(row.space) === space).map((row) => toBase64url(row.fragment)))].sort();
const inBytes = (id: string): string => Buffer.from(fromBase64url(id)!).toString('latin1');

interface Opened extends Meeting {
  readonly anna: SimTab;
  readonly boris: SimTab;
  readonly news: string;
  readonly secret: string;
  readonly address: string;
}

/** Anna and Boris with a channel that is opened to everybody and one that is not. */
async function opened(seed: number, options: { expiresInMs?: number | null } = {}): Promise<Opened> {
  const m = await meet({ seed }, ['anna', 'boris']);
  const { world, space } = m;
  const [anna, boris] = m.tabs as [SimTab, SimTab];
  const news = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'news' }));
  const secret = await world.wait(anna.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'secret' }));
  await sayIn(anna, space, news, 'before the link');
  await sayIn(boris, space, news, 'by boris');
  await sayIn(anna, space, secret, 'for us');
  await world.clock.run(3_000);
  const address = await world.wait(anna.api.access.makePublicLink(space, news, options));
  return { ...m, anna, boris, news, secret, address };
}

/** A browser in which nobody is anybody opens the address. */
async function reader({ world }: Opened, name: string, address: string): Promise<SimTab> {
  const device = world.device(name);
  const tab = await world.open(device);
  await world.wait(tab.api.reading.open(address));
  return tab;
}

/** How it stands now; asked again and again, since the answer comes through the lazy part. */
async function comesTo(m: Opened, tab: SimTab, ms: number, fits: (view: ReadingView) => boolean): Promise<ReadingView> {
  for (let gone = 0; gone <= ms; gone += 250) {
    const view = must(await tab.api.reading.status(), 'a reading');
    if (fits(view)) return view;
    await m.world.clock.run(250);
  }
  return must(await tab.api.reading.status(), 'a reading');
}

const isOpen = ({ state }: ReadingView): boolean => state === 'open';

/** The reader's kernel keeps no rule: a slot of the link's person, as whoever has the link can make. */
async function takesSlot(tab: SimTab): Promise<void> {
  const { kernel } = tab.running.parts;
  const { crypto } = kernel.deps;
  const key = await crypto.generateSigning();
  const profile = must(kernel.profile, 'profile');
  const statement = await buildSlotAdd(crypto, { uid: profile.uid, writer: key.pub, ds: profile.ds, no: 0, slot: key });
  kernel.slot = { no: 0, key, writer: key.pub, text: toBase64url(key.pub), statement, fresh: true, release: () => undefined };
}

describe('{C7} a public link', () => {
  test('[RIGHT26] [KEY8] {V3} three browsers at once read the channel from its beginning and live; they hold and open nothing else', async () => {
    const m = await opened(701);
    const { world, space, anna, boris, news, secret } = m;
    const readers = [await reader(m, 'r1', m.address), await reader(m, 'r2', m.address), await reader(m, 'r3', m.address)];
    for (const tab of readers) expect(await comesTo(m, tab, 30_000, isOpen)).toMatchObject({ state: 'open', title: 'news', name: 'River', fragment: news, until: null, aloneSince: null });
    await until(world, () => readers.every((tab) => texts(tab, space).length === 2), 20_000, 'they read what was there');
    expect(texts(readers[0]!, space)).toEqual(['before the link', 'by boris']);
    await sayIn(boris, space, news, 'live');
    await until(world, () => readers.every((tab) => texts(tab, space).includes('live')), 10_000, 'they hear it');
    await world.clock.run(10_000);
    for (const tab of readers) {
      expect(kept(tab, space)).toEqual([ACL, news].sort());
      const { keys, rights } = spaceOf(tab, space);
      const epoch = rights.sealingEpoch()!;
      expect([keys.has(epoch), keys.opens(epoch, fromBase64url(secret)!), keys.opens(epoch, FRAGMENT.root), keys.discovery(epoch), keys.opens(epoch, fromBase64url(news)!)]).toEqual([false, false, false, null, true]);
    }
    // The members see people, not links; and no copy of a reader counts.
    expect((await anna.api.spaces.members(space)).map(({ name }) => name).sort()).toEqual(['anna', 'boris']);
    expect((await anna.api.spaces.list()).find((one) => one.id === space)).toMatchObject({ members: 2 });
    expect((await anna.api.copiesOf(space, news)).devices).toHaveLength(2);
    expect(kept(boris, space)).toEqual(expect.arrayContaining([ACL, ROOT, news, secret]));
    noFaults([...m.tabs, ...readers]);
  });

  test('[RIGHT26] {V3} a link to a document: its text is read as it is and live, under an id that nothing is written with; another document is not there', async () => {
    const m = await opened(704);
    const { world, space, anna, boris } = m;
    const page = async (title: string, words: string): Promise<{ fragment: string; node: string }> => {
      const fragment = await world.wait(anna.api.graph(space).createFragment({ type: 'editor/document@1', title }));
      const { ids } = await anna.api.graph(space).transact([{ op: 'node.create', type: 'editor/document@1', props: {} }], { fragment });
      await anna.api.graph(space).transact([{ op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: words }]);
      return { fragment, node: ids[0]! };
    };
    const minutes = await page('Minutes', 'The water is high.');
    const plans = await page('Plans', 'among us');
    const tab = await reader(m, 'r1', await world.wait(anna.api.access.makePublicLink(space, minutes.fragment)));
    expect(await comesTo(m, tab, 30_000, isOpen)).toMatchObject({ title: 'Minutes', fragment: minutes.fragment, type: 'editor/document@1' });
    await world.clock.run(5_000);
    const graph = tab.api.graph(space);
    const doc = new Y.Doc({ guid: 'text' });
    const read = async (mark: string | null): Promise<string> => {
      const news = await graph.updates(minutes.node, mark);
      for (const update of news.updates) Y.applyUpdate(doc, update);
      return news.mark;
    };
    const mark = await read(null);
    expect(doc.getText('text').toString()).toBe('The water is high.');
    await anna.api.graph(space).transact([{ op: 'text.splice', id: minutes.node, at: 0, remove: 0, insert: 'Now: ' }]);
    await world.wait(anna.api.saved());
    await world.clock.run(5_000);
    await read(mark);
    expect(doc.getText('text').toString()).toBe('Now: The water is high.');
    await expect(graph.updates(plans.node, null)).rejects.toMatchObject({ code: 'not-here' });
    await expect(graph.transact([{ op: 'text.splice', id: minutes.node, at: 0, remove: 0, insert: 'forced' }])).rejects.toMatchObject({ code: 'no-identity' });
    expect(kept(tab, space)).toEqual([ACL, minutes.fragment].sort());
    await world.clock.run(5_000);
    expect(await boris.api.graph(space).text(plans.node)).toBe('among us');
    noFaults([...m.tabs, tab]);
  });

  test('[RIGHT26] {V3} whatever a reader asks, it is told nothing of another fragment; a member\'s device is told all (control)', async () => {
    for (const [seed, control] of [[702, false], [703, true]] as const) {
      const m = await opened(seed);
      const { world, anna, secret, news } = m;
      const asks = control ? m.boris : await reader(m, 'r1', m.address);
      if (!control) await comesTo(m, asks, 30_000, isOpen);
      const space = fromBase64url(m.space)!;
      const writers = [secret, ROOT].flatMap((key) => spaceOf(anna, m.space).fragments.get(key)!.log.heads().map(({ writer }) => ({ fragment: fromBase64url(key)!, writer })));
      const raw = await rawMember(world, asks, m.space);
      const from = raw.messages.length;
      raw.say('sync:list:v1:requested', [space, null, null], { id: 'list' });
      raw.say('sync:changes:v1:requested', [space, 0], { id: 'changes' });
      raw.say('sync:news:v1:requested', [space, 0, 65_536], { id: 'news' });
      raw.say('sync:own:v1:requested', [space, writers.map(({ writer }) => writer)], { id: 'own' });
      raw.say('seal:compare:v1:requested', [space, 0, null, null, null], { id: 'seal' });
      for (const { fragment, writer } of writers) raw.say('gun:get:v1:requested', [space, fragment, writer, 0, 0, 65_536], { id: `get ${toBase64url(fragment)}` });
      await sayIn(anna, m.space, secret, 'said meanwhile');
      await sayIn(anna, m.space, news, 'said to all');
      anna.api.presence.set(m.space, news, 'typing');
      await world.clock.run(5_000);
      const answers = raw.messages.slice(from);
      const told = answers.map(({ payload }) => Buffer.from(payload).toString('latin1')).join('\n');
      const who = control ? 'member' : 'reader';
      expect(told.includes(inBytes(secret)), `${who}: the other channel`).toBe(control);
      expect(told.includes(inBytes(ROOT)), `${who}: the directory`).toBe(control);
      expect(answers.some(({ event }) => event.startsWith('presence:')), `${who}: who is typing`).toBe(control);
      expect(told.includes(inBytes(news)), `${who}: the own channel`).toBe(true);
    }
  });

  test('[RIGHT26] [IDN7] a reader writes nothing: not by the API, and records made with the link\'s key are taken in by nobody and would have no effect', async () => {
    const m = await opened(704);
    const { world, space, anna, boris, news } = m;
    const tab = await reader(m, 'r1', m.address);
    await comesTo(m, tab, 30_000, isOpen);
    await expect(sayIn(tab, space, news, 'mine')).rejects.toMatchObject({ code: 'no-identity' });
    await expect(world.wait(tab.api.spaces.invite(space))).rejects.toBeTruthy();
    await expect(world.wait(tab.api.access.remove(space, toBase64url(tab.running.parts.kernel.profile!.uid)))).rejects.toBeTruthy();
    await takesSlot(tab);
    const { kernel } = tab.running.parts;
    const uid = kernel.profile!.uid;
    const leave: AclOp = { t: 'revoke', to: uid, cuts: new Map(), reason: null };
    const forced = await nextRecord(tab, space, [message(tab, space, 'forced')]);
    const left = await aclRecord(tab, space, [{ ...encodeAclOp(leave), verb: '', stamp: { ms: world.clock.now(), ctr: 7 } }]);
    // Over its own link, and as if a link had let them in.
    const raw = await rawMember(world, tab, space);
    raw.push([entryOf(forced), entryOf(left)]);
    await world.clock.run(3_000);
    await give(anna, forced, left);
    await world.clock.run(10_000);
    for (const one of [anna, boris]) {
      expect(texts(one, space)).not.toContain('forced');
      for (const bytes of [forced, left]) expect(one.running.parts.kernel.index.has(toBase64url(entryOf(bytes).id as Bytes)), 'not taken in').toBe(false);
    }
    // What the rights say of them, were they held.
    const { rights } = spaceOf(anna, space);
    const [data, acl] = [forced, left].map((bytes) => { const parsed = parseRecord(bytes); return parsed.ok ? parsed.value : expect.fail('a record'); });
    expect(rights.addCertificate(data!.header.writer, slotCertificate(data!.header)!)).toBe(true);
    expect(rights.judgeRecord(data!.header, data!.id, data!.header.acl)).toMatchObject({ verdict: 'void', why: expect.stringContaining('RIGHT26') });
    expect(rights.add(acl!, [leave]).state).toBe('added');
    expect(rights.aclStatus(acl!.id)).toMatchObject({ effect: false });
    expect(rights.memberOf(uid), 'the link still stands').not.toBeNull();
  });

  test('[RIGHT26] [KEY1] {V3} revoked: a reader that is there is told and reads nothing new, one that comes later hears so; the channel goes on', async () => {
    const m = await opened(705);
    const { world, space, anna, boris, news, secret } = m;
    const tab = await reader(m, 'r1', m.address);
    await comesTo(m, tab, 30_000, isOpen);
    const [line] = await anna.api.access.publicLinks(space);
    expect(line).toMatchObject({ fragment: news, by: toBase64url(anna.running.parts.kernel.profile!.uid), until: null, state: 'open', mayRevoke: true });
    expect((await boris.api.access.publicLinks(space))[0]).toMatchObject({ state: 'open', mayRevoke: false });
    await expect(world.wait(boris.api.access.revokePublicLink(space, line!.id))).rejects.toMatchObject({ code: 'no-right' });
    await world.wait(anna.api.access.revokePublicLink(space, line!.id));
    await sayIn(anna, space, news, 'after it');
    await until(world, () => texts(boris, space).includes('after it'), 10_000, 'boris reads on');
    expect(await comesTo(m, tab, 10_000, ({ state }) => state === 'revoked')).toMatchObject({ state: 'revoked', fragment: news, title: 'news' });
    expect((await world.wait(tab.api.graph(space).query({ type: 'fragment@1' }))).map((node) => node.props.title), 'what it is stays on the screen').toEqual(['news']);
    await world.clock.run(20_000);
    expect(texts(tab, space)).toEqual(['before the link', 'by boris']);
    const sealing = spaceOf(anna, space).rights.sealingEpoch()!;
    expect([spaceOf(tab, space).keys.opens(sealing, fromBase64url(news)!), spaceOf(boris, space).keys.opens(sealing, fromBase64url(news)!)]).toEqual([false, true]);
    const late = await reader(m, 'late', m.address);
    expect(await comesTo(m, late, 30_000, ({ state }) => state === 'revoked')).toMatchObject({ state: 'revoked' });
    expect(texts(late, space)).toEqual([]);
    expect((await anna.api.access.publicLinks(space))[0]).toMatchObject({ state: 'revoked', mayRevoke: false });
    // The journal tells of links, not of nameless people.
    expect((await anna.api.access.journal(space)).map(({ kind }) => kind).slice(0, 3)).toEqual(['link-revoked', 'link', 'joined']);
    expect(kept(late, space).filter((key) => key === news || key === secret)).toEqual([]);
    noFaults([...m.tabs, tab, late]);
  });

  test('[RIGHT18] [RIGHT26] a link with an end closes by itself: from then on nobody serves it, and an admin makes the key new', async () => {
    const m = await opened(706, { expiresInMs: 60_000 });
    const { world, space, anna, boris, news } = m;
    const tab = await reader(m, 'r1', m.address);
    expect((await comesTo(m, tab, 30_000, isOpen)).until).not.toBeNull();
    const epoch = toBase64url(spaceOf(anna, space).rights.sealingEpoch()!);
    await world.clock.run(60_000);
    await sayIn(boris, space, news, 'after the end');
    expect(await comesTo(m, tab, 5_000, ({ state }) => state === 'ended')).toMatchObject({ state: 'ended' });
    await world.clock.run(5_000);
    expect(texts(tab, space)).not.toContain('after the end');
    await until(world, () => toBase64url(spaceOf(anna, space).rights.sealingEpoch() ?? new Uint8Array()) !== epoch, 120_000, 'the key is new');
    expect((await anna.api.access.publicLinks(space))[0]).toMatchObject({ state: 'ended' });
    for (const one of [tab, anna, boris]) one.offline(true);
    // Who opens it first now is told so, though nobody is there; control: without what it says of its end it would be looked for.
    const late = await reader(m, 'late', m.address);
    await world.clock.run(20_000);
    expect(await late.api.reading.status()).toMatchObject({ state: 'ended', links: 0, fragment: null });
    const link = decodeReadLink(m.address);
    if (!link.ok) return expect.fail('a link');
    const silent = await reader(m, 'silent', encodeReadLink({ ...link.value, hint: { ...link.value.hint, until: null } }));
    await world.clock.run(20_000);
    expect(await silent.api.reading.status()).toMatchObject({ state: 'looking' });
  });

  test('[RIGHT26] who is still to come is no link by an invite under the key of their device: what they write counts', async () => {
    const m = await meet({ seed: 711 }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    // Carl is known elsewhere; an admin's kernel that keeps no rule lets him in by an invite whose key is his device's.
    const carl = await world.open(world.device('carl'));
    await world.wait(carl.api.identity.create({ name: 'carl' }));
    const them = must(carl.running.parts.kernel.profile, 'profile');
    const { kernel, sealer } = anna.running.parts;
    const held = spaceOf(anna, space);
    const epoch = must(held.rights.sealingEpoch(), 'epoch');
    const aead = must(await held.keys.body(epoch, FRAGMENT.acl, must(kernel.slot, 'slot').writer), 'key');
    const room = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), null);
    const invite = await world.wait(sealer.writeAcl(held, inviteOps({ pub: them.ds.pub, role: ROLE.member, exp: kernel.time.now() + 60_000, uses: 1, room })));
    const shares = await shareWith(kernel, held, [{ ds: toBase64url(them.ds.pub), dx: toBase64url(them.dx.pub) }], null);
    await world.wait(sealer.writeAcl(held, acceptOps({ invite, uid: them.uid, statements: [them.statements[0]!], grant: { role: ROLE.member, nbf: kernel.time.now() }, shares })));
    const uid = toBase64url(them.uid);
    await until(world, () => spaceOf(boris, space).rights.roleOf(uid) === ROLE.member, 10_000, 'boris has it');
    for (const tab of [anna, boris]) {
      const { rights } = spaceOf(tab, space);
      expect([await tab.api.access.publicLinks(space), rights.knowsDevice(uid, toBase64url(them.ds.pub))]).toEqual([[], true]);
    }
  });

  test('[RIGHT26] a forged link, one with another\'s seed, and one of a space that is not known open nothing; readers serve each other when no member is there', async () => {
    const m = await opened(707);
    const { world, space, anna, boris } = m;
    const link = decodeReadLink(m.address);
    if (!link.ok) return expect.fail('a link');
    const forged = await reader(m, 'forged', encodeReadLink({ ...link.value, seed: anna.running.parts.kernel.deps.random.bytes(32) }));
    const elsewhere = await reader(m, 'elsewhere', encodeReadLink({ ...link.value, space: anna.running.parts.kernel.deps.random.bytes(32) }));
    const first = await reader(m, 'first', m.address);
    await comesTo(m, first, 30_000, isOpen);
    await until(world, () => texts(first, space).length === 2, 20_000, 'the first has it');
    for (const tab of [forged, elsewhere]) {
      expect(await tab.api.reading.status()).toMatchObject({ state: 'looking', links: 0 });
      expect(tab.device.disk.records()).toEqual([]);
    }
    for (const tab of [anna, boris]) tab.offline(true);
    await world.clock.run(40_000);
    const second = await reader(m, 'second', m.address);
    expect(await comesTo(m, second, 60_000, isOpen)).toMatchObject({ state: 'open' });
    await until(world, () => texts(second, space).length === 2, 20_000, 'the second has it from the first');
  });

  test('a reading browser is there again after a restart, stays nobody, and refuses what is no link', async () => {
    const m = await opened(708);
    const { world, space } = m;
    const tab = await reader(m, 'r1', m.address);
    await comesTo(m, tab, 30_000, isOpen);
    world.kill(tab);
    const again = await world.open(tab.device);
    expect(await comesTo(m, again, 30_000, isOpen)).toMatchObject({ state: 'open', title: 'news' });
    expect(texts(again, space)).toEqual(['before the link', 'by boris']);
    await expect(world.wait(again.api.identity.create({ name: 'x' }))).rejects.toMatchObject({ code: 'already' });
    await expect(world.wait(m.boris.api.reading.open(m.address))).rejects.toMatchObject({ code: 'already' });
    const fresh = await world.open(world.device('fresh'));
    for (const bad of ['', '#/read/', '#/read/AAAA', m.address.slice(0, -9), m.address.replace('#/read/', '#/join/')]) await expect(world.wait(fresh.api.reading.open(bad))).rejects.toMatchObject({ code: 'bad-link' });
    noFaults([...m.tabs, again]);
  });

  test('[limit KERNEL.publicLinks] who may make one, for what, for how long and how many', async () => {
    const m = await opened(709);
    const { world, space, anna, boris, news } = m;
    const make = (tab: SimTab, fragment: string, expiresInMs: number | null = null) => world.wait(tab.api.access.makePublicLink(space, fragment, { expiresInMs }));
    await expect(make(boris, news)).rejects.toMatchObject({ code: 'no-right' });
    for (const fragment of [ROOT, ACL, 'x', 'AAAAAAAAAAAAAAAAAAAAAA']) await expect(make(anna, fragment)).rejects.toMatchObject({ code: 'bad-id' });
    for (const ms of [0, -1, 0.5, KERNEL_LIMITS.inviteMaxMs + 1]) await expect(make(anna, news, ms)).rejects.toMatchObject({ code: 'bad-value' });
    for (let n = 1; n < KERNEL_LIMITS.publicLinks; n++) await make(anna, news);
    await expect(make(anna, news)).rejects.toMatchObject({ code: 'too-many' });
    const links = await anna.api.access.publicLinks(space);
    expect(links).toHaveLength(KERNEL_LIMITS.publicLinks);
    await world.wait(anna.api.access.revokePublicLink(space, links[0]!.id));
    await make(anna, news);
    await expect(world.wait(anna.api.access.revokePublicLink(space, 'x'))).rejects.toMatchObject({ code: 'not-here' });
  });
});
