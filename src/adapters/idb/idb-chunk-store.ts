/** Pieces of files of one person of this browser, in a database of their own: what is read at the start stays small. Two stores, so that lengths are read without the bytes. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Bytes } from '#base/bytes';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError } from '#ports/record-store';
import { toStoreError } from './store-error.ts';

type PieceKey = [place: string, id: string];

interface Schema extends DBSchema {
  pieces: { key: PieceKey; value: Uint8Array };
  lengths: { key: PieceKey; value: number };
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
    opening.then(resolve, reject);
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
  return {
    put: (place, id, bytes) => told(async (db) => {
      const tx = db.transaction(['pieces', 'lengths'], 'readwrite', { durability: 'strict' });
      await Promise.all([tx.objectStore('pieces').put(bytes, [place, id]), tx.objectStore('lengths').put(bytes.length, [place, id]), tx.done]);
    }),
    get: (place, id) => told(async (db) => ((await db.get('pieces', [place, id])) as Bytes | undefined) ?? null),
    held: (place) => told(async (db) => {
      const tx = db.transaction('lengths');
      const [keys, lengths] = await Promise.all([tx.store.getAllKeys(within(place)), tx.store.getAll(within(place))]);
      return new Map(keys.map(([, id], at) => [id, lengths[at]!]));
    }),
    size: () => told(async (db) => (await db.getAll('lengths')).reduce((sum, length) => sum + length, 0)),
    remove: (place, ids) => told(async (db) => {
      const tx = db.transaction(['pieces', 'lengths'], 'readwrite');
      await Promise.all([...ids.flatMap((id) => [tx.objectStore('pieces').delete([place, id]), tx.objectStore('lengths').delete([place, id])]), tx.done]);
    }),
    close() {
      shut = true;
      void current.then((db) => db.close()).catch(() => undefined);
    },
  };
}
