/**
 * The workload of `state` after its history was closed: what lies on the disk beside what is shown, how much went, and a start on it. A person alone, so that the
 * baseline is settled at once; what checking costs is measured beside it (the maker's own replay, and that of a device that checks).
 */
import { memoryStore } from '#bench/support/stores';
import { result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { openAlone } from '#bench/support/world';
import { AT_ONCE, fill, NODES, openThere, OPS, type OpenedState, type StateDisk } from './state.ts';

const MIB = 1024 * 1024;
const REST_MS = 300_000;

interface Closed {
  readonly closeMs: number;
  readonly freed: number;
  readonly live: number;
  readonly state: string;
}

const logBytes = ({ rows }: StateDisk): number => rows.reduce((sum, row) => sum + row.records.reduce((bytes, record) => bytes + record.bytes.length, 0), 0);

/** Closes the history and waits until nothing of it is left. */
async function close({ id, rows, values, space, fragment }: StateDisk): Promise<Closed> {
  const peer = await openAlone('a', memoryStore(undefined, rows, values, id));
  const from = performance.now();
  await peer.api.access.history(space, fragment, { close: {} });
  const closeMs = performance.now() - from;
  const until = performance.now() + REST_MS;
  for (;;) {
    const { baselines: [one] } = await peer.api.access.history(space, fragment);
    if (one?.state === 'gone') break;
    if (performance.now() > until) throw new Error(`it did not go: ${JSON.stringify([one, peer.api.metrics()])}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { baselines: [one] } = await peer.api.access.history(space, fragment);
  const { graph } = peer.running.parts.kernel.spaces.get(space)!.fragments.get(fragment)!;
  let live = 0;
  for (const node of graph.nodeIds()) live += graph.nodeBytes(node)!.length;
  const { state } = await peer.api.graph(space).digest();
  await peer.running.stop();
  return { closeMs, freed: one!.freed, live, state };
}

export const suite: Suite = {
  name: 'history',
  async run(rounds): Promise<BenchResult[]> {
    const disk = await fill();
    const before = logBytes(disk);
    const closed = await close(disk);
    const after = logBytes(disk);
    const opened: OpenedState[] = [];
    for (let round = 0; round < rounds; round++) opened.push(await openThere(disk));
    if (opened.some(({ state }) => state !== closed.state)) throw new Error(`not the same state: ${JSON.stringify([closed, opened])}`);
    // What was counted as gone is what is not there any more: the rest are the snapshot, the baseline and the rights.
    if (closed.freed <= 0 || before - closed.freed > after) throw new Error(`counted ${closed.freed} of ${before}, ${after} left`);
    const workload = `${OPS.toLocaleString('en')} operations in one fragment, ${AT_ONCE} per record, a state of ${NODES.toLocaleString('en')} nodes`;
    const one = (name: string, unit: string, value: number, target: number | null, how: string, peer: Record<string, number[]> = {}): BenchResult => result({ group: 'scale', name, unit, target, direction: 'lower', values: [value], peer, how });
    return [
      one('history-log-ratio', 'ratio', after / closed.live, 3, `${workload}, its history closed: bytes of all records on the disk (rights and directory too) over the bytes of what is shown, as the state digest hashes it`, { 'live-mib': [closed.live / MIB], 'log-mib': [after / MIB], 'log-before-mib': [before / MIB] }),
      one('history-close-ms', 'ms', closed.closeMs, null, 'replay of all records, the snapshot made, sealed and committed'),
      result({ group: 'scale', name: 'history-first-rows-ms', unit: 'ms', target: 2_000, direction: 'lower', values: opened.map(({ rowsMs }) => rowsMs), peer: {}, how: 'startKernel on that disk → 50 nodes of the fragment answered; as state-first-rows-ms' }),
    ];
  },
};
