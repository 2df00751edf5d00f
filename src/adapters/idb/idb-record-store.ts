/**
 * The record store of a browser profile on IndexedDB. Database `lgos`: `segments` (key = arrival, given by the database, so it rises over
 * all tabs) and `values` (key → value). Every commit is ONE strict transaction (FORMATS 2, order of durability).
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { toBase64url, type Bytes } from '#base/bytes';
import { StoreError, type CommitInput, type RecordStore, type Segment, type StoreFailure } from '#ports/record-store';
import type { Random } from '#ports/random';
import { IDB_FIRST_ROWS, IDB_SCAN_BYTES, IDB_SCAN_ROWS, IDB_TURN_ROW_BYTES, IDB_TURN_ROWS } from '#adapters/limits';
import { createWebMac, type MacPort } from './mac.ts';
import { macMessage, packRecords, partName, partsOf, unpackRecords, type SegmentRow } from './segment-row.ts';
import { quiet } from './quiet.ts';
import { toStoreError, whole } from './store-error.ts';
import { LEAST_KEY, STORE_FORMAT, STORE_STEPS, upgradeStore, type StoreStep } from './upgrade.ts';

interface Schema extends DBSchema {
  segments: { key: number; value: SegmentRow; indexes: { parts: string } };
  values: { key: string; value: unknown };
}

type Db = IDBPDatabase<Schema>;

/** Keys of the store itself inside `values`; others must not start so. */
const ID_KEY = 'store/id';
const MAC_KEY = 'store/mac';
const TURN = 'store/turn/';

export interface IdbStoreOptions {
  readonly random: Random;
  /** Database name, default `lgos`. */
  readonly name?: string;
  readonly mac?: MacPort;
  /** A store of an earlier format is being taken over: with much in it this takes a while. */
  readonly onUpgrade?: () => void;
  /** Steps of the formats; those of this build when left out. */
  readonly steps?: readonly StoreStep[];
}

/** Opens (or makes) the store. Rejects with StoreError: unavailable (no IndexedDB here), blocked (an older version is open elsewhere), newer (a later build wrote it), upgrade (it could not be taken over, and is as it was), quota (the same, for want of room), closed (another tab wanted it alone at that moment), aborted. */
export async function openIdbRecordStore(options: IdbStoreOptions): Promise<RecordStore> {
  if (typeof indexedDB === 'undefined') throw new StoreError('unavailable', 'This browser has no IndexedDB here.');
  const mac = options.mac ?? createWebMac();
  const state: { db: Db | null; closed: StoreFailure | null; notify: (reason: StoreFailure) => void } = { db: null, closed: null, notify: () => {} };
  try {
    const shut = (reason: StoreFailure): void => {
      if (state.closed !== null) return;
      state.closed = reason;
      state.db?.close();
      state.notify(reason);
    };
    const db = await openDatabase(options, shut);
    state.db = db;
    // The first rows are on their way while the store says who it is: every start asks for them next.
    const first = readRows(db, 0, IDB_FIRST_ROWS);
    first.catch(() => undefined);
    const { id, key } = await identify(db, mac, options.random);
    // For another tab: whoever gets the store would never hear of it.
    if (state.closed !== null) throw new StoreError(state.closed, 'The store was closed while it was opened.');
    const store = createStore(db, id, key, mac, first, () => state.closed, shut);
    state.notify = (reason) => store.onClosed?.(reason);
    store.turnLog = () => turnLog(db, options.random);
    return store;
  } catch (error) {
    state.db?.close();
    throw toStoreError(error);
  }
}

function openDatabase({ name = 'lgos', steps = STORE_STEPS, onUpgrade }: IdbStoreOptions, shut: (reason: StoreFailure) => void): Promise<Db> {
  return new Promise((resolve, reject) => {
    let refused = false;
    const refuse = (error: StoreError): void => {
      refused = true;
      reject(error);
    };
    // Another tab deletes or upgrades the database: let go at once, or it would wait for ever.
    const blocking = (_has: number, _wanted: number | null, { target }: IDBVersionChangeEvent): void => {
      (target as IDBDatabase).close();
      shut('closed');
    };
    const ends: Ends = { blocking, terminated: () => shut('closed') };
    openDB<Schema>(name, steps.at(-1)?.to ?? STORE_FORMAT, {
      ...ends,
      upgrade(db, from, _, tx) {
        if (from > 0) onUpgrade?.();
        const to = db.version;
        let cause: unknown = null;
        // Whether there is room for it Chromium asks when it commits, after the last request: the transaction says so then, whoever waits for the opening hears only that it was broken off.
        tx.addEventListener('abort', () => refuse(failed(from, to, tx.error, cause)));
        tx.done.catch(() => undefined);
        // What throws here would let the half of it stand: the whole is taken back.
        upgradeStore(db as never, from, tx as never, steps).catch((error: unknown) => {
          cause = error;
          abort(tx);
        });
      },
      blocked: () => refuse(new StoreError('blocked', 'Another tab holds an older version of the store.')),
    }).catch((error: unknown) => (error instanceof DOMException && error.name === 'VersionError' ? openLater(name, ends) : Promise.reject(error as Error))).then((db) => {
      if (refused) db.close();
      else resolve(quiet(db));
    }, reject);
  });
}

/** `ended`: why the browser broke it off, null where we did, for the sake of `cause`. */
function failed(from: number, to: number, ended: unknown, cause: unknown): StoreError {
  const full = [ended, cause].find((error) => toStoreError(error).reason === 'quota');
  const told = full ?? ended ?? cause ?? 'broken off';
  return new StoreError(full ? 'quota' : from > 0 ? 'upgrade' : 'aborted', `format ${from} → ${to}: ${told instanceof Error ? told.message : String(told)}`);
}

/** One that the browser has ended says no more than that. */
function abort(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch {
    // Whoever hears of its end says why.
  }
}

interface Ends {
  blocking(has: number, wanted: number | null, event: IDBVersionChangeEvent): void;
  terminated(): void;
}

/** A later build wrote this store. Some formats only add to what there is, and say so: such a one is used as it is; others are left alone. */
async function openLater(name: string, ends: Ends): Promise<Db> {
  const db = quiet(await openDB<Schema>(name, undefined, ends));
  try {
    const least: unknown = await db.get('values', LEAST_KEY);
    if (typeof least === 'number' && least <= STORE_FORMAT) return db;
    throw new StoreError('newer', `The store has format ${db.version}; this build knows ${STORE_FORMAT}.`);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Id and MAC key are made once, by whichever tab comes first. */
async function identify(db: Db, mac: MacPort, random: Random): Promise<{ id: string; key: unknown }> {
  const [id, key] = await Promise.all([db.get('values', ID_KEY), db.get('values', MAC_KEY)]);
  if (typeof id === 'string' && key !== undefined) return { id, key };
  const fresh = { id: toBase64url(random.bytes(16)), key: await mac.generate() };
  const tx = db.transaction('values', 'readwrite', { durability: 'strict' });
  const known = await tx.store.get(ID_KEY);
  if (typeof known === 'string') {
    const other = await tx.store.get(MAC_KEY);
    await tx.done;
    return { id: known, key: other };
  }
  await Promise.all([tx.store.put(fresh.id, ID_KEY), tx.store.put(fresh.key, MAC_KEY), tx.done]);
  return fresh;
}

function createStore(db: Db, id: string, key: unknown, mac: MacPort, first: Promise<Rows>, closed: () => StoreFailure | null, shut: (reason: StoreFailure) => void): RecordStore {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    const reason = closed();
    if (reason !== null) throw new StoreError(reason, 'The store was closed.');
    try {
      return await work();
    } catch (error) {
      const after = closed();
      throw after === null ? toStoreError(error) : new StoreError(after, 'The store was closed.');
    }
  };
  const toSegment = async (arrival: number, row: SegmentRow): Promise<Segment> => {
    const records = unpackRecords(row.columns, row.bytes);
    // A damaged row is given without records: anti-entropy fetches them again.
    if (records === null || typeof row.origin !== 'string') return { arrival, origin: '', records: [], trusted: false };
    const trusted = row.mac instanceof Uint8Array && (await mac.verify(key, row.mac, macMessage(row.origin, row.columns, row.bytes)));
    return { arrival, origin: row.origin, records, trusted };
  };

  let ahead: Promise<Rows> | null = first;
  /** What was read at the opening, for the first who asks; later there may be more. */
  const taken = (): Promise<Rows> | null => {
    const rows = ahead;
    ahead = null;
    return rows;
  };

  return {
    id,
    onClosed: null,
    commit: (input) => guarded(() => commit(db, input, key, mac)),
    scan: (after, limit) => guarded(async () => Promise.all((await readPage(db, after, Math.min(limit, IDB_SCAN_ROWS), after === 0 && limit >= IDB_FIRST_ROWS ? taken() : null)).map(([arrival, row]) => toSegment(arrival, row)))),
    arrivals: (after) => guarded(() => db.getAllKeys('segments', IDBKeyRange.lowerBound(after, true))),
    segments: (arrivals) => guarded(async () => Promise.all((await readThese(db, arrivals)).map(([arrival, row]) => toSegment(arrival, row)))),
    holding: (space, fragment) => guarded(() => db.getAllKeysFromIndex('segments', 'parts', partName(space, fragment))),
    get: (name) => guarded(() => db.get('values', name)),
    list: (prefix) => guarded(async () => {
      const tx = db.transaction('values');
      // U+FFFF is above every character a key of ours holds.
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const [keys, values] = await Promise.all([tx.store.getAllKeys(range), tx.store.getAll(range)]);
      return keys.map((name, i): [string, unknown] => [name, values[i]]);
    }),
    close: () => shut('closed'),
  };
}

/**
 * LevelDB, which lies under IndexedDB in Chromium, goes on writing behind the log of a browser that was killed, also where its last write was torn in the middle. The
 * start after that finds the tear inside the log, takes the database for corrupt, and Chromium throws all of it away: keys, spaces, everything (tests/e2e/torn-log.e2e.ts
 * shows it). A new log begins once 4 MiB wait to be sorted. So much is written here and taken away again, before anything that matters stands behind a tear. Rejects
 * where there is no room for it; nothing of it stays.
 */
async function turnLog(db: Db, random: Random): Promise<void> {
  try {
    const tx = db.transaction('values', 'readwrite', { durability: 'relaxed' });
    // What can be compressed, or is large enough for a file of its own, does not fill the log.
    await Promise.all([...Array.from({ length: IDB_TURN_ROWS }, (_, i) => tx.store.put(random.bytes(IDB_TURN_ROW_BYTES), `${TURN}${i}`)), tx.done]);
  } finally {
    await db.delete('values', IDBKeyRange.bound(TURN, `${TURN}\uffff`));
  }
}

async function commit(db: Db, input: CommitInput, key: unknown, mac: MacPort): Promise<number> {
  // The MAC comes first: waiting for WebCrypto inside a transaction would end it.
  const { columns, bytes } = packRecords(input.records);
  const row: SegmentRow = { v: 0, origin: input.origin, columns, bytes, mac: await mac.sign(key, macMessage(input.origin, columns, bytes)), parts: partsOf(columns) };
  const tx = db.transaction(['segments', 'values'], 'readwrite', { durability: 'strict' });
  const requests: Promise<unknown>[] = [];
  try {
    const segments = tx.objectStore('segments');
    requests.push(segments.add(row));
    for (const arrival of input.drop ?? []) requests.push(segments.delete(arrival));
    const values = tx.objectStore('values');
    for (const [name, value] of input.values ?? []) requests.push(value === undefined ? values.delete(name) : values.put(value, name));
  } catch (error) {
    // A value that cannot be cloned throws at once and leaves the requests before it standing: the whole act must fall.
    requests.push(tx.done);
    tx.abort();
    await Promise.allSettled(requests);
    throw error;
  }
  return (await whole([...requests, tx.done]))[0] as number;
}

type Rows = [keys: number[], rows: SegmentRow[]];

function readRows(db: Db, after: number, count: number): Promise<Rows> {
  const tx = db.transaction('segments');
  const range = IDBKeyRange.lowerBound(after, true);
  return Promise.all([tx.store.getAllKeys(range, count), tx.store.getAll(range, count)]);
}

/** Rows after `after`, until the rows or the bytes are enough: a few at once, and the others one by one, for nothing tells how large the next ones are. `first` are the first few, where they were read at the opening. */
async function readPage(db: Db, after: number, limit: number, first: Promise<Rows> | null): Promise<[number, SegmentRow][]> {
  if (limit < 1) return [];
  const want = Math.min(IDB_FIRST_ROWS, limit);
  const [keys, rows] = await (first ?? readRows(db, after, want));
  const out = rows.map((row, i): [number, SegmentRow] => [keys[i]!, row]);
  let size = rows.reduce((sum, row) => sum + byteLength(row), 0);
  const enough = (): boolean => out.length >= limit || size >= IDB_SCAN_BYTES;
  // What was read before tells nothing about the end: rows may have come since.
  if (enough() || (first === null && rows.length < want)) return out;
  const { store } = db.transaction('segments');
  for (let cursor = await store.openCursor(IDBKeyRange.lowerBound(keys.at(-1) ?? after, true)); cursor !== null; cursor = await cursor.continue()) {
    out.push([cursor.key, cursor.value]);
    size += byteLength(cursor.value);
    if (enough()) break;
  }
  return out;
}

/** Rows by their numbers, until the bytes are enough: a few at once, for nothing tells how large the next ones are. */
async function readThese(db: Db, arrivals: readonly number[]): Promise<[number, SegmentRow][]> {
  const { store } = db.transaction('segments');
  const out: [number, SegmentRow][] = [];
  for (let at = 0, size = 0; at < arrivals.length && size < IDB_SCAN_BYTES; at += IDB_FIRST_ROWS) {
    const now = arrivals.slice(at, at + IDB_FIRST_ROWS);
    (await Promise.all(now.map((arrival) => store.get(arrival)))).forEach((row, i) => {
      if (row === undefined) return;
      out.push([now[i]!, row]);
      size += byteLength(row);
    });
  }
  return out;
}

function byteLength(row: SegmentRow): number {
  const bytes: Bytes | undefined = row.bytes;
  return bytes instanceof Uint8Array ? bytes.length : 0;
}
