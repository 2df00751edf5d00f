/** Letting the old steps of a page go, in two browsers: the owner acts in Access, the device of the other checks it by itself; both go on with the same words and less on the disk. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, until, wellAndEqual } from './support/acts.ts';
import { LONG_MS, newDocument, shows, text, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const row = (page: Page) => page.getByRole('table', { name: 'Old steps' }).getByRole('row', { name: /Sensor housing/ });

/** What the log of the page is on this device. */
const history = (page: Page, space: string, fragment: string) => page.evaluate(([id, of]) => window.lifegraph.access.history(id!, of!), [space, fragment]);

test('{V10} the old steps of a page go on both devices after the other one checked them; the words stay, after a reload too, and both write on', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('The lid carries the only seal.');
  const fragment = await a.evaluate(() => location.hash.split(/[/?]/)[3]!);
  // Forty records of sixteen kilobytes each that change one and the same thing, by words that do not pack.
  await a.evaluate(async ([id, of]) => {
    const graph = window.lifegraph.graph(id!);
    const { ids } = await graph.transact([{ op: 'node.create', type: 'bench/note@1', props: { pad: '' } }], { fragment: of! });
    for (let n = 0; n < 40; n++) {
      await graph.transact([{ op: 'node.set', id: ids[0]!, props: { pad: Array.from(crypto.getRandomValues(new Uint32Array(2_400)), (word) => word.toString(36)).join(' ') } }], { fragment: of! });
      await window.lifegraph.saved();
    }
  }, [space, fragment]);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click({ timeout: LONG_MS });
  await shows(b, ['The lid carries the only seal.']);
  const had = await history(a, space, fragment);
  expect([had.wouldGo > 262_144, had.mayClose, had.baselines]).toEqual([true, true, []]);
  // Control: a member is offered nothing.
  await b.evaluate((id) => void (location.hash = `#/${id}/access`), space);
  await b.getByRole('heading', { level: 1 }).first().waitFor();
  expect(await row(b).count()).toBe(0);
  await a.evaluate((id) => void (location.hash = `#/${id}/access`), space);
  await row(a).getByRole('button', { name: 'What to do with the old steps of Sensor housing' }).click();
  await a.getByRole('menuitem', { name: 'Let old steps go', exact: true }).click();
  const dialog = a.getByRole('dialog');
  await dialog.getByText('Nobody can undo this.').waitFor();
  await dialog.getByRole('button', { name: 'Let old steps go' }).click();
  await a.getByText('The snapshot is made. When it is checked, the old steps go.').waitFor();
  for (const page of [a, b]) await row(page).getByText('Let go', { exact: true }).waitFor({ timeout: LONG_MS });
  const [one, other] = [await history(a, space, fragment), await history(b, space, fragment)];
  expect([one.bytes < had.bytes / 3, other.bytes < had.bytes / 3, one.baselines[0]!.right.length, other.baselines[0]!.found]).toEqual([true, true, 1, 'right']);
  await wellAndEqual(space, anna, boris);
  for (const page of [a, b]) {
    await page.reload();
    await page.evaluate(([id, of]) => void (location.hash = `#/${id}/documents/${of}`), [space, fragment]);
    await shows(page, ['The lid carries the only seal.']);
  }
  await text(b).click();
  await b.keyboard.press('Control+End');
  await b.keyboard.type(' It was checked.');
  await shows(a, ['The lid carries the only seal. It was checked.']);
  await until(a, async ([id, of]) => (await window.lifegraph.access.history(id!, of!)).baselines[0]?.state === 'gone', [space, fragment], 'it stays so after a reload', LONG_MS);
  await wellAndEqual(space, anna, boris);
});
