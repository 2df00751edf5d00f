/**
 * A record store in memory with the faults of a real one. A disk outlives its stores: crash() drops what was not committed and kills all
 * open stores, then `open()` gives the next life. Passes tests/contract/record-store-contract.ts.
 */
import { someOf } from '#adapters/memory/memory-stores';
import { equalBytes, toBase64url } from '#base/bytes';
import { StoreError, type CommitInput, type RecordStore, type Segment, type StoreFailure, type StoredRecord } from '#ports/record-store';
import type { Random } from '#ports/random';

export interface MemoryDisk {
  /** Opens a store on the disk: one per tab. */
  open(): RecordStore;
  /** Process death: transactions under way are lost, stores opened so far reject with `closed`. */
  crash(): void;
  /** A process died: what it asked for and the disk held back is not written when nobody is left who asked. */
  abandon(origin: string): void;
  /** The next `times` commits fail so; nothing of them is written. */
  fail(reason: StoreFailure, times?: number): void;
  /** The next commit is written, and its caller hears that the database was closed: whether it landed he cannot know. */
  loseAnswer(): void;
  /** Answers lost so far. */
  readonly answersLost: number;
  /** Failures asked for and not yet met are forgotten. */
  clearFaults(): void;
  /** Holds commits back until release(); crash() meanwhile loses them. */
  hold(): void;
  release(): void;
  /** The last row loses its trust, as if its bytes were half written. */
  tearTail(): void;
  /** The power went while this was written: the first `whole` records are there, the next one only in part, the values not. */
  tear(input: CommitInput, whole: number): void;
  /** The disk lied: the last rows are gone with their values, down to the last that holds what is `spared`. Answers how many went. */
  loseTail(rows: number, spared?: (record: StoredRecord) => boolean): number;
  /** Rows with such a record are gone, the values beside them stay: wiped or rotten in part. Answers how many went. */
  loseRows(hit: (record: StoredRecord) => boolean): number;
  /** A bit of one stored record turns over; `where` is 0–1 over all that may be `hit`. False when there is none. */
  rot(where: number, hit?: (record: StoredRecord) => boolean): boolean;
  /** Wiped or upgraded from outside: open stores get onClosed. */
  closeAll(reason: StoreFailure): void;
  /** A copy of everything committed: a profile restored from a backup, or a copied folder. It names itself as the same store. */
  clone(): MemoryDisk;
  /** Rows committed so far. */
  readonly rows: number;
  /** Every record committed, in order of arrival. */
  records(): StoredRecord[];
  /** Their ids as text. */
  ids(): ReadonlySet<string>;
}

interface Row {
  readonly arrival: number;
  readonly origin: string;
  readonly records: readonly StoredRecord[];
  trusted: boolean;
  /** Values as they were before the row. */
  readonly undo: readonly (readonly [string, unknown])[];
  /** Rows that went with it. */
  readonly dropped?: readonly Row[];
}

const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

function copyRecord(r: StoredRecord): StoredRecord {
  return { space: copy(r.space), fragment: copy(r.fragment), writer: copy(r.writer), seq: r.seq, id: copy(r.id), bytes: copy(r.bytes) };
}

interface DiskState {
  readonly id: string;
  readonly rows: Row[];
  readonly values: Map<string, unknown>;
  readonly waiting: { run: () => void; drop: () => void; origin: string }[];
  readonly closers: Set<(reason: StoreFailure) => void>;
  held: boolean;
  epoch: number;
  failures: (StoreFailure | typeof LANDED)[];
  answersLost: number;
}

/** Written, and yet told as a failure. */
const LANDED = 'landed';

/** What a disk says that was told to: a fault's words name the code, so that a check can leave it out. */
class InjectedError extends StoreError {
  readonly code = `injected-${this.reason}`;
}

const nextArrival = (disk: DiskState): number => (disk.rows.at(-1)?.arrival ?? 0) + 1;

function setValue(disk: DiskState, key: string, value: unknown): void {
  if (value === undefined) disk.values.delete(key);
  else disk.values.set(key, value);
}

/** The row of an arrival; rows stand in their order, each arrival once. */
function rowAt(rows: readonly Row[], arrival: number): Row | undefined {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rows[middle]!.arrival < arrival) from = middle + 1;
    else to = middle;
  }
  return rows[from]?.arrival === arrival ? rows[from] : undefined;
}

/** The id of a stored record as text, made once. */
const idTexts = new WeakMap<StoredRecord, string>();
function idText(record: StoredRecord): string {
  let text = idTexts.get(record);
  if (text === undefined) idTexts.set(record, (text = toBase64url(record.id)));
  return text;
}

/** An empty disk. */
export function createMemoryDisk(random: Random): MemoryDisk {
  return diskOf({ id: toBase64url(random.bytes(16)), rows: [], values: new Map(), waiting: [], closers: new Set(), held: false, epoch: 0, failures: [], answersLost: 0 });
}

function diskOf(disk: DiskState): MemoryDisk {
  const release = (): void => {
    disk.held = false;
    for (const commit of disk.waiting.splice(0)) commit.run();
  };
  return {
    open: () => openStore(disk),
    crash() {
      disk.epoch++;
      disk.held = false;
      for (const commit of disk.waiting.splice(0)) commit.drop();
    },
    abandon(origin) {
      const left = disk.waiting.splice(0);
      for (const commit of left) if (commit.origin === origin) commit.drop();
      disk.waiting.push(...left.filter((commit) => commit.origin !== origin));
    },
    fail(reason, times = 1) {
      for (let i = 0; i < times; i++) disk.failures.push(reason);
    },
    loseAnswer: () => void disk.failures.push(LANDED),
    get answersLost() {
      return disk.answersLost;
    },
    clearFaults: () => void (disk.failures = []),
    hold: () => void (disk.held = true),
    release,
    tearTail() {
      const last = disk.rows.at(-1);
      if (last) last.trusted = false;
    },
    tear(input, whole) {
      const records = input.records.slice(0, whole + 1).map(copyRecord);
      const last = records.pop();
      if (!last) return;
      records.push({ ...last, bytes: last.bytes.slice(0, last.bytes.length >> 1) });
      disk.rows.push({ arrival: nextArrival(disk), origin: input.origin, records, trusted: false, undo: [] });
    },
    loseRows(hit) {
      const before = disk.rows.length;
      const left = disk.rows.filter((row) => !row.records.some(hit));
      disk.rows.splice(0, before, ...left);
      return before - left.length;
    },
    loseTail(rows, spared = () => false) {
      const kept = disk.rows.findLastIndex((row) => row.records.some(spared)) + 1;
      const gone = disk.rows.splice(Math.max(0, kept, disk.rows.length - rows)).reverse();
      for (const row of gone) for (const [key, value] of row.undo) setValue(disk, key, value);
      // The transaction that dropped them never was.
      disk.rows.push(...gone.flatMap(({ dropped }) => dropped ?? []));
      disk.rows.sort((a, b) => a.arrival - b.arrival);
      return gone.length;
    },
    rot(where, hit = () => true) {
      const all = disk.rows.flatMap((row) => row.records.flatMap((record, i) => (hit(record) ? [{ row, i }] : [])));
      const spot = all[Math.floor(where * all.length)];
      if (!spot) return false;
      const bytes = copy(spot.row.records[spot.i]!.bytes);
      bytes[Math.floor(where * 7_919) % bytes.length]! ^= 1 << (bytes.length % 8);
      const records = spot.row.records.map((record, i) => (i === spot.i ? { ...record, bytes } : record));
      disk.rows[disk.rows.indexOf(spot.row)] = { ...spot.row, records, trusted: false };
      return true;
    },
    closeAll(reason) {
      for (const close of [...disk.closers]) close(reason);
    },
    clone: () => diskOf({
      id: disk.id, rows: disk.rows.map((row) => ({ ...row })), values: new Map([...disk.values].map(([key, value]) => [key, clone(value)])),
      waiting: [], closers: new Set(), held: false, epoch: 0, failures: [], answersLost: disk.answersLost,
    }),
    get rows() {
      return disk.rows.length;
    },
    records: () => disk.rows.flatMap((row) => row.records.map(copyRecord)),
    ids: () => new Set(disk.rows.flatMap((row) => row.records.map(idText))),
  };
}

/** A store on a disk of its own, for tests that need no second tab. */
export function createMemoryStore(random: Random): RecordStore & { readonly disk: MemoryDisk } {
  const disk = createMemoryDisk(random);
  return Object.assign(disk.open(), { disk });
}

function openStore(disk: DiskState): RecordStore {
  const epoch = disk.epoch;
  let closed: StoreFailure | null = null;
  const shut = (reason: StoreFailure): void => {
    if (closed !== null) return;
    closed = reason;
    disk.closers.delete(shut);
    store.onClosed?.(reason);
  };
  const alive = (): void => {
    if (disk.epoch !== epoch) throw new StoreError('closed', 'The process died.');
    if (closed !== null) throw new StoreError(closed, 'The store was closed.');
  };
  const toSegment = (row: Row): Segment => ({ arrival: row.arrival, origin: row.origin, records: row.records.map(copyRecord), trusted: row.trusted });

  const store: RecordStore = {
    id: disk.id,
    onClosed: null,
    commit: (input) => new Promise((resolve, reject) => {
      let fixed: { row: Omit<Row, 'arrival' | 'undo'>; values: (readonly [string, unknown])[] };
      try {
        alive();
        fixed = freeze(input);
      } catch (error) {
        return reject(error instanceof StoreError ? error : new StoreError('aborted', String(error)));
      }
      const run = (): void => {
        const failure = disk.failures.shift();
        try {
          alive();
          if (failure !== undefined && failure !== LANDED) throw new InjectedError(failure, failure);
        } catch (error) {
          return reject(error as StoreError);
        }
        const arrival = nextArrival(disk);
        const dropped = (input.drop ?? []).flatMap((gone) => rowAt(disk.rows, gone) ?? []);
        if (dropped.length > 0) disk.rows.splice(0, disk.rows.length, ...disk.rows.filter((row) => !dropped.includes(row)));
        disk.rows.push({ ...fixed.row, arrival, dropped, undo: fixed.values.map(([key]) => [key, disk.values.get(key)] as const) });
        for (const [key, value] of fixed.values) setValue(disk, key, value);
        if (failure === undefined) return resolve(arrival);
        disk.answersLost++;
        reject(new InjectedError('closed', 'The answer was lost.'));
      };
      const drop = (): void => reject(new StoreError('closed', 'The process died.'));
      if (disk.held) disk.waiting.push({ run, drop, origin: input.origin });
      else queueMicrotask(run);
    }),
    async scan(after, limit) {
      alive();
      // Rows stand in the order of their arrival, and mostly the last few are asked for.
      let from = disk.rows.length;
      while (from > 0 && disk.rows[from - 1]!.arrival > after) from--;
      return disk.rows.slice(from, from + limit).map(toSegment);
    },
    async arrivals(after) {
      alive();
      return disk.rows.map((row) => row.arrival).filter((arrival) => arrival > after);
    },
    async segments(arrivals) {
      alive();
      return someOf(arrivals.flatMap((arrival) => rowAt(disk.rows, arrival) ?? [])).map(toSegment);
    },
    async holding(space, fragment) {
      alive();
      const inside = (record: StoredRecord): boolean => equalBytes(record.space, space) && (fragment === null || equalBytes(record.fragment, fragment));
      return disk.rows.filter((row) => row.records.some(inside)).map((row) => row.arrival);
    },
    async get(key) {
      alive();
      return clone(disk.values.get(key));
    },
    async list(prefix) {
      alive();
      const keys = [...disk.values.keys()].filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
      return keys.map((key): [string, unknown] => [key, clone(disk.values.get(key))]);
    },
    close: () => shut('closed'),
  };
  disk.closers.add(shut);
  return store;
}

/** Content at the time of the call: what the caller changes later does not reach the disk. */
function freeze(input: CommitInput): { row: Omit<Row, 'arrival' | 'undo'>; values: (readonly [string, unknown])[] } {
  return {
    row: { origin: input.origin, records: input.records.map(copyRecord), trusted: true },
    values: (input.values ?? []).map(([key, value]) => [key, clone(value)] as const),
  };
}

/** Clones as IndexedDB would; what cannot be cloned throws, as there. The common kinds of rows are copied by hand, a tenth of the price. */
function clone(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return value;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto === Uint8Array.prototype) return (value as Uint8Array).slice();
  if (proto === Array.prototype) return (value as unknown[]).map(clone);
  if (proto === Object.prototype) return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, clone(held)]));
  return structuredClone(value);
}
