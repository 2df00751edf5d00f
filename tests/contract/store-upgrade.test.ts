/** A store of an earlier format that is taken over: whole or not at all, with little in memory, whatever other tabs and the disk do meanwhile. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import { LEAST_KEY, STORE_STEPS, type StoreStep } from '#adapters/idb/upgrade';
import type { RecordStore } from '#ports/record-store';
import { inside, older, put, random, stepOf, testMac } from './old-store.ts';
import { sample } from './record-store-contract.ts';

let counter = 0;

it('{K9} a store of format 1 is taken over: its rows are named by their parts, and are as trusted as before; numbers go on where they were', async () => {
  const name = `lgos-old-${counter++}`;
  const records = await older(name);
  let told = 0;
  const store = await openIdbRecordStore({ random, name, mac: testMac, onUpgrade: () => told++ });
  expect([store.id, told, await store.get('id/profile')]).toEqual(['old', 1, { name: 'Anna' }]);
  const numbers = Array.from({ length: 39 }, (_, n) => n + 1).filter((n) => n !== 7);
  expect(await store.holding(sample(1).space, sample(1).fragment)).toEqual(numbers);
  const rows = await store.scan(0, 100);
  expect(rows.map(({ arrival, trusted }) => [arrival, trusted])).toEqual(Array.from({ length: 39 }, (_, n) => [n + 1, n !== 6]));
  expect(rows[0]!.records).toEqual(records);
  expect(await store.commit({ origin: 't', records: [sample(2)] })).toBe(41);
  store.close();
  await openIdbRecordStore({ random, name, mac: testMac, onUpgrade: () => told++ });
  expect(told, 'once').toBe(1);
});

it('{K9} a taking over that breaks off, or does not come out as it went in, leaves the old store as it was, and the next one is whole', async () => {
  const name = `lgos-broken-${counter++}`;
  await older(name);
  const before = await inside(name);
  let seen = 0;
  const broken: [StoreStep, RegExp][] = [
    [stepOf(2, (row) => (++seen > 30 ? (() => { throw new Error('half-way'); })() : row)), /half-way/],
    [stepOf(2, (row) => ({ ...row, bytes: row.bytes.subarray?.(1) ?? row.bytes })), /row 1 has other bytes/],
    [stepOf(2, (row) => ({ ...row, origin: `${row.origin}!` })), /row 1 has other origin/],
  ];
  for (const [step, words] of broken) {
    await expect(openIdbRecordStore({ random, name, mac: testMac, steps: [step] })).rejects.toMatchObject({ name: 'StoreError', reason: 'upgrade', message: expect.stringMatching(words) });
    expect(await inside(name)).toEqual(before);
  }
  expect(seen, 'control: it was in the middle').toBe(31);
  // A disk that is full in the middle of it.
  const real = IDBObjectStore.prototype.put;
  let puts = 0;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof real>) {
    if (++puts > 20) throw new DOMException('injected', 'QuotaExceededError');
    return real.apply(this, args);
  };
  try {
    await expect(openIdbRecordStore({ random, name, mac: testMac })).rejects.toMatchObject({ reason: 'quota' });
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  expect(await inside(name)).toEqual(before);
  expect((await (await openIdbRecordStore({ random, name, mac: testMac })).scan(0, 100)).length).toBe(39);
});

it('{K9} a store that a later build wrote is used where that says so, and else left alone with a word of its own', async () => {
  const name = `lgos-later-${counter++}`;
  await (await openIdbRecordStore({ random, name, mac: testMac })).commit({ origin: 't', records: [sample(1)] });
  // Open tabs of this build let go of it.
  await openIdbRecordStore({ random, name, mac: testMac, steps: [...STORE_STEPS, stepOf(3, (row) => row, 2)] });
  const again = await openIdbRecordStore({ random, name, mac: testMac });
  await again.commit({ origin: 't', records: [sample(2)] });
  expect((await again.scan(0, 9)).length).toBe(2);
  await openIdbRecordStore({ random, name, mac: testMac, steps: [...STORE_STEPS, stepOf(4, (row) => row)] });
  const before = await inside(name);
  await expect(openIdbRecordStore({ random, name, mac: testMac })).rejects.toMatchObject({ name: 'StoreError', reason: 'newer' });
  expect(await inside(name)).toEqual(before);
  expect(before[0]).toBe(4);
});

/** What of the rows is in memory at once: read from the old store, and neither in the copy yet nor let go with the page it was compared with. */
function counting(): { peak: { rows: number; bytes: number }; stop(): void } {
  const store = IDBObjectStore.prototype;
  const { put: putRow, getAll, openCursor } = store;
  const [held, peak] = [{ rows: 0, bytes: 0 }, { rows: 0, bytes: 0 }];
  const size = (row: { bytes?: unknown }): number => (row.bytes instanceof Uint8Array ? row.bytes.length : 0);
  const came = (name: string, rows: { bytes?: unknown }[]): void => {
    held.rows += rows.length;
    held.bytes += rows.reduce((sum, row) => sum + size(row), 0);
    peak.rows = Math.max(peak.rows, held.rows);
    peak.bytes = Math.max(peak.bytes, held.bytes);
    if (name === 'segments') Object.assign(held, { rows: 0, bytes: 0 });
  };
  store.getAll = function (this: IDBObjectStore, ...args: Parameters<typeof getAll>) {
    const request = getAll.apply(this, args);
    const { name } = this;
    request.addEventListener('success', () => came(name, request.result as { bytes?: unknown }[]));
    return request;
  };
  store.openCursor = function (this: IDBObjectStore, ...args: Parameters<typeof openCursor>) {
    const request = openCursor.apply(this, args);
    const { name } = this;
    request.addEventListener('success', () => came(name, request.result === null ? [] : [request.result.value as { bytes?: unknown }]));
    return request;
  };
  store.put = function (this: IDBObjectStore, ...args: Parameters<typeof putRow>) {
    const request = putRow.apply(this, args);
    if (this.name === 'segments') request.addEventListener('success', () => Object.assign(held, { rows: Math.max(0, held.rows - 1), bytes: held.bytes - size(args[0] as { bytes?: unknown }) }));
    return request;
  };
  return { peak, stop: () => void Object.assign(store, { put: putRow, getAll, openCursor }) };
}

it('{K9} [limit IDB_UPGRADE_ROWS IDB_UPGRADE_BYTES] while it lasts 256 rows are in memory, and once more while they are compared; of large ones behind small ones about 4 MiB', async () => {
  for (const [sizes, most] of [
    [Array.from({ length: 600 }, () => 40), { rows: 512, bytes: 512 * 40 }],
    [[...Array.from({ length: 16 }, () => 40), ...Array.from({ length: 12 }, () => 2_000_000)], { rows: 2 * 19, bytes: 2 * (16 * 40 + 3 * 2_000_000) }],
  ] as const) {
    const name = `lgos-large-${counter++}`;
    await put(name, 1, (segments) => sizes.forEach((size) => segments.add({ v: 0, origin: 't', columns: new Uint8Array(0), bytes: new Uint8Array(size), mac: null })));
    const count = counting();
    const store = await openIdbRecordStore({ random, name, mac: testMac }).finally(count.stop);
    expect(count.peak).toEqual(most);
    expect((await store.arrivals(0)).length).toBe(sizes.length);
    store.close();
  }
});

it('{K9}{V5} a browser that breaks it off by itself, also after the last request: a full disk is called one, and the old store is as it was', async () => {
  const real = IDBObjectStore.prototype.put;
  /** As Chromium does: the requests that are left, and the opening, hear AbortError; only the transaction knows why. */
  const endAfter = (passes: (store: IDBObjectStore, key: unknown) => boolean, why: string): void => {
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof real>) {
      const request = real.apply(this, args);
      const { transaction } = this;
      if (passes(this, args[1])) request.addEventListener('success', () => setImmediate(() => (transaction as unknown as { _abort(name: string): void })._abort(why)));
      return request;
    };
  };
  const last = (store: IDBObjectStore, key: unknown): boolean => store.name === 'values' && key === LEAST_KEY;
  const middle = (store: IDBObjectStore, key: unknown): boolean => store.name === 'segments' && key === 20;
  for (const [old, passes, why, reason] of [
    [true, last, 'QuotaExceededError', 'quota'], [true, middle, 'QuotaExceededError', 'quota'], [true, last, 'UnknownError', 'upgrade'], [false, last, 'QuotaExceededError', 'quota'], [false, last, 'UnknownError', 'aborted'],
  ] as const) {
    const name = `lgos-ended-${counter++}`;
    if (old) await older(name);
    const before = old ? await inside(name) : null;
    endAfter(passes, why);
    try {
      await expect(openIdbRecordStore({ random, name, mac: testMac }), `${why} → ${reason}`).rejects.toMatchObject({ name: 'StoreError', reason });
    } finally {
      IDBObjectStore.prototype.put = real;
    }
    if (old) expect(await inside(name)).toEqual(before);
    await openIdbRecordStore({ random, name, mac: testMac });
  }
});

it('{K9} another tab that wants the store for a format of its own while this one still looks what it is: it is let go at once, and the other one is not held up', async () => {
  const name = `lgos-between-${counter++}`;
  const later = [...STORE_STEPS, stepOf(3, (row) => row, 2)];
  (await openIdbRecordStore({ random, name, mac: testMac, steps: later })).close();
  const get = IDBObjectStore.prototype.get;
  let other: Promise<RecordStore> | null = null;
  IDBObjectStore.prototype.get = function (this: IDBObjectStore, key: string) {
    if (key !== LEAST_KEY || other !== null) return get.call(this, key);
    other = openIdbRecordStore({ random, name, mac: testMac, steps: [...later, stepOf(4, (row) => row, 2)] });
    // So long that the other one has asked before the answer.
    for (let i = 0; i < 20; i++) get.call(this, key);
    return get.call(this, key);
  };
  try {
    await expect(openIdbRecordStore({ random, name, mac: testMac })).rejects.toMatchObject({ name: 'StoreError', reason: 'closed' });
    expect((await other!).id).toMatch(/^[\w-]{22}$/);
  } finally {
    IDBObjectStore.prototype.get = get;
  }
});

it('an opening that fails after the database was there lets go of it', async () => {
  const name = `lgos-leak-${counter++}`;
  (await openIdbRecordStore({ random, name, mac: testMac, steps: [...STORE_STEPS, stepOf(3, (row) => row, 2)] })).close();
  const [get, close] = [IDBObjectStore.prototype.get, IDBDatabase.prototype.close];
  let closed = 0;
  IDBDatabase.prototype.close = function (this: IDBDatabase) {
    closed++;
    close.call(this);
  };
  IDBObjectStore.prototype.get = function (this: IDBObjectStore, key: string) {
    if (key === LEAST_KEY) throw new DOMException('injected', 'UnknownError');
    return get.call(this, key);
  };
  try {
    await expect(openIdbRecordStore({ random, name, mac: testMac })).rejects.toMatchObject({ reason: 'aborted' });
    expect(closed, 'of a later format').toBe(1);
    await expect(openIdbRecordStore({ random, name: `lgos-leak-${counter++}`, mac: { ...testMac, generate: () => Promise.reject(new Error('no key')) } })).rejects.toMatchObject({ reason: 'aborted' });
    expect(closed, 'of a new one').toBe(2);
  } finally {
    IDBObjectStore.prototype.get = get;
    IDBDatabase.prototype.close = close;
  }
});

it('{K9} two tabs that open a store of an earlier format at once: one takes it over, both have all of it', async () => {
  const name = `lgos-two-${counter++}`;
  await older(name);
  let told = 0;
  const open = (): Promise<RecordStore> => openIdbRecordStore({ random, name, mac: testMac, onUpgrade: () => told++ });
  const stores = await Promise.all([open(), open()]);
  expect([told, ...stores.map(({ id }) => id)]).toEqual([1, 'old', 'old']);
  for (const store of stores) expect((await store.scan(0, 100)).filter(({ trusted }) => trusted).length).toBe(38);
  expect((await Promise.all(stores.map((store) => store.commit({ origin: 't', records: [sample(2)] })))).toSorted()).toEqual([41, 42]);
});

it('{K9}{V5} a tab of the format before commits while its store is taken over: what it was told is saved is whole in the new one, what it was told is not is nowhere', async () => {
  const ends = new Set<string>();
  for (let turns = 0; turns < 12; turns++) {
    const name = `lgos-during-${counter++}`;
    await older(name);
    const before = await openIdbRecordStore({ random, name, mac: testMac, steps: [stepOf(1, (row) => row)] });
    const opening = openIdbRecordStore({ random, name, mac: testMac });
    for (let i = 0; i < turns; i++) await new Promise((done) => setImmediate(done));
    const kept: unknown = await before.commit({ origin: 'before', records: [sample(9)], values: [['n', turns]] }).catch((error: { reason: unknown }) => error.reason);
    const store = await opening;
    const rows = (await store.scan(0, 100)).filter(({ origin }) => origin === 'before');
    if (kept === 'closed') expect([rows, await store.get('n')], `after ${turns} turns`).toEqual([[], undefined]);
    else {
      expect([rows, await store.get('n')], `after ${turns} turns`).toEqual([[{ arrival: kept, origin: 'before', records: [sample(9)], trusted: true }], turns]);
      expect(await store.holding(sample(9).space, sample(9).fragment)).toEqual([41]);
    }
    expect((await store.arrivals(0)).length).toBe(39 + rows.length);
    ends.add(typeof kept);
    store.close();
  }
  expect([...ends].toSorted(), 'control: before and after the moment').toEqual(['number', 'string']);
});
