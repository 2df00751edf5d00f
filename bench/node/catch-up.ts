/** A late joiner pulls 100,000 operations by range; the same records through the pipeline without GUN; a start on a verified store. */
import { MessageChannel } from 'node:worker_threads';
import { result, rounds } from '#bench/support/measure';
import { startPair, type Pair } from '#bench/support/threads';
import type { BenchResult, Suite } from '#bench/support/types';

const OPS = 100_000;
const EACH = 100;

interface CaughtUp {
  readonly rate: number;
  readonly pipeline: number;
  readonly openMs: number;
  readonly bytes: number;
}

export async function catchUp(pair: Pair): Promise<CaughtUp> {
  const { a, b } = pair;
  await a.open();
  await b.open();
  const space = await a.createSpace();
  await a.write(1, OPS / EACH, EACH);
  await b.identity();
  const link = await a.invite(space);
  const sent = await a.sent();
  const ms = await pair.phase('catch-up', async () => {
    const joined = b.join(space, link);
    const pulled = await b.pulled(OPS);
    await joined;
    return pulled;
  });
  const bytes = ((await a.sent()) - sent) / OPS;
  await a.stop();
  const direct = await pair.phase('pipeline', () => b.pipeline(OPS));
  await b.stop();
  const openMs = await pair.phase('open', () => b.reopen(OPS));
  return { rate: OPS / (ms / 1000), pipeline: OPS / (direct / 1000), openMs, bytes };
}

async function yjs({ a, b }: Pair): Promise<{ rate: number; openMs: number }> {
  const { port1, port2 } = new MessageChannel();
  await a.yjsServe(port1, OPS);
  const { ms, openMs } = await b.yjsJoin(port2);
  return { rate: OPS / (ms / 1000), openMs };
}

export const suite: Suite = {
  name: 'catch-up',
  async run(count): Promise<BenchResult[]> {
    const pair = startPair();
    await catchUp(pair);
    const list = await rounds(count, () => catchUp(pair));
    const beside = await rounds(count, () => yjs(pair));
    await pair.close();
    return [
      result({
        name: 'catchup-ops-per-s-100', unit: 'op/s', target: 200_000, direction: 'higher', values: list.map((one) => one.rate),
        peer: { pipeline: list.map((one) => one.pipeline), yjs: beside.map((one) => one.rate) },
        how: 'fresh profile joins by link; from its first range get until 100,000 operations (100 per record) are committed and applied, in the clock of the joiner; a thread for each peer, here and for Yjs',
      }),
      result({
        name: 'catchup-vs-pipeline', unit: 'ratio', target: 0.7, direction: 'higher', values: list.map((one) => one.rate / one.pipeline),
        how: 'the rate above over the rate of the same records verified, decrypted, inflated, decoded and applied directly, in the thread of the joiner',
      }),
      result({ name: 'catchup-bytes-per-op', unit: 'B/op', target: null, direction: 'lower', values: list.map((one) => one.bytes) }),
      result({
        name: 'open-100k-nodes-ms', unit: 'ms', target: 1_500, direction: 'lower', values: list.map((one) => one.openMs), peer: { yjs: beside.map((one) => one.openMs) },
        how: 'startKernel on a store of 100,000 nodes (100 per record, trusted rows in memory) until api.ready',
      }),
    ];
  },
};
