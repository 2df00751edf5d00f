/** The real engine refuses to store: no space, the database taken away. "Not saved" within 2 s, nothing lost from the window, Retry saves. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CDPSession } from 'playwright-core';
import { chat, closeAll, composer, has, launch, person, reads, ready, say, texts } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const NOT_SAVED_MS = 2_000;

/** Somebody in the Personal space with its channel open, and the engine's own tools. */
async function writer(): Promise<{ anna: Peer; space: string; engine: CDPSession }> {
  const anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  await say(anna.page, space, 'before');
  return { anna, space, engine: await anna.context.newCDPSession(anna.page) };
}

const notSaved = (peer: Peer) => peer.page.getByRole('alert').filter({ hasText: 'Not saved' });

test('{V5} quota: "Not saved" within 2 s with the reason, Retry and Export; after there is space again Retry saves it', async () => {
  const first = await writer();
  const { space } = first;
  await first.anna.close({ keep: true });
  // The engine keeps its books for half a minute: the disk must be full before the page writes for the first time.
  const anna = await launch({ name: 'anna', profile: first.anna.profile });
  const engine = await anna.context.newCDPSession(anna.page);
  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1 });
  await anna.page.goto(server.url);
  await ready(anna.page);
  expect(await texts(anna.page, space), 'what is there can be read').toEqual(['before']);
  await chat(anna.page, 'no space for this');
  const from = performance.now();
  await notSaved(anna).waitFor({ timeout: 10_000 });
  const took = performance.now() - from;
  console.log(`quota → "Not saved": ${Math.round(took)} ms`);
  expect(took).toBeLessThanOrEqual(NOT_SAVED_MS);
  expect(await notSaved(anna).textContent()).toMatch(/full/);
  await notSaved(anna).getByRole('button', { name: 'Export' }).waitFor();
  expect(await anna.page.evaluate(() => window.lifegraph.saved().then(() => 'saved', (error: { code: string }) => error.code)), 'saved() tells the truth').toBe('store-quota');
  expect((await texts(anna.page, space)).length, 'the line is still on the screen').toBe(2);

  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url });
  await notSaved(anna).getByRole('button', { name: 'Retry' }).click();
  await notSaved(anna).waitFor({ state: 'detached', timeout: 5_000 });
  await anna.page.evaluate(() => window.lifegraph.saved());
  await anna.page.reload();
  await ready(anna.page);
  expect(await texts(anna.page, space)).toEqual(['before', 'no space for this']);
  expect(await anna.page.evaluate(() => window.lifegraph.metrics()['forks.own'] ?? 0)).toBe(0);
  await anna.expectClean();
});

test('{V5} the database is deleted from under the app: "Not saved" within 2 s, what is unsaved can be exported', async () => {
  const { anna, engine } = await writer();
  await engine.send('IndexedDB.enable');
  await engine.send('IndexedDB.deleteDatabase', { securityOrigin: server.url, databaseName: 'lgos' });
  const from = performance.now();
  await chat(anna.page, 'nowhere to put this');
  await notSaved(anna).waitFor({ timeout: 10_000 });
  const took = performance.now() - from;
  console.log(`database gone → "Not saved": ${Math.round(took)} ms`);
  expect(took).toBeLessThanOrEqual(NOT_SAVED_MS);
  await reads(anna.page, 'nowhere to put this');
  const [file] = await Promise.all([anna.page.waitForEvent('download'), notSaved(anna).getByRole('button', { name: 'Export' }).click()]);
  const kept = await file.createReadStream().then(async (stream) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  });
  expect(kept).toContain('nowhere to put this');
  await anna.expectClean();
});

test('{V5} the disk fails while nobody writes: the state says so within 2 s, before the next line is lost', async () => {
  const { anna, engine } = await writer();
  await engine.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'indexeddb' });
  const from = performance.now();
  await notSaved(anna).waitFor({ timeout: 10_000 });
  expect(performance.now() - from).toBeLessThanOrEqual(NOT_SAVED_MS);
  await anna.expectClean();
});

test('{V5} control: with a whole disk the same walk shows no alert', async () => {
  const { anna, space } = await writer();
  await chat(anna.page, 'a line');
  await has(anna.page, space, ['before', 'a line']);
  await anna.page.evaluate(() => window.lifegraph.saved());
  expect(await notSaved(anna).count()).toBe(0);
  await anna.expectClean();
});
