/**
 * The start on a store of any size: rights and names of all spaces first, so that the first screen can be drawn; then, in small steps, what somebody asks
 * for (a fragment before a space, a small space before a large one) and else the rest in the order of arrival. Arrival decides nothing, so any order ends
 * in the same state. A store of a few rows is read in one go. Of a fragment with a snapshot only the rows behind it are read.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Segment, StoredRecord } from '#ports/record-store';
import { compareStamp } from '#vm/protocol/stamp';
import { FRAGMENT, type ParsedRecord, type Stamp } from '#vm/protocol/types';
import { deliverAll } from './deliver.ts';
import { gather, readAfter, startRows } from './load.ts';
import { placeOf, snapNames } from './snapshot-names.ts';
import type { Kernel, Space } from './state.ts';
import { answered } from './stored-rows.ts';

export interface StoreLoader {
  /** Null when the fragment (all of the space without one) is there; else it is read next, and this resolves then. */
  need(space: Space, fragment?: string): Promise<void> | null;
  /** Is the greatest stamp known that the slot of this tab gave in the space, though not all of its records are read? */
  knowsOwn(space: Space): boolean;
  /** Reads everything. `opened` is called once the first screen can be drawn. */
  run(ahead: Promise<Segment[]>, opened: () => void): Promise<void>;
}

interface Want {
  readonly name: string;
  readonly space: Space;
  readonly fragment: Bytes | null;
  /** Rows to read, once they were looked up. */
  arrivals: number[] | null;
  readonly done: Promise<void>;
  settle(): void;
}

export function createLoader(kernel: Kernel): StoreLoader {
  return new Loader(kernel);
}

const nameOf = (space: Space, fragment: string | null): string => `${space.key}/${fragment ?? ''}`;

class Loader implements StoreLoader {
  private readonly wants = new Map<string, Want>();
  private readonly held = new Set<string>();
  private readonly own = new Set<string>();
  private whole = false;
  /** Snapshots of the store that were not opened yet, and rows that need not be read because of those that were. */
  private snaps = new Set<string>();
  private readonly skip = new Set<number>();

  constructor(private readonly kernel: Kernel) {}

  need(space: Space, fragment?: string): Promise<void> | null {
    if (this.isHeld(space, fragment ?? null)) return null;
    const id = fragment === undefined ? null : fromBase64url(fragment);
    // No name of a fragment: nothing can be in it.
    return fragment !== undefined && id?.length !== 16 ? null : this.want(space, id).done;
  }

  async run(ahead: Promise<Segment[]>, opened: () => void): Promise<void> {
    const { kernel } = this;
    const rowsAtOnce = startRows(kernel);
    const first = await ahead;
    try {
      if (first.length >= rowsAtOnce) {
        for (const space of kernel.spaces.values()) for (const id of [FRAGMENT.acl, FRAGMENT.root]) await this.read(this.want(space, id));
        for (const space of kernel.spaces.values()) await this.askOwn(space);
        this.snaps = new Set(await snapNames(kernel));
        opened();
        for (const name of this.snaps) {
          // A fragment with a snapshot is there soon; what somebody asked for goes first.
          await this.serve();
          await this.readSnap(name);
        }
      }
      await this.sweep(first, rowsAtOnce);
    } finally {
      this.whole = true;
      for (const part of this.wants.values()) part.settle();
      this.wants.clear();
    }
  }

  /** All rows in their order, but those that a snapshot stands for. */
  private async sweep(first: readonly Segment[], rowsAtOnce: number): Promise<void> {
    const { kernel, skip } = this;
    const last = (rows: readonly Segment[]): number => rows[rows.length - 1]!.arrival;
    const all = skip.size > 0 ? await kernel.store.arrivals(last(first)) : [];
    const end = all.at(-1) ?? 0;
    const left = all.filter((arrival) => !skip.has(arrival));
    for (let rows = first; rows.length > 0; ) {
      // The next page is on its way while this one is delivered.
      const next = this.following(left, Math.max(last(rows), end), rowsAtOnce);
      next.catch(() => undefined);
      await this.serve();
      await this.take(rows, null);
      kernel.scanned = last(rows);
      rows = await next;
    }
    kernel.scanned = Math.max(kernel.scanned, end);
    kernel.arrival = Math.max(kernel.arrival, end);
  }

  /** The next rows of those that are left; behind them what came since. */
  private async following(left: number[], end: number, rowsAtOnce: number): Promise<Segment[]> {
    const { kernel } = this;
    while (left.length > 0) {
      const page = left.slice(0, rowsAtOnce);
      const rows = await kernel.store.segments(page);
      left.splice(0, answered(page, rows));
      if (rows.length > 0) return rows;
    }
    return readAfter(kernel, end, rowsAtOnce);
  }

  private async readSnap(name: string): Promise<void> {
    const at = placeOf(this.kernel, name);
    if (at && !this.isHeld(at.space, toBase64url(at.fragment))) await this.read(this.want(at.space, at.fragment));
  }

  knowsOwn(space: Space): boolean {
    return this.own.has(space.key);
  }

  /** The counter of the slot holds its greatest stamp; a row of an earlier version does not. */
  private async askOwn(space: Space): Promise<void> {
    const { kernel } = this;
    const row = (await kernel.store.get(`counter/${space.key}/${kernel.slot?.text}`)) as { readonly hlc?: Stamp } | undefined;
    if (row !== undefined && row.hlc === undefined) return;
    if (row?.hlc && (!space.lastOwn || compareStamp(row.hlc, space.lastOwn) > 0)) space.lastOwn = row.hlc;
    this.own.add(space.key);
  }

  private isHeld(space: Space, fragment: string | null): boolean {
    return this.whole || this.held.has(nameOf(space, null)) || (fragment !== null && this.held.has(nameOf(space, fragment)));
  }

  private want(space: Space, id: Bytes | null): Want {
    const name = nameOf(space, id && toBase64url(id));
    const known = this.wants.get(name);
    if (known) return known;
    let settle = (): void => undefined;
    const done = new Promise<void>((resolve) => (settle = resolve));
    const made: Want = { name, space, fragment: id, arrivals: null, done, settle };
    this.wants.set(name, made);
    return made;
  }

  /** Delivers what the rows hold of the part (all of them without one). */
  private async take(segments: readonly Segment[], part: Want | null): Promise<void> {
    const { kernel } = this;
    const inPart = part && ((record: StoredRecord): boolean => equalBytes(record.space, part.space.id) && (part.fragment === null || equalBytes(record.fragment, part.fragment)));
    const bySpace = new Map<Space, ParsedRecord[]>();
    for (const segment of segments) {
      kernel.arrival = Math.max(kernel.arrival, segment.arrival);
      if (segment.origin !== kernel.boot) await gather(kernel, segment, bySpace, inPart);
    }
    for (const [space, records] of bySpace) await deliverAll(kernel, space, records, 'local', true);
  }

  private async rowsOf(part: Want): Promise<number[]> {
    return (part.arrivals ??= await this.findRows(part));
  }

  private async findRows({ name, space, fragment }: Want): Promise<number[]> {
    const { kernel } = this;
    if (fragment === null) for (const one of this.snaps) if (one.startsWith(name)) await this.readSnap(one);
    const rows = await kernel.store.holding(space.id, fragment);
    const opened = fragment && this.snaps.delete(name) ? await (await import('./snapshot-open.ts')).openSnapshot(kernel, space, fragment, rows) : null;
    for (const arrival of opened?.whole ?? []) this.skip.add(arrival);
    const covered = opened?.covered ?? this.skip;
    return rows.filter((arrival) => arrival > kernel.scanned && !covered.has(arrival));
  }

  /** One step of a part. What is complete is told. */
  private async step(part: Want): Promise<void> {
    const rows = await this.rowsOf(part);
    const now = rows.slice(0, KERNEL_LIMITS.loadStepRows);
    if (now.length > 0) {
      const came = await this.kernel.store.segments(now);
      rows.splice(0, answered(now, came));
      await this.take(came, part);
    }
    if (rows.length > 0) return;
    this.held.add(part.name);
    this.wants.delete(part.name);
    part.settle();
  }

  private async read(part: Want): Promise<void> {
    while (this.wants.has(part.name)) await this.step(part);
  }

  /** Reads what is waited for: fragments in the order they were asked for, then the space with the fewest rows. */
  private async serve(): Promise<void> {
    for (;;) {
      const waiting = [...this.wants.values()];
      let next = waiting.find((part) => part.fragment !== null) ?? null;
      if (next === null) {
        let fewest = KERNEL_LIMITS.loadSmallSpace + 1;
        // Somebody who asks for all of a large space, as counts of the unread do, is served with the sweep.
        for (const part of waiting) {
          const { length } = await this.rowsOf(part);
          if (length < fewest) [next, fewest] = [part, length];
        }
      }
      if (next === null) return;
      await this.step(next);
    }
  }
}
