/**
 * Records of others: verify → one commit per burst → deliver (FORMATS 2, Validation and Order of durability).
 * The guard and the replica have seen them before; here signature, certificate and budget are judged.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import type { RecordEntry } from '#ports/replica';
import { StoreError, type KeyValue, type StoredRecord } from '#ports/record-store';
import { parseStatement, verifyStatement } from '#vm/protocol/identity';
import { slotCertificate, verifyRecord } from '#vm/protocol/record';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { IngestReport } from '#vm/replication/host';
import { readEntry } from '#vm/replication/record-batch';
import { KERNEL_LIMITS } from '#os/limits';
import { readCertificate } from '#os/rights/acl-record';
import { asKept, isFirstBelow } from './baseline-row.ts';
import { deliverAll, type OpenedAhead } from './deliver.ts';
import { AuthorCount, isOfAcl } from './author-budget.ts';
import { createEarlyRoom, type EarlyRoom } from './early-room.ts';
import { capOfNewLog } from '#vm/log/caps';
import { openPayload, type Opened } from './open-content.ts';
import { fragmentOf } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { clearStoreFailure, noteStoreFailure, reviveStore } from './stuck.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

interface Incoming {
  readonly entry: RecordEntry;
  readonly from: string;
  /** early: waits in memory for the acl record that explains its writer. */
  result: 'added' | 'known' | 'refused' | 'early' | null;
  /** Its signature is looked at while the batch before is stored and shown. */
  signed?: Promise<boolean>;
  /** Its log is not here from the start: what lies before is asked for, and it again with it. */
  tail?: true;
  /** Refused for a cap in which no room comes soon. */
  capped?: true;
}

export interface Ingest {
  ingest(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport>;
  /** Is the record in memory, waiting for the acl record that explains its writer? It is neither stored nor in a log. */
  isEarly(id: string): boolean;
  /** Takes in what the acl explains by now, and gives up what waited too long. Inside the lane. */
  review(): Promise<void>;
  /** Runs work in the same lane as the batches, so that nothing interleaves with a delivery. */
  exclusive(work: () => Promise<void>): Promise<void>;
  idle(): Promise<void>;
  /** Records and works that wait. */
  readonly length: number;
  close(): void;
}

type Job = Incoming | { readonly work: () => Promise<void> };

export function createIngest(kernel: Kernel): Ingest {
  const room = createEarlyRoom((from) => {
    kernel.metric('records.unexplained', 1);
    kernel.replication?.strike(from, 'unexplained');
  });
  const queue: WorkQueue<Job> = createWorkQueue<Job>({
    liveBatch: KERNEL_LIMITS.ingestLiveBatch,
    bulkBatch: () => kernel.adjusted.bulkBatch.value,
    max: KERNEL_LIMITS.ingestQueue,
    ahead: (jobs) => {
      for (const job of jobs) if ('entry' in job) lookAhead(kernel, job);
    },
    async work(jobs, priority, pause) {
      const records = jobs.filter((job): job is Incoming => 'entry' in job);
      if (records.length > 0) {
        await ingestBatch(kernel, room, records, priority === 'bulk' ? pauseFor(kernel, records.length, pause) : null);
        await takeExplained(kernel, room);
      }
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
    isEarly: (id) => room.has(id),
    async review() {
      if (room.size === 0) return;
      await takeExplained(kernel, room);
      room.expire(kernel.deps.clock.monotonic() - KERNEL_LIMITS.earlyMs);
    },
    exclusive: (work) => queue.push([{ work }], 'live'),
    idle: () => queue.idle(),
    get length() {
      return queue.length;
    },
    close: () => queue.close(),
  };
}

/** A long batch gives the thread a turn in each pause, so that live records which are only on their way in are seen; a short one is over as soon. */
function pauseFor(kernel: Kernel, records: number, pause: () => Promise<void>): () => Promise<void> {
  if (records <= kernel.adjusted.deliverAtOnce.value) return pause;
  return async () => {
    await new Promise<void>((resolve) => void kernel.deps.clock.setTimer(0, resolve));
    await pause();
  };
}

function report(kernel: Kernel, jobs: readonly Incoming[]): IngestReport {
  const gaps = new Map<string, IngestReport['gaps'][number]>();
  const fragments = new Set<Fragment>();
  for (const { entry, result, tail } of jobs) {
    if (tail) gaps.set(`${toBase64url(entry.fragment)}${toBase64url(entry.writer)}0`, { fragment: entry.fragment as Bytes, writer: entry.writer as Bytes, from: 0, to: entry.seq - 1 });
    if (result !== 'added' && result !== 'known') continue;
    const fragment = kernel.spaces.get(toBase64url(entry.space))?.fragments.get(toBase64url(entry.fragment));
    if (fragment) fragments.add(fragment);
  }
  for (const { id, key, log } of fragments) {
    for (const { writer, from, to } of log.missing()) gaps.set(`${key}${toBase64url(writer)}${from}`, { fragment: id, writer, from, to });
  }
  const capped = jobs.filter((job) => job.capped).map((job) => toBase64url(job.entry.id));
  const early = jobs.filter((job) => job.result === 'early').map((job) => toBase64url(job.entry.id));
  return {
    added: jobs.filter((job) => job.result === 'added').length,
    refused: jobs.filter((job) => job.result === 'refused').length,
    gaps: [...gaps.values()],
    ...(capped.length > 0 ? { capped: new Set(capped) } : {}),
    ...(early.length > 0 ? { early: new Set(early) } : {}),
  };
}

interface Verified {
  readonly job: Incoming;
  readonly record: ParsedRecord;
  readonly space: Space;
}

async function ingestBatch(kernel: Kernel, room: EarlyRoom, jobs: readonly Incoming[], pause: (() => Promise<void>) | null): Promise<void> {
  const seen = new Set<string>();
  const verified: Verified[] = [];
  await Promise.all(jobs.map(async (job) => {
    const id = toBase64url(job.entry.id);
    // By its signature too: a forged copy that came first must not make the genuine one look known.
    const copy = `${id}${toBase64url(job.entry.bytes.slice(-64))}`;
    if (kernel.index.has(id) || room.has(id) || seen.has(copy)) return void (job.result = 'known');
    seen.add(copy);
    const made = await verify(kernel, job);
    if (typeof made === 'string') refuse(kernel, job, made);
    else verified.push({ job, ...made });
  }));
  const order = new Map(jobs.map((job, i) => [job, i]));
  verified.sort((a, b) => order.get(a.job)! - order.get(b.job)!);
  // Nothing of the batch is stored yet: what is live goes first, and may have brought some of it.
  await pause?.();
  const news = verified.filter(({ job, record }) => !kernel.index.has(toBase64url(record.id)) || void (job.result = 'known'));
  await keep(kernel, admitted(kernel, room, news), pause);
}

/** Failures before the signature, and the signature itself, cost the sender; the rest cost nobody or the author (FORMATS 2, Validation). */
function refuse(kernel: Kernel, job: Incoming, why: string): void {
  job.result = 'refused';
  kernel.metric(`records.refused.${why}`, 1);
  if (FORGED.has(why)) kernel.replication?.strike(job.from, 'forged');
}

/** Of a verified batch, what is stored now: its writer is explained and no cap is in the way. What is over a cap is not held, so it is asked for again. */
function admitted(kernel: Kernel, room: EarlyRoom, verified: readonly Verified[]): Verified[] {
  const writers = new Map<string, string>();
  const caps = new CapCount();
  const authors = new AuthorCount();
  const ids = new Set<string>();
  return verified.filter((item) => {
    const { job, record, space } = item;
    const id = toBase64url(record.id);
    if (ids.has(id)) return void (job.result = 'known');
    ids.add(id);
    const place = placeOf(space, record, writers);
    if (place === 'unexplained' && (record.header.seq === 0 || room.hasLog(space, record))) {
      job.result = 'early';
      room.add({ record, space, from: job.from, at: kernel.deps.clock.monotonic() });
      return false;
    }
    if (place === 'unexplained') job.tail = true;
    const why = place !== 'ok' ? place : authors.isFull(space, record, writers.get(`${space.key}/${toBase64url(record.header.writer)}`)) ? 'author-cap' : caps.refusal(space, record);
    if (why === null) return true;
    if (CAPPED.has(why) && record.status !== 'unknown-version') job.capped = true;
    refuse(kernel, job, why);
    return false;
  });
}

/** First records of logs that may explain their writer themselves (IDN11). */
const byItself = new WeakMap<ParsedRecord, (() => boolean) | null>();

/** Who is behind the writer? Its certificate leads to a device that the acl brought, or it is unexplained. `writers`: those of this batch. */
function placeOf(space: Space, record: ParsedRecord, writers: Map<string, string>): 'ok' | 'unexplained' | 'person-cap' {
  const { header } = record;
  const certificate = slotCertificate(header);
  const key = `${space.key}/${toBase64url(header.writer)}`;
  if (record.status === 'unknown-version') return 'ok';
  if (header.space.every((byte) => byte === 0)) {
    // Its id is the space's: who wrote it is the founder, and what came with it in one range is explained by it.
    if (certificate) writers.set(key, readCertificate(certificate)?.uid ?? '');
    return 'ok';
  }
  const known = space.rights.writer(header.writer) !== null || writers.has(key);
  if (!certificate) return known ? 'ok' : 'unexplained';
  const slot = readCertificate(certificate);
  if (!slot || !(space.rights.knowsDevice(slot.uid, slot.ds) || byItself.get(record)?.())) return 'unexplained';
  if (known) return 'ok';
  let fresh = 0;
  for (const [other, uid] of writers) if (uid === slot.uid && other.startsWith(space.key)) fresh++;
  if (space.rights.writersOf(slot.uid).size + fresh >= KERNEL_LIMITS.writersPerPerson) return 'person-cap';
  writers.set(key, slot.uid);
  return 'ok';
}

/** Commits and delivers. */
async function keep(kernel: Kernel, fresh: readonly Verified[], pause: (() => Promise<void>) | null): Promise<void> {
  if (fresh.length === 0) return;
  // Opened while the disk works; nothing of it is looked at before the commit.
  const ahead = pause && openAhead(fresh);
  const arrival = await commitForeign(kernel, fresh.map((item) => stored(item.record, item.space)));
  for (const item of fresh) item.job.result = 'added';
  const bySpace = new Map<Space, ParsedRecord[]>();
  for (const { record, space } of fresh) {
    const list = bySpace.get(space);
    if (list) list.push(record);
    else bySpace.set(space, [record]);
  }
  try {
    for (const [space, records] of bySpace) await deliverInParts(kernel, space, records, pause, ahead);
  } finally {
    kernel.delivering.delete(arrival);
  }
}

/** acl records may explain writers whose acl records explain others. */
async function takeExplained(kernel: Kernel, room: EarlyRoom): Promise<void> {
  for (let news = room.news(); news; ) {
    const writers = new Map<string, string>();
    const taken = room.takeExplained(({ space, record }) => placeOf(space, record, writers) !== 'unexplained');
    news = taken.length > 0;
    const jobs = taken.map(({ record, space, from }): Verified => ({ record, space, job: { entry: stored(record, space), from, result: null } }));
    await keep(kernel, admitted(kernel, room, jobs), null);
    const rows = jobs.filter(({ job }) => job.result === 'added').map(({ job }) => job.entry);
    // Nobody waits for their report any more: they go on as what came from no link.
    kernel.replication?.publish(rows);
    for (const space of new Set(jobs.map((item) => item.space))) kernel.replication?.sendAcks(space.id);
  }
}

function openAhead(fresh: readonly Verified[]): OpenedAhead {
  const ahead = new Map<ParsedRecord, Promise<Opened>>();
  for (const { record, space } of fresh) {
    if (record.header.class !== RECORD_CLASS.op) continue;
    const opening = openPayload(space, record);
    opening.catch(() => undefined);
    ahead.set(record, opening);
  }
  return ahead;
}

/** One commit for many, delivered in parts: what is live does not wait for the rest. */
async function deliverInParts(kernel: Kernel, space: Space, records: readonly ParsedRecord[], pause: (() => Promise<void>) | null, ahead: OpenedAhead | null): Promise<void> {
  if (!pause) return deliverAll(kernel, space, records, 'remote');
  for (let at = 0; at < records.length; ) {
    await pause();
    const part = records.slice(at, at + kernel.adjusted.deliverAtOnce.value);
    await deliverAll(kernel, space, part, 'remote', false, ahead);
    at += part.length;
  }
}

async function commitForeign(kernel: Kernel, records: readonly StoredRecord[], again = true): Promise<number> {
  try {
    const values: KeyValue[] = kernel.time.known() ? [['mesh/last', kernel.time.now()]] : [];
    const from = kernel.deps.clock.monotonic();
    const arrival = await kernel.store.commit({ origin: kernel.boot, records, values });
    const now = kernel.deps.clock.monotonic();
    kernel.watch.committed(now - from, now);
    kernel.watch.ingested(records.length, now);
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
async function verify(kernel: Kernel, { entry, signed }: Incoming): Promise<{ record: ParsedRecord; space: Space } | string> {
  const parsed = readEntry(entry);
  if (!parsed.ok) return parsed.error.code;
  if (!equalBytes(parsed.value.id, entry.id)) return 'hash';
  const { header } = parsed.value;
  const genesis = header.space.every((byte) => byte === 0);
  const space = kernel.spaces.get(toBase64url(genesis ? parsed.value.id : header.space));
  if (!space || space.standing === 'left') return 'space';
  const record = asKept(space, parsed.value);
  if (space.fragments.size >= KERNEL_LIMITS.fragments && !space.fragments.has(toBase64url(record.header.fragment))) return 'fragments';
  if (record.status === 'unknown-version') return keptUnjudged(kernel, space, record);
  if (genesis && (record.header.class !== RECORD_CLASS.acl || record.header.seq !== 0 || record.header.n !== 0)) return 'genesis';
  if (!kernel.admits(record.header.writer)) return 'key';
  const certificate = slotCertificate(record.header);
  if (record.header.seq === 0 && !certificate) return 'certificate';
  if (certificate && !(await certificateHolds(kernel.deps.crypto, record.header.writer, certificate))) return 'certificate';
  if (!withinBudget(space, record)) return 'budget';
  if (!(await (signed ?? verifyRecord(kernel.deps.crypto, record)))) return 'signature';
  const slot = certificate && record.header.class === RECORD_CLASS.acl && isOfAcl(record.header) && !genesis ? readCertificate(certificate) : null;
  if (slot && !space.rights.knowsDevice(slot.uid, slot.ds)) byItself.set(record, await (await import('./self-brought.ts')).bringsItself(space, record, slot));
  return { record, space };
}

/** Begins with the signature of a record whose turn comes next; everything else about it is asked when it is its turn. */
function lookAhead(kernel: Kernel, job: Incoming): void {
  if (job.signed || kernel.index.has(toBase64url(job.entry.id)) || !kernel.admits(job.entry.writer as Bytes)) return;
  const parsed = readEntry(job.entry);
  if (!parsed.ok) return;
  job.signed = verifyRecord(kernel.deps.crypto, parsed.value);
  job.signed.catch(() => undefined);
}

/** Another version cannot be judged: a few are kept, the log waits there, nobody is pushed them (FORMATS 2). */
function keptUnjudged(kernel: Kernel, space: Space, record: ParsedRecord): { record: ParsedRecord; space: Space } | string {
  if (space.unjudged >= KERNEL_LIMITS.unjudgedPerSpace) return 'version';
  const fragment = fragmentOf(kernel, space, record.header.fragment);
  if (fragment.unjudged >= KERNEL_LIMITS.unjudgedPerFragment) return 'version';
  fragment.unjudged++;
  space.unjudged++;
  return { record, space };
}

/** Codes that only a sender who made or passed on a forgery can cause. */
const FORGED: ReadonlySet<string> = new Set(['canonical', 'field', 'size', 'hash', 'genesis', 'key', 'certificate', 'signature']);

/** Codes of caps in which no room comes by itself, of records that are their author's own: nobody shuts the log of another. */
const CAPPED: ReadonlySet<string> = new Set(['author-cap', 'person-cap', 'log-cap', 'fork-cap']);

/** Asks the caps of the logs before the commit; counts what this batch adds to each. */
class CapCount {
  /** Fragment → logs of it that this batch makes; log → its records in this batch. */
  private readonly logs = new Map<string, Set<string>>();
  private readonly records = new Map<string, number>();
  /** Ids of this batch that have their place. */
  private readonly placed = new Set<string>();

  refusal(space: Space, record: ParsedRecord): string | null {
    const { header } = record;
    const key = `${space.key}/${toBase64url(header.fragment)}`;
    const name = `${key}/${toBase64url(header.writer)}`;
    const fragment = space.fragments.get(toBase64url(header.fragment));
    const log = fragment?.log;
    const fresh = this.logs.get(key) ?? new Set<string>();
    const follows = header.prev !== null && this.placed.has(toBase64url(header.prev));
    const ahead = { logs: fresh.size, records: this.records.get(name) ?? 0, follows };
    const why = log ? log.cap(header, ahead, record.id) : capOfNewLog(header, ahead);
    // The first record of a log says whose it is, also below a baseline.
    if (why !== null) return why === 'below-baseline' && isFirstBelow(fragment, record) ? null : why;
    if (!log?.holds(header.writer)) this.logs.set(key, fresh.add(name));
    const before = header.prev === null || follows ? 'placed' : (log?.status(toBase64url(header.prev)) ?? 'waiting-prev');
    if (before !== 'waiting-prev') this.placed.add(toBase64url(record.id));
    this.records.set(name, ahead.records + 1);
    return null;
  }
}

/** slot.add of FORMATS 1 for exactly this writer, signed by device and slot key. */
export async function certificateHolds(crypto: CryptoPort, writer: Bytes, certificate: Bytes): Promise<boolean> {
  const statement = parseStatement(certificate);
  if (!statement.ok || statement.value.body.kind !== 4) return false;
  return equalBytes(statement.value.body.writer, writer) && verifyStatement(crypto, statement.value);
}

/** A log that nobody's certificate explains yet may only wait in a small room (TRUST 33). */
function withinBudget(space: Space, record: ParsedRecord): boolean {
  // Looked up, not made: what is not verified yet may name any fragment.
  const held = space.fragments.get(toBase64url(record.header.fragment))?.log.contiguous(record.header.writer) ?? -1;
  return record.header.seq <= held + KERNEL_LIMITS.waitingPerFragment;
}

/** The row of a record; the genesis is filed under its own space. */
export function stored(record: ParsedRecord, space: Pick<Space, 'id'>): StoredRecord {
  const { fragment, writer, seq } = record.header;
  return { space: space.id, fragment, writer, seq, id: record.id, bytes: record.bytes };
}
