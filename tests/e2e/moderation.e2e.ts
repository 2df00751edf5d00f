/** What a person mutes, whom they block and what they report, by the screen, and what others are told of it; three people, each in a browser process of their own, one test after the other. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, launch, linked, makeSpaceByHand, reads, say, shareByHand, SOON_MS, typeName, until } from './support/acts.ts';
import { newDocument } from './support/documents.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let anna: Peer;
let boris: Peer;
let clara: Peer;
let space: string;
let general: string;
/** Anna's space with Boris and Clara in it: a word of Anna and of Boris is read by all. */
beforeAll(async () => {
  server = await startServer();
  anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'the water is high today');
  const link = await shareByHand(anna.page, '3 people');
  boris = await launch({ name: 'boris', url: link });
  await typeName(boris.page, 'Boris', 'Join');
  await reads(boris.page, 'the water is high today');
  await chat(boris.page, 'cheap boats here');
  clara = await launch({ name: 'clara', url: link });
  await typeName(clara.page, 'Clara', 'Join');
  for (const { page } of [anna, clara]) await reads(page, 'cheap boats here');
  await linked(anna.page, 'direct', 1, 2 * SOON_MS);
  space = await team(anna.page);
  general = await anna.page.evaluate(() => location.hash);
});
afterAll(async () => {
  await closeAll();
  await server?.stop();
});

const team = (page: Page): Promise<string> => page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
const message = (page: Page, text: string) => page.locator('.message').filter({ hasText: text });
const folded = (page: Page) => page.locator('.message[data-folded]');
const rail = (page: Page) => page.locator('.rail-sub');

/** Menu of a message → item. By the keyboard: the row has the focus, its bar is there. */
async function menu(page: Page, text: string, item: string): Promise<void> {
  await message(page, text).first().focus();
  await message(page, text).first().getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('{C7} block: what the person writes is folded until asked for, typing and presence are not shown, Access still shows them, unblock; they are told nothing', async () => {
  const page = anna.page;
  // Before: who writes is shown (control).
  await boris.page.getByRole('textbox', { name: /^Message #/ }).pressSequentially('typing');
  await page.getByText('Boris is writing').waitFor({ timeout: 2 * SOON_MS });
  await menu(page, 'cheap boats here', 'Mute, block, report…');
  await page.getByRole('button', { name: 'Block Boris' }).click();
  await folded(page).waitFor();
  expect(await page.getByText('cheap boats here').count()).toBe(0);
  await page.waitForFunction(() => !document.querySelector('.typing')?.textContent?.includes('Boris'), undefined, { timeout: 2 * SOON_MS });
  // What is new of them is folded too, and says nothing.
  await boris.page.getByRole('textbox', { name: /^Message #/ }).fill('');
  await chat(boris.page, 'even cheaper boats');
  await page.waitForFunction(() => document.querySelectorAll('.message[data-folded]').length === 2, undefined, { timeout: 2 * SOON_MS });
  expect(await page.getByText('even cheaper boats').count()).toBe(0);
  await folded(page).first().getByRole('button', { name: 'Show' }).click();
  await reads(page, 'cheap boats here');
  // Whoever decides about people sees them.
  await page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  const row = page.getByRole('row').filter({ hasText: 'Boris' });
  await row.getByText('blocked').waitFor();
  await row.getByRole('button', { name: 'Acts on Boris' }).click();
  await page.getByRole('menuitem', { name: 'Remove from the space' }).waitFor();
  await page.keyboard.press('Escape');
  // It stands in Settings, survives a reload, and ends there.
  await page.reload();
  await page.evaluate((id) => (location.hash = `#/${id}/settings/me`), space);
  const list = page.getByRole('list', { name: 'Muted and blocked' });
  await list.getByText('Boris').waitFor({ timeout: SOON_MS });
  await list.getByRole('button', { name: 'Unblock: Boris' }).click();
  await page.getByText('Nothing is muted and nobody is blocked.').waitFor();
  await page.evaluate((hash) => (location.hash = hash), general);
  await reads(page, 'even cheaper boats');
  expect(await folded(page).count()).toBe(0);
  // Boris holds nothing of it: no node of that kind in any space of his.
  const told = await boris.page.evaluate(async () => {
    let n = 0;
    for (const one of await window.lifegraph.spaces.list()) n += (await window.lifegraph.graph(one.id).query({ type: 'quiet@1', include: { deleted: true } })).length;
    return n;
  });
  expect(told).toBe(0);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{C7} mute: a channel counts nothing and is shown as muted; a person that is muted is read and not counted', async () => {
  const page = anna.page;
  await page.evaluate((hash) => (location.hash = hash), general);
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Mute…' }).click();
  await page.getByRole('button', { name: 'Mute #general' }).click();
  await rail(page).getByText('muted').waitFor();
  await page.evaluate((id) => (location.hash = `#/${id}/settings/me`), space);
  await page.getByRole('list', { name: 'Muted and blocked' }).getByText('#general').waitFor();
  await say(boris.page, space, 'one');
  await until(page, async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).some((node) => node.props['text'] === 'one'), space, 'the message is here', 2 * SOON_MS);
  await page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  await page.locator('.rail').getByRole('link', { name: 'Chat' }).waitFor();
  expect(await page.locator('.rail .rail-count').count()).toBe(0);
  // Heard again, it counts (control).
  await page.evaluate((id) => (location.hash = `#/${id}/settings/me`), space);
  await page.getByRole('button', { name: 'Unmute: #general' }).click();
  await page.locator('.rail').getByLabel('1 unread').waitFor({ timeout: 2 * SOON_MS });
  // A muted person, from Access.
  await page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  await page.getByRole('button', { name: 'Acts on Boris' }).click();
  await page.getByRole('menuitem', { name: 'Mute or block…' }).click();
  await page.getByRole('button', { name: 'Mute Boris' }).click();
  await page.getByRole('row').filter({ hasText: 'Boris' }).getByText('muted').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.rail .rail-count').length === 0);
  await page.getByRole('button', { name: 'Acts on Boris' }).click();
  await page.getByRole('menuitem', { name: 'Mute or block…' }).click();
  await page.getByRole('button', { name: 'Unmute: Boris' }).click();
  await page.locator('.rail').getByLabel('1 unread').waitFor({ timeout: 2 * SOON_MS });
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{C7}{V3} report: the owner reads it with its proof and decides, the reporter sees what came of it; who it is about holds it and is shown nothing', async () => {
  // Clara reports, by the keyboard where there is a form.
  await menu(clara.page, 'cheap boats here', 'Mute, block, report…');
  await clara.page.getByRole('button', { name: 'Report to the admins' }).click();
  await clara.page.getByText('Anna can read the report and the message as it is now').waitFor();
  await clara.page.getByRole('textbox', { name: 'In your words, if you like' }).fill('every day');
  await clara.page.keyboard.press('Enter');
  await clara.page.getByRole('dialog').waitFor({ state: 'detached' });
  // Boris makes his words go.
  const held = (page: Page): Promise<number> => page.evaluate((id) => window.lifegraph.graph(id).count({ type: 'report@1' }), space);
  await until(boris.page, async (id) => (await window.lifegraph.graph(id).count({ type: 'report@1' })) === 1, space, 'boris holds the report', 2 * SOON_MS);
  await boris.page.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const [message] = (await graph.query({ type: 'chat/message@1' })).filter((node) => node.props['text'] === 'cheap boats here');
    await graph.transact([{ op: 'node.set', id: message!.id, props: { text: 'lovely boats' } }, { op: 'node.delete', id: message!.id }]);
  }, space);
  expect(await boris.page.evaluate((id) => window.lifegraph.reports.list(id), space)).toEqual({ reports: [], sealed: 0 });
  // Anna is told, reads, decides.
  await anna.page.locator('.rail').getByRole('link', { name: /Access/ }).getByLabel('1 unread').waitFor({ timeout: 2 * SOON_MS });
  expect(await held(anna.page)).toBe(1);
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access?tab=reports`), space);
  const report = anna.page.getByRole('list', { name: 'Reports' }).getByRole('listitem');
  await report.getByText('Clara about Boris').waitFor();
  await report.getByText('cheap boats here').waitFor();
  await report.getByText('every day').waitFor();
  await report.getByRole('button', { name: 'Dealt with' }).click();
  await report.getByText('dealt with', { exact: true }).waitFor();
  await anna.page.locator('.rail').getByRole('link', { name: /Access/ }).locator('.rail-count').waitFor({ state: 'detached', timeout: 2 * SOON_MS });
  // Clara sees what came of it; for Boris there is nothing.
  await clara.page.evaluate((id) => (location.hash = `#/${id}/access?tab=reports`), space);
  await clara.page.getByRole('list', { name: 'Reports' }).getByText('dealt with', { exact: true }).waitFor({ timeout: 2 * SOON_MS });
  await boris.page.evaluate((id) => (location.hash = `#/${id}/access?tab=reports`), space);
  await boris.page.getByText('You have reported nothing.').waitFor();
  await boris.page.evaluate((hash) => (location.hash = hash), general);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{C7}{V3} a comment on a page is reported in its menu; the report leads the owner to it beside its page, and the owner removes it', async () => {
  await newDocument(boris.page, 'Sensor housing');
  await boris.page.getByRole('button', { name: /^Comments, / }).click();
  await boris.page.getByRole('textbox', { name: 'Comment on the page' }).fill('buy my boats instead');
  await boris.page.keyboard.press('Enter');
  // Clara reports it.
  const thread = (page: Page) => page.locator('.comment-thread', { hasText: 'buy my boats instead' });
  await clara.page.getByRole('link', { name: 'Documents' }).click();
  await clara.page.getByRole('link', { name: 'Sensor housing' }).first().click({ timeout: 2 * SOON_MS });
  await clara.page.getByRole('button', { name: 'Comments, 1 open' }).click({ timeout: 2 * SOON_MS });
  await thread(clara.page).waitFor();
  await menu(clara.page, 'buy my boats instead', 'Mute, block, report…');
  await clara.page.getByText('Owners and admins get it with the comment as it is now').waitFor();
  await clara.page.getByRole('button', { name: 'Report to the admins' }).click();
  await clara.page.getByText('Anna can read the report and the comment as it is now').waitFor();
  await clara.page.keyboard.press('Enter');
  await clara.page.getByRole('dialog').waitFor({ state: 'detached' });
  // Anna opens the comment from the report, and removes it there.
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access?tab=reports`), space);
  const report = anna.page.getByRole('list', { name: 'Reports' }).getByRole('listitem').filter({ hasText: 'buy my boats instead' });
  await report.getByText('Clara about Boris').waitFor({ timeout: 2 * SOON_MS });
  await report.getByRole('button', { name: 'Open the comment' }).click();
  await thread(anna.page).waitFor({ timeout: 2 * SOON_MS });
  await anna.page.getByRole('heading', { name: 'Sensor housing' }).waitFor();
  await anna.page.goBack();
  await report.getByRole('button', { name: 'Remove the comment' }).click();
  await anna.page.getByText('The comment is removed. The report keeps its text.').waitFor();
  await thread(clara.page).waitFor({ state: 'detached', timeout: 2 * SOON_MS });
  await report.getByText('buy my boats instead').waitFor();
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});
