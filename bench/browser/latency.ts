/** One act at a time from A to B, both in browsers of their own, over a direct data channel. */
import { channelStats } from '#tests/e2e/support/acts';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { arrivals, enter, latencies, makePlace, open, reached, saved, textNode, typeNodes, watchArrivals } from './app.ts';
import { previewsSeen, sendPreviews, watchPreviews } from './previews.ts';
import { runGun } from './gun.ts';
import { attempt } from './rows.ts';
import { startApp, startYjs } from './servers.ts';
import { openYjs, pairYjs, reachedYjs, type Via } from './yjs.ts';

const WARM = 20;
const COUNT = 150;
/** Pause between two acts, ms. */
const GAP = 15;
const PREVIEW_GAP = 40;

async function ours(rounds: number): Promise<{ p50: number[]; p95: number[]; bytes: number[] }> {
  const server = await startApp();
  const [p50, p95, bytes]: number[][] = [[], [], []];
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    for (let round = 0; round < rounds; round++) {
      const place = await makePlace(a, `Latency ${round}`);
      await enter(a, b, place);
      await watchArrivals(b.page, place);
      await saved(a.page);
      const before = [(await channelStats(a.page)).bytesOut, (await saved(a.page)).records] as const;
      const sent = await typeNodes(a.page, place, WARM + COUNT, GAP);
      await reached(b.page, place, WARM + COUNT);
      const list = latencies(sent.slice(WARM), await arrivals(b.page));
      if (list.length < COUNT) throw new Error(`${list.length} of ${COUNT} acts reached the subscriber`);
      p50!.push(percentile(list, 0.5));
      p95!.push(percentile(list, 0.95));
      bytes!.push(((await channelStats(a.page)).bytesOut - before[0]) / ((await saved(a.page)).records - before[1]));
    }
  } finally {
    await server.stop();
  }
  return { p50: p50!, p95: p95!, bytes: bytes! };
}

/** What is typed, shown in B before it is saved: a preview every 40 ms, so that none waits for the cap. */
async function previews(rounds: number): Promise<{ p50: number[]; p95: number[] }> {
  const server = await startApp();
  const out = { p50: [] as number[], p95: [] as number[] };
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const place = await makePlace(a, 'Preview');
    await enter(a, b, place);
    const node = await textNode(a.page, place);
    await reached(b.page, place, 1, 'bench/page@1');
    for (let round = 0; round < rounds; round++) {
      await watchPreviews(b.page, place);
      const sent = await sendPreviews(a.page, place, node, WARM + COUNT, PREVIEW_GAP);
      const list = latencies(sent.slice(WARM), await previewsSeen(b.page, WARM + COUNT - 1));
      if (list.length < COUNT * 0.95) throw new Error(`${list.length} of ${COUNT} previews reached the subscriber`);
      out.p50.push(percentile(list, 0.5));
      out.p95.push(percentile(list, 0.95));
    }
  } finally {
    await server.stop();
  }
  return out;
}

async function yjs(rounds: number, via: Via): Promise<number[]> {
  const server = await startYjs();
  try {
    const [a, b] = [await openYjs('ya', server), await openYjs('yb', server)];
    const out: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) for (const one of [a, b]) await one.page.evaluate(() => peer.close());
      await pairYjs(a.page, b.page, server, `latency-${via}-${round}`, via);
      const sent = await a.page.evaluate(async ([count, gap]) => {
        const list: [number, number][] = [];
        for (let n = 0; n < count; n++) {
          list.push([n, peer.fill(n, 1, 1)]);
          await new Promise((next) => setTimeout(next, gap));
        }
        return list;
      }, [WARM + COUNT, GAP] as const);
      await reachedYjs(b.page, WARM + COUNT, 15_000);
      out.push(percentile(latencies(sent.slice(WARM), await b.page.evaluate(() => peer.arrivals())), 0.5));
    }
    return out;
  } finally {
    server.stop();
  }
}

export const suite: Suite = {
  name: 'latency',
  async run(rounds): Promise<BenchResult[]> {
    const made = await attempt('act-latency', () => ours(rounds));
    if (made === null) return [];
    const shown = await attempt('ephemeral-preview', () => previews(rounds));
    const ws = await attempt('latency of y-websocket', () => yjs(rounds, 'ws'));
    const rtc = await attempt('latency of y-webrtc', () => yjs(rounds, 'rtc'));
    const gun = await attempt('latency of stock GUN', async () => {
      const out: number[] = [];
      for (let round = 0; round < rounds; round++) out.push(percentile((await runGun(COUNT, GAP, 20_000)).each, 0.5));
      return out;
    });
    const peers = { ...(ws && { 'y-websocket': ws }), ...(rtc && { 'y-webrtc': rtc }), ...(gun && { 'stock-gun': gun }) };
    return [
      result({
        group: 'browser', name: 'act-latency-p50-ms', unit: 'ms', target: 15, direction: 'lower', values: made.p50, peer: peers,
        how: `transact called in A → subscriber called in B, signed, sealed and committed on both sides; one node of four fields every ${GAP} ms, ${COUNT} after ${WARM} for warming up; Yjs neither signs nor waits for its store, stock GUN has none`,
      }),
      ...(shown === null ? [] : [result({
        group: 'browser', name: 'ephemeral-preview-p50-ms', unit: 'ms', target: 5, direction: 'lower', values: shown.p50, peer: { p95: shown.p95 },
        how: `previews.set called in A → subscriber called in B, sealed and signed, nothing stored; one every ${PREVIEW_GAP} ms, ${COUNT} after ${WARM} for warming up`,
      })]),
      result({ group: 'browser', name: 'act-latency-p95-ms', unit: 'ms', target: null, direction: 'lower', values: made.p95 }),
      result({ group: 'browser', name: 'bytes-per-record-lone', unit: 'B', target: null, direction: 'lower', values: made.bytes, how: 'payload bytes of the data channels of A by the statistics of the engine (acks for B and summaries included) over records sealed, one node of four fields per record' }),
    ];
  },
};
