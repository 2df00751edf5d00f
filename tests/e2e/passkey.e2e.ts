/** A passkey opens a locked browser, with the virtual authenticator of the engine; no real one was tried. WebAuthn takes no address of numbers, so the page is at localhost. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CDPSession, Page } from 'playwright-core';
import { closeAll, has, newSpace, person, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const SOON_MS = 30_000;
const PASSPHRASE = 'seven boats under the bridge';

const locked = (page: Page): Promise<void> => page.getByRole('heading', { name: 'LifeGraph is locked' }).waitFor({ timeout: SOON_MS });
const card = (page: Page): Promise<void> => page.getByRole('heading', { name: 'Lock of this browser' }).waitFor({ timeout: SOON_MS });
const alert = (page: Page, words: RegExp): Promise<void> => page.getByRole('alert').filter({ hasText: words }).waitFor({ timeout: SOON_MS });

/** What a virtual authenticator can do. */
async function authenticator(cdp: CDPSession, hasPrf: boolean): Promise<string> {
  const options = { protocol: 'ctap2' as const, ctap2Version: 'ctap2_1' as const, transport: 'internal' as const, hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf };
  return (await cdp.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId;
}

async function open(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

async function add(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('The passphrase now in use').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
}

test('{K7} [row 29] added with the passphrase, the passkey opens the browser; without PRF or refused it is told and the passphrase stands; taken away, it is not offered', async () => {
  const anna = await person({ name: 'anna', url: server.url.replace('127.0.0.1', 'localhost') });
  const { page } = anna;
  const cdp = await anna.context.newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const space = await newSpace(anna);
  await say(page, space, 'behind the lock');
  await page.evaluate(async (passphrase) => {
    const words = await window.lifegraph.recovery.phrase();
    await window.lifegraph.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: words[at]! })));
    location.hash = `#/${(await window.lifegraph.spaces.list())[0]!.id}/settings/recovery`;
    // The page begins anew with it, perhaps before there is an answer.
    void window.lifegraph.lock.set({ passphrase, key: { phrase: words.join(' ') } });
  }, PASSPHRASE);
  await locked(page);
  expect(await page.getByRole('button', { name: 'Open with the passkey' }).count(), 'none is offered before there is one').toBe(0);
  await open(page, PASSPHRASE);
  await card(page);

  const poor = await authenticator(cdp, false);
  await add(page);
  await alert(page, /cannot answer in the way that is needed/);
  await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: poor });
  await page.getByRole('button', { name: 'Cancel' }).click();

  const own = await authenticator(cdp, true);
  await add(page);
  await page.getByText('A passkey opens it too.').waitFor({ timeout: SOON_MS });
  await page.getByRole('button', { name: 'Lock now' }).click();
  await locked(page);
  await page.getByRole('button', { name: 'Open with the passkey' }).click();
  await card(page);
  await has(page, space, ['behind the lock'], SOON_MS);

  await page.getByRole('button', { name: 'Lock now' }).click();
  await locked(page);
  // The finger is a wrong one; after a few of them the authenticator asks for something else by itself.
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: own, isUserVerified: false });
  await page.getByRole('button', { name: 'Open with the passkey' }).click();
  await alert(page, /The passkey was not used/);
  expect(await page.evaluate(() => Promise.race([window.lifegraph.opened.then(() => 'open'), new Promise((done) => setTimeout(() => done('locked'), 500))])), 'refused, nothing opens').toBe('locked');
  await open(page, PASSPHRASE);
  await card(page);
  await page.getByRole('button', { name: 'Take the passkey away' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).waitFor({ timeout: SOON_MS });
  await page.getByRole('button', { name: 'Lock now' }).click();
  await locked(page);
  expect(await page.getByRole('button', { name: 'Open with the passkey' }).count()).toBe(0);
  await open(page, PASSPHRASE);
  await card(page);
  await anna.expectClean();
}, 240_000);
