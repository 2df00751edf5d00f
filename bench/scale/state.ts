/**
 * A start on one fragment of a million operations that make a state of 20,000 nodes: each is created once and edited 49 times. With the snapshot that the device made
 * for itself, and without one, as every start was before there were any.
 */
import { randomBytes } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { result } from '#bench/support/measure';
import { memoryStore } from '#bench/support/stores';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance, line } from '#bench/support/words';
import { openAlone } from '#bench/support/world';
import { SNAPS_ROW } from '#os/kernel/snapshot-names';
import type { Segment } from '#ports/record-store';

export const OPS = Number(process.env.LGOS_SCALE_STATE_OPS ?? 1_000_000);
export const NODES = Math.round(OPS / 50);
export const AT_ONCE = 100;
const MIB = 1024 * 1024;
/** A snapshot of what was written here comes within a minute of rest. */
const REST_MS = 120_000;

/** A disk as it goes to another thread. */
export interface StateDisk {
  readonly state: true;
  readonly id: string;
  readonly rows: Segment[];
  readonly values: Map<string, unknown>;
  readonly space: string;
  readonly fragment: string;
}

/** A disk with the workload, at rest. */
export async function fill(): Promise<StateDisk> {
  const [rows, values, id] = [[] as Segment[], new Map<string, unknown>(), randomBytes(16).toString('base64url')];
  const next = chance(7);
  const peer = await openAlone('a', memoryStore(undefined, rows, values, id));
  await peer.api.identity.create({ name: 'Anna' });
  const space = await peer.api.spaces.create({ name: 'Large' });
  const graph = peer.api.graph(space);
  const fragment = await graph.createFragment({ type: 'bench/page@1', title: 'State' });
  const ids: string[] = [];
  for (let done = 0; done < OPS; done += AT_ONCE) {
    const ops = Array.from({ length: Math.min(AT_ONCE, OPS - done) }, (_, i) => {
      const at = done + i;
      const props = { text: line(next, 'en') };
      return at < NODES ? { op: 'node.create' as const, type: 'chat/message@1', props } : { op: 'node.set' as const, id: ids[at % NODES]!, props };
    });
    ids.push(...(await graph.transact(ops, { fragment })).ids.slice(0, Math.max(0, NODES - ids.length)));
    await peer.api.saved();
  }
  const until = performance.now() + REST_MS;
  while (!(peer.api.metrics()['snapshots.made'] ?? 0)) {
    if (performance.now() > until) throw new Error(`no snapshot: ${JSON.stringify(peer.api.metrics())}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await peer.running.stop();
  return { state: true, id, rows, values, space, fragment };
}

export interface OpenedState {
  readonly rowsMs: number;
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly heap: number;
  readonly state: string;
  readonly opened: number;
}

const heap = (): number => {
  (globalThis as { gc?: () => void }).gc?.();
  return getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
};

/** A start on the disk, in a thread of its own: its code is cold and its heap holds nothing else. */
export async function openState({ id, rows, values, space, fragment }: StateDisk): Promise<OpenedState> {
  const before = heap();
  const cpu = process.cpuUsage();
  const from = performance.now();
  let rowsMs = 0;
  const peer = await openAlone('a', memoryStore(undefined, rows, values, id), async (api) => {
    await api.opened;
    await api.graph(space).query({ type: 'chat/message@1', fragment, limit: 50 });
    rowsMs = performance.now() - from;
  });
  const readyMs = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  const { state } = await peer.api.graph(space).digest();
  return { rowsMs, readyMs, cpuMs: (user + system) / 1_000, heap: (heap() - before) / MIB, state, opened: peer.api.metrics()['snapshots.opened'] ?? 0 };
}

/** In a thread of its own. */
export function openThere(disk: StateDisk): Promise<OpenedState> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(process.argv[1]!, { workerData: disk });
    thread.once('message', (opened: OpenedState) => void thread.terminate().then(() => resolve(opened)));
    thread.once('error', reject);
  });
}

const bytesOf = (value: unknown): number => (value instanceof Uint8Array ? value.length : typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, one) => sum + bytesOf(one), 0) : 0);

export const suite: Suite = {
  name: 'state',
  async run(rounds): Promise<BenchResult[]> {
    const disk = await fill();
    const plain: StateDisk = { ...disk, values: new Map([...disk.values].filter(([key]) => key !== SNAPS_ROW)) };
    const [quick, slow]: [OpenedState[], OpenedState[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      quick.push(await openThere(disk));
      slow.push(await openThere(plain));
    }
    const all = [...quick, ...slow];
    if (quick.some((one) => one.opened !== 1) || slow.some((one) => one.opened !== 0) || new Set(all.map((one) => one.state)).size > 1) throw new Error(`not the same state: ${JSON.stringify(all)}`);
    const snapshot = [...disk.values].filter(([key]) => key.startsWith('snap/')).reduce((sum, [, value]) => sum + bytesOf(value), 0);
    const log = disk.rows.reduce((sum, row) => sum + row.records.reduce((bytes, record) => bytes + record.bytes.length, 0), 0);
    const of = (name: string, unit: string, pick: (one: OpenedState) => number, target: number | null, how: string): BenchResult =>
      result({ group: 'scale', name, unit, target, direction: 'lower', values: quick.map(pick), peer: { replay: slow.map(pick) }, how });
    const workload = `${OPS.toLocaleString('en')} operations in one fragment, ${AT_ONCE} per record, a state of ${NODES.toLocaleString('en')} nodes (each created once, edited 49 times)`;
    return [
      of('state-first-rows-ms', 'ms', (one) => one.rowsMs, 2_000, `${workload}: startKernel from the snapshot of the device → 50 nodes of the fragment answered; store in memory, Node, a thread that has run nothing yet; beside it the same start without a snapshot`),
      of('state-whole-ms', 'ms', (one) => one.readyMs, null, 'the same until everything is there'),
      of('state-cpu-ms', 'ms', (one) => one.cpuMs, null, 'processor time of the process until then'),
      of('state-heap-mib', 'MiB', (one) => one.heap, null, 'heap of that thread then, after a collection, the rows of the store not counted'),
      result({ group: 'scale', name: 'state-snapshot-mib', unit: 'MiB', target: null, direction: 'lower', values: [snapshot / MIB], peer: { log: [log / MIB] }, how: 'bytes of the snapshot row, beside those of all records' }),
    ];
  },
};
