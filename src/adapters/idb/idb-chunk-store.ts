/** Pieces of files of one person of this browser, in a database of their own: what is read at the start stays small. Two stores, so that lengths are read without the bytes. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { equalBytes, type Bytes } from '#base/bytes';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError } from '#ports/record-store';
import { quiet } from './quiet.ts';
import { toStoreError, whole } from './store-error.ts';

/** A digest the engine makes beside this thread: to see whether the disk changed a piece, its id would have to be made again here. Rows of older builds have their length alone. */
type Length = number | { readonly n: number; readonly sum: Uint8Array };

const bytesIn = (length: Length): number => (typeof length === 'number' ? length : length.n);
const sumOf = async (bytes: Uint8Array): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes));

type PieceKey = [place: string, id: string];

interface Waiting {
  readonly key: PieceKey;
  readonly bytes: Uint8Array;
  readonly length: Length;
  done(): void;
  failed(error: unknown): void;
}

interface Schema extends DBSchema {
  pieces: { key: PieceKey; value: Uint8Array };
  lengths: { key: PieceKey; value: Length };
}

const within = (place: string): IDBKeyRange => IDBKeyRange.bound([place], [place, []]);

function open(name: string): Promise<IDBPDatabase<Schema>> {
  return new Promise((resolve, reject) => {
    const opening = openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('pieces');
        db.createObjectStore('lengths');
      },
      blocked: () => reject(new StoreError('blocked', 'Another tab holds an older version of the store of files.')),
      // Another tab deletes or upgrades it: let go, or it would wait for ever.
      blocking: () => void opening.then((db) => db.close()),
    });
    opening.then((db) => resolve(quiet(db)), reject);
  });
}

/** Opens (or makes) the database of this name. It is opened again when it was closed from outside. Rejects with StoreError. */
export async function openIdbChunkStore(name: string): Promise<ChunkStore> {
  if (typeof indexedDB === 'undefined') throw new StoreError('unavailable', 'This browser has no IndexedDB here.');
  let shut = false;
  let current = open(name);
  const told = async <T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    if (shut) throw new StoreError('closed', 'The store of files is closed.');
    try {
      return await work(await current);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw toStoreError(error);
      current = open(name);
      return work(await current).catch((again: unknown) => Promise.reject(toStoreError(again)));
    }
  };
  await told(async () => undefined);
  /** Each transaction waits for the disk: what comes meanwhile goes into the next one together. */
  let waiting: Waiting[] = [];
  let writing = false;
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await told(async (db) => {
        const tx = db.transaction(['pieces', 'lengths'], 'readwrite', { durability: 'strict' });
        await whole<unknown>([...group.flatMap(({ key, bytes, length }) => [tx.objectStore('pieces').put(bytes, key), tx.objectStore('lengths').put(length, key)]), tx.done]);
      }).then(() => group.forEach(({ done }) => done()), (error: unknown) => group.forEach(({ failed }) => failed(error)));
    }
    writing = false;
  };
  return {
    async room() {
      // Absent in Node and outside secure contexts.
      const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.().catch(() => null)) ?? {};
      return usage === undefined || quota === undefined ? null : { usage, quota };
    },
    async put(place, id, bytes) {
      const length = { n: bytes.length, sum: await sumOf(bytes) };
      await new Promise<void>((done, failed) => {
        waiting.push({ key: [place, id], bytes, length, done, failed });
        if (!writing) void write();
      });
    },
    get: (place, id) => told(async (db) => ((await db.get('pieces', [place, id])) as Bytes | undefined) ?? null),
    read: (place, id) => told(async (db) => {
      const tx = db.transaction(['pieces', 'lengths']);
      const [bytes, length] = await Promise.all([tx.objectStore('pieces').get([place, id]), tx.objectStore('lengths').get([place, id])]);
      if (bytes === undefined) return null;
      return { bytes: bytes as Bytes, sound: typeof length === 'object' ? equalBytes(await sumOf(bytes), length.sum) : null };
    }),
    held: (place) => told(async (db) => {
      const tx = db.transaction('lengths');
      const [keys, lengths] = await Promise.all([tx.store.getAllKeys(within(place)), tx.store.getAll(within(place))]);
      return new Map(keys.map(([, id], at) => [id, bytesIn(lengths[at]!)]));
    }),
    size: () => told(async (db) => (await db.getAll('lengths')).reduce<number>((sum, length) => sum + bytesIn(length), 0)),
    remove: (place, ids) => told(async (db) => {
      const tx = db.transaction(['pieces', 'lengths'], 'readwrite');
      await whole<unknown>([...ids.flatMap((id) => [tx.objectStore('pieces').delete([place, id]), tx.objectStore('lengths').delete([place, id])]), tx.done]);
    }),
    close() {
      shut = true;
      void current.then((db) => db.close()).catch(() => undefined);
    },
  };
}
