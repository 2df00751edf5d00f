/** Coming back with the recovery phrase alone (FORMATS 1; docs/PROTOCOL.md, Coming back): the same person on a new device, as far as somebody who knows them is online. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { createReturnHost } from '#os/kernel/return-host';
import { KERNEL_LIMITS } from '#os/limits';
import type { SigningKey } from '#ports/crypto';
import { buildDeviceAdd, recoverySeed } from '#vm/protocol/identity';
import { entropyOf } from '#vm/protocol/phrase';
import { SPACE_KIND } from '#vm/protocol/types';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';
import { equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';

// The kernel asks for these when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns')])));

const uid = (tab: SimTab): string | undefined => tab.api.identity.get()?.uid;
const personalOf = async (tab: SimTab): Promise<string[]> => (await tab.api.spaces.list()).filter((one) => one.kind === 'personal').map((one) => one.id);

async function phraseOf(world: SimWorld, tab: SimTab): Promise<string> {
  return (await world.wait(tab.api.recovery.phrase())).join(' ');
}

/** An empty profile in which the words were typed. */
async function comeBack(world: SimWorld, words: string, name = 'new'): Promise<SimTab> {
  const tab = await world.open(world.device(name));
  expect(tab.api.identity.get()).toBeNull();
  await world.wait(tab.api.recovery.fromPhrase(words));
  return tab;
}

describe('{K7}{C7} FORMATS §1: back by the phrase', () => {
  test('the other device is online: the same person, a device of its own, every space with what is in it, and it writes on', async () => {
    const m = await meet({ seed: 410 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, space, 'before');
    const [personal] = await personalOf(a);
    await say(a, personal!, 'mine alone');
    await world.wait(a.api.saved());
    const back = await comeBack(world, await phraseOf(world, a));
    await until(world, () => standing(back, space) === 'member' && standing(back, personal!) === 'member', 30_000, 'both spaces are back');
    expect(uid(back)).toBe(uid(a));
    expect(back.api.identity.get()).toMatchObject({ name: 'anna' });
    expect(back.api.identity.get()!.device).not.toBe(a.api.identity.get()!.device);
    expect(back.api.recovery.returning()).toBe('back');
    await equal(world, [a, b, back], space);
    await until(world, () => texts(back, space).join() === 'before' && texts(back, personal!).join() === 'mine alone', 20_000, 'with what is in them');
    await say(back, space, 'after');
    await until(world, () => texts(b, space).includes('after'), 20_000, 'boris reads it');
    expect((await b.api.spaces.members(space)).map((one) => [one.name, one.devices.length]).sort()).toEqual([['anna', 2], ['boris', 1]]);
    // The words are kept already: nothing of them is here.
    expect(await world.wait(back.api.recovery.status())).toMatchObject({ phrase: 'erased', checkedAt: expect.any(Number) });
    await world.wait(back.api.recovery.finish());
    expect(back.api.recovery.returning()).toBeNull();
    expect(await personalOf(back)).toEqual([personal]);
    noFaults([a, b, back]);
  });

  test('the only device is gone: another member brings back what is shared; the Personal space is begun anew when the person says so', async () => {
    const m = await meet({ seed: 411 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    await say(a, space, 'before');
    await until(world, () => texts(b, space).includes('before'), 20_000, 'boris has it');
    const words = await phraseOf(world, a);
    const person = uid(a);
    world.kill(a);
    const back = await comeBack(world, words);
    await until(world, () => standing(back, space) === 'member', 60_000, 'the shared space is back');
    expect(uid(back)).toBe(person);
    await until(world, () => texts(back, space).length === 1, 20_000, 'with what is in it');
    expect(await personalOf(back)).toEqual([]);
    await say(back, space, 'after');
    await until(world, () => texts(b, space).includes('after'), 20_000, 'boris reads it');
    await world.wait(back.api.recovery.finish());
    expect(await personalOf(back)).toHaveLength(1);
    noFaults([b, back]);
  });

  test('nobody is online: it goes on looking, also after a restart, until somebody comes', async () => {
    const m = await meet({ seed: 412 }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    const words = await phraseOf(world, a);
    const person = uid(a);
    for (const tab of [a, b]) world.kill(tab);
    let back = await comeBack(world, words);
    await world.clock.run(60_000);
    expect([back.api.identity.get(), back.api.recovery.returning()]).toEqual([null, 'looking']);
    world.kill(back);
    back = await world.open(back.device);
    expect([back.api.identity.get(), back.api.recovery.returning()]).toEqual([null, 'looking']);
    await world.open(b.device);
    await until(world, () => standing(back, space) === 'member', 60_000, 'the shared space is back');
    expect(uid(back)).toBe(person);
    // What it knows by now it knows after a restart, too, and goes on waiting for the rest.
    world.kill(back);
    back = await world.open(back.device);
    expect([uid(back), back.api.recovery.returning(), standing(back, space)]).toEqual([person, 'back', 'member']);
  });

  test('the search can be given up: the profile is empty again and a new person can begin', async () => {
    const m = await meet({ seed: 413 }, ['anna']);
    const words = await phraseOf(m.world, m.tabs[0]!);
    m.world.kill(m.tabs[0]!);
    const back = await comeBack(m.world, words);
    await m.world.clock.run(5_000);
    await m.world.wait(back.api.recovery.finish());
    expect([back.api.identity.get(), back.api.recovery.returning(), back.running.parts.kernel.replication]).toEqual([null, null, null]);
    await m.world.wait(back.api.identity.create({ name: 'Somebody' }));
    expect(back.api.identity.get()).toMatchObject({ name: 'Somebody' });
    noFaults([back]);
  });

  test('words that are none, too few, in another order or of nobody: each is told, and nothing begins', async () => {
    const m = await meet({ seed: 414 }, ['anna']);
    const words = (await phraseOf(m.world, m.tabs[0]!)).split(' ');
    const tab = await m.world.open(m.world.device('new'));
    const wrong: [string, string][] = [
      ['', 'phrase-count'], [words.slice(1).join(' '), 'phrase-count'], [[...words.slice(0, 23), 'lifegraph'].join(' '), 'phrase-word'],
      [[words[1], words[0], ...words.slice(2)].join(' '), 'phrase-sum'],
    ];
    for (const [phrase, code] of wrong) await expect(m.world.wait(tab.api.recovery.fromPhrase(phrase)), phrase).rejects.toMatchObject({ code });
    expect(tab.api.recovery.returning()).toBeNull();
    await expect(m.world.wait(m.tabs[0]!.api.recovery.fromPhrase(words.join(' ')))).rejects.toMatchObject({ code: 'already' });
  });

  test('a phrase of nobody here finds nobody, however many are online', async () => {
    const m = await meet({ seed: 415 }, ['anna', 'boris']);
    const other = createSimWorld({ seed: 999 });
    const stranger = await other.open(other.device('stranger'));
    await other.wait(stranger.api.identity.create({ name: 'Stranger' }));
    const back = await comeBack(m.world, await phraseOf(other, stranger));
    await m.world.clock.run(60_000);
    expect([back.api.identity.get(), back.api.recovery.returning()]).toEqual([null, 'looking']);
    noFaults([...m.tabs, back]);
  });

  test('[IDN9] only an add by the recovery key of a member may be attached by others: one by a device, or of nobody here, has no effect', async () => {
    const m = await meet({ seed: 416 }, ['anna', 'boris']);
    const [a, b] = m.tabs as [SimTab, SimTab];
    const { kernel } = a.running.parts;
    const { crypto } = kernel.deps;
    const held = (tab: SimTab): readonly { ds: string }[] => tab.running.parts.kernel.spaces.get(m.space)!.rights.devicesOf(kernel.profile!.uid);
    const entropy = entropyOf(await phraseOf(m.world, a))!;
    const rk = await crypto.importSigning(recoverySeed(entropy));
    const other = await crypto.generateSigning();
    const attach = async (uid: Bytes, by: SigningKey): Promise<void> => {
      const [ds, dx] = [await crypto.generateSigning(), await crypto.generateAgreement()];
      const statement = await buildDeviceAdd(crypto, { uid, by, ds, dx: dx.pub, nbf: kernel.time.now() });
      const space = b.running.parts.kernel.spaces.get(m.space)!;
      await m.world.wait(b.running.parts.sealer.writeAcl(space, [{ t: 'ident.attach', statement }]));
      await equal(m.world, [a, b], m.space);
    };
    for (const by of [kernel.profile!.ds, other]) await attach(kernel.profile!.uid, by);
    await attach(new Uint8Array(32).fill(7), rk);
    for (const tab of [a, b]) expect(held(tab)).toHaveLength(1);
    await attach(kernel.profile!.uid, rk);
    for (const tab of [a, b]) expect(held(tab)).toHaveLength(2);
  });

  test('[limit KERNEL.returnMembers KERNEL.returnPeople] the rooms of people are kept by small spaces only, and by so many people at most', () => {
    const person = (n: number) => ({ recoveryKeys: new Set([toBase64url(new Uint8Array(32).fill(n))]) });
    const rooms = (spaces: readonly number[][], kind = 1): number => {
      const made = spaces.map((uids, at) => [String(at), {
        standing: 'member', rights: { view: () => ({ kind, members: new Map([...uids.map(String), toBase64url(new Uint8Array(32))].map((uid) => [uid, { uid }])), state: { links: new Map(), persons: new Map(uids.map((n) => [String(n), person(n)])) } }) },
      }] as const);
      const kernel = { profile: { uid: new Uint8Array(32), statements: [new Uint8Array(0)] }, spaces: new Map(made), returning: null };
      return createReturnHost({ kernel } as never).rooms().others.length;
    };
    const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);
    expect(rooms([from(1, KERNEL_LIMITS.returnMembers - 1)])).toBe(KERNEL_LIMITS.returnMembers - 1);
    expect(rooms([from(1, KERNEL_LIMITS.returnMembers)])).toBe(0);
    expect(rooms([from(1, 3)], SPACE_KIND.guild)).toBe(0);
    expect(rooms([from(1, 10), from(11, 10), from(21, 10)])).toBe(KERNEL_LIMITS.returnPeople);
  });

  test('[limit KERNEL.returnSpaces] an answer that names more spaces than that is none', async () => {
    const world = createSimWorld({ seed: 417 });
    const tab = await world.open(world.device('anna'));
    await world.wait(tab.api.identity.create({ name: 'Anna' }));
    const { askLink } = await import('#os/kernel/returns');
    const told = (count: number) => ({
      hash: new Uint8Array(32), device: new Uint8Array(32),
      ask: async () => ({ state: 'completed' as const, last: 'completed', parts: [encodeCbor([Array.from({ length: count }, (_, at) => new Uint8Array(32).fill(1).fill(at >> 8, 0, 1).fill(at & 255, 1, 2))])] }),
    });
    const parts = tab.running.parts as never;
    expect(await askLink(parts, told(KERNEL_LIMITS.returnSpaces + 1))).toBeNull();
    expect(tab.running.parts.kernel.spaces.size).toBe(1);
    expect(await askLink(parts, told(KERNEL_LIMITS.returnSpaces))).toHaveLength(KERNEL_LIMITS.returnSpaces);
  });
});
