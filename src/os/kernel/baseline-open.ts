/**
 * The snapshot of a baseline out of the records that hold it (BASE1, docs/PROTOCOL.md), and the fragments of the store that stand on one: they are opened from it
 * before anything else of them is read. Loaded where there is a baseline.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { isKept } from '#os/rights/epochs';
import { BASELINE_LIMITS } from '#vm/baseline-limits';
import { PARK_AHEAD_MS } from '#vm/limits';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import type { CoveredLog } from '#vm/graph/state-rows';
import { RowsReader, showsItself } from '#vm/graph/state-rows-read';
import { REDUCER_VERSION, setDigest } from '#vm/log/digests';
import { standOn } from '#vm/log/log-base';
import type { BaselineOp, CoveredHead } from '#vm/protocol/acl-operation';
import { parseRecord } from '#vm/protocol/record';
import { openBodyBytes } from '#vm/protocol/seal';
import { rowsIn, streamOf } from '#vm/protocol/snapshot';
import { RECORD_CLASS, type ParsedRecord, type Stamp } from '#vm/protocol/types';
import type { BaseRow } from './baseline-row.ts';
import { applyDelta, touch, type Batch } from './deliver.ts';
import { readRow } from './load.ts';
import { createLogIndex } from './record-index.ts';
import { slicesOf } from './slices.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { pagesOf } from './stored-rows.ts';

/** What there is of a snapshot: its rows; or some of its records are not here, or no key opens them, or they hold none. */
export type Snapshot = { readonly is: 'here'; readonly stream: Bytes; readonly begin: () => FragmentGraph; readonly logs: readonly CoveredLog[]; readonly emptied: readonly Bytes[]; readonly greatest: Stamp | null } | { readonly is: 'missing' | 'locked' | 'bad' };

/** The run of records, from the last back by what each says is before it; null when one is missing. */
function runOf(records: readonly ParsedRecord[], { from, to, id }: BaselineOp['snapshot']): ParsedRecord[] | null {
  const byId = new Map(records.map((record) => [toBase64url(record.id), record]));
  const run: ParsedRecord[] = [];
  for (let seq = to, next: Bytes | null = id; seq >= from; seq--) {
    const record: ParsedRecord | undefined = next === null ? undefined : byId.get(toBase64url(next));
    if (record?.header.seq !== seq || record.header.class !== RECORD_CLASS.snapshot) return null;
    run.push(record);
    next = record.header.prev;
  }
  return run.reverse();
}

/**
 * Opens the run and reads its rows: whether what they say is true is asked by who holds the records. `before`: this device stands on it already, and its bytes are
 * those of then; what they come to is not counted again.
 */
export async function openSnapshotOf(kernel: Kernel, space: Space, { heads, snapshot }: Pick<BaseRow, 'heads' | 'snapshot'>, records: readonly ParsedRecord[], before = false): Promise<Snapshot> {
  const run = runOf(records, snapshot);
  if (run === null) return { is: 'missing' };
  const payloads: Bytes[] = [];
  for (const record of run) {
    const payload = await openPiece(space, record);
    if (payload === 'no-key') return { is: 'locked' };
    if (payload === null) return { is: record.body === null ? 'missing' : 'bad' };
    payloads.push(payload);
  }
  const stream = streamOf(payloads);
  const graph = kernel.newGraph();
  const reader = stream && (await readRows(kernel, stream, graph));
  if (!stream || !reader || !isOf(reader, heads) || !(before || (await countsUp(kernel, reader, graph)))) return { is: 'bad' };
  // None is made of what is ahead of mesh time: by this clock it cannot be read yet.
  if (reader.greatest && reader.greatest.ms > kernel.time.now() + PARK_AHEAD_MS) return { is: 'locked' };
  return { is: 'here', stream, begin: beginWith(kernel, stream, graph), logs: reader.logs, emptied: reader.end!.emptied, greatest: reader.greatest };
}

/** The payload of a piece of a snapshot; null when no key opens it or it is none. */
async function openPiece(space: Space, record: ParsedRecord): Promise<Bytes | 'no-key' | null> {
  const { epoch, fragment, writer } = record.header;
  if (record.header.class !== RECORD_CLASS.snapshot || !record.body || !epoch) return null;
  const key = await space.keys.body(epoch, fragment, writer);
  for (const one of [...(key ? [key] : []), ...(await space.keys.otherBodies(epoch, fragment, writer))]) {
    const opened = await openBodyBytes(space.crypto, record, one);
    if (opened.ok) return opened.value;
  }
  return space.keys.has(epoch) ? null : 'no-key';
}

/** Do the rows come to the digest they say? Counted in slices. */
async function countsUp(kernel: Kernel, reader: RowsReader, graph: FragmentGraph): Promise<boolean> {
  const turn = slicesOf(kernel);
  for (const _ of graph.nodeDigests()) {
    const pause = turn();
    if (pause) await pause;
  }
  return showsItself(reader, graph);
}

/** Reads rows in slices; null where they are none. */
async function readRows(kernel: Kernel, stream: Bytes, graph: FragmentGraph): Promise<RowsReader | null> {
  const reader = new RowsReader(graph);
  const turn = slicesOf(kernel);
  try {
    for (const row of rowsIn(stream)) {
      reader.take(row);
      const pause = turn();
      if (pause) await pause;
    }
  } catch {
    // Whoever made them, they are no snapshot.
    return null;
  }
  return reader.end && reader.end.reducer === REDUCER_VERSION ? reader : null;
}

/** Is it the snapshot of exactly these heads? */
function isOf({ logs, end }: RowsReader, heads: readonly CoveredHead[]): boolean {
  return end !== null && equalBytes(end.set, setDigest(heads)) && logs.length === heads.length && logs.every(({ writer, seq, id }, i) => heads[i]!.seq === seq && equalBytes(heads[i]!.id, id) && equalBytes(heads[i]!.writer, writer));
}

/** Graphs of the rows: the one that was read first, then others of the same bytes. */
function beginWith(kernel: Kernel, stream: Bytes, read: FragmentGraph): () => FragmentGraph {
  let first: FragmentGraph | null = read;
  return () => {
    const graph = first ?? kernel.newGraph();
    if (!first) {
      const reader = new RowsReader(graph);
      for (const row of rowsIn(stream)) reader.take(row);
    }
    first = null;
    return graph;
  };
}

/** The records of the snapshot that are held. */
export async function heldPieces(kernel: Kernel, fragment: Fragment, { writer, from, to }: BaselineOp['snapshot']): Promise<ParsedRecord[]> {
  const ids = fragment.index.range(toBase64url(writer), from, to, BASELINE_LIMITS.pieces * 2);
  const out: ParsedRecord[] = [];
  for (let at = 0; at < ids.length; at += KERNEL_LIMITS.unlockAtOnce) {
    for (const { bytes } of await kernel.index.read(ids.slice(at, at + KERNEL_LIMITS.unlockAtOnce))) {
      const parsed = parseRecord(bytes);
      if (parsed.ok) out.push(parsed.value);
    }
  }
  return out;
}

/** The same at the start, when nothing of the fragment was read: by the rows of the store. */
async function storedPieces(kernel: Kernel, space: Space, fragment: Bytes, { writer, from, to }: BaselineOp['snapshot']): Promise<ParsedRecord[]> {
  const out: ParsedRecord[] = [];
  const arrivals = await kernel.store.holding(space.id, fragment);
  for await (const rows of pagesOf(kernel.store, arrivals)) {
    for (const segment of rows) {
      for (const row of segment.records) {
        if (row.seq < from || row.seq > to || !equalBytes(row.writer, writer) || !equalBytes(row.fragment, fragment)) continue;
        const record = await readRow(kernel, row, segment.trusted);
        if (record) out.push(record);
      }
    }
  }
  return out;
}

/** Opens what the store says that the fragments of these records stand on, before the records are given to their logs. */
export async function openBases(kernel: Kernel, space: Space, records: readonly ParsedRecord[], batch: Batch): Promise<void> {
  for (const { header: { fragment: id } } of records) {
    const name = `${space.key}/${toBase64url(id)}`;
    const row = kernel.bases.get(name);
    if (!row) continue;
    // Before anything is waited for: it is opened once.
    kernel.bases.delete(name);
    const snapshot = kernel.deps.beacon ? null : await openSnapshotOf(kernel, space, row, await storedPieces(kernel, space, id, row.snapshot), true);
    if (snapshot && snapshot.is !== 'here') kernel.metric('baselines.unopened', 1);
    const fragment = fragmentOf(kernel, space, id);
    take(kernel, space, fragment, row, snapshot, batch);
    // They were given their places before it was known where their logs begin.
    for (const record of records) if (equalBytes(record.header.fragment, id)) placeIn(fragment, record);
  }
}

/** The place of a record that is stored here; below a baseline it is in no log. */
function placeIn(fragment: Fragment, { id, header }: ParsedRecord): void {
  const [key, writer] = [toBase64url(id), toBase64url(header.writer)];
  if (header.seq < (fragment.log.logs.get(writer)?.start ?? 0)) fragment.below.add(key);
  fragment.index.add(writer, header.seq, key);
}

/** Puts the baseline under the fragment. Without its rows the state stands as it is until they are here; a beacon never has any. */
export function take(kernel: Kernel, space: Space, fragment: Fragment, row: BaseRow, snapshot: Snapshot | null, batch: Batch): void {
  const here = snapshot?.is === 'here' ? snapshot : null;
  kernel.bases.delete(`${space.key}/${fragment.key}`);
  const logs = here?.logs ?? row.heads.map(({ writer, seq, id }): CoveredLog => ({ writer, seq, id, clocks: new Map() }));
  const blank = !here && isLate(kernel, space);
  fragment.base = { row, ...(blank ? { blank: true as const } : {}), begin: here ? here.begin : kernel.deps.beacon || blank ? () => kernel.newGraph() : null, greatest: here?.greatest ?? null, explained: isExplained(space, row) };
  applyDelta(kernel, space, fragment, standOn(fragment.log, { act: toBase64url(row.act), logs }), batch);
  keepFirsts(fragment, row);
  fragment.missingDeps.clear();
  touch(batch, fragment, fragment.graph.nodeIds());
  batch.rebuild.add(fragment);
}

/** Is this person kept to what is written from their coming on? Nobody makes a baseline while one is there: what its rows say is from before. */
const isLate = ({ profile }: Kernel, space: Space): boolean => profile !== null && isKept(space.rights.memberOf(profile.uid));

/** Does the space know whose the covered logs are? */
export const isExplained = (space: Space, { heads }: BaseRow): boolean => heads.every(({ writer }) => space.rights.writer(writer) !== null);

/** The places of what is in the log now, and of first records below it. */
function keepFirsts(fragment: Fragment, { heads }: BaseRow): void {
  const { index, log } = fragment;
  fragment.index = createLogIndex();
  fragment.below.clear();
  for (const { key, writerKey, seq } of log.records()) fragment.index.add(writerKey, seq, key);
  for (const { writer, seq, first } of heads) {
    const [writerKey, key] = [toBase64url(writer), toBase64url(first)];
    if (seq === 0 || !index.at(writerKey, 0).includes(key)) continue;
    fragment.index.add(writerKey, 0, key);
    fragment.below.add(key);
  }
}
