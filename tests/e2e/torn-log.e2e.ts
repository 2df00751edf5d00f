/** A browser that is killed in the middle of a write of its database: the start after the next one must not find everything gone. */
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, launch, person, reads, ready } from './support/acts.ts';
import { killHard, type Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Files of the database that lies under IndexedDB. */
function filesOf(profile: string): { folder: string; names: string[] } {
  const root = join(profile, 'Default', 'IndexedDB');
  const folder = join(root, readdirSync(root).find((name) => name.endsWith('.leveldb'))!);
  return { folder, names: readdirSync(folder) };
}

/** The last write reached the disk in part only. */
function tear(profile: string): void {
  const { folder, names } = filesOf(profile);
  const log = join(folder, names.filter((name) => name.endsWith('.log')).sort().at(-1)!);
  truncateSync(log, statSync(log).size - 50);
}

async function again({ profile }: Peer, url: string): Promise<Peer> {
  return launch({ name: 'Anna', url, profile });
}

test('{V5} [limit IDB_TURN_ROWS IDB_TURN_ROW_BYTES] a torn last write: person and words are there at the next start, and at the one after it', async () => {
  const first = await person({ name: 'Anna', url: server.url });
  await composer(first.page).waitFor();
  await chat(first.page, 'before the tear');
  await first.page.evaluate(() => window.lifegraph.saved());
  await chat(first.page, 'torn off, perhaps');
  await first.page.evaluate(() => window.lifegraph.saved());
  await killHard(first);
  tear(first.profile);
  const second = await again(first, server.url);
  await reads(second.page, 'before the tear');
  await expect.poll(() => filesOf(second.profile).names.some((name) => name.endsWith('.ldb')), { timeout: 30_000, message: 'a new log was begun' }).toBe(true);
  await chat(second.page, 'behind the tear');
  await second.page.evaluate(() => window.lifegraph.saved());
  await killHard(second);
  const third = await again(second, server.url);
  await ready(third.page);
  expect(await third.page.evaluate(() => window.lifegraph.identity.get()?.name)).toBe('Anna');
  for (const words of ['before the tear', 'behind the tear']) await reads(third.page, words);
});

test('control: a database of which nobody begins a new log is thrown away by the browser', async () => {
  const url = `${server.url}/health`;
  const add = ({ page }: Peer, count: number) => page.evaluate(async (n) => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('control', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('rows', { autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('open'));
    });
    for (let i = 0; i < n; i++) {
      await new Promise<void>((resolve, reject) => {
        const tx = db.transaction('rows', 'readwrite', { durability: 'strict' });
        tx.objectStore('rows').add('x'.repeat(300));
        tx.oncomplete = () => resolve();
        tx.onabort = () => reject(tx.error ?? new Error('abort'));
      });
    }
    return new Promise<number>((resolve) => {
      const request = db.transaction('rows').objectStore('rows').count();
      request.onsuccess = () => resolve(request.result);
    });
  }, count);
  const first = await launch({ name: 'Anna', url });
  expect(await add(first, 20)).toBe(20);
  await killHard(first);
  tear(first.profile);
  const second = await again(first, url);
  expect(await add(second, 20)).toBeGreaterThan(30);
  await killHard(second);
  expect(await add(await again(second, url), 0)).toBe(0);
});
