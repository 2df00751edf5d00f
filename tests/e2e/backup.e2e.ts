/** A backup in real browsers: made and proven in a worker, saved and read back, refused when damaged, and an empty profile that comes to equal seals from it with nobody else there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, launch, newSpace, person, ready, say } from './support/acts.ts';
import { drawn, film, type QrPicture } from '#tests/support/qr-picture';
import { codesOf } from '#view/kit/codes.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const SLOW_MS = 60_000;

/** Digests of all spaces, by id. */
const seals = (page: Page): Promise<Record<string, string>> => page.evaluate(async () => {
  const out: Record<string, string> = {};
  for (const { id } of await window.lifegraph.spaces.list()) {
    const { set, state } = await window.lifegraph.graph(id).digest();
    out[id] = `${set} ${state}`;
  }
  return out;
});

/** Chooses the file and types the words. */
async function give(page: Page, bytes: Buffer, phrase: string, act: string): Promise<void> {
  await page.locator('.backup-form input[type=file]').setInputFiles({ name: 'saved.lgbackup', mimeType: 'application/octet-stream', buffer: bytes });
  await page.getByLabel('The 24 words of your recovery phrase, in their order.').fill(phrase);
  await page.getByRole('button', { name: act, exact: true }).click();
}

test('{K15} made, proven, saved, read back; a damaged file is red; an empty profile has equal seals from it, alone, and goes on as a new device', async () => {
  const anna = await person({ name: 'Anna K.', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'one', 'two', 'three');
  await anna.page.evaluate(() => window.lifegraph.saved());
  const [personal] = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).filter(({ kind }) => kind === 'personal').map(({ id }) => id));
  const phrase = await anna.page.evaluate(async () => (await window.lifegraph.recovery.phrase()).join(' '));
  const device = await anna.page.evaluate(() => window.lifegraph.identity.get()!.device);
  const asked: string[] = [];
  anna.context.on('request', (request) => asked.push(new URL(request.url()).pathname));

  await anna.page.evaluate((where) => void (location.hash = `#/${where}/settings/recovery`), personal!);
  await anna.page.locator('[data-state="backup-never"]').getByText(/Never made/).waitFor();
  await anna.page.getByRole('button', { name: 'Save a backup' }).click();
  const [saved] = await Promise.all([anna.page.waitForEvent('download', { timeout: SLOW_MS }), anna.page.locator('.backup-form').getByRole('button', { name: 'Save a backup' }).click()]);
  expect(saved.suggestedFilename()).toMatch(/^lifegraph-Anna-K-\d{4}-\d\d-\d\d\.lgbackup$/);
  const bytes = await readFile((await saved.path())!);
  // Handed over is not kept.
  await anna.page.locator('[data-state="backup-made"]').getByText(/Only then does it count/).waitFor();
  expect(asked.filter((path) => path.includes('proof.worker')), 'the proof ran in a worker of its own').not.toEqual([]);
  await give(anna.page, bytes.subarray(0, bytes.length - 7), phrase, 'Check the file');
  await anna.page.getByRole('alert').getByText(/cut off/).waitFor({ timeout: SLOW_MS });
  await give(anna.page, bytes, phrase, 'Check the file');
  await anna.page.locator('[data-state="backup-kept"]').waitFor({ timeout: SLOW_MS });
  // The drill: other words are refused, the right ones are noted, nothing else changes.
  await anna.page.getByRole('button', { name: 'Try it', exact: true }).click();
  const words = anna.page.getByLabel('The 24 words of your recovery phrase, in their order.');
  await words.fill(`${'abandon '.repeat(23)}art`);
  await anna.page.getByRole('button', { name: 'Try it', exact: true }).click();
  await anna.page.getByRole('alert').getByText(/somebody else/).waitFor({ timeout: SLOW_MS });
  await words.fill(phrase);
  await anna.page.getByRole('button', { name: 'Try it', exact: true }).click();
  await expect.poll(() => anna.page.evaluate(async () => (await window.lifegraph.backup.status()).drill.by), { timeout: SLOW_MS }).toBe('phrase');
  expect((await anna.page.evaluate(() => window.lifegraph.recovery.status())).phrase).toBe('here');
  const was = await seals(anna.page);
  expect(Object.keys(was)).toHaveLength(2);
  await anna.expectClean();
  await anna.close();

  const back = await launch({ name: 'back', url: server.url });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'Backup file' }).click();
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1]! ^= 1;
  await give(back.page, flipped, phrase, 'Bring it all back');
  await back.page.getByRole('alert').getByText(/was changed/).waitFor({ timeout: SLOW_MS });
  expect(await back.page.evaluate(() => window.lifegraph.identity.get())).toBeNull();
  await give(back.page, bytes, phrase, 'Bring it all back');
  await back.page.getByRole('heading', { name: 'Everything is back, Anna K.' }).waitFor({ timeout: SLOW_MS });
  await expect.poll(() => back.page.getByRole('listitem').filter({ hasText: 'equal' }).count()).toBe(2);
  expect(await seals(back.page)).toEqual(was);
  expect(await back.page.evaluate(() => window.lifegraph.identity.get()!.device)).not.toBe(device);
  await back.page.getByRole('button', { name: 'Go on in LifeGraph' }).click();
  await back.page.getByText('Start here', { exact: true }).waitFor();
  await say(back.page, space, 'from the new device');
  await back.page.evaluate(() => window.lifegraph.saved());
  // A start later the keys are there, and what was written counts.
  await back.page.reload();
  await ready(back.page);
  await has(back.page, space, ['one', 'two', 'three', 'from the new device'], SLOW_MS);
  await back.expectClean();
});

/** Pictures of the codes that the page shows until told, in their order: each dark module of the drawn path, five pixels wide. */
async function filmed(page: Page, least: number): Promise<QrPicture[]> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seenCodes: seen });
    const look = (): void => {
      const d = document.querySelector('.codes-qr path')?.getAttribute('d');
      if (d && d !== seen.at(-1)) seen.push(d);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
    look();
  });
  await expect.poll(() => page.evaluate(() => (window as unknown as { seenCodes: string[] }).seenCodes.length), { timeout: SLOW_MS }).toBeGreaterThanOrEqual(least);
  const codes = await page.evaluate(() => (window as unknown as { seenCodes: string[] }).seenCodes);
  return codes.map((path) => {
    const [width, height, module] = [640, 480, 5];
    const light = new Uint8Array(width * height).fill(220);
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
      for (let row = 0; row < module; row++) light.fill(30, (Number(y) * module + row) * width + Number(x) * module + 80, (Number(y) * module + row) * width + (Number(x) + 1) * module + 80);
    }
    return { width, height, light };
  });
}

if (process.env['LGOS_FULL'] === '1') test('{K15} from screen to camera: the codes of one browser, with one that is damaged between them, bring an empty profile of another to equal seals', { timeout: 300_000 }, async () => {
  const anna = await person({ name: 'Anna K.', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'one', 'two', 'three');
  await anna.page.evaluate(() => window.lifegraph.saved());
  const phrase = await anna.page.evaluate(async () => (await window.lifegraph.recovery.phrase()).join(' '));
  const [personal] = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).filter(({ kind }) => kind === 'personal').map(({ id }) => id));
  await anna.page.evaluate((where) => void (location.hash = `#/${where}/settings/recovery`), personal!);
  await anna.page.getByRole('button', { name: 'Save a backup' }).click();
  await anna.page.getByRole('button', { name: 'Show it as QR codes' }).click();
  const shown = anna.page.getByRole('dialog', { name: 'The backup as QR codes' });
  await shown.getByRole('radio', { name: 'Fast' }).click({ timeout: SLOW_MS });
  const pieces = Number(await shown.getByRole('progressbar').getAttribute('max'));
  const pictures = await filmed(anna.page, pieces + 20);
  await shown.getByText('Close', { exact: true }).click();
  const was = await seals(anna.page);
  await anna.expectClean();
  await anna.close();

  const folder = mkdtempSync(join(tmpdir(), 'lifegraph-codes-'));
  const camera = join(folder, 'camera.y4m');
  const damaged = drawn(`${codesOf(new Uint8Array(9)).text(0).slice(0, -4)}BBBB`);
  // Slower than they were shown: the film is what this machine's camera can play.
  writeFileSync(camera, film([damaged, damaged, ...pictures], 5));
  const back = await launch({ name: 'back', url: server.url, flags: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'Backup file' }).click();
  await back.page.getByRole('button', { name: 'Read it from codes on another screen' }).click();
  await back.page.getByText(/damaged on (its|their) way/).waitFor({ timeout: SLOW_MS });
  // The camera is stopped and goes on: what came stays.
  await back.page.getByText(/ of \d+ parts are here/).waitFor({ timeout: SLOW_MS });
  await back.page.getByRole('button', { name: 'Stop the camera' }).click();
  await back.page.getByRole('button', { name: 'Go on' }).click();
  await back.page.getByText('read from codes', { exact: true }).waitFor({ timeout: 180_000 });
  await back.page.getByLabel('The 24 words of your recovery phrase, in their order.').fill(phrase);
  await back.page.getByRole('button', { name: 'Bring it all back', exact: true }).click();
  await back.page.getByRole('heading', { name: 'Everything is back, Anna K.' }).waitFor({ timeout: SLOW_MS });
  expect(await seals(back.page)).toEqual(was);
  await back.expectClean();
  rmSync(folder, { recursive: true });
});
