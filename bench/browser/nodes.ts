/** Nodes of four fields: many at once to a connected peer, to a late joiner, and opened again with the network off; typing during a catch-up. */
import type { Peer } from '#tests/e2e/support/peer';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { arrivals, coldOpen, enter, fill, latencies, makePlace, newFragment, open, PATIENCE_MS, reached, saved, startJoin, typeNodes, watchArrivals, type Place } from './app.ts';
import { runGun } from './gun.ts';
import { attempt, ratio } from './rows.ts';
import { startApp, startYjs } from './servers.ts';
import { closeYjs, coldOpenYjs, enterRoom, fillYjs, linkedYjs, openYjs, pairYjs, reachedYjs, storedYjs, type Via } from './yjs.ts';

const BULK = 10_000;
const EACH = 100;

async function bulk(rounds: number): Promise<{ all: number[]; taken: number[]; saved: number[] }> {
  const server = await startApp();
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const place = await makePlace(a, 'Bulk');
    await enter(a, b, place);
    await fill(a.page, place, 0, 1_000, EACH);
    await reached(b.page, place, 1_000);
    const out = { all: [] as number[], taken: [] as number[], saved: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const next = await newFragment(a.page, place.space, `Bulk ${round}`);
      await saved(a.page);
      const [written, to] = await Promise.all([fill(a.page, next, 0, BULK, EACH), reached(b.page, next, BULK)]);
      out.all.push(to - written.from);
      out.taken.push(written.takenMs);
      out.saved.push(written.savedMs);
    }
    return out;
  } finally {
    await server.stop();
  }
}

async function bulkYjs(rounds: number, via: Via): Promise<number[]> {
  const server = await startYjs();
  try {
    const [a, b] = [await openYjs('ya', server), await openYjs('yb', server)];
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) for (const one of [a, b]) await closeYjs(one.page);
      await pairYjs(a.page, b.page, server, `bulk-${via}-${round}`, via);
      const [from, to] = await Promise.all([fillYjs(a.page, 0, BULK, EACH), reachedYjs(b.page, BULK, 20_000)]);
      out.push(to - from);
    }
    return out;
  } finally {
    server.stop();
  }
}

interface Sized {
  readonly late: number[];
  /** From the first request for content. */
  readonly content: number[];
  readonly cold: number[];
  /** Latency of typing during the catch-up, ms. */
  readonly typing: number[];
}

/** A has a space of so many nodes; fresh browsers join; then the server ends and A is reloaded. */
async function sized(count: number, rounds: number, typing: boolean): Promise<Sized> {
  const server = await startApp();
  const out: Sized = { late: [], content: [], cold: [], typing: [] };
  const a = await open('a', server.url);
  const place = await makePlace(a, 'Late');
  const side = await newFragment(a.page, place.space, 'Side');
  await fill(a.page, place, 0, count, EACH, true);
  await saved(a.page);
  await attempt0(`late-${count}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const b = await open(`b${round}`, server.url);
      const [{ from, content }, to] = await Promise.all([startJoin(b.page, place.link), reached(b.page, place, count)]);
      out.late.push(to - from);
      out.content.push(to - content);
      await b.close();
    }
  });
  if (typing) await attempt0('typing', async () => void out.typing.push(...(await typingDuring(a, await open('c', server.url), { ...place, side }, count))));
  await a.page.evaluate(() => window.lifegraph.saved());
  await server.stop();
  await attempt0(`cold-${count}`, async () => {
    await a.context.setOffline(true);
    for (let round = 0; round < rounds; round++) out.cold.push(await coldOpen(a.page, place, count));
  });
  return out;
}

/** As `attempt`, with the browsers left open. */
async function attempt0(name: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => console.error(`LEFT OUT ${name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`));
}

async function typingDuring(a: Peer, c: Peer, place: Place & { link: string; side: Place }, count: number): Promise<number[]> {
  await startJoin(c.page, place.link);
  await watchArrivals(c.page, place.side);
  const [sent, end] = await Promise.all([typeNodes(a.page, place.side, 150, 20), reached(c.page, place, count)]);
  await reached(c.page, place.side, sent.length);
  const during = sent.filter(([, at]) => at < end);
  console.log(`  typed during the catch-up: ${during.length}`);
  const list = latencies(during, await arrivals(c.page));
  if (list.length < 20 || list.length < during.length) throw new Error(`${list.length} of ${during.length} lines typed during the catch-up arrived`);
  await c.close();
  return list;
}

/** The same by y-websocket; its server keeps the document in memory. */
async function sizedYjs(count: number, rounds: number): Promise<{ late: number[]; cold: number[] }> {
  const server = await startYjs();
  const out = { late: [] as number[], cold: [] as number[] };
  try {
    const a = await openYjs('ya', server);
    await enterRoom(a.page, server, 'late', 'ws');
    await linkedYjs(a.page);
    await fillYjs(a.page, 0, count, EACH);
    await storedYjs(a.page);
    for (let round = 0; round < rounds; round++) {
      const b = await openYjs(`yb${round}`, server);
      const from = await enterRoom(b.page, server, 'late', 'ws');
      out.late.push((await reachedYjs(b.page, count, PATIENCE_MS)) - from);
      await b.close();
    }
    for (let round = 0; round < rounds; round++) out.cold.push(await coldOpenYjs(a.page, server, 'late', count, PATIENCE_MS));
    return out;
  } finally {
    server.stop();
  }
}

export const suite: Suite = {
  name: 'nodes',
  async run(rounds): Promise<BenchResult[]> {
    const out: BenchResult[] = [];
    const live = await attempt('bulk-10k', () => bulk(rounds));
    const liveWs = await attempt('bulk-10k of y-websocket', () => bulkYjs(rounds, 'ws'));
    const liveRtc = await attempt('bulk-10k of y-webrtc', () => bulkYjs(rounds, 'rtc'));
    const gun = await attempt('bulk-10k of stock GUN', async () => {
      const all: number[] = [];
      for (let round = 0; round < rounds; round++) all.push((await runGun(BULK, 0, 20_000)).allMs);
      return all;
    });
    out.push(...ratio({
      name: 'bulk-10k-vs-yjs', target: 1, ours: live?.all ?? [], others: { 'y-websocket': liveWs ?? [], 'y-webrtc': liveRtc ?? [] }, parts: { 'taken-by-a': live?.taken ?? [], 'saved-by-a': live?.saved ?? [], 'stock-gun': gun ?? [] },
      how: '10,000 nodes of four fields, 100 per transaction: first transaction in A → all counted in B; ratio to the better of the two by Yjs; stock GUN without a store',
    }));
    const [late, cold]: BenchResult[][] = [[], []];
    let large: Sized | null = null;
    for (const [name, count] of [['10k', 10_000], ['100k', 100_000]] as const) {
      const made = await attempt(`late and cold ${name}`, () => sized(count, rounds, count === 100_000));
      const others = await attempt(`late and cold ${name} of y-websocket`, () => sizedYjs(count, rounds));
      if (count === 100_000) large = made;
      late!.push(...ratio({
        name: `late-${name}-vs-yjs`, target: 1, ours: made?.late ?? [], others: { 'y-websocket': others?.late ?? [] },
        how: 'a fresh browser whose page is open: join called → all nodes counted; ours finds the peer, asks, is let in, and judges every record; y-websocket sends the document from the memory of its server, y-webrtc never brings in so large a document',
      }));
      cold!.push(...ratio({
        name: `cold-open-${name}-vs-yjs`, target: 1, ours: made?.cold ?? [], others: { 'y-indexeddb': others?.cold ?? [] },
        how: 'reload, ours with the server ended and the network off, Yjs with no connection but its page from a file server: start of the navigation → ready and all nodes counted',
      }));
    }
    return [...out, ...late!, ...cold!, ...(large === null ? [] : ofLarge(large))];
  },
};

function ofLarge({ typing, content }: Sized): BenchResult[] {
  return [
    ...(typing.length === 0 ? [] : [result({
      group: 'browser', name: 'typing-during-catchup-p95-ms', unit: 'ms', target: 60, direction: 'lower', values: [percentile(typing, 0.95)], peer: { p50: [percentile(typing, 0.5)] },
      how: `while a third browser catches up on 100,000 nodes, A writes a node every 20 ms in another fragment of the space: transact in A → subscriber in the third, ${typing.length} nodes, one run`,
    })]),
    ...(content.length === 0 ? [] : [result({
      group: 'browser', name: 'browser-catchup-ops-per-s', unit: 'op/s', target: 40_000, direction: 'higher', values: content.map((ms) => 100_000 / (ms / 1000)),
      how: '100,000 operations in records of 100 to a fresh browser: the join reports that content is asked for → all counted',
    })]),
  ];
}
