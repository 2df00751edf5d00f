/** Documents (issue 6, must show 6): two people in one page, with and without a network, and a page that is left in the middle of a word. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { chat, closeAll, ready, until, wellAndEqual } from './support/acts.ts';
import { blocks, LONG_MS, newDocument, shows, text, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const pause = (page: Page): Promise<unknown> => page.evaluate(() => window.lifegraph.network.pause()).then(() => until(page, () => window.lifegraph.network.status().peers.length === 0, null, 'no links', LONG_MS));
const resume = (page: Page): Promise<unknown> => page.evaluate(() => window.lifegraph.network.resume());

test('{C3} a page made in one browser is written in two at the same time; offline on both sides moves and headings lose nothing; a link in the chat is its card', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('# Lid and seal\nThe lid carries the **only** seal.\n- six screws\ncrosswise\n\nAsk Davit.');
  const first = ['heading2: Lid and seal', 'The lid carries the only seal.', 'list: six screws', 'list: crosswise', 'Ask Davit.'];
  await shows(a, first);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, first);
  expect(await b.locator('.doc-text strong').innerText()).toBe('only');
  // Both write at once, each in a block of their own and in the same one.
  await b.locator('.doc-text > .block').nth(1).click();
  await b.keyboard.press('End');
  await Promise.all([b.keyboard.type(' Boris adds this.'), a.keyboard.type(' Anna adds that.')]);
  const both = ['heading2: Lid and seal', 'The lid carries the only seal. Boris adds this.', 'list: six screws', 'list: crosswise', 'Ask Davit. Anna adds that.'];
  await shows(a, both);
  await shows(b, both);
  // Without a network: Anna moves the last line to the top and makes it a heading, Boris writes into it; Boris moves another, Anna writes into that.
  await Promise.all([pause(a), pause(b)]);
  for (let i = 0; i < 4; i++) await a.keyboard.press('Alt+ArrowUp');
  await a.keyboard.press('Control+Alt+1');
  await a.locator('.doc-text > .block').nth(3).click();
  await a.keyboard.press('End');
  await a.keyboard.type(' of steel');
  await b.locator('.doc-text > .block').nth(4).click();
  await b.keyboard.press('End');
  await b.keyboard.type(' He knows.');
  await b.locator('.doc-text > .block').nth(2).click();
  await b.keyboard.press('Alt+ArrowDown');
  await b.keyboard.press('Control+z');
  await b.keyboard.press('Control+y');
  const offline = [await blocks(a), await blocks(b)];
  expect(offline[0]![0]).toBe('heading2: Ask Davit. Anna adds that.');
  expect(offline[1]).toContain('Ask Davit. Anna adds that. He knows.');
  await Promise.all([resume(a), resume(b)]);
  const end = ['heading2: Ask Davit. Anna adds that. He knows.', 'heading2: Lid and seal', 'The lid carries the only seal. Boris adds this.', 'list: crosswise', 'list: six screws of steel'];
  await shows(a, end);
  await shows(b, end);
  // Both split the same line while they are apart: its end stands twice, is marked at both, and goes with one press.
  await Promise.all([pause(a), pause(b)]);
  for (const [page, letters] of [[a, 'Boris adds this.'.length], [b, 'this.'.length]] as const) {
    await page.locator('.doc-text > .block').nth(2).click();
    await page.keyboard.press('End');
    for (let i = 0; i < letters; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
  }
  await Promise.all([resume(a), resume(b)]);
  for (const page of [a, b]) await page.locator('.twice-note').waitFor();
  for (const page of [a, b]) expect(await page.locator('.twice').allInnerTexts()).toEqual(['this.']);
  await b.getByRole('button', { name: 'Take this one away' }).press('Enter');
  for (const page of [a, b]) await page.locator('.twice-note').waitFor({ state: 'detached' });
  expect((await blocks(b)).join(' ').match(/The lid carries the only seal|Boris adds|this\./g)!.toSorted()).toEqual(['Boris adds', 'The lid carries the only seal', 'this.']);
  const left = await blocks(b);
  await shows(a, left);
  await shows(b, left);
  // A link to it in the chat is its card, with its title.
  const address = b.url();
  await b.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await chat(b, address);
  await b.locator('.object', { hasText: 'Sensor housing' }).click();
  await shows(b, left);
  await wellAndEqual(space, anna, boris);
});

test('{V1} a page left in the middle of a word has every letter when it is back; undo takes back what this person did, not what another wrote', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Minutes');
  for (let round = 1; round <= 3; round++) {
    await a.keyboard.type(`${round === 1 ? '' : '\n'}Line ${round} of the minu`);
    await a.reload();
    await ready(a);
    await text(a).waitFor();
    await shows(a, Array.from({ length: round }, (_, i) => `Line ${i + 1} of the minu`));
    await a.locator('.doc-text > .block').last().click();
    await a.keyboard.press('End');
  }
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Minutes' }).first().click();
  await shows(b, ['Line 1 of the minu', 'Line 2 of the minu', 'Line 3 of the minu']);
  await a.keyboard.type('tes');
  await b.locator('.doc-text > .block').first().click();
  await b.keyboard.press('End');
  await b.keyboard.type('tes by Boris');
  await shows(a, ['Line 1 of the minutes by Boris', 'Line 2 of the minu', 'Line 3 of the minutes']);
  await a.keyboard.press('Control+z');
  await shows(a, ['Line 1 of the minutes by Boris', 'Line 2 of the minu', 'Line 3 of the minu']);
  await shows(b, ['Line 1 of the minutes by Boris', 'Line 2 of the minu', 'Line 3 of the minu']);
  // A kind from the menu behind the slash, by keyboard.
  await a.keyboard.press('Enter');
  await a.keyboard.type('/task');
  await a.getByRole('option', { name: 'Task list' }).waitFor();
  await a.keyboard.press('Enter');
  await a.keyboard.type('Send them out');
  await shows(b, ['Line 1 of the minutes by Boris', 'Line 2 of the minu', 'Line 3 of the minu', 'task: Send them out']);
  await b.getByRole('checkbox', { name: 'Done' }).check();
  await a.locator('.block[data-done]').waitFor();
  await wellAndEqual(space, anna, boris);
});
