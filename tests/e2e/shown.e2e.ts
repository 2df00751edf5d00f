/** Text of one page shown in another, live and between two people; and formulas inside of a line. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, newSpace, person } from './support/acts.ts';
import { LONG_MS, newDocument, text, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const openPage = async (page: Page, title: string): Promise<void> => {
  await page.getByRole('link', { name: 'Documents', exact: true }).click();
  await page.locator('.list-row', { hasText: title }).click();
  await text(page).waitFor();
};
const shown = (page: Page, title: string) => page.getByRole('group', { name: `Shown here: ${title}`, exact: true });

test('{C3} a section of a page is shown in another, and what somebody else writes in it comes at once; one that shows itself ends in a word', { timeout: 240_000 }, async () => {
  const { anna, boris } = await two(server.url);
  const { page } = anna;
  await newDocument(page, 'Plan');
  await page.keyboard.type('# Lid\nGlued on.\n## Seal\nEPDM.\n# Box\nPrinted.');
  await newDocument(page, 'Report');
  await page.keyboard.type('As planned:\n![[Plan#');
  await page.getByRole('option', { name: /Lid/ }).waitFor();
  await page.keyboard.type('li');
  await page.getByRole('option', { name: /Lid/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('That is all.');
  const lid = shown(page, 'Plan > Lid');
  await lid.getByText('EPDM.').waitFor();
  expect(await lid.locator('.doc-text > .block').allInnerTexts()).toEqual(['Lid', 'Glued on.', 'Seal', 'EPDM.']);
  // One block for the keys: over it, and chosen on the way; its page is opened from there.
  await page.keyboard.press('ArrowUp');
  await page.locator('.shown.file-chosen').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.locator('.shown.file-chosen').waitFor({ state: 'detached' });
  await page.keyboard.press('End');
  await page.keyboard.type(' so');
  await text(page).getByText('As planned: so').waitFor();
  // The other one reads it, and writes in its page.
  await openPage(boris.page, 'Report');
  await shown(boris.page, 'Plan > Lid').getByText('Glued on.').waitFor();
  await openPage(boris.page, 'Plan');
  await boris.page.getByText('Glued on.').click();
  await boris.page.keyboard.press('End');
  await boris.page.keyboard.type(' Then screwed.');
  await lid.getByText('Glued on. Then screwed.').waitFor();
  await boris.page.locator('.doc-text > .block').first().click();
  await boris.page.keyboard.press('End');
  await boris.page.keyboard.type(' and box');
  await shown(page, 'Plan > Lid and box').waitFor();
  // It counts among what links to the page.
  await boris.page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await boris.page.getByRole('menuitem', { name: 'Linked here' }).click();
  await boris.page.getByRole('region', { name: 'Links' }).getByText('Report').waitFor();
  // A page in itself, typed to the end.
  await boris.page.locator('.doc-text > .block').last().click();
  await boris.page.keyboard.press('End');
  await boris.page.keyboard.type('\n![[Plan]]');
  await shown(boris.page, 'Plan').getByText('This page is shown around here already').waitFor();
  // Lines that are pasted: one that names a part of a page becomes its text, the others stay.
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Below:\n![[Plan#Box]]\n![[Nobody wrote this]]\nThe end.');
    document.querySelector('.doc-text > .block')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await shown(page, 'Plan > Box').getByText('Printed.').waitFor();
  await text(page).getByText('![[Nobody wrote this]]').waitFor();
  // In the trash it is shown no more.
  await boris.page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await boris.page.getByRole('menuitem', { name: 'Move to trash' }).click();
  await page.getByText('This page was moved to the trash.').first().waitFor();
  await anna.expectClean();
  await boris.expectClean();
});

test('{C3} a card becomes the text of its page and a card again; a block by its link; the text is read only', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Gasket');
  await page.keyboard.type('Made of EPDM.\n[] Seal it\n$$ a^2\n\n');
  await newDocument(page, 'Housing');
  await page.keyboard.type('[[Gask');
  await page.getByRole('option', { name: 'Gasket' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Show its text here' }).click();
  const gasket = shown(page, 'Gasket');
  await gasket.getByText('Made of EPDM.').waitFor();
  await gasket.getByRole('math', { name: 'a^2' }).waitFor();
  // A press on its box ticks nothing.
  await gasket.getByRole('checkbox').click();
  expect(await gasket.getByRole('checkbox').isChecked()).toBe(false);
  await page.keyboard.type('xyz');
  expect(await text(page).innerText()).not.toContain('xyz');
  await page.locator('.doc-text > .block').last().click();
  // Chosen as a block it is not written over.
  await page.keyboard.press('ArrowUp');
  await page.locator('.shown.file-chosen').waitFor();
  await page.keyboard.type('uvw');
  await text(page).getByText('uvw').waitFor();
  await page.reload();
  await gasket.getByText('Seal it').waitFor();
  await gasket.getByRole('button', { name: 'Show as a card' }).click();
  await page.locator('.block-cards').getByRole('button', { name: /Gasket/ }).first().waitFor();
  await page.getByRole('button', { name: 'Show its text here' }).click();
  await gasket.getByRole('button', { name: 'Gasket' }).click();
  await page.getByRole('textbox', { name: 'Text of Gasket' }).waitFor();
  // One block alone, by its link.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('.doc-text > .block', { hasText: 'Seal it' }).click();
  await page.keyboard.press('Alt+F10');
  await page.getByRole('menuitem', { name: 'Copy link to this block' }).click();
  await newDocument(page, 'List');
  await page.keyboard.press('Control+V');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Show its text here' }).click();
  const seal = shown(page, 'Gasket');
  await seal.getByText('Seal it').waitFor();
  expect(await seal.locator('.doc-text > .block').count()).toBe(1);
  await anna.expectClean();
});

test('{C3} a formula in a line is drawn where nobody stands in it, and is its source where one does; prices stay words', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Sensor housing');
  await page.keyboard.type('The area $\\pi r^2$ costs $5 and $6.');
  const formula = page.locator('.doc-text').getByRole('math', { name: '\\pi r^2' });
  await formula.waitFor();
  const line = page.locator('.doc-text > .block').first();
  const drawn = (): Promise<string> => line.evaluate((one) => {
    const copy = one.cloneNode(true) as Element;
    for (const math of copy.querySelectorAll('.line-formula')) math.remove();
    return copy.textContent ?? '';
  });
  expect(await drawn()).toBe('The area $\\pi r^2$ costs $5 and $6.');
  expect(await page.locator('.line-formula').count()).toBe(1);
  await formula.click();
  await formula.waitFor({ state: 'detached' });
  await page.keyboard.type('h');
  await page.keyboard.press('End');
  const other = page.locator('.doc-text').getByRole('math', { name: '\\pi r^2h' });
  await other.waitFor();
  // By keys: to its edge it opens, and what is typed there is no part of it.
  await page.keyboard.press('Home');
  for (const _ of 'The area ') await page.keyboard.press('ArrowRight');
  await other.waitFor({ state: 'detached' });
  for (const _ of '$\\pi r^2h$') await page.keyboard.press('ArrowRight');
  await page.keyboard.type(', m³,');
  await other.waitFor();
  expect(await drawn()).toBe('The area $\\pi r^2h$, m³, costs $5 and $6.');
  await page.reload();
  await other.waitFor();
  await anna.expectClean();
});
