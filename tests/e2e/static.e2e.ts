/** The app from hosts that know nothing of it: any file server, a wrong or dead introduction server, an insecure address. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { channelStats, closeAll, has, inviteTo, join, launch, linked, newSpace, person, say, SOON_MS, until } from './support/acts.ts';
import { startPlainServer, startServer, type TestServer } from './support/server.ts';

let plain: Awaited<ReturnType<typeof startPlainServer>>;
let signal: TestServer;
beforeAll(async () => {
  [plain, signal] = await Promise.all([startPlainServer(undefined, '/apps/graph/'), startServer({ noStatic: true })]);
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await plain?.stop();
  await signal?.stop();
});

/** A host without signaling answers the app's first try with 404: the browser says so in the console. */
const ALLOW = [/WebSocket connection to .* failed/, /Failed to load resource: the server responded with a status of 404 .*signal/];

async function toNetwork(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Network' }).click();
}

/** Types the addresses into Settings → Network and saves. */
async function typeServers(page: Page, ...urls: string[]): Promise<void> {
  await page.getByRole('textbox', { name: 'Introduction servers' }).fill(urls.join('\n'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

/** The row of a server, once it shows these words. */
const serverRow = (page: Page, url: string, words: RegExp, timeout = SOON_MS): Promise<void> => page.getByRole('listitem').filter({ hasText: url }).filter({ hasText: words }).waitFor({ timeout });

test('{V8} the build on a plain file server in a folder, the signaling address typed in: two browsers meet and talk', async () => {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: plain.url }), person({ name: 'Boris', url: plain.url })]);
  expect(await anna.page.evaluate(() => crossOriginIsolated), 'no headers of ours').toBe(false);
  for (const peer of [anna, boris]) {
    await toNetwork(peer.page);
    await typeServers(peer.page, signal.signalUrl);
    await serverRow(peer.page, signal.signalUrl, /connected/);
  }
  const space = await newSpace(anna);
  const link = await inviteTo(anna, space);
  expect(link.startsWith(plain.url), 'the link leads to the same host and folder').toBe(true);
  await join(boris, link);
  await linked(boris.page, 'direct');
  await say(anna.page, space, 'from a file server');
  await has(boris.page, space, ['from a file server']);
  expect((await channelStats(boris.page)).bytesIn).toBeGreaterThan(0);
  await anna.expectClean(ALLOW);
  await boris.expectClean(ALLOW);
});

test('{V8} wrong address, dead server, a server that comes back: a state with its reason and a retry', async () => {
  const own = await startServer({ noStatic: true });
  const anna = await person({ name: 'Anna', url: plain.url });
  const { page } = anna;
  await toNetwork(page);
  await typeServers(page, 'example.org');
  await page.getByRole('alert').filter({ hasText: 'Not a server address: example.org' }).waitFor();
  await typeServers(page, own.signalUrl);
  await serverRow(page, own.signalUrl, /connected/);
  await own.kill();
  await serverRow(page, own.signalUrl, /again in \d+\ss\s*no connection/);
  await until(page, () => {
    const [one] = window.lifegraph.network.status().signaling;
    return one?.state === 'closed' && Boolean(one.reason);
  }, null, 'the reason is told');
  const note = page.getByRole('status').filter({ hasText: 'Everything here works' });
  await note.getByRole('button', { name: 'Try now' }).waitFor();
  // With a long wait before it: else the page may have connected by itself before the hand is there.
  await serverRow(page, own.signalUrl, /again in \d\d\ss/, 4 * SOON_MS);
  const again = await startServer({ noStatic: true, port: own.port });
  await note.getByRole('button', { name: 'Try now' }).click();
  await serverRow(page, own.signalUrl, /connected/);
  await note.waitFor({ state: 'detached' });
  await anna.expectClean(ALLOW);
  await closeAll();
  await again.stop();
});

test('{V8} joining while the introduction server is down: the step failed with a reason, and goes on when the server is back', async () => {
  const own = await startServer({ noStatic: true });
  const home = `${plain.url}#/open?signal=${encodeURIComponent(own.signalUrl)}`;
  const anna = await person({ name: 'Anna', url: home });
  const link = await inviteTo(anna, await newSpace(anna));
  await own.kill();
  const boris = await person({ name: 'Boris', url: home });
  await boris.page.getByRole('button', { name: /^Space: / }).click();
  await boris.page.getByRole('menuitem', { name: 'Join with a link' }).click();
  await boris.page.getByRole('textbox', { name: 'Paste an invite link' }).fill(link);
  await boris.page.getByRole('button', { name: 'Join', exact: true }).click();
  await boris.page.getByRole('main').getByRole('button', { name: 'Join', exact: true }).click();
  await boris.page.getByRole('listitem').filter({ hasText: 'No connection to the introduction server' }).waitFor();
  await boris.page.getByRole('button', { name: 'Ask again' }).waitFor();
  const again = await startServer({ noStatic: true, port: own.port });
  await boris.page.getByRole('button', { name: /^Space: River Watch/ }).waitFor({ timeout: 30_000 });
  await anna.expectClean(ALLOW);
  await boris.expectClean(ALLOW);
  await closeAll();
  await again.stop();
});

test('{V8} an insecure address explains itself and stores nothing', async () => {
  const url = new URL(plain.url);
  const peer = await launch({ name: 'insecure', url: `http://graph.example:${url.port}${url.pathname}`, flags: ['--host-resolver-rules=MAP graph.example 127.0.0.1'] });
  await peer.page.getByRole('heading', { name: 'This address is not secure' }).waitFor();
  await peer.page.getByText(`http://graph.example:${url.port}`).waitFor();
  await peer.page.getByText(/https.*localhost/).waitFor();
  expect(await peer.page.evaluate(async () => [isSecureContext, (await indexedDB.databases()).length, 'lifegraph' in window])).toEqual([false, 0, false]);
  await peer.expectClean();
});
