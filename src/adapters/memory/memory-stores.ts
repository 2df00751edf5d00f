/** The stores of a tab that keeps nothing (decisions/0051): the contracts of the ports, in the memory of this worker, and gone with it. */
import { toBase64url, type Bytes } from '#base/bytes';
import { IDB_SCAN_BYTES } from '#adapters/limits';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError, type CommitInput, type RecordStore, type Segment, type StoredRecord } from '#ports/record-store';
import type { Random } from '#ports/random';

const copyRecord = (r: StoredRecord): StoredRecord => ({ space: r.space.slice(), fragment: r.fragment.slice(), writer: r.writer.slice(), seq: r.seq, id: r.id.slice(), bytes: r.bytes.slice() });
const copySegment = (segment: Segment): Segment => ({ ...segment, records: segment.records.map(copyRecord) });
const partName = (space: Uint8Array, fragment: Uint8Array | null): string => `${toBase64url(space)}/${fragment === null ? '' : toBase64url(fragment)}`;

/** Rows until the bytes are enough, as a store on a disk gives them. */
export function someOf<Row extends Pick<Segment, 'records'>>(rows: readonly Row[]): Row[] {
  let size = 0;
  const end = rows.findIndex(({ records }) => (size += records.reduce((sum, { bytes }) => sum + bytes.length, 0)) >= IDB_SCAN_BYTES);
  return end < 0 ? [...rows] : rows.slice(0, end + 1);
}

/** What a caller changes later does not change what was kept, as in a database; what cannot be cloned is refused. */
function cloned(input: CommitInput): Pick<CommitInput, 'origin' | 'records'> & { values: [string, unknown][] } {
  try {
    return { origin: input.origin, records: input.records.map(copyRecord), values: (input.values ?? []).map(([key, value]) => [key, structuredClone(value)]) };
  } catch (error) {
    throw new StoreError('aborted', String(error));
  }
}

/** An empty store of records. */
export function createMemoryRecordStore(random: Random): RecordStore {
  let closed = false;
  /** Arrival n stands at n − 1; null where it was dropped. */
  const rows: (Segment | null)[] = [];
  const parts = new Map<string, number[]>();
  const values = new Map<string, unknown>();
  const open = (): void => {
    if (closed) throw new StoreError('closed', 'The store was closed.');
  };
  const held = (after: number): Segment[] => rows.slice(after).filter((row) => row !== null);
  return {
    id: toBase64url(random.bytes(16)),
    onClosed: null,
    async commit(input) {
      open();
      const { origin, records, values: changed } = cloned(input);
      const arrival = rows.length + 1;
      rows.push({ arrival, origin, records, trusted: true });
      for (const name of new Set(records.flatMap(({ space, fragment }) => [partName(space, null), partName(space, fragment)]))) parts.set(name, [...(parts.get(name) ?? []), arrival]);
      for (const gone of input.drop ?? []) {
        rows[gone - 1] = null;
        for (const [name, held] of parts) if (held.includes(gone)) parts.set(name, held.filter((one) => one !== gone));
      }
      for (const [key, value] of changed) {
        if (value === undefined) values.delete(key);
        else values.set(key, value);
      }
      return arrival;
    },
    async scan(after, limit) {
      open();
      return someOf(held(after).slice(0, limit)).map(copySegment);
    },
    async arrivals(after) {
      open();
      return held(after).map(({ arrival }) => arrival);
    },
    async segments(arrivals) {
      open();
      return someOf(arrivals.flatMap((arrival) => rows[arrival - 1] ?? [])).map(copySegment);
    },
    async holding(space, fragment) {
      open();
      return [...(parts.get(partName(space, fragment)) ?? [])];
    },
    async get(key) {
      open();
      return structuredClone(values.get(key));
    },
    async list(prefix) {
      open();
      return [...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]): [string, unknown] => [key, structuredClone(value)]);
    },
    close() {
      closed = true;
      rows.length = 0;
      parts.clear();
      values.clear();
    },
  };
}

/** An empty store of pieces of files. */
export function createMemoryChunkStore(): ChunkStore {
  const places = new Map<string, Map<string, Bytes>>();
  return {
    // It goes with the tab: nothing of it lies on a disk.
    room: async () => null,
    async put(place, id, bytes) {
      const held = places.get(place) ?? new Map<string, Bytes>();
      places.set(place, held.set(id, new Uint8Array(bytes)));
    },
    get: async (place, id) => places.get(place)?.get(id)?.slice() ?? null,
    async read(place, id) {
      const bytes = places.get(place)?.get(id)?.slice();
      return bytes ? { bytes, sound: true } : null;
    },
    held: async (place) => new Map([...(places.get(place) ?? [])].map(([id, bytes]) => [id, bytes.length])),
    size: async () => [...places.values()].reduce((sum, held) => [...held.values()].reduce((one, bytes) => one + bytes.length, sum), 0),
    remove: async (place, ids) => ids.forEach((id) => places.get(place)?.delete(id)),
    close: () => places.clear(),
  };
}
