/** The archives of this device: one session for each space and relay that the settings of the spaces name. */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { RecordEntry } from '#ports/replica';
import type { TextSocketPort } from '#ports/wire';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { isAdmissibleKey, isJudged } from '#vm/protocol/admission';
import { createGuard, type Guard } from '#vm/replication/guard';
import type { ArchiveContact, ArchiveStatus, IngestReport, ReplicationHost } from '#vm/replication/host';
import type { ArchiveSession } from './archive-session.ts';

/** The code of sessions: most spaces have no archive, so it comes with the first that has one. */
export type LoadArchive = () => Promise<Pick<typeof import('./archive-session.ts'), 'ArchiveSession'>>;

export interface ArchivesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly sockets: TextSocketPort;
  readonly host: ReplicationHost;
  readonly load: LoadArchive;
  metric(name: string, add?: number): void;
  onIngested(entries: readonly RecordEntry[], report: IngestReport, from: string): void;
}

export interface Archives {
  start(): void;
  stop(): void;
  /** No wires until resume(). */
  pause(): void;
  resume(): void;
  /** Settings changed. */
  refresh(): void;
  /** Committed records of this profile. */
  offer(entries: readonly RecordEntry[]): void;
  redial(): void;
  status(): readonly ArchiveStatus[];
}

class ArchivesImpl implements Archives {
  private readonly sessions = new Map<string, { readonly session: ArchiveSession; readonly space: Bytes; readonly id: string }>();
  private readonly guard: Guard;
  private running = false;
  private paused = false;
  private made = 0;
  private code: typeof ArchiveSession | null = null;
  private loading = false;

  constructor(private readonly d: ArchivesDeps) {
    const { clock, host } = d;
    this.guard = createGuard({
      // Strangers' junk is no fault of the relay, and what a member spoils must not take the archive from the others: nothing is banned for it.
      clock, limits: { strikes: Infinity }, onBan: () => undefined,
      admits: (link, space) => [...this.sessions.values()].some((one) => one.id === link && (equalBytes(one.space, space) || space.every((byte) => byte === 0))),
      has: (id) => host.has(id),
      admitsWriter: isAdmissibleKey,
      knowsWriter: isJudged,
      knownSeq: (space, fragment, writer) => host.contiguous(space as Bytes, fragment as Bytes, writer as Bytes),
    });
  }

  start(): void {
    this.running = true;
    this.refresh();
  }

  stop(): void {
    this.running = false;
    this.close();
  }

  pause(): void {
    this.paused = true;
    this.close();
  }

  resume(): void {
    this.paused = false;
    this.refresh();
  }

  private close(): void {
    for (const { session } of this.sessions.values()) session.stop();
    this.sessions.clear();
  }

  refresh(): void {
    if (!this.running || this.paused) return;
    const wanted = new Map<string, { contact: ArchiveContact; url: string }>();
    for (const contact of this.d.host.archives?.() ?? []) {
      for (const url of contact.urls.slice(0, ARCHIVE_LIMITS.relays)) {
        if (wanted.size < ARCHIVE_LIMITS.sessions) wanted.set(`${toBase64url(contact.space)} ${toBase64url(contact.key)} ${url}`, { contact, url });
      }
    }
    for (const [key, { session }] of this.sessions) {
      if (wanted.has(key)) continue;
      this.sessions.delete(key);
      session.stop();
    }
    const { code } = this;
    if (code === null) return wanted.size > 0 ? this.fetch() : undefined;
    for (const [key, { contact, url }] of wanted) if (!this.sessions.has(key)) this.open(key, contact, url, code);
  }

  /** The code of sessions, then the sessions; one that did not come is asked for again with the next change. */
  private fetch(): void {
    if (this.loading) return;
    this.loading = true;
    void this.d.load().then(({ ArchiveSession: code }) => (this.code = code), () => this.d.metric('archive.not_loaded')).then(() => {
      this.loading = false;
      if (this.code) this.refresh();
    });
  }

  private open(key: string, { space, key: raw }: ArchiveContact, url: string, code: typeof ArchiveSession): void {
    const { clock, random, crypto, sockets, host, metric } = this.d;
    const id = `archive/${++this.made}`;
    const session = new code({
      id, space, key: raw, url, clock, random, crypto, sockets, host, metric, guard: this.guard,
      onChange: () => host.onNetworkChange(),
      take: async (entries) => {
        const report = await host.ingest(entries, 'bulk', id).catch(() => null);
        if (report !== null) this.d.onIngested(entries, report, id);
      },
    });
    this.sessions.set(key, { session, space, id });
    session.start();
  }

  offer(entries: readonly RecordEntry[]): void {
    for (const { session, space } of this.sessions.values()) session.offer(entries.filter((entry) => equalBytes(entry.space, space)));
  }

  redial(): void {
    for (const { session } of this.sessions.values()) session.redial();
  }

  status(): readonly ArchiveStatus[] {
    return [...this.sessions.values()].map(({ session }) => session.status());
  }
}

/** Archives of the settings that the host names. Nothing is dialled before start(). */
export function createArchives(deps: ArchivesDeps): Archives {
  return new ArchivesImpl(deps);
}
