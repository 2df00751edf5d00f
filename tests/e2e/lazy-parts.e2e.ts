/** Code that is loaded when it is needed, while the network changes: tried again by itself, then an error in its place whose Retry loads it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, composer, person } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Somebody in a page of which the first `failures` requests for a part's code fail as when the network changes; `bring` ends that. */
async function withFailures(part: RegExp, failures: number): Promise<{ anna: Peer; space: string; asked: () => number; bring: () => void }> {
  const anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  let asked = 0;
  await anna.page.route(part, (route) => (++asked <= failures ? route.abort('connectionreset') : route.continue()));
  return { anna, space, asked: () => asked, bring: () => (failures = 0) };
}
/** Asked for by a page in which somebody looks at a channel and one other place; some fifty before there was that file. */
const MOST_SCRIPTS = 35;
const SYSTEM = /assets\/system-view-.*\.js$/;
const open = (peer: Peer, space: string) => peer.page.evaluate((id) => void (location.hash = `#/${id}/system`), space);
const title = (peer: Peer) => peer.page.getByRole('heading', { name: 'System', level: 1 });

test('two failed loads of a part are not seen: the third brings it', async () => {
  const { anna, space, asked } = await withFailures(SYSTEM, 2);
  await open(anna, space);
  await title(anna).waitFor();
  expect(asked()).toBe(3);
  await anna.expectClean([/ERR_CONNECTION_RESET/]);
});

test('three failed loads: the place says what happened and since when, nothing else is touched, and Retry loads the part', async () => {
  const { anna, space, asked, bring } = await withFailures(SYSTEM, Infinity);
  await open(anna, space);
  const alert = anna.page.getByRole('alert').filter({ hasText: 'This part did not load' });
  await alert.waitFor();
  const before = asked();
  expect([3, 4], 'three loads; of the first one the browser asks twice when its hint fails before the load begins').toContain(before);
  bring();
  for (const act of ['Retry', 'Reload', 'Export diagnostics']) await alert.getByRole('button', { name: act, exact: true }).waitFor();
  expect(await alert.textContent()).toMatch(/Since\d\d?:\d\d/);
  expect(await anna.page.getByRole('navigation').count(), 'the rail is still there').toBeGreaterThan(0);
  await alert.getByRole('button', { name: 'Retry', exact: true }).click();
  await title(anna).waitFor();
  expect(asked()).toBe(before + 1);
  await anna.expectClean([/ERR_CONNECTION_RESET/, /^PartError/]);
});

test('control: without failures it is loaded once; what every page needs behind its first screen came in one file', async () => {
  const { anna, space, asked } = await withFailures(SYSTEM, 0);
  await open(anna, space);
  await title(anna).waitFor();
  expect(asked()).toBe(1);
  const scripts = (): Promise<string[]> => anna.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js')));
  await expect.poll(async () => (await scripts()).filter((path) => /\/soon-[\w-]+\.js$/.test(path)).length).toBe(1);
  expect((await scripts()).length).toBeLessThanOrEqual(MOST_SCRIPTS);
  await anna.expectClean();
});

test('a script of the kernel that the network never brings: the page says so with what is safe and the next step, and goes on by itself when it comes; of the text engine and the curve two failed loads are not seen, and links begin when their code comes at last', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  let bring!: () => void;
  const brought = new Promise<void>((resolve) => (bring = resolve));
  let held = 0;
  await anna.page.context().route(/assets\/kernel-thread-.*\.js$/, async (route) => {
    held += 1;
    await brought;
    await route.continue();
  });
  let bringPalette!: () => void;
  const paletteBrought = new Promise<void>((resolve) => (bringPalette = resolve));
  await anna.page.context().route(/assets\/palette-here-.*\.js$/, async (route) => {
    await paletteBrought;
    await route.continue();
  });
  const asked = { texts: 0, curves: 0, links: 0 };
  const failing = (part: RegExp, name: keyof typeof asked, failures: number): Promise<unknown> =>
    anna.page.context().route(part, (route) => (++asked[name] <= failures ? route.abort('connectionreset') : route.continue()));
  await failing(/assets\/yjs-.*\.js$/, 'texts', 2);
  await failing(/assets\/ed25519-.*\.js$/, 'curves', 2);
  await failing(/assets\/link-code-.*\.js$/, 'links', 6);
  const page = await anna.newTab();
  await page.goto(server.url);
  const title = page.getByRole('heading', { name: 'A part of LifeGraph has not arrived yet' });
  await title.waitFor();
  expect(held).toBeGreaterThan(0);
  expect(await page.locator('main').textContent()).toMatch(/saved on this device was not touched/);
  await page.getByRole('button', { name: 'Reload' }).waitFor();
  bring();
  await composer(page).waitFor();
  await title.waitFor({ state: 'detached' });
  expect([asked.texts, asked.curves]).toEqual([3, 3]);
  // What is typed before the palette is there goes into it, and not into what stood under the keys.
  await composer(page).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('river');
  expect(await page.getByRole('dialog').count(), 'control: its code is held').toBe(0);
  bringPalette();
  // What was drawn is shown a moment later (React holds back what takes the place of another for 0.3 s): letters that fall between count, too.
  await page.keyboard.type(' bank is cut', { delay: 40 });
  const box = page.getByRole('dialog', { name: 'Search or do' }).getByRole('combobox');
  await box.waitFor();
  expect([await box.inputValue(), await composer(page).inputValue()]).toEqual(['river bank is cut', '']);
  await page.keyboard.press('Escape');
  await expect.poll(() => composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
  await anna.page.close();
  const sockets = async (): Promise<number> => ((await (await fetch(new URL('health', server.url))).json()) as { sockets: number }).sockets;
  await expect.poll(sockets, { interval: 20, message: 'the first tab held the links' }).toBe(0);
  await expect.poll(sockets, { timeout: 20_000 }).toBe(1);
  expect(asked.links).toBe(7);
  await anna.expectClean([/ERR_CONNECTION_RESET/]);
});
