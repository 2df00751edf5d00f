/** A connection by hand: the app from a plain file server, no signaling server anywhere, and what one browser shows is carried to the other by the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import qrcode from 'qrcode-generator';
import type { Page } from 'playwright-core';
import { decodeHand, encodeHand, type HandWord } from '#vm/protocol/hand-link';
import { channelStats, closeAll, has, inviteTo, linked, newSpace, person, say, status } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startPlainServer } from './support/server.ts';
import { drawn, film } from '#tests/support/qr-picture';

let plain: Awaited<ReturnType<typeof startPlainServer>>;
beforeAll(async () => void (plain = await startPlainServer(undefined, '/apps/graph/')));
afterEach((context) => closeAll(context));
afterAll(() => plain?.stop());

/** A host without signaling answers the app's first try with 404: the browser says so in the console. */
const ALLOW = [/WebSocket connection to .* failed/, /Failed to load resource: the server responded with a status of 404 .*signal/];
/** A slow machine makes certificates and candidates slowly, ms. */
const SLOW_MS = 60_000;
/** How long the answer lies about before it is carried back, ms. */
const HELD_MS = process.env['LGOS_FULL'] ? 25_000 : 500;

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Connect without a server' });

/** Settings → Network → Connect by hand. */
async function openByHand(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Network' }).click();
  await page.getByRole('button', { name: 'Connect by hand' }).click();
  await dialog(page).waitFor();
}

/** What is shown to be handed over. */
async function shown(page: Page): Promise<string> {
  const box = dialog(page).getByRole('textbox', { name: 'Text to hand over' });
  await box.waitFor({ timeout: SLOW_MS });
  return box.inputValue();
}

async function offer(page: Page): Promise<string> {
  await dialog(page).getByRole('button', { name: /^(Show an offer|Begin again)$/ }).click();
  return shown(page);
}

async function paste(page: Page, text: string): Promise<void> {
  await dialog(page).getByRole('textbox', { name: /of the other device$/ }).fill(text);
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
}

function word(link: string): HandWord {
  const read = decodeHand(link);
  if (!read.ok) throw new Error(`${read.error}: ${link}`);
  return read.value;
}

/** Holds a code before the camera of a browser that was started with this file; null: nothing. */
const hold = (file: string, text: string | null): void => writeFileSync(file, film([drawn(text), drawn(text)]));

const changed = (link: string, change: Partial<HandWord>): string => encodeHand({ ...word(link), ...change });
const alert = (page: Page, words: RegExp): Promise<void> => dialog(page).getByRole('alert').filter({ hasText: words }).waitFor({ timeout: SLOW_MS });
const connected = (page: Page): Promise<void> => dialog(page).getByText(/^Connected/).waitFor({ timeout: SLOW_MS });
const bytes = async (peer: Peer): Promise<number> => { const { bytesIn, bytesOut } = await channelStats(peer.page); return bytesIn + bytesOut; };

test('{V8} {K8} {K17} [row 12] [row 13] no signaling server: an old and a changed offer are refused with nothing said; an invited person comes in by offer and answer, and both write', async () => {
  const camera = join(mkdtempSync(join(tmpdir(), 'lifegraph-camera-')), 'camera.y4m');
  hold(camera, null);
  const [anna, boris] = await Promise.all([
    person({ name: 'Anna', url: plain.url, flags: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] }), person({ name: 'Boris', url: plain.url }),
  ]);
  const space = await newSpace(anna);
  await say(anna.page, space, 'from anna');
  const invite = await inviteTo(anna, space);

  // The newcomer begins the join; the step of the server fails, and the way by hand stands below.
  // Put into the address of the open page: it opens the link by itself.
  await boris.page.goto(invite);
  await boris.page.getByRole('main').getByRole('button', { name: 'Join', exact: true }).click();
  await boris.page.getByRole('listitem').filter({ hasText: 'No connection to the introduction server' }).waitFor({ timeout: SLOW_MS });
  await boris.page.getByRole('button', { name: 'Connect by hand, without a server' }).click();
  const first = await offer(boris.page);
  const code = qrcode(0, 'L');
  code.addData(first);
  code.make();
  console.log(`offer: ${first.length} characters, ${Math.ceil((first.split('#/meet/')[1]!.length * 3) / 4)} bytes, ${word(first).candidates.length} candidates, QR version ${(code.getModuleCount() - 17) / 4}`);
  expect(code.getModuleCount(), 'one QR code that a phone reads').toBeLessThanOrEqual(17 + 4 * 15);
  await dialog(boris.page).getByRole('img', { name: 'QR code of the text above' }).waitFor();

  await openByHand(anna.page);
  await paste(anna.page, 'good morning');
  await alert(anna.page, /no offer and no answer/);
  await paste(anna.page, changed(first, { made: word(first).made - 601 }));
  await alert(anna.page, /older than ten minutes/);

  await paste(anna.page, changed(first, { fingerprint: new Uint8Array(32).fill(7) }));
  await paste(boris.page, await shown(anna.page));
  // Who sees it first closes; on a slow machine the other end hears of that, or of no way in time, before it sees it too.
  await Promise.all([anna, boris].map(({ page }) => alert(page, /changed on its way|No direct way|ended before/)));
  expect(await Promise.all([anna, boris].map(({ page }) => dialog(page).getByRole('alert').filter({ hasText: /changed on its way/ }).count())), 'an end saw it').toContain(1);
  expect([await bytes(anna), await bytes(boris)], 'nothing was said').toEqual([0, 0]);
  expect([(await status(anna.page)).peers.length, (await status(boris.page)).peers.length]).toEqual([0, 0]);

  const second = await offer(boris.page);
  // This time the other browser sees it by its camera.
  hold(camera, second);
  await dialog(anna.page).getByRole('button', { name: 'Scan with the camera' }).click();
  await paste(boris.page, await shown(anna.page));
  await connected(anna.page);
  await Promise.all([linked(anna.page, 'direct', 1, SLOW_MS), linked(boris.page, 'direct', 1, SLOW_MS)]);
  await has(boris.page, space, ['from anna'], SLOW_MS);
  await say(boris.page, space, 'from boris');
  await has(anna.page, space, ['from boris'], SLOW_MS);
  expect(await bytes(boris), 'control: now it is said over data channels').toBeGreaterThan(0);
  expect((await status(anna.page)).signaling.map((server) => server.state), 'and no server is there').not.toContain('open');
  await dialog(anna.page).getByText('Close', { exact: true }).click();
  await dialog(anna.page).waitFor({ state: 'detached' });
  await anna.expectClean(ALLOW);
  await boris.expectClean(ALLOW);
  rmSync(dirname(camera), { recursive: true });
}, 240_000);

test('{V8} the offer is opened as a link in another tab, and the answer waits until it is carried', async () => {
  const [anna, boris] = await Promise.all([person({ name: 'Anna', url: plain.url }), person({ name: 'Boris', url: plain.url })]);
  const space = await newSpace(anna);
  const invite = await inviteTo(anna, space);
  await boris.page.evaluate((link) => void window.lifegraph.spaces.join(link), invite);
  await openByHand(anna.page);
  const made = await offer(anna.page);
  // In the second tab of this browser, which has no links of its own.
  const tab = await boris.newTab(made);
  const box = tab.getByRole('textbox', { name: 'Text to hand over' });
  await box.waitFor({ timeout: SLOW_MS });
  await tab.getByRole('heading', { name: 'Connect without a server' }).waitFor();
  // An engine that has candidates gives up after some fifteen seconds; people take longer.
  await tab.waitForFunction(([from, ms]) => Date.now() - from! > ms!, [Date.now(), HELD_MS], { timeout: SLOW_MS });
  await paste(anna.page, await box.inputValue());
  await connected(anna.page);
  await tab.getByText(/^Connected/).waitFor({ timeout: SLOW_MS });
  await say(anna.page, space, 'to both');
  await has(tab, space, ['to both'], SLOW_MS);
  await has(boris.page, space, ['to both'], SLOW_MS);
  await anna.expectClean(ALLOW);
  await boris.expectClean(ALLOW);
}, 240_000);
