import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import { createMemoryRecordStore } from '#adapters/memory/memory-stores';
import type { RecordStore } from '#ports/record-store';
import { createMemoryDisk, type MemoryDisk } from '#tests/sim/support/memory-store';
import { random, testMac } from './old-store.ts';
import { recordStoreContract, sample } from './record-store-contract.ts';

let counter = 0;

function idbBench() {
  const name = `lgos-test-${counter++}`;
  const open = (): Promise<RecordStore> => openIdbRecordStore({ random, name, mac: testMac });
  return {
    fresh: open,
    again: open,
    wipe: () => new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
    }),
  };
}

recordStoreContract('IndexedDB', idbBench);

recordStoreContract('memory of a tab that keeps nothing', () => {
  const open = async (): Promise<RecordStore> => createMemoryRecordStore(random);
  return { fresh: open, again: open, wipe: async () => undefined };
}, { shared: false });

recordStoreContract('memory double', () => {
  let disk: MemoryDisk = createMemoryDisk(random);
  return {
    fresh: async () => (disk = createMemoryDisk(random)).open(),
    again: async () => disk.open(),
    wipe: async () => disk.closeAll('closed'),
  };
});

/** Changes rows behind the store's back. */
async function edit(name: string, change: (row: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
  });
  const tx = db.transaction('segments', 'readwrite');
  const store = tx.objectStore('segments');
  await new Promise<void>((resolve) => {
    const cursor = store.openCursor();
    cursor.onsuccess = () => {
      const at = cursor.result;
      if (at === null) return resolve();
      at.update(change(at.value as Record<string, unknown>));
      at.continue();
    };
  });
  db.close();
}

describe('IndexedDB store', () => {
  it('FORMATS §11: a row changed behind the store’s back is not trusted', async () => {
    for (const change of [
      (row: Record<string, unknown>) => ({ ...row, bytes: new Uint8Array(row.bytes as Uint8Array).fill(9) }),
      (row: Record<string, unknown>) => ({ ...row, origin: 'other' }),
      (row: Record<string, unknown>) => ({ ...row, mac: null }),
      (row: Record<string, unknown>) => ({ ...row, columns: new Uint8Array(row.columns as Uint8Array).map((b, i) => (i === 115 ? b + 1 : b)) }),
    ]) {
      const name = `lgos-edit-${counter++}`;
      const store = await openIdbRecordStore({ random, name, mac: testMac });
      await store.commit({ origin: 'tab', records: [sample(1)] });
      expect((await store.scan(0, 1))[0]!.trusted).toBe(true);
      await edit(name, change);
      const [segment] = await store.scan(0, 1);
      expect(segment!.trusted).toBe(false);
      expect(segment!.records.length).toBe(1);
    }
  });

  it('survives rows that make no sense', async () => {
    for (const row of [{}, { v: 0 }, { columns: new Uint8Array(120).fill(255), bytes: new Uint8Array(3), origin: 'x' }, { columns: new Uint8Array(7), bytes: new Uint8Array(0), origin: 'x' }, { columns: 'a', bytes: 1, origin: 2 }]) {
      const name = `lgos-junk-${counter++}`;
      const store = await openIdbRecordStore({ random, name, mac: testMac });
      await store.commit({ origin: 'tab', records: [sample(1)] });
      await edit(name, () => row);
      expect(await store.scan(0, 5)).toMatchObject([{ records: [], trusted: false }]);
    }
  });

  it('{V5} maps a full disk to quota, an abort to aborted, and writes nothing', async () => {
    const store = await openIdbRecordStore({ random, name: `lgos-fault-${counter++}`, mac: testMac });
    const add = IDBObjectStore.prototype.add;
    for (const [name, reason] of [['QuotaExceededError', 'quota'], ['AbortError', 'aborted'], ['UnknownError', 'aborted'], ['InvalidStateError', 'closed']] as const) {
      IDBObjectStore.prototype.add = function () {
        throw new DOMException('injected', name);
      };
      try {
        await expect(store.commit({ origin: 't', records: [sample(1)], values: [['k', 1]] })).rejects.toMatchObject({ name: 'StoreError', reason });
      } finally {
        IDBObjectStore.prototype.add = add;
      }
    }
    expect(await store.scan(0, 5)).toEqual([]);
    expect(await store.get('k')).toBeUndefined();
  });

  it('says unavailable where there is no IndexedDB', async () => {
    const real = globalThis.indexedDB;
    // @ts-expect-error a browser without it
    delete globalThis.indexedDB;
    try {
      await expect(openIdbRecordStore({ random, mac: testMac })).rejects.toMatchObject({ name: 'StoreError', reason: 'unavailable' });
    } finally {
      globalThis.indexedDB = real;
    }
  });

  it('{V5} opens with strict durability, one transaction per commit', async () => {
    const store = await openIdbRecordStore({ random, name: `lgos-strict-${counter++}`, mac: testMac });
    const seen: unknown[] = [];
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof real>) {
      seen.push(args);
      return real.apply(this, args);
    };
    try {
      await store.commit({ origin: 't', records: [sample(1), sample(2)], values: [['a', 1], ['b', 2]] });
    } finally {
      IDBDatabase.prototype.transaction = real;
    }
    expect(seen).toEqual([[['segments', 'values'], 'readwrite', { durability: 'strict' }]]);
  });

  it('[limit IDB_SCAN_ROWS] a scan of any length gives 1,024 rows at most, and the next one goes on', async () => {
    const store = await openIdbRecordStore({ random, name: `lgos-rows-${counter++}`, mac: testMac });
    for (let i = 0; i < 1_030; i++) void store.commit({ origin: 't', records: [sample(i & 63)] });
    await store.commit({ origin: 't', records: [sample(1)] });
    const first = await store.scan(0, 1e9);
    expect(first).toHaveLength(1_024);
    expect(await store.scan(first.at(-1)!.arrival, 1e9)).toHaveLength(7);
  });

  it('[limit IDB_SCAN_BYTES IDB_FIRST_ROWS] rows of megabytes behind small ones, as a hostile peer can make them: a scan ends at about 32 MiB, and no more than it gives is in memory', async () => {
    const store = await openIdbRecordStore({ random, name: `lgos-bytes-${counter++}`, mac: testMac });
    for (let i = 0; i < 32; i++) await store.commit({ origin: 't', records: [sample(i, i < 8 ? 40 : 2_000_000)] });
    const reads: (number | undefined)[] = [];
    let came = 0;
    const { getAll, openCursor } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.getAll = function (this: IDBObjectStore, ...args: Parameters<typeof getAll>) {
      reads.push(args[1]);
      const request = getAll.apply(this, args);
      request.addEventListener('success', () => (came += request.result.length));
      return request;
    };
    IDBObjectStore.prototype.openCursor = function (this: IDBObjectStore, ...args: Parameters<typeof openCursor>) {
      const request = openCursor.apply(this, args);
      request.addEventListener('success', () => (came += request.result === null ? 0 : 1));
      return request;
    };
    try {
      // What was read at the opening was no row yet.
      expect((await store.scan(0, 1_000)).length).toBe(25);
      expect([reads, came]).toEqual([[], 25]);
      expect((await store.scan(8, 1_000)).length).toBe(17);
      expect([reads, came]).toEqual([[8], 25 + 17]);
    } finally {
      Object.assign(IDBObjectStore.prototype, { getAll, openCursor });
    }
    expect((await store.scan(25, 1_000)).length).toBe(7);
    const { get } = IDBObjectStore.prototype;
    came = 0;
    IDBObjectStore.prototype.get = function (this: IDBObjectStore, ...args: Parameters<typeof get>) {
      came++;
      return get.apply(this, args);
    };
    try {
      expect((await store.segments(Array.from({ length: 32 }, (_, i) => i + 1))).length).toBe(32);
      expect(came).toBe(32);
      for (let i = 0; i < 8; i++) await store.commit({ origin: 't', records: [sample(i, 2_000_000)] });
      came = 0;
      expect([(await store.segments(Array.from({ length: 40 }, (_, i) => i + 1))).length, came]).toEqual([32, 32]);
    } finally {
      Object.assign(IDBObjectStore.prototype, { get });
    }
  });

  it('refuses fields of the wrong size', async () => {
    const store = await openIdbRecordStore({ random, name: `lgos-size-${counter++}`, mac: testMac });
    await expect(store.commit({ origin: 't', records: [{ ...sample(1), id: createHash('sha1').digest() }] })).rejects.toMatchObject({ name: 'StoreError' });
  });
});

describe('memory of a tab that keeps nothing', () => {
  it('is a store of its own each time, and a closed one holds nothing more', async () => {
    const store = createMemoryRecordStore(random);
    await store.commit({ origin: 't', records: [sample(1)], values: [['id/profile', 1]] });
    const other = createMemoryRecordStore(random);
    expect([other.id === store.id, await other.scan(0, 9), await other.get('id/profile')]).toEqual([false, [], undefined]);
    store.close();
    await expect(store.list('')).rejects.toMatchObject({ name: 'StoreError', reason: 'closed' });
  });
});

describe('memory store faults', () => {
  it('crash() loses what was not committed and nothing else', async () => {
    const disk = createMemoryDisk(random);
    const store = disk.open();
    await store.commit({ origin: 't', records: [sample(1)] });
    disk.hold();
    const lost = store.commit({ origin: 't', records: [sample(2)], values: [['n', 2]] });
    disk.crash();
    await expect(lost).rejects.toMatchObject({ reason: 'closed' });
    await expect(store.scan(0, 1)).rejects.toMatchObject({ reason: 'closed' });
    const next = disk.open();
    expect((await next.scan(0, 5)).map((s) => s.records[0]!.seq)).toEqual([1]);
    expect(await next.get('n')).toBeUndefined();
  });

  it('injects quota, abort and a torn tail', async () => {
    const disk = createMemoryDisk(random);
    const store = disk.open();
    disk.fail('quota');
    await expect(store.commit({ origin: 't', records: [sample(1)] })).rejects.toMatchObject({ reason: 'quota' });
    disk.fail('aborted', 2);
    await expect(store.commit({ origin: 't', records: [sample(1)] })).rejects.toMatchObject({ reason: 'aborted' });
    await expect(store.commit({ origin: 't', records: [sample(1)] })).rejects.toMatchObject({ reason: 'aborted' });
    await store.commit({ origin: 't', records: [sample(1)] });
    disk.tearTail();
    expect((await store.scan(0, 5)).map((s) => s.trusted)).toEqual([false]);
    expect(disk.rows).toBe(1);
  });
});
