/** The lock of a browser, in a real one: set by hand, asked for at each start in every tab, the passphrase forgotten, taken off. The store is scanned. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, join, newSpace, person, ready, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const SOON_MS = 30_000;
const PASSPHRASE = 'seven boats under the bridge';
const NEXT = 'a kettle, two owls, no rain';

async function openRecovery(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const [space] = await window.lifegraph.spaces.list();
    location.hash = `#/${space!.id}/settings/recovery`;
  });
  await page.getByRole('heading', { name: 'Lock of this browser' }).waitFor();
}

const locked = (page: Page): Promise<void> => page.getByRole('heading', { name: 'LifeGraph is locked' }).waitFor({ timeout: SOON_MS });

async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

/** Private keys, and keys that seal, in the store of the page, by where they lie; what CryptoKeys cannot do is not asked. */
const keysInStore = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open('lgos');
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    const read = <T>(asked: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => ((asked.onsuccess = () => resolve(asked.result)), (asked.onerror = () => reject(asked.error))));
    const values = db.transaction('values').objectStore('values');
    const [names, rows] = await Promise.all([read(values.getAllKeys()), read(values.getAll())]);
    db.close();
    const found: string[] = [];
    const walk = (name: string, value: unknown): void => {
      if (value instanceof CryptoKey) found.push(name);
      else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) for (const [field, inner] of Object.entries(value)) walk(`${name}.${field}`, inner);
    };
    names.forEach((name, at) => walk(String(name), rows[at]));
    // The key that says whether rows were written here seals nothing.
    return found.filter((name) => !name.startsWith('store/'));
  });

/** Nothing of a kernel answers: asked of the page, it is still waiting half a second later. */
const silent = (page: Page): Promise<boolean> => page.evaluate(() => Promise.race([window.lifegraph.opened.then(() => false), new Promise<boolean>((done) => setTimeout(() => done(true), 500))]));

test('{K7} [row 29] set, both tabs lock; no key lies in the store; a wrong passphrase is told; opened, it works on; forgotten, the words open it; taken off', async () => {
  const [anna, boris] = [await person({ name: 'anna', url: server.url }), await person({ name: 'boris', url: server.url })];
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await say(anna.page, space, 'before');
  await has(boris.page, space, ['before'], SOON_MS);
  const second = await anna.context.newPage();
  await second.goto(server.url);
  await ready(second);
  const words = await anna.page.evaluate(async () => {
    const all = await window.lifegraph.recovery.phrase();
    await window.lifegraph.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: all[at]! })));
    return all;
  });
  expect(await keysInStore(anna.page), 'control').toEqual(expect.arrayContaining(['id/profile.ds.secret', 'id/profile.dx.secret', 'id/vault.key']));

  await openRecovery(anna.page);
  await anna.page.getByRole('button', { name: 'Set a passphrase' }).click();
  await anna.page.getByLabel(/24 words/).fill(words.join(' '));
  await anna.page.getByLabel('New passphrase').fill(PASSPHRASE);
  await anna.page.getByLabel('The passphrase once more').fill(PASSPHRASE);
  await anna.page.getByRole('button', { name: 'Set a passphrase' }).click();
  for (const page of [anna.page, second]) await locked(page);
  expect(await keysInStore(anna.page)).toEqual([]);
  expect(await silent(anna.page)).toBe(true);
  expect(await anna.page.evaluate(() => document.body.innerText)).not.toContain('River Watch');

  // What others write meanwhile waits for it.
  await say(boris.page, space, 'while locked');
  await unlock(anna.page, NEXT);
  await anna.page.getByRole('alert').getByText(/does not open this browser/).waitFor();
  expect(await silent(anna.page)).toBe(true);
  await unlock(anna.page, PASSPHRASE);
  await anna.page.getByRole('heading', { name: 'Lock of this browser' }).waitFor({ timeout: SOON_MS });
  await has(anna.page, space, ['before', 'while locked'], SOON_MS);
  await say(anna.page, space, 'after');
  await has(boris.page, space, ['before', 'while locked', 'after'], SOON_MS);
  expect(await keysInStore(anna.page)).toEqual([]);
  await locked(second);

  // The kernel dies: who starts it again is asked, and the page stays.
  await anna.page.evaluate(() => window.lifegraph.supervision.restart());
  await locked(anna.page);
  await unlock(anna.page, PASSPHRASE);
  await anna.page.getByRole('button', { name: 'Lock now' }).click({ timeout: SOON_MS });
  await locked(anna.page);

  await anna.page.getByRole('button', { name: 'I forgot it' }).click();
  await anna.page.getByLabel(/24 words/).fill(words.join(' '));
  await anna.page.getByLabel('New passphrase').fill(NEXT);
  await anna.page.getByLabel('The passphrase once more').fill(NEXT);
  await anna.page.getByRole('button', { name: 'Open', exact: true }).click();
  await anna.page.getByRole('button', { name: 'Take the lock off' }).click({ timeout: SOON_MS });
  await anna.page.getByLabel('The passphrase now in use').fill(NEXT);
  await anna.page.getByRole('button', { name: 'Take the lock off' }).click();
  await anna.page.getByText('Not set: whoever opens this browser').waitFor({ timeout: SOON_MS });
  expect(await keysInStore(anna.page)).toEqual(expect.arrayContaining(['id/profile.ds.secret', 'id/profile.dx.secret', 'id/vault.key']));
  await has(anna.page, space, ['before', 'while locked', 'after'], SOON_MS);
  for (const peer of [anna, boris]) await peer.expectClean();
});
