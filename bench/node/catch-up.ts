/** A late joiner pulls 100,000 operations by range; the same records through the pipeline without GUN; a start on a verified store. */
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { yjsCatchUp } from '#bench/node/others';
import { result, rounds } from '#bench/support/measure';
import { phase } from '#bench/support/profile';
import { memoryStore, type BenchStore } from '#bench/support/stores';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';
import { applied, createBenchWorld, join, makePlace, writeRecords, type BenchPeer, type Place } from '#bench/support/world';
import { openContent } from '#os/kernel/open-content';
import type { StoredRecord } from '#ports/record-store';
import { createFragmentGraph } from '#vm/graph/fragment-graph';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';

const OPS = 100_000;
const EACH = 100;
/** Records worked on together, as the kernel does. */
const BURST = 64;

const crypto = createWebCrypto(webcrypto.subtle as unknown as SubtleCrypto);

/** Verify, decrypt, inflate, decode, apply: nothing else. Operations per second. */
async function pipeline(place: Place, rows: readonly StoredRecord[]): Promise<number> {
  const graph = createFragmentGraph();
  const from = performance.now();
  for (let at = 0; at < rows.length; at += BURST) {
    const parsed = rows.slice(at, at + BURST).map((row) => parseRecord(row.bytes)).filter((one) => one.ok).map((one) => one.value);
    const opened = await Promise.all(parsed.map((record) => open(place, record)));
    opened.forEach((ops, i) => {
      const { header, id } = parsed[i]!;
      graph.apply({ key: String(id), writer: header.writer, seq: header.seq, ops });
    });
  }
  const rate = OPS / ((performance.now() - from) / 1000);
  if (graph.size < OPS) throw new Error(`the pipeline applied ${graph.size} nodes`);
  return rate;
}

async function open(place: Place, record: ParsedRecord) {
  if (!(await verifyRecord(crypto, record))) throw new Error('a record does not verify');
  const content = await openContent(place.space, record);
  if (content.kind !== 'ops') throw new Error(`content is ${content.kind}`);
  return content.ops;
}

const recordsOf = (peer: BenchPeer, place: Place): StoredRecord[] =>
  peer.store.rows.flatMap((row) => row.records).filter((record) => Buffer.compare(record.fragment, place.fragment.id) === 0 && record.seq >= 0);

async function catchUp(): Promise<{ rate: number; pipeline: number; openMs: number; bytes: number }> {
  const world = createBenchWorld();
  const a = await world.open('a');
  const place = await makePlace(a);
  await writeRecords(a, place, batches(1, OPS / EACH, EACH));
  const rows = recordsOf(a, place).filter((record) => record.bytes.length > 1_000);
  const direct = await phase('pipeline', () => pipeline(place, rows));
  const store: BenchStore = memoryStore();
  const late = await world.open('late', store);
  await late.api.identity.create({ name: 'late' });
  late.gets.length = 0;
  const sent = await world.sent('a');
  const end = await phase('catch-up', async () => {
    const joined = join(a, late, place.id);
    await applied(late, OPS);
    const at = performance.now();
    await joined;
    return at;
  });
  const first = late.gets[0];
  if (!first) throw new Error('nothing was pulled by range');
  const bytes = ((await world.sent('a')) - sent) / OPS;
  await world.stop();
  const openMs = await reopen(store);
  return { rate: OPS / ((end - first.at) / 1000), pipeline: direct, openMs, bytes };
}

/** A kernel on a store that holds everything already: until `ready`. */
async function reopen(store: BenchStore): Promise<number> {
  const world = createBenchWorld();
  const again = store.reopen();
  (globalThis as { gc?: () => void }).gc?.();
  const from = performance.now();
  const peer = await phase('open', () => world.open('again', again));
  const ms = performance.now() - from;
  await applied(peer, OPS, 1_000);
  await world.stop();
  return ms;
}

export const suite: Suite = {
  name: 'catch-up',
  async run(count): Promise<BenchResult[]> {
    await catchUp();
    const list = await rounds(count, () => catchUp());
    const yjs = await rounds(count, async () => yjsCatchUp(OPS));
    const direct = list.map((one) => one.pipeline);
    return [
      result({
        name: 'catchup-ops-per-s-100', unit: 'op/s', target: 200_000, direction: 'higher', values: list.map((one) => one.rate),
        peer: { pipeline: direct, yjs: yjs.map((one) => one.rate) },
        how: 'fresh profile joins by link; from its first range get until 100,000 operations (100 per record) are committed and applied; the serving kernel runs in the same thread',
      }),
      result({
        name: 'catchup-vs-pipeline', unit: 'ratio', target: 0.7, direction: 'higher', values: list.map((one) => one.rate / one.pipeline),
        how: 'the rate above over the rate of the same records verified, decrypted, inflated, decoded and applied directly',
      }),
      result({ name: 'catchup-bytes-per-op', unit: 'B/op', target: null, direction: 'lower', values: list.map((one) => one.bytes) }),
      result({
        name: 'open-100k-nodes-ms', unit: 'ms', target: 1_500, direction: 'lower', values: list.map((one) => one.openMs), peer: { yjs: yjs.map((one) => one.openMs) },
        how: 'startKernel on a store of 100,000 nodes (100 per record, trusted rows in memory) until api.ready',
      }),
    ];
  },
};
