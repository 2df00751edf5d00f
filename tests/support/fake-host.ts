/**
 * A ReplicationHost without a kernel: it checks signature and chain, keeps what hangs together, and answers everything replication asks.
 * Logs are written with real record bytes; bodies are noise.
 */
import { compareBytes, equalBytes, toBase64url, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RangeRequest, RecordEntry } from '#ports/replica';
import { encodeHeader, encodeRecord, parseRecord, recordId, signatureMessage } from '#vm/protocol/record';
import type { Header } from '#vm/protocol/types';
import { entryOf } from '#vm/replication/record-batch';
import type { Ack, ArchiveContact, Head, IngestReport, JoinAnswer, JoinAttempt, ReplicationHost, SpaceContact } from '#vm/replication/host';

export interface FakeDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
}

/** Writes one log in one fragment after another. */
export interface FakeWriter {
  readonly key: SigningKey;
  /** The next record of the log; `fork` writes beside the last one at the same seq. */
  write(space: Bytes, fragment: Bytes, options?: { bytes?: number; fork?: boolean }): Promise<RecordEntry>;
}

export async function createFakeWriter(deps: FakeDeps): Promise<FakeWriter> {
  const key = await deps.crypto.generateSigning();
  const logs = new Map<string, { seq: number; id: Bytes; before: Bytes | null }>();
  let n = 0;
  return {
    key,
    async write(space, fragment, options = {}) {
      const name = `${toBase64url(space)}/${toBase64url(fragment)}`;
      const last = logs.get(name);
      const seq = last === undefined ? 0 : options.fork === true ? last.seq : last.seq + 1;
      const prev = last === undefined ? null : options.fork === true ? last.before : last.id;
      const body = deps.random.bytes(options.bytes ?? 80);
      const header: Header = {
        v: 0, alg: 1, space, fragment, writer: key.pub, seq, prev, n, sprev: n === 0 ? null : (last?.id ?? sha256('sprev', u32be(n))), deps: [], acl: [],
        hlc: { ms: deps.clock.now(), ctr: 0 }, class: 1, epoch: new Uint8Array(16).fill(5), nonce: deps.random.bytes(12),
        bodyHash: sha256(body), bodyLen: body.length, flags: 0, ext: new Map(),
      };
      n += 1;
      const headerBytes = encodeHeader(header);
      const id = recordId(headerBytes);
      const bytes = encodeRecord(headerBytes, body, await deps.crypto.sign(key, signatureMessage(id)));
      logs.set(name, { seq, id, before: prev });
      const parsed = parseRecord(bytes);
      if (!parsed.ok) throw new Error(`fake record: ${JSON.stringify(parsed.error)}`);
      return entryOf(parsed.value);
    },
  };
}

interface Held {
  readonly entry: RecordEntry;
  readonly prev: Bytes | null;
  child: boolean;
  readonly arrival: number;
}

export class FakeHost implements ReplicationHost {
  readonly uid: Bytes;
  readonly storeId: string;
  readonly spaces: SpaceContact[] = [];
  readonly attempts: JoinAttempt[] = [];
  readonly archiveList: ArchiveContact[] = [];
  /** Devices that may not be served, base64url. */
  readonly refused = new Set<string>();
  /** Devices that may be served; null = all. */
  members: Set<string> | null = null;
  readonly unwanted = new Set<string>();
  readonly acks: Ack[] = [];
  readonly ephemerals: { space: Bytes; bytes: Bytes; from: string }[] = [];
  readonly answers: { key: string; answer: JoinAnswer }[] = [];
  readonly offsets: { source: string; kind: string; offsetMs: number }[] = [];
  readonly ingests: { priority: string; from: string; seqs: number[] }[] = [];
  readonly metrics = new Map<string, number>();
  readonly nodes = new Map<string, Bytes>();
  joinAnswer: JoinAnswer = { state: 'accepted' };
  joinMessages: Bytes[] = [];
  onJoined: ((message: Bytes) => void) | null = null;
  reads = 0;
  commitMs = 2;
  anchors?: NonNullable<ReplicationHost['anchors']>;
  private readonly held = new Map<string, Held>();
  /** `space/fragment` → what is held of it, and its digest while that is right. */
  private readonly parts = new Map<string, { readonly space: Bytes; readonly fragment: Bytes; readonly list: Held[]; digest: Bytes | null }>();
  private readonly arrivals = new Map<string, number>();
  private counter = 0;
  private bulk: Promise<unknown> = Promise.resolve();

  constructor(readonly deviceKey: SigningKey, private readonly d: FakeDeps) {
    this.uid = d.random.bytes(32);
    this.storeId = toBase64url(d.random.bytes(16));
  }

  contacts = (): readonly SpaceContact[] => this.spaces;
  joins = (): readonly JoinAttempt[] => this.attempts;
  archives = (): readonly ArchiveContact[] => this.archiveList;
  mayServe = (_space: Bytes, ds: Bytes): boolean => !this.refused.has(toBase64url(ds)) && (this.members === null || this.members.has(toBase64url(ds)));
  wants = (_space: Bytes, fragment: Bytes): boolean => !this.unwanted.has(toBase64url(fragment));
  wantsAll = (): boolean => this.unwanted.size === 0;
  has = (id: Uint8Array): boolean => this.held.has(toBase64url(id));
  /** Nothing to compare: bodies are noise here. */
  readonly compare = { fragments: () => [], buckets: () => null, nodes: () => null, step: () => null };
  meshNow = (): number => this.d.clock.now();
  onNetworkChange = (): void => {};

  /** Puts entries in as own writes are: committed at once. */
  store(entries: readonly RecordEntry[]): void {
    for (const entry of entries) this.keep(entry);
  }

  /** All ids held, sorted: equal sets = equal text. */
  digest(): string {
    return [...this.held.keys()].sort().join(' ');
  }

  size(): number {
    return this.held.size;
  }

  fragments(space: Bytes): { fragment: Bytes; digest: Bytes }[] {
    const out: { fragment: Bytes; digest: Bytes }[] = [];
    for (const part of this.parts.values()) {
      if (!equalBytes(part.space, space)) continue;
      part.digest ??= this.setDigest(space, part.fragment);
      out.push({ fragment: part.fragment, digest: part.digest });
    }
    return out;
  }

  private setDigest(space: Bytes, fragment: Bytes): Bytes {
    const heads = [...this.heads(space, fragment)].sort((a, b) => compareBytes(a.writer, b.writer) || a.seq - b.seq || compareBytes(a.id, b.id));
    return sha256(...heads.flatMap((h) => [h.writer, u32be(h.seq), h.id]));
  }

  changedSince(space: Bytes, arrival: number): { arrival: number; fragments: Bytes[] } {
    const fragments = this.fragments(space).filter((f) => (this.arrivals.get(`${toBase64url(space)}/${toBase64url(f.fragment)}`) ?? 0) > arrival);
    return { arrival: this.counter, fragments: fragments.map((f) => f.fragment) };
  }

  async newsSince(space: Bytes, arrival: number, maxBytes: number): Promise<RecordEntry[]> {
    const out: RecordEntry[] = [];
    let bytes = 0;
    for (const { entry, arrival: at } of this.held.values()) {
      if (at <= arrival || !equalBytes(entry.space, space)) continue;
      if ((bytes += entry.bytes.length) > maxBytes) break;
      out.push(entry);
    }
    return out;
  }

  heads(space: Bytes, fragment: Bytes): Head[] {
    const out: Head[] = [];
    for (const { entry, child } of this.parts.get(`${toBase64url(space)}/${toBase64url(fragment)}`)?.list ?? []) {
      if (!child) out.push({ writer: entry.writer as Bytes, seq: entry.seq, id: entry.id as Bytes });
    }
    return out;
  }

  contiguous(space: Bytes, fragment: Bytes, writer: Bytes): number {
    return Math.max(-1, ...this.heads(space, fragment).filter((h) => equalBytes(h.writer, writer)).map((h) => h.seq));
  }

  async readRange(range: RangeRequest): Promise<readonly RecordEntry[]> {
    this.reads += 1;
    const part = this.parts.get(`${toBase64url(range.space)}/${toBase64url(range.fragment)}`);
    const all = (part?.list ?? []).map((h) => h.entry).filter((e) => equalBytes(e.writer, range.writer) && e.seq >= range.from && e.seq <= range.to).sort((a, b) => a.seq - b.seq);
    const out: RecordEntry[] = [];
    let bytes = 0;
    for (const entry of all) {
      if (out.length > 0 && bytes + entry.bytes.length > range.maxBytes) break;
      out.push(entry);
      bytes += entry.bytes.length;
    }
    return out;
  }

  /** What is caught up with is taken in one after the other, as the kernel does; what is live is not held up by it. */
  ingest(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport> {
    if (priority === 'live') return this.takeIn(entries, priority, from);
    const taken = this.bulk.then(() => this.takeIn(entries, priority, from));
    this.bulk = taken.catch(() => undefined);
    return taken;
  }

  private async takeIn(entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport> {
    await new Promise<void>((resolve) => this.d.clock.setTimer(this.commitMs, resolve));
    this.ingests.push({ priority, from, seqs: entries.map((e) => e.seq) });
    let added = 0;
    let refused = 0;
    const gaps: { fragment: Bytes; writer: Bytes; from: number; to: number }[] = [];
    for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) {
      if (this.has(entry.id)) continue;
      const parsed = parseRecord(entry.bytes as Bytes);
      const good = parsed.ok && (await this.d.crypto.verify(entry.writer, parsed.value.sig, signatureMessage(entry.id)));
      if (!good) refused += 1;
      else if (parsed.value.header.prev !== null && !this.has(parsed.value.header.prev)) {
        const mine = this.contiguous(entry.space as Bytes, entry.fragment as Bytes, entry.writer as Bytes);
        gaps.push({ fragment: entry.fragment as Bytes, writer: entry.writer as Bytes, from: Math.min(mine + 1, entry.seq), to: entry.seq - 1 });
      } else {
        this.keep(entry);
        added += 1;
      }
    }
    return { added, refused, gaps };
  }

  private keep(entry: RecordEntry): void {
    const key = toBase64url(entry.id);
    if (this.held.has(key)) return;
    const parsed = parseRecord(entry.bytes as Bytes);
    const prev = parsed.ok ? parsed.value.header.prev : null;
    const before = prev === null ? undefined : this.held.get(toBase64url(prev));
    if (before !== undefined) before.child = true;
    const held: Held = { entry, prev, child: false, arrival: ++this.counter };
    this.held.set(key, held);
    const name = `${toBase64url(entry.space)}/${toBase64url(entry.fragment)}`;
    const part = this.parts.get(name) ?? { space: entry.space as Bytes, fragment: entry.fragment as Bytes, list: [], digest: null };
    this.parts.set(name, part);
    part.list.push(held);
    part.digest = null;
    this.arrivals.set(name, this.counter);
  }

  async onJoin(_space: Bytes, message: Bytes): Promise<JoinAnswer> {
    this.joinMessages.push(message);
    this.onJoined?.(message);
    return this.joinAnswer;
  }

  ackLevel(): 1 {
    return 1;
  }

  onJoinProgress(): void {
    // The fake only keeps answers.
  }

  onJoinAnswer(key: string, answer: JoinAnswer): void {
    this.answers.push({ key, answer });
  }

  onAck(ack: Ack): void {
    this.acks.push(ack);
  }

  onEphemeral(space: Bytes, bytes: Bytes, from: string): void {
    this.ephemerals.push({ space, bytes, from });
  }

  findNode(_space: Bytes, node: Bytes): Bytes | null {
    return this.nodes.get(toBase64url(node)) ?? null;
  }

  onClockOffset(source: string, kind: 'peer' | 'server', offsetMs: number): void {
    this.offsets.push({ source, kind, offsetMs });
  }

  metric(name: string, add: number): void {
    this.metrics.set(name, (this.metrics.get(name) ?? 0) + add);
  }
}
