/**
 * How much a beacon keeps (docs/decisions/0066): of one space, of one author in a space, and of all together. What would go over is not taken in, so it is not
 * acknowledged either: for everybody it is what this beacon does not have. What was confirmed stays. Records about rights are always taken: without them the
 * beacon would serve people who were removed.
 */
import { toBase64url } from '#base/bytes';
import { writersOf } from '#os/kernel/cut-points';
import type { Kernel, Space } from '#os/kernel/state';
import { readCertificate } from '#os/rights/acl-record';
import type { RangeRequest, RecordEntry, Replica } from '#ports/replica';
import type { Log } from '#signaling/log';
import { slotCertificate } from '#vm/protocol/record';
import { FRAGMENT, RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { IngestReport, ReplicationHost } from '#vm/replication/host';
import { readEntry } from '#vm/replication/record-batch';
import type { Held, HeldCounts } from './held-counts.ts';

export interface QuotaLimits {
  readonly spaceRecords: number;
  readonly spaceBytes: number;
  readonly authorRecords: number;
  readonly authorBytes: number;
  readonly storeRecords: number;
  readonly storeBytes: number;
}

export interface QuotaCounts {
  /** Records that were not taken in this run. */
  readonly refused: number;
  readonly fullSpaces: number;
  readonly fullAuthors: number;
  readonly fullStore: boolean;
}

export interface QuotaDeps {
  readonly limits: QuotaLimits;
  readonly held: HeldCounts;
  readonly log: Log;
  /** A word for a space in the log: the same each time, and nothing to anybody else. */
  tag(space: string): string;
}

type Of = 'store' | 'space' | 'author';

const ACL = toBase64url(FRAGMENT.acl);

/** Amounts on their way to the disk. */
class Pending {
  readonly #sums = new Map<string, Held>();

  of(key: string): Held {
    return this.#sums.get(key) ?? { records: 0, bytes: 0 };
  }

  add(key: string, records: number, bytes: number): void {
    const known = this.of(key);
    const sum = { records: known.records + records, bytes: known.bytes + bytes };
    if (sum.records === 0) this.#sums.delete(key);
    else this.#sums.set(key, sum);
  }
}

interface Taken {
  readonly keys: readonly string[];
  readonly bytes: number;
}

export class Quotas {
  readonly #pending = new Pending();
  /** `of space uid` that the log was told of: people who filled a quota. */
  readonly #told = new Set<string>();
  #refused = 0;
  #kernel: Kernel | null = null;

  constructor(private readonly deps: QuotaDeps) {}

  /** The host of a beacon under these quotas. */
  over(host: ReplicationHost, kernel: Kernel): ReplicationHost {
    this.#kernel = kernel;
    return {
      ...host,
      // Of what is full nothing is asked for: it would come again and again.
      wants: (space, fragment) => host.wants(space, fragment) && (toBase64url(fragment) === ACL || !this.#closed(toBase64url(space))),
      ingest: (entries, priority, from) => this.#ingest(host, entries, priority, from),
    };
  }

  /** The replica of a beacon: a log whose author is full is not asked for over links. */
  within(replica: Replica): Replica {
    const get = replica.get.bind(replica);
    return Object.assign(replica, { get: (peer: string, range: RangeRequest) => (this.#isIdle(range) ? Promise.resolve([]) : get(peer, range)) });
  }

  counts(): QuotaCounts {
    const { held } = this.deps;
    const spaces = [...held.spaces()].map(([space]) => space);
    const known = spaces.flatMap((key) => this.#kernel?.spaces.get(key) ?? []);
    return {
      refused: this.#refused, fullStore: this.#isFull('store', held.total),
      fullSpaces: spaces.filter((space) => this.#isFull('space', held.space(space))).length,
      fullAuthors: known.reduce((sum, space) => sum + [...space.rights.view().state.persons.entries()].filter(([uid]) => this.#isFull('author', this.#ofAuthor(space, uid))).length, 0),
    };
  }

  /** Is nothing more taken into the space? */
  #closed(space: string): boolean {
    const full = this.#fullAt(space);
    if (full !== null) this.#tell(full, space, full === 'space' ? space : '', this.deps.held.total);
    return full !== null;
  }

  async #ingest(host: ReplicationHost, entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport> {
    const taken: Taken[] = [];
    const authors = new Map<string, Held>();
    const fresh = entries.filter((entry) => {
      const read = readEntry(entry);
      return !read.ok || this.#takes(entry, read.value, authors, taken);
    });
    const over = entries.length - fresh.length;
    this.#refused += over;
    if (fresh.length === 0) return { added: 0, refused: over, gaps: [] };
    try {
      const report = await host.ingest(fresh, priority, from);
      return { ...report, refused: report.refused + over };
    } finally {
      // What was stored is counted as held by now.
      for (const { keys, bytes } of taken) for (const key of keys) this.#pending.add(key, -1, -bytes);
    }
  }

  #takes(entry: RecordEntry, record: ParsedRecord, authors: Map<string, Held>, taken: Taken[]): boolean {
    const space = this.#kernel?.spaces.get(toBase64url(entry.space));
    if (!space || record.header.class === RECORD_CLASS.acl || this.#isKnown(space, entry)) return true;
    const uid = authorOf(space, record);
    const author = `${space.key} ${uid}`;
    let ofAuthor = authors.get(author);
    if (!ofAuthor) authors.set(author, (ofAuthor = uid === null ? { records: 0, bytes: 0 } : this.#ofAuthor(space, uid)));
    const full = this.#fullAt(space.key) ?? (uid !== null && this.#isFull('author', ofAuthor, this.#pending.of(author)) ? 'author' : null);
    if (full !== null) {
      this.#tell(full, space.key, full === 'author' ? author : full === 'space' ? space.key : '', ofAuthor);
      return false;
    }
    const keys = ['', space.key, ...(uid === null ? [] : [author])];
    for (const key of keys) this.#pending.add(key, 1, entry.bytes.length);
    taken.push({ keys, bytes: entry.bytes.length });
    return true;
  }

  /** In its log already, perhaps on a row that cannot be read any more. */
  #isKnown(space: Space, { fragment, id }: RecordEntry): boolean {
    return space.fragments.get(toBase64url(fragment))?.log.has(toBase64url(id)) === true;
  }

  #ofAuthor(space: Space, uid: string): Held {
    return writersOf(space, uid).map((writer) => this.deps.held.writer(space.key, toBase64url(writer))).reduce((sum, one) => ({ records: sum.records + one.records, bytes: sum.bytes + one.bytes }), { records: 0, bytes: 0 });
  }

  #isFull(of: Of, held: Held, pending: Held = { records: 0, bytes: 0 }): boolean {
    const { limits } = this.deps;
    return held.records + pending.records >= limits[`${of}Records`] || held.bytes + pending.bytes >= limits[`${of}Bytes`];
  }

  #fullAt(space: string): 'store' | 'space' | null {
    const { held } = this.deps;
    if (this.#isFull('store', held.total, this.#pending.of(''))) return 'store';
    return this.#isFull('space', held.space(space), this.#pending.of(space)) ? 'space' : null;
  }

  /** Is it the end of a log whose author, or space, is full? What lies below what is held may have to come again. */
  #isIdle({ space, fragment, writer, from }: RangeRequest): boolean {
    const held = this.#kernel?.spaces.get(toBase64url(space));
    const key = toBase64url(fragment);
    if (!held || key === ACL || from <= (held.fragments.get(key)?.log.contiguous(writer) ?? -1)) return false;
    const uid = held.rights.writer(writer)?.uid;
    return this.#fullAt(held.key) !== null || (uid !== undefined && this.#isFull('author', this.#ofAuthor(held, uid)));
  }

  #tell(of: Of, space: string, name: string, ofAuthor: Held): void {
    if (this.#told.has(`${of} ${name}`)) return;
    this.#told.add(`${of} ${name}`);
    const { held, log, tag } = this.deps;
    const { records, bytes } = of === 'author' ? ofAuthor : of === 'space' ? held.space(space) : held.total;
    log.warn('quota.reached', { of, ...(of !== 'store' && { space: tag(space) }), records, bytes });
  }
}

/** Who wrote it; the first record of a writer says so itself. */
function authorOf(space: Space, { header }: ParsedRecord): string | null {
  const known = space.rights.writer(header.writer)?.uid;
  if (known !== undefined) return known;
  const certificate = slotCertificate(header);
  return certificate ? (readCertificate(certificate)?.uid ?? null) : null;
}
