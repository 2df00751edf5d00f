/** A seals → wire → B verifies, commits, applies; a thread for each, stores in memory, one record per transaction. */
import { MessageChannel } from 'node:worker_threads';
import { median, percentile, result, rounds } from '#bench/support/measure';
import { startPair, type Pair } from '#bench/support/threads';
import type { BenchResult, Suite } from '#bench/support/types';

/** Operations of one round at 10 and at 100 per record, and those before the clock starts. */
const OPS = { 10: 20_000, 100: 100_000 } as const;
const WARM = { 10: 4_000, 100: 20_000 } as const;
const LONE = 200;

/** Two members of one space with an open link, over which one message came. */
async function meet({ a, b }: Pair): Promise<void> {
  await a.open();
  await b.open();
  const space = await a.createSpace();
  await b.identity();
  await b.join(space, await a.invite(space));
  await a.write(7, 1, 1);
  await b.applied(1);
}

async function part({ a, b }: Pair): Promise<void> {
  await a.stop();
  await b.stop();
}

export async function live(pair: Pair, each: 10 | 100): Promise<{ rate: number; bytes: number }> {
  const { a, b } = pair;
  await meet(pair);
  let done = 1;
  const run = async (seed: number, ops: number): Promise<number> => {
    done += ops;
    const end = b.applied(done);
    const from = await a.write(seed, ops / each, each);
    return ops / (((await end) - from) / 1000);
  };
  await run(1, WARM[each]);
  const before = await a.sent();
  const rate = await pair.phase(`live-${each}`, () => run(2, OPS[each]));
  const bytes = ((await a.sent()) - before) / OPS[each];
  await part(pair);
  return { rate, bytes };
}

/** Messages one at a time, each after the other side applied the one before. */
export async function lone(pair: Pair): Promise<{ bytes: number; latency: number[] }> {
  const { a, b } = pair;
  const latency: number[] = [];
  await meet(pair);
  let done = 1;
  let before = 0;
  for (let i = 0; i < LONE + 20; i++) {
    if (i === 20) before = await a.sent();
    const from = await a.write(3 + i, 1, 1);
    const at = await b.applied(++done);
    if (i >= 20) latency.push(at - from);
  }
  const bytes = ((await a.sent()) - before) / LONE;
  await part(pair);
  return { bytes, latency };
}

async function others({ a, b }: Pair, each: 1 | 10 | 100, ops: { yjs: number; gun: number }) {
  const yjs = new MessageChannel();
  const gun = new MessageChannel();
  const shown = b.yjsTake(yjs.port2, ops.yjs / each);
  const update = await a.yjsSend(yjs.port1, each, ops.yjs);
  const heard = b.gunTake(gun.port2, ops.gun);
  const put = await a.gunSend(gun.port1, each, ops.gun);
  return {
    yjs: { rate: ops.yjs / (((await shown) - update.from) / 1000), bytes: update.bytes },
    gun: { rate: ops.gun / (((await heard) - put.from) / 1000), bytes: put.bytes },
  };
}

export const suite: Suite = {
  name: 'live',
  async run(count): Promise<BenchResult[]> {
    const pair = startPair();
    // Not counted: the code is compiled while these run.
    await live(pair, 10);
    await live(pair, 100);
    const ten = await rounds(count, () => live(pair, 10));
    const hundred = await rounds(count, () => live(pair, 100));
    const single = await rounds(count, () => lone(pair));
    const beside = {
      1: await rounds(count, () => others(pair, 1, { yjs: 2_000, gun: 2_000 })),
      10: await rounds(count, () => others(pair, 10, { yjs: OPS[10], gun: OPS[10] })),
      100: await rounds(count, () => others(pair, 100, { yjs: OPS[100], gun: OPS[10] })),
    };
    await pair.close();
    const peers = (each: 1 | 10 | 100, what: 'rate' | 'bytes') => ({ yjs: beside[each].map((one) => one.yjs[what]), gun: beside[each].map((one) => one.gun[what]) });
    const rate = (each: 10 | 100, list: readonly { rate: number }[], target: number): BenchResult => result({
      name: `live-ops-per-s-${each}`, unit: 'op/s', target, direction: 'higher', values: list.map((one) => one.rate), peer: peers(each, 'rate'),
      how: `${each} operations per record and transaction, sealed by A, committed and applied by B; a thread for each peer, here and for Yjs and GUN, stores in memory`,
    });
    const wire = (name: string, each: 1 | 10 | 100, list: readonly { bytes: number }[], target: number): BenchResult => result({
      name, unit: 'B/op', target, direction: 'lower', values: list.map((one) => one.bytes), peer: peers(each, 'bytes'),
      how: 'frames A gave to its data channels, frame heads, envelope and token included, per operation; acks of B not counted',
    });
    return [
      rate(10, ten, 20_000), rate(100, hundred, 100_000),
      wire('wire-bytes-lone', 1, single, 450), wire('wire-bytes-per-op-10', 10, ten, 85), wire('wire-bytes-per-op-100', 100, hundred, 45),
      result({
        name: 'act-to-remote-p50-ms', unit: 'ms', target: null, direction: 'lower', values: single.map((one) => median(one.latency)),
        how: 'one message at a time, transact in A until applied in B, after both commits in memory; a thread for each',
      }),
      result({ name: 'act-to-remote-p95-ms', unit: 'ms', target: null, direction: 'lower', values: single.map((one) => percentile(one.latency, 0.95)) }),
    ];
  },
};
