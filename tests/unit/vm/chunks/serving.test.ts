import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { PLACE, SPACE, coreOf, idOf, linkTo, random, tick } from '#tests/support/chunk-links';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { createServing } from '#vm/chunks/serving';
import type { LinkMessage } from '#vm/mesh/link-types';

describe('serving', () => {
  const piece = random.bytes(300_000);
  const held = idOf(piece);
  const pieces = { read: async (_place: unknown, id: Bytes) => (equalBytes(id, held) ? piece : null), held: async (_place: unknown, ids: readonly Bytes[]) => ids.map((id) => equalBytes(id, held)) };
  const message = (event: string, payload: CborValue, id = 'q1'): LinkMessage => ({ event, id, payload: encodeCbor(payload), channel: 'bulk' });
  const wants = (from = 0): CborValue => [SPACE, PLACE.fragment, held, from];

  test('CHUNK3 a range of what is held, and which of the ids are held', async () => {
    const link = linkTo('asker');
    const serving = createServing(coreOf(link).core, pieces);
    expect(serving.onMessage(link.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, [random.bytes(32), held]]))).toBe(true);
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
    expect(given).toEqual([`true ${toBase64url(held)}`]);
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
    serving.onMessage(link.peer, message('chunk:have:v1:requested', [space, PLACE.fragment, [held]]));
    serving.onMessage(link.peer, message('chunk:want:v1:requested', [space, PLACE.fragment, held, 0]));
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

  test.each<[string, CborValue]>([['no list', 5], ['a short id', [SPACE, PLACE.fragment, new Uint8Array(31), 0]], ['behind every piece', [SPACE, PLACE.fragment, held, CHUNK_LIMITS.storedBytes + 1]], ['a negative place', [SPACE, PLACE.fragment, held, -1]]])('CHUNK3 a question in another form ends the link: %s', async (_what, payload) => {
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

  test('[limit CHUNK.servesAtOnce CHUNK.servesQueued] sixteen answers are being read for one link, and none for one that does not drain', async () => {
    const link = linkTo('greedy');
    const gates: (() => void)[] = [];
    const serving = createServing(coreOf(link).core, { ...pieces, held: () => new Promise((go) => gates.push(() => go([true]))) });
    for (let i = 0; i < 18; i++) serving.onMessage(link.peer, message('chunk:have:v1:requested', [SPACE, PLACE.fragment, [held]]));
    await tick();
    expect(gates).toHaveLength(16);
    expect(link.sent.map(({ payload }) => payload)).toEqual([['busy'], ['busy']]);
    gates.forEach((go) => go());
    await tick();
    link.state.queued = 2_097_153;
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants()));
    link.state.queued = 2_097_152;
    serving.onMessage(link.peer, message('chunk:want:v1:requested', wants(131_072)));
    await tick();
    expect(link.sent.slice(18).map(({ event }) => event)).toEqual(['chunk:want:v1:failed', 'chunk:want:v1:completed']);
  });

  test('[limit CHUNK.servesPerSecond CHUNK.servesBurst CHUNK.haveCosts CHUNK.readCosts] 1,600 questions at once, then 800 a second; one about what is held counts as ten, one for which the store is read as nine', async () => {
    const link = linkTo('greedy');
    const { core, clock } = coreOf(link);
    const serving = createServing(core, { ...pieces, read: async () => Uint8Array.of(1, 2) });
    const answered = async (times: number, kind = 'want'): Promise<number> => {
      const before = link.sent.length;
      for (let i = 0; i < times; i++) {
        serving.onMessage(link.peer, message(`chunk:${kind}:v1:requested`, kind === 'have' ? [SPACE, PLACE.fragment, []] : wants()));
        await tick();
      }
      return link.sent.slice(before).filter(({ event }) => event.endsWith('completed')).length;
    };
    // The first of them reads the store.
    expect(await answered(1_700)).toBe(1_600 - CHUNK_LIMITS.readCosts);
    await clock.run(1_000);
    expect(await answered(850)).toBe(800);
    await clock.run(1_000);
    expect(await answered(100, 'have')).toBe(80);
  });

  test('[limit CHUNK.cached] a piece asked for in ranges is read once, and eight are kept', async () => {
    const link = linkTo('asker');
    const read: string[] = [];
    const serving = createServing(coreOf(link).core, { ...pieces, read: async (_place, id) => (read.push(toBase64url(id)), piece) });
    const ask = async (id: Bytes): Promise<void> => {
      serving.onMessage(link.peer, message('chunk:want:v1:requested', [SPACE, PLACE.fragment, id, 0]));
      await tick();
    };
    const ids = Array.from({ length: 9 }, () => random.bytes(32));
    for (const id of [ids[0]!, ids[0]!, ...ids.slice(1, 8), ids[0]!]) await ask(id);
    expect(read).toHaveLength(8);
    for (const id of [ids[8]!, ids[0]!]) await ask(id);
    expect(read).toHaveLength(9);
    await ask(ids[1]!);
    expect(read).toHaveLength(10);
  });
});
