import { describe, expect, test } from 'vitest';
import { createBlake3 } from '#base/blake3';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { createFetcher } from '#vm/chunks/fetching';
import { createServing } from '#vm/chunks/serving';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { Core, PeerState } from '#vm/replication/peer-state';
import type { Answer } from '#vm/replication/queries';

const random = createSeededRandom('exchange');
const SPACE = random.bytes(32);
const PLACE = { space: SPACE, fragment: random.bytes(16) };
const idOf = (piece: Uint8Array): Bytes => {
  const hash = createBlake3();
  hash.update(piece);
  return hash.digest();
};
const tick = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};

interface Sent {
  readonly event: string;
  readonly id: string;
  readonly payload: CborValue;
}

/** One link without anything below it: what is said on it, and what questions are answered. */
function linkTo(name: string, answer: (event: string, payload: CborValue[]) => Answer | Promise<Answer> = () => ({ state: 'timeout' })) {
  const sent: Sent[] = [];
  const asked: { event: string; payload: CborValue[] }[] = [];
  const state = { closed: null as string | null, queued: 0 };
  const space = { space: SPACE, key: toBase64url(SPACE), proven: true, reads: false, serving: true, invited: null, reader: null, open: {} };
  const peer = {
    id: name, closed: false, spaces: new Map([[toBase64url(SPACE), space]]),
    link: {
      device: random.bytes(32), queued: () => state.queued,
      send: (_channel: string, event: string, payload: Bytes, id: string) => sent.push({ event, id, payload: decodeCbor(payload) }),
      close: (code: string) => (state.closed = code),
    },
    queries: { ask: async (event: string, payload: CborValue[]) => (asked.push({ event, payload }), answer(event, payload)) },
  };
  return { peer: peer as unknown as PeerState, sent, asked, state, space };
}

function coreOf(...links: ReturnType<typeof linkTo>[]) {
  const clock = createSimClock();
  const counts = new Map<string, number>();
  const rights = { serve: true, see: true };
  const core = {
    clock, random, peers: new Map(links.map(({ peer }) => [peer.id, peer])),
    host: { mayServe: () => rights.serve, readable: () => () => rights.see },
    metric: (what: string, add = 1) => void counts.set(what, (counts.get(what) ?? 0) + add),
  };
  return { core: core as unknown as Core, clock, counts, rights };
}

const said = (parts: CborValue): Answer => ({ state: 'completed', parts: [encodeCbor(parts)], last: 'completed' });
/** An end that has these pieces. */
const holder = (pieces: ReadonlyMap<string, Bytes>) => (event: string, payload: CborValue[]): Answer => {
  if (event === 'chunk:have:v1') return said([Uint8Array.from(payload[2] as Bytes[], (id) => Number(pieces.has(toBase64url(id))))]);
  const [, , id, from] = payload as [Bytes, Bytes, Bytes, number];
  const piece = pieces.get(toBase64url(id));
  return piece ? said([piece.length, piece.slice(from, from + CHUNK_LIMITS.rangeBytes)]) : { state: 'failed', payload: encodeCbor(['none']) };
};

function fetching(core: Core) {
  const taken: Bytes[] = [];
  const struck: string[] = [];
  const fetcher = createFetcher(core, { take: async (_place, _id, stored) => void taken.push(stored), strike: (peer) => void struck.push(peer.id) });
  return { fetcher, taken, struck };
}

describe('fetching', () => {
  test('[limit CHUNK.rangeBytes] CHUNK4 a piece comes in ranges from an end that says it has it', async () => {
    const piece = random.bytes(300_000);
    const [empty, full] = [linkTo('empty', holder(new Map())), linkTo('full', holder(new Map([[toBase64url(idOf(piece)), piece]])))];
    const { core } = coreOf(empty, full);
    const { fetcher, taken } = fetching(core);
    expect(await fetcher.fetch(PLACE, idOf(piece)).done).toBe(toBase64url(full.peer.link.device));
    expect(taken.map((one) => equalBytes(one, piece))).toEqual([true]);
    expect(full.asked.map(({ event, payload }) => [event, payload[3]])).toEqual([['chunk:have:v1', undefined], ['chunk:want:v1', 0], ['chunk:want:v1', 131_072], ['chunk:want:v1', 262_144]]);
    expect(empty.asked.map(({ event }) => event)).toEqual(['chunk:have:v1']);
  });

  test('CHUNK4 bytes that are not what the id says cost their sender and the piece comes from another', async () => {
    const piece = random.bytes(1_000);
    const forged = piece.slice();
    forged[500]! ^= 1;
    const id = toBase64url(idOf(piece));
    const [liar, honest] = [linkTo('liar', holder(new Map([[id, forged]]))), linkTo('honest', holder(new Map([[id, piece]])))];
    const { core, counts } = coreOf(liar, honest);
    const { fetcher, taken, struck } = fetching(core);
    await fetcher.fetch(PLACE, idOf(piece)).done;
    expect(struck).toEqual(['liar']);
    expect(counts.get('chunks.forged')).toBe(1);
    expect(taken).toHaveLength(1);
    expect(equalBytes(taken[0]!, piece)).toBe(true);
  });

  test.each<[string, CborValue]>([
    ['no bytes', [1_000, new Uint8Array(0)]], ['half a range', [1_000, new Uint8Array(500)]], ['more than a piece', [CHUNK_LIMITS.storedBytes + 1, new Uint8Array(131_072)]],
    ['more than a range', [400_000, new Uint8Array(131_073)]], ['no list', 7], ['words', ['many', new Uint8Array(3)]],
  ])('CHUNK4 an answer in another form ends the link: %s', async (_what, answer) => {
    const evil = linkTo('evil', (event) => (event === 'chunk:have:v1' ? said([Uint8Array.of(1)]) : said(answer)));
    const { core } = coreOf(evil);
    const { fetcher, taken } = fetching(core);
    fetcher.fetch(PLACE, random.bytes(32));
    await tick();
    expect(evil.state.closed).toBe('breach');
    expect(taken).toEqual([]);
    fetcher.close();
  });

  test('CHUNK3 no end is asked before a space was proved and opened on its link, or about a fragment it does not see', async () => {
    const link = linkTo('link', holder(new Map()));
    const { core, clock, rights } = coreOf(link);
    const { fetcher } = fetching(core);
    link.space.proven = false;
    fetcher.fetch(PLACE, random.bytes(32));
    await clock.run(5_000);
    expect(link.asked).toEqual([]);
    [link.space.proven, rights.see] = [true, false];
    await clock.run(5_000);
    expect(link.asked).toEqual([]);
    rights.see = true;
    await clock.run(5_000);
    expect(link.asked.length).toBeGreaterThan(0);
    fetcher.close();
  });

  test('[limit CHUNK.againMs] an end that has nothing is asked again after 2 s', async () => {
    const pieces = new Map<string, Bytes>();
    const link = linkTo('link', holder(pieces));
    const { core, clock } = coreOf(link);
    const { fetcher, taken } = fetching(core);
    const piece = random.bytes(64);
    fetcher.fetch(PLACE, idOf(piece));
    await clock.run(1_900);
    expect(link.asked).toHaveLength(1);
    pieces.set(toBase64url(idOf(piece)), piece);
    await clock.run(1_000);
    expect(taken).toHaveLength(1);
  });

  test('[limit CHUNK.asksPerLink CHUNK.haves] of one end two pieces are asked at a time, and 256 ids in one question', async () => {
    let open = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const link = linkTo('link', async (event, payload) => {
      if (event === 'chunk:have:v1') return said([new Uint8Array((payload[2] as Bytes[]).length).fill(1)]);
      most = Math.max(most, ++open);
      await new Promise<void>((go) => gates.push(go));
      open -= 1;
      return { state: 'failed', payload: encodeCbor(['busy']) };
    });
    const { core } = coreOf(link);
    const { fetcher } = fetching(core);
    for (let i = 0; i < 300; i++) fetcher.fetch(PLACE, random.bytes(32));
    for (let i = 0; i < 20; i++) {
      await tick();
      gates.shift()?.();
    }
    expect(most).toBe(2);
    expect(Math.max(...link.asked.filter(({ event }) => event === 'chunk:have:v1').map(({ payload }) => (payload[2] as Bytes[]).length))).toBe(256);
    fetcher.close();
  });

  test('[limit CHUNK.wants] 1,024 pieces are looked for at once, one more is refused', async () => {
    const { core } = coreOf();
    const { fetcher } = fetching(core);
    for (let i = 0; i < 1_024; i++) fetcher.fetch(PLACE, random.bytes(32));
    await expect(fetcher.fetch(PLACE, random.bytes(32)).done).rejects.toThrow(RangeError);
    fetcher.close();
  });

  test('[limit CHUNK.answerMs] an answer may take 20 s', async () => {
    const times: (number | undefined)[] = [];
    const link = linkTo('slow', holder(new Map()));
    const { core } = coreOf(link);
    (link.peer as unknown as { queries: { ask(event: string, payload: CborValue, options: { timeoutMs?: number }): Promise<Answer> } }).queries.ask = async (_event, _payload, options) => (times.push(options.timeoutMs), { state: 'timeout' });
    const { fetcher } = fetching(core);
    fetcher.fetch(PLACE, random.bytes(32));
    await tick();
    expect(times).toEqual([20_000]);
    fetcher.close();
  });

  test('one that is given up is not asked for any more, and two that want the same get it once', async () => {
    const piece = random.bytes(64);
    const link = linkTo('link', holder(new Map([[toBase64url(idOf(piece)), piece]])));
    const { core, clock } = coreOf(link);
    const { fetcher, taken } = fetching(core);
    link.space.proven = false;
    const [a, b] = [fetcher.fetch(PLACE, idOf(piece)), fetcher.fetch(PLACE, idOf(piece))];
    a.stop();
    link.space.proven = true;
    await clock.run(3_000);
    await b.done;
    expect(taken).toHaveLength(1);
    const gone = fetcher.fetch(PLACE, random.bytes(32));
    await tick();
    const before = link.asked.length;
    gone.stop();
    await clock.run(10_000);
    expect(link.asked.length).toBe(before);
  });
});

describe('serving', () => {
  const piece = random.bytes(300_000);
  const pieces = { read: async (_place: unknown, id: Bytes) => (equalBytes(id, idOf(piece)) ? piece : null), held: async (_place: unknown, ids: readonly Bytes[]) => ids.map((id) => equalBytes(id, idOf(piece))) };
  const message = (event: string, payload: CborValue, id = 'q1'): LinkMessage => ({ event, id, payload: encodeCbor(payload), channel: 'bulk' });
  const wants = (from = 0): CborValue => [SPACE, PLACE.fragment, idOf(piece), from];

  test('CHUNK3 a range of what is held, and which of the ids are held', async () => {
    const link = linkTo('asker');
    const serving = createServing(coreOf(link).core, pieces);
    expect(serving.onMessage(link.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, [random.bytes(32), idOf(piece)]]))).toBe(true);
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants(262_144)));
    await tick();
    expect(link.sent).toEqual([{ event: 'chunk:have:v1:completed', id: 'q1', payload: [Uint8Array.of(0, 1)] }, { event: 'chunk:want:v1:completed', id: 'q1', payload: [300_000, piece.slice(262_144)] }]);
    expect(serving.onMessage(link.peer, message('sync:tick:v1:completed', 1))).toBe(false);
  });

  test('a piece counts as given to who got its last range, and to nobody by another', async () => {
    const link = linkTo('asker');
    const given: string[] = [];
    const serving = createServing(coreOf(link).core, { ...pieces, given: (peer, _place, id) => void given.push(`${String(peer === link.peer)} ${toBase64url(id)}`) });
    for (const from of [0, 131_072, 400_000]) serving.onMessage(link.peer, message('chunk:want:v1:requested', wants(from)));
    await tick();
    expect(given).toEqual([]);
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants(262_144)));
    await tick();
    expect(given).toEqual([`true ${toBase64url(idOf(piece))}`]);
  });

  test.each(['not proven', 'not serving', 'no right', 'not its fragment', 'another space'])('CHUNK3 without right nothing is said, not even whether it is held: %s', async (what) => {
    const link = linkTo('asker');
    const { core, rights } = coreOf(link);
    const serving = createServing(core, pieces);
    if (what === 'not proven') link.space.proven = false;
    if (what === 'not serving') link.space.serving = false;
    if (what === 'no right') rights.serve = false;
    if (what === 'not its fragment') rights.see = false;
    const space = what === 'another space' ? random.bytes(32) : SPACE;
    serving.onMessage(link.peer, message('chunk:have:v1:requested', [space, PLACE.fragment, [idOf(piece)]]));
    serving.onMessage(link.peer, message('chunk:want:v1:requested', [space, PLACE.fragment, idOf(piece), 0]));
    await tick();
    expect(link.sent.map(({ event, payload }) => [event, payload])).toEqual([['chunk:have:v1:failed', ['rights']], ['chunk:want:v1:failed', ['rights']]]);
  });

  test('CHUNK3 a right that goes while the store is read counts', async () => {
    const link = linkTo('asker');
    const { core, rights } = coreOf(link);
    const serving = createServing(core, { ...pieces, read: async () => ((rights.serve = false), piece) });
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants()));
    await tick();
    expect(link.sent.map(({ event }) => event)).toEqual(['chunk:want:v1:failed']);
  });

  test.each<[string, CborValue]>([['no list', 5], ['a short id', [SPACE, PLACE.fragment, new Uint8Array(31), 0]], ['behind every piece', [SPACE, PLACE.fragment, idOf(piece), CHUNK_LIMITS.storedBytes + 1]], ['a negative place', [SPACE, PLACE.fragment, idOf(piece), -1]]])('CHUNK3 a question in another form ends the link: %s', async (_what, payload) => {
    const link = linkTo('evil');
    createServing(coreOf(link).core, pieces).onMessage(link.peer, message('chunk:want:v1:requested', payload));
    await tick();
    expect(link.state.closed).toBe('breach');
  });

  test('[limit CHUNK.haves] more than 256 ids in one question end the link', async () => {
    const [link, other] = [linkTo('evil'), linkTo('other')];
    const serving = createServing(coreOf(link, other).core, pieces);
    const ids = Array.from({ length: 257 }, () => random.bytes(32));
    serving.onMessage(link.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, ids]));
    serving.onMessage(other.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, ids.slice(1)]));
    await tick();
    expect([link.state.closed, other.state.closed]).toEqual(['breach', null]);
  });

  test('[limit CHUNK.servesAtOnce CHUNK.servesQueued] four answers are being read for one link, and none for one that does not drain', async () => {
    const link = linkTo('greedy');
    const gates: (() => void)[] = [];
    const serving = createServing(coreOf(link).core, { ...pieces, held: () => new Promise((go) => gates.push(() => go([true]))) });
    for (let i = 0; i < 6; i++) serving.onMessage(link.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, [idOf(piece)]]));
    await tick();
    expect(gates).toHaveLength(4);
    expect(link.sent.map(({ payload }) => payload)).toEqual([['busy'], ['busy']]);
    gates.forEach((go) => go());
    await tick();
    link.state.queued = 1_048_577;
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants()));
    link.state.queued = 1_048_576;
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants(131_072)));
    await tick();
    expect(link.sent.slice(6).map(({ event }) => event)).toEqual(['chunk:want:v1:failed', 'chunk:want:v1:completed']);
  });

  test('[limit CHUNK.servesPerSecond CHUNK.servesBurst CHUNK.haveCosts] 400 questions at once, then 200 a second; one about what is held counts as ten', async () => {
    const link = linkTo('greedy');
    const { core, clock } = coreOf(link);
    const serving = createServing(core, pieces);
    const answered = async (times: number, kind = 'want'): Promise<number> => {
      const before = link.sent.length;
      for (let i = 0; i < times; i++) {
        serving.onMessage(link.peer, message(`chunk:${kind}:v1:requested`, kind === 'have' ? [SPACE, PLACE.fragment, []] : wants(262_144)));
        await tick();
      }
      return link.sent.slice(before).filter(({ event }) => event.endsWith('completed')).length;
    };
    expect(await answered(450)).toBe(400);
    await clock.run(1_000);
    expect(await answered(250)).toBe(200);
    await clock.run(1_000);
    expect(await answered(30, 'have')).toBe(20);
  });

  test('[limit CHUNK.cached] a piece asked for in ranges is read once, and four are kept', async () => {
    const link = linkTo('asker');
    const read: string[] = [];
    const serving = createServing(coreOf(link).core, { ...pieces, read: async (_place, id) => (read.push(toBase64url(id)), piece) });
    const ask = async (id: Bytes): Promise<void> => {
      serving.onMessage(link.peer, message('chunk:want:v1:requested', [SPACE, PLACE.fragment, id, 0]));
      await tick();
    };
    const ids = Array.from({ length: 5 }, () => random.bytes(32));
    for (const id of [ids[0]!, ids[0]!, ...ids.slice(1, 4), ids[0]!]) await ask(id);
    expect(read).toHaveLength(4);
    for (const id of [ids[4]!, ids[0]!]) await ask(id);
    expect(read).toHaveLength(5);
    await ask(ids[1]!);
    expect(read).toHaveLength(6);
  });
});
