/** The recovery phrase in real browsers: shown and checked back by hand; then back in an empty profile, with the other device online and with it gone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, join, launch, newSpace, person, sameSeal, say, texts, until } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const BACK_MS = 60_000;

/** The words as the screen shows them. */
async function readPhrase(page: Page): Promise<string[]> {
  await page.evaluate(async () => {
    const [space] = await window.lifegraph.spaces.list();
    location.hash = `#/${space!.id}/settings/recovery`;
  });
  await page.getByRole('button', { name: 'Show the words' }).click();
  await page.locator('.phrase li').nth(23).waitFor();
  return page.locator('.phrase li').allInnerTexts();
}

/** Types the words on the first screen. */
async function typePhrase(page: Page, words: string): Promise<void> {
  await page.getByLabel(/24 words/).fill(words);
  await page.getByRole('button', { name: 'Bring it back' }).click();
}

test('{K7} the phrase is shown, checked back and gone; words in an empty profile bring the person back while the first browser is online', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'before');
  const uid = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  const words = await readPhrase(anna.page);
  await anna.page.getByRole('button', { name: 'I have written them down' }).click();
  const fields = anna.page.locator('.phrase-fields');
  await fields.getByRole('textbox').first().waitFor();
  expect(await anna.page.locator('.phrase').count(), 'the words left the page').toBe(0);
  for (const field of await fields.getByRole('textbox').all()) await field.fill('zebra');
  await anna.page.getByRole('button', { name: 'Check', exact: true }).click();
  await fields.getByRole('alert').first().waitFor();
  for (const label of await fields.locator('label').allInnerTexts()) await fields.getByLabel(label, { exact: true }).fill(words[Number(/\d+/.exec(label)![0]) - 1]!);
  await anna.page.getByRole('button', { name: 'Check', exact: true }).click();
  await anna.page.locator('[data-state="kept"]').waitFor();
  const page = await anna.page.evaluate(() => document.documentElement.outerHTML);
  expect(page).not.toContain(words.slice(0, 3).join(' '));
  expect(words.filter((word) => new RegExp(`>${word}<`).test(page))).toEqual([]);

  const back = await launch({ name: 'back', url: server.url });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'Recovery phrase' }).click();
  await typePhrase(back.page, [...words.slice(0, 23), 'zebrano'].join(' '));
  await back.page.getByRole('alert').getByText(/in no recovery phrase/).waitFor();
  await typePhrase(back.page, [words[1], words[0], ...words.slice(2)].join(' '));
  await back.page.getByRole('alert').getByText(/do not belong together/).waitFor();
  await typePhrase(back.page, words.map((word, at) => `${at + 1}. ${word}`).join('\n'));
  await back.page.getByRole('heading', { name: 'You are back, anna' }).waitFor({ timeout: BACK_MS });
  await back.page.getByRole('listitem').filter({ hasText: 'River Watch' }).getByText('here').waitFor({ timeout: BACK_MS });
  await back.page.getByRole('listitem').filter({ hasText: 'Personal' }).getByText('here').waitFor({ timeout: BACK_MS });
  expect(await back.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(uid);
  await back.page.getByRole('button', { name: 'Open LifeGraph' }).click();
  await back.page.getByRole('button', { name: /^Space:/ }).waitFor();
  await has(back.page, space, ['before'], BACK_MS);
  await say(back.page, space, 'after');
  await has(anna.page, space, ['before', 'after'], BACK_MS);
  await until(anna.page, async (id) => (await window.lifegraph.spaces.members(id)).find((one) => one.self)!.devices.length === 2, space, 'two devices');
  await sameSeal(anna.page, back.page, space, BACK_MS);
  for (const peer of [anna, back]) await peer.expectClean();
});

test('{K7} with the first browser gone somebody from a shared space brings the person back; alone it waits and says so', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const boris = await person({ name: 'boris', url: server.url });
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await say(anna.page, space, 'before');
  await has(boris.page, space, ['before'], BACK_MS);
  const uid = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  const words = await anna.page.evaluate(() => window.lifegraph.recovery.phrase());
  await anna.close();
  await boris.page.evaluate(() => window.lifegraph.network.pause());
  const back = await launch({ name: 'back', url: server.url });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'Recovery phrase' }).click();
  await typePhrase(back.page, words.join(' '));
  await back.page.getByText('Nobody who knows you is online yet.').waitFor();
  await back.page.reload();
  await back.page.getByText('Nobody who knows you is online yet.').waitFor();
  expect(await back.page.evaluate(() => window.lifegraph.identity.get())).toBeNull();
  await boris.page.evaluate(() => window.lifegraph.network.resume());
  await back.page.getByRole('heading', { name: 'You are back, anna' }).waitFor({ timeout: BACK_MS });
  await back.page.getByRole('listitem').filter({ hasText: 'River Watch' }).getByText('here').waitFor({ timeout: BACK_MS });
  expect(await back.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(uid);
  await back.page.getByText(/on your own devices only/).waitFor();
  await back.page.getByRole('button', { name: 'Go on with a new Personal space' }).click();
  await back.page.getByRole('button', { name: /^Space: Personal/ }).waitFor();
  await has(back.page, space, ['before'], BACK_MS);
  await say(back.page, space, 'after');
  await has(boris.page, space, ['before', 'after'], BACK_MS);
  expect(await texts(back.page, space)).toEqual(['before', 'after']);
  for (const peer of [boris, back]) await peer.expectClean();
});
