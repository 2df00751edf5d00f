/**
 * The record store of a beacon on LevelDB (docs/decisions/0045). Rows as in IndexedDB: one for each burst, with a MAC; its keys are the arrival numbers, the
 * names of what is inside, and values. What is handed over while the disk writes goes with the next write, in one synced batch: a commit that was answered is
 * there after kill -9.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { ClassicLevel, type Put } from 'classic-level';
import { macMessage, packRecords, partName, partsOf, unpackRecords } from '#adapters/idb/segment-row';
import { IDB_FIRST_ROWS, IDB_SCAN_BYTES, IDB_SCAN_ROWS } from '#adapters/limits';
import type { Bytes } from '#base/bytes';
import { StoreError, type CommitInput, type RecordStore, type Segment } from '#ports/record-store';
import { changeOf, HeldCounts, sumsOf, type Held } from './held-counts.ts';
import { LevelDoor } from './level-door.ts';
import { copyStore, HALF, ID, type CopyOptions, type CopyState } from './store-copy.ts';

const ROW = 's/';
const PART = 'p/';
const VALUE = 'v/';
/** How much is held of a writer: `c/<space>/<writer>`; and up to which arrival number that is so. */
const COUNT = 'c/';
const COUNTED = 'm/counted';
/** Form of what lies here: a later one is not touched. */
const FORMAT_KEY = 'm/format';
const FORMAT = 1;
/** Above every character of a key of ours. */
const LAST = '\u{10ffff}';
/** Arrival numbers as text that sorts as they do. */
const digits = (arrival: number): string => arrival.toString(16).padStart(14, '0');
const arrivalOf = (key: string): number => Number.parseInt(key.slice(-14), 16);

export interface LevelStoreOptions {
  readonly path: string;
  /** Key of the row MACs, 32 bytes; kept outside the database. */
  readonly macKey: Uint8Array;
}

export interface LevelStore extends RecordStore {
  /** Closes after what was handed over is written. */
  end(): Promise<void>;
  /** Makes a copy of what is committed now; what is written meanwhile does not wait. Rejects with CopyError. */
  copyTo(folder: string, options?: CopyOptions): Promise<CopyState>;
  /** How much it holds. */
  readonly held: HeldCounts;
}

interface Waiting {
  readonly puts: readonly Put[];
  readonly records: CommitInput['records'];
  /** What goes with it. */
  readonly gone: CommitInput['records'];
  readonly arrival: number;
  done(arrival: number): void;
  failed(error: unknown): void;
}

function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { message?: string } };
  const text = `${message ?? ''} ${cause?.message ?? ''}`;
  if (code === 'LEVEL_LOCKED' || cause instanceof Error && /LOCK|lock/.test(text)) return new StoreError('blocked', 'Another process holds this store.');
  if (/No space left|ENOSPC|quota/i.test(text)) return new StoreError('quota', text.trim());
  return code === 'LEVEL_DATABASE_NOT_OPEN' ? new StoreError('closed', 'The store was closed.') : new StoreError('aborted', text.trim());
}

/** Opens (or makes) the store in a folder. Rejects with StoreError: blocked when another process holds it. */
export async function openLevelStore({ path, macKey }: LevelStoreOptions): Promise<LevelStore> {
  const db = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
  try {
    await db.open();
    if ((await db.get(HALF)) !== undefined) throw new StoreError('unavailable', `${path} is a half-made copy: a backup was broken off in it. Take another one.`);
    const format = await db.get(FORMAT_KEY);
    const written = format === undefined ? FORMAT : Number(deserialize(format));
    if (written > FORMAT) throw new StoreError('newer', `${path} was written by a newer beacon (format ${written}; this one knows ${FORMAT}). Nothing in it was changed. Start the newer one, or give this one another folder.`);
    const known = await db.get(ID);
    const id = known === undefined ? randomBytes(16).toString('base64url') : Buffer.from(known).toString();
    if (known === undefined || format === undefined) await db.batch([{ type: 'put', key: ID, value: Buffer.from(id) }, { type: 'put', key: FORMAT_KEY, value: serialize(FORMAT) }], { sync: true });
    const [last] = await db.keys({ gte: ROW, lt: ROW + LAST, reverse: true, limit: 1 }).all();
    const newest = last === undefined ? 0 : arrivalOf(last);
    return createStore({ db, path, id, newest, macKey, held: await countsOf(db, newest) });
  } catch (error) {
    await db.close().catch(() => undefined);
    throw toStoreError(error);
  }
}

const countRows = (held: readonly (readonly [string, Held])[], arrival: number): Put[] => [
  ...held.map(([key, { records, bytes }]): Put => ({ type: 'put', key: COUNT + key, value: serialize([records, bytes]) })), { type: 'put', key: COUNTED, value: serialize(arrival) },
];

/** What is held, by its rows; rows of records that came after them (a build that did not count) are counted now. */
async function countsOf(db: ClassicLevel, newest: number): Promise<HeldCounts> {
  const held = new HeldCounts();
  for await (const [key, value] of db.iterator({ gte: COUNT, lt: COUNT + LAST })) {
    const [records, bytes] = deserialize(value) as [number, number];
    held.add(new Map([[key.slice(COUNT.length), { records, bytes }]]));
  }
  const counted = await db.get(COUNTED);
  let at = counted === undefined ? 0 : (deserialize(counted) as number);
  if (at >= newest) return held;
  const late = new Set<string>();
  for await (const [key, row] of db.iterator({ gt: ROW + digits(at), lt: ROW + LAST })) {
    const { columns, bytes } = readRow(row);
    const sums = sumsOf(unpackRecords(columns, bytes) ?? []);
    held.add(sums);
    for (const name of sums.keys()) late.add(name);
    at = arrivalOf(key);
  }
  await db.batch(countRows(held.with(new Map([...late].map((name) => [name, { records: 0, bytes: 0 }]))), at), { sync: true });
  return held;
}

interface Opened {
  readonly db: ClassicLevel;
  readonly path: string;
  readonly id: string;
  readonly newest: number;
  readonly macKey: Uint8Array;
  readonly held: HeldCounts;
}

/** The MAC of a row, and what is in one that was read. */
function rowsUnder(macKey: Uint8Array): { mac(origin: string, columns: Bytes, bytes: Bytes): Buffer; toSegment(arrival: number, row: Uint8Array): Segment } {
  const mac = (origin: string, columns: Bytes, bytes: Bytes): Buffer => createHmac('sha256', macKey).update(macMessage(origin, columns, bytes)).digest();
  return {
    mac,
    toSegment(arrival, row) {
      const { origin, columns, bytes, sum } = readRow(row);
      const records = unpackRecords(columns, bytes);
      if (records === null || typeof origin !== 'string') return { arrival, origin: '', records: [], trusted: false };
      const right = mac(origin, columns as Bytes, bytes as Bytes);
      return { arrival, origin, records, trusted: sum instanceof Uint8Array && sum.length === right.length && timingSafeEqual(sum, right) };
    },
  };
}

/** What a commit writes: its values, its row, and the names under which that is found. */
function putsOf({ origin, records, values = [] }: CommitInput, arrival: number, mac: (origin: string, columns: Bytes, bytes: Bytes) => Buffer): Put[] {
  const { columns, bytes } = packRecords(records);
  const row = serialize({ origin, columns, bytes, sum: new Uint8Array(mac(origin, columns, bytes)) });
  return [
    ...values.map(([name, value]): Put => (value === undefined ? { type: 'del', key: VALUE + name } : { type: 'put', key: VALUE + name, value: serialize(value) })),
    { type: 'put', key: ROW + digits(arrival), value: row },
    ...partsOf(columns).map((part): Put => ({ type: 'put', key: `${PART}${part}/${digits(arrival)}`, value: new Uint8Array(0) })),
  ];
}

function createStore({ db, path, id, newest, macKey, held }: Opened): LevelStore {
  const door = new LevelDoor(db, path);
  let closed = false;
  let last = newest;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  const { mac, toSegment } = rowsUnder(macKey);
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      const sums = changeOf(now.flatMap(({ records }) => records), now.flatMap(({ gone }) => gone));
      const { arrival } = now.at(-1)!;
      try {
        await door.write({ key: ROW + digits(arrival), found: () => held.add(sums), puts: () => [...now.flatMap(({ puts }) => puts), ...countRows(held.with(sums), arrival)] });
        held.add(sums);
        for (const { done, arrival } of now) done(arrival);
      } catch (error) {
        for (const { failed } of now) failed(error);
      }
    }
    writing = null;
  };
  const commit = async (input: CommitInput): Promise<number> => {
    // Without anything to drop it is in its turn at once: what is read behind it waits for it.
    const dropped = input.drop?.length ? await dropOf(db, door, input.drop, toSegment) : NOTHING;
    return new Promise((done, failed) => enqueue(input, dropped, done, failed));
  };
  const enqueue = (input: CommitInput, dropped: Dropped, done: (arrival: number) => void, failed: (error: unknown) => void): void => {
    const arrival = ++last;
    const puts = [...dropped.puts, ...putsOf(input, arrival, mac)];
    waiting.push({ puts, arrival, records: input.records, gone: dropped.records, done, failed });
    writing ??= write();
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new StoreError('closed', 'The store was closed.');
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error);
    }
  };
  const end = async (): Promise<void> => {
    closed = true;
    await writing;
    await door.end();
  };
  const read = <T>(work: () => Promise<T>): Promise<T> => guarded(() => door.read(work));
  return {
    id, onClosed: null, end, held,
    copyTo: async (folder, options) => (await door.ready(), copyStore(db, path, folder, options)),
    commit: (input) => guarded(() => commit(input)),
    scan: (after, limit) => read(() => scan(db, after, Math.min(limit, IDB_SCAN_ROWS), toSegment)),
    arrivals: (after) => read(async () => (await db.keys({ gt: ROW + digits(after), lt: ROW + LAST }).all()).map(arrivalOf)),
    segments: (arrivals) => read(() => these(db, arrivals, toSegment)),
    holding: (space, fragment) => read(async () => {
      const prefix = `${PART}${partName(space, fragment)}/`;
      return (await db.keys({ gte: prefix, lt: prefix + LAST }).all()).map(arrivalOf);
    }),
    get: (name) => read(async () => {
      const value = await db.get(VALUE + name);
      return value === undefined ? undefined : (deserialize(value) as unknown);
    }),
    list: (prefix) => read(async () => (await db.iterator({ gte: VALUE + prefix, lt: VALUE + prefix + LAST }).all()).map(([key, value]): [string, unknown] => [key.slice(VALUE.length), deserialize(value)])),
    close: () => void end().catch(() => undefined),
  };
}

interface Dropped {
  readonly puts: readonly Put[];
  readonly records: CommitInput['records'];
}

const NOTHING: Dropped = { puts: [], records: [] };

/** What goes with rows that are dropped: their names of parts, and what they counted. */
async function dropOf(db: ClassicLevel, door: LevelDoor, arrivals: readonly number[], toSegment: (arrival: number, row: Uint8Array) => Segment): Promise<Dropped> {
  if (arrivals.length === 0) return { puts: [], records: [] };
  const rows = await door.read(() => db.getMany(arrivals.map((arrival) => ROW + digits(arrival))));
  const puts: Put[] = [];
  const records = rows.flatMap((row, i) => {
    if (row === undefined) return [];
    const arrival = arrivals[i]!;
    const parts = partsOf(readRow(row).columns);
    puts.push({ type: 'del', key: ROW + digits(arrival) }, ...parts.map((part): Put => ({ type: 'del', key: `${PART}${part}/${digits(arrival)}` })));
    return toSegment(arrival, row).records;
  });
  return { puts, records };
}

async function scan(db: ClassicLevel, after: number, limit: number, toSegment: (arrival: number, row: Uint8Array) => Segment): Promise<Segment[]> {
  const out: Segment[] = [];
  let size = 0;
  for await (const [key, row] of db.iterator({ gt: ROW + digits(after), lt: ROW + LAST, limit })) {
    out.push(toSegment(arrivalOf(key), row));
    size += row.length;
    if (size >= IDB_SCAN_BYTES) break;
  }
  return out;
}

/** Rows by their numbers, until the bytes are enough. */
async function these(db: ClassicLevel, arrivals: readonly number[], toSegment: (arrival: number, row: Uint8Array) => Segment): Promise<Segment[]> {
  const out: Segment[] = [];
  for (let at = 0, size = 0; at < arrivals.length && size < IDB_SCAN_BYTES; at += IDB_FIRST_ROWS) {
    const now = arrivals.slice(at, at + IDB_FIRST_ROWS);
    (await db.getMany(now.map((arrival) => ROW + digits(arrival)))).forEach((row, i) => {
      if (row === undefined) return;
      out.push(toSegment(now[i]!, row));
      size += row.length;
    });
  }
  return out;
}

/** A damaged row is given without records: anti-entropy fetches them again. */
function readRow(row: Uint8Array): { readonly origin?: unknown; readonly columns?: unknown; readonly bytes?: unknown; readonly sum?: unknown } {
  try {
    const value = deserialize(row) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
