/**
 * Formats of the store of a profile, and how one is taken over by the next (docs/decisions/0126). The database's version is the format. The rows are carried into a copy beside them,
 * read back and compared, and only then the copy takes their place: all in the one transaction by which a database changes its version, so that a crash, a full disk or a row
 * that does not come out as it went in leaves the store as it was, for this build and for the one before.
 */
import type { DBSchema, IDBPDatabase, IDBPObjectStore, IDBPTransaction } from 'idb';
import { equalBytes } from '#base/bytes';
import { IDB_UPGRADE_BYTES, IDB_UPGRADE_ROWS } from '#adapters/limits';
import { partsOf, type SegmentRow } from './segment-row.ts';

/** One format to the next. */
export interface StoreStep {
  readonly to: number;
  /** The least format whose builds may go on with a store of this one: they read it, and what they write is whole for it. */
  readonly least: number;
  row(row: SegmentRow): SegmentRow;
}

/** In their order. 2: an index of what is in a row; a build that does not keep it would write rows that nobody finds. */
export const STORE_STEPS: readonly StoreStep[] = [{ to: 2, least: 2, row: (row) => ({ ...row, parts: partsOf(row.columns) }) }];

/** The format that this build writes. */
export const STORE_FORMAT = STORE_STEPS.at(-1)!.to;

/** Key of `least` in the values: what a build that is older than the store asks. */
export const LEAST_KEY = 'store/least';
const BEFORE = 'segments/before';

interface Rows extends DBSchema {
  'segments': { key: number; value: SegmentRow; indexes: { parts: string } };
  'segments/before': { key: number; value: SegmentRow; indexes: { parts: string } };
  'values': { key: string; value: unknown };
}

type Names = 'segments' | 'segments/before' | 'values';
type Tx = IDBPTransaction<Rows, Names[], 'versionchange'>;
type Segments = IDBPObjectStore<Rows, Names[], 'segments' | 'segments/before', 'versionchange'>;

function makeSegments(db: IDBPDatabase<Rows>): Segments {
  const made = db.createObjectStore('segments', { autoIncrement: true });
  made.createIndex('parts', 'parts', { multiEntry: true });
  return made as unknown as Segments;
}

/** Makes the stores of a new database, or takes those of an earlier format over. Rejects where anything is not as it was: whoever calls takes the transaction back. */
export async function upgradeStore(db: IDBPDatabase<Rows>, from: number, tx: Tx, steps: readonly StoreStep[]): Promise<void> {
  const last = steps.at(-1)!;
  if (from < 1) {
    makeSegments(db);
    await db.createObjectStore('values').put(last.least, LEAST_KEY);
    return;
  }
  const before = tx.objectStore('segments') as unknown as Segments;
  (before as { name: string }).name = BEFORE;
  const copy = makeSegments(db);
  const due = steps.filter(({ to }) => to > from);
  await inPages(before, async (keys, rows) => {
    const made = rows.map((row) => due.reduce((now, step) => step.row(now), row));
    await Promise.all(made.map((row, i) => heard(copy.put(row, keys[i]))));
  });
  await goOnCounting(before, copy);
  await compare(before, copy);
  await tx.objectStore('values').put(last.least, LEAST_KEY);
  db.deleteObjectStore(BEFORE);
}

/** Where one throws at once, the others are taken back with it: nobody waits for them any more. */
function heard<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined);
  return request;
}

/** By a cursor: what the next row weighs is known when it is there, and nothing before it tells. */
async function inPages(store: Segments, each: (keys: number[], rows: SegmentRow[]) => Promise<void>): Promise<void> {
  let page = { keys: [] as number[], rows: [] as SegmentRow[], bytes: 0 };
  for (let cursor = await store.openCursor(); cursor !== null; cursor = await cursor.continue()) {
    page.keys.push(cursor.key);
    page.rows.push(cursor.value);
    page.bytes += weight(cursor.value.bytes) + weight(cursor.value.columns);
    if (page.bytes < IDB_UPGRADE_BYTES && page.rows.length < IDB_UPGRADE_ROWS) continue;
    await each(page.keys, page.rows);
    page = { keys: [], rows: [], bytes: 0 };
  }
  if (page.rows.length > 0) await each(page.keys, page.rows);
}

const weight = (part: unknown): number => (part instanceof Uint8Array ? part.length : 0);

/** Arrival numbers never come again, also those of rows that went: other devices remember how far they had heard. */
async function goOnCounting(before: Segments, copy: Segments): Promise<void> {
  const next = await before.add({} as SegmentRow);
  await before.delete(next);
  const last = next - 1;
  if (last < 1 || (await copy.getKey(last)) !== undefined) return;
  await copy.put({} as SegmentRow, last);
  await copy.delete(last);
}

/** A damaged row is carried as it is: the records in it are fetched again, as before. */
const same = (a: unknown, b: unknown): boolean => (a instanceof Uint8Array ? b instanceof Uint8Array && equalBytes(a, b) : typeof a === 'object' ? typeof b === 'object' : a === b);

async function compare(before: Segments, copy: Segments): Promise<void> {
  await inPages(before, async (keys, rows) => {
    const found = await copy.getAll(IDBKeyRange.bound(keys[0]!, keys.at(-1)!));
    if (found.length !== rows.length) throw new Error(`${rows.length} rows became ${found.length}`);
    rows.forEach((row, i) => {
      for (const part of ['origin', 'columns', 'bytes', 'mac'] as const) if (!same(row[part], found[i]![part])) throw new Error(`row ${keys[i]} has other ${part}`);
    });
  });
  const [was, is] = await Promise.all([before.count(), copy.count()]);
  if (was !== is) throw new Error(`${was} rows became ${is}`);
}
