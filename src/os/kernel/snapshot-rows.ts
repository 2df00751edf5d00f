/**
 * The records that a snapshot stands for, where they lie: read when somebody asks for them, looked at once in a run, and read all when something has to be
 * judged again that the snapshot does not tell (SNAP2).
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Segment, StoredRecord } from '#ports/record-store';
import type { GraphRecord } from '#vm/graph/fragment-graph';
import { Entry, type Content, type HeldRecord } from '#vm/log/held-record';
import { readWhole } from '#vm/log/log-image';
import { decodePayload } from '#vm/protocol/operation';
import { parseRecord } from '#vm/protocol/record';
import type { Operation } from '#vm/protocol/types';
import { applyDelta, finishBatch, newBatch } from './deliver.ts';
import { readRow } from './load.ts';
import { contentOf, openContent, openPayload } from './open-content.ts';
import { snapNames, snapRow, SNAPS_ROW } from './snapshot-names.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { answered, pagesOf } from './stored-rows.ts';

const nameOf = (space: Space, fragment: Fragment): string => `${space.key}/${fragment.key}`;

/** Fragments with rows that cannot be read: the next start replays them, and no snapshot may stand in its way. */
const spoilt = new WeakSet<Fragment>();
export const isSpoilt = (fragment: Fragment): boolean => spoilt.has(fragment);

async function spoil(kernel: Kernel, space: Space, fragment: Fragment): Promise<void> {
  if (spoilt.has(fragment)) return;
  spoilt.add(fragment);
  kernel.metric('snapshots.spoilt', 1);
  await dropSnapshot(kernel, nameOf(space, fragment));
}

/** Records whose rows cannot be read: others are asked for them until they lie here again. */
const lost = new WeakMap<Fragment, Set<Entry>>();

/** Asks others for what could not be read, until it is here. */
export function askForLost(kernel: Kernel, space: Space, fragment: Fragment): void {
  const open = lost.get(fragment);
  if (!open) return;
  for (const entry of open) if (kernel.index.has(entry.key)) open.delete(entry);
  if (open.size === 0) return void lost.delete(fragment);
  kernel.replication?.pull(space.id, fragment.id, [...open].slice(0, KERNEL_LIMITS.unlockAtOnce).map(({ writer, seq, id }) => ({ writer, seq, id })));
}

/** Arrival numbers of the rows that lie behind the snapshot and were not looked at yet, by log. */
const unseen = new WeakMap<Fragment, number[]>();

/** Looks at a few rows that the snapshot stands for: what is gone or damaged is found in the run, not only when somebody needs it, and comes again from others. */
export async function lookAtRows(kernel: Kernel, space: Space, fragment: Fragment): Promise<void> {
  let left = unseen.get(fragment);
  if (!left) unseen.set(fragment, (left = rowsAway(kernel, fragment)));
  const now = left.splice(0, KERNEL_LIMITS.loadStepRows);
  if (now.length === 0) return;
  const rows = await kernel.store.segments(now);
  // What did not come for its size is looked at the next time.
  left.unshift(...now.splice(answered(now, rows)));
  if (rows.length === now.length && rows.every(({ trusted }) => trusted)) return;
  for (const row of rows) if (!row.trusted) await takeWhole(kernel, fragment, row);
  const sound = new Set(rows.flatMap(({ trusted, arrival }) => (trusted ? [arrival] : [])));
  const looked = new Set(now);
  const gone = lost.get(fragment) ?? new Set();
  for (const record of fragment.log.records()) {
    const place = record.away && record instanceof Entry ? kernel.index.place(record.key) : undefined;
    if (!place?.away || !looked.has(place.arrival) || sound.has(place.arrival)) continue;
    kernel.index.drop(record.key);
    gone.add(record as Entry);
  }
  if (gone.size > 0) lost.set(fragment, gone);
  await spoil(kernel, space, fragment);
}

/** The records of a damaged row that are whole: they may be served from there. */
async function takeWhole(kernel: Kernel, fragment: Fragment, row: Segment): Promise<void> {
  const whole = new Set<StoredRecord>();
  for (const record of row.records) {
    const place = kernel.index.place(toBase64url(record.id));
    if (place?.away && place.arrival === row.arrival && fragment.log.has(toBase64url(record.id)) && (await readRow(kernel, record, false))) whole.add(record);
  }
  for (const { id } of whole) kernel.index.drop(toBase64url(id));
  kernel.index.add(row, (record) => whole.has(record));
}

function rowsAway(kernel: Kernel, { log }: Fragment): number[] {
  const out = new Set<number>();
  for (const { key, away } of log.records()) if (away) out.add(kernel.index.place(key)?.arrival ?? 0);
  return [...out];
}

/** Reads what lies in the store only and judges everything again, as a replay would. Inside the lane of deliveries. */
export async function readBack(kernel: Kernel, space: Space, fragment: Fragment): Promise<void> {
  const { log } = fragment;
  const rows = rowsAway(kernel, fragment);
  for await (const page of pagesOf(kernel.store, rows)) {
    for (const segment of page) {
      for (const row of segment.records) {
        const entry = log.get(toBase64url(row.id));
        if (!(entry instanceof Entry) || !entry.away) continue;
        const record = await readRow(kernel, row, segment.trusted);
        if (!record) continue;
        entry.take(contentOf(await openPayload(space, record)));
        if (entry.content === 'no-key') fragment.locked.add(entry.key);
        entry.pack();
      }
    }
  }
  // What cannot be read keeps its place and has no effect until it comes again.
  const gone = new Set<Entry>();
  for (const record of log.records()) if (record.away && record instanceof Entry) gone.add(record);
  for (const record of gone) {
    record.take({ kind: 'no-key' });
    kernel.index.drop(record.key);
  }
  if (gone.size > 0) {
    lost.set(fragment, new Set([...(lost.get(fragment) ?? []), ...gone]));
    await spoil(kernel, space, fragment);
  }
  const batch = newBatch('remote');
  applyDelta(kernel, space, fragment, readWhole(log), batch);
  batch.rebuild.add(fragment);
  finishBatch(kernel, space, batch);
  kernel.metric('snapshots.read-back', 1);
}

/** Takes a snapshot of this device out of the store. */
export async function dropSnapshot(kernel: Kernel, name: string): Promise<void> {
  const names = (await snapNames(kernel)).filter((one) => one !== name);
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [[snapRow(name), undefined], [SNAPS_ROW, names]] }).catch(() => undefined);
}

/** The bodies of records, read from the store where they are not in memory. */
async function bodiesOf(kernel: Kernel, space: Space, records: readonly HeldRecord[]): Promise<ReadonlyMap<string, Content>> {
  const rows = await kernel.index.read(records.filter(({ away }) => away).map(({ key }) => key));
  const opened = await Promise.all(rows.map(async ({ bytes }): Promise<[string, Content] | null> => {
    const parsed = parseRecord(bytes as Bytes);
    return parsed.ok ? [toBase64url(parsed.value.id), await openContent(space, parsed.value)] : null;
  }));
  return new Map(opened.filter((one) => one !== null));
}

/** The operations of a record, read from the store where they are not in memory. */
export async function opsOf(kernel: Kernel, space: Space, record: HeldRecord): Promise<HeldRecord['ops']> {
  if (!record.away) return record.ops;
  const content = (await bodiesOf(kernel, space, [record])).get(record.key);
  return content?.kind === 'ops' ? content.ops : null;
}

/** Records with effect as a graph takes them. Their operations are decoded when somebody looks: of a long log they are not all in memory at once. */
export async function withOps(kernel: Kernel, space: Space, records: readonly HeldRecord[]): Promise<GraphRecord[]> {
  const bodies = await bodiesOf(kernel, space, records);
  return records.flatMap((record): GraphRecord[] => {
    const { key, writer, seq, delta } = record;
    if (!record.away) return [{ key, writer, seq, delta, get ops() { return record.ops ?? []; } }];
    const body = bodies.get(key);
    const payload = body?.kind === 'ops' ? body.payload : undefined;
    return payload ? [{ key, writer, seq, delta, get ops() { return operationsOf(payload); } }] : [];
  });
}

function operationsOf(payload: Bytes): readonly Operation[] {
  const decoded = decodePayload(payload);
  return decoded.ok ? decoded.value.ops : [];
}
