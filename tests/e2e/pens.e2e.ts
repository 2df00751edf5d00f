/** Others in a document (issue 6, cursors and presence): where they stand is seen with their name, moves, shows what they type, and goes with them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, until } from './support/acts.ts';
import { LONG_MS, newDocument, shows, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** The block a pen stands in, and what stands before it there. */
const penOf = (page: Page, name: string): Promise<string | null> => page.evaluate((who) => {
  const line = [...document.querySelectorAll<HTMLElement>('.pen-line')].find((one) => one.dataset['name'] === who);
  const block = line?.closest('.block');
  if (!line || !block) return null;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEndBefore(line);
  return range.toString();
}, name);
const penAt = (page: Page, name: string, before: string): Promise<unknown> => until(page, ([who, text]) => {
  const line = [...document.querySelectorAll<HTMLElement>('.pen-line')].find((one) => one.dataset['name'] === who);
  const block = line?.closest('.block');
  if (!line || !block) return false;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEndBefore(line);
  return range.toString() === text;
}, [name, before] as const, `the caret of ${name} behind “${before}”`, LONG_MS);

/** To the beginning of the line. A leap to the beginning of a page right behind a press is taken back by the editor: it takes it for the browser's. */
async function toStart(page: Page): Promise<void> {
  do await page.keyboard.press('Home');
  while (!(await page.evaluate(async () => {
    // It stands there for as many frames as the editor takes such leaps back.
    for (let frame = 0; frame < 12; frame++) {
      if (getSelection()!.anchorOffset !== 0) return false;
      await new Promise(requestAnimationFrame);
    }
    return true;
  })));
}

test('{C3} the caret of another is seen with their name, moves, shows what they type before its record, and goes when they leave', { timeout: 300_000 }, async () => {
  const { anna, boris } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('The lid.\nSix screws.');
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, ['The lid.', 'Six screws.']);
  await penAt(b, 'Anna', 'Six screws.');
  await b.locator('.pen-note', { hasText: 'Anna is editing' }).waitFor();
  // It moves, and stays at its letters while the other writes before it.
  await a.locator('.doc-text > .block').first().click();
  await toStart(a);
  for (let i = 0; i < 3; i++) await a.keyboard.press('ArrowRight');
  await penAt(b, 'Anna', 'The');
  await b.locator('.doc-text > .block').first().click();
  await toStart(b);
  await b.keyboard.type('Note: ');
  await shows(a, ['Note: The lid.', 'Six screws.']);
  await penAt(b, 'Anna', 'Note: The');
  await penAt(a, 'Boris', 'Note: ');
  await a.getByRole('status').filter({ hasText: 'Boris is editing' }).waitFor({ state: 'attached' });
  // Letters are there before the record that holds them: a preview is drawn, and gone when the text has it.
  await b.evaluate(() => {
    const seen = ((window as unknown as { typed: string[] }).typed = []) as string[];
    new MutationObserver(() => document.querySelectorAll('.pen-typed').forEach((one) => (one as HTMLElement).dataset['typed'] && seen.push((one as HTMLElement).dataset['typed']!))).observe(document.querySelector('.doc-text')!, { childList: true, subtree: true, characterData: true });
  });
  const typed = (): Promise<string[]> => b.evaluate(() => (window as unknown as { typed: string[] }).typed);
  for (let tries = 0; ; tries++) {
    await a.keyboard.type(' only');
    await shows(b, ['Note: The only lid.', 'Six screws.']);
    if ((await typed()).length > 0 || tries === 5) break;
    // A page that stood still meanwhile gets preview and record in one frame.
    for (let i = 0; i < ' only'.length; i++) await a.keyboard.press('Backspace');
    await shows(b, ['Note: The lid.', 'Six screws.']);
  }
  await penAt(b, 'Anna', 'Note: The only');
  expect((await typed()).some((text) => ' only'.startsWith(text) && text.length > 0)).toBe(true);
  // What is chosen is shown.
  await a.keyboard.press('Shift+Home');
  await b.locator('.pen-chosen', { hasText: 'Note: The only' }).waitFor();
  // Away from the page: gone. The control: Boris still is where he was for Anna, when she is back.
  await a.getByRole('link', { name: 'Chat' }).first().click();
  await until(b, () => document.querySelector('.pen-line') === null && document.querySelector('.pen-note') === null, null, 'no caret of Anna', LONG_MS);
  await a.goBack();
  await penAt(a, 'Boris', 'Note: ');
  expect(await penOf(b, 'Anna')).toBeNull();
});
