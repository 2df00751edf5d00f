/** Large files from one browser to others: over reloads of both ends, equal on the disk, within bounds of memory, beside a raw data channel; who fetches the same gives it on. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, inviteTo, join, kept, linked, newSpace, person, within } from './support/acts.ts';
import { LONG_MS } from './support/documents.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';
import { bigFile, fileHash, MIB, rawThroughput, watchMemory } from './support/transfers.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(joinPath(tmpdir(), 'lgos-transfer-'));
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server?.stop();
});

const FULL = process.env['LGOS_FULL'] === '1';
const PIECES = FULL ? 1_024 : 64;
/** Of the file that two fetch at once. */
const SHARED = 32;
const RAW_MIB = FULL ? 64 : 16;
/** Bytes by which a browser may grow. Beside others on two cores garbage is collected later. */
const GROWTH = (FULL ? 128 : 192) * MIB;
const ENOUGH_MS = FULL ? 1_800_000 : 120_000;

const card = (page: Page, name: string) => page.locator('.message-file').filter({ hasText: name });
const have = (page: Page, space: string, name: string, pieces: number): Promise<void> => page.evaluate(async ([at, called, n]) => {
  await window.lifegraph.ready;
  const { id } = (await window.lifegraph.graph(at).query({ type: 'file@1' })).find(({ props }) => props['name'] === called)!;
  return new Promise<void>((done) => {
    const stop = window.lifegraph.files!.watch(at, id, (state) => {
      if (state.have < n) return;
      void Promise.resolve().then(() => stop());
      done();
    });
  });
}, [space, name, pieces] as const);

async function attach(page: Page, path: string): Promise<void> {
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).first().click();
  await (await chosen).setFiles(path);
  await page.locator('.foot [data-file]').waitFor({ timeout: ENOUGH_MS });
  await composer(page).focus();
  await page.keyboard.press('Enter');
}

const get = (page: Page, name: string): Promise<void> => card(page, name).getByRole('button', { name: /^Download/ }).click();
const here = (page: Page, name: string): Promise<void> => card(page, name).and(page.locator('[data-state=here]')).waitFor({ timeout: ENOUGH_MS });

/** Bytes of pieces a browser gave to others. */
const served = (page: Page): Promise<number> => page.evaluate(async () => {
  // What the page has of it is a moment old.
  window.lifegraph.metrics();
  await window.lifegraph.spaces.list();
  return window.lifegraph.metrics()['chunks.served.bytes'] ?? 0;
});

/** A person in the chat of a space whose browser saves by itself, without asking where. */
async function inChat(name: string, space: string | null, link: string | null, offline = false): Promise<Peer> {
  const peer = await person({ name, url: server.url, offline, before: () => void delete (globalThis as { showSaveFilePicker?: unknown }).showSaveFilePicker });
  if (link !== null) await join(peer, link);
  peer.page.setDefaultTimeout(LONG_MS);
  if (space !== null) await peer.page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  return peer;
}

test(`a file of ${PIECES} MiB comes over reloads of both ends, equal and within bounds of memory`, { timeout: FULL ? 7_200_000 : 400_000 }, async () => {
  const began = performance.now();
  const lap = (what: string): void => console.log(`${what}: ${Math.round(performance.now() - began)} ms from the beginning`);
  const anna = await inChat('Anna', null, null);
  const space = await newSpace(anna);
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  const boris = await inChat('Boris', space, await inviteTo(anna, space), true);
  const [a, b] = [anna.page, boris.page];
  const path = joinPath(folder, 'film.wav');
  const wanted = await bigFile(path, PIECES, true);
  // Its service worker has kept the build and serves the page: that is no part of a transfer.
  await kept(b);
  await b.reload();
  await linked(a, 'direct');
  await composer(b).waitFor();
  // One that changes while it is added: that is said, nothing of it stays, and the next one is added.
  const growing = joinPath(folder, 'growing.bin');
  await bigFile(growing, 32);
  const chosen = a.waitForEvent('filechooser');
  await a.getByRole('button', { name: 'Attach files' }).first().click();
  await (await chosen).setFiles(growing);
  await appendFile(growing, 'more');
  await a.getByText('growing.bin: This file cannot be read, or it changed meanwhile.').waitFor();
  expect(await a.locator('.foot .message-file-line').count()).toBe(0);
  expect(await a.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'file@1' })).length, space)).toBe(0);
  const memory = watchMemory([anna.pid, boris.pid]);
  await attach(a, path);
  await card(b, 'film.wav').and(b.locator('[data-state=absent]')).waitFor();
  lap('added');
  // A raw channel before it and one behind it: what else the machine does meanwhile differs less.
  const rawBefore = await rawThroughput(a, b, RAW_MIB);
  const from = performance.now();
  await get(b, 'film.wav');
  await have(b, space, 'film.wav', Math.ceil(PIECES * 0.4));
  const rate = (Math.ceil(PIECES * 0.4) * 1_000) / (performance.now() - from);
  lap('receiver reloads');
  await b.reload();
  // It plays while the rest still comes.
  await card(b, 'film.wav').getByRole('button', { name: /^Play/ }).click();
  await b.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.5 && document.querySelector('.message-file')?.getAttribute('data-state') === 'coming', undefined, { timeout: ENOUGH_MS });
  await b.evaluate(() => document.querySelector('audio')!.pause());
  lap('plays');
  await have(b, space, 'film.wav', Math.ceil(PIECES * 0.7));
  lap('sender reloads');
  await a.reload();
  await here(b, 'film.wav');
  lap('here');
  // Saved through the service worker, piece by piece.
  const saved = b.waitForEvent('download');
  await card(b, 'film.wav').getByRole('button', { name: /^Save/ }).click();
  await (await saved).saveAs(joinPath(folder, 'saved.bin'));
  expect(await fileHash(joinPath(folder, 'saved.bin'))).toBe(wanted);
  lap('saved');
  const growth = memory();
  console.log(`growth of the browsers: ${growth.map((bytes) => Math.round(bytes / MIB)).join(' and ')} MiB`);
  for (const bytes of growth) expect(bytes).toBeLessThanOrEqual(GROWTH);

  const rawBehind = await rawThroughput(a, b, RAW_MIB);
  const raw = (rawBefore + rawBehind) / 2;
  console.log(`${rate.toFixed(1)} MiB/s, a raw data channel ${rawBefore.toFixed(1)} before and ${rawBehind.toFixed(1)} behind it: ${(rate / raw).toFixed(2)}`);
  within('what a raw channel takes beside ours', (1_000 * raw) / rate, 1_000 / 0.7);

  for (const peer of [anna, boris]) await peer.expectClean();
});

// 15 s of three browsers: that each fetches in an order of its own is a test of file-transfer.test.ts, which runs always.
if (FULL) test('two who fetch a file at once give each other what they have', { timeout: 900_000 }, async () => {
  const anna = await inChat('Anna', null, null);
  const space = await newSpace(anna);
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  const [boris, clara] = [await inChat('Boris', space, await inviteTo(anna, space)), await inChat('Clara', space, await inviteTo(anna, space))];
  const [a, b, c] = [anna.page, boris.page, clara.page];
  const shared = joinPath(folder, 'maps.bin');
  await bigFile(shared, SHARED);
  for (const page of [b, c]) await linked(page, 'direct', 2);
  await attach(a, shared);
  for (const page of [b, c]) await card(page, 'maps.bin').and(page.locator('[data-state=absent]')).waitFor();
  const from = performance.now();
  const before = await Promise.all([b, c].map(served));
  await Promise.all([b, c].map((page) => get(page, 'maps.bin')));
  await Promise.all([b, c].map((page) => here(page, 'maps.bin')));
  const gave = await Promise.all([b, c].map(async (page, at) => (await served(page)) - before[at]!));
  console.log(`two receivers gave each other ${gave.map((bytes) => (bytes / MIB).toFixed(1)).join(' and ')} of ${SHARED} MiB in ${Math.round(performance.now() - from)} ms`);
  expect(gave[0]! + gave[1]!).toBeGreaterThanOrEqual(SHARED * MIB / 8);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});
