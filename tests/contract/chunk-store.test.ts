/** What every store of pieces does: the one of the browser (on an IndexedDB in memory) and the one of the tests. */
import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { openIdbChunkStore } from '#adapters/idb/idb-chunk-store';
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
    expect([...(await store.held('s/f'))].sort()).toEqual([['a', 3], ['b', 1]]);
    expect((await store.held('s/none')).size).toBe(0);
    expect(await store.size()).toBe(6);
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
