/**
 * The record store of a browser profile on IndexedDB. Database `lgos`: `segments` (key = arrival, given by the database, so it rises over
 * all tabs) and `values` (key → value). Every commit is ONE strict transaction (FORMATS 2, order of durability).
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { toBase64url, type Bytes } from '#base/bytes';
import { StoreError, type CommitInput, type RecordStore, type Segment, type StoreFailure } from '#ports/record-store';
import type { Random } from '#ports/random';
import { IDB_FIRST_ROWS, IDB_READ_BYTES, IDB_SCAN_BYTES, IDB_SCAN_ROWS, IDB_TURN_ROW_BYTES, IDB_TURN_ROWS } from '#adapters/limits';
import { createWebMac, type MacPort } from './mac.ts';
import { macMessage, packRecords, partName, partsOf, unpackRecords, type SegmentRow } from './segment-row.ts';
import { toStoreError } from './store-error.ts';

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
}

/** Opens (or makes) the store. Rejects with StoreError: unavailable (no IndexedDB here), blocked (an older version is open elsewhere), quota. */
export async function openIdbRecordStore(options: IdbStoreOptions): Promise<RecordStore> {
  if (typeof indexedDB === 'undefined') throw new StoreError('unavailable', 'This browser has no IndexedDB here.');
  const mac = options.mac ?? createWebMac();
  try {
    const state: { db: Db | null; closed: StoreFailure | null; notify: (reason: StoreFailure) => void } = { db: null, closed: null, notify: () => {} };
    const shut = (reason: StoreFailure): void => {
      if (state.closed !== null) return;
      state.closed = reason;
      state.db?.close();
      state.notify(reason);
    };
    const db = await openDatabase(options.name ?? 'lgos', shut);
    state.db = db;
    // The first rows are on their way while the store says who it is: every start asks for them next.
    const first = readRows(db, 0, IDB_FIRST_ROWS);
    first.catch(() => undefined);
    const { id, key } = await identify(db, mac, options.random);
    const store = createStore(db, id, key, mac, first, () => state.closed, shut);
    state.notify = (reason) => store.onClosed?.(reason);
    store.turnLog = () => turnLog(db, options.random);
    return store;
  } catch (error) {
    throw toStoreError(error);
  }
}

function openDatabase(name: string, shut: (reason: StoreFailure) => void): Promise<Db> {
  return new Promise((resolve, reject) => {
    let refused = false;
    openDB<Schema>(name, 2, {
      async upgrade(db, from, _, tx) {
        if (from < 1) {
          db.createObjectStore('segments', { autoIncrement: true });
          db.createObjectStore('values');
        }
        const segments = tx.objectStore('segments');
        segments.createIndex('parts', 'parts', { multiEntry: true });
        // Rows of version 1 have no names of their parts yet.
        for (let cursor = from < 1 ? null : await segments.openCursor(); cursor; cursor = await cursor.continue()) await cursor.update({ ...cursor.value, parts: partsOf(cursor.value.columns) });
      },
      blocked() {
        refused = true;
        reject(new StoreError('blocked', 'Another tab holds an older version of the store.'));
      },
      // Another tab deletes or upgrades the database: let go, or it would wait for ever.
      blocking: () => shut('closed'),
      terminated: () => shut('closed'),
    }).then((db) => {
      if (refused) db.close();
      else resolve(db);
    }, reject);
  });
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
    segments: (arrivals) => guarded(async () => {
      const tx = db.transaction('segments');
      const rows = await Promise.all(arrivals.map((arrival) => tx.store.get(arrival)));
      const found = rows.flatMap((row, i) => (row === undefined ? [] : [[arrivals[i]!, row] as const]));
      return Promise.all(found.map(([arrival, row]) => toSegment(arrival, row)));
    }),
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
  const results = await Promise.allSettled([...requests, tx.done]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw pickCause(results, failed.reason);
  return (results[0] as PromiseFulfilledResult<number>).value;
}

/** A full disk shows as QuotaExceededError on a request or on the transaction, and as AbortError on everything else. */
function pickCause(results: readonly PromiseSettledResult<unknown>[], first: unknown): unknown {
  for (const result of results) {
    if (result.status === 'rejected' && toStoreError(result.reason).reason === 'quota') return result.reason;
  }
  return first;
}

type Rows = [keys: number[], rows: SegmentRow[]];

function readRows(db: Db, after: number, count: number): Promise<Rows> {
  const tx = db.transaction('segments');
  const range = IDBKeyRange.lowerBound(after, true);
  return Promise.all([tx.store.getAllKeys(range, count), tx.store.getAll(range, count)]);
}

/** Rows after `after`, in pages that grow, until the rows or the bytes are enough; `first` is the first page, where it was read at the opening. */
async function readPage(db: Db, after: number, limit: number, first: Promise<Rows> | null): Promise<[number, SegmentRow][]> {
  const out: [number, SegmentRow][] = [];
  let from = after;
  let size = 0;
  let page = IDB_FIRST_ROWS;
  while (out.length < limit && size < IDB_SCAN_BYTES) {
    const want = Math.min(page, limit - out.length);
    const [keys, rows] = await (first ?? readRows(db, from, want));
    rows.forEach((row, i) => {
      out.push([keys[i]!, row]);
      size += byteLength(row);
    });
    // What was read before tells nothing about the end: rows may have come since.
    if (rows.length < want && first === null) break;
    first = null;
    from = keys[keys.length - 1] ?? from;
    if (out.length > 0) page = Math.max(1, Math.min(512, Math.floor((IDB_READ_BYTES * out.length) / Math.max(size, 1))));
  }
  return out;
}

function byteLength(row: SegmentRow): number {
  const bytes: Bytes | undefined = row.bytes;
  return bytes instanceof Uint8Array ? bytes.length : 0;
}
