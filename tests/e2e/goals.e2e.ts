/** Goals in two browsers: a goal made by hand, tasks by one line with a day in it, cards moved by keys and by drag, waiting with the circle refused, an offline plan that meets another without loss. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, wellAndEqual } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
const add = async (page: Page, words: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Add a task' }).fill(words);
  await page.keyboard.press('Enter');
};
const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const titles = (page: Page, name: string): Promise<string[]> => column(page, name).locator('.work-title').allInnerTexts();

test('{C5} two people plan one goal: quick add, board by keys and drag, waits and a refused circle, offline edits of one task that meet field by field', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await a.getByRole('link', { name: 'Goals' }).click();
  await a.getByText('No tasks yet').waitFor();
  await a.getByRole('button', { name: 'New goal' }).first().click();
  await a.getByRole('textbox', { name: 'What it is' }).fill('First ten stations');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'First ten stations' }).waitFor({ timeout: LONG_MS });
  const hash = new URL(a.url()).hash;
  await add(a, 'Order gaskets tomorrow');
  await a.locator('.work-row', { hasText: 'Order gaskets' }).waitFor({ timeout: LONG_MS });
  expect(await a.locator('.work-title').allInnerTexts()).toEqual(['Order gaskets']);
  await add(a, 'Assemble boxes');
  await add(a, 'Mount stations');
  await a.getByText('0 of 3 done').waitFor();
  // The other sees it, and moves a card by keys; the first sees that.
  await go(b, `${hash}?view=board`);
  await b.locator('.work-card', { hasText: 'Mount stations' }).waitFor({ timeout: LONG_MS });
  await b.getByRole('button', { name: 'Order gaskets', exact: true }).focus();
  await b.keyboard.press('Alt+ArrowRight');
  await column(b, 'In progress').getByText('Order gaskets').waitFor();
  await go(a, `${hash}?view=board`);
  await column(a, 'In progress').getByText('Order gaskets').waitFor({ timeout: LONG_MS });
  // By drag, to the head of a column.
  await a.locator('.work-card', { hasText: 'Mount stations' }).dragTo(a.locator('.work-card', { hasText: 'Assemble boxes' }), { targetPosition: { x: 30, y: 3 } });
  await expect.poll(() => titles(b, 'Next'), { timeout: LONG_MS }).toEqual(['Mount stations', 'Assemble boxes']);
  // It waits; the other way round would be a circle, which is named.
  await a.getByRole('button', { name: 'Mount stations', exact: true }).click();
  const panel = a.getByRole('complementary', { name: 'Task' });
  await panel.getByRole('combobox', { name: 'Wait for…' }).fill('assem');
  await a.keyboard.press('Enter');
  await b.locator('.work-card', { hasText: 'Mount stations' }).getByText('waits for 1').waitFor({ timeout: LONG_MS });
  await b.getByRole('button', { name: 'Assemble boxes', exact: true }).click();
  await b.getByRole('combobox', { name: 'Wait for…' }).fill('mount');
  await b.keyboard.press('Enter');
  await b.locator('.toast', { hasText: 'That would close a circle: Mount stations and Assemble boxes.' }).waitFor();
  // Offline both change one task; nothing is lost when they meet.
  await a.evaluate(() => window.lifegraph.network.pause());
  await panel.getByRole('combobox', { name: 'Priority' }).selectOption({ label: 'Urgent' });
  const task = b.getByRole('complementary', { name: 'Task' });
  await b.getByRole('button', { name: 'Mount stations', exact: true }).click();
  await task.getByRole('spinbutton', { name: 'Most likely' }).fill('3');
  await task.getByRole('textbox', { name: 'Title' }).fill('Mount stations 1 to 5');
  await b.keyboard.press('Enter');
  await a.evaluate(() => window.lifegraph.network.resume());
  for (const page of [a, b]) {
    const card = page.locator('.work-card', { hasText: 'Mount stations 1 to 5' });
    await card.getByText('urgent').waitFor({ timeout: LONG_MS });
    await card.getByText('critical').waitFor({ timeout: LONG_MS });
  }
  expect(await panel.getByRole('spinbutton', { name: 'Most likely' }).inputValue()).toBe('3');
  // The timeline says the same, and a bar is moved by keys: not before the day after.
  await go(b, `${hash}?view=timeline`);
  const bar = b.getByRole('button', { name: /^Mount stations 1 to 5, .*critical$/ });
  await bar.waitFor({ timeout: LONG_MS });
  const before = await bar.getAttribute('aria-label');
  await bar.focus();
  await b.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => bar.getAttribute('aria-label'), { timeout: LONG_MS }).not.toBe(before);
  await wellAndEqual(space, anna, boris);
});
