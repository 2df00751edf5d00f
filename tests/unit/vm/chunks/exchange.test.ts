import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { PLACE, coreOf, holder, idOf, linkTo, random, said, tick } from '#tests/support/chunk-links';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { createFetcher } from '#vm/chunks/fetching';
import type { Core } from '#vm/replication/peer-state';
import type { Answer } from '#vm/replication/queries';

function fetching(core: Core) {
  const taken: Bytes[] = [];
  const struck: string[] = [];
  const fetcher = createFetcher(core, { take: async (_place, _id, stored) => void taken.push(stored), strike: (peer) => void struck.push(peer.id) });
  return { fetcher, taken, struck };
}

describe('fetching', () => {
  test('[limit CHUNK.remembered] a device that gave nothing rests also when it comes back by another link, for a while', async () => {
    const piece = random.bytes(1_000);
    const key = toBase64url(idOf(piece));
    const nothing = (event: string): Answer => (event === 'chunk:have:v1' ? said([Uint8Array.of(1)]) : { state: 'timeout' });
    const first = linkTo('first', nothing);
    const { core, clock } = coreOf(first);
    const { fetcher, taken } = fetching(core);
    fetcher.fetch(PLACE, idOf(piece));
    // Asked after 0, 2, 6, 14 and 30 s: it rests for 32 now.
    await clock.run(31_000);
    const wants = (link: typeof first): number => link.asked.filter(({ event }) => event === 'chunk:want:v1').length;
    expect(wants(first)).toBeGreaterThan(2);
    const back = linkTo('back', holder(new Map([[key, piece]])));
    Object.assign(back.peer.link, { device: first.peer.link.device });
    (core.peers as Map<string, typeof back.peer>).delete('first');
    fetcher.look();
    (core.peers as Map<string, typeof back.peer>).set('back', back.peer);
    fetcher.look();
    await tick();
    // What it has is asked anew, and nothing more before it has rested.
    expect([back.asked.map(({ event }) => event), wants(back)]).toEqual([['chunk:have:v1'], 0]);
    // The control: when it has rested it is asked, and gives.
    await clock.run(CHUNK_LIMITS.restMs);
    expect(taken).toHaveLength(1);
    expect(CHUNK_LIMITS.remembered).toBeLessThan(CHUNK_LIMITS.wants);
    fetcher.close();
  });

  test('FILE2 whether another device has all of it: one that gives no answer is asked once in a look, and one that has only a part does not count', async () => {
    const ids = Array.from({ length: CHUNK_LIMITS.haves + 1 }, () => random.bytes(32));
    const silent = linkTo('silent', () => ({ state: 'timeout' }));
    const answers = (last: 0 | 1) => (_event: string, payload: CborValue[]): Answer => said([Uint8Array.from(payload[2] as Bytes[], (_id, at) => ((payload[2] as Bytes[]).length === 1 && at === 0 ? last : 1))]);
    const [some, all] = [linkTo('some', answers(0)), linkTo('all', answers(1))];
    const { core } = coreOf(silent, some, all);
    const { fetcher } = fetching(core);
    const out = new Set<string>();
    for (let at = 0; at < 2; at++) expect(await fetcher.isHeld(PLACE, ids, () => true, out)).toBe(true);
    expect([[...out], silent.asked.length, some.asked.length, all.asked.length]).toEqual([['silent'], 1, 4, 4]);
    expect(await fetcher.isHeld(PLACE, ids, ({ id }) => id !== 'all', out)).toBe(false);
    fetcher.close();
  });

  test('a link that is dead and not known to be yet holds up no other of its device', async () => {
    const piece = random.bytes(1_000);
    const dead = linkTo('dead', () => new Promise<Answer>(() => undefined));
    const { core } = coreOf(dead);
    const { fetcher } = fetching(core);
    const coming = fetcher.fetch(PLACE, idOf(piece));
    await tick();
    expect(dead.asked.map(({ event }) => event)).toEqual(['chunk:have:v1']);
    const live = linkTo('live', holder(new Map([[toBase64url(idOf(piece)), piece]])));
    Object.assign(live.peer.link, { device: dead.peer.link.device });
    (core.peers as Map<string, typeof live.peer>).set('live', live.peer);
    fetcher.look();
    expect(await coming.done).toBe(toBase64url(live.peer.link.device));
    fetcher.close();
  });

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

  test('[limit CHUNK.asksPerLink CHUNK.haves] of one end a piece is asked at first, four at a time once it gave some, and 256 ids in one question', async () => {
    const pieces = new Map(Array.from({ length: 300 }, () => random.bytes(40)).map((piece) => [toBase64url(idOf(piece)), piece]));
    const real = holder(pieces);
    const gates: (() => void)[] = [];
    const link = linkTo('link', async (event, payload) => {
      if (event === 'chunk:want:v1') await new Promise<void>((go) => gates.push(go));
      return real(event, payload);
    });
    const { fetcher } = fetching(coreOf(link).core);
    for (const id of [...pieces.values()].map(idOf)) fetcher.fetch(PLACE, id);
    await tick();
    const open: number[] = [];
    for (let done = 0; done < 12; done++, await tick()) {
      open.push(gates.length - done);
      gates[done]!();
    }
    expect(open).toEqual([1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    expect(Math.max(...link.asked.filter(({ event }) => event === 'chunk:have:v1').map(({ payload }) => (payload[2] as Bytes[]).length))).toBe(256);
    fetcher.close();
  });

  test('[limit CHUNK.restMs] an end that says it has everything and gives nothing has one place, and rests twice as long each time, up to 60 s', async () => {
    const times: number[] = [];
    const pieces = new Map(Array.from({ length: 12 }, () => random.bytes(40)).map((piece) => [toBase64url(idOf(piece)), piece]));
    const real = holder(pieces);
    let gives = true;
    const link = linkTo('link', (event, payload) => {
      if (event !== 'chunk:want:v1' || gives) return real(event, payload);
      times.push(clock.monotonic());
      return { state: 'failed', payload: encodeCbor(['none']) };
    });
    const { core, clock } = coreOf(link);
    const { fetcher, taken } = fetching(core);
    for (const id of [...pieces.values()].slice(0, 6).map(idOf)) fetcher.fetch(PLACE, id);
    await clock.run(2_000);
    expect(taken).toHaveLength(6);
    gives = false;
    for (const id of [...pieces.values()].slice(6).map(idOf)) fetcher.fetch(PLACE, id);
    await clock.run(300_000);
    // Those that were under way when the first failed are one failure.
    const waits = times.slice(1).map((at, index) => (at - times[index]!) / 1_000).filter((wait) => wait > 0);
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    expect(times.length - waits.length).toBeLessThanOrEqual(4);
    gives = true;
    await clock.run(70_000);
    expect(taken).toHaveLength(12);
    fetcher.close();
  });

  test('[limit CHUNK.pullMs CHUNK.pullMostMs] a piece may take 30 s, then another end is asked; an end that gave some of it has 60 s for the next, 120 s at most', async () => {
    const piece = random.bytes(300_000);
    const pieces = new Map([[toBase64url(idOf(piece)), piece]]);
    const [slow, honest] = [linkTo('slow', (event, payload) => (event === 'chunk:have:v1' ? holder(pieces)(event, payload) : new Promise<Answer>(() => undefined))), linkTo('honest', holder(pieces))];
    const { core, clock } = coreOf(slow, honest);
    const { fetcher, taken } = fetching(core);
    const done = fetcher.fetch(PLACE, idOf(piece)).done;
    await clock.run(29_900);
    expect([taken.length, honest.asked.length]).toEqual([0, 1]);
    await clock.run(200);
    expect(taken).toHaveLength(1);
    expect(await done).toBe(toBase64url(honest.peer.link.device));
    fetcher.close();
    // Where there is no other end, a slow one is given the time it needs: each range takes it 25 s.
    const crawls = linkTo('crawls', async (event, payload) => {
      if (event === 'chunk:want:v1') await new Promise<void>((next) => void late.clock.setTimer(25_000, next));
      return holder(pieces)(event, payload);
    });
    const late = coreOf(crawls);
    const other = fetching(late.core);
    other.fetcher.fetch(PLACE, idOf(piece));
    await late.clock.run(32_000 + 49_000);
    expect(other.taken).toHaveLength(0);
    await late.clock.run(5_000);
    expect(other.taken).toHaveLength(1);
    expect(CHUNK_LIMITS.pullMostMs).toBe(120_000);
    other.fetcher.close();
  });

  test('what is still asked of a piece that broke off stops, also where the end is busy', async () => {
    const piece = random.bytes(400_000);
    const real = holder(new Map([[toBase64url(idOf(piece)), piece]]));
    const link = linkTo('link', (event, payload) => {
      if (event !== 'chunk:want:v1' || payload[3] === 0) return real(event, payload);
      return { state: 'failed', payload: encodeCbor([payload[3] === 131_072 ? 'none' : 'busy']) };
    });
    const { core, clock } = coreOf(link);
    const { fetcher } = fetching(core);
    fetcher.fetch(PLACE, idOf(piece));
    await clock.run(1_500);
    expect(link.asked.map(({ payload }) => payload[3]).filter((from) => from === 262_144).length).toBeLessThanOrEqual(2);
    expect(link.asked.map(({ payload }) => payload[3])).toContain(262_144);
    fetcher.close();
  });

  test('[limit CHUNK.busyMs CHUNK.busyTries] an end that is busy is asked for the same range again, 40 times at most; what came before is kept', async () => {
    const piece = random.bytes(300_000);
    const real = holder(new Map([[toBase64url(idOf(piece)), piece]]));
    for (const [refusals, comes] of [[3, true], [41, false]] as const) {
      let busy = refusals;
      const link = linkTo('link', (event, payload) => (event === 'chunk:want:v1' && payload[3] === 131_072 && busy-- > 0 ? { state: 'failed', payload: encodeCbor(['busy']) } : real(event, payload)));
      const { core, clock } = coreOf(link);
      const { fetcher, taken } = fetching(core);
      fetcher.fetch(PLACE, idOf(piece));
      await clock.run(250 * refusals - 100);
      expect(taken).toHaveLength(0);
      await clock.run(300);
      expect(taken).toHaveLength(comes ? 1 : 0);
      expect(link.asked.filter(({ event }) => event === 'chunk:want:v1').map(({ payload }) => payload[3])).toEqual([0, 131_072, 262_144, ...Array.from({ length: comes ? 3 : 40 }, () => 131_072)]);
      fetcher.close();
    }
  });

  test('[limit CHUNK.rangesAhead] three ranges of a piece are on their way, once its length is known', async () => {
    const piece = random.bytes(1_000_000);
    const real = holder(new Map([[toBase64url(idOf(piece)), piece]]));
    const gates: (() => void)[] = [];
    const link = linkTo('link', async (event, payload) => {
      if (event === 'chunk:want:v1') await new Promise<void>((go) => gates.push(go));
      return real(event, payload);
    });
    const { fetcher, taken } = fetching(coreOf(link).core);
    fetcher.fetch(PLACE, idOf(piece));
    await tick();
    const open: number[] = [];
    for (let done = 0; done < 8; done++, await tick()) {
      open.push(gates.length - done);
      gates[done]!();
    }
    expect(open).toEqual([1, 3, 3, 3, 3, 3, 2, 1]);
    expect(taken.map((one) => equalBytes(one, piece))).toEqual([true]);
  });

  test('[limit CHUNK.storing] a disk that is slower than the link: nothing more is asked for while four pieces are being written', async () => {
    const pieces = new Map(Array.from({ length: 20 }, () => random.bytes(40)).map((piece) => [toBase64url(idOf(piece)), piece]));
    const { core } = coreOf(linkTo('link', holder(pieces)));
    const gates: (() => void)[] = [];
    const fetcher = createFetcher(core, { take: () => new Promise<void>((go) => gates.push(go)), strike: () => undefined });
    for (const piece of pieces.values()) fetcher.fetch(PLACE, idOf(piece));
    for (let i = 0; i < 2; i++) await tick();
    const before = gates.length; // Those that were on their way still come.
    expect([before >= 4, before < 4 + CHUNK_LIMITS.asksPerLink]).toEqual([true, true]);
    gates.slice(0, 4).forEach((go) => go());
    for (let i = 0; i < 5; i++) await tick();
    expect(gates.length).toBeGreaterThan(before);
  });

  test('[limit CHUNK.pulls] eight pieces are on their way over all links together; ends that give nothing leave a place to one that does', async () => {
    const pieces = new Map(Array.from({ length: 64 }, () => random.bytes(40)).map((piece) => [toBase64url(idOf(piece)), piece]));
    let [open, stuck] = [0, false];
    const links = Array.from({ length: 6 }, (_, at) => linkTo(`l${at}`, (event, payload) => (event === 'chunk:have:v1' || !stuck ? holder(pieces)(event, payload) : new Promise<Answer>(() => void (open += 1)))));
    const { core } = coreOf(...links);
    const { fetcher, taken } = fetching(core);
    for (const id of [...pieces.values()].slice(0, 24).map(idOf)) fetcher.fetch(PLACE, id);
    for (let i = 0; i < 10; i++) await tick();
    expect(taken).toHaveLength(24);
    stuck = true;
    for (const id of [...pieces.values()].slice(24).map(idOf)) fetcher.fetch(PLACE, id);
    await tick();
    expect(open).toBe(8);
    // Ends that never gave hold one place each.
    const [others, honest] = [Array.from({ length: 7 }, (_, at) => linkTo(`o${at}`, (event, payload) => (event === 'chunk:have:v1' ? holder(pieces)(event, payload) : new Promise<Answer>(() => undefined)))), linkTo('honest', holder(pieces))];
    const crowd = fetching(coreOf(...others, honest).core);
    for (const id of [...pieces.values()].map(idOf)) crowd.fetcher.fetch(PLACE, id);
    for (let i = 0; i < 60; i++) await tick();
    expect(crowd.taken).toHaveLength(64 - 7);
    fetcher.close();
    crowd.fetcher.close();
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

  test('what somebody waits for is asked for before what was looked for earlier; what nobody looks for is not asked for', async () => {
    const pieces = Array.from({ length: 12 }, () => random.bytes(40));
    const link = linkTo('link', holder(new Map(pieces.map((piece) => [toBase64url(idOf(piece)), piece]))));
    link.space.proven = false;
    const { core, clock } = coreOf(link);
    const { fetcher } = fetching(core);
    const all = pieces.slice(0, 10).map((piece) => fetcher.fetch(PLACE, idOf(piece)));
    fetcher.first(PLACE, [pieces[11]!, pieces[8]!, pieces[3]!].map(idOf));
    link.space.proven = true;
    await clock.run(3_000);
    await Promise.all(all.map(({ done }) => done));
    const asked = link.asked.filter(({ event }) => event === 'chunk:want:v1').map(({ payload }) => pieces.findIndex((piece) => equalBytes(idOf(piece), payload[2] as Bytes)));
    expect(asked).toEqual([8, 3, 0, 1, 2, 4, 5, 6, 7, 9]);
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
