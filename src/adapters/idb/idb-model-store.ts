/** Models of one person of this browser, in a database of their own: rows, what is still coming, and their bytes in pieces of 4 MiB. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Bytes } from '#base/bytes';
import { StoreError } from '#ports/record-store';
import { quiet } from './quiet.ts';
import { toStoreError, whole } from './store-error.ts';

/** Bytes of one piece; the last of a file is shorter. */
export const MODEL_PIECE = 4_194_304;

/** One file of a model on its way: so many bytes of it lie in the store under its name. */
export interface StoredPart {
  readonly path: string;
  readonly blob: string;
  readonly got: number;
  /** -1: not known yet. */
  readonly size: number;
  /** Set when all of it is there and was hashed. */
  readonly hash: string | null;
}

/** Rows are the caller's: the store knows their keys and, for the bytes, the names of what belongs to them. */
export interface ModelStore<Row extends { readonly id: string }, Load extends { readonly key: string }> {
  rows(): Promise<(Row & { readonly blobs: readonly string[] })[]>;
  row(id: string): Promise<(Row & { readonly blobs: readonly string[] }) | null>;
  /** The model is whole: its row comes, its load goes, in one transaction. */
  keep(row: Row, blobs: readonly string[], load: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** The row goes first: half of a model is none. */
  remove(id: string): Promise<void>;
  loads(): Promise<(Load & { readonly parts: readonly StoredPart[] })[]>;
  putLoad(load: Load, parts: readonly StoredPart[]): Promise<void>;
  /** With the bytes that came. */
  dropLoad(key: string): Promise<void>;
  put(blob: string, index: number, bytes: Uint8Array): Promise<void>;
  piece(blob: string, index: number): Promise<Bytes | null>;
  drop(blob: string): Promise<void>;
  /** The id that came first from an address, kept also after the model went; `forgetPin` when a person accepts another one. */
  pin(address: string): Promise<string | null>;
  setPin(address: string, id: string | null): Promise<void>;
  /** Bytes that belong to no row and no load go: what a crash left. */
  sweep(): Promise<number>;
  close(): void;
}

interface Schema<Row, Load> extends DBSchema {
  models: { key: string; value: Row & { blobs: readonly string[] } };
  loads: { key: string; value: Load & { parts: readonly StoredPart[] } };
  pieces: { key: [blob: string, index: number]; value: Uint8Array };
  pins: { key: string; value: string };
}

const of = (blob: string): IDBKeyRange => IDBKeyRange.bound([blob], [blob, []]);

function open<Row, Load>(name: string): Promise<IDBPDatabase<Schema<Row, Load>>> {
  return new Promise((resolve, reject) => {
    const opening = openDB<Schema<Row, Load>>(name, 1, {
      upgrade(db) {
        for (const store of ['models', 'loads', 'pieces', 'pins'] as const) db.createObjectStore(store);
      },
      blocked: () => reject(new StoreError('blocked', 'Another tab holds an older version of the store of models.')),
      blocking: () => void opening.then((db) => db.close()),
    });
    opening.then((db) => resolve(quiet(db)), reject);
  });
}

/** Opens (or makes) the database of this name. Rejects, as every call, with StoreError. */
export async function openModelStore<Row extends { readonly id: string }, Load extends { readonly key: string }>(name: string): Promise<ModelStore<Row, Load>> {
  if (typeof indexedDB === 'undefined') throw new StoreError('unavailable', 'This browser has no IndexedDB here.');
  type Db = IDBPDatabase<Schema<Row, Load>>;
  let current: Promise<Db> = open<Row, Load>(name);
  const told = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    try {
      return await work(await current);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw toStoreError(error);
      current = open<Row, Load>(name);
      return work(await current).catch((again: unknown) => Promise.reject(toStoreError(again)));
    }
  };
  await told(async () => undefined);
  // Not the put of the library: of a full disk that says only that the write was broken off.
  const put = async (db: Db, store: 'loads' | 'pieces' | 'pins', value: unknown, key: unknown): Promise<void> => {
    const tx = db.transaction(store, 'readwrite');
    await whole<unknown>([tx.store.put(value as never, key as never), tx.done]);
  };
  const drop = (blob: string): Promise<void> => told((db) => db.delete('pieces', of(blob) as never));
  return {
    rows: () => told((db) => db.getAll('models')),
    row: (id) => told(async (db) => (await db.get('models', id)) ?? null),
    keep: (row, blobs, load) => told(async (db) => {
      const tx = db.transaction(['models', 'loads'], 'readwrite', { durability: 'strict' });
      await whole<unknown>([tx.objectStore('models').put({ ...row, blobs }, row.id), tx.objectStore('loads').delete(load), tx.done]);
    }),
    rename: (id, text) => told(async (db) => {
      const tx = db.transaction('models', 'readwrite');
      const row = await tx.store.get(id);
      await whole<unknown>([...(row ? [tx.store.put({ ...row, name: text }, id)] : []), tx.done]);
    }),
    async remove(id) {
      const row = await told((db) => db.get('models', id));
      await told((db) => db.delete('models', id));
      for (const blob of row?.blobs ?? []) await drop(blob);
    },
    loads: () => told((db) => db.getAll('loads')),
    putLoad: (load, parts) => told((db) => put(db, 'loads', { ...load, parts }, load.key)),
    async dropLoad(key) {
      const load = await told((db) => db.get('loads', key));
      await told((db) => db.delete('loads', key));
      for (const { blob } of load?.parts ?? []) await drop(blob);
    },
    put: (blob, index, bytes) => told((db) => put(db, 'pieces', bytes, [blob, index])),
    piece: (blob, index) => told(async (db) => ((await db.get('pieces', [blob, index])) as Bytes | undefined) ?? null),
    drop,
    pin: (address) => told(async (db) => (await db.get('pins', address)) ?? null),
    setPin: (address, id) => told(async (db) => id === null ? db.delete('pins', address) : put(db, 'pins', id, address)),
    async sweep() {
      // Bytes first: what comes into the store after them is nothing that could be lost. Then both lists at one moment, for a load becomes a row.
      const keys = await told((db) => db.getAllKeys('pieces'));
      const [rows, loads] = await told((db) => {
        const tx = db.transaction(['models', 'loads']);
        return Promise.all([tx.objectStore('models').getAll(), tx.objectStore('loads').getAll(), tx.done]);
      });
      const used = new Set([...rows.flatMap((row) => row.blobs), ...loads.flatMap((load) => load.parts.map(({ blob }) => blob))]);
      const lost = new Set(keys.map(([blob]) => blob).filter((blob) => !used.has(blob)));
      for (const blob of lost) await drop(blob);
      return lost.size;
    },
    close: () => void current.then((db) => db.close()).catch(() => undefined),
  };
}
