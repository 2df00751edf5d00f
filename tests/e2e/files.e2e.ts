/** Files in documents (issue 6, must show 6): shared between two browsers and resumed; a picture that is pasted is seen in the other one. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll } from './support/acts.ts';
import { LONG_MS, newDocument, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const FULL = process.env['LGOS_FULL'] === '1';
const MIB = 1_048_576;
const PIECES = FULL ? 64 : 16;

const file = (page: Page) => page.locator('.file-block').first();

/** SHA-256 of a file as the page reads it. */
const hashOf = (page: Page, space: string, id: string): Promise<string> => page.evaluate(async ([at, node]) => {
  const bytes = await new Response(window.lifegraph.files!.read(at!, node!)).arrayBuffer();
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
}, [space, id]);

const fileNode = (page: Page, space: string): Promise<string> => page.evaluate(async (at) => (await window.lifegraph.graph(at).query({ type: 'file@1' }))[0]!.id, space);

/** Gives the page files the way a paste or a drop does. */
const give = (page: Page, kind: 'paste' | 'drop', name: string, bytes: readonly number[]): Promise<void> => page.locator('.doc-text').evaluate((text, [event, called, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content as number[])], called as string));
  const place = text.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, clientX: place.left + 20, clientY: place.top + 10 };
  text.dispatchEvent(event === 'paste' ? new ClipboardEvent('paste', { ...at, clipboardData: data }) : new DragEvent('drop', { ...at, dataTransfer: data }));
}, [kind, name, bytes] as const);

test(`CHUNK5 a file of ${PIECES} MiB put into a page comes to the other browser when it is asked for, over a reload in the middle, and its bytes are equal`, { timeout: FULL ? 900_000 : 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Readings');
  const chosen = a.waitForEvent('filechooser');
  await a.keyboard.type('/file');
  await a.getByRole('option', { name: 'File' }).first().waitFor();
  await a.keyboard.press('Enter');
  const content = randomBytes(PIECES * MIB);
  const folder = await mkdtemp(join(tmpdir(), 'lgos-file-'));
  await writeFile(join(folder, 'readings.bin'), content);
  await (await chosen).setFiles(join(folder, 'readings.bin'));
  await file(a).and(a.locator('[data-state=here]')).waitFor({ timeout: 4 * LONG_MS });
  const id = await fileNode(a, space);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Readings' }).first().click();
  await file(b).and(b.locator('[data-state=absent]')).waitFor();
  expect(await file(b).innerText()).toContain('readings.bin');
  // Cut off in the moment in which two pieces are there: the rest comes after the reload, which joins the network again.
  const cut = b.evaluate(([at, node]) => new Promise<void>((done) => {
    const stop = window.lifegraph.files!.watch(at!, node!, ({ have }) => {
      if (have < 2) return;
      window.lifegraph.network.pause();
      stop();
      done();
    });
  }), [space, id]);
  await file(b).getByRole('button', { name: /^Download/ }).click();
  await cut;
  // Noted by the page itself: what it has when it is there, before the rest comes.
  await b.addInitScript(([at, node]) => {
    const look = setInterval(() => {
      if (!('lifegraph' in window)) return;
      clearInterval(look);
      void window.lifegraph.ready.then(() => {
        const stop = window.lifegraph.files!.watch(at!, node!, (state) => {
          if (state.state === 'looking') return;
          (globalThis as { had?: number }).had ??= state.have;
          stop();
        });
      });
    }, 5);
  }, [space, id]);
  await b.reload();
  await b.waitForFunction(() => 'had' in globalThis);
  const had = await b.evaluate(() => (globalThis as unknown as { had: number }).had);
  expect(had).toBeGreaterThanOrEqual(2);
  expect(had).toBeLessThan(PIECES);
  // Nobody presses anything again.
  await file(b).and(b.locator('[data-state=here]')).waitFor({ timeout: 8 * LONG_MS });
  const wanted = createHash('sha256').update(content).digest('base64');
  expect(await Promise.all([hashOf(a, space, id), hashOf(b, space, id)])).toEqual([wanted, wanted]);
  const saved = b.waitForEvent('download');
  await file(b).getByRole('button', { name: /^Save/ }).click();
  expect((await saved).suggestedFilename()).toBe('readings.bin');
  await rm(folder, { recursive: true });
});

test('[row 21] a picture that is pasted is seen in the other browser; an SVG and a page that call themselves pictures are files, and nothing in them runs', { timeout: 300_000 }, async () => {
  const { anna, boris } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await newDocument(a, 'Pictures');
  const png = await a.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
    canvas.getContext('2d')!.fillRect(0, 0, 20, 30);
    return [...new Uint8Array(await (await new Promise<Blob>((done) => canvas.toBlob((blob) => done(blob!)))).arrayBuffer())];
  });
  await give(a, 'paste', 'lid.png', png);
  await b.getByRole('link', { name: 'Documents' }).click();
  await b.getByRole('link', { name: 'Pictures' }).first().click();
  for (const page of [a, b]) {
    await page.locator('.file-picture').waitFor({ timeout: 4 * LONG_MS });
    expect(await page.locator('.file-picture').evaluate((one) => [(one as HTMLImageElement).naturalWidth, (one as HTMLImageElement).naturalHeight, (one as HTMLImageElement).src.split(':')[0]])).toEqual([40, 30, 'blob']);
  }
  await a.locator('.file-alt').fill('The lid from above');
  await a.locator('.file-alt').press('Tab');
  await b.getByRole('img', { name: 'The lid from above' }).waitFor();
  const words = (text: string): number[] => [...new TextEncoder().encode(text)];
  await give(a, 'drop', 'evil.svg', words('<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"><script>window.ran = 1</script></svg>'));
  await a.locator('.file-name', { hasText: 'evil.svg' }).waitFor({ timeout: 4 * LONG_MS });
  await give(a, 'drop', 'evil.png', words('<script>window.ran = 1</script>'));
  for (const page of [a, b]) {
    await page.locator('.file-block[data-state=here]').nth(2).waitFor({ timeout: 4 * LONG_MS });
    expect(await page.locator('.file-block[data-kind=file] .file-name').allInnerTexts()).toEqual(expect.arrayContaining(['evil.svg', 'evil.png']));
    expect(await page.locator('.file-picture:visible').count()).toBe(1);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  }
  // Let go beside the page, a file would be opened by the browser in place of the app. Control: words that are dragged are not meant.
  expect(await a.locator('.header').evaluate((header) => ['dragover', 'drop'].map((kind) => {
    const taken = (data: DataTransfer): boolean => !header.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
    const [files, words] = [new DataTransfer(), new DataTransfer()];
    files.items.add(new File(['x'], 'x.txt'));
    words.setData('text/plain', 'x');
    return [taken(files), taken(words)];
  }))).toEqual([[true, false], [true, false]]);
});
