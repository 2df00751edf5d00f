/**
 * All held records of ONE fragment and what each may do (FORMATS 2–5). Pure bookkeeping: signatures, rights and decryption were
 * done before or come in as verdicts. Every event answers which records took effect and which lost it; after a loss the caller
 * builds the graph anew from `applied()`.
 */
import { compareBytes, equalBytes, type Bytes } from '#base/bytes';
import { bytesOfKey, keyOf } from '#vm/graph/keys';
import { MAX_DEPS, MAX_LOGS, MAX_SEQ_JUMP, MAX_WAITING_PER_LOG, PARK_AHEAD_MS } from '#vm/limits';
import { limitLinks } from '#vm/protocol/record';
import type { Header, Stamp } from '#vm/protocol/types';
import { isBelow, refuseBelow } from './below.ts';
import { capOfNewLog, type CapAhead } from './caps.ts';
import { setDigest } from './digests.ts';
import { findGaps, type Gap } from './gaps.ts';
import { Entry, tellsMore, type Away, type AppliedRecord, type Content, type Delivery, type HeldRecord, type RecordStatus, type Refusal, type Verdict } from './held-record.ts';
import { HeadList, type LogHead } from './head-list.ts';
import { Schedule } from './schedule.ts';
import { isUnreadShade } from './shades.ts';
import { WriterLog, type Changes, type JudgeContext } from './writer-log.ts';

export interface FragmentLogOptions {
  /** Rights of a record at its acl heads (memoised by the caller; asked again after aclChanged). */
  readonly judge: (record: HeldRecord) => Verdict;
  /** Mesh time now, ms; Infinity = nothing is parked. */
  readonly meshMs: number;
}

/** What an event did. */
export interface LogDelta {
  /** Newly with effect, in the order of their logs. */
  readonly applied: readonly AppliedRecord[];
  /** No longer with effect, or with other stamps: rebuild the graph. */
  readonly unapplied: readonly HeldRecord[];
  readonly rebuild: boolean;
  /** Newly places of words without effect (TEXT7). */
  readonly shaded: readonly HeldRecord[];
  /** The heads, and so the set digest, are others now. */
  readonly headsChanged: boolean;
  /** Records newly held, by key. */
  readonly added: readonly HeldRecord[];
  readonly refused: readonly { readonly key: string; readonly why: Refusal }[];
}

interface Event extends Changes {
  readonly added: Entry[];
  readonly refused: { key: string; why: Refusal }[];
  headsChanged: boolean;
}

export function newEvent(): Event {
  return { applied: [], unapplied: [], shaded: [], unshaded: [], added: [], refused: [], headsChanged: false };
}

/** Never named as a dep: not there for others, or not decided yet. */
const NO_DEP: ReadonlySet<RecordStatus> = new Set<RecordStatus>(['parked', 'waiting-prev', 'waiting-acl', 'waiting-log', 'held-back', 'dropped', 'quarantined', 'unknown-version']);

export class FragmentLog {
  readonly byKey = new Map<string, Entry>();
  readonly logs = new Map<string, WriterLog>();
  /** Records whose prev is not verified here, by that prev. */
  readonly orphans = new Map<string, Entry[]>();
  readonly keeps = new Map<string, ReadonlySet<string>>();
  readonly proofs = new Map<string, number>();
  readonly schedule = new Schedule();
  readonly headList = new HeadList();
  private digest: Bytes | null = null;
  /** Rises with every event that changed something. */
  changes = 0;
  /** Some of its records came with a snapshot: their operations lie in the store. */
  away: Away | null = null;
  /** Id (base64url) of the baseline it stands on (log-base.ts). */
  stands: string | null = null;
  private meshMs: number;

  constructor(private readonly options: FragmentLogOptions) {
    this.meshMs = options.meshMs;
  }

  context(): JudgeContext {
    return { verdict: this.options.judge, limitMs: this.meshMs + PARK_AHEAD_MS };
  }

  /** Takes records with verified signatures; those held already may bring more content (a key came, a stub was refilled). */
  deliver(deliveries: readonly Delivery[]): LogDelta {
    const event = newEvent();
    const context = this.context();
    for (const delivery of deliveries) this.take(delivery, context, event);
    return this.finish(event, context);
  }

  private take(delivery: Delivery, context: JudgeContext, event: Event): void {
    const { record, content } = delivery;
    const key = keyOf(record.id);
    const held = this.byKey.get(key);
    if (held !== undefined) {
      if (tellsMore(held.content, content.kind)) this.replace(held, content);
      return;
    }
    const log = this.logFor(record.header.writer);
    if (log === null) return void event.refused.push({ key, why: 'log-cap' });
    const entry = this.entry(key, delivery, log);
    if (record.status === 'unknown-version') {
      entry.status = 'unknown-version';
      if (log.waiting >= MAX_WAITING_PER_LOG) return void event.refused.push({ key, why: 'waiting-cap' });
      log.waiting++;
      this.byKey.set(key, entry);
      event.added.push(entry);
      return;
    }
    this.place(entry, log, context, event);
  }

  /** Would a cap refuse this record now, behind what its batch brings? */
  cap(header: Pick<Header, 'writer' | 'seq' | 'prev'>, ahead: CapAhead, id: Bytes | null = null): Refusal | null {
    const log = this.logs.get(keyOf(header.writer));
    if (log?.foot && id !== null && isBelow(log.foot, { seq: header.seq, key: keyOf(id), prev: header.prev && keyOf(header.prev) })) return 'below-baseline';
    if (log === undefined) return capOfNewLog(header, { ...ahead, logs: this.logs.size + ahead.logs });
    const parent = header.prev === null ? null : this.byKey.get(keyOf(header.prev));
    const placed = ahead.follows || parent === null || (parent !== undefined && parent.base !== 'waiting-prev');
    if (placed) return log.isFork(header.seq) && !log.canFork(ahead.records) ? 'fork-cap' : null;
    return log.waiting + ahead.records >= MAX_WAITING_PER_LOG ? 'waiting-cap' : null;
  }

  private entry(key: string, { record, content }: Delivery, log: WriterLog): Entry {
    const { header } = record;
    const last = log.lastAcl;
    const same = last.length === header.acl.length && last.every((id, i) => equalBytes(id, header.acl[i]!));
    if (!same) log.lastAcl = header.acl.map((id) => id.slice());
    // A header that is not known in full may not be judged by what is known of it.
    const known: Content = record.status === 'unknown-extension' && (content.kind === 'ops' || content.kind === 'malformed') ? { kind: 'unknown' } : content;
    return new Entry(key, record.id.slice(), log.writer, log.key, log.lastAcl, header, header.prev === null ? null : keyOf(header.prev), known);
  }

  /** The log of a writer, made when it is met first; null over the cap. */
  logFor(writer: Bytes): WriterLog | null {
    const key = keyOf(writer);
    let log = this.logs.get(key);
    if (log === undefined) {
      if (this.logs.size >= MAX_LOGS) return null;
      this.logs.set(key, (log = new WriterLog(key, writer.slice())));
      const keep = this.keeps.get(key);
      if (keep !== undefined) log.setKeep(keep);
      const proof = this.proofs.get(key);
      if (proof !== undefined) log.setProof(proof);
    }
    return log;
  }

  /** Puts a record that is not held where it belongs, or among those that wait. */
  place(entry: Entry, log: WriterLog, context: JudgeContext, event: Event): void {
    const refuse = (why: Refusal): void => void event.refused.push({ key: entry.key, why });
    if (log.foot !== null && isBelow(log.foot, entry)) return refuseBelow(entry, this.byKey, this.orphans, this.logs, event.refused);
    const parent = entry.prev === null ? null : this.byKey.get(entry.prev);
    const verified = parent === null || log.isFoot(entry) || (parent !== undefined && parent.base !== 'waiting-prev');
    if (!verified) {
      if (entry.seq > log.next + MAX_SEQ_JUMP) return refuse('seq-jump');
      if (log.waiting >= MAX_WAITING_PER_LOG) return refuse('waiting-cap');
      log.waiting++;
      this.byKey.set(entry.key, entry);
      const list = this.orphans.get(entry.prev!);
      if (list === undefined) this.orphans.set(entry.prev!, [entry]);
      else list.push(entry);
      event.added.push(entry);
      return;
    }
    if (!this.fits(entry, parent ?? null) && !log.isFoot(entry)) return refuse('chain');
    if (log.isFork(entry.seq) && !log.canFork()) return refuse('fork-cap');
    this.byKey.set(entry.key, entry);
    event.added.push(entry);
    this.attach(entry, parent ?? null, log, context, event);
  }

  private fits(entry: Entry, parent: Entry | null): boolean {
    return parent === null ? entry.seq === 0 : parent.writer === entry.writer && entry.seq === parent.seq + 1;
  }

  /** Appends a record and all that waited for it, without recursion. */
  private attach(first: Entry, firstParent: Entry | null, log: WriterLog, context: JudgeContext, event: Event): void {
    first.parent = firstParent;
    const queue: Entry[] = [first];
    for (let i = 0; i < queue.length; i++) {
      const entry = queue[i]!;
      // Any value but waiting-prev says "verified" until the log is judged.
      entry.base = 'held-back';
      log.append(entry, context, event);
      this.schedule.note(entry, context.limitMs);
      const waiting = this.orphans.get(entry.key);
      if (waiting === undefined) continue;
      this.orphans.delete(entry.key);
      for (const child of waiting) {
        const childLog = this.logs.get(child.writerKey)!;
        childLog.waiting--;
        const fits = this.fits(child, entry) && (!log.isFork(child.seq) || log.canFork());
        if (!fits) {
          this.byKey.delete(child.key);
          event.refused.push({ key: child.key, why: this.fits(child, entry) ? 'fork-cap' : 'chain' });
          continue;
        }
        child.parent = entry;
        queue.push(child);
      }
    }
    this.headList.changed(log);
    event.headsChanged = true;
  }

  private replace(entry: Entry, content: Content): void {
    entry.take(content);
    if (entry.base !== 'waiting-prev') this.logs.get(entry.writerKey)!.dirty = true;
  }

  /** Judges dirty logs again and closes the event. */
  finish(event: Event, context: JudgeContext): LogDelta {
    for (const log of this.logs.values()) {
      if (!log.dirty) continue;
      this.changes++;
      log.rejudge(context, event);
      this.schedule.forget(log);
      for (const entry of log.entries()) this.schedule.note(entry, context.limitMs);
    }
    if (event.headsChanged) this.digest = null;
    if (event.added.length + event.applied.length > 0) this.changes++;
    const { unapplied, unshaded, added, refused, headsChanged } = event;
    // A record can take effect and lose it inside one event (a fork in one burst).
    const applied = [...new Set(event.applied)].filter((entry) => entry.status === 'applied') as AppliedRecord[];
    return { applied, unapplied, shaded: [...new Set(event.shaded)].filter(({ shades }) => shades), rebuild: unapplied.length + unshaded.length > 0, headsChanged, added, refused };
  }

  /** Mesh time moved. Forward it frees parked records; backward it may park records that were applied. */
  setMeshTime(ms: number): LogDelta {
    const greatest = this.greatestStamp();
    this.meshMs = ms;
    // Falling time counts only when it leaves a record behind that was in time before.
    const back = greatest !== null && greatest.ms > ms + PARK_AHEAD_MS;
    const event = newEvent();
    const context = this.context();
    for (const entry of this.schedule.due(context.limitMs)) {
      if (entry.base !== 'applied' || entry.status === 'applied') continue;
      entry.status = 'applied';
      event.applied.push(entry);
    }
    if (back) {
      for (const log of this.logs.values()) {
        for (const entry of log.entries()) if (entry.effectiveMs > context.limitMs && entry.status === 'applied') log.dirty = true;
      }
      this.schedule.clear();
      for (const entry of this.verified()) this.schedule.note(entry, context.limitMs);
    }
    return this.finish(event, context);
  }

  /** The acl fragment changed: verdicts are asked again (of the records that `affects` names, when given). */
  aclChanged(affects?: (record: HeldRecord) => boolean): LogDelta {
    for (const log of this.logs.values()) {
      for (const entry of log.entries()) {
        if (entry.verdict === null || (affects !== undefined && !affects(entry))) continue;
        const verdict = this.options.judge(entry);
        if (verdict === entry.verdict) continue;
        entry.verdict = verdict;
        log.dirty = true;
      }
    }
    return this.finish(newEvent(), this.context());
  }

  /** Branch heads a slot.retire or fork.resolve keeps (of all fragments; others are not seen here); null = no such act holds. */
  keep(writer: Uint8Array, ids: readonly Uint8Array[] | null): LogDelta {
    const key = keyOf(writer);
    const keep = ids === null ? null : new Set(ids.map(keyOf));
    if (keep === null) this.keeps.delete(key);
    else this.keeps.set(key, keep);
    this.logs.get(key)?.setKeep(keep);
    return this.finish(newEvent(), this.context());
  }

  /** A fork.proof in `acl`: the writer's records from this n of the space chain on are held back unless a keep rule holds them (FORK6); null = no proof holds. */
  proven(writer: Uint8Array, n: number | null): LogDelta {
    const key = keyOf(writer);
    if (n === null) this.proofs.delete(key);
    else this.proofs.set(key, n);
    this.logs.get(key)?.setProof(n ?? Infinity);
    return this.finish(newEvent(), this.context());
  }

  /** Bodies were purged: the records stay in the chain and in the set digest. */
  dropToStub(keys: readonly string[]): LogDelta {
    for (const key of keys) {
      const entry = this.byKey.get(key);
      if (entry !== undefined && entry.status !== 'unknown-version') this.replace(entry, { kind: 'stub' });
    }
    return this.finish(newEvent(), this.context());
  }

  private *verified(): IterableIterator<Entry> {
    for (const log of this.logs.values()) yield* log.entries();
  }

  /** Every head of every log, by writer then seq then id: what the set digest hashes. */
  heads(): readonly LogHead[] {
    return this.headList.all(this.logs);
  }

  /** Set digest of the fragment (FORMATS 9), cached. */
  setDigest(): Bytes {
    return (this.digest ??= setDigest(this.heads()));
  }

  /** Greatest verified seq of every log. */
  frontier(): { readonly writer: Bytes; readonly seq: number }[] {
    const out: { writer: Bytes; seq: number }[] = [];
    for (const log of this.logs.values()) if (log.chain.length > 0) out.push({ writer: log.writer, seq: log.next - 1 });
    return out;
  }

  /** Greatest seq with all below held; -1 = nothing. */
  contiguous(writer: Uint8Array): number {
    return (this.logs.get(keyOf(writer))?.next ?? 0) - 1;
  }

  /** Ids to name as deps when `writer` seals: heads of the other logs that have their place, at most 16 with the greatest hlc, sorted bytewise. */
  depsCandidates(writer: Uint8Array): Bytes[] {
    const own = keyOf(writer);
    const fit = this.heads().filter((head) => head.writerKey !== own && !NO_DEP.has(this.byKey.get(head.key)!.status));
    return limitLinks(fit, MAX_DEPS);
  }

  /** The caller is done with the operations of these records for now; they stay readable. */
  pack(records: readonly HeldRecord[]): void {
    for (const record of records) if (record instanceof Entry) record.pack();
  }

  get(key: string): HeldRecord | null {
    return this.byKey.get(key) ?? null;
  }

  /** Is a record of this writer here? */
  holds(writer: Uint8Array): boolean {
    return this.logs.has(keyOf(writer));
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  status(key: string): RecordStatus | null {
    return this.byKey.get(key)?.status ?? null;
  }

  /** Number of records held. */
  get size(): number {
    return this.byKey.size;
  }

  /** All records held, logs apart from each other; records behind a gap come last. */
  *records(): IterableIterator<HeldRecord> {
    yield* this.verified();
    for (const entry of this.byKey.values()) if (entry.base === 'waiting-prev') yield entry;
  }

  /** Records with effect: the graph is a function of this set. */
  *applied(): IterableIterator<AppliedRecord> {
    for (const entry of this.verified()) if (entry.status === 'applied') yield entry as AppliedRecord;
  }

  /** Verified records of one log in the order (seq, id). */
  log(writer: Uint8Array): readonly HeldRecord[] {
    return [...(this.logs.get(keyOf(writer))?.entries() ?? [])];
  }

  /** Writers with a visible fork. */
  forked(): Bytes[] {
    return [...this.logs.values()].filter((log) => log.forked).map((log) => log.writer);
  }

  /** Ids of held records without effect because parked, stub or without key, those whose texts would be places if they could be read, and of the baseline it stands on, sorted bytewise (third part of the tag, FORMATS 9). */
  tagIds(): Bytes[] {
    const out: Bytes[] = this.stands === null ? [] : [bytesOfKey(this.stands)];
    for (const entry of this.verified()) if (entry.status === 'parked' || entry.status === 'stub' || entry.status === 'no-key' || isUnreadShade(entry)) out.push(entry.id);
    return out.sort(compareBytes);
  }

  /** Greatest stamp of all verified records that are not ahead of mesh time, after clock.fix; null = none. */
  greatestStamp(): Stamp | null {
    return this.schedule.greatest();
  }

  /** Tip of a log: the head with the greatest seq (of a fork: then the smallest id); null = nothing verified. */
  ownTip(writer: Uint8Array): HeldRecord | null {
    return this.logs.get(keyOf(writer))?.chain.at(-1) ?? null;
  }

  /** Ranges to ask for: records that others wait for. */
  missing(): Gap[] {
    return findGaps(this.logs, this.orphans, this.byKey);
  }
}

export function createFragmentLog(options: FragmentLogOptions): FragmentLog {
  return new FragmentLog(options);
}
