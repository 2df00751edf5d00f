/** Witnesses on links: who is told, once; what is asked for; what a hostile end can do with the messages. */
import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { named } from '#tests/support/core-kit';
import { WITNESSED, witnessKit } from '#tests/support/witness-kit';
import type { LinkMessage } from '#vm/mesh/link-types';
import { FRAGMENT } from '#vm/protocol/types';
import type { Witness } from '#vm/protocol/witness';
import type { Core, PeerState } from '#vm/replication/peer-state';
import type { Answer } from '#vm/replication/queries';
import { createWitnessExchange, type WitnessKeeper } from '#vm/replication/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';

const crypto = createStubCrypto(createSeededRandom('witness links'));
const settle = async (): Promise<void> => {
  for (let at = 0; at < 50; at++) await Promise.resolve();
};

/** A link on which things are said; `whole`: its far end may see all of the space. */
function linkTo(name: string, { whole = true, reader = false, answer = { state: 'timeout' } as Answer } = {}) {
  const sent: { event: string; payload: CborValue; id: string }[] = [];
  const asked: { event: string; payload: CborValue }[] = [];
  const state = { space: WITNESSED, key: toBase64url(WITNESSED), proven: true, serving: true, invited: null, reader: reader ? named(name) : null, open: {} };
  const at = { closed: null as string | null };
  const peer = {
    id: name, closed: false, whole, spaces: new Map([[state.key, state]]),
    link: { device: named(name), send: (_channel: string, event: string, payload: Bytes, id: string) => sent.push({ event, payload: decodeCbor(payload), id }), close: (code: string) => (at.closed = code) },
    queries: { ask: async (event: string, payload: CborValue) => (asked.push({ event, payload }), answer) },
  };
  return { peer: peer as unknown as PeerState, sent, asked, at, of: (event: string) => sent.filter((one) => one.event === event) };
}

async function world(...links: ReturnType<typeof linkTo>[]) {
  const kit = await witnessKit();
  const own = await crypto.generateSigning();
  const counts = new Map<string, number>();
  const core = {
    clock: createSimClock(), crypto, peers: new Map(links.map(({ peer }) => [peer.id, peer])),
    host: { deviceKey: own, mayServe: () => true, readable: (_: Bytes, ds: Bytes) => (links.some(({ peer }) => equalBytes(peer.link.device, ds) && !(peer as unknown as { whole: boolean }).whole) ? (fragment: Uint8Array) => !equalBytes(fragment, FRAGMENT.witness) : null) },
    metric: (name: string, add = 1) => void counts.set(name, (counts.get(name) ?? 0) + add),
  } as unknown as Core;
  const kept: Witness[] = [];
  const proofs: (readonly Witness[])[] = [];
  let room = Infinity;
  const keeper: WitnessKeeper = {
    isBeacon: (_, ds) => equalBytes(ds, kit.ds.pub), has: (_, { id }) => kept.some((one) => equalBytes(one.id, id)), admits: () => room-- > 0,
    take: (_, w) => (kept.push(w), true), takeProof: (_, proof) => (proofs.push(proof), true), newest: () => kept.slice(-WITNESS_LIMITS.told), proofs: () => proofs,
    range: (_, __, log, from, to) => kept.filter((w) => equalBytes(w.log, log) && w.seq >= from && w.seq <= to), record: async () => null, onTaken: () => undefined,
  };
  const exchange = createWitnessExchange(keeper);
  const hear = async (link: ReturnType<typeof linkTo>, event: string, payload: CborValue, id = ''): Promise<void> => {
    exchange.onMessage(core, link.peer, { event, id, payload: encodeCbor(payload), channel: 'live' } satisfies LinkMessage);
    await settle();
  };
  return { kit, core, kept, proofs, counts, exchange, hear, limit: (count: number) => (room = count) };
}

const SAID = 'witness:said:v1:completed';
const said = (...list: readonly Witness[]): CborValue => [WITNESSED, list.map(({ bytes }) => bytes)];
const idsOf = (link: ReturnType<typeof linkTo>): string[] => link.of(SAID).flatMap(({ payload }) => ((payload as CborValue[])[1] as Bytes[]).map(toBase64url));

describe('WIT2 on links', () => {
  test('[limit WITNESS.told WITNESS.perMessage] a link that opens is told the newest once, new ones go to each other link once, not back', async () => {
    const [a, b, part, reader] = [linkTo('a'), linkTo('b'), linkTo('part', { whole: false }), linkTo('reader', { reader: true })];
    const w = await world(a, b, part, reader);
    const chain = await w.kit.chain('log', 4);
    w.kept.push(...chain);
    for (let times = 0; times < 3; times++) w.exchange.look(w.core);
    expect(idsOf(a)).toEqual(chain.slice(-WITNESS_LIMITS.told).map(({ bytes }) => toBase64url(bytes)));
    const [next] = await w.kit.chain('log', 1, { seq: 4, before: chain[3]! });
    await w.hear(a, SAID, said(next!));
    await w.hear(b, SAID, said(next!));
    expect(idsOf(a)).toHaveLength(WITNESS_LIMITS.told);
    expect(idsOf(b).at(-1)).toBe(toBase64url(next!.bytes));
    // Who has a part of the space, and who reads by a public link, hears nothing of it.
    expect([part.sent, reader.sent]).toEqual([[], []]);
    await w.hear(a, SAID, said(...(await w.kit.chain('many', WITNESS_LIMITS.perMessage + 1))));
    expect(a.at.closed).toBe('breach');
  });

  test('of somebody who is no beacon nothing is taken, a bad signature costs the link, over a budget it is not looked at', async () => {
    const [a, b] = [linkTo('a'), linkTo('b')];
    const w = await world(a, b);
    const stranger = await witnessKit('stranger');
    await w.hear(a, SAID, said(await stranger.say('log', 0)));
    expect([w.kept, a.at.closed]).toEqual([[], null]);
    w.limit(1);
    const [one, two] = await w.kit.chain('log', 2);
    await w.hear(a, SAID, said(one!, two!));
    expect([w.kept.length, w.counts.get('witness.over')]).toEqual([1, 1]);
    w.limit(9);
    await w.hear(b, SAID, said({ ...two!, bytes: two!.bytes.with(two!.bytes.length - 1, two!.bytes.at(-1)! ^ 1) as Bytes }));
    expect([b.at.closed, w.kept.length]).toEqual(['breach', 1]);
  });

  test('WIT3 a proof is looked at before it is passed on; two that prove nothing cost the link', async () => {
    const [a, b] = [linkTo('a'), linkTo('b')];
    const w = await world(a, b);
    const [one, other] = [await w.kit.say('log', 0), await w.kit.say('log', 0, { heads: [] })];
    await w.hear(a, 'witness:proof:v1:completed', said(one, other));
    expect([w.proofs.length, b.of('witness:proof:v1:completed').length, a.of('witness:proof:v1:completed').length]).toEqual([1, 1, 0]);
    await w.hear(b, 'witness:proof:v1:completed', said(one, one));
    expect(b.at.closed).toBe('breach');
  });

  test('{K8} a proof is looked at once: of a beacon that is proven already no signature is checked', async () => {
    const [a, b] = [linkTo('a'), linkTo('b')];
    const [known, none] = [await world(a), await world(b)];
    const [one, other] = [await known.kit.say('log', 0), await known.kit.say('log', 0, { heads: [] })];
    const bad = said(one, { ...other, bytes: other.bytes.with(other.bytes.length - 1, other.bytes.at(-1)! ^ 1) as Bytes });
    await known.hear(a, 'witness:proof:v1:completed', said(one, other));
    await known.hear(a, 'witness:proof:v1:completed', bad);
    expect([known.proofs.length, a.at.closed]).toEqual([1, null]);
    // Control: where nothing is known it is looked at, and costs the link.
    await none.hear(b, 'witness:proof:v1:completed', bad);
    expect([none.proofs.length, b.at.closed]).toEqual([0, 'breach']);
  });

  test('what is missing is asked for and answered, the newest of it', async () => {
    const a = linkTo('a');
    const w = await world(a);
    const chain = await w.kit.chain('log', 20);
    w.kept.push(...chain);
    await w.hear(a, 'witness:want:v1:requested', [WITNESSED, w.kit.ds.pub, named('log', 16), 2, 15], 'q7');
    const [answer] = a.of('witness:want:v1:completed');
    expect([answer!.id, ((answer!.payload as CborValue[])[1] as Bytes[]).map(toBase64url)]).toEqual(['q7', chain.slice(16 - WITNESS_LIMITS.perMessage, 16).map(({ bytes }) => toBase64url(bytes))]);
  });
});

describe('WIT7 checks on links', () => {
  test('[limit WITNESS.checksServed] what is not held is said so, signed; more at once, or another form, costs the link', async () => {
    const a = linkTo('a');
    const w = await world(a);
    const ask = (count: number): CborValue => [WITNESSED, named('nonce'), Array.from({ length: count }, (_, at): CborValue => [named('f', 16), named(`id ${at}`)])];
    await w.hear(a, 'witness:held:v1:requested', ask(2), 'q1');
    expect((a.of('witness:held:v1:completed')[0]!.payload as CborValue[])[0]).toEqual([null, null]);
    await w.hear(a, 'witness:held:v1:requested', ask(WITNESS_LIMITS.checksServed + 1), 'q2');
    expect(a.at.closed).toBe('breach');
  });

  test('[row 18] an answer that the device at the other end did not sign, or to something else, is none', async () => {
    const asked = [{ fragment: named('f', 16), id: named('id') }];
    const forged = linkTo('a', { answer: { state: 'completed', parts: [encodeCbor([[named('hash')], new Uint8Array(64)])], last: 'completed' } });
    const short = linkTo('b', { answer: { state: 'completed', parts: [encodeCbor([[], new Uint8Array(64)])], last: 'completed' } });
    const silent = linkTo('c');
    const w = await world(forged, short, silent);
    for (const link of [forged, short, silent]) expect(await w.exchange.check(w.core, link.peer, WITNESSED, named('nonce'), asked)).toBeNull();
  });
});
