/**
 * Own records from sealed to announced (FORMATS 2): one strict transaction, then the own log and graph, only then GUN, other tabs and links. Nothing of a
 * failed commit was ever announced, so the same seq may be sealed again, once it is sure that it did not land.
 */
import { equalBytes, toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import type { RecordEntry } from '#ports/replica';
import type { KeyValue, StoredRecord } from '#ports/record-store';
import { compareStamp } from '#vm/protocol/stamp';
import { PRIMITIVE, RECORD_CLASS, type Operation, type ParsedRecord, type Stamp } from '#vm/protocol/types';
import { deliverTo, finishBatch, newBatch, note, settleAcl, takeAcl, touch, type Batch } from './deliver.ts';
import { stored } from './ingest.ts';
import { fragmentOf } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { clearStoreFailure } from './stuck.ts';

/** Records of one space, sealed by slots of this device. Their operations are in `kernel.sealedOps`. */
export interface Sealed {
  readonly space: Space;
  readonly records: readonly ParsedRecord[];
}

/** Commit, then deliver to the own log, then announce. */
export function commitOwn(kernel: Kernel, space: Space, records: readonly ParsedRecord[], values: readonly KeyValue[]): Promise<void> {
  return commitTogether(kernel, [{ space, records }], values);
}

/** The same over several spaces and slots of this device: one transaction. */
export async function commitTogether(kernel: Kernel, parts: readonly Sealed[], values: readonly KeyValue[]): Promise<void> {
  const counters = parts.flatMap(({ space, records }) => records.map(({ header, id }): KeyValue => [`counter/${space.key}/${toBase64url(header.writer)}`, { n: header.n, id, hlc: space.lastOwn ?? header.hlc }]));
  const after = kernel.arrival;
  let arrival: number;
  const from = kernel.deps.clock.monotonic();
  try {
    arrival = await kernel.store.commit({ origin: kernel.boot, records: rowsOf(parts), values: [...new Map(counters), ...values] });
  } catch (error) {
    if (parts.length > 0) unsure.set(kernel, { parts, after });
    throw error;
  }
  kernel.watch.committed(kernel.deps.clock.monotonic() - from, kernel.deps.clock.monotonic());
  await committed(kernel, parts, arrival);
}

const rowsOf = (parts: readonly Sealed[]): StoredRecord[] => parts.flatMap(({ space, records }) => records.map((record) => stored(record, space)));

/** What follows a commit: the own log and graph, then the announcement. */
async function committed(kernel: Kernel, parts: readonly Sealed[], arrival: number): Promise<void> {
  const rows = rowsOf(parts);
  kernel.arrival = Math.max(kernel.arrival, arrival);
  kernel.delivering.add(arrival);
  kernel.index.add({ arrival, origin: kernel.boot, records: rows, trusted: true });
  kernel.metric('store.commits', 1);
  const batches = parts.map(() => newBatch('local'));
  try {
    for (const [i, { space, records }] of parts.entries()) {
      space.unconfirmedSince ??= kernel.deps.clock.now();
      // What is committed is no longer "unsealed": a rebuild must not apply it again, nor a later failure seal it twice.
      for (const { header } of records) if (header.class === RECORD_CLASS.op) fragmentOf(kernel, space, header.fragment).sealing = [];
      for (const record of records) await deliverOwn(kernel, space, record, batches[i]!);
    }
  } finally {
    kernel.delivering.delete(arrival);
  }
  kernel.deps.tabs.post({ t: 'commit', arrival });
  const entries: RecordEntry[] = rows.map((row) => ({ space: row.space, fragment: row.fragment, writer: row.writer, seq: row.seq, id: row.id, bytes: row.bytes }));
  kernel.replication?.publish(entries);
  for (const [i, { space }] of parts.entries()) {
    await settleAcl(kernel, space, batches[i]!);
    finishBatch(kernel, space, batches[i]!);
    kernel.emit({ type: 'copies', space: space.key });
  }
}

/** The last commit that failed, and the greatest arrival known before it: a lost connection does not say whether it is on the disk. */
const unsure = new WeakMap<Kernel, { readonly parts: readonly Sealed[]; readonly after: number }>();

/** Looks before anything else is sealed: the same seq sealed again beside a commit that did land would be a fork of one's own. */
export async function settleUnsure(kernel: Kernel): Promise<void> {
  const last = unsure.get(kernel);
  if (!last) return;
  const { parts } = last;
  const first = parts[0]!.records[0]!;
  for (let { after } = last; ; ) {
    const segments = await kernel.store.scan(after, 64);
    if (segments.length === 0) break;
    after = segments[segments.length - 1]!.arrival;
    const landed = segments.find((segment) => segment.origin === kernel.boot && segment.records.some((row) => equalBytes(row.id, first.id)));
    if (!landed) continue;
    unsure.delete(kernel);
    kernel.metric('commits.found', 1);
    clearStoreFailure(kernel);
    for (const { space, records } of parts) {
      kernel.spaces.set(space.key, space);
      for (const record of records) if (record.header.class === RECORD_CLASS.op) dropSealed(kernel, space, record);
    }
    return committed(kernel, parts, landed.arrival);
  }
  unsure.delete(kernel);
}

function dropSealed(kernel: Kernel, space: Space, record: ParsedRecord): void {
  const fragment = fragmentOf(kernel, space, record.header.fragment);
  const from = firstStamp(must(kernel.sealedOps.get(record), 'operations of an own record').ops);
  fragment.pending = fragment.pending.filter(({ op }) => compareStamp(op.stamp, record.header.hlc) > 0 || compareStamp(op.stamp, from) < 0);
}

/** Own operations are in the graph already; the log and the seq of their nodes follow. */
async function deliverOwn(kernel: Kernel, space: Space, record: ParsedRecord, batch: Batch): Promise<void> {
  const { header } = record;
  const fragment = fragmentOf(kernel, space, header.fragment);
  if (header.class === RECORD_CLASS.snapshot) {
    note(space, kernel, record);
    return deliverTo(kernel, space, fragment, [{ record, content: { kind: 'unknown' } }], batch);
  }
  const content = must(kernel.sealedOps.get(record), 'operations of an own record');
  const { ops } = content;
  // A weak map lets go in a full collection only: until then all operations of a burst would be moved from one young space to the next.
  kernel.sealedOps.delete(record);
  note(space, kernel, record);
  if (header.class === RECORD_CLASS.acl) return takeAcl(kernel, space, record, content, batch);
  const key = toBase64url(record.id);
  touch(batch, fragment, fragment.graph.sealed(header.writer, firstStamp(ops), header.hlc, header.seq, key).nodes);
  deliverTo(kernel, space, fragment, [{ record, content }], batch);
  if (fragment.log.status(key) !== 'applied') batch.rebuild.add(fragment);
}

/** Text updates that were merged into one carry the last stamp; the pending ones begin earlier. */
function firstStamp(ops: readonly Operation[]): Stamp {
  const first = must(ops[0], 'a record holds operations');
  return first.primitive === PRIMITIVE.textUpdate ? { ms: 0, ctr: 0 } : first.stamp;
}
