/** Chat when much has happened (UX §11, crowded): where reading begins, what stays in sight while one writes, and the sheet of a phone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, inviteTo, join, newSpace, person, ready, SOON_MS, until, within } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterEach(closeAll);
afterAll(async () => {
  await server?.stop();
});

async function pair(viewport: { width: number; height: number }): Promise<{ mira: Peer; noor: Peer; space: string; channel: string }> {
  const mira = await person({ name: 'Mira', url: server.url, locale: 'en-GB', viewport });
  const noor = await person({ name: 'Noor', url: server.url, locale: 'en-GB' });
  for (const { page } of [mira, noor]) page.setDefaultTimeout(SOON_MS);
  const space = await newSpace(mira);
  await join(noor, await inviteTo(mira, space));
  const channel = await noor.page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: 'gauges' }), space);
  return { mira, noor, space, channel };
}

/** Lines in one channel, a hundred an act; resolves when they are saved. */
async function lines(page: Page, space: string, fragment: string, n: number): Promise<void> {
  await page.evaluate(
    async ([id, where, count]) => {
      for (let from = 0; from < count; from += 100) {
        const ops = Array.from({ length: Math.min(100, count - from) }, (_, at) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text: `Reading ${from + at}` }, verb: 'chat/message.send@1' }));
        await window.lifegraph.graph(id).transact(ops, { fragment: where });
      }
      await window.lifegraph.saved();
    },
    [space, fragment, n] as const,
  );
}

const firstInSight = (page: Page): Promise<[string, number]> =>
  page.locator('main').evaluate((box): [string, number] => {
    // Below the line that a lost network puts over the top of the list.
    const row = [...box.querySelectorAll<HTMLElement>('.message')].find((one) => one.getBoundingClientRect().top > 160)!;
    return [row.innerText, Math.round(row.getBoundingClientRect().top)];
  });

/** The same when the last turn of the wheel has had its effect: two looks some frames apart see the same. */
async function atRest(page: Page): Promise<[string, number]> {
  for (let last = await firstInSight(page); ; ) {
    await page.evaluate(async () => {
      for (let frame = 0; frame < 12; frame++) await new Promise(requestAnimationFrame);
    });
    const now = await firstInSight(page);
    if (now[0] === last[0] && now[1] === last[1]) return now;
    last = now;
  }
}

const UNREAD = 1_250;
/** Rows of the window (`MOST` in src/view/chat/message-list.tsx), both ends counted. */
const ROWS = 241;
const FRAME_MS = 200;

/** From the end to the first message, a step a frame: the most messages that stood in the page at once, and the longest frame. */
function scrollToFirst(page: Page): Promise<{ rows: number; frames: number; longest: number }> {
  return page.evaluate(async (ms) => {
    const box = document.querySelector('main')!;
    const out = { rows: 0, frames: 0, longest: 0 };
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const end = performance.now() + ms;
    for (let last = await frame(); ; out.frames += 1) {
      out.rows = Math.max(out.rows, document.querySelectorAll('.message').length);
      if (box.scrollTop === 0 && document.querySelector('.message-text')?.textContent === 'Reading 0') return out;
      if (performance.now() > end) throw new Error(`the first message is not reached: ${JSON.stringify(out)}`);
      box.scrollBy(0, -600);
      const now = await frame();
      out.longest = Math.max(out.longest, now - last);
      last = now;
    }
  }, 2 * SOON_MS);
}

test('1,250 unread: the jump finds the first beyond what is loaded, a scroll through all of them draws a window of rows; a long draft and a lost network move nothing; another space shows what waits', async () => {
  const { mira, noor, space, channel } = await pair({ width: 1280, height: 800 });
  const { page } = mira;
  await page.evaluate((id) => (location.hash = `#/${id}/chat`), space);
  await page.getByRole('heading', { name: 'general' }).waitFor();
  await lines(noor.page, space, channel, UNREAD);
  await page.getByRole('link', { name: /gauges.*1,?250 unread/ }).click();
  await page.locator('.message', { hasText: `Reading ${UNREAD - 1}` }).waitFor();

  await page.getByRole('button', { name: 'Jump to first unread' }).click();
  await page.locator('.rule', { hasText: /1,?250 new/ }).waitFor();
  await page.locator('.message').filter({ hasText: /Reading 0$/ }).waitFor();
  expect(await page.locator('.message').first().innerText()).toContain('Reading 0');

  await page.getByRole('button', { name: 'To the latest' }).click();
  await page.locator('.message', { hasText: `Reading ${UNREAD - 1}` }).waitFor();
  // What stands in sight for a moment is read.
  await page.getByRole('link', { name: /gauges.*unread/ }).waitFor({ state: 'detached' });

  const { rows, frames, longest } = await scrollToFirst(page);
  console.log(`${UNREAD} messages scrolled through in ${frames} frames, at most ${rows} rows`);
  expect(rows).toBeLessThanOrEqual(ROWS);
  expect(rows, 'control: more than a screen was drawn').toBeGreaterThan(100);
  within('longest frame of the scroll', longest, FRAME_MS);
  await page.getByRole('button', { name: 'To the latest' }).click();
  await page.locator('.message', { hasText: `Reading ${UNREAD - 1}` }).waitFor();
  const field = page.locator('.foot textarea');
  await field.click();
  for (let at = 0; at < 8; at++) {
    await page.keyboard.type(`line ${at}`);
    await page.keyboard.press('Shift+Enter');
  }
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const [last, foot] = [await page.locator('.message').last().boundingBox(), await page.locator('.foot').boundingBox()];
  expect(last!.y + last!.height, 'the end stays in sight above the field that grew').toBeLessThanOrEqual(foot!.y);
  expect(await page.locator('.pill-box .pill').count()).toBe(0);
  await field.fill('');

  await page.locator('main').hover();
  await expect.poll(async () => (await page.mouse.wheel(0, -300), page.getByRole('button', { name: 'To the latest' }).count()), { timeout: SOON_MS }).toBe(1);
  const before = await atRest(page);
  await page.evaluate(() => window.lifegraph.network.pause());
  await page.getByText('Offline since').waitFor();
  expect(await firstInSight(page)).toEqual(before);
  await page.evaluate(() => window.lifegraph.network.resume());
  await page.getByText('Offline since').waitFor({ state: 'detached' });
  expect(await firstInSight(page)).toEqual(before);

  await page.getByRole('button', { name: /^Space: / }).click();
  await page.getByRole('menuitemradio', { name: 'Personal' }).click();
  await page.locator('.start').waitFor();
  await lines(noor.page, space, channel, 2);
  await page.waitForFunction(() => document.title.startsWith('(2) '));
  await page.getByRole('button', { name: /New things in other spaces/ }).click();
  await page.getByRole('menuitemradio', { name: /River Watch.*2/ }).click();
  await page.getByRole('heading', { name: 'general' }).waitFor();
  await page.getByRole('button', { name: /^Space: River Watch\. Change$/ }).waitFor();
  await mira.expectClean();
  await noor.expectClean();
});

test('phone: the sheet of a thread rests at three stops, steps by a press and closes when let go low; what is typed for a message deleted meanwhile stays', async () => {
  const { mira, noor, space, channel } = await pair({ width: 390, height: 844 });
  const { page } = mira;
  await lines(mira.page, space, channel, 3);
  await page.evaluate(([id, object]) => (location.hash = `#/${id}/chat/${object}`), [space, channel] as const);
  const line = page.locator('.message', { hasText: 'Reading 1' });
  await line.click();
  await line.getByRole('button', { name: 'Open thread' }).click();
  const handle = page.getByRole('button', { name: 'Height of the panel' });
  const rests = (share: number): Promise<unknown> => page.waitForFunction((wanted) => Math.abs((document.querySelector<HTMLElement>('.panel')?.offsetHeight ?? 0) / innerHeight - wanted) < 0.01, share);
  const dragTo = async (y: number): Promise<void> => {
    const box = (await handle.boundingBox())!;
    await page.mouse.move(195, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(195, (box.y + y) / 2, { steps: 4 });
    await page.mouse.move(195, y, { steps: 4 });
    await page.mouse.up();
  };
  await rests(0.82);
  await dragTo(40);
  await rests(1);
  await dragTo(420);
  await rests(0.45);
  await handle.press('Enter');
  await rests(0.82);
  await dragTo(820);
  await page.locator('.panel').waitFor({ state: 'detached' });

  await line.click();
  await line.getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const editor = page.locator('.message textarea');
  await editor.fill('A long thought about reading 1');
  const id = await line.getAttribute('data-key');
  const other = await mira.newTab(server.url);
  await ready(other);
  await other.evaluate(async ([at, node]) => {
    await window.lifegraph.graph(at).transact([{ op: 'node.delete', id: node!, verb: 'chat/message.delete@1' }]);
  }, [space, id] as const);
  await page.bringToFront();
  await until(page, async ([at, node]) => (await window.lifegraph.graph(at).query({ type: 'chat/message@1' })).every((one) => one.id !== node), [space, id] as const, 'the deletion is known here');
  await editor.press('Enter');
  await page.getByText('It was deleted meanwhile.').waitFor();
  expect(await editor.inputValue()).toBe('A long thought about reading 1');
  await mira.expectClean();
  await noor.expectClean();
});
