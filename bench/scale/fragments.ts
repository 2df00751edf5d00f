/**
 * A start on 5,000 fragments × 8 writers: 40,000 logs of one record each, written by eight tabs of a profile after one another into one store in memory,
 * each with a slot of its own.
 */
import { randomBytes } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { result } from '#bench/support/measure';
import { memoryStore, type BenchStore } from '#bench/support/stores';
import type { BenchResult, Suite } from '#bench/support/types';
import { line, chance } from '#bench/support/words';
import { createHub, openPeer } from '#bench/support/world';
import type { BenchPeer } from '#bench/support/world';
import type { Segment } from '#ports/record-store';
import type { TabsPort } from '#ports/tabs';
import type { Dialer } from '#ports/wire';

const FRAGMENTS = Number(process.env.LGOS_SCALE_FRAGMENTS ?? 5_000);
const WRITERS = 8;
const MIB = 1024 * 1024;
/** Transactions before the page waits for the disk. */
const AT_ONCE = 250;

const nobody: Dialer = { dial: () => ({ signal: () => {}, abort: () => {} }) };

/** Tabs that never let go of a slot: each further one makes its own. */
function tabsOf(taken: Set<string>): TabsPort {
  return {
    onNotice: null,
    async tryLock(name) {
      if (taken.has(name)) return null;
      if (name.includes('slot/')) taken.add(name);
      return () => {};
    },
    waitLock: () => new Promise(() => undefined),
    post: () => {},
  };
}

const start = (store: BenchStore, taken: Set<string>): Promise<BenchPeer> => openPeer('tab', { dialer: nobody, sockets: createHub().port }, store, tabsOf(taken));

/** A disk as it goes to another thread. */
export interface Disk {
  readonly id: string;
  readonly rows: Segment[];
  readonly values: Map<string, unknown>;
  readonly space: string;
  /** The fragment that is looked at first. */
  readonly fragment: string;
}

async function fill(): Promise<Disk> {
  const [taken, rows, values, id] = [new Set<string>(), [] as Segment[], new Map<string, unknown>(), randomBytes(16).toString('base64url')];
  const next = chance(5);
  let space = '';
  const fragments: string[] = [];
  for (let writer = 0; writer < WRITERS; writer++) {
    const peer = await start(memoryStore(undefined, rows, values, id), taken);
    if (writer === 0) {
      await peer.api.identity.create({ name: 'Anna' });
      space = await peer.api.spaces.create({ name: 'Many' });
      for (let n = 0; n < FRAGMENTS; n++) fragments.push(await peer.api.graph(space).createFragment({ type: 'bench/page@1', title: `Page ${n}` }));
    }
    for (const [n, fragment] of fragments.entries()) {
      await peer.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: line(next, 'en') } }], { fragment });
      if (n % AT_ONCE === AT_ONCE - 1) await peer.api.saved();
    }
    await peer.api.saved();
    await peer.running.stop();
  }
  return { id, rows, values, space, fragment: fragments.at(-1)! };
}

export interface Opened {
  readonly openedMs: number;
  readonly rowsMs: number;
  readonly readyMs: number;
  readonly heap: number;
}

const heap = (): number => {
  (globalThis as { gc?: () => void }).gc?.();
  return getHeapStatistics().used_heap_size + getHeapStatistics().external_memory;
};

/** A start on the disk, in a thread of its own: its code is cold and its heap holds nothing else. */
export async function openHere({ id, rows, values, space, fragment }: Disk): Promise<Opened> {
  const before = heap();
  const from = performance.now();
  const at = { openedMs: 0, rowsMs: 0 };
  const peer = await openPeer('tab', { dialer: nobody, sockets: createHub().port }, memoryStore(undefined, rows, values, id), tabsOf(new Set()), async (api) => {
    await api.opened;
    at.openedMs = performance.now() - from;
    await api.graph(space).query({ type: 'chat/message@1', fragment, limit: 50 });
    at.rowsMs = performance.now() - from;
  });
  const readyMs = performance.now() - from;
  const logs = [...peer.running.parts.kernel.spaces.get(space)!.fragments.values()].reduce((sum, one) => sum + one.log.frontier().length, 0);
  if (logs < FRAGMENTS * WRITERS) throw new Error(`${logs} logs`);
  return { ...at, readyMs, heap: (heap() - before) / MIB };
}

function openThere(disk: Disk): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(process.argv[1]!, { workerData: disk });
    thread.once('message', (opened: Opened) => void thread.terminate().then(() => resolve(opened)));
    thread.once('error', reject);
  });
}

export const suite: Suite = {
  name: 'fragments',
  async run(rounds): Promise<BenchResult[]> {
    const disk = await fill();
    const list: Opened[] = [];
    for (let round = 0; round < rounds; round++) list.push(await openThere(disk));
    const of = (name: string, unit: string, values: number[], how: string): BenchResult => result({ group: 'scale', name, unit, target: null, direction: 'lower', values, how });
    return [
      of('fragments-first-rows-ms', 'ms', list.map((one) => one.rowsMs), `startKernel on ${FRAGMENTS.toLocaleString('en')} fragments × ${WRITERS} writers, one record in each of the ${(FRAGMENTS * WRITERS).toLocaleString('en')} logs, store in memory, Node, a thread that has run nothing yet → the messages of one fragment answered`),
      of('fragments-whole-ms', 'ms', list.map((one) => one.readyMs), 'the same until everything is read'),
      of('fragments-heap-mib', 'MiB', list.map((one) => one.heap), 'heap of that thread then, after a collection, the rows of the store not counted'),
    ];
  },
};
