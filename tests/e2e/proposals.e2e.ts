/** A proposal (issue 6, must show 6): a guest writes in a branch, the owner decides hunk by hunk while the document moves on; both see the same. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, wellAndEqual } from './support/acts.ts';
import { LONG_MS, newDocument, shows, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

async function proposals(page: Page): Promise<void> {
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Proposals' }).click();
  await page.getByRole('complementary', { name: 'Proposals' }).waitFor();
}

/** The caret to the end of the block with these words. */
async function endOf(page: Page, words: string): Promise<void> {
  await page.locator('.doc-text:visible > .block', { hasText: words }).click();
  await page.keyboard.press('End');
}

const hunk = (page: Page, words: string) => page.locator('.hunk', { hasText: words });

test('{C3} a guest proposes, the owner accepts one change and rejects another while the page moves on: the rest stays open, both show the same, undo takes it back', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url, 'guest');
  const [a, b] = [anna.page, boris.page];
  const first = ['The lid carries the seal.', 'Six screws hold it.', 'Ask Davit.'];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type(first.join('\n'));
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, first);
  // Control: a guest proposes where an owner opens that to guests, and nowhere else.
  await proposals(b);
  await b.getByText('No proposals yet.').waitFor();
  expect(await b.getByRole('button', { name: 'New proposal' }).count()).toBe(0);
  await a.evaluate((id) => window.lifegraph.access.setRules(id, { ops: { 'editor/proposal': 'guest' } }), space);
  await b.getByRole('button', { name: 'New proposal' }).click({ timeout: LONG_MS });
  await b.getByRole('textbox', { name: 'What it is about' }).fill('Two more screws');
  await b.keyboard.press('Enter');
  await b.getByRole('textbox', { name: 'Text of the proposal Two more screws' }).waitFor();
  await endOf(b, 'The lid');
  await b.keyboard.type(' Twice.');
  await endOf(b, 'Ask Davit');
  await b.keyboard.type(' He knows.\nNever drill.');
  await b.getByRole('button', { name: 'Ask for review' }).click();
  await b.getByText('3 changes').waitFor();
  // The page has nothing of it, and moves on: at the same block, and a block that the proposal changed goes.
  await shows(a, first);
  await a.locator('.doc-text > .block').first().click();
  await a.keyboard.press('Home');
  await a.keyboard.type('Note: ');
  await endOf(a, 'Ask Davit');
  await a.keyboard.press('Shift+Home');
  await a.keyboard.press('Backspace');
  await a.keyboard.press('Backspace');
  await shows(a, ['Note: The lid carries the seal.', 'Six screws hold it.']);
  await proposals(a);
  await a.getByRole('button', { name: /Two more screws/ }).click();
  await hunk(a, 'He knows').getByText('This block was taken out of the page meanwhile.').waitFor({ timeout: LONG_MS });
  await hunk(a, 'Twice').getByText('Note:').first().waitFor();
  expect(await a.locator('.hunk-clash').count(), 'nothing else meets what changed').toBe(1);
  // By keys, from hunk to hunk; the guest sees it and has no buttons.
  await hunk(a, 'Twice').focus();
  await a.keyboard.press('a');
  await hunk(a, 'Twice').getByText('Accepted by Anna').waitFor();
  await a.keyboard.press('j');
  await a.keyboard.press('r');
  await hunk(a, 'He knows').getByText('Rejected by Anna').waitFor();
  await b.getByRole('radio', { name: /^Changes/ }).click();
  await hunk(b, 'Twice').getByText('Accepted by Anna').waitFor({ timeout: LONG_MS });
  expect(await b.getByRole('button', { name: /^Accept/ }).count()).toBe(0);
  // The page moves on once more between the decision and its writing.
  await a.getByRole('button', { name: 'Back to the text' }).click();
  await endOf(a, 'Six screws');
  await a.keyboard.type(' Tight.');
  await a.goBack();
  await a.getByRole('button', { name: 'Merge 1 accepted' }).click();
  await hunk(a, 'Twice').waitFor({ state: 'detached' });
  await hunk(a, 'Never drill').getByRole('button', { name: /^Accept/ }).click();
  await hunk(a, 'Never drill').getByText('Accepted by Anna').waitFor();
  expect(await hunk(a, 'Never drill').evaluate((one) => one === document.activeElement), 'who decided by a button stands at the change').toBe(true);
  await hunk(b, 'Never drill').getByText('Accepted by Anna').waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: 'Merge 1 accepted' }).click();
  await b.locator('.proposal-title').getByText('Merged').waitFor({ timeout: LONG_MS });
  await b.getByText('by Boris, accepted by Anna').first().waitFor();
  await a.getByRole('button', { name: 'Back to the text' }).click();
  await b.getByRole('button', { name: 'Back to the text' }).click();
  const merged = ['Note: The lid carries the seal. Twice.', 'Six screws hold it. Tight.', 'Never drill.'];
  await shows(a, merged);
  await shows(b, merged);
  // Undo takes the last of it back, and nothing else.
  await endOf(a, 'Six screws');
  await a.keyboard.press('Control+z');
  for (const page of [a, b]) await shows(page, merged.slice(0, 2));
  await a.keyboard.press('Control+Shift+z');
  for (const page of [a, b]) await shows(page, merged);
  // The history says whose words they are.
  await a.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await a.getByRole('menuitem', { name: 'History' }).click();
  await a.getByText('Accepted from “Two more screws”, written by Boris').first().waitFor();
  await wellAndEqual(space, anna, boris);
});

test('{C3} typing as suggestions: the other sees them in the page where they would stand, accepts one, and they are gone', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  const first = ['The lid carries the seal.', 'Six screws hold it.'];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type(first.join('\n'));
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, first);
  await b.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await b.getByRole('menuitem', { name: 'Suggest changes' }).click();
  await b.getByRole('textbox', { name: 'Text of the proposal Suggestions' }).waitFor();
  await endOf(b, 'The lid');
  for (let i = 0; i < 5; i++) await b.keyboard.press('Backspace');
  await b.keyboard.type('gasket.');
  await b.locator('.change-add', { hasText: 'gasket' }).waitFor();
  await b.locator('del.change-words', { hasText: 'seal' }).waitFor();
  await endOf(b, 'Six screws');
  await b.keyboard.type(' Tight.');
  // In Anna's page both stand as suggestions, and the text is what it was.
  await a.locator('ins.change-words', { hasText: 'gasket' }).waitFor({ timeout: LONG_MS });
  await a.locator('.change-del', { hasText: 'seal' }).waitFor();
  await a.locator('ins.change-words', { hasText: 'Tight.' }).waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: /^Suggested by Boris: The lid/ }).click();
  await hunk(a, 'gasket').getByRole('button', { name: /^Accept/ }).click();
  await hunk(a, 'Tight').getByRole('button', { name: /^Reject/ }).click();
  await hunk(a, 'Tight').getByText('Rejected by Anna').waitFor();
  await a.getByRole('button', { name: 'Merge 1 accepted' }).click();
  await hunk(a, 'gasket').waitFor({ state: 'detached' });
  await a.getByRole('button', { name: 'Back to the text' }).click();
  await b.getByRole('button', { name: 'Back to the text' }).click();
  for (const page of [a, b]) {
    await expect.poll(() => page.locator('.change-sign').count(), { timeout: LONG_MS }).toBe(0);
    await shows(page, ['The lid carries the gasket.', 'Six screws hold it.']);
  }
  await wellAndEqual(space, anna, boris);
});
