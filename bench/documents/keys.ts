/** Typing into large pages: the built app in Chromium, beside TipTap alone with the same content. */
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { open as openApp } from '#bench/browser/app';
import { PAGES } from '#bench/browser/pages';
import { startApp } from '#bench/browser/servers';
import type { PlainEditor } from '#bench/browser/tiptap-page/main';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance, LANGUAGES } from '#bench/support/words';
import { serveFolder } from '#scripts/lib/views';
import { closeAll, composer, launch, newSpace } from '#tests/e2e/support/acts';

/** Blocks of a page, pages of the larger content, letters typed in a round and the pause between two of them. */
const BLOCKS = 2_000;
const CHILDREN = 5;
const LETTERS = 240;
const GAP_MS = 70;
const PATIENCE_MS = 180_000;
/** Both sizes, or one of them: 1 page or 5. */
const PAGES_OF = (process.env.LGOS_BENCH_PAGES ?? `1,${CHILDREN}`).split(',').map(Number);

/** Lines of 8 to 24 real words; every twentieth is a heading. */
function linesOf(seed: number): string[] {
  const next = chance(seed);
  const word = (): string => LANGUAGES.en[Math.floor(next() * LANGUAGES.en.length)]!.replace(/[^\p{L}]/gu, '') || 'so';
  const words = (count: number): string => Array.from({ length: count }, word).join(' ');
  return Array.from({ length: BLOCKS }, (_, n) => (n % 20 === 0 ? `## ${words(4)} ${n}` : `${words(8 + Math.floor(next() * 17))}.`));
}

interface Keys {
  /** From the key to the frame that shows it, ms. */
  readonly paint: number[];
  /** Tasks of more than 50 ms, ms. */
  readonly long: number[];
}

/** The caret goes to the end of a block in the middle, and letters are typed there. */
async function type(page: Page, block: string): Promise<Keys> {
  await page.locator(block).nth(BLOCKS / 2 + 1).click();
  await page.keyboard.press('End');
  await page.evaluate(() => {
    const held: { paint: number[]; long: number[]; ends: (() => void)[] } = { paint: [], long: [], ends: [] };
    // The frame of a key: what runs right after the first drawing behind it.
    const key = ({ timeStamp }: KeyboardEvent): void => void requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => held.paint.push(performance.now() - timeStamp);
      port2.postMessage(null);
    });
    const observer = new PerformanceObserver((list) => held.long.push(...list.getEntries().map(({ duration }) => duration)));
    addEventListener('keydown', key, true);
    observer.observe({ type: 'longtask' });
    held.ends.push(() => removeEventListener('keydown', key, true), () => observer.disconnect());
    (globalThis as unknown as { keys: typeof held }).keys = held;
  });
  const letters = Array.from({ length: LETTERS }, (_, at) => (at % 6 === 5 ? ' ' : 'abcdefghij'[at % 10]!));
  for (const letter of letters) {
    await page.keyboard.press(letter);
    await page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), GAP_MS);
  }
  const typed = letters.join('').trim();
  await page.waitForFunction(([where, words]) => document.querySelector(where!)!.textContent!.includes(words!), ['[contenteditable=true]', typed] as const, { timeout: PATIENCE_MS });
  return page.evaluate(() => {
    const { ends, paint, long } = (globalThis as unknown as { keys: { paint: number[]; long: number[]; ends: (() => void)[] } }).keys;
    for (const end of ends) end();
    return { paint, long: long.filter((ms) => ms > 50) };
  });
}

/** All pages come in as one archive; the one in the middle is opened and typed into. */
async function ours(pages: readonly (readonly string[])[], rounds: number): Promise<Keys[]> {
  const server = await startApp();
  try {
    const { page, ...peer } = await openApp('Keys', server.url);
    page.setDefaultTimeout(PATIENCE_MS);
    const space = await newSpace({ page, ...peer });
    await composer(page).waitFor();
    await page.evaluate((id) => void (location.hash = `#/${id}/documents`), space);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const zip = zipSync(Object.fromEntries(pages.map((lines, at) => [`Pages/Part ${at + 1}.md`, strToU8(`# Part ${at + 1}\n\n${lines.join('\n\n')}\n`)])), { level: 1 });
    await page.locator('.import-drop input[type=file]').setInputFiles({ name: 'pages.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
    // Where something was left out it says so first.
    const [left, text] = [page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }), page.locator('.doc-text > .block').first()];
    await left.or(text).first().waitFor();
    if (await left.isVisible()) await left.click();
    if (pages.length > 1) await page.locator('.doc-text a', { hasText: `Part ${Math.ceil(pages.length / 2)}` }).click();
    await page.waitForFunction((wanted) => document.querySelectorAll('.doc-text > .block:not(.file-block)').length >= wanted, BLOCKS, { timeout: PATIENCE_MS });
    await page.evaluate(() => window.lifegraph.saved());
    const out: Keys[] = [];
    for (let round = 0; round < rounds; round++) out.push(await type(page, '.doc-text > .block'));
    return out;
  } finally {
    await closeAll();
    await server.stop();
  }
}

/** The same lines in one page of TipTap. */
async function plain(pages: readonly (readonly string[])[], rounds: number): Promise<Keys[]> {
  const { url, server } = await serveFolder(PAGES.tiptap, {});
  try {
    const { page } = await launch({ name: 'plain', url });
    await page.waitForFunction(() => 'plain' in window);
    const blocks = await page.evaluate((lines) => (globalThis as unknown as { plain: PlainEditor }).plain.fill(lines), pages.flat());
    if (blocks !== BLOCKS * pages.length) throw new Error(`${blocks} blocks`);
    const out: Keys[] = [];
    for (let round = 0; round < rounds; round++) out.push(await type(page, '.tiptap > *'));
    return out;
  } finally {
    await closeAll();
    server.close();
    server.closeAllConnections();
  }
}

const p95 = ({ paint }: Keys): number => percentile(paint, 0.95);

async function rows(count: number, rounds: number): Promise<BenchResult[]> {
  const pages = Array.from({ length: count }, (_, at) => linesOf(at + 1));
  const [mine, theirs] = [await ours(pages, rounds), await plain(pages, rounds)];
  const blocks = BLOCKS * count;
  const where = count === 1 ? 'one page' : `${count} pages of a space, typed into the third`;
  return [
    result({
      group: 'documents', name: `key-over-tiptap-${blocks}-p95-ms`, unit: 'ms', target: 16, direction: 'lower', values: mine.map((keys, round) => p95(keys) - p95(theirs[round]!)), peer: { 'lifegraph-p95-ms': mine.map(p95), 'tiptap-p95-ms': theirs.map(p95) },
      how: `${blocks.toLocaleString('en')} blocks in ${where}: ${LETTERS} keys, ${GAP_MS} ms apart, in a block in the middle; from the key to the frame that shows it, the 95th of 100, less the same of TipTap with its starter kit and the same lines in one page`,
    }),
    result({ group: 'documents', name: `key-long-tasks-${blocks}`, unit: 'tasks', target: 0, direction: 'lower', values: mine.map(({ long }) => long.length), peer: { tiptap: theirs.map(({ long }) => long.length), 'longest-ms': mine.map(({ long }) => Math.max(0, ...long)) }, how: 'tasks of more than 50 ms in the page meanwhile' }),
  ];
}

export const suite: Suite = {
  name: 'keys',
  async run(rounds) {
    const out: BenchResult[] = [];
    for (const count of PAGES_OF) out.push(...(await rows(count, rounds)));
    return out;
  },
};
