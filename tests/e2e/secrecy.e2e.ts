/**
 * Who sees what. A canary text goes through the whole app; every place that should not have it is scanned: a stranger's browser, what the
 * signaling server and its relay passed on, the store and the files of a member. Each scan has a control in which it finds the canary.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { closeAll, has, inviteTo, join, launch, linked, newSpace, person, ready, say } from './support/acts.ts';
import { flood, plantBusy, stillness } from './support/flood.ts';
import { formsOf, formsOfBytes, storeDump } from './support/scan.ts';
import { DIST, startPlainServer, startServer, type TestServer } from './support/server.ts';
import { startTap, type Tap } from './support/tap.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const LONG_MS = 60_000;
/** Of a hundred messages each. */
const ACTS = FULL ? 100 : 30;
/** Of the time that its tasks are longer than 50 ms by: as a part of what a page that really stands still has beside it, and (alone on the machine) of the whole. */
const MOST_OF_BUSY = 0.8;
const MOST_STILL = 0.4;

let server: TestServer;
let tap: Tap;
beforeAll(async () => {
  server = await startServer();
  tap = await startTap(server.signalUrl);
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await tap?.stop();
  await server?.stop();
});

const canary = (): string => `canary-${randomBytes(9).toString('hex')}`;
/** Without WebRTC everything goes through the relay of the server. */
const noDirectLinks = (): void => ['RTCPeerConnection', 'webkitRTCPeerConnection'].forEach((name) => Reflect.deleteProperty(globalThis, name));
const found = (bytes: Uint8Array, text: string): string[] => formsOf(text).filter(({ form }) => Buffer.from(bytes).includes(form)).map(({ name }) => name);
/** The same of a person's id, as its text and as its 32 bytes. */
const foundId = (bytes: Uint8Array, uid: string): string[] => [...new Set([...found(bytes, uid), ...formsOfBytes(Buffer.from(uid, 'base64url')).filter(({ form }) => Buffer.from(bytes).includes(form)).map(({ name }) => name)])];

/** Everything a page can ask its kernel for, as text. */
const answers = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const out: unknown[] = [];
    for (const space of await window.lifegraph.spaces.list()) {
      out.push(space, await window.lifegraph.graph(space.id).query({}), await window.lifegraph.log.records(space.id).catch(() => null));
    }
    out.push(await (await window.lifegraph.diagnostics()).text(), document.documentElement.outerHTML);
    return JSON.stringify(out);
  });

test('[row 9] {V8} a browser without the link, on the same server, reads nothing; control: after joining, the same scan finds the canary; as a member who floods it makes no screen stand still', async () => {
  const text = canary();
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: server.url }), person({ name: 'Boris', url: server.url })]);
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space, { uses: 3 });
  const eve = await person({ name: 'Eve', url: server.url });
  await join(boris, link);
  await say(anna.page, space, text);
  await has(boris.page, space, [text]);

  // She knows the id of the space and asks for it, and holds a link whose secret is not the right one.
  const asked = await eve.page.evaluate((id) => window.lifegraph.graph(id).query({}).then((list) => list.length, (error: { code: string }) => error.code), space);
  expect(asked).not.toBe(1);
  const store = await storeDump(eve.page);
  expect(store.length, 'the scan has something to look at').toBeGreaterThan(1_000);
  expect(found(store, text)).toEqual([]);
  expect(found(Buffer.from(await answers(eve.page)), text)).toEqual([]);
  expect(await eve.page.evaluate(() => window.lifegraph.network.status().peers)).toEqual([]);

  await join(eve, link);
  await has(eve.page, space, [text]);
  expect(found(Buffer.from(await answers(eve.page)), text), 'control').toContain('utf-8');

  // Now she is in, she floods: who has the channel open goes on typing, and hears the others.
  await anna.page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  const composer = anna.page.getByRole('textbox', { name: /^Message #/ });
  await composer.waitFor({ timeout: LONG_MS });
  const busy = await stillness(anna.page, () => plantBusy(anna.page));
  const flooded = await stillness(anna.page, async () => {
    const sent = flood(eve.page, space, ACTS);
    await anna.page.getByText(/^flood /).first().waitFor({ timeout: LONG_MS });
    await composer.pressSequentially('I can still write');
    await say(boris.page, space, 'and be heard');
    await sent;
    await expect.poll(() => composer.inputValue(), { timeout: LONG_MS }).toBe('I can still write');
  });
  console.log(`standing still: planted ${JSON.stringify(busy)}, under the flood ${JSON.stringify(flooded)}`);
  await has(anna.page, space, ['and be heard'], LONG_MS);
  expect(await anna.page.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).length, space), 'the flood came').toBeGreaterThan(ACTS * 10);
  expect(busy.share, 'control: a page that stands still is seen').toBeGreaterThan(0.8);
  expect(flooded.share).toBeLessThan(MOST_OF_BUSY * busy.share);
  if (FULL) expect(flooded.share).toBeLessThan(MOST_STILL);
  for (const peer of [anna, boris, eve]) await peer.expectClean();
});

test('[row 28] {V8}{V9} the server and its relay pass on sealed bytes only, and no id of a person; control: a frame in clear is found by the same scan', async () => {
  const text = canary();
  const url = `${server.url}/#/open?signal=${encodeURIComponent(tap.url)}`;
  const open = async (name: string) => {
    const peer = await launch({ name, url, before: noDirectLinks });
    await ready(peer.page);
    await peer.page.evaluate((who) => window.lifegraph.identity.create({ name: who }).then(() => undefined), `${name} ${text}`);
    return peer;
  };
  const [anna, boris] = [await open('Anna'), await open('Boris')];
  const space = await newSpace(anna, `space ${text}`);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'relay');
  await say(anna.page, space, text, `${text} again`);
  await has(boris.page, space, [text, `${text} again`]);
  await boris.page.evaluate(async (id) => {
    const { fragment } = (await window.lifegraph.graph(id).query({ type: 'chat/message@1', limit: 1 }))[0]!;
    window.lifegraph.presence.set(id, fragment, 'typing');
  }, space);
  const passed = tap.passed();
  expect((await server.metrics()).get('relay_bytes')!, 'the words went through the relay').toBeGreaterThan(2_000);
  expect(passed.length).toBeGreaterThan(2_000);
  expect(found(passed, text), 'no words, no names of people or spaces').toEqual([]);
  const uids = await Promise.all([anna, boris].map(({ page }) => page.evaluate(() => window.lifegraph.identity.get()!.uid)));
  for (const uid of uids) {
    expect(Buffer.from(uid, 'base64url')).toHaveLength(32);
    expect(foundId(passed, uid), 'no id of a person').toEqual([]);
  }

  const stranger = new WebSocket(tap.url);
  await new Promise((resolve) => stranger.once('open', resolve));
  stranger.send(Buffer.from(`in clear: ${text}`));
  await expect.poll(() => found(tap.passed(), text), { timeout: 5_000, message: 'control' }).toContain('utf-8');
  const uid = uids[0]!;
  stranger.send(Buffer.concat([Buffer.from(`as text: ${uid}, as bytes: `), Buffer.from(uid, 'base64url')]));
  await expect.poll(() => foundId(tap.passed(), uid), { timeout: 5_000, message: 'control' }).toEqual(expect.arrayContaining(['utf-8', 'bytes']));
  stranger.terminate();
  await anna.expectClean();
  await boris.expectClean();
});

/** A copy of the build whose kernel worker tells every secret key it takes in (public ones are only for verifying, or have no use of their own); the copy exists in this test only. */
function tellingBuild(): string {
  const folder = mkdtempSync(joinPath(tmpdir(), 'lifegraph-telling-'));
  cpSync(DIST, folder, { recursive: true });
  const assets = joinPath(folder, 'assets');
  const worker = readdirSync(assets).find((name) => /^kernel\.worker.*\.js$/.test(name));
  if (worker === undefined) throw new Error('no kernel worker in the build');
  const tell = `const __take=SubtleCrypto.prototype.importKey;SubtleCrypto.prototype.importKey=function(f,d,...r){if(f!=='jwk'&&f!=='spki'&&r[2].length>0&&!r[2].includes('verify'))(new BroadcastChannel('told')).postMessage(new Uint8Array(d.buffer?d.buffer.slice(d.byteOffset,d.byteOffset+d.byteLength):d.slice(0)));return __take.call(this,f,d,...r)};`;
  writeFileSync(joinPath(assets, worker), tell + readFileSync(joinPath(assets, worker), 'utf8'));
  rmSync(joinPath(folder, 'sw.js'));
  return folder;
}

test('[row 29] {V5} what a member keeps on disk: no words in clear, no key bytes, no draft; control: a row and a key planted there are found', async () => {
  const text = canary();
  const build = tellingBuild();
  const plain = await startPlainServer(build);
  const listen = (): void => {
    const told: number[][] = [];
    (globalThis as unknown as { __told: number[][] }).__told = told;
    new BroadcastChannel('told').onmessage = (event: MessageEvent<Uint8Array>) => void told.push([...event.data]);
  };
  const anna = await launch({ name: 'Anna', url: `${plain.url}#/open?signal=${encodeURIComponent(server.signalUrl)}`, before: listen });
  await ready(anna.page);
  await anna.page.evaluate(() => window.lifegraph.identity.create({ name: 'Anna' }).then(() => undefined));
  const space = await newSpace(anna, `space ${text}`);
  const link = await inviteTo(anna, space);
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, link);
  await say(anna.page, space, text);
  await has(boris.page, space, [text]);
  await anna.page.evaluate((words) => window.lifegraph.local.set('draft:somewhere', words), `${text} half written`);

  const keys = (await anna.page.evaluate(() => (globalThis as unknown as { __told: number[][] }).__told)).map((bytes) => Buffer.from(bytes.slice(-32))).filter((bytes) => bytes.length === 32);
  expect(keys.length, 'keys were taken in while the test listened').toBeGreaterThan(2);
  const store = await storeDump(anna.page);
  expect(store.length).toBeGreaterThan(2_000);
  expect(found(store, text)).toEqual([]);
  expect(keys.filter((key) => Buffer.from(store).includes(key)).length, `of ${keys.length} keys in the store`).toBe(0);
  expect(await exportableKeys(anna.page)).toEqual([]);

  await anna.page.evaluate(async ([words, key]) => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const open = indexedDB.open('lgos');
      open.onsuccess = () => resolve(open.result);
    });
    const tx = db.transaction('values', 'readwrite');
    tx.objectStore('values').put({ words, key: Uint8Array.from(key) }, 'planted');
    await new Promise((resolve) => (tx.oncomplete = resolve));
    db.close();
  }, [text, [...keys[0]!]] as const);
  const planted = await storeDump(anna.page);
  expect(found(planted, text), 'control: a row in clear').toContain('utf-8');
  expect(Buffer.from(planted).includes(keys[0]!), 'control: a raw key').toBe(true);

  // The files under the profile are what a thief of the disk reads: the engine adds nothing of its own that tells more.
  const profile = anna.profile;
  await boris.expectClean();
  await anna.close({ keep: true });
  const files = readAll(joinPath(profile, 'Default', 'IndexedDB'));
  expect(found(files, text), 'control: the planted row is in the files').toContain('utf-8');
  await closeAll();
  await plain.stop();
  rmSync(build, { recursive: true, force: true });
  rmSync(profile, { recursive: true, force: true });
});

function readAll(folder: string): Buffer {
  const parts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => joinPath(folder, name)).filter((path) => statSync(path).isFile());
  return Buffer.concat(parts.map((path) => readFileSync(path)));
}

/** Names of rows with a private or secret key that script may export. */
function exportableKeys(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const open = indexedDB.open('lgos');
      open.onsuccess = () => resolve(open.result);
    });
    const values = db.transaction('values').objectStore('values');
    const read = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    const [names, rows] = await Promise.all([read(values.getAllKeys()), read(values.getAll())]);
    const out: string[] = [];
    let seen = 0;
    const walk = (name: string, value: unknown): void => {
      if (value instanceof CryptoKey) {
        seen++;
        if (value.type !== 'public' && value.extractable) out.push(name);
      } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) for (const inner of Object.values(value)) walk(name, inner);
    };
    names.forEach((name, at) => walk(String(name), rows[at]));
    db.close();
    if (seen < 3) throw new Error(`only ${seen} keys in the store: the scan looks at the wrong place`);
    return out;
  });
}
