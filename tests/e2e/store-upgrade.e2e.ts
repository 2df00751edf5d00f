/** A profile as a build of an earlier format left it, and this build: its data is taken over on a copy, and a browser that is killed in the middle of that has everything as it was (docs/decisions/0126). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, launch, person, reads, ready, say, texts } from './support/acts.ts';
import { killHard } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

const KILLS = process.env.LGOS_FULL === '1' ? 8 : 1;
/** Rows beside those of the person, so that it takes longer than a start does; damaged ones say nothing. */
const ROWS = 20_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** A page of this origin without the app. */
const bare = (): string => `${server.url}/manifest.webmanifest`;

/** Writes the database anew as format 1 had it: the same rows without names of their parts. */
const makeOld = (page: Page, count: number): Promise<number> =>
  page.evaluate(async (more) => {
    const answer = <T>(asked: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error('no answer'));
    });
    const all = async (name: string): Promise<[IDBValidKey, unknown][]> => {
      const store = db.transaction(name).objectStore(name);
      const [keys, rows] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll() as IDBRequest<unknown[]>)]);
      return keys.map((key, i) => [key, rows[i]]);
    };
    const db = await answer(indexedDB.open('lgos'));
    const [rows, values] = [await all('segments'), await all('values')];
    db.close();
    await answer(indexedDB.deleteDatabase('lgos'));
    const made = indexedDB.open('lgos', 1);
    made.onupgradeneeded = () => {
      const segments = made.result.createObjectStore('segments', { autoIncrement: true });
      const room = made.result.createObjectStore('values');
      for (const [key, row] of rows) {
        const { parts: _, ...old } = row as { parts: unknown };
        segments.put(old, key);
      }
      for (let i = 0; i < more; i++) segments.add({ v: 0, origin: 'x', columns: 'a', bytes: 1, mac: null });
      for (const [key, value] of values) if (key !== 'store/least') room.put(value, key);
    };
    (await answer(made)).close();
    return rows.length;
  }, count);

/** Format, names of its stores and number of rows, read only. */
const found = (page: Page): Promise<{ version: number; stores: string[]; rows: number }> =>
  page.evaluate(() => new Promise((resolve, reject) => {
    const open = indexedDB.open('lgos');
    open.onerror = () => reject(open.error ?? new Error('no answer'));
    open.onsuccess = () => {
      const count = open.result.transaction('segments').objectStore('segments').count();
      count.onsuccess = () => {
        const told = { version: open.result.version, stores: [...open.result.objectStoreNames], rows: count.result };
        open.result.close();
        resolve(told);
      };
    };
  }));

/** How a write of 8 MiB ends. The engine gives small writes the room it found up to half a minute before; one that needs more than that makes it look again, for the small ones too. */
const writeMuch = (): Promise<string> => new Promise((resolve) => {
  const open = indexedDB.open('much', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('much');
  open.onerror = () => resolve(open.error?.name ?? 'no answer');
  open.onsuccess = () => {
    const write = open.result.transaction('much', 'readwrite');
    write.objectStore('much').put(new Uint8Array(8 << 20), 0);
    write.oncomplete = () => (open.result.close(), resolve('written'));
    write.onabort = () => (open.result.close(), resolve(write.error?.name ?? 'aborted'));
  };
});

const WORDS = ['before the update', 'and one more'];

test(`{K9} {V5} data of an earlier format is taken over by this build; killed -9 ${KILLS} times in the middle of it a browser has the old store, whole`, { timeout: 300_000 + KILLS * 60_000 }, async () => {
  let anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  await say(anna.page, space, ...WORDS);
  await anna.page.evaluate(() => window.lifegraph.saved());
  await anna.page.goto(bare());
  const rows = (await makeOld(anna.page, ROWS)) + ROWS;
  expect(await found(anna.page)).toEqual({ version: 1, stores: ['segments', 'values'], rows });
  for (let kill = 0; kill < KILLS; kill++) {
    // One of them waits for the other, and says what for.
    for (const app of await Promise.all([anna.newTab(server.url), anna.newTab(server.url)])) await app.getByText('Your data is being taken over by the new version').waitFor();
    await killHard(anna);
    anna = await launch({ name: 'Anna', url: bare(), profile: anna.profile });
    expect(await found(anna.page), 'as it was').toEqual({ version: 1, stores: ['segments', 'values'], rows });
  }
  const from = performance.now();
  await anna.page.goto(server.url);
  await ready(anna.page);
  console.log(`a start that takes ${rows} rows over: ${Math.round(performance.now() - from)} ms`);
  expect(await anna.page.evaluate(() => window.lifegraph.identity.get()?.name)).toBe('Anna');
  for (const words of WORDS) await reads(anna.page, words);
  await say(anna.page, space, 'after it');
  await anna.page.reload();
  await ready(anna.page);
  expect((await texts(anna.page, space)).toSorted()).toEqual([...WORDS, 'after it'].toSorted());
  const bareTab = await anna.newTab(bare());
  expect(await found(bareTab)).toMatchObject({ version: 2, stores: ['segments', 'values'] });

  // No room for the copy: in words, and as it was.
  await anna.page.goto(bare());
  const few = await makeOld(bareTab, 0);
  const engine = await anna.context.newCDPSession(bareTab);
  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1 });
  await expect.poll(() => bareTab.evaluate(writeMuch)).toBe('QuotaExceededError');
  await anna.page.goto(server.url);
  await anna.page.getByText('There is no room left in the storage of this browser').waitFor();
  expect(await found(bareTab)).toEqual({ version: 1, stores: ['segments', 'values'], rows: few });
  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url });

  // What a later build wrote is left alone, in words.
  await anna.page.goto(bare());
  await bareTab.evaluate(() => new Promise<void>((resolve, reject) => {
    const open = indexedDB.open('lgos', 3);
    open.onupgradeneeded = () => open.transaction!.objectStore('values').put(3, 'store/least');
    open.onerror = () => reject(open.error ?? new Error('no answer'));
    open.onsuccess = () => (open.result.close(), resolve());
  }));
  await anna.page.goto(server.url);
  await anna.page.getByText('A newer version of LifeGraph has taken over your data in this browser').waitFor();
  expect((await found(bareTab)).version).toBe(3);
});
