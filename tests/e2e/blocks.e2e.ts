/** Whole blocks of a document (issue 6): moved, made of another kind, doubled and taken away by their handle, with the keyboard alone and by dragging; the outline of its headings. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, newSpace, person } from './support/acts.ts';
import { LONG_MS, newDocument, shows } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** The menu of the block the caret is in, by keyboard. */
async function pick(page: Page, name: string, role: 'menuitem' | 'menuitemradio' = 'menuitem'): Promise<void> {
  await page.keyboard.press('Alt+F10');
  await page.getByRole(role, { name, exact: true }).press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.classList.contains('doc-text'));
}

test('{C3} a block is moved, turned into another kind, doubled and deleted by the menu of its handle, undone, and dragged to another place; the outline shows its headings', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Sensor housing');
  await page.keyboard.type('One\nTwo\nThree');
  await pick(page, 'Move up Alt+↑');
  await shows(page, ['One', 'Three', 'Two']);
  await pick(page, 'Heading 2', 'menuitemradio');
  await shows(page, ['One', 'heading3: Three', 'Two']);
  await pick(page, 'Duplicate');
  await shows(page, ['One', 'heading3: Three', 'heading3: Three', 'Two']);
  await pick(page, 'Delete');
  await shows(page, ['One', 'heading3: Three', 'Two']);
  await page.keyboard.press('Control+z');
  await shows(page, ['One', 'heading3: Three', 'heading3: Three', 'Two']);
  await page.keyboard.press('Control+z');
  await shows(page, ['One', 'heading3: Three', 'Two']);
  // By the mouse: the handle of the last block is taken to the first.
  await page.locator('.doc-text > .block').last().hover();
  await page.getByRole('button', { name: 'Block', exact: true }).dragTo(page.locator('.doc-text > .block').first(), { targetPosition: { x: 20, y: 2 } });
  await shows(page, ['Two', 'One', 'heading3: Three']);
  // The outline follows, says where one is, and leads to a heading by keyboard.
  await page.locator('.doc-text > .block').last().click();
  await page.keyboard.press('End');
  await page.keyboard.type('\n# Lid\nwords');
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Outline' }).click();
  const panel = page.getByRole('complementary', { name: 'Outline' });
  const rows = (): Promise<string[]> => panel.locator('.outline-row').evaluateAll((all) => all.map((one) => `${one.getAttribute('data-level')} ${one.textContent}${one.getAttribute('aria-current') ? ' *' : ''}`));
  await expect.poll(rows, { timeout: LONG_MS }).toEqual(['2 Three', '1 Lid *']);
  await panel.getByRole('button', { name: 'Three' }).press('Enter');
  await expect.poll(rows, { timeout: LONG_MS }).toEqual(['2 Three *', '1 Lid']);
  // The caret is at the heading: what is typed comes in there.
  await page.keyboard.type('Big ');
  await expect.poll(rows, { timeout: LONG_MS }).toEqual(['2 Big Three *', '1 Lid']);
  // As in Markdown: a list at its second sign, a task at its last.
  await page.keyboard.press('End');
  await page.keyboard.type('\n- [ ] sealed');
  await shows(page, ['Two', 'One', 'heading3: Big Three', 'task: sealed', 'heading2: Lid', 'words']);
});

test('{C3} several blocks are chosen by keyboard, bar and mouse, and moved, retyped, doubled, deleted and undone together; letters do nothing to them', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Sensor housing');
  await page.keyboard.type('One\nTwo\nThree\nFour');
  const chosen = (): Promise<string[]> => page.locator('.doc-text > .chosen').allInnerTexts();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+ArrowUp');
  await page.getByRole('toolbar', { name: 'Chosen blocks' }).getByText('2 blocks chosen').waitFor();
  expect(await chosen()).toEqual(['Three', 'Four']);
  await page.keyboard.type('x');
  await page.keyboard.press('Alt+ArrowUp');
  await shows(page, ['One', 'Three', 'Four', 'Two']);
  await page.keyboard.press('Control+Shift+8');
  await shows(page, ['One', 'list: Three', 'list: Four', 'Two']);
  await page.keyboard.press('Tab');
  expect(await page.locator('.doc-text > .chosen[data-indent="1"]').count()).toBe(2);
  await page.keyboard.press('Control+d');
  await shows(page, ['One', 'list: Three', 'list: Four', 'list: Three', 'list: Four', 'Two']);
  await page.keyboard.press('Delete');
  await shows(page, ['One', 'list: Three', 'list: Four', 'Two']);
  // By the mouse, from beside the text; by the bar; and by its menu.
  const [first, second] = [await page.locator('.doc-text > .block').nth(0).boundingBox(), await page.locator('.doc-text > .block').nth(1).boundingBox()];
  const sheet = (await page.locator('.doc').boundingBox())!;
  const beside = sheet.x + sheet.width - 12;
  await page.mouse.move(beside, first!.y + 8);
  await page.mouse.down();
  await page.mouse.move(beside + 4, second!.y + 8, { steps: 4 });
  await page.mouse.up();
  await expect.poll(chosen, { timeout: LONG_MS }).toEqual(['One', 'Three']);
  await page.getByRole('button', { name: 'One more below' }).click();
  await expect.poll(chosen, { timeout: LONG_MS }).toEqual(['One', 'Three', 'Four']);
  await page.getByRole('button', { name: 'With the blocks' }).click();
  await page.getByRole('menuitemradio', { name: 'Quote' }).click();
  await shows(page, ['quote: One', 'quote: Three', 'quote: Four', 'Two']);
  await page.keyboard.press('Control+z');
  await shows(page, ['One', 'list: Three', 'list: Four', 'Two']);
  expect(await chosen()).toEqual(['One', 'Three', 'Four']);
  // Copied and pasted they are what they were.
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await shows(page, ['One', 'list: Three', 'list: Four', 'One', 'list: Three', 'list: Four', 'Two']);
  await page.keyboard.press('Control+x');
  await shows(page, ['One', 'list: Three', 'list: Four', 'Two']);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await shows(page, ['One', 'list: Three', 'list: Four', 'Two']);
  expect(await chosen()).toEqual(['One', 'Three', 'Four']);
  // Back to writing at the end of the last.
  await page.keyboard.press('Enter');
  await page.keyboard.type('th');
  await shows(page, ['One', 'list: Three', 'list: Fourth', 'Two']);
  expect(await chosen()).toEqual([]);
});
