/** Search (issue 6, must show 5) in two browsers: what comes is found at once, what is gone is not, a reload opens what was kept; by keys only. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, inviteTo, join, newSpace, person, ready, SOON_MS } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const LONG_MS = 3 * SOON_MS;
const say = (page: Page, space: string, text: string): Promise<string> => page.evaluate(async ([id, words]) => {
  const graph = window.lifegraph.graph(id!);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const { ids } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: words! }, verb: 'chat/message.send@1' }], { fragment: String(channel!.props['fragment']) });
  await window.lifegraph.saved();
  return ids[0]!;
}, [space, text]);

test('{C1} a message of the other is found when it has come, and opened by keys; a removed one is not found; after a reload what was kept is opened', { timeout: 300_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  const { page } = boris;
  page.setDefaultTimeout(LONG_MS);
  await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await composer(page).waitFor();

  // The page of results stands open while the message comes.
  await page.evaluate((id) => void (location.hash = `#/${id}/search`), space);
  await page.getByRole('searchbox').fill('прокладки');
  await page.getByText('Nothing found', { exact: false }).waitFor();
  await say(anna.page, space, 'Boris, посмотри прокладку у ёлки');
  const hit = page.locator('a.hit', { hasText: 'посмотри прокладку' });
  await hit.waitFor();
  expect(await hit.locator('mark').allTextContents()).toEqual(['прокладку']);
  const removed = await say(anna.page, space, 'Second прокладка, to be removed');
  await page.locator('a.hit', { hasText: 'to be removed' }).waitFor();
  await anna.page.evaluate(([id, node]) => window.lifegraph.graph(id!).transact([{ op: 'node.delete', id: node!, verb: 'chat/message.delete@1' }]), [space, removed]);
  await page.locator('a.hit', { hasText: 'to be removed' }).waitFor({ state: 'detached' });
  expect(await hit.count()).toBe(1);
  // By the last change: found after a day and not before it; what is no date is told and narrows nothing.
  const asked = page.getByRole('searchbox');
  await asked.fill('прокладки before:2020-01-01');
  await page.getByText('Nothing found for “прокладки before:2020-01-01”').waitFor();
  await asked.fill('прокладки после:2020-01-01');
  await hit.getByText('changed').waitFor();
  await asked.fill('прокладки before:soon');
  await page.getByText('“soon” is no date').waitFor();
  await hit.waitFor();
  await asked.fill('прокладки');
  await page.waitForFunction(() => decodeURIComponent(location.hash).endsWith('q=прокладки'));

  // A task that was made in Goals, and its way back to it.
  await page.evaluate((id) => void (location.hash = `#/${id}/goals`), space);
  await page.getByRole('textbox', { name: 'Add a task' }).fill('Check the straps tomorrow');
  await page.keyboard.press('Enter');
  await page.getByText('Check the straps', { exact: true }).waitFor();
  await page.evaluate((id) => void (location.hash = `#/${id}/search?q=strap`), space);
  await page.locator('a.hit', { hasText: 'Check the straps' }).click();
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.evaluate((id) => void (location.hash = `#/${id}/search?q=${encodeURIComponent('прокладки')}`), space);
  await hit.waitFor();

  // From the palette, by keys: two words, Enter, and the message stands there.
  await page.keyboard.press('Control+KeyK');
  await page.locator('.palette input:focus').waitFor();
  await page.keyboard.type('елка посмотри');
  await page.getByRole('option', { name: /посмотри прокладку/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.message', { hasText: 'посмотри прокладку' }).waitFor();
  expect(page.url()).toContain('m=');
  // Back leads to the results.
  await page.goBack();
  await hit.waitFor();
  // An address that comes while the results stand there asks its own question, and Back the one before.
  const field = page.getByRole('searchbox');
  const asks = (q: string): Promise<unknown> => page.waitForFunction((wanted) => document.querySelector<HTMLInputElement>('.search input')?.value === wanted && decodeURIComponent(location.hash).includes(wanted), q);
  await page.evaluate((id) => void (location.hash = `#/${id}/search?q=${encodeURIComponent('ёлки')}`), space);
  await asks('ёлки');
  await field.fill('посмотри');
  await asks('посмотри');
  await page.goBack();
  await asks('прокладки');

  // Enter behind other words than those that are answered opens what these find.
  await page.keyboard.press('Control+KeyK');
  await page.locator('.palette input:focus').waitFor();
  await page.keyboard.type('посмотри');
  await page.getByRole('option', { name: /посмотри прокладку/ }).waitFor();
  await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('.palette input')!;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, 'River Watch type:space');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((next) => setTimeout(next, 0));
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  });
  await page.locator('.palette').waitFor({ state: 'detached' });
  expect(page.url()).not.toContain('m=');
  await page.goBack();
  await asks('прокладки');

  // Enter behind words that nothing is called by looks for them, and makes nothing; a channel that is made of them is called by them.
  await page.keyboard.press('Control+KeyK');
  await page.locator('.palette input:focus').waitFor();
  await page.keyboard.type('zzyxqqvw');
  await page.keyboard.press('Enter');
  await asks('zzyxqqvw');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('Control+KeyK');
  await page.locator('.palette input:focus').waitFor();
  await page.keyboard.type('zzyxqqvw');
  await page.getByRole('option', { name: /New channel/ }).click();
  expect(await page.getByRole('dialog').getByRole('textbox').inputValue()).toBe('zzyxqqvw');
  await page.keyboard.press('Escape');
  await page.goBack();
  await asks('прокладки');

  // What has none of the words and is spelled like them is found, and says so; quoted it is not.
  await say(anna.page, space, 'Waterproofing');
  await asked.fill('proofwater');
  const alike = page.locator('a.hit', { hasText: 'Waterproofing' });
  await alike.getByText('Similar spelling and words').waitFor();
  await asked.fill('"proofwater"');
  await page.getByText('Nothing found for', { exact: false }).waitFor();
  await asked.fill('прокладки');
  await asks('прокладки');
  await hit.waitFor();

  // What was found is kept, sealed: after a reload it is opened, nothing is read anew.
  const read = async (): Promise<number> => Number(await page.locator('.search').getAttribute('data-read'));
  expect(await read()).toBeGreaterThan(0);
  await page.locator('.search[data-unkept="0"]').waitFor();
  await page.reload();
  await ready(page);
  await hit.waitFor();
  await page.locator('.search[data-phase="ready"]').waitFor();
  expect(await read()).toBe(0);
  await asked.fill('proofwater');
  await alike.getByText('Similar spelling and words').waitFor();
  expect(await read()).toBe(0);

  // The first question of a tab is asked of an index that is still being read: the answer comes when it was.
  await anna.page.keyboard.press('Control+KeyK');
  await anna.page.locator('.palette input:focus').waitFor();
  await anna.page.keyboard.type('посмотри');
  await anna.page.getByRole('option', { name: /посмотри прокладку/ }).waitFor({ timeout: LONG_MS });
  await anna.expectClean();
  await boris.expectClean();
});
