/** Things named in messages, missed calls and what a phone shows of Talk, between two browsers. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, composer, reads, say } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const message = (page: Page, text: string) => page.locator('.messages .message').filter({ hasText: text });
const go = (page: Page, hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash);
const PHONE = { width: 390, height: 844 };

test('{C1} {C2} {C4} a page named by `[[` is a chip under its present title at the other end, leads there and is counted there; a call without me is in the Inbox and a line in its room; a phone has both parts of Talk', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  const document = await a.evaluate(async (id) => {
    const made = await window.lifegraph.graph(id).createFragment({ type: 'editor/document@1', title: 'Plan of May' });
    await window.lifegraph.saved();
    return made;
  }, space);
  expect(document).toBeTruthy();
  await say(a, space, 'hello');
  for (const page of [a, b]) await reads(page, 'hello');
  // Behind two brackets, by its beginning.
  await composer(a).click();
  await a.keyboard.type('see [[Plan of');
  await a.getByRole('option', { name: /Plan of May/ }).first().waitFor({ timeout: LONG_MS });
  await a.keyboard.press('Enter');
  await expect.poll(() => composer(a).inputValue()).toMatch(/^see \[\[Plan of May\|#\/\S+\]\] $/);
  await a.keyboard.press('Enter');
  const chip = (page: Page, title: string) => message(page, 'see').getByRole('link', { name: new RegExp(title) }).or(message(page, 'see').getByRole('button', { name: new RegExp(title) })).first();
  for (const page of [a, b]) await chip(page, 'Plan of May').waitFor({ timeout: LONG_MS });
  expect(await b.getByText('[[', { exact: false }).count(), 'no signs of it are seen').toBe(0);
  // Renamed: the chip says what it is called now, and leads there.
  await a.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const [entry] = await graph.query({ type: 'fragment@1', where: { type: 'editor/document@1' } });
    await graph.transact([{ op: 'node.set', id: entry!.id, props: { title: 'Plan of June' } }], { fragment: entry!.fragment });
    await window.lifegraph.saved();
  }, space);
  await chip(b, 'Plan of June').waitFor({ timeout: LONG_MS });
  await chip(b, 'Plan of June').click();
  await b.waitForFunction(() => location.hash.includes('/documents/'), undefined, { timeout: LONG_MS });

  // A room in which anna calls alone: boris missed it.
  const room = await a.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    await graph.createFragment({ type: 'messenger/room@1', title: 'Box group' });
    const [entry] = await graph.query({ type: 'fragment@1', where: { type: 'messenger/room@1' } });
    const fragment = String(entry!.props['fragment']);
    const { ids } = await graph.transact([{ op: 'node.create', type: 'messenger/call@1', props: {} }], { fragment });
    await graph.transact([{ op: 'node.set', id: ids[0]!, props: { ended: Date.now() + 1_000 } }], { fragment });
    await window.lifegraph.saved();
    return fragment;
  }, space);
  await go(b, `#/${space}/hub`);
  const missed = b.locator('.hub-row', { hasText: 'Missed call from anna' });
  const fresh = b.getByRole('button', { name: /^\d+ new$/ });
  await expect.poll(async () => {
    if (await fresh.isVisible()) await fresh.click({ timeout: 2_000 }).catch(() => undefined);
    return missed.isVisible();
  }, { timeout: LONG_MS }).toBe(true);
  await missed.locator('.hub-link').click();
  await b.locator('.call-line', { hasText: 'Missed' }).waitFor({ timeout: LONG_MS });
  // To who called it is no missed call.
  await go(a, `#/${space}/messenger/${room}`);
  await a.locator('.call-line', { hasText: '1 min' }).waitFor({ timeout: LONG_MS });

  await b.setViewportSize(PHONE);
  await go(b, `#/${space}/chat`);
  await b.getByRole('tab', { name: 'Messenger' }).click();
  await b.getByRole('heading', { name: 'Calls' }).waitFor({ timeout: LONG_MS });
  await b.getByRole('tab', { name: 'Chat' }).click();
  await b.waitForFunction(() => location.hash.endsWith('/chat'), undefined, { timeout: LONG_MS });
});
