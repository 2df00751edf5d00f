/** What every store of pieces does: the one of the browser (on an IndexedDB in memory) and the one of the tests. */
import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { openIdbChunkStore } from '#adapters/idb/idb-chunk-store';
import { openModelStore } from '#adapters/idb/idb-model-store';
import { createMemoryChunkStore } from '#adapters/memory/memory-stores';
import { createMemoryChunks } from '#tests/support/memory-chunks';

let count = 0;
const stores = [['idb', () => openIdbChunkStore(`lgos-chunks-${count++}/files`)], ['memory', async () => createMemoryChunkStore()], ['memory double', async () => createMemoryChunks().open()]] as const;
const bytes = (...of: number[]): Uint8Array => Uint8Array.from(of);

describe.each(stores)('%s', (_name, open) => {
  test('gives back what was put, in its place only', async () => {
    const store = await open();
    await store.put('s/f', 'a', bytes(1, 2, 3));
    await store.put('s/f', 'b', bytes(4));
    await store.put('s/other', 'a', bytes(9, 9));
    expect(await store.get('s/f', 'a')).toEqual(bytes(1, 2, 3));
    expect(await store.get('s/other', 'a')).toEqual(bytes(9, 9));
    expect([await store.get('s/other', 'b'), await store.get('s', 'a')]).toEqual([null, null]);
    expect((await store.read('s/f', 'a'))?.bytes).toEqual(bytes(1, 2, 3));
    expect((await store.read('s/f', 'a'))?.sound).not.toBe(false);
    expect(await store.read('s', 'a')).toBeNull();
    expect([...(await store.held('s/f'))].sort()).toEqual([['a', 3], ['b', 1]]);
    expect((await store.held('s/none')).size).toBe(0);
    expect(await store.size()).toBe(6);
    store.close();
  });

  test('says what the disk takes, or that it does not know', async () => {
    const store = await open();
    expect(await store.room()).toBeNull();
    store.close();
  });

  test('put twice is there once; what is removed is gone, the rest stays', async () => {
    const store = await open();
    for (const id of ['a', 'a', 'b']) await store.put('s/f', id, bytes(1, 2));
    expect(await store.size()).toBe(4);
    await store.remove('s/f', ['a', 'never']);
    expect([...(await store.held('s/f')).keys()]).toEqual(['b']);
    expect([await store.get('s/f', 'a'), await store.size()]).toEqual([null, 2]);
    store.close();
  });
});

test('idb: what was put is there when it is opened again', async () => {
  const name = 'lgos-again/files';
  const first = await openIdbChunkStore(name);
  await first.put('s/f', 'a', bytes(7));
  first.close();
  await expect(first.get('s/f', 'a')).rejects.toMatchObject({ name: 'StoreError', reason: 'closed' });
  const second = await openIdbChunkStore(name);
  expect(await second.get('s/f', 'a')).toEqual(bytes(7));
  // Whoever forgets the person does not wait for it, and what is put afterwards lies in a new one.
  await deleteDB(name);
  await second.put('s/f', 'b', bytes(8));
  expect([await second.get('s/f', 'a'), await second.get('s/f', 'b')]).toEqual([null, bytes(8)]);
  second.close();
});

test('idb: bytes that the disk changed are known as such, those of an older build are not known', async () => {
  const name = 'lgos-torn/files';
  const store = await openIdbChunkStore(name);
  for (const id of ['whole', 'torn', 'old']) await store.put('s/f', id, bytes(1, 2, 3));
  const db = await openDB(name);
  await db.put('pieces', bytes(1, 2, 4), ['s/f', 'torn']);
  await db.put('lengths', 3, ['s/f', 'old']);
  db.close();
  expect(await Promise.all(['whole', 'torn', 'old'].map(async (id) => (await store.read('s/f', id))?.sound))).toEqual([true, false, null]);
  expect([await store.size(), (await store.held('s/f')).get('old')]).toEqual([9, 3]);
  store.close();
});

test('{V5} idb: a disk that is full when the write ends is called one, for pieces of files and of models; nothing of it was written', async () => {
  const files = await openIdbChunkStore('lgos-full/files');
  const models = await openModelStore<{ id: string }, { key: string }>('lgos-full/models');
  const { put } = IDBObjectStore.prototype;
  const works = { piece: () => files.put('s/f', 'a', bytes(1)), model: () => models.put('blob', 0, bytes(1)), load: () => models.putLoad({ key: 'one' }, []), kept: () => models.keep({ id: 'm' }, ['blob'], 'one'), pin: () => models.setPin('address', 'm') };
  // As Chromium does: requests that wait hear only that all was broken off, the transaction knows why. Control: broken off for another reason.
  for (const [name, reason] of [['QuotaExceededError', 'quota'], ['AbortError', 'aborted']] as const) {
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      const { transaction } = this as unknown as { transaction: { _abort(name: string): void } };
      queueMicrotask(() => transaction._abort(name));
      return put.apply(this, args);
    };
    try {
      for (const [what, work] of Object.entries(works)) await expect(work(), `${what}, ${name}`).rejects.toMatchObject({ name: 'StoreError', reason });
    } finally {
      IDBObjectStore.prototype.put = put;
    }
  }
  expect([await files.size(), await models.rows(), await models.loads(), await models.piece('blob', 0), await models.pin('address')]).toEqual([0, [], [], null, null]);
  files.close();
  models.close();
});
