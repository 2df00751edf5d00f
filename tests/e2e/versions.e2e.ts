/** History of a document (issue 6, must show 6): a state gets a name, is compared with what is now, and is restored while somebody else writes on. */
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

/** What the comparison says, line by line: notes in brackets, what went and what came in signs. */
const lines = (page: Page): Promise<string[]> =>
  page.locator('.compare-block').evaluateAll((all) => all.map((one) => {
    const note = one.querySelector('.compare-note')?.textContent ?? '';
    const parts: string[] = [];
    const read = (node: Node): void => {
      if (node instanceof HTMLElement && /^(DEL|INS)$/.test(node.tagName)) return void parts.push(node.tagName === 'DEL' ? `[-${node.textContent}-]` : `[+${node.textContent}+]`);
      if (node.nodeType === Node.TEXT_NODE) return void parts.push(node.textContent ?? '');
      node.childNodes.forEach(read);
    };
    read(one.querySelector('.compare-text')!);
    return `${note ? `(${note}) ` : ''}${parts.join('')}`;
  }));

test('{C3} an old version is named, compared and restored while the other browser writes on: nothing is lost, and undo takes the restoring back', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('The lid carries the seal.\nSix screws hold it.\nAsk Davit.');
  const first = ['The lid carries the seal.', 'Six screws hold it.', 'Ask Davit.'];
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, first);
  const history = async (page: Page): Promise<void> => {
    await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
    await page.getByRole('menuitem', { name: 'History' }).click();
    await page.getByRole('complementary', { name: 'History' }).waitFor();
  };
  await history(a);
  await a.getByRole('button', { name: 'Name this version' }).click();
  await a.getByRole('textbox', { name: 'Name of the version' }).fill('As sent to the workshop');
  await a.keyboard.press('Enter');
  await a.getByRole('button', { name: /As sent to the workshop/ }).first().waitFor();
  // Boris changes words, takes a line away, moves one and adds one.
  await b.locator('.doc-text > .block').nth(1).click();
  await b.keyboard.press('Control+Alt+1');
  await b.keyboard.press('Alt+ArrowUp');
  await b.locator('.doc-text > .block').nth(1).click();
  await b.keyboard.press('End');
  for (let i = 0; i < 5; i++) await b.keyboard.press('Backspace');
  await b.keyboard.type('gasket.');
  await b.locator('.doc-text > .block').nth(2).click();
  await b.keyboard.press('End');
  await b.keyboard.type('\nNew line.');
  const changed = ['heading2: Six screws hold it.', 'The lid carries the gasket.', 'Ask Davit.', 'New line.'];
  await shows(a, changed);
  // By name, in the other browser: what became of it, word by word.
  await history(b);
  await b.getByRole('button', { name: /As sent to the workshop/ }).first().click();
  await expect.poll(() => lines(b), { timeout: LONG_MS }).toEqual(['(Moved · Was: Text) Six screws hold it.', 'The lid carries the [-seal-][+gasket+].', 'Ask Davit.', '(Added block) New line.']);
  await b.getByRole('radio', { name: 'Side by side' }).click();
  expect(await b.locator('.compare-row').count()).toBe(4);
  await b.getByRole('button', { name: 'Back to the text' }).click();
  await shows(b, changed);
  // Anna restores it; Boris writes in a line of it meanwhile.
  await a.getByRole('button', { name: /As sent to the workshop/ }).first().click();
  await a.locator('.compare-block').first().waitFor();
  await b.locator('.doc-text > .block').nth(2).click();
  await b.keyboard.press('End');
  await Promise.all([b.keyboard.type(' He knows.'), a.getByRole('button', { name: 'Restore As sent to the workshop' }).click()]);
  const restored = ['The lid carries the seal.', 'Six screws hold it.', 'Ask Davit. He knows.'];
  await shows(a, restored);
  await shows(b, restored);
  // Undo takes back the restoring, not what Boris wrote.
  await a.keyboard.press('Control+z');
  const back = ['heading2: Six screws hold it.', 'The lid carries the gasket.', 'Ask Davit. He knows.', 'New line.'];
  await shows(a, back);
  await shows(b, back);
  await wellAndEqual(space, anna, boris);
});
