/** Comments on a document (issue 6, must show 6): between two browsers, through edits, by a guest who cannot write. And links between pages. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, until, wellAndEqual } from './support/acts.ts';
import { blocks, LONG_MS, newDocument, shows, text, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Chooses words of the page as a mouse would, and waits until the page knows. */
async function choose(page: Page, words: string): Promise<void> {
  await page.evaluate((wanted) => {
    const walk = document.createTreeWalker(document.querySelector('.doc-text')!, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const at = node.textContent!.indexOf(wanted);
      if (at >= 0) return getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length);
    }
    throw new Error(`not in the page: ${wanted}`);
  }, words);
  await page.getByRole('button', { name: 'Comment', exact: true }).waitFor();
}

/** The caret to the beginning of its line. The editor sets it once more a moment after a click. */
async function toStart(page: Page): Promise<void> {
  do await page.keyboard.press('Home');
  while (!(await page.evaluate(() => new Promise<boolean>((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(getSelection()!.focusOffset === 0))))))));
}

/** Pastes and drops words into the page, as the browser tells it. */
const paste = (page: Page, words: string): Promise<void> => page.evaluate((put) => {
  const box = document.querySelector('.doc-text > .block')!;
  const { left, top } = box.getBoundingClientRect();
  const data = new DataTransfer();
  data.setData('text/plain', put);
  box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  box.dispatchEvent(new DragEvent('drop', { dataTransfer: data, clientX: left + 5, clientY: top + 5, bubbles: true, cancelable: true }));
}, words);

const marked = (page: Page, words: string) => page.locator('.comment-mark', { hasText: words });
const thread = (page: Page, words: string) => page.locator('.comment-thread', { hasText: words });

test('{C3} a guest comments and cannot write; the comment is there at once, is answered, stays at its words through edits, and says when they are gone', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url, 'guest');
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('The lid carries the only seal.\nSix screws hold it.');
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, ['The lid carries the only seal.', 'Six screws hold it.']);
  // Control: without the rule a guest is told, and there is no field.
  await b.getByRole('button', { name: /^Comments, / }).click();
  await b.getByText('Others write them; ask an admin.').waitFor();
  expect(await b.getByRole('textbox', { name: /^Comment on/ }).count()).toBe(0);
  await a.evaluate((id) => window.lifegraph.access.setRules(id, { ops: { 'chat/message@': 'guest' } }), space);
  await b.getByRole('textbox', { name: 'Comment on the page' }).waitFor({ timeout: LONG_MS });
  expect(await text(b).getAttribute('contenteditable')).toBe('false');
  // What is pasted or dropped there stays out as well.
  await paste(b, 'put in by paste');
  expect(await blocks(b)).toEqual(['The lid carries the only seal.', 'Six screws hold it.']);
  // Boris says something about words; Anna sees it where they stand.
  await choose(b, 'only seal');
  await b.getByRole('button', { name: 'Comment', exact: true }).click();
  // A comment that was begun stands in no way when the panel is closed: the button is beside chosen words again.
  await b.getByRole('textbox', { name: 'Comment on the chosen words' }).waitFor();
  await b.getByRole('button', { name: /^Comments, / }).click();
  await choose(b, 'only seal');
  await b.getByRole('button', { name: 'Comment', exact: true }).click();
  await b.getByRole('textbox', { name: 'Comment on the chosen words' }).fill('Is one enough?');
  await b.keyboard.press('Enter');
  await marked(b, 'only seal').waitFor();
  await marked(a, 'only seal').waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: 'Comments, 1 open' }).click();
  await thread(a, 'Is one enough?').getByRole('button', { name: 'Reply', exact: true }).first().click();
  await a.getByRole('textbox', { name: 'Reply in thread' }).fill('It was in the test.');
  await a.keyboard.press('Enter');
  await thread(b, 'It was in the test.').waitFor({ timeout: LONG_MS });
  // Anna writes before the words, makes their line a heading and moves it: the mark goes with them.
  await a.locator('.doc-text > .block').first().click();
  await toStart(a);
  await a.keyboard.type('Note: ');
  await a.keyboard.press('Control+Alt+1');
  await a.keyboard.press('Alt+ArrowDown');
  await shows(b, ['Six screws hold it.', 'heading2: Note: The lid carries the only seal.']);
  for (const page of [a, b]) await until(page, () => [...document.querySelectorAll('h2 .comment-mark')].map((one) => one.textContent).join() === 'only seal', null, 'the mark stands at its words', LONG_MS);
  // The words are taken away: both say so, at the block, and nothing said is lost.
  await a.locator('.doc-text > .block').last().click();
  await a.keyboard.press('End');
  for (let i = 0; i < ' the only seal.'.length; i++) await a.keyboard.press('Backspace');
  await shows(b, ['Six screws hold it.', 'heading2: Note: The lid carries']);
  for (const page of [a, b]) {
    await thread(page, 'Is one enough?').getByText('The words this is about are gone.').waitFor({ timeout: LONG_MS });
    // Where Anna writes, the sign of that may stand between.
    await page.locator('.comment-gone + .block, .comment-gone + .pen-lock + .block', { hasText: 'The lid carries' }).waitFor();
  }
  await a.keyboard.press('Control+z');
  for (let i = 0; i < 20 && !(await blocks(a)).includes('heading2: Note: The lid carries the only seal.'); i++) await a.keyboard.press('Control+z');
  for (const page of [a, b]) await marked(page, 'only seal').waitFor({ timeout: LONG_MS });
  // Resolved and reopened: the mark goes and comes.
  await thread(a, 'Is one enough?').getByRole('button', { name: 'Resolve', exact: true }).click();
  await b.getByRole('button', { name: 'Comments, 0 open' }).waitFor({ timeout: LONG_MS });
  await b.getByRole('tab', { name: /^Resolved/ }).click();
  await thread(b, 'Resolved by Anna').getByRole('button', { name: 'Reopen' }).click();
  await a.getByRole('button', { name: 'Comments, 1 open' }).waitFor({ timeout: LONG_MS });
  for (const page of [a, b]) await marked(page, 'only seal').waitFor({ timeout: LONG_MS });
  // Words of a cell carry comments too: the mark stands in the cell, and goes with its row.
  await paste(a, '| Part | Count |\n| --- | --- |\n| Screw | sixteen |\n| Seal | one |');
  await b.locator('.doc-text td', { hasText: 'sixteen' }).first().waitFor({ timeout: LONG_MS });
  await choose(b, 'sixteen');
  await b.getByRole('button', { name: 'Comment', exact: true }).click();
  await b.getByRole('textbox', { name: 'Comment on the chosen words' }).fill('Two of them are spare.');
  await b.keyboard.press('Enter');
  for (const page of [a, b]) await page.locator('td .comment-mark', { hasText: /^sixteen$/ }).waitFor({ timeout: LONG_MS });
  // A thing that is named in a comment stands there under its title and leads to it.
  await a.getByRole('textbox', { name: 'Comment on the page' }).pressSequentially('see [[Sens');
  await a.getByRole('option', { name: /Sensor housing/ }).first().click();
  await a.keyboard.press('Enter');
  const named = b.locator('.comment-thread', { hasText: 'see' });
  await named.getByRole('link', { name: /Sensor housing/ }).or(named.getByRole('button', { name: /Sensor housing/ })).first().waitFor({ timeout: LONG_MS });
  // Control: who writes pastes and drops.
  await paste(a, 'put in by paste');
  await until(b, () => (document.querySelector('.doc-text')?.textContent ?? '').split('put in by paste').length === 3, null, 'both are there', LONG_MS);
  await wellAndEqual(space, anna, boris);
});

test('{C3} a link to a page is chosen by its title, shows the present one, leads there, and is told there', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Gasket');
  await a.keyboard.type('Made of EPDM.');
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('It needs a [[gas');
  await a.getByRole('option', { name: 'Gasket' }).waitFor();
  await a.keyboard.press('Enter');
  await a.keyboard.type('from @bor');
  await a.getByRole('option', { name: 'Boris' }).waitFor();
  await a.keyboard.press('Enter');
  await shows(a, ['It needs a Gasket from @Boris']);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await shows(b, ['It needs a Gasket from @Boris']);
  // Another title: the link shows it, for who does not stand in it.
  await a.getByRole('link', { name: 'Gasket' }).first().click();
  await a.getByRole('button', { name: 'Gasket', exact: true }).click();
  await a.getByRole('textbox', { name: 'Title' }).fill('Gasket, EPDM');
  // Ended by a press into the text: what is typed then stands there.
  await text(a).click();
  await a.keyboard.press('Control+End');
  await a.keyboard.type(' Black.');
  await until(b, () => document.querySelector('.ref-name')?.getAttribute('data-name') === 'Gasket, EPDM', null, 'the present title', LONG_MS);
  await b.locator('.doc-text a', { has: b.locator('.ref-name') }).first().click();
  await shows(b, ['Made of EPDM. Black.']);
  // There it is told which pages link to it.
  await b.getByRole('button', { name: 'More' }).last().click();
  await b.getByRole('menuitem', { name: 'Linked here' }).click();
  const linked = b.getByRole('region', { name: 'Links' }).getByRole('button', { name: /Sensor housing/ });
  await linked.click();
  await b.locator('.doc-text a', { hasText: '@Boris' }).waitFor();
  await wellAndEqual(space, anna, boris);
});
