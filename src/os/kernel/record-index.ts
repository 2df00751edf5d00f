/** Where held records lie in the store, and reading them back. One index per kernel; the bytes stay in the store except for a small cache of segments. */
import { toBase64url } from '#base/bytes';
import type { RecordStore, Segment, StoredRecord } from '#ports/record-store';
import { KERNEL_LIMITS } from '#os/limits';
import { pagesOf } from './stored-rows.ts';

/** Where a record lies. */
export interface Place {
  readonly bytes: number;
  readonly arrival: number;
  readonly index: number;
  /** It came with a snapshot: its row was not looked at in this run. */
  readonly away?: true;
}

export interface RecordIndex {
  /** Registers a committed segment, whose bytes may stay in the cache, or only those of its records that are `wanted`. */
  add(segment: Segment, wanted?: (record: StoredRecord) => boolean): void;
  /** Registers a record that came with a snapshot. */
  put(id: string, place: Place): void;
  place(id: string): Place | undefined;
  places(): Iterable<Place>;
  /** Rows are gone, and what of them stays lies in this one. */
  moved(gone: ReadonlySet<number>, segment: Segment): void;
  /** The row of the record cannot be read: it is not held any more, so that it can come again. */
  drop(id: string): void;
  has(id: string): boolean;
  /** The stored records of the ids, in the order given; ids not held are left out. */
  read(ids: readonly string[]): Promise<StoredRecord[]>;
  /** Bytes of one record, 0 when it is not held. */
  sizeOf(id: string): number;
  readonly size: number;
  /** Bytes of all records held. */
  readonly bytes: number;
}


export const idText = (id: Uint8Array): string => toBase64url(id);

/** The record at a place of this row; of a row that nobody looked at in this run only what its MAC vouches for. A small one out of a large row is copied, or all of the row would stay with it. */
function recordAt({ index, away }: Place, segment: Segment): StoredRecord | null {
  const record = segment.records[index];
  if (!record || (away && !segment.trusted)) return null;
  return record.bytes.length * 4 < record.bytes.buffer.byteLength ? { ...record, bytes: record.bytes.slice() } : record;
}

/** Rows that were read last, up to a sum of bytes. */
class RowCache {
  private readonly rows = new Map<number, { segment: Segment; bytes: number }>();
  private cached = 0;

  get(arrival: number): Segment | undefined {
    return this.rows.get(arrival)?.segment;
  }

  forget(arrival: number): void {
    this.cached -= this.rows.get(arrival)?.bytes ?? 0;
    this.rows.delete(arrival);
  }

  remember(segment: Segment): void {
    let bytes = 0;
    for (const record of segment.records) bytes += record.bytes.length;
    this.forget(segment.arrival);
    this.rows.set(segment.arrival, { segment, bytes });
    this.cached += bytes;
    while (this.cached > KERNEL_LIMITS.recordCacheBytes && this.rows.size > 1) this.forget(this.rows.keys().next().value!);
  }
}

export function createRecordIndex(store: () => RecordStore): RecordIndex {
  const places = new Map<string, Place>();
  const cache = new RowCache();
  let total = 0;
  /** What lies at the places, by place. */
  const fetch = async (wanted: readonly Place[]): Promise<Map<Place, StoredRecord>> => {
    const out = new Map<Place, StoredRecord>();
    const byRow = new Map<number, Place[]>();
    const take = (segment: Segment): void => {
      for (const place of byRow.get(segment.arrival) ?? []) {
        const record = recordAt(place, segment);
        if (record) out.set(place, record);
      }
    };
    for (const place of wanted) {
      const row = byRow.get(place.arrival);
      if (row) row.push(place);
      else byRow.set(place.arrival, [place]);
    }
    const hits = [...byRow.keys()].flatMap((arrival) => cache.get(arrival) ?? []);
    hits.forEach(take);
    const near = new Set(hits.map(({ arrival }) => arrival));
    for await (const rows of pagesOf(store(), [...byRow.keys()].filter((arrival) => !near.has(arrival)), KERNEL_LIMITS.recordFetch)) {
      for (const segment of rows) {
        take(segment);
        cache.remember(segment);
      }
    }
    return out;
  };
  const drop = (id: string): void => {
    total -= places.get(id)?.bytes ?? 0;
    places.delete(id);
  };
  return {
    moved(gone, segment) {
      for (const [id, { arrival }] of places) if (gone.has(arrival)) drop(id);
      for (const arrival of gone) cache.forget(arrival);
      this.add(segment);
    },
    add(segment, wanted) {
      segment.records.forEach((record, index) => {
        const id = toBase64url(record.id);
        if (places.has(id) || wanted?.(record) === false) return;
        places.set(id, { arrival: segment.arrival, index, bytes: record.bytes.length });
        total += record.bytes.length;
      });
      if (!wanted) cache.remember(segment);
    },
    put(id, place) {
      if (!places.has(id)) total += place.bytes;
      places.set(id, place);
    },
    place: (id) => places.get(id),
    places: () => places.values(),
    drop,
    has: (id) => places.has(id),
    async read(ids) {
      const wanted = ids.map((id) => places.get(id)).filter((place) => place !== undefined);
      const found = await fetch(wanted);
      return wanted.flatMap((place) => found.get(place) ?? []);
    },
    sizeOf: (id) => places.get(id)?.bytes ?? 0,
    get size() {
      return places.size;
    },
    get bytes() {
      return total;
    },
  };
}

/** The records of one log by seq; several ids at one seq are a fork. */
export interface LogIndex {
  readonly size: number;
  add(writer: string, seq: number, id: string): void;
  at(writer: string, seq: number): readonly string[];
  /** Ids with from ≤ seq ≤ to, in seq order, at most `limit`. */
  range(writer: string, from: number, to: number, limit: number): string[];
}

export function createLogIndex(): LogIndex {
  const logs = new Map<string, Map<number, string[]>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(writer, seq, id) {
      let log = logs.get(writer);
      if (!log) logs.set(writer, (log = new Map()));
      const ids = log.get(seq);
      if (ids?.includes(id)) return;
      size++;
      if (ids) ids.push(id);
      else log.set(seq, [id]);
    },
    at: (writer, seq) => logs.get(writer)?.get(seq) ?? [],
    range(writer, from, to, limit) {
      const log = logs.get(writer);
      const out: string[] = [];
      if (!log) return out;
      const end = Math.min(to, from + limit * 4);
      for (let seq = from; seq <= end && out.length < limit; seq++) out.push(...(log.get(seq) ?? []));
      return out;
    },
  };
}

