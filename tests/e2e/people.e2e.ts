/** Several people in one browser: each with a database of their own; tabs of different people meet as strangers do, over the network only. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, newSpace, person, ready, say, until } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const SOON_MS = 30_000;

async function settings(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const [space] = await window.lifegraph.spaces.list();
    location.hash = `#/${space!.id}/settings/me`;
  });
  await page.getByRole('button', { name: 'Add somebody' }).waitFor({ timeout: SOON_MS });
}

const names = (page: Page): Promise<string[]> => page.locator('.settings-card [data-person]').allInnerTexts();
const paused = (page: Page): Promise<boolean> => page.evaluate(() => window.lifegraph.network.status().paused);

test('{K7} a second person is added, each tab is one person\'s, both work side by side and reach each other as two devices do; one locks, the other does not', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'before');
  const annaUid = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  await settings(anna.page);
  expect((await names(anna.page)).map((text) => text.split('\n')[0])).toEqual(['anna']);

  // A second tab begins as anna; in it somebody is added.
  const second = await anna.context.newPage();
  await second.goto(server.url);
  await ready(second);
  expect(await second.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(annaUid);
  await settings(second);
  await second.getByRole('button', { name: 'Add somebody' }).click();
  await second.getByRole('heading', { name: 'What should people call you?' }).waitFor({ timeout: SOON_MS });
  await second.getByRole('button', { name: 'Open as anna' }).waitFor();
  expect(await second.evaluate(() => window.lifegraph.identity.get())).toBeNull();
  await second.getByRole('textbox').first().fill('carl');
  await second.keyboard.press('Enter');
  await second.getByRole('button', { name: /^Space: Personal/ }).waitFor({ timeout: SOON_MS });
  const carlUid = await second.evaluate(() => window.lifegraph.identity.get()!.uid);
  expect(carlUid).not.toBe(annaUid);
  expect((await second.evaluate(() => window.lifegraph.spaces.list())).map(({ kind }) => kind)).toEqual(['personal']);
  // Nothing of it reached the tab of anna.
  expect(await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(annaUid);
  for (const page of [anna.page, second]) await until(page, () => window.lifegraph.network.status().leader, null, 'each holds the links of its person');

  const link = await inviteTo(anna, space);
  await second.evaluate(async (text) => {
    const { state } = await window.lifegraph.spaces.join(text);
    for await (const { step } of state) if (step === 'done') break;
  }, link);
  await has(second, space, ['before'], SOON_MS);
  await say(second, space, 'hello from the next tab');
  await has(anna.page, space, ['before', 'hello from the next tab'], SOON_MS);

  // What a tab tells the others of its person reaches nobody else; a third one, of carl, is the control.
  const third = await anna.context.newPage();
  await third.goto(server.url);
  await ready(third);
  expect(await third.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(carlUid);
  await second.evaluate(() => window.lifegraph.network.pause());
  await until(third, () => window.lifegraph.network.status().paused, null, 'the tab of the same person hears it');
  expect(await paused(anna.page)).toBe(false);
  await second.evaluate(() => window.lifegraph.network.resume());

  // Carl locks: his tabs only; the list says so.
  await second.evaluate(async () => {
    const words = await window.lifegraph.recovery.phrase();
    await window.lifegraph.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: words[at]! })));
    await window.lifegraph.lock.set({ passphrase: 'seven boats under the bridge', key: { phrase: words.join(' ') } }).catch(() => undefined);
  }).catch(() => undefined);
  for (const page of [second, third]) await page.getByRole('heading', { name: 'LifeGraph is locked' }).waitFor({ timeout: SOON_MS });
  await anna.page.reload();
  await ready(anna.page);
  expect(await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(annaUid);
  await settings(anna.page);
  expect((await names(anna.page)).map((text) => text.split('\n').slice(0, 2).join(': '))).toEqual(['anna: in this tab', 'carl: locked']);
  await third.getByRole('button', { name: 'Open as anna' }).click();
  // The tab goes to another page meanwhile.
  await third.waitForFunction((uid) => window.lifegraph?.identity.get()?.uid === uid, annaUid, { timeout: SOON_MS, polling: 30 });
  await has(third, space, ['before', 'hello from the next tab'], SOON_MS);
  await anna.expectClean();
});
