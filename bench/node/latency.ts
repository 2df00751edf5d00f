/** Local edit → subscriber, and act → durable. */
import { gunEdits, yjsEdits } from '#bench/node/others';
import { percentile, result, rounds, wait } from '#bench/support/measure';
import { fsyncStore } from '#bench/support/stores';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';
import { makePlace, openAlone, writeRecords } from '#bench/support/world';

const NODES = 10_000;
const EDITS = 600;
/** Pause between two edits: fast typing, so that the sealing of the ones before falls into it. */
const PAUSE_MS = 4;
const ACTS = 60;

/** Edits of single properties among 10,000 nodes with two subscribers: the channel whole, and its newest 50. */
async function edits(): Promise<number[]> {
  const peer = await openAlone('a');
  const place = await makePlace(peer);
  await writeRecords(peer, place, batches(1, NODES / 100, 100));
  const graph = peer.api.graph(place.id);
  const query = { fragment: place.fragment.key, type: 'chat/message@1' } as const;
  const ids = (await graph.query(query)).map((node) => node.id);
  const out: number[] = [];
  let from = 0;
  graph.subscribe({ ...query, order: '-stamp', limit: 50 }, () => {});
  graph.subscribe(query, (change) => {
    if (change.changed.length > 0 && from > 0) out.push(performance.now() - from);
    from = 0;
  });
  for (let i = 0; i < EDITS + 100; i++) {
    from = performance.now();
    void graph.transact([{ op: 'node.set', id: ids[(i * 7) % ids.length]!, props: { n: i } }]);
    await wait(PAUSE_MS);
  }
  await peer.running.stop();
  return out.slice(100);
}

/** One message at a time on a store that flushes to disk before it answers. */
async function durable(): Promise<number[]> {
  const store = await fsyncStore();
  const peer = await openAlone('a', store);
  const place = await makePlace(peer);
  const out: number[] = [];
  for (const ops of batches(2, ACTS + 10, 1)) {
    const commits = store.rows.length;
    const committed = new Promise<void>((resolve) => {
      const stop = peer.api.on((event) => {
        if (event.type !== 'copies' || store.rows.length === commits) return;
        stop();
        resolve();
      });
    });
    const from = performance.now();
    void peer.api.graph(place.id).transact(ops, { fragment: place.fragment.key });
    await committed;
    out.push(performance.now() - from);
    await wait(5);
  }
  await peer.running.stop();
  await store.dispose();
  return out.slice(10);
}

export const suite: Suite = {
  name: 'latency',
  async run(count): Promise<BenchResult[]> {
    const lists = await rounds(count, () => edits());
    const acts = await rounds(count, () => durable());
    const yjs = await rounds(count, async () => yjsEdits(NODES, EDITS));
    const gun = await rounds(count, async () => gunEdits(NODES, EDITS));
    const at = (p: number) => (list: readonly number[]): number => percentile(list, p);
    const how = `node.set on one of ${NODES} nodes, api.transact called → subscriber called; one edit every ${PAUSE_MS} ms, sealing and GUN in the same thread`;
    return [
      result({ name: 'edit-to-projection-p50-ms', unit: 'ms', target: 1, direction: 'lower', values: lists.map(at(0.5)), peer: { yjs: yjs.map(at(0.5)), gun: gun.map(at(0.5)) }, how }),
      result({ name: 'edit-to-projection-p99-ms', unit: 'ms', target: 8, direction: 'lower', values: lists.map(at(0.99)), peer: { yjs: yjs.map(at(0.99)), gun: gun.map(at(0.99)) }, how }),
      result({
        name: 'act-to-durable-p50-ms', unit: 'ms', target: 30, direction: 'lower', values: acts.map(at(0.5)),
        how: 'api.transact called → sealed, signed and committed; the store appends to a file and waits for fdatasync',
      }),
    ];
  },
};
