/** Stores as builds of other formats left them, for what takes them over. */
import { createHmac, randomBytes } from 'node:crypto';
import type { MacPort } from '#adapters/idb/mac';
import { macMessage, packRecords } from '#adapters/idb/segment-row';
import type { StoreStep } from '#adapters/idb/upgrade';
import { equalBytes, type Bytes } from '#base/bytes';
import type { StoredRecord } from '#ports/record-store';
import { sample } from './record-store-contract.ts';

export const random = { bytes: (length: number): Bytes => new Uint8Array(randomBytes(length)) };

/** CryptoKeys do not survive the clone of fake-indexeddb; the key is plain bytes here. */
export const testMac: MacPort = {
  generate: async () => random.bytes(32),
  sign: async (key, message) => new Uint8Array(createHmac('sha256', key as Uint8Array).update(message).digest()),
  verify: async (key, mac, message) => equalBytes(mac, await testMac.sign(key, message)),
};

export const stepOf = (to: number, row: StoreStep['row'], least = to): StoreStep => ({ to, least, row });

/** A database as a build of another format left it. */
export const put = (name: string, version: number, fill: (segments: IDBObjectStore, values: IDBObjectStore) => void): Promise<void> => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, version);
  request.onerror = () => reject(request.error);
  request.onupgradeneeded = () => fill(request.result.createObjectStore('segments', { autoIncrement: true }), request.result.createObjectStore('values'));
  request.onsuccess = () => (request.result.close(), resolve());
});

/** All that is in a database, and its version. */
export const inside = (name: string): Promise<unknown[]> => new Promise((resolve, reject) => {
  const request = indexedDB.open(name);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const names = [...request.result.objectStoreNames];
    const tx = request.result.transaction(names);
    const all = names.map((store) => [tx.objectStore(store).getAllKeys(), tx.objectStore(store).getAll()]);
    tx.oncomplete = () => (request.result.close(), resolve([request.result.version, ...all.map(([keys, rows], i) => [names[i], keys!.result, rows!.result])]));
  };
});

/** A store of format 1 with 39 rows; the number of one that went was the last. Returns the records of each. */
export async function older(name: string): Promise<StoredRecord[]> {
  const mac = random.bytes(32);
  const records = [sample(0), sample(1)];
  const { columns, bytes } = packRecords(records);
  const row = { v: 0, origin: 't', columns, bytes, mac: await testMac.sign(mac, macMessage('t', columns, bytes)) };
  await put(name, 1, (segments, values) => {
    for (let n = 0; n < 40; n++) segments.add(row);
    // A damaged one, and one that went: its number must not come again.
    segments.put({ ...row, columns: 'a', bytes: 1, mac: null }, 7);
    segments.delete(40);
    values.put('old', 'store/id');
    values.put(mac, 'store/mac');
    values.put({ name: 'Anna' }, 'id/profile');
  });
  return records;
}
