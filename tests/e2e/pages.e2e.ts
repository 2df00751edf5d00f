/** What a page of a document holds beside words (issue 6): code in colours and formulas, cards of other things; templates and copies. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, newSpace, person } from './support/acts.ts';
import { LONG_MS, newDocument, shows, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

test('{C3} code is coloured in its language, a formula reads as one and as it is written while somebody stands in it; a faulty one says why', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Sensor housing');
  await page.keyboard.type('```ts const lid = "glued"');
  await page.locator('.doc-text .hljs-keyword', { hasText: 'const' }).waitFor();
  // Another language: the same words in other colours, and for everybody the same attribute.
  await page.getByRole('combobox', { name: 'Language' }).selectOption('json');
  await page.locator('.doc-text .hljs-keyword').waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Language' }).selectOption('python');
  await page.locator('.doc-text .hljs-string', { hasText: '"glued"' }).waitFor();
  await page.keyboard.type(' # why');
  await page.locator('.doc-text .hljs-comment', { hasText: '# why' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type('\n\n');
  await page.keyboard.type('$$ \\frac{a}{b}');
  const formula = page.locator('.doc-text .formula');
  await formula.getByRole('math', { name: '\\frac{a}{b}' }).waitFor();
  expect(await formula.locator('math mfrac').count()).toBe(1);
  expect(await page.locator('.formula-closed').count()).toBe(0);
  await page.keyboard.type('^');
  await formula.getByText('This formula cannot be read').waitFor();
  await page.keyboard.type('2');
  await formula.getByRole('math', { name: '\\frac{a}{b}^2' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type('\n\nbelow');
  await page.locator('.formula-closed').waitFor();
  // Its look is no part of what is written.
  const written = (): Promise<(string | null)[]> => page.locator('.doc-text > .block').evaluateAll((all) => all.map((one) => {
    const copy = one.cloneNode(true) as Element;
    copy.querySelector('.formula')?.remove();
    return copy.textContent;
  }));
  expect(await written()).toEqual(['const lid = "glued" # why', '\\frac{a}{b}^2', 'below']);
  // A press leads into it.
  await formula.click();
  await page.locator('.formula-closed').waitFor({ state: 'detached' });
  await page.keyboard.type('c');
  await formula.getByRole('math', { name: 'c\\frac{a}{b}^2' }).waitFor();
  await page.reload();
  await formula.getByRole('math', { name: 'c\\frac{a}{b}^2' }).waitFor();
  await page.locator('.doc-text .hljs-comment', { hasText: '# why' }).waitFor();
});

test('{C3} a link alone in its line is the card of what it links to, with its present title, and leads there; a pasted address is a link', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Gasket');
  await page.keyboard.type('Made of EPDM.');
  const address = page.url();
  await newDocument(page, 'Sensor housing');
  await page.keyboard.type('[[Gask');
  await page.getByRole('option', { name: 'Gasket' }).waitFor();
  await page.keyboard.press('Enter');
  // While one stands in it, it is words.
  expect(await page.locator('.embed-closed').count()).toBe(0);
  await page.keyboard.press('Enter');
  const card = page.locator('.block-cards').getByRole('button', { name: /Gasket/ });
  await card.first().waitFor();
  await page.locator('.embed-closed').waitFor({ state: 'attached' });
  // An address from elsewhere, pasted: a link, and of ours a card too.
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.querySelector('.doc-text')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, address);
  await page.keyboard.press('Enter');
  await page.keyboard.type('See ');
  await expect.poll(() => page.locator('.embed-closed').count(), { timeout: LONG_MS }).toBe(2);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'https://example.org/lid');
    document.querySelector('.doc-text')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.keyboard.type(' there');
  expect(await page.locator('.doc-text a[href="https://example.org/lid"]').innerText()).toBe('https://example.org/lid');
  await card.first().click();
  await page.getByText('Made of EPDM.').waitFor();
});

test('{C3} a page becomes a template, and a new one begins with it, filled in; a page is duplicated', { timeout: 200_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await newDocument(page, 'Weekly notes');
  await page.keyboard.type('# {{title}}\nBy {{name}}\n[] Seal');
  const act = async (name: string, role: 'menuitem' | 'menuitemradio' = 'menuitem'): Promise<void> => {
    await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
    await page.getByRole(role, { name }).click();
  };
  await act('Use as a template', 'menuitemradio');
  await page.getByRole('link', { name: 'Documents', exact: true }).click();
  await page.getByRole('link', { name: /Weekly notes/ }).getByText('Template').waitFor();
  await page.getByRole('button', { name: 'New document' }).first().click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Week 48');
  await page.getByRole('combobox', { name: 'Begin with' }).selectOption('Weekly notes');
  await page.getByRole('button', { name: 'Create' }).click();
  await shows(page, ['heading2: Week 48', 'By Anna', 'task: Seal']);
  // Read, nothing is changed by a slip; written again by a press.
  await act('Reading mode', 'menuitemradio');
  await page.locator('.doc-text[contenteditable="false"]').waitFor();
  await page.locator('.doc-text').getByText('By Anna').click();
  await page.keyboard.type('x');
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.locator('.doc-text[contenteditable="true"]').waitFor();
  await page.locator('.doc-text').getByText('By Anna').click();
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await shows(page, ['heading2: Week 48', 'By Anna!', 'task: Seal']);
  await act('Duplicate');
  await page.getByRole('heading', { name: 'Copy of Week 48' }).waitFor();
  await shows(page, ['heading2: Week 48', 'By Anna!', 'task: Seal']);
});

test('{C3} properties of a page: added with a kind, written, refused when they are none, and seen by others', { timeout: 200_000 }, async () => {
  const { anna, boris } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Sensor housing');
  const add = async (name: string, kind: string): Promise<void> => {
    await a.getByRole('textbox', { name: 'Name' }).fill(name);
    await a.getByRole('combobox', { name: 'Kind' }).selectOption(kind);
    await a.getByRole('button', { name: 'Create' }).click();
    await a.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await a.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await a.getByRole('menuitem', { name: 'Add a property' }).click();
  await add('Due', 'Day');
  await a.getByLabel('Due', { exact: true }).fill('2026-12-24');
  await a.keyboard.press('Enter');
  await a.getByRole('button', { name: 'Add a property' }).click();
  await add('Drawing', 'Link');
  await a.getByLabel('Drawing', { exact: true }).fill('javascript:alert(1)');
  await a.keyboard.press('Enter');
  await a.getByText('A link begins with').waitFor();
  await a.getByLabel('Drawing', { exact: true }).fill('https://example.org/lid');
  await a.keyboard.press('Enter');
  await a.getByText('A link begins with').waitFor({ state: 'detached' });
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Sensor housing' }).first().click();
  await expect.poll(() => b.getByLabel('Drawing', { exact: true }).inputValue(), { timeout: LONG_MS }).toBe('https://example.org/lid');
  expect(await b.getByLabel('Due', { exact: true }).inputValue()).toBe('2026-12-24');
  // Taken away by one and brought back: for both.
  await b.getByRole('button', { name: 'Property Due' }).click();
  await b.getByRole('menuitem', { name: 'Remove' }).click();
  await b.getByRole('button', { name: 'Undo' }).hover();
  await a.getByLabel('Due', { exact: true }).waitFor({ state: 'detached' });
  await b.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => a.getByLabel('Due', { exact: true }).inputValue(), { timeout: LONG_MS }).toBe('2026-12-24');
});
