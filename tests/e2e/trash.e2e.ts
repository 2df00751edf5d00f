/** The trash of Documents in two browsers: one deletes, the other looks and brings back, both see it; a guest is told why not. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, until, wellAndEqual } from './support/acts.ts';
import { LONG_MS, newDocument, shows, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Rows by their own title: that of a task names its page too. */
const pageRow = (page: Page, title: string) => page.locator('.trash-row', { has: page.getByRole('link', { name: title }) });
const taskRow = (page: Page, title: string) => page.locator('.trash-row', { has: page.locator('.trash-words > span:first-child', { hasText: title }) });
const trash = (page: Page) => page.getByRole('heading', { name: 'Trash' });

/** The page in front is deleted by its menu. */
async function toTrash(page: Page, title: string): Promise<void> {
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Move to trash' }).click();
  await page.getByText(`“${title}” is in the trash.`).waitFor();
}

/** Makes a task of the line the caret stands in, and deletes it in its details. */
async function taskToTrash(page: Page): Promise<void> {
  await page.keyboard.press('Control+Alt+k');
  await page.locator('.task-panel').getByRole('button', { name: 'Move to trash' }).click();
  await page.locator('.task-panel').getByText('This task is in the trash.').waitFor();
  await page.getByRole('button', { name: 'Close' }).first().click();
}

test('{C3} a page and its task that one deleted are looked at and brought back by the other; both see it, and after a reload too', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('The lid carries the only seal.\nOrder 40 gaskets');
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().waitFor({ timeout: LONG_MS });
  // Control: nothing lies there yet. From the list of pages; Anna comes by the palette.
  await b.getByRole('button', { name: 'Trash' }).click();
  await b.getByText('The trash is empty').waitFor();
  await taskToTrash(a);
  await taskRow(b, 'Order 40 gaskets').getByText('in “Sensor housing”').waitFor({ timeout: LONG_MS });
  await toTrash(a, 'Sensor housing');
  await pageRow(b, 'Sensor housing').getByText('Anna deleted it').waitFor({ timeout: LONG_MS });
  await a.keyboard.press('Control+KeyK');
  await a.locator('.palette input:focus').waitFor();
  await a.keyboard.type('trash');
  await a.getByRole('option', { name: /^Trash/ }).waitFor();
  await a.keyboard.press('Enter');
  await trash(a).waitFor();
  // The task of the page lies below it. Boris looks at the page as it is.
  await b.getByRole('list', { name: 'Deleted in Sensor housing' }).getByText('Order 40 gaskets').waitFor();
  await b.getByRole('searchbox', { name: 'Find by title' }).fill('sensor');
  await b.getByRole('link', { name: 'Sensor housing' }).click();
  await shows(b, ['The lid carries the only seal.', 'Order 40 gaskets']);
  expect(await b.getByRole('textbox', { name: 'Text of Sensor housing' }).getAttribute('contenteditable')).toBe('false');
  await b.locator('.trash-look').getByRole('button', { name: 'Restore' }).click();
  // It is back where it was, with its text; on Anna's screen it goes from the trash, where its task stays.
  await b.getByText('“Sensor housing” is back in the list.').waitFor();
  await shows(b, ['The lid carries the only seal.', 'Order 40 gaskets']);
  await taskRow(a, 'Order 40 gaskets').getByText('in “Sensor housing”').waitFor({ timeout: LONG_MS });
  expect(await a.locator('.trash-row').count()).toBe(1);
  await taskRow(a, 'Order 40 gaskets').getByRole('button', { name: 'Restore' }).click();
  await a.getByText('The trash is empty').waitFor();
  await b.locator('.doc').getByText('Order 40 gaskets').nth(1).waitFor({ timeout: LONG_MS });
  for (const page of [a, b]) {
    await page.reload();
    await page.evaluate((id) => void (location.hash = `#/${id}/documents/trash`), space);
    await page.getByText('The trash is empty').waitFor({ timeout: LONG_MS });
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('link', { name: 'Sensor housing' }).first().waitFor();
  }
  // Both are deleted once more: the task brings its page along.
  await a.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(a, ['The lid carries the only seal.', 'Order 40 gaskets']);
  await a.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const [task] = await graph.query({ type: 'goals/task@1' });
    await graph.transact([{ op: 'node.delete', id: task!.id, verb: 'goals/task.delete@1' }]);
  }, space);
  await toTrash(a, 'Sensor housing');
  await b.evaluate((id) => void (location.hash = `#/${id}/documents/trash`), space);
  await taskRow(b, 'Order 40 gaskets').getByRole('button', { name: 'Restore with its page' }).click({ timeout: LONG_MS });
  await b.getByText('The trash is empty').waitFor();
  for (const page of [a, b]) await until(page, async (id) => (await window.lifegraph.graph(id).count({ type: 'goals/task@1' })) === 1 && (await window.lifegraph.graph(id).query({ type: 'fragment@1', where: { title: 'Sensor housing' } })).length === 1, space, 'page and task are back', LONG_MS);
  await wellAndEqual(space, anna, boris);
});

test('{C3}{C7} a guest looks at what lies in the trash, is told why they cannot bring it back, and sees it go when somebody does', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url, 'guest');
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Gasket');
  await a.keyboard.type('Made of EPDM.');
  await shows(a, ['Made of EPDM.']);
  await toTrash(a, 'Gasket');
  await b.evaluate((id) => void (location.hash = `#/${id}/documents/trash`), space);
  await pageRow(b, 'Gasket').getByText('Anna deleted it').waitFor({ timeout: LONG_MS });
  await b.getByText('As a guest you look at what lies here.').waitFor();
  await b.getByRole('link', { name: 'Gasket' }).click();
  await shows(b, ['Made of EPDM.']);
  expect(await b.getByRole('button', { name: /^Restore/ }).count()).toBe(0);
  // Control: who may has the button, and the page that is looked at says that it is back.
  await a.evaluate((id) => void (location.hash = `#/${id}/documents/trash`), space);
  await pageRow(a, 'Gasket').getByRole('button', { name: 'Restore' }).click();
  await b.getByText('It is back').waitFor({ timeout: LONG_MS });
  await b.getByRole('button', { name: 'Open', exact: true }).click();
  await shows(b, ['Made of EPDM.']);
  await wellAndEqual(space, anna, boris);
});
