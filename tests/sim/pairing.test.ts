/** Pairing a second device (docs/PROTOCOL.md, Pairing): the same person on a new device, and what somebody in between, or a No, makes of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { PairingView } from '#os/api';
import type { Pairing } from '#os/kernel/pairing';
import { KERNEL_LIMITS } from '#os/limits';
import { pairingCommit, pairingProof } from '#vm/protocol/pairing';
import type { PairAsked, PairLink, PairQuestion } from '#vm/replication/pair-links';
import type { Answer } from '#vm/replication/queries';
import { born, equal, meet, noFaults, say, standing, texts, until } from './support/walks.ts';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

// Asked for when they are used first; virtual time must not run ahead of the disk of this machine.
beforeAll(async () => void (await Promise.all([import('#os/kernel/recovery-key'), import('#os/kernel/returns'), import('#os/kernel/device-acts'), import('#os/kernel/pairing')])));

const personalOf = async (tab: SimTab): Promise<string> => (await tab.api.spaces.list()).find((one) => one.kind === 'personal')!.id;
const viewOf = (tab: SimTab): PairingView | null => tab.running.parts.kernel.pairing?.view() ?? tab.running.parts.kernel.pairSeen;
const stepOf = (tab: SimTab): string | undefined => viewOf(tab)?.step;
const devicesOf = (tab: SimTab, space: string): number => tab.running.parts.kernel.spaces.get(space)!.rights.devicesOf(tab.running.parts.kernel.profile!.uid).length;

/** Both screens show their words. */
async function compare(world: SimWorld, host: SimTab, name = 'phone', by: 'code' | 'link' = 'code'): Promise<SimTab> {
  await world.wait(host.api.devices.pair());
  await until(world, () => viewOf(host) !== null, 5_000, 'the code is there');
  const { code, link } = viewOf(host)!;
  const guest = await world.open(world.device(name));
  await world.wait(guest.api.devices.pairWith(by === 'code' ? ` ${code.slice(0, 5).toLowerCase()}-${code.slice(5)}` : `https://somewhere.example/${link}`));
  await until(world, () => stepOf(host) === 'compare' && stepOf(guest) === 'compare', 30_000, 'the words are there');
  return guest;
}

describe('{K7} devices.pair', () => {
  test.each(['code', 'link'] as const)('[DEV1] [DEV3] by %s: four equal words, Yes on both, and the new device is the person, with every space and what is in it', async (by) => {
    const m = await meet({ seed: by === 'code' ? 701 : 702 }, ['anna', 'boris']);
    const { world, space } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const personal = await personalOf(anna);
    await say(anna, space, 'before');
    await say(anna, personal, 'mine alone');
    const phone = await compare(world, anna, 'phone', by);
    expect(viewOf(phone)!.words).toEqual(viewOf(anna)!.words);
    expect(viewOf(anna)!.words).toHaveLength(4);
    // Nothing is told before both said Yes: the new device does not know whose words it shows.
    expect([phone.api.identity.get(), phone.running.parts.kernel.spaces.size]).toEqual([null, 0]);
    await world.wait(phone.api.devices.answerPairing(true));
    await world.clock.run(20_000);
    expect([viewOf(anna)!.yes, viewOf(phone)!.yes, stepOf(anna)]).toEqual([{ mine: false, other: true }, { mine: true, other: false }, 'compare']);
    expect(devicesOf(anna, personal)).toBe(1);
    await world.wait(anna.api.devices.answerPairing(true));
    await until(world, () => standing(phone, space) === 'member' && standing(phone, personal) === 'member', 60_000, 'every space is there');
    expect(phone.api.identity.get()).toMatchObject({ uid: anna.api.identity.get()!.uid, name: 'anna' });
    expect(phone.api.identity.get()!.device).not.toBe(anna.api.identity.get()!.device);
    await until(world, () => stepOf(anna) === 'done', 10_000, 'the first one says so');
    await equal(world, [anna, boris, phone], space);
    await until(world, () => texts(phone, personal).join() === 'mine alone' && texts(phone, space).join() === 'before', 20_000, 'with what is in them');
    await say(phone, space, 'from the phone');
    await until(world, () => texts(boris, space).includes('from the phone'), 20_000, 'boris reads it');
    expect((await phone.api.devices.list()).map((one) => [one.self, one.state])).toEqual([[true, 'in-use'], [false, 'in-use']]);
    // The words of the phrase stay where they are, not written down yet.
    expect(await world.wait(phone.api.recovery.status())).toMatchObject({ phrase: 'erased', checkedAt: null });
    expect(await world.wait(anna.api.recovery.status())).toMatchObject({ phrase: 'here', checkedAt: null });
    await world.wait(phone.api.recovery.finish());
    expect(await personalOf(phone)).toBe(personal);
    noFaults([anna, boris, phone]);
  });

  test('[DEV4] a space that one device makes or comes to later is on the others as well, whichever it was', async () => {
    const m = await meet({ seed: 711 }, ['anna', 'boris']);
    const { world } = m;
    const [anna, boris] = m.tabs as [SimTab, SimTab];
    const phone = await compare(world, anna);
    for (const tab of [anna, phone]) await world.wait(tab.api.devices.answerPairing(true));
    await until(world, () => standing(phone, m.space) === 'member', 60_000, 'paired');
    await world.wait(phone.api.recovery.finish());
    const onFirst = await world.wait(anna.api.spaces.create({ name: 'Made here' }));
    const onPhone = await world.wait(phone.api.spaces.create({ name: 'Made there' }));
    const invited = await world.wait(boris.api.spaces.create({ name: 'Come to' }));
    const link = await world.wait(boris.api.spaces.invite(invited));
    await world.wait(phone.api.spaces.join(link));
    for (const [tab, space] of [[phone, onFirst], [anna, onPhone], [anna, invited]] as const) await until(world, () => standing(tab, space) === 'member', 50_000, 'it is there');
    for (const space of [onFirst, onPhone, invited]) await equal(world, [anna, phone], space);
    await say(phone, onFirst, 'from the phone');
    await say(anna, onPhone, 'from the first');
    await say(anna, invited, 'together');
    await until(world, () => texts(anna, onFirst).length === 1 && texts(phone, onPhone).length === 1 && texts(boris, invited).length === 1, 30_000, 'and works');
    // Control: nobody else is told of a space of theirs.
    expect((await boris.api.spaces.list()).map((one) => one.name).sort()).not.toContain('Made here');
    noFaults([anna, boris, phone]);
  });

  test.each(['host', 'guest'] as const)('[DEV3] No on the %s ends it on both, nothing was shared, and the code is worth nothing any more', async (who) => {
    const world = createSimWorld({ seed: who === 'host' ? 703 : 704 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    const phone = await compare(world, anna);
    const { code } = viewOf(anna)!;
    await world.wait((who === 'host' ? phone : anna).api.devices.answerPairing(true));
    await world.wait((who === 'host' ? anna : phone).api.devices.answerPairing(false));
    await until(world, () => stepOf(anna) === 'ended' && stepOf(phone) === 'ended', 20_000, 'both say so');
    expect([viewOf(anna)!.reason, viewOf(phone)!.reason]).toEqual(who === 'host' ? ['no', 'other-no'] : ['other-no', 'no']);
    await world.clock.run(20_000);
    expect([phone.api.identity.get(), phone.running.parts.kernel.replication]).toEqual([null, null]);
    expect(devicesOf(anna, await personalOf(anna))).toBe(1);
    const late = await world.open(world.device('late'));
    await world.wait(late.api.devices.pairWith(code));
    await world.clock.run(60_000);
    expect([stepOf(late), stepOf(anna)]).toEqual(['meet', 'ended']);
    // A new code works, in the same two browsers.
    await world.wait(late.api.devices.endPairing());
    await world.wait(anna.api.devices.pair());
    await world.wait(phone.api.devices.pairWith(viewOf(anna)!.code));
    await until(world, () => stepOf(anna) === 'compare' && stepOf(phone) === 'compare', 30_000, 'once more');
    // Who gave it up can be somebody new.
    await world.wait(phone.api.devices.endPairing());
    await world.clock.run(3_000);
    await world.wait(phone.api.identity.create({ name: 'Somebody' }));
    expect(phone.api.identity.get()!.uid).not.toBe(anna.api.identity.get()!.uid);
    noFaults([anna, phone, late]);
  });

  test('[DEV2] a code is good for one device: who comes second is told, and the first goes on', async () => {
    const world = createSimWorld({ seed: 705 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    const phone = await compare(world, anna);
    const second = await world.open(world.device('second'));
    await world.wait(second.api.devices.pairWith(viewOf(anna)!.code));
    await until(world, () => stepOf(second) === 'ended', 60_000, 'the second is told');
    expect(viewOf(second)!.reason).toBe('taken');
    expect([stepOf(anna), stepOf(phone)]).toEqual(['compare', 'compare']);
  });

  test('[limit KERNEL.pairingMs] [DEV2] a code nobody uses is over after 10 minutes, and one whose other side goes away ends at once', async () => {
    const world = createSimWorld({ seed: 706 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    await world.wait(anna.api.devices.pair());
    expect(viewOf(anna)!.until - world.clock.now()).toBe(KERNEL_LIMITS.pairingMs);
    await world.clock.run(KERNEL_LIMITS.pairingMs - 5_000);
    expect(stepOf(anna)).toBe('meet');
    await world.clock.run(6_000);
    expect([stepOf(anna), viewOf(anna)!.reason]).toEqual(['ended', 'timeout']);
    // Tried again: a code of its own with ten minutes of its own, and nothing of the one before.
    const over = viewOf(anna)!;
    const phone = await compare(world, anna);
    const anew = viewOf(anna)!;
    expect([anew.code === over.code, anew.link === over.link, anew.reason, anew.yes, anew.until - over.until > KERNEL_LIMITS.pairingMs]).toEqual([false, false, null, { mine: false, other: false }, true]);
    world.kill(phone);
    await until(world, () => stepOf(anna) === 'ended', 120_000, 'it is gone');
    expect(viewOf(anna)!.reason).toBe('lost');
  });

  test('what is no code, or has no place here, is refused in words and begins nothing', async () => {
    const world = createSimWorld({ seed: 707 });
    const anna = await world.open(world.device('anna'));
    for (const text of ['', 'ABC', '7K3MQ-0XW2U', '#/pair/AAAA', '#/join/gwBA']) await expect(world.wait(anna.api.devices.pairWith(text)), text).rejects.toMatchObject({ code: 'bad-code' });
    await expect(world.wait(anna.api.devices.pairWith(`#/pair/${toBase64url(encodeCbor([1, 'x']))}`))).rejects.toMatchObject({ code: 'newer-link' });
    await expect(world.wait(anna.api.devices.pair())).rejects.toMatchObject({ code: 'no-identity' });
    await born(world, anna);
    await expect(world.wait(anna.api.devices.pairWith('7K3MQ-0XW2D'))).rejects.toMatchObject({ code: 'already' });
    expect(viewOf(anna)).toBeNull();
  });

  test('who turns to the recovery phrase in the middle of a pairing is looked for under keys of that search', async () => {
    const world = createSimWorld({ seed: 712 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    const words = (await world.wait(anna.api.recovery.phrase())).join(' ');
    const phone = await compare(world, anna);
    await world.wait(phone.api.recovery.fromPhrase(words));
    await until(world, () => phone.api.identity.get() !== null, 60_000, 'back by the words');
    const personal = await personalOf(anna);
    await until(world, () => standing(phone, personal) === 'member', 60_000, 'with the space');
    await until(world, () => stepOf(anna) === 'ended', 30_000, 'the pairing is over');
    expect(viewOf(anna)!.reason).toMatch(/other-no|lost/);
    expect(devicesOf(anna, personal)).toBe(2);
    noFaults([anna, phone]);
  });

  test('a tab without the links lets the one with them do it, and shows the same', async () => {
    const world = createSimWorld({ seed: 708 });
    const device = world.device('anna');
    const first = await world.open(device);
    await born(world, first);
    const other = await world.open(device);
    const phone = await compare(world, other);
    expect(viewOf(phone)!.words).toEqual(viewOf(other)!.words);
    expect(first.running.parts.kernel.leader && !other.running.parts.kernel.leader).toBe(true);
    await world.wait(other.api.devices.answerPairing(true));
    await world.wait(phone.api.devices.answerPairing(true));
    await until(world, () => stepOf(other) === 'done', 60_000, 'done');
  });
});

/** An end of a link of the hostile one: what it is told goes to `hear`. */
type Hear = (question: PairQuestion, payload: CborValue) => Promise<Answer>;
const linkTo = (hash: Bytes, device: Bytes, hear: Hear): PairLink => ({ hash, device, ask: hear, keep: () => undefined, closed: false });

/** Asks a pairing as its link would. */
function ask(pairing: Pairing, link: PairLink, question: PairQuestion, payload: CborValue): Promise<Answer> {
  return new Promise((resolve) => {
    const answer: PairAsked['answer'] = (state, value) => resolve(state === 'completed' ? { state, parts: [encodeCbor(value)], last: state } : { state, payload: encodeCbor(value) });
    pairing.onAsked(link, { question, payload: encodeCbor(payload), answer });
  });
}

describe('{C7} somebody in between who knows the code', () => {
  test('[DEV1] ends both links itself and passes on what it can: the words differ, and what one side signs for is not the other', async () => {
    const world = createSimWorld({ seed: 709 });
    const [anna, phone] = [await world.open(world.device('anna')), await world.open(world.device('phone'))];
    await born(world, anna);
    await world.wait(anna.api.devices.pair());
    // No way but the one through the middle.
    phone.offline(true);
    await world.wait(phone.api.devices.pairWith(viewOf(anna)!.code));
    const [host, guest] = [anna.running.parts.kernel.pairing!, phone.running.parts.kernel.pairing!];
    const { crypto, random } = anna.running.parts.kernel.deps;
    const [ds, dx] = [await crypto.generateSigning(), await crypto.generateAgreement()];
    const [toHost, toGuest] = [random.bytes(32), random.bytes(32)];
    const number = random.bytes(32);
    const seen: string[] = [];
    const hostLink = linkTo(toHost, ds.pub, async (question) => (seen.push(question), { state: 'completed', parts: [encodeCbor([])], last: 'completed' }));
    let hostNumber: CborValue | undefined;
    const guestLink: PairLink = linkTo(toGuest, ds.pub, async (question, payload) => {
      if (question === 'pair:hello:v1') {
        // It must commit towards the host before it hears the guest's number: to keys of its own, or the host would not take them for this link.
        const answer = await ask(host, hostLink, question, [pairingProof(host.seed, toHost), pairingCommit({ number, ds: ds.pub, dx: dx.pub })]);
        expect(answer.state).toBe('completed');
        hostNumber = (await import('#base/cbor')).tryDecodeCbor(answer.state === 'completed' ? answer.parts[0]! : new Uint8Array()) as CborValue;
        return answer;
      }
      if (question === 'pair:open:v1') return ask(host, hostLink, question, [number, dx.pub]);
      return ask(host, hostLink, question, payload);
    });
    guest.onLink(guestLink);
    await until(world, () => host.view().step === 'compare' && guest.view().step === 'compare', 10_000, 'both show words');
    expect(hostNumber).toBeDefined();
    expect(guest.view().words).not.toEqual(host.view().words);
    // The one who looks says No; that is the end, also where the other was too quick.
    await world.wait(phone.api.devices.answerPairing(true));
    await world.wait(anna.api.devices.answerPairing(false));
    await until(world, () => guest.view().step === 'ended' && host.view().step === 'ended', 20_000, 'ended');
    expect(seen).toEqual(['pair:no:v1']);
    expect([phone.api.identity.get(), devicesOf(anna, await personalOf(anna))]).toEqual([null, 1]);
  });

  test('[DEV1] opens another number than it committed to: the host ends it before any words are shown', async () => {
    const world = createSimWorld({ seed: 710 });
    const anna = await world.open(world.device('anna'));
    await born(world, anna);
    await world.wait(anna.api.devices.pair());
    const host = anna.running.parts.kernel.pairing!;
    const { crypto, random } = anna.running.parts.kernel.deps;
    const [ds, dx] = [await crypto.generateSigning(), await crypto.generateAgreement()];
    const hash = random.bytes(32);
    const link = linkTo(hash, ds.pub, async () => ({ state: 'closed' }));
    const commit = pairingCommit({ number: random.bytes(32), ds: ds.pub, dx: dx.pub });
    // Without the code it is not even the one try.
    expect(await ask(host, link, 'pair:hello:v1', [random.bytes(32), commit])).toMatchObject({ state: 'failed' });
    expect(host.view().step).toBe('meet');
    expect(await ask(host, link, 'pair:hello:v1', [pairingProof(host.seed, hash), commit])).toMatchObject({ state: 'completed' });
    for (const question of ['pair:yes:v1', 'pair:sign:v1'] as const) expect(await ask(host, link, question, [random.bytes(64)])).toMatchObject({ state: 'failed' });
    expect(await ask(host, link, 'pair:open:v1', [random.bytes(32), dx.pub])).toMatchObject({ state: 'failed' });
    expect([host.view().step, host.view().reason, host.view().words]).toEqual(['ended', 'bad', null]);
    await world.wait(anna.api.devices.answerPairing(true));
    expect(await ask(host, link, 'pair:sign:v1', [random.bytes(64)])).toMatchObject({ state: 'failed' });
    expect(devicesOf(anna, await personalOf(anna))).toBe(1);
  });
});
