/**
 * The kernel worker of a tab really ends, or really hangs, under somebody's hands: the page starts another, nothing that was shown as saved is missing, what
 * was done meanwhile is saved once, the draft stays. After four ends in a row the tab says so and waits for Retry.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { chat, closeAll, composer, has, inviteTo, join, linked, newSpace, person, ready, sameSeal, say, texts, until } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Ends the kernel worker of a page from inside, through the debugger: no way of the app. */
async function endWorker(page: Page): Promise<void> {
  const worker = page.workers().at(-1) ?? (await page.waitForEvent('worker'));
  const closed = worker.waitForEvent('close');
  worker.evaluate(() => (globalThis as unknown as { close(): void }).close()).catch(() => undefined);
  await closed;
}

/** The same, and it never answers again. */
function hangWorker(page: Page): void {
  const worker = page.workers().at(-1)!;
  worker.evaluate(() => {
    for (;;) continue;
  }).catch(() => undefined);
}

/** The kernel of this number ends in the moment in which it runs: all that the screen asks of it then stays without an answer. */
const endsAsItRuns = (page: Page, number: number) => page.evaluate((n) => {
  let last: Worker | null = null;
  const { Worker: Real } = window;
  window.Worker = class extends Real {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      last = this;
    }
  };
  window.lifegraph.on(() => {
    const { runs: now, state } = window.lifegraph.supervision.status();
    if (now === n && state === 'running') last!.terminate();
  });
}, number);

/** Somebody closes the tab by its cross: whether the browser asks first. Then they stay. */
const asksToLeave = (page: Page): Promise<boolean> => new Promise((resolve) => {
  page.once('dialog', (dialog) => void dialog.dismiss().then(() => resolve(dialog.type() === 'beforeunload')));
  page.once('close', () => resolve(false));
  void page.close({ runBeforeUnload: true });
});

const supervision = (page: Page) => page.evaluate(() => window.lifegraph.supervision.status());
const runs = (page: Page, count: number, timeout = 30_000) => until(page, (n) => {
  const { runs: now, state } = window.lifegraph.supervision.status();
  return now >= n && state === 'running';
}, count, `kernel ${count}`, timeout);
const alert = (page: Page) => page.getByRole('alert').filter({ hasText: 'This tab has stopped working' });

async function writer(): Promise<{ page: Page; space: string; clean: () => Promise<void> }> {
  const anna = await person({ name: 'Anna', url: server.url });
  await composer(anna.page).waitFor();
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  await say(anna.page, space, 'before');
  return { page: anna.page, space, clean: () => anna.expectClean() };
}

test('{K12}{V5} SUP1 SUP3 the kernel ends while somebody types: another runs within a second, every line is saved once, the draft is still there', async () => {
  const { page, space, clean } = await writer();
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i}`);
  await composer(page).click();
  for (const [i, line] of lines.entries()) {
    // In the middle of typing, right after Enter, and between two lines.
    if (i === 3 || i === 9) await endWorker(page);
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
    if (i === 6) await endWorker(page);
  }
  await page.keyboard.type('a draft');
  await runs(page, 4);
  const reasons = (await supervision(page)).ends.map((end) => end.reason);
  // One that ends before it holds its lock is missed by the heartbeat only.
  expect(reasons.filter((reason) => reason === 'ended' || reason === 'silent')).toHaveLength(3);
  expect(reasons[2], 'the first end is seen at once').toBe('ended');
  await has(page, space, lines);
  expect(await texts(page, space), 'each once, in order').toEqual(['before', ...lines]);
  expect(await composer(page).inputValue(), 'the field').toBe('a draft');
  await page.evaluate(() => window.lifegraph.saved());
  expect((await supervision(page)).givenUp).toBe(0);
  await until(page, () => window.lifegraph.supervision.status().waiting === 0, null, 'everything is known to be saved');
  await page.reload();
  await ready(page);
  expect(await texts(page, space), 'from the disk').toEqual(['before', ...lines]);
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((field) => field.value === 'a draft'));
  expect(await page.evaluate(() => window.lifegraph.metrics()['forks.own'] ?? 0)).toBe(0);
  await clean();
});

test('{K12} SUP1 a kernel that hangs is noticed within 12 to 16 s and replaced; what was typed into the hang is saved; a tab that is closed meanwhile asks first, one with everything saved does not', async () => {
  const { page, space, clean } = await writer();
  const from = performance.now();
  hangWorker(page);
  await chat(page, 'into the hang');
  expect(await asksToLeave(page)).toBe(true);
  await runs(page, 2, 40_000);
  const took = performance.now() - from;
  console.log(`hang → new kernel: ${Math.round(took)} ms`);
  expect((await supervision(page)).ends[0]!.reason).toBe('silent');
  await has(page, space, ['into the hang']);
  await page.evaluate(() => window.lifegraph.saved());
  await page.reload();
  await ready(page);
  expect(await texts(page, space)).toEqual(['before', 'into the hang']);
  await clean();
  expect(await asksToLeave(page), 'control').toBe(false);
});

test('{K12} SUP2 four ends in a row: the tab says that it stopped, why and since when, exports what is not saved, and Retry goes on', async () => {
  const { page, space, clean } = await writer();
  for (let end = 1; end <= 3; end++) {
    if (end === 3) await endsAsItRuns(page, 4);
    await endWorker(page);
    await until(page, (n) => window.lifegraph.supervision.status().ends.length >= n, end, `end ${end}`);
    if (end < 3) await runs(page, end + 1);
  }
  await alert(page).waitFor();
  await page.getByText('before').waitFor();
  expect(await alert(page).textContent()).toMatch(/at \d\d?:\d\d.*its background process ended/);
  await chat(page, 'kept in the window');
  await alert(page).getByText('1 change is only in this window', { exact: false }).waitFor();
  await page.keyboard.type('half a thought');
  await alert(page).getByText('What you typed and did not send is only in this window', { exact: false }).waitFor();
  expect(await page.getByRole('button', { name: /Not saved/ }).count(), 'the state word says so too').toBeGreaterThan(0);
  const [file] = await Promise.all([page.waitForEvent('download'), alert(page).getByRole('button', { name: 'Export' }).click()]);
  const kept = await file.createReadStream().then(async (stream) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  });
  expect(kept).toContain('kept in the window');
  expect(await page.evaluate(() => window.lifegraph.diagnostics().then((blob) => blob.text())), 'diagnostics without a kernel').toContain('"state": "stopped"');
  expect(await page.evaluate(() => window.lifegraph.saved().then(() => 'saved', (error: { code: string }) => error.code)), 'saved() tells the truth').toBe('kernel-stopped');
  await alert(page).getByRole('button', { name: 'Retry' }).click();
  await alert(page).waitFor({ state: 'detached' });
  await has(page, space, ['before', 'kept in the window']);
  await page.evaluate(() => window.lifegraph.saved());
  await page.locator('.composer-note').filter({ hasText: 'Draft saved here' }).waitFor();
  await page.reload();
  await ready(page);
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((field) => field.value === 'half a thought'));
  await clean();
});

test('{K12} the links come back with the next kernel: what the other writes meanwhile arrives, the seals are equal', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'one');
  const boris = await person({ name: 'boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  await linked(boris.page, 'direct');
  await endWorker(anna.page);
  await say(boris.page, space, 'two');
  await runs(anna.page, 2);
  await say(anna.page, space, 'three');
  await Promise.all([has(anna.page, space, ['one', 'two', 'three']), has(boris.page, space, ['one', 'two', 'three'])]);
  await sameSeal(anna.page, boris.page, space);
  await tellsItsEnds(anna.page, space);
  await anna.expectClean();
  await boris.expectClean();
});

/** System → Pipeline after one end: how often it was started and why, what was seen, and where each adjuster stands. */
async function tellsItsEnds(page: Page, space: string): Promise<void> {
  await page.evaluate((id) => (location.hash = `#/${id}/system?tab=pipeline`), space);
  const card = (name: string) => page.getByRole('region', { name });
  await card('Kernel of this tab').getByText('Running').waitFor();
  expect(await card('Kernel of this tab').textContent()).toMatch(/Started so often\s*2.*Ended before.*its background process (ended|did not answer)/);
  await card('Search of this tab').getByText('Not asked yet').waitFor();
  const rows = (name: string) => page.getByRole('table', { name }).locator('tbody tr');
  await rows('Adjusted by itself').first().waitFor();
  const [seen, knobs] = [await rows('In the last 10 s').allTextContents(), await rows('Adjusted by itself').allTextContents()];
  expect([seen.length, seen.filter((row) => /[a-z].*\d/.test(row)).length], seen.join()).toEqual([5, 5]);
  expect([knobs.length, knobs.filter((row) => /\d(Normal|This tab is busy|Much waits to be taken in|Commits are slow)/.test(row)).length], knobs.join()).toEqual([5, 5]);
}

test('control: without an end the same walk has one kernel and no alert', async () => {
  const { page, space, clean } = await writer();
  for (const line of ['a', 'b', 'c']) await chat(page, line);
  await has(page, space, ['a', 'b', 'c']);
  const { runs: count, ends, state } = await supervision(page);
  expect([count, ends, state, await alert(page).count()]).toEqual([1, [], 'running', 0]);
  await clean();
});
