/**
 * How much a beacon keeps (docs/decisions/0066): of one space, of one author in a space, and of all together. What would go over is not taken in, so it is not
 * acknowledged either: for everybody it is what this beacon does not have. What was confirmed stays. Records about rights are taken beyond the quotas, up to an
 * amount of each space: without them the beacon would serve people who were removed. Which they are the fragment says, not the class that a record claims.
 */
import { toBase64url } from '#base/bytes';
import { heldAcl, isOfAcl } from '#os/kernel/author-budget';
import type { Kernel, Space } from '#os/kernel/state';
import { readCertificate } from '#os/rights/acl-record';
import type { RangeRequest, RecordEntry, Replica } from '#ports/replica';
import type { Log } from '#signaling/log';
import { slotCertificate } from '#vm/protocol/record';
import { FRAGMENT, type ParsedRecord } from '#vm/protocol/types';
import type { IngestReport, ReplicationHost } from '#vm/replication/host';
import { readEntry } from '#vm/replication/record-batch';
import type { Held, HeldCounts } from './held-counts.ts';
import { BEACON_LIMITS } from './limits.ts';

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
  /** `space writer`. */
  readonly name: string;
}

/** Records that came together. */
interface Coming {
  readonly authors: Map<string, Held>;
  readonly taken: Taken[];
  /** Ids of those for which there will be no room. */
  readonly capped: Set<string>;
}

export class Quotas {
  readonly #pending = new Pending();
  /** `of space uid` that the log was told of: people who filled a quota. */
  readonly #told = new Set<string>();
  /** `space writer` → author of first records on their way to the kernel, which does not know these writers yet. */
  readonly #named = new Map<string, string>();
  #refused = 0;
  #kernel: Kernel | null = null;

  constructor(private readonly deps: QuotaDeps) {}

  /** The host of a beacon under these quotas. */
  over(host: ReplicationHost, kernel: Kernel): ReplicationHost {
    this.#kernel = kernel;
    return {
      ...host,
      // Of what is full nothing is asked for: it would come again and again.
      wants: (space, fragment) => host.wants(space, fragment) && !this.#closed(toBase64url(space), toBase64url(fragment) === ACL),
      ingest: (entries, priority, from) => this.#ingest(host, entries, priority, from),
    };
  }

  /** The replica of a beacon: a log whose author is full is not asked for over links. */
  within(replica: Replica): Replica {
    const get = replica.get.bind(replica);
    return Object.assign(replica, { get: (peer: string, range: RangeRequest) => (this.#isIdle(range) ? Promise.resolve([]) : get(peer, range)) });
  }

  /** Is nothing more taken of the space? */
  isFull(space: string): boolean {
    return this.#closed(space, false);
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

  /** Is nothing more taken into the space, or nothing more about its rights? */
  #closed(space: string, acl: boolean): boolean {
    const full = this.#fullAt(space, acl);
    if (full !== null) this.#tell(full, space, full === 'space' ? space : '', this.deps.held.total);
    return full !== null;
  }

  async #ingest(host: ReplicationHost, entries: readonly RecordEntry[], priority: 'live' | 'bulk', from: string): Promise<IngestReport> {
    const coming: Coming = { authors: new Map(), taken: [], capped: new Set() };
    const { taken, capped } = coming;
    const fresh = entries.filter((entry) => {
      const read = readEntry(entry);
      return !read.ok || this.#takes(entry, read.value, coming);
    });
    const over = entries.length - fresh.length;
    this.#refused += over;
    if (fresh.length === 0) return { added: 0, refused: over, gaps: [], ...(capped.size > 0 && { capped }) };
    try {
      const report = await host.ingest(fresh, priority, from);
      return { ...report, refused: report.refused + over, ...(capped.size > 0 && { capped: new Set([...capped, ...(report.capped ?? [])]) }) };
    } finally {
      for (const { name } of taken) this.#named.delete(name);
      // What was stored is counted as held by now.
      for (const { keys, bytes } of taken) for (const key of keys) this.#pending.add(key, -1, -bytes);
    }
  }

  #takes(entry: RecordEntry, record: ParsedRecord, { authors, taken, capped }: Coming): boolean {
    const space = this.#kernel?.spaces.get(toBase64url(entry.space));
    if (!space || this.#isKnown(space, entry)) return true;
    const acl = isOfAcl(record.header);
    const name = `${space.key} ${toBase64url(record.header.writer)}`;
    const uid = this.#authorOf(space, record, name);
    const author = `${space.key} ${uid}`;
    let ofAuthor = authors.get(author);
    if (!ofAuthor) authors.set(author, (ofAuthor = uid === null ? { records: 0, bytes: 0 } : this.#ofAuthor(space, uid)));
    const full = this.#fullAt(space.key, acl) ?? (!acl && uid !== null && this.#isFull('author', ofAuthor, this.#pending.of(author)) ? 'author' : null);
    if (full !== null) {
      // Of a writer that is not known the record alone says whose it is, and nobody looked at its signature.
      // And what is only on its way may be forged: it makes nobody leave a log alone.
      const forSure = full === 'author' ? this.#isFull('author', ofAuthor) && space.rights.writer(record.header.writer) !== null : this.#isFull(full, full === 'store' ? this.deps.held.total : this.deps.held.space(space.key));
      if (forSure) capped.add(toBase64url(entry.id));
      this.#tell(full, space.key, full === 'author' ? author : full === 'space' ? space.key : '', ofAuthor);
      return false;
    }
    const keys = ['', space.key, ...(uid === null ? [] : [author]), ...(acl ? [`${space.key} acl`] : [])];
    for (const key of keys) this.#pending.add(key, 1, entry.bytes.length);
    if (uid !== null && space.rights.writer(record.header.writer) === null) this.#named.set(name, uid);
    taken.push({ keys, bytes: entry.bytes.length, name });
    return true;
  }

  /** Who wrote it; the first record of a writer says so itself, and those behind it are its author's too. */
  #authorOf(space: Space, { header }: ParsedRecord, name: string): string | null {
    const known = space.rights.writer(header.writer)?.uid;
    if (known !== undefined) return known;
    const certificate = slotCertificate(header);
    return (certificate ? readCertificate(certificate)?.uid : this.#named.get(name)) ?? null;
  }

  /** In its log already, perhaps on a row that cannot be read any more. */
  #isKnown(space: Space, { fragment, id }: RecordEntry): boolean {
    return space.fragments.get(toBase64url(fragment))?.log.has(toBase64url(id)) === true;
  }

  #ofAuthor(space: Space, uid: string): Held {
    return [...space.rights.writersOf(uid)].map((writer) => this.deps.held.writer(space.key, writer)).reduce((sum, one) => ({ records: sum.records + one.records, bytes: sum.bytes + one.bytes }), { records: 0, bytes: 0 });
  }

  #isFull(of: Of, held: Held, pending: Held = { records: 0, bytes: 0 }): boolean {
    const { limits } = this.deps;
    return held.records + pending.records >= limits[`${of}Records`] || held.bytes + pending.bytes >= limits[`${of}Bytes`];
  }

  #fullAt(space: string, acl = false): 'store' | 'space' | null {
    if (acl && !this.#isAclFull(space)) return null;
    const { held } = this.deps;
    if (this.#isFull('store', held.total, this.#pending.of(''))) return 'store';
    return this.#isFull('space', held.space(space), this.#pending.of(space)) ? 'space' : null;
  }

  /** Has the space as much about rights here as is taken beyond the quotas? */
  #isAclFull(key: string): boolean {
    const space = this.#kernel?.spaces.get(key);
    const held = space ? heldAcl(space) : { records: 0, bytes: 0 };
    const pending = this.#pending.of(`${key} acl`);
    return held.records + pending.records >= BEACON_LIMITS.aclRecords || held.bytes + pending.bytes >= BEACON_LIMITS.aclMib * 2 ** 20;
  }

  /** Is it the end of a log whose author, or space, is full? What lies below what is held may have to come again. */
  #isIdle({ space, fragment, writer, from }: RangeRequest): boolean {
    const held = this.#kernel?.spaces.get(toBase64url(space));
    const key = toBase64url(fragment);
    if (!held || from <= (held.fragments.get(key)?.log.contiguous(writer) ?? -1)) return false;
    const acl = key === ACL;
    if (this.#fullAt(held.key, acl) !== null) return true;
    const uid = held.rights.writer(writer)?.uid;
    return !acl && uid !== undefined && this.#isFull('author', this.#ofAuthor(held, uid));
  }

  #tell(of: Of, space: string, name: string, ofAuthor: Held): void {
    if (this.#told.has(`${of} ${name}`)) return;
    this.#told.add(`${of} ${name}`);
    const { held, log, tag } = this.deps;
    const { records, bytes } = of === 'author' ? ofAuthor : of === 'space' ? held.space(space) : held.total;
    log.warn('quota.reached', { of, ...(of !== 'store' && { space: tag(space) }), records, bytes });
  }
}
