/** Parts of the recovery phrase in real browsers: given by the screen, asked for from an empty browser, handed over after the words were compared, and back. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, has, inviteTo, join, launch, newSpace, person, say } from './support/acts.ts';
import { looked } from './support/axe.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const BACK_MS = 60_000;
const recovery = (page: Page): Promise<void> => page.evaluate(async () => {
  const [space] = await window.lifegraph.spaces.list();
  location.hash = `#/${space!.id}/settings/recovery`;
});

test('{K7} two people keep parts; with the only browser gone both compare six words, send their part back, and the person is back', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const boris = await person({ name: 'boris', url: server.url });
  const clara = await person({ name: 'clara', url: server.url });
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await join(clara, await inviteTo(anna, space));
  await say(anna.page, space, 'before');
  for (const one of [boris, clara]) await has(one.page, space, ['before'], BACK_MS);
  const uid = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  await recovery(anna.page);
  await anna.page.getByRole('button', { name: 'Choose people' }).click();
  const dialog = anna.page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'boris' }).click();
  expect(await dialog.getByRole('button', { name: 'Give the parts' }).isDisabled(), 'one is too few').toBe(true);
  await dialog.getByRole('switch', { name: 'clara' }).click();
  await looked(anna.page, 'give');
  await dialog.getByRole('button', { name: 'Give the parts' }).click();
  await anna.page.getByText(/^Any 2 of these have it since .*boris, clara$/).waitFor();
  await looked(anna.page, 'given');
  // Given again: the set of before may have come to more people, so its parts stay beside the new ones.
  await anna.page.getByRole('button', { name: 'Choose other people' }).click();
  for (const name of ['boris', 'clara']) await dialog.getByRole('switch', { name }).click();
  await dialog.getByRole('button', { name: 'Give the parts' }).click();
  await dialog.waitFor({ state: 'detached' });
  for (const one of [boris, clara]) {
    await recovery(one.page);
    await one.page.locator(`[data-part="${uid}"]`).nth(1).waitFor({ timeout: BACK_MS });
  }
  await looked(boris.page, 'held');
  await anna.close();

  const back = await launch({ name: 'back', url: server.url });
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'People', exact: true }).click();
  const request = await back.page.getByLabel('Request').inputValue();
  const words = await back.page.locator('.phrase li').allInnerTexts();
  expect([request.startsWith('lgask-'), words.length]).toEqual([true, 6]);
  await looked(back.page, 'ask');
  const answers: string[] = [];
  const keys: string[][] = [];
  // Boris gives the older part first.
  for (const [one, row] of [[boris, 1], [clara, 0], [boris, 0]] as const) {
    const help = one.page.getByRole('dialog');
    await one.page.getByRole('button', { name: 'Help anna' }).nth(row).click();
    await help.getByLabel('Request').fill(request.slice(0, -3));
    await help.getByRole('button', { name: 'Next' }).click();
    await help.getByRole('alert').getByText(/not a whole text/).waitFor();
    await help.getByLabel('Request').fill(request);
    await help.getByRole('button', { name: 'Next' }).click();
    await help.locator('.phrase li').first().waitFor();
    expect(await help.locator('.phrase li').allInnerTexts(), 'the same words on both screens').toEqual(words);
    await looked(one.page, `words-${one.name}`);
    await help.getByRole('button', { name: 'Same words: give my part' }).click();
    answers.push(await help.getByLabel(/Send this back to anna/).inputValue());
    keys.push(await help.getByRole('list', { name: 'Words of the key' }).locator('li').allInnerTexts());
    await looked(one.page, `answer-${answers.length}`);
    await help.getByRole('button', { name: 'Close' }).last().click();
  }
  const answer = back.page.getByLabel('What they send back');
  const add = back.page.getByRole('button', { name: 'Add the part' });
  await answer.fill(answers[0]!);
  await add.click();
  await back.page.getByText('1 of 2 parts are here').waitFor();
  await answer.fill(answers[0]!);
  await add.click();
  await back.page.getByRole('alert').getByText('This part is here already.').waitFor();
  // What is here stays over a reload, and the request with it.
  await back.page.reload();
  await back.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await back.page.getByRole('radio', { name: 'People', exact: true }).click();
  await back.page.getByText('1 of 2 parts are here').waitFor();
  expect(await back.page.getByLabel('Request').inputValue()).toBe(request);
  await answer.fill(answers[1]!);
  await add.click();
  // Of two keys: no phrase until she drops what one of them sees and the other does not.
  await back.page.locator('[data-state="conflict"]').waitFor();
  const shown = back.page.getByRole('list', { name: 'Words of the key' });
  expect(keys[2]).toEqual(keys[1]);
  expect([await shown.nth(0).locator('li').allInnerTexts(), await shown.nth(1).locator('li').allInnerTexts()]).toEqual(keys.slice(0, 2));
  await looked(back.page, 'conflict');
  await back.page.getByRole('button', { name: 'Drop these parts: 1', exact: true }).click();
  await back.page.getByText('1 of 2 parts are here').waitFor();
  await answer.fill(answers[2]!);
  await add.click();
  await back.page.getByText('This is your recovery phrase.').waitFor();
  expect(await back.page.getByRole('list', { name: 'The words of your recovery phrase' }).locator('li').count()).toBe(24);
  expect(await shown.locator('li').allInnerTexts()).toEqual(keys[1]);
  await looked(back.page, 'whole');
  await back.page.getByRole('button', { name: 'It is written down: bring me back' }).click();
  await back.page.getByRole('heading', { name: 'You are back, anna' }).waitFor({ timeout: BACK_MS });
  await back.page.getByRole('listitem').filter({ hasText: 'River Watch' }).getByText('here').waitFor({ timeout: BACK_MS });
  expect(await back.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(uid);
  expect((await back.page.evaluate(() => window.lifegraph.recovery.status())).phrase, 'not checked back: shown again').toBe('here');
  await has(back.page, space, ['before'], BACK_MS);
  for (const peer of [boris, clara, back]) await peer.expectClean();
});
