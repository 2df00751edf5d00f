/** Limits of the sync messages and of questions, met by an end that says one more than it may. */
import { describe, expect, test } from 'vitest';
import { u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { createKit, entryNo, named, SPACE } from '#tests/support/core-kit';
import { createCompare } from '#vm/replication/compare';
import { nextWindow, takeAnswered, type LogPull } from '#vm/replication/log-pull';
import { parseChanged, parseFlatHeads, parseGet, parseHeads, parseHeadsAsk, parseListed, parseOpen, parseTreeAsk } from '#vm/replication/payloads';
import { createQueries } from '#vm/replication/queries';
import { createRecordBatches } from '#vm/replication/record-batch';

const f = named('f', 16);
const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const head: CborValue[] = [named('w'), 5, named('id')];

/** Name, is a message with n of them taken, the greatest n that is. */
const CASES: readonly (readonly [string, (n: number) => boolean, number])[] = [
  ['[limit SYNC.fragments] changed fragments', (n) => parseChanged(encodeCbor([1, times(n, () => f), true])) !== null, 2_048],
  ['[limit SYNC.fragments] listed fragments', (n) => parseListed(encodeCbor([1, times(n, () => [f, named('d')]), true])) !== null, 2_048],
  ['[limit SYNC.fragments] fragments in a question for heads', (n) => parseHeadsAsk(encodeCbor([SPACE, times(n, () => [f, null])])) !== null, 2_048],
  ['[limit SYNC.fragments] prefixes in a question for the tree', (n) => parseTreeAsk(encodeCbor([SPACE, null, new Uint8Array(n * 4)])) !== null, 2_048],
  ['[limit SYNC.headsPerMessage] announced heads', (n) => parseFlatHeads(times(n, () => [f, ...head])) !== null, 1_024],
  ['[limit SYNC.headsPerMessage] heads in an answer, all fragments together', (n) => parseHeads(encodeCbor([[[f, times(n - 500, () => head)], [f, times(500, () => head)]]])) !== null, 1_024],
  ['[limit SYNC.storeChars] characters of a store id', (n) => parseOpen(encodeCbor([SPACE, 'x'.repeat(n), 1, named('d')])) !== null, 64],
  ['[limit SYNC.batchItems] items in a batch of records', (n) => createRecordBatches().decode('live', encodeCbor(times(n, (i) => [i % 4_096, new Uint8Array(16)]))).ok, 8_192],
];

describe('sync messages', () => {
  test.each(CASES)('%s', (_, taken, most) => {
    expect(taken(most)).toBe(true);
    expect(taken(most + 1)).toBe(false);
  });

  test('[limit SYNC.replyBytes] whatever a get asks for, it is answered with at most 192 KiB', () => {
    expect(parseGet(encodeCbor([SPACE, f, named('w'), 0, 9, 10_000_000]))?.maxBytes).toBe(196_608);
    expect(parseGet(encodeCbor([SPACE, f, named('w'), 0, 9, 1_000]))?.maxBytes).toBe(1_000);
  });
});

describe('questions', () => {
  test('[limit SYNC.queryMs SYNC.queriesPerLink] an end that never answers: 64 questions wait for 10 s, further ones are not asked, and then there is room again', async () => {
    const kit = await createKit();
    const link = kit.link('mute');
    const queries = createQueries(kit.core, link.peer.link);
    const states: string[] = [];
    const ask = (): void => void queries.ask('sync:list:v1', [1]).then((answer) => states.push(answer.state));
    for (let i = 0; i < 70; i++) ask();
    await kit.clock.settle();
    expect([states, link.said.length]).toEqual([times(6, () => 'busy'), 64]);
    await kit.clock.run(9_900);
    expect(states).toHaveLength(6);
    await kit.clock.run(200);
    expect(states.slice(6)).toEqual(times(64, () => 'timeout'));
    ask();
    expect(link.said).toHaveLength(65);
  });

  test('[limit SYNC.answerBytes] an answer without end is let go at 8 MiB, and what comes after it is not kept', async () => {
    const kit = await createKit();
    const link = kit.link('endless');
    const queries = createQueries(kit.core, link.peer.link);
    let state = '';
    void queries.ask('sync:heads:v1', [1]).then((answer) => (state = answer.state));
    const part = (): void => void queries.onMessage({ event: 'sync:heads:v1:processing', id: link.said[0]!.id, payload: new Uint8Array(131_072) as Bytes, channel: 'live' });
    for (let i = 0; i < 64; i++) part();
    await kit.clock.settle();
    expect(state).toBe('');
    part();
    await kit.clock.settle();
    expect(state).toBe('timeout');
  });
});

describe('windows of a log', () => {
  const pull = (to: number): LogPull => ({
    key: 'k', opener: 'a', space: SPACE, fragment: f, writer: named('w'), rank: 2, windows: [], next: 0, to, steps: 0, soon: false, taking: 0, done: [],
    sources: new Map([['p', { seq: to, id: named('id'), idText: 'id' }]]),
  });

  test('[limit SYNC.windowSeqs SYNC.asksPerLink] a log is cut into windows of 256, of which four are open', () => {
    const log = pull(10_000);
    const windows = times(6, () => {
      const window = nextWindow(log, 'p');
      if (window !== null) window.peer = 'p';
      return window;
    });
    expect(windows.map((w) => w && w.to - w.from + 1)).toEqual([256, 256, 256, 256, null, null]);
  });

  test('[limit SYNC.aheadBytes] a source that answers with more than was asked: above 4 MiB that wait for an earlier window nothing further is asked', () => {
    const ahead = (bytes: number) => {
      const log = pull(10_000);
      nextWindow(log, 'p')!.peer = 'p';
      const second = nextWindow(log, 'p')!;
      Object.assign(second, { entries: [entryNo('x', 256)], bytes });
      return nextWindow(log, 'p');
    };
    expect(ahead(4_194_304)?.from).toBe(512);
    expect(ahead(4_194_305)).toBe(null);
  });

  test('[limit SYNC.takeRecords] what one peer answered is handed on together up to 64 records, what another answered by itself', () => {
    const log = pull(10_000);
    const answer = (by: string, from: number, count: number): void => {
      log.windows.push({ from, to: from + count - 1, peer: null, by, entries: times(count, (i) => entryNo('x', from + i)), bytes: 100 * count });
    };
    for (const [from, count] of [[0, 32], [32, 32], [64, 1], [65, 90]] as const) answer('p', from, count);
    answer('q', 155, 10);
    log.windows.push({ from: 165, to: 199, peer: 'p', entries: null, bytes: 0 });
    const taken = times(4, () => takeAnswered(log));
    expect(taken.map(({ from, bytes, answered }) => [from, bytes, answered[0]!.seq, answered.length])).toEqual([['p', 6_400, 0, 64], ['p', 100, 64, 1], ['p', 9_000, 65, 90], ['q', 1_000, 155, 10]]);
    expect(log.windows).toHaveLength(1);
  });
});

test('[limit SYNC.batchItems] dictionary entries beyond the ring and other items break the link, not the reader', () => {
  const decode = (items: CborValue): boolean => createRecordBatches().decode('bulk', encodeCbor(items)).ok;
  expect(decode([[4_096, named('x')]])).toBe(false);
  expect(decode([5])).toBe(false);
  expect(decode([[0, u32be(1)]])).toBe(false);
  expect(decode([])).toBe(true);
});

describe('comparisons', () => {
  const seal = [f, named('set'), null, named('tag')];
  const node = [named('n', 16), new Uint8Array(8)];

  test.each([
    ['[limit SYNC.compareFragments] fragments', 'fragments', () => seal, 1_024],
    ['[limit SYNC.compareNodes] nodes', 'nodes', () => node, 4_096],
  ] as const)('%s: as many as fit are told and taken in one message, an answer with more is no answer', async (_, what, of, most) => {
    const kit = await createKit();
    const link = kit.link('other');
    const rows = times(most + 1, of);
    const compare = createCompare(kit.core, {
      fragments: () => rows.map(() => ({ fragment: f, set: named('set'), state: null, tag: named('tag') })), buckets: () => null, step: () => null,
      nodes: () => rows.map(() => ({ node: named('n', 16), digest: named('d') })),
    });
    compare.onMessage(link.peer, { event: 'seal:compare:v1:requested', id: 'x', channel: 'live', payload: encodeCbor(what === 'fragments' ? [SPACE, 0, null, null, null] : [SPACE, 2, f, new Uint8Array(1), null]) });
    expect(link.said.map((said) => ((said.value as CborValue[])[0] as CborValue[]).length)).toEqual([most, 1]);
    const ask = async (count: number): Promise<number | null> => {
      const other = compare.with(SPACE, link.peer.link.device as Bytes)!;
      const answer = what === 'fragments' ? other.fragments() : other.nodes(f, 0);
      await kit.clock.settle();
      link.peer.queries.onMessage({ event: 'seal:compare:v1:completed', id: link.said.at(-1)!.id, payload: encodeCbor([times(count, of) as CborValue]), channel: 'live' });
      return (await answer)?.length ?? null;
    };
    expect([await ask(most), await ask(most + 1)]).toEqual([most, null]);
  });

  test('[limit SYNC.comparesBurst SYNC.comparesPerSecond] questions without end: 256 at once and 16 a second are answered, the others told "busy"', async () => {
    const kit = await createKit();
    const [link, calm] = [kit.link('curious'), kit.link('calm')];
    const compare = createCompare(kit.core, { fragments: () => [], buckets: () => null, step: () => null, nodes: () => null });
    const ask = (from: typeof link, count: number): number => {
      const before = from.of('seal:compare:v1:completed').length;
      for (let i = 0; i < count; i++) compare.onMessage(from.peer, { event: 'seal:compare:v1:requested', id: 'x', channel: 'live', payload: encodeCbor([SPACE, 0, null, null, null]) });
      return from.of('seal:compare:v1:completed').length - before;
    };
    expect([ask(link, 400), ask(calm, 5)]).toEqual([256, 5]);
    await kit.clock.run(1_000);
    expect([ask(link, 100), link.closed]).toEqual([16, null]);
  });
});
