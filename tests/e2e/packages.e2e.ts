/** Must show 6: every package the project was specified with and that is due runs in the shipped app. Each is seen by what only it leaves behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { channelStats, closeAll, has, inviteTo, join, linked, newSpace, person, say, until } from './support/acts.ts';
import { DIST, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

test('{V5}{V7} gun, simple-peer, idb, react and vite at work in one exchange between two browsers', async () => {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: server.url }), person({ name: 'Boris', url: server.url })]);
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'direct');
  await say(anna.page, space, 'through all of them');
  await has(boris.page, space, ['through all of them']);

  // gun: its graph took the own record, and heard the other's as a put over its mesh.
  const counts = (peer: typeof anna, names: readonly string[]): Promise<number> =>
    until(peer.page, (all) => all.every((name) => (window.lifegraph.metrics()[name] ?? 0) > 0), names, `${names.join(', ')} of GUN`);
  await counts(anna, ['gun.ram.souls', 'gun.put.own', 'gun.put.sent']);
  await counts(boris, ['gun.ram.souls', 'gun.put.heard', 'gun.peers']);
  expect(await boris.page.evaluate(() => window.lifegraph.metrics()['gun.peers'])).toBe(1);

  // simple-peer: one connection with its own channel (named by it at random, 20 bytes in hex) beside ours, and payload bytes on them.
  const stats = await channelStats(boris.page);
  expect([stats.pairs.length, stats.bytesIn > 0, stats.bytesOut > 0]).toEqual([1, true, true]);
  const labels = await boris.page.evaluate(async () => {
    const out: string[] = [];
    for (const connection of (globalThis as unknown as { __connections: RTCPeerConnection[] }).__connections) {
      (await connection.getStats()).forEach((report: { type: string; label?: string; state?: string }) => void (report.type === 'data-channel' && report.state === 'open' && out.push(report.label!)));
    }
    return out.sort();
  });
  expect(labels).toHaveLength(2);
  expect(labels).toContain('bulk');
  expect(labels.filter((label) => /^[0-9a-f]{40}$/.test(label))).toHaveLength(1);

  // idb: the record lies in the store of the database that it opened.
  const rows = await boris.page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const open = indexedDB.open('lgos');
      open.onsuccess = () => resolve(open.result);
    });
    const count = db.transaction('segments').objectStore('segments').count();
    const n = await new Promise<number>((resolve) => (count.onsuccess = () => resolve(count.result)));
    db.close();
    return { n, version: db.version };
  });
  expect(rows.n).toBeGreaterThan(2);
  expect(rows.version).toBe(2);

  // react: the tree on the screen hangs on its root.
  expect(await boris.page.evaluate(() => Object.keys(document.getElementById('root')!).some((key) => key.startsWith('__reactContainer$')))).toBe(true);

  // vite: the page loads the content-named modules of its build, and the build holds the code of each package.
  const loaded = await boris.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname));
  expect(loaded.some((path) => /^\/assets\/index-[\w-]{8}\.js$/.test(path))).toBe(true);
  const code = readdirSync(joinPath(DIST, 'assets')).filter((name) => name.endsWith('.js')).map((name) => readFileSync(joinPath(DIST, 'assets', name), 'utf8')).join('\n');
  for (const mark of ['__reactContainer$', 'durability', 'ERR_WEBRTC_SUPPORT']) expect(code.includes(mark), mark).toBe(true);
  await anna.expectClean();
  await boris.expectClean();
});
