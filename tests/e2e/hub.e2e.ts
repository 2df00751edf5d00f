/** The Hub in browsers: what one says to another is found in their Inbox, worked off by keys, and stays so on a second device and after a reload. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, inviteTo, join, launch, newSpace, person, SOON_MS, until } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const LONG_MS = 4 * SOON_MS;
const uidOf = (page: Page): Promise<string> => page.evaluate(() => window.lifegraph.identity.get()!.uid);
const row = (page: Page, text: string) => page.locator('.hub-row', { hasText: text });
const hub = (page: Page, space: string, rest = ''): Promise<void> => page.evaluate((hash) => void (location.hash = hash), `#/${space}/hub${rest}`);
const say = (page: Page, space: string, text: string, props: Record<string, string | string[]>): Promise<string> => page.evaluate(async ([id, words, more]) => {
  const graph = window.lifegraph.graph(id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const { ids } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: words, ...more }, verb: 'chat/message.send@1' }], { fragment: String(channel!.props['fragment']) });
  await window.lifegraph.saved();
  return ids[0]!;
}, [space, text, props] as const);

/** The row is in the list, or waits behind the word for what is new, which is pressed. */
async function shows(page: Page, text: string): Promise<void> {
  const fresh = page.getByRole('button', { name: /^\d+ new$/ });
  await expect.poll(async () => {
    if (await fresh.isVisible()) await fresh.click({ timeout: 2_000 }).catch(() => undefined);
    return row(page, text).isVisible();
  }, { timeout: LONG_MS }).toBe(true);
}

/** A second device, paired by code and four words. */
async function secondDevice(first: Peer): Promise<Peer> {
  await first.page.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!;
    location.hash = `#/${personal.id}/settings/me`;
  });
  await first.page.getByRole('button', { name: 'Pair a device' }).click();
  const code = (await first.page.locator('.pair-code').innerText()).trim();
  const phone = await launch({ name: 'phone', url: server.url });
  phone.page.setDefaultTimeout(LONG_MS);
  await phone.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await phone.page.getByLabel('Code from the other device').fill(code);
  await phone.page.getByRole('button', { name: 'Pair', exact: true }).click();
  for (const { page } of [first, phone]) await page.locator('.pair-words li').nth(3).waitFor();
  await phone.page.getByRole('button', { name: 'Yes, the same' }).click();
  await first.page.getByText('The other device says Yes.').waitFor();
  await first.page.getByRole('button', { name: 'Yes, the same' }).click();
  for (const name of ['River Watch', 'Personal']) await phone.page.getByRole('listitem').filter({ hasText: name }).getByText('here').waitFor();
  await first.page.locator('[data-pairing="done"]').waitFor();
  await first.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await phone.page.getByRole('button', { name: 'Open LifeGraph' }).click();
  await phone.page.getByRole('button', { name: /^Space:/ }).waitFor();
  return phone;
}

test('{C2} a mention is found in the Inbox with its reason, done by keys, and stays done after a reload and on a second device; taken back it is there on both; opened it leads to the message, and Back to its row', { timeout: 400_000 }, async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  const boris = await person({ name: 'boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  const { page } = boris;
  page.setDefaultTimeout(LONG_MS);
  const phone = (await secondDevice(boris)).page;
  const me = await uidOf(page);

  await hub(page, space);
  await page.getByRole('heading', { name: 'All read.' }).waitFor();
  await say(anna.page, space, 'the gasket is for nobody', {});
  await say(anna.page, space, 'Boris, look at the gasket', { mentions: [me] });
  const given = await anna.page.evaluate(async ([id, who]) => {
    const graph = window.lifegraph.graph(id!);
    const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
    const { ids } = await graph.transact([{ op: 'node.create', type: 'goals/task@1', props: { title: 'Order gaskets', assignee: who! }, verb: 'goals/task.create@1' }], { fragment: String(channel!.props['fragment']) });
    return ids[0]!;
  }, [space, me]);
  await row(page, 'look at the gasket').getByText('anna mentioned you').waitFor();
  await shows(page, 'Order gaskets');
  await row(page, 'Order gaskets').getByText('Assigned to you by anna').waitFor();
  // What speaks to nobody is not there.
  expect(await row(page, 'for nobody').count()).toBe(0);
  await page.locator('.rail-row', { hasText: 'Hub' }).getByText('2', { exact: true }).waitFor();
  await hub(phone, space);
  for (const text of ['look at the gasket', 'Order gaskets']) await shows(phone, text);

  // By keys: down to the mention, done; the next row has the focus.
  const at = (): Promise<string> => page.evaluate(() => document.activeElement?.closest('.hub-row')?.textContent ?? '');
  await page.locator('body').press('j');
  if (!(await at()).includes('look at the gasket')) await page.keyboard.press('j');
  expect(await at()).toContain('look at the gasket');
  await page.keyboard.press('e');
  await row(page, 'look at the gasket').waitFor({ state: 'detached' });
  await expect.poll(at).toContain('Order gaskets');
  // On the other device nothing moves under the eyes: it says so in its place.
  await phone.locator('.hub-row[data-gone]', { hasText: 'look at the gasket' }).getByText('Done elsewhere').waitFor();
  expect(await row(phone, 'Order gaskets').getAttribute('data-gone')).toBeNull();

  for (const one of [page, phone]) {
    await one.reload();
    await row(one, 'Order gaskets').waitFor();
    expect(await row(one, 'look at the gasket').count()).toBe(0);
  }

  // Taken back on the one, it stands on the other.
  await hub(page, space, '/inbox?list=done');
  await row(page, 'look at the gasket').hover();
  await row(page, 'look at the gasket').getByRole('button', { name: 'Back to the Inbox' }).click();
  await shows(phone, 'look at the gasket');

  // Put off, it is nowhere but among the snoozed; saved, it stands there as well.
  await hub(page, space, '/inbox');
  await row(page, 'look at the gasket').locator('.hub-link').focus();
  await page.keyboard.press('s');
  await page.getByText('1 entry is saved.').waitFor();
  await page.keyboard.press('b');
  await page.getByRole('menuitem', { name: 'Tomorrow, 9:00' }).click();
  await row(page, 'look at the gasket').waitFor({ state: 'detached' });
  for (const list of ['later', 'saved']) {
    await hub(page, space, `/inbox?list=${list}`);
    await row(page, 'look at the gasket').waitFor();
  }
  await hub(page, space, '/inbox?list=later');
  await row(page, 'look at the gasket').hover();
  await row(page, 'look at the gasket').getByRole('button', { name: 'Back now' }).click();
  await row(page, 'look at the gasket').waitFor({ state: 'detached' });

  // Opened, it leads to the message; Back leads to its row, which stays until it is done.
  await hub(page, space, '/inbox');
  await shows(page, 'look at the gasket');
  await row(page, 'look at the gasket').locator('.hub-link').click();
  await page.locator('.message', { hasText: 'look at the gasket' }).waitFor();
  expect(page.url()).toContain('m=');
  await until(page, async (id) => {
    const personal = (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!;
    return (await window.lifegraph.graph(personal.id).query({ type: 'read@1', where: { space: id } })).length > 0;
  }, space, 'it is read');
  await page.goBack();
  await row(page, 'look at the gasket').waitFor();
  await expect.poll(() => row(page, 'look at the gasket').getAttribute('data-unread')).toBeNull();

  // All at once, and what is done with elsewhere goes by itself: the task is finished in the Overview.
  await hub(page, space, '/overview');
  await page.getByRole('checkbox', { name: /Order gaskets/ }).click();
  await until(anna.page, async ([id, task]) => (await window.lifegraph.graph(id!).get(task!).then((node) => node.state === 'here' && node.props['done'] === true)), [space, given], 'the task is done');
  await hub(page, space, '/inbox');
  await page.getByRole('button', { name: 'Mark all done' }).click();
  await page.getByRole('heading', { name: 'All read.' }).waitFor();
  await hub(page, space, '/activity');
  await row(page, 'for nobody').waitFor();
});
