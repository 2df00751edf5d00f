/** The key file in real browsers: saved and read back by hand, then back with it in an empty profile, after a wrong passphrase and a cut file. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, join, launch, newSpace, person, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const BACK_MS = 60_000;
const PASSPHRASE = 'семь лодок под мостом';

async function openSettings(page: Page, section: 'recovery' | 'me'): Promise<void> {
  await page.evaluate(async (where) => {
    const [space] = await window.lifegraph.spaces.list();
    location.hash = `#/${space!.id}/settings/${where}`;
  }, section);
  await page.locator(section === 'me' ? '.setting-code' : '[data-state="no-file"], [data-state="file-kept"]').waitFor();
}

/** Does Settings → Me say that only this browser holds the key? */
async function warned(page: Page): Promise<boolean> {
  await openSettings(page, 'me');
  // Answered after the question of the screen itself.
  await page.evaluate(async () => {
    await window.lifegraph.recovery.status();
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  });
  return (await page.locator('.settings-note[data-state="open"]').count()) > 0;
}

/** Chooses the file and types the passphrase. */
async function give(page: Page, name: string, bytes: Buffer, passphrase: string, act: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: act, exact: true }).click();
}

test('{K7} a key file is saved, read back and counts; with it and its passphrase alone an empty profile is the same person again', async () => {
  const anna = await person({ name: 'Anna K.', url: server.url });
  const boris = await person({ name: 'boris', url: server.url });
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await say(anna.page, space, 'before');
  await has(boris.page, space, ['before'], BACK_MS);
  const uid = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);

  expect(await warned(anna.page)).toBe(true);
  await openSettings(anna.page, 'recovery');
  await anna.page.getByRole('button', { name: 'Save a key file' }).click();
  const [one, two] = [anna.page.getByLabel('Passphrase', { exact: true }), anna.page.getByLabel('The passphrase once more')];
  await one.fill('too short');
  await two.fill('too short');
  await anna.page.getByRole('button', { name: 'Save a key file' }).click();
  await anna.page.getByRole('alert').getByText(/too easy to guess/).waitFor();
  await one.fill(PASSPHRASE);
  await two.fill(`${PASSPHRASE}.`);
  await anna.page.getByRole('button', { name: 'Save a key file' }).click();
  await anna.page.getByRole('alert').getByText(/differ/).waitFor();
  await two.fill(PASSPHRASE);
  const [saved] = await Promise.all([anna.page.waitForEvent('download'), anna.page.getByRole('button', { name: 'Save a key file' }).click()]);
  expect(saved.suggestedFilename()).toBe('lifegraph-key-Anna-K.lgkey');
  const bytes = await readFile((await saved.path())!);
  expect(bytes.length).toBe(110);
  // Handed over is not kept: that is said, and Settings stay amber.
  await anna.page.getByText(/Only then does it count/).waitFor();
  expect(await anna.page.evaluate(() => window.lifegraph.recovery.status())).toEqual({ phrase: 'here', checkedAt: null, fileCheckedAt: null });
  await give(anna.page, saved.suggestedFilename(), bytes, 'another passphrase', 'Check the file');
  await anna.page.getByRole('alert').getByText(/does not open the file/).waitFor();
  await give(anna.page, saved.suggestedFilename(), bytes, PASSPHRASE, 'Check the file');
  await anna.page.locator('[data-state="file-kept"]').waitFor();
  expect(await warned(anna.page)).toBe(false);
  await anna.close();

  const back = await launch({ name: 'back', url: server.url });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'Key file' }).click();
  await give(back.page, 'photo.jpg', Buffer.from('no key at all'), PASSPHRASE, 'Bring it back');
  await back.page.getByRole('alert').getByText(/This is no key file/).waitFor();
  await give(back.page, 'cut.lgkey', bytes.subarray(0, 90), PASSPHRASE, 'Bring it back');
  await back.page.getByRole('alert').getByText(/cut off or was changed/).waitFor();
  await give(back.page, 'key.lgkey', bytes, `${PASSPHRASE}!`, 'Bring it back');
  await back.page.getByRole('alert').getByText(/does not open the file/).waitFor();
  expect(await back.page.evaluate(() => window.lifegraph.identity.get())).toBeNull();
  await give(back.page, 'key.lgkey', bytes, PASSPHRASE, 'Bring it back');
  await back.page.getByRole('heading', { name: 'You are back, Anna K.' }).waitFor({ timeout: BACK_MS });
  await back.page.getByRole('listitem').filter({ hasText: 'River Watch' }).getByText('here').waitFor({ timeout: BACK_MS });
  expect(await back.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(uid);
  await back.page.getByRole('button', { name: 'Go on with a new Personal space' }).click();
  // The app has gone where it goes by itself.
  await back.page.getByText('Start here', { exact: true }).waitFor();
  await has(back.page, space, ['before'], BACK_MS);
  await say(back.page, space, 'after');
  await has(boris.page, space, ['before', 'after'], BACK_MS);
  await openSettings(back.page, 'recovery');
  await back.page.locator('[data-state="file-kept"]').waitFor();
  await back.page.getByText(/your key came back by its file/).waitFor();
  for (const peer of [boris, back]) await peer.expectClean();
});
