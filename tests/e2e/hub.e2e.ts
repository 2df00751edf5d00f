/** The Hub in browsers: what one says to another is found in their Inbox, worked off by keys, and stays so on a second device and after a reload. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, inviteTo, join, newSpace, person, SOON_MS, until } from './support/acts.ts';
import { secondDevice } from './support/second-device.ts';
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

/** What others wrote meanwhile as a digest: the line that says most with the way to it, the logs of the space it was read in, and made again the same. */
async function digest(page: Page, other: Page, space: string): Promise<void> {
  for (const text of ['The gasket of the third sensor leaks again.', 'A leaking gasket spoils the readings of the sensor.', 'Is the boat free on Saturday?']) await say(other, space, text, {});
  await until(page, async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).some(({ props }) => String(props['text']).startsWith('Is the boat')), space, 'they are here', LONG_MS);
  await page.getByRole('button', { name: 'Digest of what is new' }).click();
  await page.getByRole('button', { name: 'Allow and run' }).click();
  const card = page.getByRole('region', { name: 'Digest', exact: true });
  const line = card.locator('.agent-items li', { hasText: 'gasket' }).first();
  await line.locator('.agent-chip').waitFor();
  expect(await card.locator('.agent-items li', { hasText: 'boat' }).count(), 'what is like nothing else is no news').toBe(0);
  await card.getByRole('button', { name: 'Where this comes from' }).click();
  const whence = page.getByRole('dialog');
  await whence.locator('.agent-heads code').first().waitFor();
  await whence.getByRole('button', { name: 'Run again and compare' }).click();
  await whence.getByText('Made again: the same.').waitFor();
  await whence.getByRole('button', { name: 'Close' }).last().click();
  await line.locator('.agent-chip').click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), { timeout: LONG_MS }).toContain('gasket');
  expect(page.url()).toContain('m=');
}

test('{C2} a mention is found in the Inbox with its reason, done by keys, and stays done after a reload and on a second device; taken back it is there on both; opened it leads to the message, and Back to its row', { timeout: 400_000 }, async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  const boris = await person({ name: 'boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  const { page } = boris;
  page.setDefaultTimeout(LONG_MS);
  const phone = (await secondDevice(boris, server.url)).page;
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
  await expect.poll(async () => {
    if (!(await at()).includes('look at the gasket')) await page.locator('body').press('j');
    return at();
  }, { timeout: LONG_MS }).toContain('look at the gasket');
  await page.keyboard.press('e');
  await row(page, 'look at the gasket').waitFor({ state: 'detached' });
  await expect.poll(at).toContain('Order gaskets');
  // On the other device nothing moves under the eyes: it says so in its place.
  await phone.locator('.hub-row[data-gone]', { hasText: 'look at the gasket' }).getByText('Done elsewhere').waitFor();
  expect(await row(phone, 'Order gaskets').getAttribute('data-gone')).toBeNull();

  for (const one of [page, phone]) {
    await one.evaluate(() => window.lifegraph.saved());
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
  }, space, 'it is read', LONG_MS);
  await page.goBack();
  await row(page, 'look at the gasket').waitFor();
  await expect.poll(() => row(page, 'look at the gasket').getAttribute('data-unread')).toBeNull();

  // All at once, and what is done with elsewhere goes by itself: the task is finished in the Overview.
  await hub(page, space, '/overview');
  await page.getByRole('checkbox', { name: /Order gaskets/ }).click();
  await until(anna.page, async ([id, task]) => (await window.lifegraph.graph(id!).get(task!).then((node) => node.state === 'here' && node.props['done'] === true)), [space, given], 'the task is done', LONG_MS);
  await digest(page, anna.page, space);
  await hub(page, space, '/inbox');
  await page.getByRole('button', { name: 'Mark all done' }).click();
  await page.getByRole('heading', { name: 'All read.' }).waitFor();
  await hub(page, space, '/activity?where=~team');
  await row(page, 'for nobody').waitFor();
  // Of another kind of space there is nothing.
  await page.getByLabel('Space', { exact: true }).selectOption({ label: 'All guilds' });
  await row(page, 'for nobody').waitFor({ state: 'detached' });
});
