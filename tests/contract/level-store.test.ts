import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { ClassicLevel } from 'classic-level';
import { afterAll, describe, expect, it } from 'vitest';
import { openLevelStore, type LevelStore } from '#signaling/beacon/level-store';
import { recordStoreContract, sample } from './record-store-contract.ts';

const macKey = new Uint8Array(32).fill(7);
const folders: string[] = [];
const open: LevelStore[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'lifegraph-level-'));
  folders.push(path);
  return path;
};
const opened = async (path: string): Promise<LevelStore> => {
  const store = await openLevelStore({ path, macKey });
  open.push(store);
  return store;
};
afterAll(async () => {
  await Promise.all(open.map((store) => store.end().catch(() => undefined)));
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

recordStoreContract('LevelDB', () => {
  const path = folder();
  return { fresh: () => opened(path), again: () => opened(path), wipe: async () => undefined };
}, { shared: false });

/** Changes rows behind the store's back. */
async function edit(path: string, change: (key: string, value: Uint8Array) => Uint8Array): Promise<void> {
  const db = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
  await db.open();
  const rows = await db.iterator({ gte: 's/', lt: 's0' }).all();
  await db.batch(rows.map(([key, value]) => ({ type: 'put', key, value: change(key, value) })), { sync: true });
  await db.close();
}

describe('LevelDB store', () => {
  it('goes on after a new opening: same id, rising numbers; a second process is kept out', async () => {
    const path = folder();
    const one = await opened(path);
    const first = await one.commit({ origin: 'one', records: [sample(0)], values: [['a', new Uint8Array([1])]] });
    await expect(openLevelStore({ path, macKey })).rejects.toMatchObject({ name: 'StoreError', reason: 'blocked' });
    await one.end();
    const two = await opened(path);
    expect([two.id, await two.get('a')]).toEqual([one.id, new Uint8Array([1])]);
    expect(await two.commit({ origin: 'two', records: [sample(1)] })).toBe(first + 1);
    expect((await two.scan(0, 10)).map(({ origin, trusted }) => [origin, trusted])).toEqual([['one', true], ['two', true]]);
  });

  it('{K9} what a later beacon wrote is not touched; a store from before formats had numbers is of the first', async () => {
    const path = folder();
    const one = await opened(path);
    await one.commit({ origin: 'one', records: [sample(0)] });
    await one.end();
    const with_ = async (work: (db: ClassicLevel) => Promise<unknown>): Promise<unknown> => {
      const db = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
      await db.open();
      return work(db).finally(() => db.close());
    };
    await with_((db) => db.batch([{ type: 'put', key: 'm/format', value: serialize(2) }], { sync: true }));
    await expect(openLevelStore({ path, macKey })).rejects.toMatchObject({ name: 'StoreError', reason: 'newer' });
    await with_((db) => db.batch([{ type: 'del', key: 'm/format' }], { sync: true }));
    const two = await opened(path);
    expect((await two.scan(0, 9)).length).toBe(1);
    await two.end();
    expect(deserialize(await with_((db) => db.get('m/format')) as Uint8Array)).toBe(1);
  });

  it('what is handed over at once is written in its order, and all of it is there', async () => {
    const path = folder();
    const one = await opened(path);
    const numbers = await Promise.all(Array.from({ length: 300 }, (_, i) => one.commit({ origin: 't', records: [sample(i % 60)], values: [['n', i]] })));
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    await one.end();
    const two = await opened(path);
    expect((await two.scan(0, 1_000)).map(({ arrival }) => arrival)).toEqual(numbers);
    expect(await two.get('n')).toBe(299);
  });

  it('a row changed behind its back, or under another key, is not trusted; one that makes no sense has no records', async () => {
    for (const [change, records] of [[(value: Uint8Array) => value.map((byte, at) => (at === value.length - 80 ? byte ^ 1 : byte)), null], [() => new Uint8Array([1, 2, 3]), 0], [() => new Uint8Array(0), 0]] as const) {
      const path = folder();
      const one = await opened(path);
      await one.commit({ origin: 'tab', records: [sample(1)] });
      await one.end();
      await edit(path, (_, value) => change(value));
      const [segment] = await (await opened(path)).scan(0, 5);
      expect(segment!.trusted).toBe(false);
      if (records !== null) expect(segment!.records.length).toBe(records);
    }
    const path = folder();
    const one = await opened(path);
    await one.commit({ origin: 'tab', records: [sample(1)] });
    await one.end();
    const other = await openLevelStore({ path, macKey: new Uint8Array(32) });
    open.push(other);
    expect((await other.scan(0, 5)).map(({ trusted }) => trusted)).toEqual([false]);
  });
});

describe('what a store holds is counted', () => {
  const of = (n: number): { space: string; writer: string } => ({ space: Buffer.from(sample(n).space).toString('base64url'), writer: Buffer.from(sample(n).writer).toString('base64url') });
  const three = [sample(1, 10), sample(2, 200), sample(1, 5)];

  it('with the records, over a start, and in one that did not count before', async () => {
    const path = folder();
    const store = await openLevelStore({ path, macKey });
    await Promise.all([store.commit({ origin: 't', records: three }), store.commit({ origin: 't', records: [], values: [['a', 1]] }), store.commit({ origin: 't', records: [sample(2, 1)] })]);
    const right = (held: LevelStore['held']): void => {
      expect([held.total, held.space(of(1).space), held.writer(of(2).space, of(2).writer), held.space('none')]).toEqual([{ records: 4, bytes: 216 }, { records: 2, bytes: 15 }, { records: 2, bytes: 201 }, { records: 0, bytes: 0 }]);
      expect([...held.spaces()].length).toBe(2);
    };
    right(store.held);
    await store.end();
    const again = await openLevelStore({ path, macKey });
    right(again.held);
    await again.end();
    // As one of a build that counted nothing, and of one that wrote on without counting.
    for (const keep of [false, true]) {
      const db = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'view' });
      await db.open();
      const rows = await db.iterator({ gte: 'c/', lt: 'c0' }).all();
      expect(rows.length).toBe(2);
      const [last] = await db.iterator({ gte: 's/', lt: 's0', reverse: true, limit: 1 }).all();
      if (!keep) await db.batch([...rows.map(([key]) => ({ type: 'del' as const, key })), { type: 'del', key: 'm/counted' }], { sync: true });
      else await db.batch([{ type: 'put', key: `s/${(Number.parseInt(last![0].slice(2), 16) + 1).toString(16).padStart(14, '0')}`, value: last![1] }], { sync: true });
      await db.close();
      const counted = await openLevelStore({ path, macKey });
      if (!keep) right(counted.held);
      else expect([counted.held.total, counted.held.writer(of(2).space, of(2).writer)]).toEqual([{ records: 5, bytes: 217 }, { records: 3, bytes: 202 }]);
      await counted.end();
    }
    const end = await openLevelStore({ path, macKey });
    expect(end.held.total).toEqual({ records: 5, bytes: 217 });
    await end.end();
  });

  it('not when they were refused by the disk', async () => {
    const path = folder();
    const store = await openLevelStore({ path, macKey });
    await store.commit({ origin: 't', records: three });
    const before = { ...store.held.total };
    const closing = store.end();
    await store.commit({ origin: 't', records: three }).catch(() => undefined);
    await closing;
    expect(store.held.total).toEqual(before);
  });
});
