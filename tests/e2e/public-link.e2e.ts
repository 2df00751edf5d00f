/** A public link, by the words on the screen: made in Share, opened in a browser in which nobody is anybody, read live, nothing to write with, revoked in Access. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, launch, makeSpaceByHand, reads, ready, typeName, until } from './support/acts.ts';
import { blocks, newDocument, shows, text } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** A machine that does much else. */
const LONG = { timeout: 60_000 };

test('{C7}{V3} a stranger opens a public link: reads the channel from its beginning and live, writes nothing, sees no other; revoked, they are told and read no more; leaving forgets it', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'written before the link');
  await reads(anna.page, 'written before the link');
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
  const plans = await anna.page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: 'plans' }), space);
  await anna.page.evaluate(([id, fragment]) => window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'among us' }, verb: 'chat/message.send@1' }], { fragment: fragment! }), [space, plans]);

  // Made where the channel is shared.
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  const maker = anna.page.getByRole('region', { name: 'Public link' });
  await maker.getByText('without a name and without being asked').waitFor();
  await maker.getByRole('button', { name: 'Make a public link' }).click();
  await maker.getByText('The link is shown this once').waitFor(LONG);
  const address = await maker.getByRole('textbox', { name: 'Public link' }).inputValue();
  await maker.getByRole('img', { name: 'QR code of the public link' }).waitFor();
  expect(address).toContain('#/read/');
  await maker.getByRole('row').filter({ hasText: 'Until it is revoked' }).waitFor();
  await anna.page.keyboard.press('Escape');

  // A fresh profile.
  const stranger = await launch({ name: 'stranger', url: address });
  const { page } = stranger;
  await page.getByText('You are reading by a public link').waitFor(LONG);
  await reads(page, 'written before the link', LONG.timeout);
  await page.getByRole('heading', { name: /general/ }).waitFor();
  expect(page.url()).not.toContain('read');
  await page.getByText('Connected with 1 device that has it').waitFor(LONG);
  await chat(anna.page, 'live to everybody');
  await reads(page, 'live to everybody', LONG.timeout);
  expect(await composer(page).count()).toBe(0);
  expect(await page.getByRole('textbox').count()).toBe(0);
  expect(await page.getByText('among us').count()).toBe(0);
  const seen = await page.evaluate(async ([id, where]) => {
    const graph = window.lifegraph.graph(id!);
    const write = graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'forced' }, verb: 'chat/message.send@1' }]).then(() => 'done', (error: { code: string }) => error.code);
    return { channels: (await graph.query({ type: 'fragment@1' })).map((one) => one.props['title']), other: (await window.lifegraph.log.records(id!, { fragment: where! })).length, write: await write };
  }, [space, plans]);
  expect(seen).toEqual({ channels: ['general'], other: 0, write: 'no-identity' });
  // Nobody appears among the people.
  expect(await anna.page.evaluate(async (id) => (await window.lifegraph.spaces.members(id)).map((one) => one.name), space)).toEqual(['Anna']);

  // A reload reads on, and what is here is shown at once.
  await page.reload();
  await reads(page, 'live to everybody', LONG.timeout);

  // Revoked in Access.
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access?tab=invites`), space);
  const list = anna.page.getByRole('region', { name: 'Public links' });
  await list.getByRole('row').filter({ hasText: '#general' }).getByRole('button', { name: 'What to do with this link' }).click();
  await anna.page.getByRole('menuitem', { name: 'Revoke the link' }).click();
  await anna.page.getByText('What was read stays read').waitFor();
  await anna.page.getByRole('button', { name: 'Revoke the link' }).click();
  await list.getByText('Revoked').waitFor(LONG);
  await page.getByText('This link was revoked').waitFor(LONG);
  await anna.page.evaluate((id) => (location.hash = `#/${id}/chat`), space);
  await chat(anna.page, 'after the link');
  await reads(anna.page, 'after the link');
  await until(anna.page, async (id) => (await window.lifegraph.copiesOf(id)).state !== 'writing', space, 'it is saved');
  expect(await page.getByText('after the link').count()).toBe(0);
  expect(await page.getByText('written before the link').count()).toBe(1);

  // Leaving: the browser is nobody's again, and what was read is gone from it.
  await page.getByRole('button', { name: 'Leave and forget' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave and forget' }).click();
  await page.getByText('What should people call you?').waitFor(LONG);
  await ready(page);
  await until(page, async () => !(await indexedDB.databases()).some(({ name }) => name?.startsWith('lgosr-')), null, 'the database of the link is gone', LONG.timeout);
  expect(await page.evaluate(async () => [await window.lifegraph.reading.status(), window.lifegraph.identity.get()])).toEqual([null, null]);
});

test('{C7}{V3} a public link to a document: the stranger reads it as it is drawn and live, writes nothing, sees no other; the other document is not there', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await newDocument(anna.page, 'Plans');
  await anna.page.keyboard.type('among us');
  await newDocument(anna.page, 'Minutes');
  await anna.page.keyboard.type('# Agenda');
  await anna.page.keyboard.press('Enter');
  // A link alone in its line: here the card of the page, words for who does not have it.
  await anna.page.keyboard.type('[[Plans');
  await anna.page.getByRole('option', { name: 'Plans' }).waitFor();
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.type('the water is high');
  await anna.page.locator('.block-cards').getByRole('button', { name: /Plans/ }).waitFor();
  const written = await blocks(anna.page);
  expect(written).toEqual(['heading2: Agenda', 'Plans', 'the water is high']);
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  const maker = anna.page.getByRole('region', { name: 'Public link' });
  await maker.getByText('reads all of Minutes').waitFor();
  await maker.getByRole('button', { name: 'Make a public link' }).click();
  await maker.getByText('The link is shown this once').waitFor(LONG);
  const address = await maker.getByRole('textbox', { name: 'Public link' }).inputValue();
  await anna.page.keyboard.press('Escape');

  const stranger = await launch({ name: 'stranger', url: address });
  const { page } = stranger;
  await page.getByText('You are reading by a public link').waitFor(LONG);
  await page.getByRole('heading', { name: /^Minutes/ }).waitFor(LONG);
  await text(page).waitFor(LONG);
  await shows(page, written);
  await text(anna.page).click();
  await anna.page.keyboard.press('Control+End');
  await anna.page.keyboard.type(', and rising');
  await shows(page, ['heading2: Agenda', 'Plans', 'the water is high, and rising']);
  for (const none of ['.doc-text a', '.block-cards', '.embed-closed']) expect(await page.locator(none).count(), none).toBe(0);
  expect(await text(page).getAttribute('aria-readonly')).toBe('true');
  expect(await text(anna.page).getAttribute('aria-readonly')).toBe('false');
  // Nothing to write in, and keys write nothing.
  expect(await page.locator('[contenteditable=true]').count()).toBe(0);
  await text(page).click();
  await page.keyboard.type('forced');
  expect(await blocks(page)).toEqual(['heading2: Agenda', 'Plans', 'the water is high, and rising']);
  const seen = await page.evaluate(async () => {
    const { space, fragment } = (await window.lifegraph.reading.status())!;
    const graph = window.lifegraph.graph(space);
    const write = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'forced' } }], { fragment: fragment! }).then(() => 'done', (error: { code: string }) => error.code);
    return { titles: (await graph.query({ type: 'fragment@1' })).map((one) => one.props['title']), write };
  });
  expect(seen).toEqual({ titles: ['Minutes'], write: 'no-identity' });
  await page.reload();
  await text(page).waitFor(LONG);
  await shows(page, ['heading2: Agenda', 'Plans', 'the water is high, and rising']);
  // Its text shown in this page is shown to members alone.
  await anna.page.getByRole('button', { name: 'Show its text here' }).click();
  await anna.page.locator('.shown').getByText('among us').waitFor(LONG);
  await page.locator('.shown').getByText('This is not open to you.').waitFor(LONG);
  expect(await page.locator('.shown').innerText()).not.toContain('among us');
  expect(await page.locator('.shown button, .shown .doc-text').count()).toBe(0);
  for (const peer of [anna, stranger]) await peer.expectClean();
});
