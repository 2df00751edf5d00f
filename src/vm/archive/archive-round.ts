/**
 * One round between a device and an archive: what is listed and hinted there, what is missing here, what is missing there. Heads are hints, the list
 * and the records are content-addressed: with every head spoiled a round still finds everything, only by more gets.
 */
import { compareBytes, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { PAGE_SIZE, seqPrefix } from '#vm/protocol/gun-names';
import { FRAGMENT } from '#vm/protocol/types';
import { parseRecord } from '#vm/protocol/record';
import type { Guard } from '#vm/replication/guard';
import type { ReplicationHost } from '#vm/replication/host';
import { entryOf, isGenesisSpace } from '#vm/replication/record-batch';
import { headField, logEntry, openField, readHead, readLogEntry, sealedField, type ArchiveField, type ArchiveHead } from './archive-fields.ts';
import { recordName, type ArchiveKey } from './archive-key.ts';
import type { ArchiveLog, ArchiveLogs } from './archive-logs.ts';
import { readSoul, type Cursors, type ReadEnd } from './read-soul.ts';
import type { StockPeer } from './stock-peer.ts';

export type ArchiveHost = Pick<ReplicationHost, 'wants' | 'fragments' | 'heads' | 'contiguous' | 'has' | 'readRange'>;

export interface RoundDeps {
  readonly id: string;
  readonly space: Bytes;
  readonly archive: ArchiveKey;
  readonly logs: ArchiveLogs;
  readonly peer: StockPeer;
  readonly host: ArchiveHost;
  readonly guard: Guard;
  now(): number;
  /** Records of the archive: verified, committed and applied, or refused. */
  take(entries: readonly RecordEntry[]): Promise<void>;
  metric(name: string, add?: number): void;
}

/** not-taken: a put neither was acknowledged nor lies there. */
export type RoundEnd = ReadEnd | 'not-taken';

/** Records below the last one found that are looked for one by one where no head vouches for them: what an upload that was cut short may have left out. */
const BACK = ARCHIVE_LIMITS.puts * PAGE_SIZE;

/** What is told of a log that ends with this record. */
const headOf = (log: ArchiveLog, last: RecordEntry): ArchiveHead => ({ fragment: log.fragment, writer: log.writer, seq: last.seq, id: last.id.slice() as Bytes, sig: last.bytes.slice(-64) as Bytes });

/** Everything of a page begins with a seq, everything else with a letter of base64url. */
const ALL = { from: '-', to: '~' };
const rank = (fragment: Uint8Array): number => (equalBytes(fragment, FRAGMENT.acl) ? 0 : equalBytes(fragment, FRAGMENT.root) ? 1 : 2);

export class ArchiveRound {
  private readonly cursors: Cursors = new Map();
  /** Where the looks without a hint go on. */
  private probed = 0;
  private first = true;
  private no = 0;

  constructor(private readonly d: RoundDeps) {}

  /** Reads what is new there, puts what is new here. */
  async run(): Promise<RoundEnd> {
    const { d } = this;
    this.no += 1;
    const heads = await readSoul(d.peer, d.archive.heads, ALL, this.cursors, (fields) => this.takeHeads(fields));
    if (heads === 'closed' || heads === 'silent') return heads;
    // What stood there before and is spoiled now says nothing more.
    if (heads === 'end') for (const log of d.logs.all()) if (log.hintRound !== this.no) log.hint = null;
    const list = await readSoul(d.peer, d.archive.logs, ALL, this.cursors, (fields) => this.takeList(fields));
    if (list === 'closed' || list === 'silent') return list;
    let worst: ReadEnd = list === 'end' ? heads : list;
    const logs = this.toPull();
    // Rights and names first, each in its turn: what comes after is judged by them.
    for (const turn of [0, 1, 2]) {
      const end = await this.pullAll(logs.filter((log) => rank(log.fragment) === turn));
      if (end === 'closed') return end;
      if (end !== 'end') worst = end;
    }
    this.first = false;
    for (const log of this.held()) if (!(await this.push(log, list === 'end'))) return 'not-taken';
    return worst;
  }

  /** Some logs at a time; the end that is furthest from `end`. */
  private async pullAll(logs: readonly ArchiveLog[]): Promise<ReadEnd> {
    let next = 0;
    let worst = 'end' as ReadEnd;
    const one = async (): Promise<void> => {
      for (let log = logs[next++]; log !== undefined && worst !== 'closed'; log = logs[next++]) {
        const end = await this.pull(log);
        if (end !== 'end') worst = end;
      }
    };
    await Promise.all(Array.from({ length: Math.min(ARCHIVE_LIMITS.pulls, logs.length) }, one));
    return worst;
  }

  /** A head as it was heard or read; junk is null. */
  async readHead(field: ArchiveField): Promise<ArchiveLog | null> {
    const opened = await openField(this.d.archive, field);
    const head = opened === null ? null : readHead(this.d.archive, field, opened.plain);
    // Too far ahead to be true: the log is looked for without it.
    if (head === null || !this.d.guard.checkHead(this.d.id, this.d.space, head.fragment, head.writer, head.seq).ok) {
      this.d.metric('archive.junk');
      return null;
    }
    const log = this.d.logs.log(head.fragment, head.writer);
    if (log === null) return null;
    log.hintRound = this.no;
    if (log.hint === null || head.seq >= log.hint.seq) log.hint = head;
    return log;
  }

  private async takeHeads(fields: readonly ArchiveField[]): Promise<void> {
    for (const field of fields) await this.readHead(field);
  }

  private async takeList(fields: readonly ArchiveField[]): Promise<void> {
    for (const field of fields) {
      const opened = await openField(this.d.archive, field);
      const named = opened === null ? null : readLogEntry(this.d.archive, opened.name, opened.plain);
      const log = named === null ? null : this.d.logs.log(named.fragment, named.writer);
      if (log === null) this.d.metric('archive.junk');
      else log.listed = true;
    }
  }

  /** Is the record that the hint names held, or looked for in vain below what is held? */
  private upToDate(log: ArchiveLog): boolean {
    const { hint } = log;
    return hint !== null && (this.holds(log) || log.missed.has(toBase64url(hint.id)));
  }

  /** Is the hinted record held, and as far up as the hint says? Its id may be that of another one. */
  private holds({ hint, fragment, writer }: ArchiveLog): boolean {
    return hint !== null && this.d.host.has(hint.id) && hint.seq <= this.d.host.contiguous(this.d.space, fragment, writer);
  }

  /** Logs with something to ask for: acl first, then root. In the first round all, later those whose hint says so and some without a hint. */
  private toPull(): ArchiveLog[] {
    const { d } = this;
    const wanted = [...d.logs.all()].filter((log) => d.host.wants(d.space, log.fragment) && (log.listed || log.hint !== null));
    wanted.sort((a, b) => rank(a.fragment) - rank(b.fragment) || compareBytes(a.fragment, b.fragment));
    if (this.first) return wanted;
    const unsure = wanted.filter((log) => log.hint === null);
    const from = unsure.length === 0 ? 0 : this.probed % unsure.length;
    const looked = new Set([...unsure.slice(from), ...unsure.slice(0, from)].slice(0, ARCHIVE_LIMITS.probes));
    this.probed = from + looked.size;
    return wanted.filter((log) => looked.has(log) || (log.hint !== null && !this.upToDate(log)));
  }

  /** Asks for the log from the first record that is missing here, page by page. */
  async pull(log: ArchiveLog): Promise<ReadEnd> {
    const { d } = this;
    const mine = d.host.contiguous(d.space, log.fragment, log.writer);
    const { hint } = log;
    // Below what is held another record was hinted: a fork, somewhere. Looked for once.
    const below = hint !== null && hint.seq <= mine && !d.host.has(hint.id) && !log.missed.has(toBase64url(hint.id));
    // At first contact from the hinted record on, or else the last one held: it shows whether what is told lies there.
    const first = this.first ? Math.max(0, this.holds(log) ? hint!.seq : mine) : mine + 1;
    let reached = -1;
    let empty = 0;
    for (let at = below ? 0 : first; empty < 2;) {
      const place = d.archive.page(log.fragment, log.writer, at);
      const last = Math.floor(at / PAGE_SIZE) * PAGE_SIZE + PAGE_SIZE - 1;
      let top = -1;
      const end = await readSoul(d.peer, place, { from: seqPrefix(at), to: `${seqPrefix(last)}~` }, this.cursors, async (fields) => {
        top = Math.max(top, await this.takeRecords(log, fields));
      });
      reached = Math.max(reached, top);
      if (end !== 'end') return end;
      empty = top < 0 ? empty + 1 : 0;
      if (top < last && (hint === null || hint.seq <= last)) break;
      at = last + 1;
    }
    // A head is told when everything below it was taken; without one there may be holes.
    if (this.holds(log) && reached >= hint!.seq) log.there = Math.max(log.there ?? -1, hint!.seq);
    if (below && !d.host.has(hint!.id)) log.missed.add(toBase64url(hint!.id));
    return 'end';
  }

  /** What nobody waits for any more: answers that came late. Heads are read by who hears them. */
  async takeLate(fields: readonly ArchiveField[]): Promise<void> {
    const pages = new Map<ArchiveLog, ArchiveField[]>();
    for (const field of fields) {
      const { place } = field;
      const log = place.kind === 'page' ? this.d.logs.log(place.fragment, place.writer) : null;
      if (log !== null && this.d.host.wants(this.d.space, log.fragment)) pages.set(log, [...(pages.get(log) ?? []), field]);
    }
    await this.takeList(fields.filter(({ place }) => place.kind === 'logs'));
    for (const [log, list] of pages) await this.takeRecords(log, list);
  }

  /** Greatest seq among the records that opened. */
  private async takeRecords(log: ArchiveLog, fields: readonly ArchiveField[]): Promise<number> {
    const { d } = this;
    const fresh: RecordEntry[] = [];
    let top = -1;
    for (const field of fields) {
      const opened = await openField(d.archive, field);
      const entry = opened === null ? null : this.readRecord(log, Number(opened.name), opened.plain);
      if (entry === null) {
        d.metric('archive.junk');
        continue;
      }
      top = Math.max(top, entry.seq);
      const verdict = d.guard.checkPut(d.id, entry.bytes);
      if (verdict.ok) fresh.push(entry);
    }
    if (fresh.length > 0) {
      d.metric('archive.fetched', fresh.length);
      await d.take(fresh.sort((a, b) => a.seq - b.seq));
    }
    return top;
  }

  /** The record, when it is of this space and log and stands at its seq. */
  private readRecord(log: ArchiveLog, seq: number, bytes: Bytes): RecordEntry | null {
    const parsed = parseRecord(bytes);
    if (!parsed.ok) return null;
    const { header, id } = parsed.value;
    const space = equalBytes(header.space, this.d.space) || (isGenesisSpace(header.space) && equalBytes(id, this.d.space));
    const fits = space && header.seq === seq && equalBytes(header.fragment, log.fragment) && equalBytes(header.writer, log.writer);
    return fits ? entryOf(parsed.value) : null;
  }

  /** Logs held here, acl first. */
  private held(): ArchiveLog[] {
    const { d } = this;
    const out = new Map<string, ArchiveLog>();
    const fragments = [...d.host.fragments(d.space)].sort((a, b) => rank(a.fragment) - rank(b.fragment));
    for (const { fragment } of fragments) {
      for (const { writer } of d.host.heads(d.space, fragment as Bytes)) {
        const log = d.logs.log(fragment as Bytes, writer);
        if (log !== null) out.set(log.name, log);
      }
    }
    return [...out.values()];
  }

  /** Puts what the archive lacks of a log; false when the relay did not take it. `complete`: the list of logs was read to its end. */
  async push(log: ArchiveLog, complete: boolean): Promise<boolean> {
    const { d } = this;
    const branches = d.host.heads(d.space, log.fragment).filter(({ writer }) => equalBytes(writer, log.writer));
    const forks = branches.length > 1 ? branches.map(({ id }) => toBase64url(id)).sort().join() : '';
    const to = d.host.contiguous(d.space, log.fragment, log.writer);
    // After the first round hints are believed, or every device would put what the others write; what is written here is put whatever is hinted.
    if (this.no > 1 && !log.own && this.holds(log)) log.there = Math.max(log.there ?? -1, log.hint!.seq);
    log.there ??= !log.listed && log.hint === null && complete ? -1 : await this.findEnd(log, to);
    const from = forks === log.forks ? log.there + 1 : 0;
    if (from > to) {
      if (to >= 0 && (log.hint?.seq ?? -1) < to) await this.tellAgain(log, to);
      return true;
    }
    if (!log.listed) {
      if (!(await this.put([await sealedField(d.archive, d.archive.logs, log.name, logEntry(log.fragment, log.writer))]))) return false;
      log.listed = true;
    }
    const last = await this.putRange(log, from, Math.max(to, ...branches.map(({ seq }) => seq)));
    if (last === null) return false;
    log.there = Math.max(log.there, last.seq);
    log.forks = forks;
    log.due = headOf(log, last);
    await this.tellHeads();
    return true;
  }

  /** All of a log lies there and no head says so: a connection was lost between the put and its head, or a stranger spoiled it. */
  private async tellAgain(log: ArchiveLog, seq: number): Promise<void> {
    const [last] = await this.d.host.readRange({ space: this.d.space, fragment: log.fragment, writer: log.writer, from: seq, to: seq, maxBytes: ARCHIVE_LIMITS.putBytes });
    if (last === undefined) return;
    log.due = headOf(log, last);
    await this.tellHeads();
  }

  /** Puts the records of a range, some puts at a time; the last record, or null when one was not taken. */
  private async putRange(log: ArchiveLog, from: number, to: number): Promise<RecordEntry | null> {
    const { d } = this;
    const flying: Promise<boolean>[] = [];
    let last: RecordEntry | null = null;
    for (let at = from; at <= to;) {
      const entries = await d.host.readRange({ space: d.space, fragment: log.fragment, writer: log.writer, from: at, to, maxBytes: ARCHIVE_LIMITS.putBytes });
      if (entries.length === 0) break;
      const fields = await Promise.all(entries.map((entry) => sealedField(d.archive, d.archive.page(log.fragment, log.writer, entry.seq), recordName(entry.seq), entry.bytes)));
      if (flying.length >= ARCHIVE_LIMITS.puts && !(await flying.shift())) return null;
      flying.push(this.put(fields));
      d.metric('archive.put', entries.length);
      for (const entry of entries) if (last === null || entry.seq >= last.seq) last = entry;
      at = entries.reduce((top, { seq }) => Math.max(top, seq), at) + 1;
    }
    return (await Promise.all(flying)).every((ok) => ok) ? last : null;
  }

  /** True when they lie there: by the word of the relay, or, of what it had already, because it gives the last one. */
  private async put(fields: readonly ArchiveField[]): Promise<boolean> {
    const { peer } = this.d;
    if (await peer.put(fields)) return true;
    const last = fields.at(-1)!;
    const answer = await peer.get(last.place, { key: last.key });
    return answer.state === 'fields' && answer.fields.some(({ key, value }) => key === last.key && value === last.value);
  }

  /** The greatest seq below which nothing is missing there, as far as was looked: whoever puts a log puts it in order, some puts at a time. */
  private async findEnd(log: ArchiveLog, to: number): Promise<number> {
    for (let seq = to, step = 1; seq >= 0; seq -= step, step *= 2) {
      if ((await this.seqsThere(log, seq, seq)).size === 0) continue;
      const found = await this.seqsThere(log, Math.max(0, seq - BACK), seq);
      let at = Math.max(0, seq - BACK);
      while (found.has(at)) at += 1;
      return at - 1;
    }
    return -1;
  }

  /** Seqs of the range that lie there and open. */
  private async seqsThere(log: ArchiveLog, from: number, to: number): Promise<Set<number>> {
    const { d } = this;
    const found = new Set<number>();
    for (let at = from; at <= to;) {
      const last = Math.min(to, Math.floor(at / PAGE_SIZE) * PAGE_SIZE + PAGE_SIZE - 1);
      await readSoul(d.peer, d.archive.page(log.fragment, log.writer, at), { from: seqPrefix(at), to: `${seqPrefix(last)}~` }, new Map(), async (fields) => {
        for (const field of fields) {
          const opened = await openField(d.archive, field);
          if (opened !== null) found.add(Number(opened.name));
        }
      });
      at = last + 1;
    }
    return found;
  }

  /** Tells the heads that are due, each at most every 2 s; when the next one is, ms monotone. */
  async tellHeads(): Promise<number | null> {
    const { d } = this;
    let next: number | null = null;
    const fields: ArchiveField[] = [];
    for (const log of d.logs.all()) {
      if (log.due === null) continue;
      const at = log.toldAt + ARCHIVE_LIMITS.headMs;
      if (at > d.now()) {
        next = Math.min(next ?? at, at);
        continue;
      }
      const head: ArchiveHead = log.due;
      log.due = null;
      log.toldAt = d.now();
      d.metric('archive.told', head.seq + 1 - log.told);
      log.told = head.seq + 1;
      log.hint = head;
      log.hintRound = this.no;
      fields.push(await headField(d.archive, head));
    }
    d.peer.tell(fields);
    return next;
  }
}
