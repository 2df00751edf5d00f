/** A seals → wire → B verifies, commits, applies; both kernels in one thread, stores in memory, one record per transaction. */
import { median, percentile, result, rounds } from '#bench/support/measure';
import { gunLive, yjsLive } from '#bench/node/others';
import { phase } from '#bench/support/profile';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';
import { applied, appliedOps, createBenchWorld, join, makePlace, writeRecords, type BenchPeer, type Place } from '#bench/support/world';

/** Operations of one round at 10 and at 100 per record, and those before the clock starts. */
const OPS = { 10: 20_000, 100: 100_000 } as const;
const WARM = { 10: 4_000, 100: 20_000 } as const;
const LONE = 200;

export interface Pair {
  readonly a: BenchPeer;
  readonly b: BenchPeer;
  readonly place: Place;
  stop(): Promise<void>;
  sentByA(): Promise<number>;
}

/** Two members of one space with an open link. */
export async function openPair(): Promise<Pair> {
  const world = createBenchWorld();
  const a = await world.open('a');
  const b = await world.open('b');
  const place = await makePlace(a);
  await join(a, b, place.id);
  await writeRecords(a, place, batches(7, 1, 1));
  await applied(b, 1);
  return { a, b, place, stop: () => world.stop(), sentByA: () => world.sent('a') };
}

async function live(each: 10 | 100): Promise<{ rate: number; bytes: number }> {
  const pair = await openPair();
  const { a, b, place } = pair;
  const run = async (seed: number, ops: number): Promise<number> => {
    const work = batches(seed, ops / each, each);
    const done = appliedOps(b) + ops;
    const from = performance.now();
    await writeRecords(a, place, work);
    await applied(b, done);
    return ops / ((performance.now() - from) / 1000);
  };
  await run(1, WARM[each]);
  const before = await pair.sentByA();
  const rate = await phase(`live-${each}`, () => run(2, OPS[each]));
  const bytes = ((await pair.sentByA()) - before) / OPS[each];
  await pair.stop();
  return { rate, bytes };
}

/** Messages one at a time, each after the other side applied the one before. */
async function lone(): Promise<{ bytes: number; latency: number[] }> {
  const pair = await openPair();
  const { a, b, place } = pair;
  const latency: number[] = [];
  let before = 0;
  for (const [i, ops] of batches(3, LONE + 20, 1).entries()) {
    if (i === 20) before = await pair.sentByA();
    const done = appliedOps(b) + 1;
    const from = performance.now();
    await a.api.graph(place.id).transact(ops, { fragment: place.fragment.key });
    await applied(b, done);
    if (i >= 20) latency.push(performance.now() - from);
  }
  const bytes = ((await pair.sentByA()) - before) / LONE;
  await pair.stop();
  return { bytes, latency };
}

export const suite: Suite = {
  name: 'live',
  async run(count): Promise<BenchResult[]> {
    const ten = await rounds(count, () => live(10));
    const hundred = await rounds(count, () => live(100));
    const single = await rounds(count, () => lone());
    const yjs = { 1: await rounds(count, () => yjsLive(1, 2_000)), 10: await rounds(count, () => yjsLive(10, OPS[10])), 100: await rounds(count, () => yjsLive(100, OPS[100])) };
    const gun = { 1: await rounds(count, () => gunLive(1, 2_000)), 10: await rounds(count, () => gunLive(10, OPS[10])), 100: await rounds(count, () => gunLive(100, OPS[10])) };
    const rates = (list: readonly { rate: number }[]): number[] => list.map((one) => one.rate);
    const sizes = (list: readonly { bytes: number }[]): number[] => list.map((one) => one.bytes);
    const rate = (each: 10 | 100, list: readonly { rate: number }[], target: number): BenchResult => result({
      name: `live-ops-per-s-${each}`, unit: 'op/s', target, direction: 'higher', values: rates(list), peer: { yjs: rates(yjs[each]), gun: rates(gun[each]) },
      how: `${each} operations per record and transaction, sealed by A, committed and applied by B; both kernels in one thread, stores in memory`,
    });
    const wire = (name: string, each: 1 | 10 | 100, list: readonly { bytes: number }[], target: number): BenchResult => result({
      name, unit: 'B/op', target, direction: 'lower', values: sizes(list), peer: { yjs: sizes(yjs[each]), gun: sizes(gun[each]) },
      how: 'frames A gave to its data channels, frame heads, envelope and token included, per operation; acks of B not counted',
    });
    return [
      rate(10, ten, 20_000), rate(100, hundred, 100_000),
      wire('wire-bytes-lone', 1, single, 450), wire('wire-bytes-per-op-10', 10, ten, 85), wire('wire-bytes-per-op-100', 100, hundred, 45),
      result({
        name: 'act-to-remote-p50-ms', unit: 'ms', target: null, direction: 'lower', values: single.map((one) => median(one.latency)),
        how: 'one message at a time, transact in A until applied in B, after both commits in memory',
      }),
      result({ name: 'act-to-remote-p95-ms', unit: 'ms', target: null, direction: 'lower', values: single.map((one) => percentile(one.latency, 0.95)) }),
    ];
  },
};
