/**
 * A start on 5,000 fragments × 8 writers: 40,000 logs of one record each, written by eight tabs of a profile after one another into one store in memory,
 * each with a slot of its own.
 */
import { result } from '#bench/support/measure';
import { memoryStore, type BenchStore } from '#bench/support/stores';
import type { BenchResult, Suite } from '#bench/support/types';
import { line, chance } from '#bench/support/words';
import { createHub, openPeer } from '#bench/support/world';
import type { BenchPeer } from '#bench/support/world';
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

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}

const start = (store: BenchStore, taken: Set<string>): Promise<BenchPeer> => openPeer('tab', { dialer: nobody, sockets: createHub().port }, store, tabsOf(taken));

async function fill(): Promise<{ store: BenchStore; taken: Set<string>; space: string }> {
  const taken = new Set<string>();
  const next = chance(5);
  let store = memoryStore();
  let space = '';
  const fragments: string[] = [];
  for (let writer = 0; writer < WRITERS; writer++) {
    const peer = await start(store, taken);
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
    store = store.reopen();
  }
  return { store, taken, space };
}

interface Opened {
  readonly openedMs: number;
  readonly rowsMs: number;
  readonly readyMs: number;
  readonly heap: number;
}

async function open({ store, space }: Awaited<ReturnType<typeof fill>>, fragment: string | null): Promise<Opened> {
  const before = heap();
  const from = performance.now();
  const opening = { openedMs: 0, rowsMs: 0 };
  // Its own slot is free again: the tabs are gone.
  const peer = await openPeer('tab', { dialer: nobody, sockets: createHub().port }, store.reopen(), tabsOf(new Set()), async (api) => {
    await api.opened;
    opening.openedMs = performance.now() - from;
    if (fragment !== null) await api.graph(space).query({ type: 'chat/message@1', fragment, limit: 50 });
    opening.rowsMs = performance.now() - from;
  });
  const readyMs = performance.now() - from;
  const logs = [...peer.running.parts.kernel.spaces.get(space)!.fragments.values()].reduce((sum, one) => sum + one.log.frontier().length, 0);
  if (logs < FRAGMENTS * WRITERS) throw new Error(`${logs} logs`);
  const out = { ...opening, readyMs, heap: heap() - before };
  await peer.running.stop();
  return out;
}

export const suite: Suite = {
  name: 'fragments',
  async run(rounds): Promise<BenchResult[]> {
    const made = await fill();
    const probe = await open(made, null);
    const fragment = [...new Set(made.store.rows.flatMap((row) => row.records.map((record) => Buffer.from(record.fragment).toString('base64url'))))].at(-1)!;
    const list: Opened[] = [];
    for (let round = 0; round < rounds; round++) list.push(await open(made, fragment));
    console.log(`  first open, cold code: ${JSON.stringify(probe)}`);
    const of = (name: string, unit: string, values: number[], how: string): BenchResult => result({ group: 'scale', name, unit, target: null, direction: 'lower', values, how });
    return [
      of('fragments-first-rows-ms', 'ms', list.map((one) => one.rowsMs), `startKernel on ${FRAGMENTS} fragments × ${WRITERS} writers, one record in each of the ${FRAGMENTS * WRITERS} logs, store in memory, Node → the messages of one fragment answered`),
      of('fragments-whole-ms', 'ms', list.map((one) => one.readyMs), 'the same until everything is read'),
      of('fragments-heap-mib', 'MiB', list.map((one) => one.heap), 'heap and buffers of the kernel after that and a collection, the rows of the store not counted'),
    ];
  },
};
