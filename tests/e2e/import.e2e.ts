/** Files become documents and documents files (issue 6: Ingestion, Export, Bad input): by the screen, with what is refused and what is left out said. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { IMPORT_LIMITS } from '#domain/shared';
import { closeAll, composer, newSpace, person, SOON_MS, until } from './support/acts.ts';
import { docxFile, drawing, pdfFile, pngFile } from './support/files.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const LONG_MS = 4 * SOON_MS;

/** Opens the lens of a new space. */
async function documents(): Promise<{ page: Page; space: string }> {
  const anna = await person({ name: 'Anna', url: server.url });
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  const space = await newSpace(anna);
  // The app has gone to its first screen before it is sent on.
  await composer(page).waitFor();
  await page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
  await page.locator('.space-switch', { hasText: 'River Watch' }).waitFor();
  return { page, space };
}

/** Gives a file to the open dialog, or opens it first. */
async function give(page: Page, name: string, content: string | Buffer): Promise<void> {
  if ((await page.getByRole('dialog').count()) === 0) await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('.import-drop input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}

/** The blocks of the open page without the file it came from: kind and words. */
const blocks = (page: Page): Promise<string[]> => page.locator('.doc-text > .block:not(.file-block)').evaluateAll((all) => all.map((one) => `${one.getAttribute('data-kind')} ${(one as HTMLElement).innerText.trim()}`));

const alert = (page: Page): Promise<string> => page.getByRole('dialog').getByRole('alert').innerText();

/** Saves a copy by the menu of the page. */
async function save(page: Page, kind: string): Promise<{ name: string; text: string }> {
  const saved = page.waitForEvent('download');
  saved.catch(() => undefined);
  const item = page.getByRole('menuitem', { name: kind, exact: true });
  // A press may meet the header while it is drawn anew for what was saved meanwhile.
  for (const end = performance.now() + LONG_MS; performance.now() < end;) {
    await page.getByRole('button', { name: 'More acts', exact: true }).press('Enter');
    if (await item.waitFor({ timeout: SOON_MS / 5 }).then(() => true, () => false)) break;
  }
  await item.press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  const file = await saved;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/** Entries of the list that a person sees, by the console API. */
const listed = (page: Page, space: string): Promise<string[]> =>
  page.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'fragment@1', where: { type: 'editor/document@1' } })).filter((node) => !node.deleted).map((node) => String(node.props['title'])), space);

test('a file becomes a page, with what was left out said; a copy saved as Markdown or JSON becomes the same page; taken back it is gone', { timeout: 400_000 }, async () => {
  const { page, space } = await documents();
  await give(page, 'lake plan.md', '# The lake\n\nIce is **thick**.\n\n- one\n  - two\n- [x] three\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n![map](https://x.example/map.png)\n');
  await page.getByText('1 picture was left out.').waitFor();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const shown = ['heading The lake', 'paragraph Ice is thick.', 'list one', 'list two', 'task three', 'table a\tb\n1\t2', 'paragraph map'];
  await page.locator('.doc-text > .block').nth(6).waitFor();
  expect(await blocks(page)).toEqual(shown);
  expect(await listed(page, space)).toEqual(['lake plan']);
  const markdown = await save(page, 'Markdown');
  expect(markdown.name).toBe('lake plan.md');
  expect(markdown.text).toContain('Ice is **thick**.');
  expect(markdown.text).toContain('| 1 | 2 |');
  const json = await save(page, 'JSON');
  const html = await save(page, 'HTML');
  expect(html.text).toContain('<strong>thick</strong>');
  for (const { name, text } of [{ name: 'again.md', text: markdown.text }, { name: 'again.json', text: json.text }]) {
    await page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
    await give(page, name, text);
    const open = page.getByRole('button', { name: 'Open', exact: true });
    // Of a copy as JSON nothing is left out: it opens by itself.
    await open.or(page.locator('.doc-text')).first().waitFor();
    if (await open.isVisible()) await open.click();
    await page.locator('.doc-text > .block').nth(6).waitFor();
    expect(await blocks(page)).toEqual(shown);
  }
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await until(page, async (id) => (await window.lifegraph.graph(id).query({ type: 'fragment@1', where: { type: 'editor/document@1' } })).filter((node) => !node.deleted).length === 2, space, 'one of three is in the trash', LONG_MS);
});

test('[row 20] a file that cannot be read leaves nothing and says why; of a hostile page only words come, nothing runs and nothing is asked for', { timeout: 400_000 }, async () => {
  const { page, space } = await documents();
  const asked: string[] = [];
  page.context().on('request', (request) => void (new URL(request.url()).host !== new URL(server.url).host && asked.push(request.url())));
  await give(page, 'meeting.ics', 'BEGIN:VCALENDAR');
  expect(await alert(page)).toMatch(/ics.*Markdown, HTML/);
  await give(page, 'empty.md', '');
  await page.getByRole('alert').filter({ hasText: 'empty' }).waitFor();
  await give(page, 'long.txt', 'x\n\n'.repeat(5_001));
  await page.getByRole('alert').filter({ hasText: '5,000' }).waitFor();
  expect(await listed(page, space)).toEqual([]);
  const hostile = '<title>Page</title><p>kept one<script>window.__pwned=1</script><img src="https://evil.invalid/a.png" onerror="window.__pwned=1"><a href="javascript:window.__pwned=1">kept two</a><svg onload="window.__pwned=1"><image href="https://evil.invalid/b"/></svg><style>@import "https://evil.invalid/c"</style>';
  await give(page, 'page.html', hostile);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.doc-text > .block').first().waitFor();
  expect(await blocks(page)).toEqual(['paragraph kept onekept two']);
  expect(await page.locator('.doc-text a, .doc-text img, .doc-text svg').count()).toBe(0);
  expect(await page.evaluate(() => '__pwned' in window)).toBe(false);
  expect(asked).toEqual([]);
  // Control: the watch sees what is asked for. By a page without a policy, whose refusal would be a violation.
  await page.context().newPage().then((other) => other.goto('https://evil.invalid/control').catch(() => undefined));
  expect(asked.length).toBeGreaterThan(0);
  // Keys alone: the dialog closes, the focus is back where it was.
  await page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
  await page.getByRole('button', { name: 'Import', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Import');
});

test('[limit IMPORT.pages] a Word document and a PDF become pages, read by mammoth and pdf.js in threads of their own; a bomb, a cut file and a locked one are refused by what they are', { timeout: 400_000 }, async () => {
  const { page, space } = await documents();
  const lid = pngFile(40, 30, [200, 20, 10]);
  await give(page, 'plan.docx', docxFile(`<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Depth</w:t></w:r></w:p><w:p><w:r><w:t>Ice is </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>thick</w:t></w:r></w:p><w:p>${drawing('lid', 'The lid')}</w:p><w:p>${drawing('plan')}</w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, { lid: ['png', lid], plan: ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"/>')] }));
  // Nothing is left out: it opens by itself.
  await page.locator('.doc-text > .block').nth(5).waitFor();
  expect(await blocks(page)).toEqual(['heading Depth', 'paragraph Ice is thick', 'table a\tb\n1\t2']);
  // Its picture is drawn at its place, what could run is a file.
  expect(await page.locator('.doc-text > .block').evaluateAll((all) => all.map((one) => one.getAttribute('data-kind')))).toEqual(['heading', 'paragraph', 'picture', 'file', 'table', 'file']);
  const drawn = page.getByRole('img', { name: 'The lid' });
  await drawn.waitFor();
  expect(await drawn.evaluate((one) => [(one as HTMLImageElement).naturalWidth, (one as HTMLImageElement).naturalHeight])).toEqual([40, 30]);
  expect(await page.evaluate(async (id) => {
    const node = (await window.lifegraph.graph(id).query({ type: 'file@1' })).find(({ props }) => props['name'] === 'image1.png')!;
    const bytes = await new Response(window.lifegraph.files!.read(id, node.id)).arrayBuffer();
    return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
  }, space)).toBe(createHash('sha256').update(lid).digest('base64'));
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(await page.locator('.doc-text strong').innerText()).toBe('thick');
  // What was read is kept behind it.
  await page.locator('.doc-text > .file-block[data-state=here]', { hasText: 'plan.docx' }).waitFor();
  const again = (): Promise<unknown> => page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
  await again();
  // A page without text stands between two that have some.
  await give(page, 'paper.pdf', pdfFile([[['A large head', 24], ['First page of it', 11]], [], [['Third page', 11]]]));
  await page.getByText('No text on these pages; they may be scanned: 2.').waitFor();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.doc-text > .block').nth(2).waitFor();
  expect(await blocks(page)).toEqual(['heading A large head', 'paragraph First page of it', 'paragraph Third page']);
  expect(await page.locator('.doc-text > .block:not(.file-block)').evaluateAll((all) => all.map((one) => one.getAttribute('data-page')))).toEqual(['1', null, '3']);
  await again();
  await give(page, 'bomb.docx', docxFile(' '.repeat(70_000_000)));
  await page.getByRole('alert').filter({ hasText: 'unpacks to more than' }).waitFor();
  await give(page, 'other.docx', docxFile(null));
  await page.getByRole('alert').filter({ hasText: 'looks like ZIP' }).waitFor();
  await give(page, 'long.pdf', pdfFile(Array.from({ length: IMPORT_LIMITS.pages + 1 }, () => [])));
  await page.getByRole('alert').filter({ hasText: '2,001 pages' }).waitFor();
  await give(page, 'cut.pdf', '%PDF-1.4 and no more');
  await page.getByRole('alert').filter({ hasText: 'damaged' }).waitFor();
  await give(page, 'old.docx', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]));
  await page.getByRole('alert').filter({ hasText: 'encrypted' }).waitFor();
  expect((await listed(page, space)).sort()).toEqual(['paper', 'plan']);
  // A wrong password is said, the right one opens the file.
  await give(page, 'secret.pdf', pdfFile([[['For few eyes', 11]]], 'orchid'));
  const field = page.getByLabel('Password of secret.pdf');
  await field.fill('rose');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'not the password' }).waitFor();
  await field.fill('orchid');
  await page.keyboard.press('Enter');
  await page.locator('.doc-text > .block').first().waitFor();
  expect(await blocks(page)).toEqual(['paragraph For few eyes']);
});

test('given up while it is read, or read by a part that does not come, a file leaves nothing', { timeout: 300_000 }, async () => {
  const { page, space } = await documents();
  let [held, lost] = [true, false];
  await page.context().route('**/import.worker-*.js', async (route) => {
    if (lost) return route.abort();
    // Held: the reader does not come while the person looks.
    if (!held) await route.continue();
  });
  await give(page, 'plan.md', '# Plan');
  await page.getByText('Reading plan.md').waitFor();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  [held, lost] = [false, true];
  await give(page, 'plan.md', '# Plan');
  expect(await alert(page)).toContain('Nothing was brought in');
  expect(await listed(page, space)).toEqual([]);
  lost = false;
  await give(page, 'plan.md', '# Plan');
  await page.locator('.doc-text > .block').first().waitFor();
  expect(await listed(page, space)).toEqual(['plan']);
});
