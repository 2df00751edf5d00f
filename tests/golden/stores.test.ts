/** Stores of profiles as builds of each format left them (store-N.json): this build opens every one, with all that is in it. A store of a format that people have stays readable. */
import 'fake-indexeddb/auto';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openIdbRecordStore } from '#adapters/idb/idb-record-store';
import type { MacPort } from '#adapters/idb/mac';
import { STORE_FORMAT } from '#adapters/idb/upgrade';
import { equalBytes, toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import { b } from '#tests/support/json-cbor';

interface Golden {
  format: number;
  next: number;
  rows: { arrival: number; v: 0; origin: string; columns: string; bytes: string; mac: string; parts?: string[] }[];
  values: Record<string, unknown>;
}

const files = readdirSync(import.meta.dirname).filter((name) => /^store-\d+\.json$/.test(name)).map((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Golden);
const macKey = sha256('lgos-golden/', 'mac');
const mac: MacPort = {
  generate: async () => macKey,
  sign: async (key, message) => new Uint8Array(createHmac('sha256', key as Uint8Array).update(message).digest()),
  verify: async (key, sum, message) => equalBytes(sum, await mac.sign(key, message)),
};

function lay(name: string, { format, next, rows, values }: Golden): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, format);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      const segments = request.result.createObjectStore('segments', { autoIncrement: true });
      if (format > 1) segments.createIndex('parts', 'parts', { multiEntry: true });
      const room = request.result.createObjectStore('values');
      for (const { arrival, columns, bytes, mac: sum, ...row } of rows) segments.put({ ...row, columns: b(columns), bytes: b(bytes), mac: b(sum) }, arrival);
      segments.put({}, next - 1);
      segments.delete(next - 1);
      for (const [key, value] of Object.entries(values)) room.put(value, key);
      room.put(macKey, 'store/mac');
    };
    request.onsuccess = () => (request.result.close(), resolve());
  });
}

test('there is one of each format that people have', () => {
  expect(files.map(({ format }) => format)).toEqual(Array.from({ length: STORE_FORMAT }, (_, i) => i + 1));
});

for (const golden of files) {
  test(`{K9} a store of format ${golden.format} opens with all that is in it, and goes on`, async () => {
    const name = `golden-${golden.format}`;
    await lay(name, golden);
    const store = await openIdbRecordStore({ random: { bytes: (length) => new Uint8Array(length) }, name, mac });
    expect([store.id, await store.get('id/profile')]).toEqual([golden.values['store/id'], golden.values['id/profile']]);
    const seed = (text: string) => sha256('lgos-golden/', text);
    const rows = await store.scan(0, 10);
    expect(rows.map(({ arrival, origin, trusted }) => [arrival, origin, trusted])).toEqual([[2, 'tab', true], [5, 'tab', true]]);
    expect(rows.flatMap(({ records }) => records.map(({ seq, bytes }) => [seq, toBase64url(bytes)]))).toEqual([0, 1, 2].map((n) => [n, toBase64url(seed(`record ${n}`))]));
    expect(await store.holding(seed('space'), seed('g').slice(0, 16))).toEqual([5]);
    expect(await store.commit({ origin: 'tab', records: [] })).toBe(golden.next);
  });
}
