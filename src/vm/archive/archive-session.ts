/**
 * One archive of one space on one stock GUN relay: connects, comes back after losses, and works one thing at a time: a round at the start and
 * every minute, between them what others hinted and what was written here.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordEntry } from '#ports/replica';
import type { TextSocketPort } from '#ports/wire';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import type { Guard } from '#vm/replication/guard';
import type { ArchiveStatus } from '#vm/replication/host';
import type { ArchiveField } from './archive-fields.ts';
import { openArchiveKey } from './archive-key.ts';
import { createArchiveLogs, type ArchiveLog, type ArchiveLogs } from './archive-logs.ts';
import { ArchiveRound, type ArchiveHost, type RoundEnd } from './archive-round.ts';
import { dialStockPeer, type StockPeer } from './stock-peer.ts';

type ArchiveState = ArchiveStatus['state'];

export interface SessionDeps {
  readonly id: string;
  readonly space: Bytes;
  readonly key: Bytes;
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly sockets: TextSocketPort;
  readonly guard: Guard;
  readonly host: ArchiveHost;
  take(entries: readonly RecordEntry[]): Promise<void>;
  metric(name: string, add?: number): void;
  onChange(): void;
}

interface Connection {
  readonly peer: StockPeer;
  readonly logs: ArchiveLogs;
  readonly round: ArchiveRound;
  /** Logs hinted to be ahead, and logs written here. */
  readonly ahead: Set<ArchiveLog>;
  readonly written: Map<string, RecordEntry>;
  roundDue: boolean;
  working: boolean;
}

export class ArchiveSession {
  private state: ArchiveState = 'closed';
  private since: number;
  private reason: string | null = null;
  private attempt = 0;
  private retryAt: number | null = null;
  private even: number | null = null;
  private readonly counts = { fetched: 0, put: 0 };
  private connection: Connection | null = null;
  private running = false;
  private readonly timers = new Map<string, () => void>();
  /** Counts connections: what an old one still says is not heard. */
  private generation = 0;

  constructor(private readonly d: SessionDeps) {
    this.since = d.clock.now();
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    void this.connect();
  }

  stop(): void {
    this.running = false;
    this.generation += 1;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    const { connection } = this;
    this.connection = null;
    connection?.peer.close();
    this.retryAt = null;
    this.set('closed', null);
  }

  /** Tries at once. */
  redial(): void {
    if (!this.running || this.connection !== null || this.retryAt === null) return;
    this.attempt = 0;
    void this.connect();
  }

  /** Committed here: put soon. */
  offer(entries: readonly RecordEntry[]): void {
    const { connection } = this;
    if (connection === null || entries.length === 0) return;
    for (const entry of entries) connection.written.set(`${toBase64url(entry.fragment)}/${toBase64url(entry.writer)}`, entry);
    this.later('put', ARCHIVE_LIMITS.putAfterMs, () => this.work(connection));
  }

  status(): ArchiveStatus {
    const { state, since, reason, even } = this;
    const retryInMs = this.retryAt === null ? null : Math.max(0, Math.round(this.retryAt - this.d.clock.monotonic()));
    return { space: toBase64url(this.d.space), url: this.d.url, state, since, reason, retryInMs, even, ...this.counts };
  }

  private set(state: ArchiveState, reason: string | null): void {
    if (this.state !== state) this.since = this.d.clock.now();
    const same = this.state === state && this.reason === reason;
    this.state = state;
    this.reason = reason;
    if (!same) this.d.onChange();
  }

  private later(name: string, ms: number, fn: () => void): void {
    if (this.timers.has(name)) return;
    this.timers.set(name, this.d.clock.setTimer(ms, () => {
      this.timers.delete(name);
      fn();
    }));
  }

  private async connect(): Promise<void> {
    this.timers.get('retry')?.();
    this.timers.delete('retry');
    this.retryAt = null;
    const generation = ++this.generation;
    const archive = await openArchiveKey(this.d.crypto, this.d.key);
    if (generation !== this.generation) return;
    const { id, space, clock, random, sockets, guard, host, url } = this.d;
    const mine = (fn: () => void): void => {
      if (generation === this.generation) fn();
    };
    // After a refusal the word stays until the relay showed itself useful.
    if (this.state !== 'refused') this.set('connecting', this.reason);
    const metric = (name: string, add = 1): void => {
      if (name === 'archive.fetched') this.counts.fetched += add;
      if (name === 'archive.put') this.counts.put += add;
      this.d.metric(name, add);
    };
    const logs = createArchiveLogs(archive);
    const peer = dialStockPeer({
      clock, random, sockets, guard, id, url, metric,
      onReady: () => mine(() => this.connection && this.work(this.connection)),
      onOpen: () => mine(() => this.opened()),
      onFields: (fields) => mine(() => void this.heard(fields)),
      onClose: (reason) => mine(() => this.lost(reason)),
    });
    const round = new ArchiveRound({ id, space, archive, logs, peer, host, guard, metric, now: () => clock.monotonic(), take: (entries) => this.d.take(entries) });
    this.connection = { peer, logs, round, ahead: new Set(), written: new Map(), roundDue: true, working: false };
  }

  private opened(): void {
    if (this.state !== 'refused') this.set('open', null);
  }

  private lost(reason: string): void {
    const connection = this.connection;
    this.connection = null;
    this.generation += 1;
    for (const name of ['put', 'round', 'heads']) {
      this.timers.get(name)?.();
      this.timers.delete(name);
    }
    connection?.peer.close();
    const base = Math.min(ARCHIVE_LIMITS.retryMaxMs, ARCHIVE_LIMITS.retryMs * 2 ** Math.min(this.attempt, 10));
    const wait = base * ((this.d.random.bytes(1)[0]! / 255) * 0.4 + 0.8);
    this.attempt += 1;
    this.retryAt = this.d.clock.monotonic() + wait;
    this.later('retry', wait, () => void this.connect());
    this.set(reason === 'flood' || reason === 'not-taken' ? 'refused' : 'closed', reason);
    this.d.onChange();
  }

  /** Head hints, and answers that came late or from others: what is good of them counts. */
  private async heard(fields: readonly ArchiveField[]): Promise<void> {
    const { connection } = this;
    if (connection === null) return;
    await connection.round.takeLate(fields);
    for (const field of fields) {
      if (field.place.kind !== 'heads') continue;
      const log = await connection.round.readHead(field);
      if (log !== null && log.hint !== null && !this.d.host.has(log.hint.id) && this.d.host.wants(this.d.space, log.fragment)) connection.ahead.add(log);
    }
    if (connection.ahead.size > 0) this.work(connection);
  }

  /** Goes on until nothing is to be done; one thing at a time. */
  private work(connection: Connection): void {
    if (connection.working || connection !== this.connection) return;
    connection.working = true;
    void this.steps(connection).finally(() => {
      connection.working = false;
      if (connection === this.connection && (connection.roundDue || connection.ahead.size > 0)) this.work(connection);
    });
  }

  private async steps(connection: Connection): Promise<void> {
    const { round } = connection;
    while (connection === this.connection) {
      if (connection.roundDue) {
        connection.roundDue = false;
        const end = await round.run();
        if (connection !== this.connection) return;
        this.judge(end);
        this.later('round', ARCHIVE_LIMITS.roundMs, () => {
          connection.roundDue = true;
          this.work(connection);
        });
      } else if (connection.ahead.size > 0) {
        const [log] = connection.ahead;
        connection.ahead.delete(log!);
        await round.pull(log!);
      } else if (connection.written.size > 0) await this.putWritten(connection);
      else break;
    }
    if (connection === this.connection) await this.tellHeads(connection);
  }

  private judge(end: RoundEnd): void {
    if (end === 'closed' || end === 'silent' || end === 'not-taken') return this.lost(end);
    // It answers, and what strangers put there stands in the way.
    if (end === 'junk') return this.set('refused', end);
    this.attempt = 0;
    if (end === 'end') this.even = this.d.clock.now();
    this.set('open', null);
    this.d.onChange();
  }

  private async putWritten(connection: Connection): Promise<void> {
    const written = [...connection.written.values()];
    connection.written.clear();
    for (const { fragment, writer } of written) {
      const log = connection.logs.log(fragment as Bytes, writer as Bytes);
      if (log === null || connection !== this.connection) continue;
      log.own = true;
      if (!(await connection.round.push(log, false))) return this.lost('not-taken');
    }
    // It stands as after a round: what was new here lies there as well.
    if (this.even !== null && connection === this.connection) this.even = this.d.clock.now();
    this.d.onChange();
  }

  private async tellHeads(connection: Connection): Promise<void> {
    const next = await connection.round.tellHeads();
    if (next !== null) this.later('heads', Math.max(0, next - this.d.clock.monotonic()), () => void this.tellHeads(connection));
  }
}
