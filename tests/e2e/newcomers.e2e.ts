/** A thread that gets a channel of its own and is opened to a guest alone; and newcomers who read from their coming on: by what stands on the screens of several browsers. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, has, inviteTo, join, launch, makeSpaceByHand, person, reads, texts, typeName, until } from './support/acts.ts';
import { looked } from './support/axe.ts';
import { newDocument, text } from './support/documents.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** A machine that does much else. */
const LONG = { timeout: 60_000 };
const message = (page: Page, words: string) => page.locator('.message').filter({ hasText: words });
const opens = (page: Page, space: string, lens: string): Promise<unknown> => page.evaluate(([id, where]) => (location.hash = `#/${id}/${where}`), [space, lens]);

/** Anna's space with a word in # general. */
async function spaceOfAnna(words: string): Promise<{ anna: Peer; space: string; general: string }> {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, words);
  await reads(anna.page, words);
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
  return { anna, space, general: await anna.page.evaluate(() => location.hash.split('/')[3]!.split('?')[0]!) };
}

/** By the menu of a message: its channel is open, with a word that says so. */
async function moveOut(page: Page, words: string, name: string): Promise<void> {
  await message(page, words).first().focus();
  await message(page, words).first().getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Give it a channel of its own…' }).click();
  await page.getByText('This message goes with its answer.').waitFor();
  await page.getByRole('textbox', { name: 'Name of the channel' }).fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText(`Moved to #${name}`).waitFor(LONG);
  await page.getByRole('heading', { name: new RegExp(name) }).waitFor(LONG);
  await reads(page, words);
}

/** A link to the open channel alone. */
async function shareOnly(page: Page, title: string): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('radio', { name: 'Guest' }).click();
  await page.getByRole('radio', { name: `Only ${title}` }).click();
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value.includes('#/join/')));
  const link = await page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  await page.keyboard.press('Escape');
  return link;
}

test('{C7}{V3} a thread gets a channel of its own by the menu, comes back by Undo, and is opened to a guest, who reads it by its authors and nothing else; the channel says where it is', async () => {
  const { anna, space, general } = await spaceOfAnna('where do we put the gauge');
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  await has(boris.page, space, ['where do we put the gauge'], LONG.timeout);
  await boris.page.evaluate(async ([id, fragment]) => {
    const graph = window.lifegraph.graph(id!);
    const [asked] = await graph.query({ type: 'chat/message@1', fragment: fragment! });
    await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'on the old pier', replyTo: asked!.id }, verb: 'chat/message.send@1' }], { fragment: fragment! });
  }, [space, general]);
  await chat(anna.page, 'among us only');
  await has(anna.page, space, ['on the old pier', 'among us only'], LONG.timeout);

  await moveOut(anna.page, 'where do we put the gauge', 'gauge');
  await anna.page.getByRole('button', { name: 'Undo', exact: true }).click();
  await anna.page.getByRole('heading', { name: /general/ }).waitFor(LONG);
  await reads(anna.page, 'where do we put the gauge');
  expect(await anna.page.locator('[data-moved]').count()).toBe(0);
  await moveOut(anna.page, 'where do we put the gauge', 'pier');

  const clara = await launch({ name: 'clara', url: await shareOnly(anna.page, '#pier') });
  await clara.page.getByText('River Watch · pier').first().waitFor(LONG);
  await typeName(clara.page, 'Clara', 'Join');
  await reads(clara.page, 'where do we put the gauge', LONG.timeout);
  const row = message(clara.page, 'where do we put the gauge').first();
  await row.getByText('carried over by Anna').waitFor(LONG);
  await has(clara.page, space, ['on the old pier'], LONG.timeout);
  const held = (page: Page) => page.evaluate(async ([id, where]) => {
    const told = (await window.lifegraph.graph(id!).query({ type: 'chat/message@1' })).find(({ props }) => props['text'] === 'on the old pier')!;
    return { records: (await window.lifegraph.log.records(id!, { fragment: where! })).length > 0, by: told.told?.by, same: told.told?.same };
  }, [space, general]);
  const uid = await boris.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  expect(await held(clara.page)).toEqual({ records: false, by: uid, same: false });
  expect(await texts(clara.page, space)).not.toContain('among us only');

  // Who was in the channel: one line, and behind it the thread, which this device can check.
  await opens(boris.page, space, `chat/${general}`);
  await reads(boris.page, 'among us only', LONG.timeout);
  const line = boris.page.locator('[data-moved]');
  await line.getByText('Moved to').waitFor(LONG);
  expect(await line.count(), 'the answer has no line of its own').toBe(1);
  expect(await message(boris.page, 'where do we put the gauge').count()).toBe(0);
  expect(await held(boris.page)).toEqual({ records: true, by: uid, same: true });
  await line.getByRole('button', { name: 'pier' }).click();
  await reads(boris.page, 'where do we put the gauge', LONG.timeout);
  expect(await boris.page.getByText('carried over').count()).toBe(0);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{C7}{V3} an owner rules that newcomers read from their coming on: who comes then reads what is written since, is told what is not open and why, and has no key of before; who was there reads all', async () => {
  const { anna, space, general } = await spaceOfAnna('said before anybody came');
  await newDocument(anna.page, 'Old page');
  await text(anna.page).click();
  await anna.page.keyboard.type('an old word');
  const page = await anna.page.evaluate(() => location.hash.split('/')[3]!.split('?')[0]!);
  const dora = await person({ name: 'Dora', url: server.url });
  await join(dora, await inviteTo(anna, space));
  await has(dora.page, space, ['said before anybody came'], LONG.timeout);

  await opens(anna.page, space, 'access?tab=rules');
  await anna.page.getByLabel('Who comes in from now on reads').selectOption({ label: 'from their coming on' });
  await anna.page.getByText('nothing that was written before').waitFor(LONG);
  await until(dora.page, async (id) => (await window.lifegraph.spaces.list()).find((one) => one.id === id)!.rules.history === 'joining', space, 'the rule is known', LONG.timeout);

  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  await opens(anna.page, space, `chat/${general}`);
  await composer(anna.page).waitFor(LONG);
  await chat(anna.page, 'said since');
  await opens(boris.page, space, `chat/${general}`);
  await reads(boris.page, 'said since', LONG.timeout);
  await boris.page.getByRole('note').filter({ hasText: 'What was written here before' }).waitFor(LONG);
  await boris.page.getByRole('heading', { name: /general/ }).waitFor(LONG);
  expect(await texts(boris.page, space)).toEqual(['said since']);
  await has(dora.page, space, ['said before anybody came', 'said since'], LONG.timeout);
  // Not because nothing of it is there: its records are, sealed.
  const records = (peer: Peer): Promise<number> => peer.page.evaluate(async ([id, where]) => (await window.lifegraph.log.records(id!, { fragment: where! })).length, [space, general]);
  await until(boris.page, async ([id, where]) => (await window.lifegraph.log.records(id!, { fragment: where! })).length > 1, [space, general] as const, 'the sealed records are there too', LONG.timeout);
  expect(await records(boris)).toBeGreaterThan(1);

  await opens(boris.page, space, `documents/${page}`);
  await boris.page.getByText('A page from before you came').waitFor(LONG);
  expect(await boris.page.getByText('an old word').count()).toBe(0);
  // Control: who came before the rule.
  await opens(dora.page, space, `documents/${page}`);
  await dora.page.getByText('an old word').waitFor(LONG);

  // KEY10: the owner opens this page, and nothing else.
  await opens(anna.page, space, `documents/${page}`);
  await anna.page.getByText('an old word').waitFor(LONG);
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  const newcomers = anna.page.getByRole('region', { name: 'What newcomers read here' });
  await newcomers.getByText('Who comes in reads Old page from their coming on.').waitFor(LONG);
  await newcomers.getByRole('button', { name: 'Open all of it…' }).click();
  await newcomers.getByText('What was given cannot be taken back.').waitFor();
  await looked(anna.page, 'newcomers-open');
  await newcomers.getByRole('button', { name: 'Open all of it', exact: true }).click();
  await newcomers.getByText('from its beginning').waitFor(LONG);
  await boris.page.getByText('an old word').waitFor(LONG);
  await text(boris.page).click();
  await boris.page.keyboard.press('End');
  await boris.page.keyboard.type(' and a new one');
  await anna.page.getByText('an old word and a new one').waitFor(LONG);
  await anna.page.keyboard.press('Escape');
  await opens(anna.page, space, 'access?tab=journal');
  await anna.page.getByText('opened all of Old page to who came later').waitFor(LONG);
  expect(await texts(boris.page, space), 'the channel stays shut').toEqual(['said since']);
  for (const peer of [anna, boris, dora]) await peer.expectClean();
});
