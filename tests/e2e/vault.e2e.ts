/** Folders and archives of pages (issue 6, Ingestion and Export): a vault comes in with its links and pictures, a space goes out as a file, another browser takes it in and gives out the same. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, newSpace, person, SOON_MS, until } from './support/acts.ts';
import { shows } from './support/documents.ts';
import { pngFile } from './support/files.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'lgos-vault-'));
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

const LONG_MS = 4 * SOON_MS;
/** Blocks that hold words. */
const WORDS = ':not(.file-block)';

async function documents(name: string): Promise<{ page: Page; space: string }> {
  const peer = await person({ name, url: server.url });
  peer.page.setDefaultTimeout(LONG_MS);
  const space = await newSpace(peer);
  await composer(peer.page).waitFor();
  await go(peer.page, space);
  await peer.page.locator('.space-switch', { hasText: 'River Watch' }).waitFor();
  return { page: peer.page, space };
}

const go = (page: Page, space: string): Promise<unknown> => page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
const dialog = (page: Page) => page.getByRole('dialog');
const open = async (page: Page): Promise<void> => {
  await dialog(page).getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.doc-text > .block').first().waitFor();
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** The files of a space as its pages read them: name and SHA-256. */
const held = (page: Page, space: string): Promise<[string, string][]> => page.evaluate(async (id) => {
  const all: [string, string][] = [];
  for (const { id: node, props } of await window.lifegraph.graph(id).query({ type: 'file@1' })) {
    const bytes = await new Response(window.lifegraph.files!.read(id, node)).arrayBuffer();
    all.push([String(props['name']), btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))))]);
  }
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}, space);

/** Waits until the page draws its picture, and says what of it. */
async function picture(page: Page, name: string): Promise<unknown> {
  const drawn = page.locator('.file-block[data-kind=picture]').getByRole('img', { name });
  await drawn.waitFor();
  return drawn.evaluate((one) => [(one as HTMLImageElement).naturalWidth, (one as HTMLImageElement).naturalHeight, (one as HTMLImageElement).src.split(':')[0]]);
}

/** The whole space as a file, by its menu. */
async function saved(page: Page, space: string): Promise<{ path: string; pages: Record<string, string>; files: Record<string, string>; said: string }> {
  await go(page, space);
  await page.locator('.list-row').first().waitFor();
  await page.getByRole('button', { name: 'More acts', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Save the whole space' }).click();
  const file = page.waitForEvent('download');
  file.catch(() => undefined);
  await dialog(page).getByRole('button', { name: 'Make the file' }).click();
  const path = await (await file).path();
  const unpacked = Object.entries(unzipSync(readFileSync(path)));
  const all = unpacked.map(([name, bytes]) => [name, strFromU8(bytes)] as const);
  const status = dialog(page).getByRole('status').filter({ hasText: 'In the file' });
  await status.waitFor();
  const said = await status.innerText();
  await dialog(page).locator('.dialog-foot').getByRole('button', { name: 'Close' }).click();
  return { path, said, files: Object.fromEntries(unpacked.filter(([name]) => name.startsWith('files/')).map(([name, bytes]) => [name, sha256(bytes)])), pages: Object.fromEntries(all.filter(([name]) => /^(?:pages|lifegraph)\//.test(name))) };
}

test('a vault comes in with its links, pictures and files, the space goes out as one file, and another browser makes the same pages of it, byte for byte; one Undo takes a folder back', { timeout: 400_000 }, async () => {
  const anna = await documents('Anna');
  const [map, svg] = [pngFile(40, 30, [10, 20, 200]), '<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"/>'];
  const vault = { 'Vault/Home.md': '---\ntags: [lake]\n---\n# Home\n\nSee [[Deep/Ice#Thick ice|the ice]] **today**.\n\n![[map.png|The lake]]\n\n![[gone.png]]\n', 'Vault/Deep/Ice.md': 'Thin first.\n\n## Thick ice\n\n- [x] measured by [home](../Home.md)\n\n[plan a.svg](../files/plan%20a.svg)\n', 'Vault/other.bin': 'x', 'Vault/files/plan a.svg': svg, 'Vault/.obsidian/app.json': '{}' };
  const zip = Buffer.from(zipSync({ ...Object.fromEntries(Object.entries(vault).map(([path, text]) => [path, strToU8(text)])), 'Vault/pics/map.png': map }));
  await anna.page.getByRole('button', { name: 'Import', exact: true }).click();
  await anna.page.locator('.import-drop input[type=file]').setInputFiles({ name: 'vault.zip', mimeType: 'application/zip', buffer: zip });
  await dialog(anna.page).getByText('Files that were left out: gone.png.').waitFor();
  await dialog(anna.page).getByText('1 file is no page, comes with none, and was left out').waitFor();
  await dialog(anna.page).getByText('other.bin').waitFor();
  await open(anna.page);
  await shows(anna.page, ['list: Deep', 'list: Ice', 'list: Home']);
  // By the links from page to page, to the heading that is meant.
  await anna.page.locator('.doc-text a', { hasText: 'Home' }).click();
  await shows(anna.page, ['code: tags: [lake]', 'See the ice today.'], WORDS);
  expect(await picture(anna.page, 'The lake')).toEqual([40, 30, 'blob']);
  await anna.page.locator('.doc-text a', { hasText: 'the ice' }).click();
  await shows(anna.page, ['Thin first.', 'heading3: Thick ice', 'task: measured by home'], WORDS);
  // A drawing is a file, and nothing in it runs.
  await anna.page.locator('.file-block[data-kind=file][data-state=here]', { hasText: 'plan a.svg' }).waitFor();
  expect(await anna.page.evaluate(() => 'ran' in window)).toBe(false);
  const wanted = [['map.png', sha256(map)], ['plan a.svg', sha256(strToU8(svg))]];
  expect(await held(anna.page, anna.space)).toEqual(wanted);
  await until(anna.page, () => location.hash.includes('?b='), null, 'the address names the heading', LONG_MS);
  const first = await saved(anna.page, anna.space);
  expect(first.said).toContain('3 pages');
  expect(Object.keys(first.pages).sort()).toEqual(['lifegraph/1.json', 'lifegraph/2.json', 'lifegraph/3.json', 'pages/Home.md', 'pages/Ice.md', 'pages/Vault.md']);
  expect(first.pages['pages/Home.md']).toContain('[the ice](Ice.md) **today**');
  expect(first.pages['pages/Home.md']).toContain('![The lake](../files/map.png)');
  expect(first.files).toEqual(Object.fromEntries(wanted.map(([name, hash]) => [`files/${name}`, hash])));

  const boris = await documents('Boris');
  await boris.page.getByRole('button', { name: 'Import', exact: true }).click();
  await boris.page.locator('.import-drop input[type=file]').setInputFiles({ name: 'River Watch.zip', mimeType: 'application/zip', buffer: readFileSync(first.path) });
  await dialog(boris.page).getByText('chat/general.md').waitFor();
  await open(boris.page);
  await shows(boris.page, ['list: Deep', 'list: Ice', 'list: Home']);
  await boris.page.locator('.doc-text a', { hasText: 'Home' }).click();
  await shows(boris.page, ['code: tags: [lake]', 'See the ice today.'], WORDS);
  expect(await picture(boris.page, 'The lake')).toEqual([40, 30, 'blob']);
  expect(await held(boris.page, boris.space)).toEqual(wanted);
  const second = await saved(boris.page, boris.space);
  expect([second.pages, second.files]).toEqual([first.pages, first.files]);

  // A folder by the other field; taken back whole.
  mkdirSync(join(folder, 'Notes', 'sub'), { recursive: true });
  writeFileSync(join(folder, 'Notes', 'a.md'), 'to [[b]]');
  writeFileSync(join(folder, 'Notes', 'sub', 'b.md'), 'words');
  await boris.page.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog(boris.page).locator('input[type=file]').last().setInputFiles(join(folder, 'Notes'));
  await shows(boris.page, ['list: a', 'list: sub', 'list: b']);
  const count = (wanted: number, what: string): Promise<number> => until(boris.page, async ([id, all]) => (await window.lifegraph.graph(id).query({ type: 'fragment@1', where: { type: 'editor/document@1' } })).filter((node) => !node.deleted).length === all, [boris.space, wanted] as const, what, LONG_MS);
  await count(6, 'all six are in the list');
  await boris.page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await count(3, 'the folder is in the trash');
});
