/** The real engine refuses to store: no space, the database taken away. "Not saved" within 2 s, nothing lost from the window, Retry saves. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CDPSession, Page } from 'playwright-core';
import { chat, closeAll, composer, has, launch, person, reads, ready, say, texts, within } from './support/acts.ts';
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

test('[row 32] {V5} quota: "Not saved" within 2 s with the reason, Retry and Export; after there is space again Retry saves it', async () => {
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
  await notSaved(anna).waitFor();
  const took = performance.now() - from;
  within('quota → "Not saved"', took, NOT_SAVED_MS);
  expect(await notSaved(anna).textContent()).toMatch(/full/);
  await notSaved(anna).getByRole('button', { name: 'Export' }).waitFor();
  expect(await anna.page.evaluate(() => window.lifegraph.saved().then(() => 'saved', (error: { code: string }) => error.code)), 'saved() tells the truth').toBe('store-quota');
  expect((await texts(anna.page, space)).length, 'the line is still on the screen').toBe(2);

  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url });
  // The peer tries by itself too: the note may go before it is pressed (retrying by hand: tests/sim/faults-disk).
  await Promise.any([notSaved(anna).getByRole('button', { name: 'Retry' }).click(), notSaved(anna).waitFor({ state: 'detached' })]);
  await notSaved(anna).waitFor({ state: 'detached' });
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
  await notSaved(anna).waitFor();
  const took = performance.now() - from;
  within('database gone → "Not saved"', took, NOT_SAVED_MS);
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
  await notSaved(anna).waitFor();
  within('disk fails while nobody writes → "Not saved"', performance.now() - from, NOT_SAVED_MS);
  await anna.expectClean();
});

/** Makes the engine abort the next transactions that write, in the kernel's worker, after their requests were made; counts those it did. */
async function abortWrites(page: Page): Promise<{ next(count: number): Promise<void>; aborted(): Promise<number> }> {
  const worker = page.workers().find((one) => one.url().includes('kernel'))!;
  await worker.evaluate(() => {
    const book = ((globalThis as unknown as { __aborts: { left: number; done: number } }).__aborts = { left: 0, done: 0 });
    const native = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof native>) {
      const tx = native.apply(this, args);
      if (args[1] === 'readwrite' && book.left > 0) {
        book.left--;
        tx.addEventListener('abort', () => void book.done++);
        setTimeout(() => tx.abort(), 0);
      }
      return tx;
    };
  });
  return {
    next: (count) => worker.evaluate((n) => void ((globalThis as unknown as { __aborts: { left: number } }).__aborts.left = n), count),
    aborted: () => worker.evaluate(() => (globalThis as unknown as { __aborts: { done: number } }).__aborts.done),
  };
}

test('{V5} transactions that abort in the middle of a bulk import: nothing is told as saved that is not, all of it is on the disk in the end, once, and nothing forks', async () => {
  const { anna, space } = await writer();
  const { page } = anna;
  const aborts = await abortWrites(page);
  const BATCHES = 60;
  const EACH = 100;
  // Every batch is awaited, so that the transactions of the import are many.
  const importing = page.evaluate(async ([id, batches, each]) => {
    const graph = window.lifegraph.graph(id);
    const codes: string[] = [];
    const failed = new Set<number>();
    for (let batch = 0; batch < batches; batch++) {
      await graph.transact(Array.from({ length: each }, (_, n) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text: `import ${batch * each + n}` }, verb: 'chat/message.send@1' })));
      for (;;) {
        const told = await window.lifegraph.saved().then(() => null, (error: { code: string }) => error.code);
        if (told === null) break;
        codes.push(told);
        failed.add(batch);
        await new Promise((next) => setTimeout(next, 20));
      }
      // Goes on when the aborts are armed.
      if (batch === 10) await new Promise<void>((goOn) => Object.assign(globalThis, { goOn }));
    }
    return { codes: [...new Set(codes)], failed: failed.size };
  }, [space, BATCHES, EACH] as const);
  await page.waitForFunction(() => 'goOn' in globalThis, undefined, { polling: 10 });
  await aborts.next(4);
  await page.evaluate(() => (globalThis as unknown as { goOn(): void }).goOn());
  const { codes, failed } = await importing;
  expect(await aborts.aborted(), 'control: the engine did abort').toBe(4);
  expect(codes).toEqual(['store-aborted']);
  expect(failed).toBeGreaterThan(0);
  await notSaved(anna).waitFor({ state: 'detached' });
  const wanted = ['before', ...Array.from({ length: BATCHES * EACH }, (_, n) => `import ${n}`)].sort();
  expect((await texts(page, space)).sort()).toEqual(wanted);
  await page.reload();
  await ready(page);
  expect((await texts(page, space)).sort(), 'on the disk, each once').toEqual(wanted);
  expect(await page.evaluate(() => window.lifegraph.metrics()['forks.own'] ?? 0)).toBe(0);
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

test('a storage that gives no answer at all: the page says so within 3 s with the next step, and goes on by itself when it answers', async () => {
  const other = await launch({
    name: 'holder', url: `${server.url}/icon.svg`,
    // In the page itself: what drives the browser from outside is late on a busy machine.
    before: () => {
      new MutationObserver((_, watch) => {
        if (document.querySelector('main h1') === null) return;
        watch.disconnect();
        Object.assign(globalThis, { wordsAt: performance.now() });
      }).observe(document, { childList: true, subtree: true });
    },
  });
  // As when a dying process holds the files: our request stands behind this one, with neither success nor error nor "blocked".
  await other.page.evaluate(() => new Promise<void>((held) => {
    const opening = indexedDB.open('lgos', 2);
    opening.onupgradeneeded = () => {
      const rows = opening.result.createObjectStore('rows');
      const hold = (): void => {
        if ('letGo' in globalThis) opening.transaction!.abort();
        else rows.get(1).onsuccess = hold;
      };
      hold();
      held();
    };
  }));
  const page = await other.newTab();
  await page.goto(server.url);
  const title = page.getByRole('heading', { name: 'The storage of this browser does not answer' });
  await title.waitFor();
  // From the moment when the browser has our code: a slow line before it is another matter.
  const took = await page.evaluate(() => (globalThis as unknown as { wordsAt: number }).wordsAt - Math.max(...performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.js')).map((one) => (one as PerformanceResourceTiming).responseEnd)));
  console.log(`no answer → words: ${Math.round(took)} ms after the scripts of the page`);
  expect(took).toBeLessThanOrEqual(3_000);
  expect(await page.locator('main').textContent()).toMatch(/close its other windows/);
  await page.getByRole('button', { name: 'Reload' }).waitFor();
  expect(await page.evaluate(() => window.lifegraph.supervision.status().state), 'the kernel still waits').toBe('starting');

  await other.page.evaluate(() => Object.assign(globalThis, { letGo: true }));
  await page.getByRole('textbox', { name: 'Your name' }).waitFor();
  await title.waitFor({ state: 'detached' });
  // The tab that holds the database shows a picture, for which the browser wants an icon.
  await other.expectClean([/favicon\.ico/]);
});

test('{V5} an older version open in another tab that does not let go: the page says to close the others; closed, Reload opens what was there', async () => {
  const other = await launch({ name: 'older', url: `${server.url}/icon.svg` });
  // As version 1 made it, by a page that does not listen to `versionchange`.
  await other.page.evaluate(() => new Promise<void>((held, failed) => {
    const opening = indexedDB.open('lgos', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('segments', { autoIncrement: true });
      opening.result.createObjectStore('values').put('of version 1', 'witness');
    };
    opening.onsuccess = () => (Object.assign(globalThis, { kept: opening.result }), held());
    opening.onerror = () => failed(opening.error ?? new Error('open'));
  }));
  const page = await other.newTab(server.url);
  const title = page.getByRole('heading', { name: 'LifeGraph did not start' });
  await title.waitFor();
  expect(await page.locator('main').textContent()).toMatch(/Close other tabs with an older version and reload\./);
  expect(await page.locator('main').textContent(), 'the cause').toMatch(/Another tab holds an older version/);
  await other.page.close();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Anna');
  await page.keyboard.press('Enter');
  await chat(page, 'after the older one');
  await page.evaluate(() => window.lifegraph.saved());
  const stored = await page.evaluate(() => new Promise<unknown[]>((done) => {
    const opening = indexedDB.open('lgos');
    opening.onsuccess = () => {
      const asked = opening.result.transaction('values').objectStore('values').get('witness');
      asked.onsuccess = () => (opening.result.close(), done([opening.result.version, asked.result]));
    };
  }));
  expect(stored, 'brought up to date, with what it held').toEqual([2, 'of version 1']);
  await other.expectClean([/favicon\.ico/]);
});
