/** A transaction that the engine breaks off after it answered, while nobody waits for its end: an unhandled rejection is a complaint of the page. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIdbChunkStore } from '#adapters/idb/idb-chunk-store';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import { openModelStore } from '#adapters/idb/idb-model-store';
import { random, testMac } from './old-store.ts';

const { get, getAll, getAllKeys } = IDBObjectStore.prototype;
const unhandled: unknown[] = [];
const hear = (error: unknown): void => void unhandled.push(error);
let others: NodeJS.UnhandledRejectionListener[] = [];

/** Every read is answered, and its transaction broken off then. */
function breakOff<This extends IDBObjectStore, Args extends unknown[], Asked extends IDBRequest>(read: (this: This, ...args: Args) => Asked): (this: This, ...args: Args) => Asked {
  return function (...args) {
    const asked = read.apply(this, args);
    const { transaction } = this as unknown as { transaction: { abort(): void } };
    asked.addEventListener('success', () => transaction.abort());
    return asked;
  };
}

beforeEach(() => {
  unhandled.length = 0;
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', hear);
});
afterEach(() => {
  Object.assign(IDBObjectStore.prototype, { get, getAll, getAllKeys });
  process.removeListener('unhandledRejection', hear);
  for (const other of others) process.on('unhandledRejection', other);
});

/** What is rejected and not caught is told after the turn of the loop. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('{V5} reads that were answered and then broken off are answered, and reject nothing that nobody can catch; control: the library alone does', async () => {
  const plain = await openDB('lgos-quiet-plain', 1, { upgrade: (db) => void db.createObjectStore('values') });
  const records = await openIdbRecordStore({ random, name: 'lgos-quiet', mac: testMac });
  const files = await openIdbChunkStore('lgos-quiet/files');
  const models = await openModelStore<{ id: string }, { key: string }>('lgos-quiet/models');
  IDBObjectStore.prototype.get = breakOff(get);
  IDBObjectStore.prototype.getAll = breakOff(getAll);
  IDBObjectStore.prototype.getAllKeys = breakOff(getAllKeys);
  await plain.get('values', 'a');
  await expect.poll(() => unhandled.length).toBe(1);
  expect(unhandled[0]).toMatchObject({ name: 'AbortError' });
  expect([await records.get('a'), await files.get('s/f', 'a'), await files.size(), await models.rows(), await models.row('m'), await models.loads()]).toEqual([undefined, null, 0, [], null, []]);
  for (let turns = 0; turns < 5; turns++) await turn();
  expect(unhandled).toHaveLength(1);
  for (const store of [plain, files, models]) store.close();
  await records.close();
});
