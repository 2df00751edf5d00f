/** What engines and people do to a tab: asleep with the whole machine, a newer build in another tab, one of several servers dead. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { chat, closeAll, composer, has, inviteTo, join, linked, newSpace, person, reads, ready, sameSeal, say, status, texts, until, within } from './support/acts.ts';
import { mixedBuilds } from './support/mixed.ts';
import { processTree } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

const FULL = process.env.LGOS_FULL === '1';
/** Longer than a link lives without a sign (25 s), so that everything is to be dialled again; in the short run the link survives. */
const ASLEEP_MS = FULL ? 40_000 : 4_000;
const RESYNC_MS = 3_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Signals every process there is; one that ended by itself since the tree was read (a browser starts and ends helpers) needs none. */
const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  const reached = pids.filter((pid) => {
    try {
      return process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  });
  expect(reached.length, `processes that got ${signal}`).toBeGreaterThan(1);
};

const linksOf = async (page: Page): Promise<number> => (await status(page)).peers.length;

test('{V8} a browser that slept has what was written meanwhile within 3 s of waking up', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const boris = await person({ name: 'Boris', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'begin');
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'direct');
  // As a laptop that sleeps: no process of the browser runs, nothing is said to anybody.
  const processes = processTree(boris.pid);
  signalAll(processes, 'SIGSTOP');
  const words = Array.from({ length: 30 }, (_, at) => `while away ${at}`);
  await say(anna.page, space, ...words);
  await new Promise((resolve) => setTimeout(resolve, ASLEEP_MS));
  if (FULL) expect(await linksOf(anna.page), 'the link of a sleeping browser is given up').toBe(0);
  const from = performance.now();
  signalAll(processes, 'SIGCONT');
  await has(boris.page, space, words, 20_000);
  const took = performance.now() - from;
  within(`asleep for ${ASLEEP_MS} ms → 30 lines after waking up`, took, RESYNC_MS);
  await sameSeal(anna.page, boris.page, space);
  await anna.expectClean();
  await boris.expectClean();
});

test('{V5} records wiped from the disk are refilled by another peer: the seals are equal again, and nothing forks', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const boris = await person({ name: 'Boris', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, ...Array.from({ length: 40 }, (_, at) => `anna ${at}`));
  await join(boris, await inviteTo(anna, space));
  await say(boris.page, space, ...Array.from({ length: 40 }, (_, at) => `boris ${at}`));
  await sameSeal(anna.page, boris.page, space);
  // Only the records of the space: the person and the keys of this device stay.
  await boris.page.goto('about:blank');
  await boris.page.goto(`${server.url}/manifest.webmanifest`);
  const rows = await boris.page.evaluate(() => new Promise<number>((resolve, reject) => {
    const open = indexedDB.open('lgos');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const tx = open.result.transaction('segments', 'readwrite');
      const count = tx.objectStore('segments').count();
      tx.objectStore('segments').clear();
      tx.oncomplete = () => (open.result.close(), resolve(count.result));
      tx.onerror = () => reject(tx.error);
    };
  }));
  expect(rows, 'bursts that were there').toBeGreaterThan(10);
  await boris.page.goto(server.url);
  await ready(boris.page);
  // Nobody removed this person: the rights are what is missing, and the screen says so with a way back.
  const roles = (page: Page): Promise<string[]> => page.evaluate(async (id) => (await window.lifegraph.spaces.list()).filter((one) => one.id === id).map((one) => one.role), space);
  expect(await roles(boris.page)).toEqual(['no-rights']);
  await boris.page.goto(`${server.url}#/${space}/chat`);
  await boris.page.getByText("Looking for the space's rights").first().waitFor();
  await boris.page.getByText('Ask one of them for a new invite').waitFor();
  await boris.page.getByRole('button', { name: 'I have an invite link' }).waitFor();
  // Without the records this device knows neither key nor room of the space: a fresh link leads back in, to the same person.
  await join(boris, await inviteTo(anna, space));
  await has(boris.page, space, ['anna 0', 'anna 39', 'boris 0', 'boris 39']);
  await sameSeal(anna.page, boris.page, space);
  expect(await roles(boris.page), 'control: with the rights it is a member again').toEqual(['member']);
  await say(boris.page, space, 'after the wipe');
  await has(anna.page, space, ['after the wipe']);
  await sameSeal(anna.page, boris.page, space);
  expect(await boris.page.evaluate(() => window.lifegraph.metrics()['forks.own'] ?? 0)).toBe(0);
  expect((await texts(boris.page, space)).filter((text) => text === 'boris 7').length, 'nothing twice').toBe(1);
});

test('{K9} a newer build upgrades the database in another tab: the older tab says so within 2 s, loses nothing from the window, and the newer one is not held up', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  await say(anna.page, space, 'before');
  const newer = await anna.newTab(`${server.url}/manifest.webmanifest`);
  const upgraded = await newer.evaluate(() => new Promise<string>((resolve) => {
    const open = indexedDB.open('lgos', 1_000);
    open.onblocked = () => resolve('blocked');
    open.onerror = () => resolve(String(open.error));
    open.onsuccess = () => resolve('open');
  }));
  expect(upgraded, 'the older tab lets go').toBe('open');
  await anna.page.bringToFront();
  await chat(anna.page, 'after the upgrade');
  const alert = anna.page.getByRole('alert').filter({ hasText: 'Not saved' });
  const from = performance.now();
  await alert.waitFor();
  const took = performance.now() - from;
  within('database upgraded elsewhere → "Not saved"', took, 2_000);
  await reads(anna.page, 'after the upgrade');
  await alert.getByRole('button', { name: 'Export' }).waitFor();
});

test('[row 13] {V8} several servers at once, one dead: people meet through the other, and a server that dies later is not missed', async () => {
  const second = await startServer({ noStatic: true });
  const dead = 'ws://127.0.0.1:9/signal';
  const setServers = (page: Page, urls: string[]): Promise<void> => page.evaluate((list) => window.lifegraph.network.setServers(list), urls);
  const anna = await person({ name: 'Anna', url: server.url });
  const boris = await person({ name: 'Boris', url: server.url });
  await setServers(anna.page, [dead, server.signalUrl, second.signalUrl]);
  await setServers(boris.page, [dead, second.signalUrl]);
  const space = await newSpace(anna);
  await say(anna.page, space, 'three servers');
  await until(anna.page, () => window.lifegraph.network.status().signaling.filter((one) => one.state === 'open').length === 2, undefined, 'two of three servers open');
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'direct');
  await has(boris.page, space, ['three servers']);
  const states = (await status(anna.page)).signaling;
  expect(states.find((one) => one.url === dead)!.state).not.toBe('open');
  await second.stop();
  await say(boris.page, space, 'the server of Boris ended');
  await has(anna.page, space, ['the server of Boris ended']);
  await anna.expectClean([/WebSocket/]);
  await boris.expectClean([/WebSocket/]);
});

if (FULL) test('{K9} {V8} builds of three ages in one space: what they share works, what one does not know is kept and passed on, and after the update all is equal', { timeout: 300_000 }, mixedBuilds);
