/** Acts on people by the screen of Access: another role for who is away, access that ends by itself, removal; each person in a browser process of their own. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, launch, linked, makeSpaceByHand, reads, shareByHand, typeName } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const team = (page: Page): Promise<string> => page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
const write = (page: Page, space: string, text: string): Promise<string> =>
  page.evaluate(([id, words]) => window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: words! } }]).then(() => 'done', (error: { code: string }) => error.code), [space, text]);
const shown = (page: Page, text: string): Promise<number> => page.locator('.message').getByText(text, { exact: true }).count();

/** Access → row of the person → an act of its menu. */
async function act(page: Page, name: string, item: string): Promise<void> {
  await page.evaluate(() => (location.hash = `#/${location.hash.split('/')[1]}/access`));
  await page.getByRole('button', { name: `Acts on ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('{C7}{V7} a role changed while the person is away, an access that ends by itself, a removal: by the screen, told to who is out, and nothing they do counts', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'the water is high today');
  const link = await shareByHand(anna.page, '3 people');
  const boris = await launch({ name: 'boris', url: link });
  await typeName(boris.page, 'Boris', 'Join');
  await reads(boris.page, 'the water is high today');
  const clara = await launch({ name: 'clara', url: link });
  await typeName(clara.page, 'Clara', 'Join');
  await reads(clara.page, 'the water is high today');
  const space = await team(anna.page);
  const channel = await anna.page.evaluate(() => location.hash);
  await linked(clara.page, 'direct', 2);

  // Clara is away when she becomes a guest.
  await clara.page.evaluate(() => window.lifegraph.network.pause());
  await chat(clara.page, 'written while away');
  await clara.page.evaluate(() => window.lifegraph.saved());
  await act(anna.page, 'Clara', 'Change role');
  await anna.page.getByRole('radio', { name: 'Guest' }).click();
  await anna.page.getByRole('dialog').getByText(/They go on reading and write nothing more/).waitFor();
  await anna.page.getByRole('button', { name: 'Change role' }).click();
  await anna.page.getByText('Clara is Guest now').waitFor();
  expect(await composer(clara.page).count()).toBe(1);
  await clara.page.evaluate(() => window.lifegraph.network.resume());
  await clara.page.locator('.foot-note').waitFor();
  expect(await write(clara.page, space, 'by the console')).toBe('no-right');
  await chat(boris.page, 'Boris goes on');
  await reads(clara.page, 'Boris goes on');
  await clara.page.waitForFunction((text) => !document.body.textContent?.includes(text), 'written while away');

  // Boris is removed while he looks.
  await act(anna.page, 'Boris', 'Remove from the space');
  await anna.page.getByRole('dialog').getByText(/keeps what they have already read/).waitFor();
  await anna.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await anna.page.getByText('Boris is out').waitFor();
  await boris.page.getByText(/^Anna removed you from this space on/).waitFor();
  expect(await composer(boris.page).count()).toBe(0);
  expect(await write(boris.page, space, 'still here')).toBe('no-right');
  await anna.page.evaluate((hash) => (location.hash = hash), channel);
  await chat(anna.page, 'among us two');
  await reads(clara.page, 'among us two');
  // Control: what he had he still reads.
  await reads(boris.page, 'Boris goes on');
  expect(await shown(boris.page, 'among us two')).toBe(0);
  expect(await shown(anna.page, 'written while away')).toBe(0);

  // Clara's time is over, by itself.
  await anna.page.evaluate(async (id) => {
    const member = (await window.lifegraph.spaces.members(id)).find((one) => one.name === 'Clara')!;
    await window.lifegraph.access.setUntil(id, member.uid, Date.now() + 5_000);
  }, space);
  await clara.page.getByText(/^Your access to this space ended on/).waitFor();
  await chat(anna.page, 'alone now');
  await reads(anna.page, 'alone now');
  expect(await shown(clara.page, 'among us two')).toBe(1);
  expect(await shown(clara.page, 'alone now')).toBe(0);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{K7}{V7} rules in sentences: an owner opens messages to guests and closes them to members, each screen says so at once, and the console gets no further', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'the water is high today');
  const boris = await launch({ name: 'boris', url: await shareByHand(anna.page, '3 people') });
  await typeName(boris.page, 'Boris', 'Join');
  await reads(boris.page, 'the water is high today');
  const space = await team(anna.page);
  const channel = await anna.page.evaluate(() => location.hash);
  const rules = (): Promise<void> => anna.page.evaluate(() => void (location.hash = `#/${location.hash.split('/')[1]}/access?tab=rules`));

  await rules();
  await anna.page.getByLabel('Messages are written by').selectOption({ label: 'admins and owners' });
  await anna.page.getByText('Changed for everybody in the space').waitFor();
  await anna.page.getByRole('button', { name: 'Undo' }).hover();
  await boris.page.getByText('The rules of this space let others write here. You read.').waitFor();
  expect(await composer(boris.page).count()).toBe(0);
  expect(await write(boris.page, space, 'by the console')).toBe('rules');
  await anna.page.getByRole('button', { name: 'Undo' }).click();
  await composer(boris.page).waitFor();

  // The same for this channel alone, in Share; Access says it too.
  await anna.page.evaluate((hash) => (location.hash = hash), channel);
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  await anna.page.getByRole('region', { name: 'What may be done here' }).getByRole('button', { name: 'Change' }).click();
  await anna.page.getByLabel('Messages here are written by').selectOption({ label: 'admins and owners' });
  await boris.page.getByText('The rules of this space let others write here. You read.').waitFor();
  expect(await composer(boris.page).count()).toBe(0);
  await anna.page.keyboard.press('Escape');
  await rules();
  await anna.page.getByLabel('Messages here are written by').selectOption({ label: 'whoever may in the space' });
  await composer(boris.page).waitFor();

  await act(anna.page, 'Boris', 'Change role');
  await anna.page.getByRole('radio', { name: 'Guest' }).click();
  await anna.page.getByRole('button', { name: 'Change role' }).click();
  await boris.page.getByText('You can read this, not change it. Ask an admin.').waitFor();
  await rules();
  await anna.page.getByText('Chat: a guest reads.', { exact: true }).waitFor();
  await anna.page.getByLabel('Messages are written by').selectOption({ label: 'everybody, guests too' });
  await anna.page.getByText('Chat: a guest reads, writes messages and changes their own.').waitFor();
  await composer(boris.page).waitFor();
  await chat(boris.page, 'a guest speaks');
  await anna.page.evaluate((hash) => (location.hash = hash), channel);
  await reads(anna.page, 'a guest speaks');
  // What is not opened stays closed: no channel, no reaction.
  expect(await boris.page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: 'mine' }).then(() => 'done', (error: { code: string }) => error.code), space)).toBe('rules');
  for (const peer of [anna, boris]) await peer.expectClean();
});
