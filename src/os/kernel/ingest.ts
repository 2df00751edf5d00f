/**
 * Records of others: verify → one commit per burst → deliver (FORMATS 2, Validation and Order of durability).
 * The guard and the replica have seen them before; here signature, certificate and budget are judged.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { StoreError, type KeyValue, type StoredRecord } from '#ports/record-store';
import { parseStatement, verifyStatement } from '#vm/protocol/identity';
import { parseRecord, slotCertificate, verifyRecord } from '#vm/protocol/record';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { IngestReport } from '#vm/replication/host';
import { KERNEL_LIMITS } from '#os/limits';
import { deliverAll } from './deliver.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { clearStoreFailure, noteStoreFailure, reviveStore } from './stuck.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

interface Incoming {
  readonly entry: RecordEntry;
  readonly from: string;
  result: 'added' | 'known' | 'refused' | null;
}

export interface Ingest {
  ingest(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport>;
  /** Runs work in the same lane as the batches, so that nothing interleaves with a delivery. */
  exclusive(work: () => Promise<void>): Promise<void>;
  idle(): Promise<void>;
  close(): void;
}

type Job = Incoming | { readonly work: () => Promise<void> };

export function createIngest(kernel: Kernel): Ingest {
  const queue: WorkQueue<Job> = createWorkQueue<Job>({
    liveBatch: KERNEL_LIMITS.ingestLiveBatch,
    bulkBatch: KERNEL_LIMITS.ingestBulkBatch,
    max: KERNEL_LIMITS.ingestQueue,
    async work(jobs) {
      const records = jobs.filter((job): job is Incoming => 'entry' in job);
      if (records.length > 0) await ingestBatch(kernel, records);
      for (const job of jobs) if ('work' in job) await job.work();
    },
  });
  return {
    async ingest(entries, priority, from) {
      const jobs: Incoming[] = entries.map((entry) => ({ entry, from, result: null }));
      try {
        await queue.push(jobs, priority);
      } catch {
        kernel.metric('ingest.dropped', jobs.length);
      }
      return report(kernel, jobs);
    },
    exclusive: (work) => queue.push([{ work }], 'live'),
    idle: () => queue.idle(),
    close: () => queue.close(),
  };
}

function report(kernel: Kernel, jobs: readonly Incoming[]): IngestReport {
  const gaps = new Map<string, IngestReport['gaps'][number]>();
  const fragments = new Set<Fragment>();
  for (const { entry, result } of jobs) {
    if (result === 'refused' || result === null) continue;
    const fragment = kernel.spaces.get(toBase64url(entry.space))?.fragments.get(toBase64url(entry.fragment));
    if (fragment) fragments.add(fragment);
  }
  for (const { id, key, log } of fragments) {
    for (const { writer, from, to } of log.missing()) gaps.set(`${key}${toBase64url(writer)}${from}`, { fragment: id, writer, from, to });
  }
  return {
    added: jobs.filter((job) => job.result === 'added').length,
    refused: jobs.filter((job) => job.result === 'refused').length,
    gaps: [...gaps.values()],
  };
}

async function ingestBatch(kernel: Kernel, jobs: readonly Incoming[]): Promise<void> {
  const seen = new Set<string>();
  const fresh: { job: Incoming; record: ParsedRecord; space: Space }[] = [];
  await Promise.all(jobs.map(async (job) => {
    const id = toBase64url(job.entry.id);
    if (kernel.index.has(id) || seen.has(id)) return void (job.result = 'known');
    seen.add(id);
    const verified = await verify(kernel, job.entry);
    if (typeof verified === 'string') {
      job.result = 'refused';
      kernel.metric(`records.refused.${verified}`, 1);
    } else fresh.push({ job, ...verified });
  }));
  if (fresh.length === 0) return;
  const order = new Map(jobs.map((job, i) => [job, i]));
  fresh.sort((a, b) => order.get(a.job)! - order.get(b.job)!);
  const arrival = await commitForeign(kernel, fresh.map((item) => stored(item.record, item.space)));
  for (const item of fresh) item.job.result = 'added';
  const bySpace = new Map<Space, ParsedRecord[]>();
  for (const { record, space } of fresh) {
    const list = bySpace.get(space);
    if (list) list.push(record);
    else bySpace.set(space, [record]);
  }
  try {
    for (const [space, records] of bySpace) await deliverAll(kernel, space, records, 'remote');
  } finally {
    kernel.delivering.delete(arrival);
  }
}

async function commitForeign(kernel: Kernel, records: readonly StoredRecord[], again = true): Promise<number> {
  try {
    const values: KeyValue[] = kernel.time.known() ? [['mesh/last', kernel.time.now()]] : [];
    const arrival = await kernel.store.commit({ origin: kernel.boot, records, values });
    kernel.arrival = Math.max(kernel.arrival, arrival);
    kernel.index.add({ arrival, origin: kernel.boot, records, trusted: true });
    kernel.metric('store.commits', 1);
    clearStoreFailure(kernel);
    kernel.delivering.add(arrival);
    kernel.deps.tabs.post({ t: 'commit', arrival });
    return arrival;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    noteStoreFailure(kernel, error);
    // A tab that only listens opens its database again too.
    const closed = error.reason === 'closed' || error.reason === 'blocked';
    if (again && closed && (await reviveStore(kernel))) return commitForeign(kernel, records, false);
    throw error;
  }
}

/** The record and its space when it may be stored; else a code. The genesis record names no space: its id is the space. */
async function verify(kernel: Kernel, entry: RecordEntry): Promise<{ record: ParsedRecord; space: Space } | string> {
  const parsed = parseRecord(entry.bytes);
  if (!parsed.ok) return parsed.error.code;
  const record = parsed.value;
  if (!equalBytes(record.id, entry.id)) return 'hash';
  const genesis = record.header.space.every((byte) => byte === 0);
  const space = kernel.spaces.get(toBase64url(genesis ? record.id : record.header.space));
  if (!space || space.standing === 'left') return 'space';
  if (record.status === 'unknown-version') return keptUnjudged(kernel, space, record);
  if (genesis && (record.header.class !== RECORD_CLASS.acl || record.header.seq !== 0 || record.header.n !== 0)) return 'genesis';
  if (!kernel.admits(record.header.writer)) return 'key';
  const certificate = slotCertificate(record.header);
  if (record.header.seq === 0 && !certificate) return 'certificate';
  if (certificate && !(await certificateHolds(kernel, record.header.writer, certificate))) return 'certificate';
  if (!withinBudget(space, record)) return 'budget';
  return (await verifyRecord(kernel.deps.crypto, record)) ? { record, space } : 'signature';
}

/** Another version cannot be judged: a few are kept, the log waits there, nobody is pushed them (FORMATS 2). */
function keptUnjudged(kernel: Kernel, space: Space, record: ParsedRecord): { record: ParsedRecord; space: Space } | string {
  const fragment = fragmentOf(kernel, space, record.header.fragment);
  if (fragment.unjudged >= KERNEL_LIMITS.unjudgedPerFragment) return 'version';
  fragment.unjudged++;
  return { record, space };
}

/** slot.add of FORMATS 1 for exactly this writer, signed by device and slot key. */
async function certificateHolds(kernel: Kernel, writer: Bytes, certificate: Bytes): Promise<boolean> {
  const statement = parseStatement(certificate);
  if (!statement.ok || statement.value.body.kind !== 4) return false;
  return equalBytes(statement.value.body.writer, writer) && verifyStatement(kernel.deps.crypto, statement.value);
}

/** A log that nobody's certificate explains yet may only wait in a small room (TRUST 33). */
function withinBudget(space: Space, record: ParsedRecord): boolean {
  // Looked up, not made: what is not verified yet may name any fragment.
  const held = space.fragments.get(toBase64url(record.header.fragment))?.log.contiguous(record.header.writer) ?? -1;
  return record.header.seq <= held + KERNEL_LIMITS.waitingPerFragment;
}

/** The row of a record; the genesis is filed under its own space. */
export function stored(record: ParsedRecord, space: Space): StoredRecord {
  const { fragment, writer, seq } = record.header;
  return { space: space.id, fragment, writer, seq, id: record.id, bytes: record.bytes };
}
