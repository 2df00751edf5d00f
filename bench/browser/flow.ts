/** A trace of text edits, a stream of messages, and two sides that were apart. */
import { channelStats, linked, until } from '#tests/e2e/support/acts';
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';
import { enter, fill, makePlace, newFragment, open, reached, saved, splices, textNode, textReached, write } from './app.ts';
import { attempt, ratio } from './rows.ts';
import { startApp, startYjs } from './servers.ts';
import { loadTrace, type Trace } from './trace.ts';
import { closeYjs, fillYjs, openYjs, pairYjs, reachedYjs, splicesYjs, textReachedYjs, type Via } from './yjs.ts';
import type { Page } from 'playwright-core';

const EDITS = 20_000;
const LIVE = 50_000;
const LIVE_WARM = 5_000;
const APART = 1_100;
const MESSAGE = 'chat/message@1';

async function trace({ edits, text }: Trace, rounds: number): Promise<number[]> {
  const server = await startApp();
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const place = await makePlace(a, 'Trace');
    await enter(a, b, place);
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const next = await newFragment(a.page, place.space, `Trace ${round}`);
      const id = await textNode(a.page, next);
      await reached(b.page, next, 1, 'bench/page@1');
      const [from, to] = await Promise.all([splices(a.page, next, id, edits), textReached(b.page, next, id, text)]);
      out.push(to - from);
    }
    return out;
  } finally {
    await server.stop();
  }
}

async function traceYjs({ edits, text }: Trace, rounds: number, via: Via): Promise<number[]> {
  const server = await startYjs();
  try {
    const [a, b] = [await openYjs('ya', server), await openYjs('yb', server)];
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) for (const one of [a, b]) await closeYjs(one.page);
      await pairYjs(a.page, b.page, server, `trace-${via}-${round}`, via);
      const from = await splicesYjs(a.page, edits);
      // The length may be passed on the way: once A has made all edits, the last state that has it is looked at.
      let to = await textReachedYjs(b.page, text.length);
      while ((await b.page.evaluate(() => peer.text())) !== text) to = await b.page.evaluate(() => performance.timeOrigin + performance.now());
      out.push(to - from);
    }
    return out;
  } finally {
    server.stop();
  }
}

async function live(rounds: number): Promise<{ rate: number[]; bytes: number[]; each: number[]; saved: number[]; taken: number[] }> {
  const server = await startApp();
  const [rate, bytes, each, taken, kept]: number[][] = [[], [], [], [], []];
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const place = await makePlace(a, 'Live');
    await enter(a, b, place);
    await write(a.page, place, batches(1, LIVE_WARM / 100, 100));
    await reached(b.page, place, LIVE_WARM, MESSAGE);
    for (let round = 0; round < rounds; round++) {
      const next = await newFragment(a.page, place.space, `Live ${round}`);
      const before = [(await saved(a.page)).records, (await channelStats(a.page)).bytesOut] as const;
      const [{ from, takenMs, savedMs }, to] = await Promise.all([write(a.page, next, batches(2 + round, LIVE / 100, 100)), reached(b.page, next, LIVE, MESSAGE)]);
      const records = (await saved(a.page)).records - before[0];
      rate!.push(LIVE / ((to - from) / 1000));
      each!.push(LIVE / records);
      taken!.push(LIVE / (takenMs / 1000));
      kept!.push(LIVE / (savedMs / 1000));
      bytes!.push(((await channelStats(a.page)).bytesOut - before[1]) / records);
    }
  } finally {
    await server.stop();
  }
  return { rate: rate!, bytes: bytes!, each: each!, taken: taken!, saved: kept! };
}

/** Both sides stop the network, write, and come back. */
async function heal(rounds: number): Promise<number[]> {
  const server = await startApp();
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const both = [a.page, b.page];
    const place = await makePlace(a, 'Heal');
    await enter(a, b, place);
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const next = await newFragment(a.page, place.space, `Heal ${round}`);
      await fill(a.page, next, -1, 1, 1);
      await reached(b.page, next, 1);
      await Promise.all(both.map((page) => page.evaluate(() => window.lifegraph.network.pause())));
      for (const page of both) await until(page, () => window.lifegraph.network.status().peers.length === 0, undefined, 'the links to end');
      await Promise.all(both.map((page, side) => fill(page, next, side * APART, APART, 1)));
      await Promise.all(both.map(saved));
      const resume = (page: Page): Promise<number> => page.evaluate(() => {
        const at = performance.timeOrigin + performance.now();
        window.lifegraph.network.resume();
        return at;
      });
      const [from, to] = await Promise.all([Promise.all(both.map(resume)), Promise.all(both.map((page) => reached(page, next, 2 * APART + 1)))]);
      out.push(Math.max(...to) - Math.min(...from));
      await Promise.all(both.map((page) => linked(page, 'direct', 1, 30_000)));
    }
    return out;
  } finally {
    await server.stop();
  }
}

async function healYjs(rounds: number, via: Via): Promise<number[]> {
  const server = await startYjs();
  try {
    const [a, b] = [await openYjs('ya', server), await openYjs('yb', server)];
    const both = [a.page, b.page];
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await Promise.all(both.map(closeYjs));
      await pairYjs(a.page, b.page, server, `heal-${via}-${round}`, via);
      await Promise.all(both.map((page) => page.evaluate(() => peer.pause())));
      await Promise.all(both.map((page, side) => fillYjs(page, side * APART, APART, 1)));
      const [from, to] = await Promise.all([Promise.all(both.map((page) => page.evaluate(() => peer.resume()))), Promise.all(both.map((page) => reachedYjs(page, 2 * APART, 30_000)))]);
      out.push(Math.max(...to) - Math.min(...from));
    }
    return out;
  } finally {
    server.stop();
  }
}

async function liveYjs(rounds: number): Promise<number[]> {
  const server = await startYjs();
  try {
    const [a, b] = [await openYjs('ya', server), await openYjs('yb', server)];
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) for (const one of [a, b]) await closeYjs(one.page);
      await pairYjs(a.page, b.page, server, `live-${round}`, 'ws');
      const [from, to] = await Promise.all([fillYjs(a.page, 0, LIVE, 100), reachedYjs(b.page, LIVE, 60_000)]);
      out.push(LIVE / ((to - from) / 1000));
    }
    return out;
  } finally {
    server.stop();
  }
}

/** Rows of the trace. */
export const traceSuite: Suite = {
  name: 'trace',
  async run(rounds): Promise<BenchResult[]> {
    const given = loadTrace(process.env.BENCH_TRACE, EDITS);
    const ours = await attempt('trace-20k', () => trace(given, rounds));
    const ws = await attempt('trace-20k of y-websocket', () => traceYjs(given, rounds, 'ws'));
    return ratio({
      name: 'trace-20k-vs-yjs', target: 0.5, ours: ours ?? [], others: { 'y-websocket': ws ?? [] },
      how: `${given.name}, ${given.edits.length.toLocaleString('en')} edits, each a transaction of its own, as fast as the page takes them: first edit in A → the whole text in B`,
    });
  },
};

/** Rows of messages and of the partition. */
export const flowSuite: Suite = {
  name: 'flow',
  async run(rounds): Promise<BenchResult[]> {
    const made = await attempt('live-ops', () => live(rounds));
    const others = made && (await attempt('live-ops of y-websocket', () => liveYjs(rounds)));
    const ours = await attempt('heal-2200', () => heal(rounds));
    const ws = await attempt('heal-2200 of y-websocket', () => healYjs(rounds, 'ws'));
    const rtc = await attempt('heal-2200 of y-webrtc', () => healYjs(rounds, 'rtc'));
    return [
      ...(made === null ? [] : [result({
        group: 'browser', name: 'browser-live-ops-per-s-100', unit: 'op/s', target: 30_000, direction: 'higher', values: made.rate,
        peer: { ...(others && { 'y-websocket': others }), 'taken-by-a': made.taken, 'saved-by-a': made.saved, 'ops-per-record': made.each },
        how: '50,000 messages, 100 per transaction: first transaction in A → all counted in B; transactions that wait together share records; beside it y-websocket with 50,000 nodes of four fields',
      })]),
      ...ratio({
        name: 'heal-2200-vs-yjs', target: 1, ours: ours ?? [], others: { 'y-websocket': ws ?? [], 'y-webrtc': rtc ?? [] },
        how: 'both sides paused, 1,100 nodes on each, a transaction each, saved; resume on both → both have all',
      }),
      ...(made === null ? [] : [result({ group: 'browser', name: 'bytes-per-record-live', unit: 'B', target: null, direction: 'lower', values: made.bytes, peer: { 'ops-per-record': made.each }, how: 'payload bytes of the data channels of A by the statistics of the engine over records sealed, in the stream of messages' })]),
    ];
  },
};
