/** What every RecordStore does (src/ports/record-store.ts). Run by record-store.test.ts on IndexedDB and on the double of the simulator. */
import { describe, expect, it } from 'vitest';
import { pagesOf } from '#os/kernel/stored-rows';
import type { RecordStore, StoredRecord } from '#ports/record-store';

export interface StoreBench {
  /** A store on a new, empty disk. */
  fresh(): Promise<RecordStore>;
  /** Another store on the same disk: a second tab, or the next start. */
  again(): Promise<RecordStore>;
  /** Deletes the whole disk from outside. */
  wipe(): Promise<void>;
}

/** A record whose bytes tell its number. */
export function sample(n: number, size = 40): StoredRecord {
  const fill = (length: number, base: number): Uint8Array => new Uint8Array(length).fill(base + n);
  return { space: fill(32, 1), fragment: fill(16, 2), writer: fill(32, 3), seq: n, id: fill(32, 4), bytes: fill(size, 5) };
}

/** `shared`: several tabs have one store; a store of one process is opened again when it was closed. */
export function recordStoreContract(name: string, bench: () => StoreBench, { shared = true } = {}): void {
  const together = shared ? it : () => undefined;
  describe(`RecordStore contract: ${name}`, () => {
    it('gives rising arrival numbers and back what was committed', async () => {
      const store = await bench().fresh();
      const a = await store.commit({ origin: 'tab1', records: [sample(0), sample(1, 4000)] });
      const b = await store.commit({ origin: 'tab2', records: [sample(2, 0)] });
      expect(b).toBeGreaterThan(a);
      const [first, second, ...rest] = await store.scan(0, 10);
      expect(rest).toEqual([]);
      expect(first).toEqual({ arrival: a, origin: 'tab1', records: [sample(0), sample(1, 4000)], trusted: true });
      expect(second!.records).toEqual([sample(2, 0)]);
    });

    it('scans after a number, at most limit rows, in order', async () => {
      const store = await bench().fresh();
      const arrivals: number[] = [];
      for (let i = 0; i < 150; i++) arrivals.push(await store.commit({ origin: 't', records: [sample(i)] }));
      const page = await store.scan(arrivals[9]!, 100);
      expect(page.map((s) => s.arrival)).toEqual(arrivals.slice(10, 110));
      expect((await store.scan(arrivals[149]!, 10)).length).toBe(0);
      expect((await store.scan(0, 1)).length).toBe(1);
      expect((await store.scan(0, 1000)).length).toBe(150);
    });

    together('the first scan sees what came since the opening, however few or many rows there were then', async () => {
      for (const before of [0, 3, 8, 20]) {
        const at = bench();
        const one = await at.fresh();
        const arrivals: number[] = [];
        for (let i = 0; i < before; i++) arrivals.push(await one.commit({ origin: 'one', records: [sample(i)] }));
        const two = await at.again();
        arrivals.push(await one.commit({ origin: 'one', records: [sample(before)] }), await two.commit({ origin: 'two', records: [sample(before + 1)] }));
        for (const limit of [1000, 2]) {
          const third = limit === 2 ? await at.again() : two;
          expect((await third.scan(0, limit)).map((s) => s.arrival), `${before} rows, limit ${limit}`).toEqual(arrivals.slice(0, limit));
        }
        expect((await two.scan(0, 1000)).map((s) => s.arrival), 'and the second as well').toEqual(arrivals);
      }
    });

    it('finds segments by number and leaves missing ones out', async () => {
      const store = await bench().fresh();
      const a = await store.commit({ origin: 't', records: [sample(0)] });
      const b = await store.commit({ origin: 't', records: [sample(1)] });
      expect((await store.segments([b, 999_999, a])).map((s) => s.arrival)).toEqual([b, a]);
    });

    it('gives some MiB of large rows at once, and all of them to who asks again for the others', async () => {
      const store = await bench().fresh();
      const arrivals: number[] = [];
      for (let i = 0; i < 18; i++) arrivals.push(await store.commit({ origin: 't', records: [sample(i, i < 12 ? 40 : 8_000_000)] }));
      const asked = [...arrivals.slice(0, 10), 999_998, ...arrivals.slice(10).reverse(), 999_999];
      const came: number[] = [];
      for await (const rows of pagesOf(store, asked, 128)) {
        expect(rows.reduce((sum, { records }) => sum + records[0]!.bytes.length, 0)).toBeLessThan(45_000_000);
        came.push(...rows.map((row) => row.arrival));
      }
      expect(came).toEqual([...arrivals.slice(0, 10), ...arrivals.slice(10).reverse()]);
    });

    it('[BASE6] drops rows in the transaction that writes what of them stays: they are found by nothing any more, and numbers go on rising', async () => {
      const store = await bench().fresh();
      const a = await store.commit({ origin: 't', records: [sample(0), sample(1)], values: [['k', 1]] });
      const b = await store.commit({ origin: 't', records: [sample(2)] });
      const c = await store.commit({ origin: 't', records: [sample(1)], values: [['k', 2]], drop: [a, 999_999] });
      expect([c > b, await store.arrivals(0), (await store.scan(0, 10)).map((row) => row.arrival), (await store.segments([a, b, c])).map((row) => row.arrival)]).toEqual([true, [b, c], [b, c], [b, c]]);
      expect([await store.holding(sample(0).space, null), await store.holding(sample(1).space, sample(1).fragment), await store.get('k')]).toEqual([[], [c], 2]);
      const d = await store.commit({ origin: 't', records: [], drop: [b, c] });
      expect([await store.holding(sample(2).space, null), (await store.scan(0, 10)).flatMap((row) => row.records), (await store.commit({ origin: 't', records: [sample(3)] })) > d]).toEqual([[], [], true]);
    });

    it('names the segments that hold a space or one of its fragments', async () => {
      const store = await bench().fresh();
      const other = { ...sample(1), fragment: new Uint8Array(16).fill(77) };
      const a = await store.commit({ origin: 't', records: [sample(0), sample(0, 4)] });
      const b = await store.commit({ origin: 't', records: [sample(1)] });
      const c = await store.commit({ origin: 't', records: [sample(0), other, sample(1)] });
      expect(await store.holding(sample(0).space, sample(0).fragment)).toEqual([a, c]);
      expect(await store.holding(sample(1).space, null)).toEqual([b, c]);
      expect(await store.holding(other.space, other.fragment)).toEqual([c]);
      expect(await store.holding(sample(0).space, other.fragment)).toEqual([]);
      const bare = await store.commit({ origin: 't', records: [], values: [['slot/1', 1]] });
      expect(await store.arrivals(a)).toEqual([b, c, bare]);
      expect(await store.arrivals(bare)).toEqual([]);
    });

    it('FORMATS §2: records and slot counters are one transaction', async () => {
      const store = await bench().fresh();
      const cyclic: unknown = () => 1;
      await expect(store.commit({ origin: 't', records: [sample(0)], values: [['slot/1', 1], ['bad', cyclic]] })).rejects.toMatchObject({ name: 'StoreError', reason: 'aborted' });
      expect(await store.scan(0, 10)).toEqual([]);
      expect(await store.get('slot/1')).toBeUndefined();
      await store.commit({ origin: 't', records: [sample(0)], values: [['slot/1', { seq: 1 }]] });
      expect(await store.get('slot/1')).toEqual({ seq: 1 });
    });

    it('keeps values, deletes on undefined, lists by prefix in key order', async () => {
      const store = await bench().fresh();
      await store.commit({ origin: 't', records: [], values: [['b/2', 2], ['b/1', new Uint8Array([1])], ['c', 3], ['b', 0], ['b/10', 10]] });
      expect(await store.list('b/')).toEqual([['b/1', new Uint8Array([1])], ['b/10', 10], ['b/2', 2]]);
      await store.commit({ origin: 't', records: [], values: [['b/1', undefined]] });
      expect(await store.get('b/1')).toBeUndefined();
      expect((await store.list('b/')).map(([key]) => key)).toEqual(['b/10', 'b/2']);
      expect(await store.get('nothing')).toBeUndefined();
    });

    together('is one store for two tabs, with one id', async () => {
      const at = bench();
      const one = await at.fresh();
      const two = await at.again();
      expect(two.id).toBe(one.id);
      expect(one.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
      const a = await one.commit({ origin: 'one', records: [sample(0)] });
      const b = await two.commit({ origin: 'two', records: [sample(1)] });
      expect(b).toBeGreaterThan(a);
      expect((await one.scan(a, 10)).map((s) => s.origin)).toEqual(['two']);
      expect((await two.scan(0, 10)).every((s) => s.trusted)).toBe(true);
    });

    together('two tabs that open at the same moment agree on the id', async () => {
      const at = bench();
      await at.fresh();
      const stores = await Promise.all([at.again(), at.again(), at.again()]);
      expect(new Set(stores.map((s) => s.id)).size).toBe(1);
    });

    it('keeps bytes apart from the caller’s buffers', async () => {
      const store = await bench().fresh();
      const record = sample(3);
      const arrival = store.commit({ origin: 't', records: [record] });
      await arrival;
      record.bytes.fill(0);
      expect((await store.scan(0, 1))[0]!.records[0]!.bytes).toEqual(sample(3).bytes);
    });

    it('rejects with closed after close()', async () => {
      const store = await bench().fresh();
      store.close();
      await expect(store.commit({ origin: 't', records: [] })).rejects.toMatchObject({ name: 'StoreError', reason: 'closed' });
      await expect(store.scan(0, 1)).rejects.toMatchObject({ reason: 'closed' });
      await expect(store.get('x')).rejects.toMatchObject({ reason: 'closed' });
    });

    together('tells when the disk was wiped from outside, and rejects from then on', async () => {
      const at = bench();
      const store = await at.fresh();
      const reasons: string[] = [];
      store.onClosed = (reason) => reasons.push(reason);
      await at.wipe();
      expect(reasons).toEqual(['closed']);
      await expect(store.commit({ origin: 't', records: [] })).rejects.toMatchObject({ reason: 'closed' });
    });
  });
}
