/** Parts of the recovery key at people (decisions/0106): given unseen, kept on all devices, handed to who asks, and what wrong, foreign and made-up ones come to. */
import { beforeAll, describe, expect, test } from 'vitest';
import { secretParts } from '#adapters/shamir/secret-parts';
import { toBase64url, type Bytes } from '#base/bytes';
import { mixed } from '#os/kernel/key-parts';
import { PART } from '#os/kernel/spaces';
import type { Kernel, Space } from '#os/kernel/state';
import { reportLines, wrapsOf } from '#os/kernel/report-records';
import { KEY_PARTS } from '#vm/key-part-limits';
import { answerText, askText, encodeKeyPart, markOf, openAnswer, readAsk, readKeyPart, setOf, type KeyPart } from '#vm/protocol/key-parts';
import { recoverySeed } from '#vm/protocol/identity';
import { FRAGMENT } from '#vm/protocol/types';
import { createSeededRandom, createStubCrypto } from './support/sim-crypto.ts';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, standing, texts, until, type Meeting } from './support/walks.ts';

beforeAll(async () => void (await Promise.all([import('#os/kernel/key-parts'), import('#os/kernel/returns')])));

const ROOT = toBase64url(FRAGMENT.root);
const kernelOf = (tab: SimTab) => tab.running.parts.kernel;
const uidOf = (tab: SimTab): string => toBase64url(kernelOf(tab).profile!.uid);
const linesAt = (tab: SimTab, space: string) => reportLines(kernelOf(tab), kernelOf(tab).spaces.get(space)!).filter(({ type }) => type === PART);
const parts = (m: Meeting, tab: SimTab, act?: Parameters<SimTab['api']['recovery']['parts']>[0]) => m.world.wait(tab.api.recovery.parts(act));
const keptAt = (tab: SimTab): number => [...kernelOf(tab).spaces.values()].reduce((sum, one) => sum + (one.fragments.get(ROOT)?.graph.byType('recovery/kept@1').size ?? 0), 0);
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: { code: string }) => error.code);

/** Anna gave parts to boris, clara and dora, two of whom bring her back. */
async function four(seed: number): Promise<Meeting & { anna: SimTab; boris: SimTab; clara: SimTab; dora: SimTab }> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara', 'dora']);
  const [anna, boris, clara, dora] = m.tabs as [SimTab, SimTab, SimTab, SimTab];
  await parts(m, anna, { give: { least: 2, people: [boris, clara, dora].map((tab) => ({ space: m.space, uid: uidOf(tab) })) } });
  await until(m.world, () => m.tabs.every((tab) => linesAt(tab, m.space).length === 3), 20_000, 'everybody holds the records');
  return { ...m, anna, boris, clara, dora };
}

describe('{K7} KEYP1 KEYP2 KEYP3 parts of the recovery key', () => {
  test('two of three bring her back by their word: each sees the same six words, gives a part, and the 24 words are those of her key', async () => {
    const m = await four(701);
    const { world, anna, boris, clara, dora, space } = m;
    const words = await world.wait(anna.api.recovery.phrase());
    expect((await parts(m, anna)).given).toMatchObject({ least: 2, people: [{ name: 'boris' }, { name: 'clara' }, { name: 'dora' }] });
    await say(anna, space, 'before');
    await until(world, () => texts(boris, space).length === 1, 20_000, 'boris has it');
    world.kill(anna);
    const back = await world.open(world.device('new'));
    const asked = (await parts(m, back, { ask: true })).asked!;
    expect(asked).toMatchObject({ sets: [], phrase: null });
    expect(asked.words).toHaveLength(6);
    // Begun again in a tab that was closed meanwhile, it is the same request.
    expect((await parts(m, back, { ask: true })).asked!.text).toBe(asked.text);
    const answers: string[] = [];
    const keys: unknown[] = [];
    for (const tab of [clara, dora]) {
      const [held] = (await parts(m, tab)).held;
      expect(held).toMatchObject({ uid: uidOf(anna), name: 'anna', least: 2, of: 3 });
      expect((await parts(m, tab, { look: asked.text.replace(/(.{20})/g, '$1\n ') })).words).toEqual(asked.words);
      const given = await parts(m, tab, { answer: { id: held!.id, to: asked.text } });
      expect(given.words).toEqual(asked.words);
      answers.push(given.answer!);
      keys.push(given.key);
    }
    expect(await parts(m, back, { take: answers[0]! })).toMatchObject({ refused: null, asked: { sets: [{ parts: [1], least: 2, words: keys[0] }], phrase: null } });
    expect(await parts(m, back, { take: answers[0]! })).toMatchObject({ refused: 'twice', asked: { sets: [{ parts: [1] }] } });
    const done = (await parts(m, back, { take: answers[1]! })).asked!;
    expect(done).toMatchObject({ sets: [{ parts: [1, 2], words: keys[1] }], phrase: words });
    await world.wait(back.api.recovery.fromPhrase(words.join(' '), 'parts'));
    await until(world, () => standing(back, space) === 'member', 60_000, 'she is back');
    expect(uidOf(back)).toBe(uidOf(anna));
    expect(await kernelOf(back).store.get('id/parts-asked'), 'the request and the answers are gone').toBeUndefined();
    expect((await parts(m, back)).asked).toBeNull();
    // Seen is not written down: she is asked for them like anybody who just began.
    expect(await world.wait(back.api.recovery.status())).toEqual({ phrase: 'here', checkedAt: null, fileCheckedAt: null });
    expect(await world.wait(back.api.recovery.phrase())).toEqual(words);
    expect(await world.wait(back.api.recovery.check([0, 5, 9, 20].map((at) => ({ at, word: words[at]! }))))).toEqual([]);
    expect((await world.wait(back.api.recovery.status())).phrase).toBe('erased');
    noFaults([boris, clara, dora, back]);
  });

  test('[limit KEY_PARTS.sets] nobody sees whom a record is for, and who it is not for opens nothing; a second device of a keeper has the part', async () => {
    const m = await four(702);
    const { world, anna, boris, clara, space } = m;
    for (const line of linesAt(boris, space)) {
      // Each names devices of all three others: the one that it is for among them.
      expect(wrapsOf(line.props)).toHaveLength(3);
      expect([...line.props.keys()].sort()).toEqual(['eph', 'rid', 'sealed', 'wraps']);
    }
    expect(new Set(linesAt(boris, space).map(({ props }) => (props.get('sealed') as Bytes).length)).size).toBe(1);
    expect((await parts(m, anna)).held, 'not by who gave it either').toEqual([]);
    expect((await parts(m, boris)).held).toHaveLength(1);
    const second = await world.open(world.device('boris2'));
    await world.wait(second.api.recovery.fromPhrase((await world.wait(boris.api.recovery.phrase())).join(' ')));
    await until(world, () => standing(second, space) === 'member', 60_000, 'his second device');
    await until(world, () => [...kernelOf(second).spaces.values()].some((one) => one.fragments.get(ROOT)?.graph.byType('recovery/kept@1').size === 1), 30_000, 'the copy in his Personal space');
    expect((await parts(m, second)).held).toEqual((await parts(m, boris)).held);
    // A later set stands beside the one before: it may not have come to enough people. Who has none of it has the old one alone.
    await parts(m, anna, { give: { least: 2, people: [boris, clara].map((tab) => ({ space, uid: uidOf(tab) })) } });
    await until(world, () => linesAt(boris, space).length === 5, 20_000, 'boris holds it');
    expect((await parts(m, boris)).held).toMatchObject([{ uid: uidOf(anna), of: 2 }, { uid: uidOf(anna), of: 3 }]);
    expect((await parts(m, m.dora)).held).toMatchObject([{ uid: uidOf(anna), of: 3 }]);
    // Of a third one the oldest goes, and its node is used again.
    await world.clock.run(15_000);
    const nodes = keptAt(boris);
    await parts(m, anna, { give: { least: 3, people: [boris, clara, m.dora].map((tab) => ({ space, uid: uidOf(tab) })) } });
    await until(world, () => linesAt(boris, space).length === 8, 20_000, 'boris holds it');
    expect((await parts(m, boris)).held.map(({ least, of }) => [least, of])).toEqual([[3, 3], [2, 2]]);
    await world.clock.run(15_000);
    expect(keptAt(boris)).toBe(nodes);
    noFaults([anna, boris, clara, second]);
  });

  test('[limit KEY_PARTS.tried] {V7} made-up parts: of somebody else, of another key, of no form and without end: none of them hides hers', async () => {
    const m = await four(703);
    const { world, boris, clara, anna, space } = m;
    const { crypto } = kernelOf(boris).deps;
    const bare = await secretParts.split(new Uint8Array(32) as Bytes, 2, 2);
    const forged = (uid: Bytes): KeyPart => ({ uid, rk: new Uint8Array(32).fill(3) as Bytes, least: 2, marks: bare.map(markOf), share: bare[0]! });
    const { sealPart } = await import('#os/kernel/report-records');
    const { wrapsFor } = await import('#os/kernel/wraps');
    const held = kernelOf(boris).spaces.get(space)!;
    const send = async (content: Bytes): Promise<void> => {
      const [rid, key] = [kernelOf(boris).deps.random.bytes(16), kernelOf(boris).deps.random.bytes(32)];
      const { dx, ds } = kernelOf(clara).profile!;
      const { eph, wraps } = await world.wait(wrapsFor(crypto, { space: held.id, epoch: rid, key, devices: [{ ds: ds.pub, dx: dx.pub }] }));
      const sealed = await world.wait(sealPart(kernelOf(boris), held, key, rid, [content]));
      await boris.api.graph(space).transact([{ op: 'node.create', type: PART, props: { rid, eph, sealed, wraps: wraps.map(({ device, wrap }) => [device, wrap]) } }], { fragment: ROOT });
    };
    for (const uid of [kernelOf(anna).profile!.uid, kernelOf(boris).profile!.uid]) await send(encodeKeyPart(forged(uid)));
    await send(new Uint8Array(40) as Bytes);
    const junk = Array.from({ length: KEY_PARTS.tried + 5 }, () => ({ op: 'node.create' as const, type: PART, props: { rid: new Uint8Array(16), eph: new Uint8Array(32), sealed: new Uint8Array(60), wraps: [[kernelOf(clara).profile!.ds.pub.slice(0, 8), new Uint8Array(48)]] } }));
    await boris.api.graph(space).transact(junk, { fragment: ROOT });
    await until(world, () => linesAt(clara, space).length === 3 + 3 + junk.length, 30_000, 'clara holds them');
    await world.clock.run(10_000);
    let tried = 0;
    const agree = kernelOf(clara).deps.crypto.agree.bind(kernelOf(clara).deps.crypto);
    Object.assign(kernelOf(clara).deps.crypto, { agree: (...args: Parameters<typeof agree>) => (tried++, agree(...args)) });
    expect((await parts(m, clara)).held).toMatchObject([{ uid: uidOf(anna), of: 3 }]);
    expect(tried).toBeLessThanOrEqual(KEY_PARTS.tried + 3);
    noFaults([boris, clara]);
  });

  test('[limit KEY_PARTS.people] {V7} seventeen answers: the last is refused, the first stays, and there is room once a false key is dropped', async () => {
    const m = await four(711);
    const { world, anna, boris, clara, dora } = m;
    const { crypto } = kernelOf(boris).deps;
    world.kill(anna);
    const back = await world.open(world.device('new'));
    const { text } = (await parts(m, back, { ask: true })).asked!;
    const answered = async (tab: SimTab): Promise<string> => (await parts(m, tab, { answer: { id: (await parts(m, tab)).held[0]!.id, to: text } })).answer!;
    expect((await parts(m, back, { take: await answered(clara) })).refused).toBeNull();
    const shares = await secretParts.split(new Uint8Array(32) as Bytes, KEY_PARTS.people, 2);
    const made = (at: number): KeyPart => ({ uid: kernelOf(boris).profile!.uid, rk: new Uint8Array(32).fill(3) as Bytes, least: 2, marks: shares.map(markOf), share: shares[at]! });
    const forged = async (at: number): Promise<string> => (await world.wait(answerText(crypto, readAsk(text)!, made(at), { key: createSeededRandom(`key ${at}`).bytes(32), nonce: createSeededRandom(`nonce ${at}`).bytes(12) })))!;
    for (let at = 0; at < KEY_PARTS.people - 1; at++) expect((await parts(m, back, { take: await forged(at) })).refused).toBeNull();
    const last = await answered(dora);
    const full = await parts(m, back, { take: last });
    expect(full.refused).toBe('full');
    expect(full.asked!.sets.map((set) => set.parts.length)).toEqual([1, KEY_PARTS.people - 1]);
    await parts(m, back, { drop: full.asked!.sets[1]!.id });
    expect(await parts(m, back, { take: last })).toMatchObject({ refused: null, asked: { sets: [{ parts: [1, 2] }] } });
    expect((await parts(m, back)).asked!.phrase).toHaveLength(24);
    noFaults([boris, clara, dora, back]);
  });

  test('[limit KEY_PARTS.people] refused: too few, too many, twice the same, strangers, oneself; without the words once they were checked back', async () => {
    const m = await four(704);
    const { world, anna, boris, clara, space } = m;
    const [b, c] = [boris, clara].map((tab) => ({ space, uid: uidOf(tab) })) as [{ space: string; uid: string }, { space: string; uid: string }];
    const give = (least: number, people: { space: string; uid: string }[], phrase?: string) => code(parts(m, anna, { give: { least, people, ...(phrase === undefined ? {} : { phrase }) } }));
    expect(await give(1, [b, c])).toBe('bad-value');
    expect(await give(3, [b, c])).toBe('bad-value');
    expect(await give(2, [b, b])).toBe('bad-value');
    expect(await give(2, Array.from({ length: KEY_PARTS.people + 1 }, () => b))).toBe('bad-value');
    expect(await give(2, [b, { space, uid: uidOf(anna) }])).toBe('not-here');
    expect(await give(2, [b, { space, uid: toBase64url(new Uint8Array(32)) }])).toBe('not-here');
    const words = await world.wait(anna.api.recovery.phrase());
    await world.wait(anna.api.recovery.check([0, 5, 9, 20].map((at) => ({ at, word: words[at]! }))));
    expect(await give(2, [b, c])).toBe('erased');
    expect(await give(2, [b, c], (await world.wait(boris.api.recovery.phrase())).join(' '))).toBe('other-key');
    expect(await give(2, [b, c], words.join(' '))).toBe('done');
    expect(linesAt(anna, space)).toHaveLength(5);
    expect(await code(parts(m, anna, { ask: true }))).toBe('already');
  });

  test('{V7} an answer to another request, a torn one, and parts of a set that a liar made: told, and the honest ones make the words once his are dropped', async () => {
    const m = await four(705);
    const { world, anna, boris, clara, dora } = m;
    const words = await world.wait(anna.api.recovery.phrase());
    const [back, other] = [await world.open(world.device('new')), await world.open(world.device('other'))];
    const asked = (await parts(m, back, { ask: true })).asked!;
    const elsewhere = (await parts(m, other, { ask: true })).asked!;
    const answerOf = async (tab: SimTab, to: string) => (await parts(m, tab, { answer: { id: (await parts(m, tab)).held[0]!.id, to } })).answer!;
    const good = await answerOf(clara, asked.text);
    for (const torn of ['', 'hello', good.slice(0, 90), asked.text]) expect((await parts(m, back, { take: torn })).refused, torn).toBe('form');
    expect(['form', 'elsewhere']).toContain((await parts(m, back, { take: good.slice(0, -4) })).refused);
    expect((await parts(m, back, { take: await answerOf(clara, elsewhere.text) })).refused).toBe('elsewhere');
    expect((await parts(m, clara, { look: asked.text.slice(0, -1) })).refused).toBe('form');
    expect((await parts(m, clara, { answer: { id: (await parts(m, clara)).held[0]!.id, to: `${asked.text}A` } })).refused).toBe('form');
    // Boris makes a part of a set of his own that is of hers by its names.
    const { crypto, random } = kernelOf(boris).deps;
    const bare = await secretParts.split(new Uint8Array(32).fill(5) as Bytes, 3, 2);
    const lie: KeyPart = { uid: kernelOf(anna).profile!.uid, rk: new Uint8Array(32) as Bytes, least: 2, marks: bare.map(markOf), share: bare[1]! };
    const pub = readAsk(asked.text)!;
    const lied = (await world.wait(answerText(crypto, pub, lie, { key: random.bytes(32), nonce: random.bytes(12) })))!;
    expect(await parts(m, back, { take: lied })).toMatchObject({ refused: null, asked: { sets: [{ parts: [1] }], phrase: null } });
    await parts(m, back, { take: good });
    const conflict = (await parts(m, back, { take: await answerOf(dora, asked.text) })).asked!;
    expect(conflict).toMatchObject({ sets: [{ parts: [1] }, { parts: [2, 3] }], phrase: null });
    expect((await parts(m, back, { drop: conflict.sets[0]!.id })).asked).toMatchObject({ sets: [{ parts: [1, 2] }], phrase: words });
    expect((await parts(m, back, { end: true })).asked).toBeNull();
    noFaults([boris, clara, dora]);
  });

  test('{V7} a whole set that a liar made for a key of his own is not taken for hers: no phrase beside honest parts, other words of the key, and none from two shares of one place', async () => {
    const m = await four(706);
    const { world, anna, boris, clara, dora } = m;
    const words = await world.wait(anna.api.recovery.phrase());
    const back = await world.open(world.device('new'));
    const asked = (await parts(m, back, { ask: true })).asked!;
    const { crypto, random } = kernelOf(boris).deps;
    const own = new Uint8Array(32).fill(9) as Bytes;
    const { pub: rk } = await world.wait(crypto.importSigning(recoverySeed(own)));
    const cut = await secretParts.split(own, 3, 2);
    const lie = (shares: readonly Bytes[], share: Bytes): KeyPart => ({ uid: kernelOf(anna).profile!.uid, rk, least: 2, marks: shares.map(markOf), share });
    const sent = async (part: KeyPart) => (await world.wait(answerText(crypto, readAsk(asked.text)!, part, { key: random.bytes(32), nonce: random.bytes(12) })))!;
    const given = async (tab: SimTab) => parts(m, tab, { answer: { id: (await parts(m, tab)).held[0]!.id, to: asked.text } });
    const honest = await given(clara);
    for (const share of [cut[0]!, cut[1]!]) await parts(m, back, { take: await sent(lie(cut, share)) });
    const alone = (await parts(m, back)).asked!;
    expect(alone.phrase, 'by itself it is whole').toHaveLength(24);
    expect(alone.sets[0]!.words, 'but its words are not those that an honest keeper sees').not.toEqual(honest.key);
    const both = (await parts(m, back, { take: honest.answer! })).asked!;
    expect(both, 'most parts are his').toMatchObject({ sets: [{ parts: [1, 2] }, { parts: [3], words: honest.key }], phrase: null });
    expect((await parts(m, back, { drop: both.sets[0]!.id })).asked).toMatchObject({ sets: [{ parts: [1] }], phrase: null });
    expect((await parts(m, back, { take: (await given(dora)).answer! })).asked!.phrase).toEqual(words);
    // Two shares of one place: the library joins none of them, and the page would never open again.
    await parts(m, back, { end: true });
    const anew = (await parts(m, back, { ask: true })).asked!;
    const twin = cut[0]!.slice() as Bytes;
    twin[0]! ^= 1;
    const pair = [cut[0]!, twin];
    const texts: string[] = [];
    for (const share of pair) texts.push((await world.wait(answerText(crypto, readAsk(anew.text)!, lie(pair, share), { key: random.bytes(32), nonce: random.bytes(12) })))!);
    expect((await parts(m, back, { take: texts[0]! })).refused).toBeNull();
    expect(await parts(m, back, { take: texts[1]! })).toMatchObject({ refused: 'twice', asked: { phrase: null } });
    // As a row of before may have them.
    const row = (await kernelOf(back).store.get('id/parts-asked')) as { dx: unknown };
    await world.wait(kernelOf(back).store.commit({ origin: 'test', records: [], values: [['id/parts-asked', { dx: row.dx, answers: texts }]] }));
    expect((await parts(m, back)).asked).toMatchObject({ sets: [{ parts: [1, 2] }], phrase: null });
    noFaults([boris, clara, dora]);
  });

  test('a part is kept without anybody opening a screen, as it comes and once after a start; where one space takes none, no part goes to another', async () => {
    const m = await four(707);
    const { world, anna, boris, clara, dora, space } = m;
    await until(world, () => [boris, clara, dora].every((tab) => keptAt(tab) === 1), 20_000, 'kept by itself');
    // What came right before the end is kept after the next start.
    await parts(m, anna, { give: { least: 2, people: [boris, clara].map((tab) => ({ space, uid: uidOf(tab) })) } });
    await until(world, () => linesAt(dora, space).length === 5 && linesAt(boris, space).length === 5, 20_000, 'it came');
    expect(keptAt(boris), 'not yet').toBe(1);
    world.kill(boris);
    const anew = await world.open(m.devices[1]!);
    await until(world, () => keptAt(anew) === 2, 30_000, 'kept after the start');
    await until(world, () => keptAt(clara) === 2, 20_000, 'and as it comes, long after hers');
    expect(keptAt(anna), 'of others only').toBe(0);
    const theirs = await world.wait(anew.api.spaces.create({ name: 'Read only', kind: 'team' }));
    await world.wait(anna.api.spaces.join(await world.wait(anew.api.spaces.invite(theirs, { uses: 1, role: 'guest' }))));
    await until(world, () => standing(anna, theirs) === 'member', 20_000, 'anna reads there');
    const before = linesAt(anna, space).length;
    const { at } = (await parts(m, anna)).given!;
    expect(['no-right', 'rules']).toContain(await code(parts(m, anna, { give: { least: 2, people: [{ space, uid: uidOf(clara) }, { space: theirs, uid: uidOf(anew) }] } })));
    expect(linesAt(anna, space)).toHaveLength(before);
    expect((await parts(m, anna)).given!.at).toBe(at);
    noFaults([anna, anew, clara, dora]);
  });
});

describe('KEYP1 the form of a part', () => {
  test('[limit KEY_PARTS.beside] beside the devices it is for a record names so many others, none of the author and none twice, in an order that says nothing', () => {
    const ds = (n: number): Bytes => new Uint8Array(32).fill(n) as Bytes;
    const devices = Array.from({ length: 60 }, (_, n) => ({ ds: toBase64url(ds(n)), uid: n < 3 ? toBase64url(ds(200)) : `p${n}` }));
    const kernel = { deps: { random: createSeededRandom('mixed') }, profile: { uid: ds(200) } } as unknown as Kernel;
    const own = [devices[30]!.ds, devices[31]!.ds];
    const named = mixed(kernel, { rights: { view: () => ({ devices }) } } as unknown as Space, own, [30, 31].map((n) => [ds(n).slice(0, 8), ds(n)]));
    const tags = named.map(([tag]) => toBase64url(tag as Bytes));
    expect(named).toHaveLength(2 + KEY_PARTS.beside);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags).toEqual([...tags].sort());
    for (const n of [0, 1, 2]) expect(tags).not.toContain(toBase64url(ds(n).slice(0, 8)));
  });

  test('[limit KEY_PARTS.text] only what is whole is read, and the texts are bound to the request', async () => {
    const crypto = createStubCrypto();
    const shares = await secretParts.split(new Uint8Array(32).fill(7) as Bytes, 3, 2);
    const part: KeyPart = { uid: new Uint8Array(32) as Bytes, rk: new Uint8Array(32).fill(1) as Bytes, least: 2, marks: shares.map(markOf), share: shares[0]! };
    expect(readKeyPart(encodeKeyPart(part))).toEqual(part);
    for (const wrong of [{ least: 1 }, { least: 4 }, { marks: part.marks.slice(1) }, { share: new Uint8Array(33) as Bytes }, { share: part.share.slice(1) as Bytes }, { uid: new Uint8Array(31) as Bytes }, { marks: Array.from({ length: KEY_PARTS.people + 1 }, () => part.marks[0]!) }]) {
      expect(readKeyPart(encodeKeyPart({ ...part, ...wrong })), JSON.stringify(Object.keys(wrong))).toBeNull();
    }
    const [mine, other] = [await crypto.generateAgreement(), await crypto.generateAgreement()];
    const text = (await answerText(crypto, mine.pub, part, { key: new Uint8Array(32) as Bytes, nonce: new Uint8Array(12) as Bytes }))!;
    expect(await openAnswer(crypto, mine, text)).toEqual(part);
    expect(await openAnswer(crypto, other, text)).toBe('elsewhere');
    expect(await openAnswer(crypto, mine, text + 'A'.repeat(KEY_PARTS.text))).toBe('form');
    expect(readAsk(askText(mine.pub))).toEqual(mine.pub);
    expect(readAsk(askText(mine.pub) + ' '.repeat(KEY_PARTS.text))).toBeNull();
    expect(toBase64url(setOf(part))).not.toBe(toBase64url(setOf({ ...part, least: 3 })));
    // Of two of three, any two make it, and one alone says something else.
    expect(await secretParts.combine([shares[2]!, shares[0]!])).toEqual(new Uint8Array(32).fill(7));
  });
});
