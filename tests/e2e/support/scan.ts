/** Looking for a text in bytes: the forms it may take, and everything a page's origin stores. */
import type { Page } from 'playwright-core';

/** Bytes in base64, in each of the three places they may begin in a base64 group. */
const inEachPlace = (bytes: Buffer, alphabet: 'base64' | 'base64url'): string[] =>
  [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString(alphabet).replace(/=+$/, '').slice(shift === 0 ? 0 : 4).slice(0, -2));

/** The bytes of an id as they are, in hex, and in both alphabets of base64. */
export function formsOfBytes(bytes: Uint8Array): { name: string; form: Buffer }[] {
  const raw = Buffer.from(bytes);
  return [
    { name: 'bytes', form: raw },
    { name: 'hex', form: Buffer.from(raw.toString('hex')) },
    ...(['base64', 'base64url'] as const).flatMap((alphabet) => inEachPlace(raw, alphabet).map((form, shift) => ({ name: `${alphabet}+${shift}`, form: Buffer.from(form) }))),
  ];
}

/** The text as UTF-8, UTF-16, hex and base64. */
export function formsOf(text: string): { name: string; form: Buffer }[] {
  const utf8 = Buffer.from(text);
  const inBase64 = inEachPlace(utf8, 'base64');
  return [
    { name: 'utf-8', form: utf8 },
    { name: 'utf-16', form: Buffer.from(text, 'utf16le') },
    { name: 'hex', form: Buffer.from(utf8.toString('hex')) },
    ...inBase64.map((form, shift) => ({ name: `base64+${shift}`, form: Buffer.from(form) })),
  ];
}

/** All databases, caches and storages of the page's origin, one after the other: texts as UTF-8, buffers as they are. */
export async function storeDump(page: Page): Promise<Uint8Array> {
  const text = await page.evaluate(async () => {
    const parts: string[] = [];
    const bytes = (view: Uint8Array): void => {
      let out = '';
      for (const byte of view) out += String.fromCharCode(byte);
      parts.push(out);
    };
    const walk = (value: unknown): void => {
      if (typeof value === 'string') bytes(new TextEncoder().encode(value));
      else if (value instanceof ArrayBuffer) bytes(new Uint8Array(value));
      else if (ArrayBuffer.isView(value)) bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else if (value instanceof Map) for (const pair of value) pair.forEach(walk);
      else if (typeof value === 'object' && value !== null) for (const pair of Object.entries(value)) pair.forEach(walk);
    };
    const read = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('read'));
      });
    for (const { name } of await indexedDB.databases()) {
      const db = await read(indexedDB.open(name!));
      for (const store of db.objectStoreNames) {
        const rows = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([read(rows.getAllKeys()), read(rows.getAll())]);
        walk(keys);
        walk(values);
      }
      db.close();
    }
    walk([{ ...localStorage }, { ...sessionStorage }]);
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) walk(request.url);
    }
    return btoa(parts.join('\0'));
  });
  return Buffer.from(text, 'base64');
}
