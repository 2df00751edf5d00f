/**
 * Records whose writer nothing in the acl explains yet (TRUST 3, row 33): the acl may be on its way, or the writer is made up. They wait in memory only, in a
 * small room per link, and are in no log, no digest and no store. What nobody explains in time, or what is crowded out, costs the link that brought it.
 */
import { toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { ParsedRecord } from '#vm/protocol/types';
import type { Space } from './state.ts';

export interface EarlyRecord {
  readonly record: ParsedRecord;
  readonly space: Space;
  /** Link that brought it. */
  readonly from: string;
  /** ms, monotone. */
  readonly at: number;
}

export interface EarlyRoom {
  add(early: EarlyRecord): void;
  has(id: string): boolean;
  /** Waits a record of this log here? */
  hasLog(space: Space, record: ParsedRecord): boolean;
  /** Do the acls of the spaces with records here know devices that they did not know when this was asked last? */
  news(): boolean;
  /** Takes out what is explained now, in the order it came. */
  takeExplained(explained: (early: EarlyRecord) => boolean): EarlyRecord[];
  /** Drops what came before this time. */
  expire(before: number): void;
  readonly size: number;
}

const logOf = (space: Space, { header }: ParsedRecord): string => `${space.key}/${toBase64url(header.fragment)}/${toBase64url(header.writer)}`;

/** `onLost`: a writer of this link was not explained; called once for each writer that is dropped together. */
export function createEarlyRoom(onLost: (from: string) => void): EarlyRoom {
  return new Room(onLost);
}

class Room implements EarlyRoom {
  private readonly records = new Map<string, EarlyRecord>();
  private readonly logs = new Map<string, number>();
  private readonly links = new Map<string, { records: number; bytes: number }>();
  /** Space → devices its acl knew when it was looked at. */
  private readonly looked = new Map<Space, number>();
  private bytes = 0;

  constructor(private readonly onLost: (from: string) => void) {}

  get size(): number {
    return this.records.size;
  }

  add(early: EarlyRecord): void {
    const id = toBase64url(early.record.id);
    if (this.records.has(id)) return;
    this.records.set(id, early);
    if (!this.looked.has(early.space)) this.looked.set(early.space, early.space.rights.devicesKnown);
    this.count(early, 1);
    const full = (): boolean => {
      const link = this.links.get(early.from);
      return link !== undefined && (link.records > KERNEL_LIMITS.earlyRecords || link.bytes > KERNEL_LIMITS.earlyBytes);
    };
    if (full()) this.lose((one) => one.from === early.from, () => !full());
    if (this.bytes > KERNEL_LIMITS.earlyBytesAll) this.lose(() => true, () => this.bytes <= KERNEL_LIMITS.earlyBytesAll);
  }

  has(id: string): boolean {
    return this.records.has(id);
  }

  hasLog(space: Space, record: ParsedRecord): boolean {
    return this.logs.has(logOf(space, record));
  }

  news(): boolean {
    let fresh = false;
    if (this.records.size === 0) this.looked.clear();
    for (const [space, known] of this.looked) {
      if (space.rights.devicesKnown === known) continue;
      this.looked.set(space, space.rights.devicesKnown);
      fresh = true;
    }
    return fresh;
  }

  takeExplained(explained: (early: EarlyRecord) => boolean): EarlyRecord[] {
    const out: EarlyRecord[] = [];
    for (const [id, early] of this.records) {
      if (!explained(early)) continue;
      this.drop(id, early);
      out.push(early);
    }
    return out;
  }

  expire(before: number): void {
    this.lose((early) => early.at < before, () => false);
  }

  private count(early: EarlyRecord, sign: 1 | -1): void {
    const size = sign * early.record.bytes.length;
    this.bytes += size;
    const log = logOf(early.space, early.record);
    this.logs.set(log, (this.logs.get(log) ?? 0) + sign);
    if (this.logs.get(log) === 0) this.logs.delete(log);
    const link = this.links.get(early.from) ?? { records: 0, bytes: 0 };
    this.links.set(early.from, { records: link.records + sign, bytes: link.bytes + size });
    if (link.records + sign === 0) this.links.delete(early.from);
  }

  private drop(id: string, early: EarlyRecord): void {
    this.records.delete(id);
    this.count(early, -1);
  }

  private lose(wrong: (early: EarlyRecord) => boolean, enough: () => boolean): void {
    const charged = new Set<string>();
    for (const [id, early] of this.records) {
      if (enough()) return;
      if (!wrong(early)) continue;
      this.drop(id, early);
      const key = `${early.from}/${logOf(early.space, early.record)}`;
      if (!charged.has(key)) this.onLost(early.from);
      charged.add(key);
    }
  }
}
