/** Tables in documents (issue 6): made and written by keyboard, by two people at once, with rows and columns put in and taken away meanwhile. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, wellAndEqual } from './support/acts.ts';
import { LONG_MS, newDocument, text, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** The rows of the only table of the page, as a person sees them. */
const rowsOf = (page: Page): Promise<string[][]> => page.locator('.doc-text tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())));

/** Waits until it has these. */
async function table(page: Page, wanted: string[][]): Promise<void> {
  for (const end = performance.now() + LONG_MS; ;) {
    const found = await rowsOf(page);
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
    if (performance.now() > end) expect(found).toEqual(wanted);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

test('{C3} a table by keyboard: two people write two cells and one at once, rows and columns come and go, and the history shows it cell by cell', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Parts');
  await a.keyboard.type('/table');
  await a.getByRole('option', { name: 'Table' }).waitFor();
  await a.keyboard.press('Enter');
  await a.getByRole('toolbar', { name: 'Table' }).waitFor();
  await a.keyboard.type('Part');
  await a.keyboard.press('Tab');
  await a.keyboard.type('Count');
  await a.keyboard.press('Tab');
  await a.keyboard.type('Screw');
  await a.keyboard.press('Enter');
  await a.keyboard.type('Lid');
  await a.keyboard.press('Tab');
  await a.keyboard.press('Tab');
  await a.keyboard.type('Seal');
  const first = [['Part', 'Count'], ['Screw', ''], ['Lid', ''], ['Seal', '']];
  await table(a, first);
  expect(await a.getByRole('columnheader').allInnerTexts()).toEqual(['Part', 'Count']);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Parts' }).first().click();
  await text(b).waitFor();
  await table(b, first);
  // Both at once: Boris in a cell of the second row, Anna puts a column before him by the menu, with the keyboard alone.
  await b.getByRole('cell').nth(1).click();
  await a.keyboard.press('Alt+F10');
  await a.keyboard.press('Tab');
  await a.keyboard.press('Tab');
  await a.keyboard.press('Enter');
  await a.getByRole('menuitem', { name: 'Column before' }).press('Enter');
  await Promise.all([b.keyboard.type('six'), a.keyboard.type('No')]);
  const both = [['', 'Part', 'Count'], ['', 'Screw', 'six'], ['', 'Lid', ''], ['No', 'Seal', '']];
  await table(a, both);
  await table(b, both);
  await b.keyboard.type('teen');
  await a.keyboard.press('Shift+Tab');
  await a.keyboard.type('one');
  const more = [['', 'Part', 'Count'], ['', 'Screw', 'sixteen'], ['', 'Lid', 'one'], ['No', 'Seal', '']];
  await table(a, more);
  await table(b, more);
  // Taken away and back: what stood there is there again.
  await a.getByRole('button', { name: 'Rows and columns' }).click();
  await a.getByRole('menuitem', { name: 'Delete row' }).click();
  const less = [more[0]!, more[1]!, more[3]!];
  await table(b, less);
  await a.keyboard.press('Control+z');
  await table(b, more);
  await table(a, more);
  // The history shows what changed in which cell.
  const history = async (): Promise<void> => {
    await a.locator('.header').getByRole('button', { name: 'More acts' }).click();
    await a.getByRole('menuitem', { name: 'History' }).click();
    await a.getByRole('complementary', { name: 'History' }).waitFor();
  };
  await history();
  await a.getByRole('button', { name: 'Name this version' }).click();
  await a.getByRole('textbox', { name: 'Name of the version' }).fill('Counted');
  await a.keyboard.press('Enter');
  await a.getByRole('button', { name: /Counted/ }).first().waitFor();
  await b.getByRole('cell', { name: 'sixteen' }).click();
  await b.keyboard.press('End');
  await b.keyboard.type(' left');
  await b.getByRole('button', { name: 'Rows and columns' }).click();
  await b.getByRole('menuitem', { name: 'Row above' }).click();
  await b.keyboard.type('New');
  await a.getByRole('button', { name: /Counted/ }).first().click();
  await a.locator('.compare-table ins', { hasText: 'left' }).waitFor();
  await a.locator('.compare-table [data-tone="added"]', { hasText: 'New' }).waitFor();
  expect(await a.locator('.compare-table [data-tone="removed"]').count()).toBe(0);
  await wellAndEqual(space, anna, boris);
});
