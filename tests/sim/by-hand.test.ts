/** A connection by hand (docs/PROTOCOL.md §15): no server anywhere, an offer and an answer that people carry, and what a stranger, a liar or a late one gets of it. */
import { describe, expect, test } from 'vitest';
import type { HandView, NetAct } from '#os/net-acts-api';
import { WAY_LIMITS } from '#os/way-limits';
import type { Dialing, Wire } from '#ports/wire';
import { decodeHand, encodeHand, readDescription, writeDescription, type HandKind, type HandWord } from '#vm/protocol/hand-link';
import { must } from '#base/assert';
import { fromBase64url } from '#base/bytes';
import { born, meet, noFaults, say, standing, texts, until } from './support/walks.ts';
import { createSimWorld, type SimTab, type SimWorld } from './support/sim-world.ts';

const act = (world: SimWorld, tab: SimTab, what: NetAct): Promise<HandView | null> => world.wait(tab.api.network.act(what) as Promise<HandView | null>);
const look = (world: SimWorld, tab: SimTab): Promise<HandView | null> => act(world, tab, { act: 'hand' });

/** The offer or the answer, once it is there. */
async function shown(world: SimWorld, tab: SimTab): Promise<string> {
  for (let n = 0; n < 50; n++) {
    const view = await look(world, tab);
    if (view?.step === 'show') return view.link;
    if (view?.step === 'ended') throw new Error(`it ended: ${view.reason}`);
    await world.clock.run(100);
  }
  throw new Error('nothing to give over');
}

/** Carries the offer there and the answer back; `change` is what happens to the offer on its way. */
async function carry(world: SimWorld, from: SimTab, to: SimTab, change = (link: string): string => link): Promise<void> {
  await act(world, from, { act: 'hand-offer' });
  await act(world, to, { act: 'hand-take', text: `https://anywhere.example/app/${change(await shown(world, from))}` });
  await act(world, from, { act: 'hand-take', text: await shown(world, to) });
}

const steps = async (world: SimWorld, ...tabs: SimTab[]): Promise<unknown[]> => Promise.all(tabs.map(async (tab) => { const view = await look(world, tab); return [view?.step, view?.reason]; }));
const word = (link: string): HandWord => { const read = decodeHand(link); if (!read.ok) throw new Error(read.error); return read.value; };
const linksOf = (tab: SimTab): number => tab.running.parts.kernel.network.peers.length;

describe('{V8} {K8} [row 12] [row 13] by hand', () => {
  test('[HAND1] two members that no server brings together: offer and answer carried, then writing goes both ways', async () => {
    const { world, tabs, space } = await meet({ seed: 811 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    await until(world, () => linksOf(anna) === 0 && linksOf(boris) === 0, 30_000, 'nobody is linked');
    await say(anna, space, 'alone');
    await world.clock.run(20_000);
    expect(texts(boris, space), 'control: without a server nothing arrives').toEqual([]);
    await carry(world, anna, boris);
    await until(world, () => texts(boris, space).includes('alone'), 20_000, 'it arrives');
    await world.clock.run(500);
    expect(await steps(world, anna, boris)).toEqual([['done', null], ['done', null]]);
    expect((await look(world, anna))!.device).toBe(boris.api.identity.get()!.device);
    await say(boris, space, 'and back');
    await until(world, () => texts(anna, space).includes('and back'), 20_000, 'and back');
    noFaults(tabs);
  });

  test('[HAND1] a join by an invite over a connection by hand, in a world without any server', async () => {
    const world = createSimWorld({ seed: 812 });
    world.server.down();
    const [anna, boris] = [await world.open(world.device('anna')), await world.open(world.device('boris'))];
    await born(world, anna);
    await born(world, boris);
    const space = await world.wait(anna.api.spaces.create({ name: 'River' }));
    const invite = await world.wait(anna.api.spaces.invite(space));
    await say(anna, space, 'welcome');
    await world.wait(boris.api.spaces.join(invite));
    await world.clock.run(20_000);
    expect(standing(boris, space), 'control: no server, no way in').not.toBe('member');
    // The newcomer may be the one who offers.
    await carry(world, boris, anna);
    await until(world, () => standing(boris, space) === 'member' && texts(boris, space).includes('welcome'), 30_000, 'inside');
    noFaults([anna, boris]);
  });

  test('[HAND2] a stranger who has the offer is linked and is told nothing: no space, no record', async () => {
    const world = createSimWorld({ seed: 813 });
    world.server.down();
    const [anna, eve, boris] = [await world.open(world.device('anna')), await world.open(world.device('eve')), await world.open(world.device('boris'))];
    for (const tab of [anna, eve, boris]) await born(world, tab);
    const space = await world.wait(anna.api.spaces.create({ name: 'River' }));
    const id = Buffer.from(must(fromBase64url(space), 'space'));
    await say(anna, space, 'not for everybody');
    const heard = new Map<string, Buffer[]>();
    const { onDeliver } = world.network;
    world.network.onDeliver = (from, to, channel, frame) => {
      onDeliver?.(from, to, channel, frame);
      if (from === anna.name) heard.set(to, [...(heard.get(to) ?? []), Buffer.from(frame)]);
    };
    const named = (tab: SimTab): boolean => Buffer.concat(heard.get(tab.name) ?? []).includes(id);
    await carry(world, anna, eve);
    await until(world, () => linksOf(eve) === 1, 20_000, 'linked');
    await world.clock.run(20_000);
    expect([heard.has(eve.name), named(eve), eve.running.parts.kernel.spaces.has(space)]).toEqual([true, false, false]);
    expect(Buffer.concat(heard.get(eve.name)!).includes('space:proof'), 'control: what is said on an open link can be read in its frames').toBe(true);
    expect(eve.running.parts.kernel.network.peers.flatMap((peer) => peer.spaces)).toEqual([]);
    await world.wait(boris.api.spaces.join(await world.wait(anna.api.spaces.invite(space))));
    await carry(world, anna, boris);
    await until(world, () => texts(boris, space).includes('not for everybody'), 30_000, 'who is invited reads it');
    expect([named(boris), named(eve)], 'control: the frames to who is invited name the space').toEqual([true, false]);
  });

  test('[HAND3] another fingerprint in the offer: the connection is refused on both sides and nothing is said on it', async () => {
    const { world, tabs } = await meet({ seed: 814 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    await until(world, () => linksOf(anna) === 0 && linksOf(boris) === 0, 30_000, 'nobody is linked');
    const before = world.network.pairs.length;
    await carry(world, anna, boris, (link) => encodeHand({ ...word(link), fingerprint: new Uint8Array(32).fill(7) }));
    await world.clock.run(1_000);
    expect(await steps(world, boris, anna)).toEqual([['ended', 'altered'], ['ended', 'no-way']]);
    expect([world.network.pairs.length - before, linksOf(anna), linksOf(boris)]).toEqual([0, 0, 0]);
    await carry(world, anna, boris);
    await until(world, () => linksOf(boris) === 1, 20_000, 'control: untouched it stands');
  });

  test('[HAND3] who carries the texts stands between with connections of its own: both ends see it in the handshake, nothing is linked', async () => {
    const { world, tabs } = await meet({ seed: 819 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    await until(world, () => linksOf(anna) === 0 && linksOf(boris) === 0, 30_000, 'nobody is linked');
    await act(world, anna, { act: 'hand-offer' });
    const offer = word(await shown(world, anna));
    const wires: Wire[] = [];
    const passed: Uint8Array[] = [];
    const said: { type: HandKind; sdp: string }[] = [];
    const dial = (initiator: boolean): Dialing => world.network.dialer('eve').dial({
      initiator, whole: true, iceServers: [], onFail: () => undefined, onSignal: (data) => void said.push(data as { type: HandKind; sdp: string }),
      onOpen(wire) {
        wires.push(wire);
        if (wires.length < 2) return;
        for (const [from, to] of [[0, 1], [1, 0]] as const) wires[from]!.onFrame = (channel, frame) => { passed.push(frame); wires[to]!.send(channel, frame.slice()); };
      },
    });
    const near = dial(false);
    near.signal({ type: 'offer', sdp: writeDescription('offer', offer, true) });
    const far = dial(true);
    await until(world, () => said.length === 2, 5_000, 'eve has an answer and an offer');
    const own = (kind: HandKind) => readDescription(kind, said.find((one) => one.type === kind)!.sdp)!;
    await act(world, boris, { act: 'hand-take', text: encodeHand({ ...offer, ...own('offer') }) });
    const answer = word(await shown(world, boris));
    far.signal({ type: 'answer', sdp: writeDescription('answer', answer, true) });
    await act(world, anna, { act: 'hand-take', text: encodeHand({ ...answer, ...own('answer') }) });
    await world.clock.run(5_000);
    expect([wires.length, passed.length > 0], 'control: she did stand between, and passed on the greetings').toEqual([2, true]);
    const ends = await steps(world, anna, boris) as [string, string][];
    expect(ends.map(([step]) => step)).toEqual(['ended', 'ended']);
    expect(ends.map(([, reason]) => reason), 'whoever reads the other greeting first says why').toContain('altered');
    expect([linksOf(anna), linksOf(boris), passed.some((frame) => Buffer.from(frame).includes('space:proof'))]).toEqual([0, 0, false]);
  });

  test('[HAND4] [limit WAY.handMs] an old offer, one\'s own, an answer to none, no text at all: each is told apart, and what runs goes on', async () => {
    const { world, tabs } = await meet({ seed: 815 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    await act(world, anna, { act: 'hand-offer' });
    const offer = await shown(world, anna);
    const old = { ...word(offer), made: word(offer).made - 601 };
    expect(await act(world, boris, { act: 'hand-take', text: encodeHand(old) })).toMatchObject({ step: 'ended', reason: 'stale' });
    expect(await act(world, anna, { act: 'hand-take', text: offer })).toMatchObject({ step: 'show', refused: 'own' });
    expect(await act(world, anna, { act: 'hand-take', text: encodeHand({ ...word(offer), kind: 'answer', session: new Uint8Array(16), attempt: new Uint8Array(8) }) })).toMatchObject({ step: 'show', refused: 'no-offer' });
    await expect(world.wait(boris.api.network.act({ act: 'hand-take', text: 'good morning' }))).rejects.toMatchObject({ code: 'bad-hand' });
    await expect(world.wait(boris.api.network.act({ act: 'hand-take', text: '#/meet/gQE' }))).rejects.toMatchObject({ code: 'newer-link' });
    await act(world, boris, { act: 'hand-take', text: offer });
    const answer = await shown(world, boris);
    await world.clock.run(WAY_LIMITS.handMs);
    expect(await steps(world, anna, boris)).toEqual([['ended', 'timeout'], ['ended', 'timeout']]);
    expect(await act(world, anna, { act: 'hand-take', text: answer })).toMatchObject({ step: 'ended', reason: 'no-offer' });
  });

  test('[HAND4] [limit WAY.handLinkMs] no way between the two: it says so and can be begun anew', async () => {
    const { world, tabs, space } = await meet({ seed: 816 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    world.network.reachable = () => false;
    await carry(world, anna, boris);
    await act(world, boris, { act: 'hand-go' });
    await world.clock.run(WAY_LIMITS.handLinkMs + 1_000);
    expect(await steps(world, anna, boris)).toEqual([['ended', 'no-way'], ['ended', 'no-way']]);
    world.network.reachable = () => true;
    await say(anna, space, 'second try');
    await carry(world, anna, boris);
    await until(world, () => texts(boris, space).includes('second try'), 20_000, 'the second try stands');
  });

  test('[HAND5] a tab without the links asks the one with them and shows how it stands there', async () => {
    const { world, tabs, devices, space } = await meet({ seed: 817 }, ['anna', 'boris']);
    const [anna, boris] = tabs as [SimTab, SimTab];
    const second = await world.open(must(devices[0], 'device'));
    world.server.down();
    for (const { pair } of world.network.pairs) pair.cut();
    await carry(world, second, boris);
    await until(world, () => linksOf(boris) === 1, 20_000, 'linked');
    await say(boris, space, 'to both tabs');
    await until(world, () => texts(second, space).includes('to both tabs') && texts(anna, space).includes('to both tabs'), 20_000, 'both show it');
    await world.clock.run(500);
    expect(await steps(world, anna, second)).toEqual([['done', null], ['done', null]]);
  });

  test('[HAND1] a second device is paired without any server: by hand until both said Yes, and once more for what the person has', async () => {
    const world = createSimWorld({ seed: 818 });
    world.server.down();
    const [anna, phone] = [await world.open(world.device('anna')), await world.open(world.device('phone'))];
    await born(world, anna);
    const space = await world.wait(anna.api.spaces.create({ name: 'River' }));
    await say(anna, space, 'mine');
    await world.wait(anna.api.devices.pair());
    const { code } = (await world.wait(anna.api.devices.pairing()))!;
    await world.wait(phone.api.devices.pairWith(code));
    await world.clock.run(20_000);
    expect((await world.wait(phone.api.devices.pairing()))!.step, 'control: without a server they do not meet').toBe('meet');
    await carry(world, phone, anna);
    const pairing = async (tab: SimTab): Promise<string> => (await world.wait(tab.api.devices.pairing()))!.step;
    for (let n = 0; n < 40 && (await pairing(phone)) !== 'compare'; n++) await world.clock.run(500);
    expect([await pairing(anna), await pairing(phone)]).toEqual(['compare', 'compare']);
    await world.wait(phone.api.devices.answerPairing(true));
    await world.wait(anna.api.devices.answerPairing(true));
    await until(world, () => phone.api.identity.get()?.uid === anna.api.identity.get()!.uid, 60_000, 'the same person');
    await world.clock.run(5_000);
    await carry(world, phone, anna);
    await until(world, () => texts(phone, space).includes('mine'), 60_000, 'with what it has');
    noFaults([anna, phone]);
  });
});
