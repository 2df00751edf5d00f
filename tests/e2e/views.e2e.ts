/** A stranger's way through the screens (UX §7.1, 7.2, 7.11): first word, offline and back, invite, join, talk; by keyboard where it matters. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeAll, launch, say as sayByConsole, SOON_MS } from './support/acts.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
const peers: Peer[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  // One test goes on where the one before it ended.
  await closeAll();
  await server?.stop();
});

async function open(name: string, url: string): Promise<Peer> {
  const peer = await launch({ name, url, locale: 'en-GB' });
  peers.push(peer);
  peer.page.setDefaultTimeout(SOON_MS);
  await peer.page.getByRole('textbox').first().fill(name);
  await peer.page.keyboard.press('Enter');
  return peer;
}

async function say(peer: Peer, text: string): Promise<void> {
  await peer.page.locator('.foot textarea').fill(text);
  await peer.page.keyboard.press('Enter');
  await peer.page.locator('.message', { hasText: text }).last().waitFor();
}

/** `@`, a name of the list, Enter: the one who is named sees the mark, on the row and in the words; the one who wrote does not. */
async function mentions(by: Peer, whom: Peer): Promise<void> {
  const { keyboard } = by.page;
  await by.page.locator('.foot textarea').click();
  await keyboard.type('Look at the gauge, @');
  await by.page.getByRole('listbox').getByRole('option', { name: whom.name }).waitFor();
  await keyboard.type(whom.name.slice(0, 2));
  await by.page.getByRole('option', { name: whom.name, selected: true }).waitFor();
  await keyboard.press('Enter');
  await keyboard.type('please');
  await keyboard.press('Enter');
  const words = { hasText: `Look at the gauge, @${whom.name} please` };
  await whom.page.locator('.message[data-mention]', words).locator('.mention', { hasText: `@${whom.name}` }).waitFor();
  await by.page.locator('.message', words).waitFor();
  expect(await by.page.locator('.message[data-mention]').count()).toBe(0);
}

/** Deleted by its menu and brought back by Undo; the other sees both. */
async function deleteAndUndo(by: Peer, other: Peer, text: string): Promise<void> {
  const lines = [by, other].map(({ page }) => page.locator('.message', { hasText: text }));
  await lines[1]!.waitFor();
  await lines[0]!.hover();
  await lines[0]!.getByRole('button', { name: 'More acts' }).click();
  await by.page.getByRole('menuitem', { name: 'Delete' }).click();
  for (const line of lines) await line.waitFor({ state: 'detached' });
  await by.page.locator('.toast', { hasText: 'Message deleted' }).getByRole('button', { name: 'Undo' }).click();
  for (const line of lines) await line.waitFor();
}

test('first run to joined: Start here ticks from facts, link to inside, messages both ways', async () => {
  const mira = await open('Mira', server.url);
  const steps = mira.page.locator('.start-step');
  await steps.first().waitFor();
  expect(await mira.page.locator('.start-step[data-done]').count()).toBe(0);

  await say(mira, 'The weir path is closed on Sundays.');
  await mira.page.locator('.start-step[data-done]').first().waitFor();

  await mira.page.getByRole('button', { name: 'Go offline' }).click();
  await mira.page.getByText('Offline since').waitFor();
  await say(mira, 'Written without a network.');
  await mira.page.locator('.start').getByRole('button', { name: 'Go online' }).click();
  await mira.page.getByText('after the return').waitFor();

  await mira.page.locator('.start').getByRole('button', { name: 'Invite', exact: true }).click();
  await mira.page.getByRole('textbox', { name: 'Name of the space' }).fill('River Watch');
  await mira.page.keyboard.press('Enter');
  await mira.page.getByRole('button', { name: 'Show the code' }).click();
  await mira.page.locator('.qr').waitFor();
  const link = await mira.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  expect(link).toContain('#/join/');

  const noor = await launch({ name: 'Noor', url: link, locale: 'en-GB' });
  peers.push(noor);
  noor.page.setDefaultTimeout(SOON_MS);
  await noor.page.getByRole('heading', { name: 'River Watch' }).waitFor();
  expect(noor.page.url()).not.toContain('join');
  await noor.page.getByRole('textbox').first().fill('Noor');
  await noor.page.keyboard.press('Enter');
  await noor.page.locator('.foot textarea').waitFor();
  await say(noor, 'Morning, I am in.');

  await mira.page.keyboard.press('Escape');
  await mira.page.locator('.start-step[data-done]').nth(2).waitFor();
  await mira.page.getByRole('button', { name: /^Space:/ }).click();
  await mira.page.getByRole('menuitemradio', { name: 'River Watch' }).click();
  const line = mira.page.locator('.message', { hasText: 'Morning, I am in.' });
  await line.waitFor();
  await line.hover();
  await line.getByRole('button', { name: 'Add a reaction' }).click();
  await mira.page.getByRole('button', { name: 'React with 👍' }).click();
  await noor.page.locator('.reaction', { hasText: '👍' }).waitFor();
  await mira.page.getByText('On 2 devices').first().waitFor();
  await mentions(noor, mira);

  await say(noor, 'A draft survives:');
  await noor.page.locator('.foot textarea').fill('half a thought');
  await noor.page.getByText('Draft saved here').waitFor();
  await noor.page.reload();
  await noor.page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.foot textarea')?.value === 'half a thought');

  // Refused by the kernel: the words come back into the field, and go out when it takes them.
  await noor.page.evaluate(() => {
    const { graph } = window.lifegraph;
    window.lifegraph.graph = (at) => ({ ...graph(at), transact: (ops, options) => (ops[0]?.verb === 'chat/message.send@1' ? ((window.lifegraph.graph = graph), Promise.reject(new Error('refused'))) : graph(at).transact(ops, options)) });
  });
  await noor.page.locator('.foot textarea').press('Enter');
  await noor.page.getByText('Not done. Nothing was changed').waitFor();
  await noor.page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.foot textarea')?.value === 'half a thought');
  await noor.page.locator('.foot textarea').press('Enter');
  await noor.page.locator('.message', { hasText: 'half a thought' }).waitFor();

  await mira.expectClean();
  await noor.expectClean();
});

test('the same with the keyboard only: first words, offline and back, invite, join, answer', async () => {
  const sofia = await launch({ name: 'Sofia', url: server.url, locale: 'en-GB' });
  peers.push(sofia);
  const { page } = sofia;
  const keys = page.keyboard;
  page.setDefaultTimeout(SOON_MS);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const focused = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).and(page.locator(':focus'));
  /** Tab until a button by that name has the focus. */
  const tabTo = async (name: string): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      if ((await focused(name).count()) > 0) return;
      await keys.press('Tab');
    }
    throw new Error(`no way to "${name}" by Tab`);
  };
  await page.locator('input:focus').waitFor();
  await keys.type('Sofia');
  await keys.press('Enter');
  await page.locator('.foot textarea:focus').waitFor();
  await keys.type('Written without a mouse.');
  await keys.press('Enter');
  await page.locator('.message', { hasText: 'Written without a mouse.' }).waitFor();
  await page.locator('.start-step[data-done]').first().waitFor();

  await keys.press('Escape');
  await page.locator('main:focus').waitFor();
  await tabTo('Go offline');
  await keys.press('Enter');
  await page.getByText('Offline since').waitFor();
  await page.keyboard.press('F6');
  await page.locator('.foot textarea:focus').waitFor();
  await keys.type('Kept while away.');
  await keys.press('Enter');
  await keys.press('Escape');
  await tabTo('Go online');
  await keys.press('Enter');
  await page.getByText('after the return').waitFor();

  await page.locator('main').focus();
  await tabTo('Invite');
  await keys.press('Enter');
  await page.locator('dialog input:focus').waitFor();
  await keys.type('Gauge Club');
  await keys.press('Enter');
  await focused('Copy link').waitFor();
  await keys.press('Enter');
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await keys.press('Escape');
  await focused('Invite').waitFor();

  const ilya = await launch({ name: 'Ilya', url: link, locale: 'en-GB' });
  peers.push(ilya);
  ilya.page.setDefaultTimeout(SOON_MS);
  await ilya.page.locator('input:focus').waitFor();
  await ilya.page.keyboard.type('Ilya');
  await ilya.page.keyboard.press('Enter');
  await ilya.page.locator('.foot textarea:focus').waitFor();
  await ilya.page.keyboard.type('In, by two keys.');
  await ilya.page.keyboard.press('Enter');

  await keys.press('Control+KeyK');
  await page.locator('.palette input:focus').waitFor();
  await keys.type('Gauge');
  await page.getByRole('option', { name: 'Gauge Club' }).waitFor();
  await keys.press('Enter');
  await page.locator('.message', { hasText: 'In, by two keys.' }).waitFor();
  await page.locator('main').focus();
  await keys.press('KeyK');
  await page.locator('.message:focus').waitFor();
  await keys.press('KeyR');
  await page.locator('.foot textarea:focus').waitFor();
  await keys.type('And answered by three.');
  await keys.press('Enter');
  await ilya.page.locator('.message', { hasText: 'And answered by three.' }).waitFor();
  await sofia.expectClean();
  await ilya.expectClean();
});

test('nothing I read moves: five messages arrive while I am scrolled up; layout shift is 0 and the pill counts them', async () => {
  const [noor, mira] = [peers[1]!, peers[0]!];
  const space = await mira.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.name === 'River Watch')!.id);
  const texts = (from: number, n: number): string[] => Array.from({ length: n }, (_, at) => `Reading ${from + at}: the level rose by ${at} mm after the rain and the second gauge agrees within one millimetre.`);
  await sayByConsole(noor.page, space, ...texts(1, 40));
  await mira.page.locator('.message', { hasText: 'Reading 40:' }).waitFor();
  const main = mira.page.locator('main');
  await main.evaluate((box) => box.scrollTo({ top: box.scrollHeight / 2 }));
  await mira.page.getByRole('button', { name: 'To the latest' }).waitFor();
  await mira.page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      // In the header the word of the state has another length while it comes in.
      const here = (node: Node | null): boolean => node !== null && document.querySelector('main')!.contains(node);
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: readonly { node: Node | null }[] })[]) if (entry.sources.some(({ node }) => here(node))) shifts.push(entry.value);
    }).observe({ type: 'layout-shift' });
  });
  const place = (): Promise<[string, number]> =>
    main.evaluate((box): [string, number] => {
      const top = box.getBoundingClientRect().top;
      const row = [...box.querySelectorAll<HTMLElement>('.message')].find((one) => one.getBoundingClientRect().bottom > top)!;
      return [row.dataset['key']!, Math.round(row.getBoundingClientRect().top)];
    });
  const before = await place();
  for (const text of texts(101, 5)) await sayByConsole(noor.page, space, text);
  await mira.page.getByRole('button', { name: '5 new' }).waitFor();
  // Shifts are told after the frame in which they happened.
  await mira.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await place()).toEqual(before);
  expect(await mira.page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts.reduce((sum, one) => sum + one, 0))).toBe(0);
});

test('a title is changed in its place and the history of channel and message tells it, down to the record; a message is deleted and brought back; a channel is made by its button', async () => {
  const [noor, mira] = [peers[1]!, peers[0]!];
  const { page } = mira;
  await page.getByRole('button', { name: 'general', exact: true }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('housing');
  await page.keyboard.press('Enter');
  await noor.page.getByRole('heading', { name: 'housing' }).waitFor();
  await page.getByRole('link', { name: 'housing' }).waitFor();

  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'History' }).click();
  const panel = page.getByRole('complementary', { name: 'History' });
  await panel.getByText('changed the title').waitFor();
  expect(await panel.locator('del').allTextContents()).toEqual(['general']);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });

  await say(mira, 'Forty pieces.');
  await page.keyboard.press('ArrowUp');
  await page.locator('.message textarea').fill('Fifty pieces.');
  await page.keyboard.press('Enter');
  const line = page.locator('.message', { hasText: 'Fifty pieces.' });
  await line.waitFor();
  await line.hover();
  await line.getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'History' }).click();
  await panel.getByText('changed the text').waitFor();
  expect(await panel.locator('li').first().locator('.history-value').allTextContents()).toEqual(['From: Forty pieces.', 'To: Fifty pieces.']);
  await panel.getByRole('button', { name: /^Record/ }).first().click();
  await page.getByRole('dialog', { name: 'Record' }).getByText('chat/message.edit@1').first().waitFor();
  await page.keyboard.press('Escape');
  await panel.getByText('changed the text').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });

  await deleteAndUndo(mira, noor, 'Fifty pieces.');

  await page.locator('.rail-add').getByRole('button', { name: 'New channel' }).click();
  await page.getByRole('textbox', { name: 'Name of the channel' }).fill('weir');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'weir' }).waitFor();
  await say(mira, 'First words of a channel.');
  await noor.page.getByRole('link', { name: /weir/ }).click();
  await noor.page.locator('.message', { hasText: 'First words of a channel.' }).waitFor();
  await mira.expectClean();
  await noor.expectClean();
});
