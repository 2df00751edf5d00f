/** A card of a thing stands wherever the thing is linked, and its history is reached from there, also in another space. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, newSpace, person, say, reads } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

test('{K8} the card of a linked message and of a linked channel opens its history, by mouse and by keyboard, also from another space', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const { page } = anna;
  await composer(page).waitFor();
  const team = await newSpace(anna);
  await say(page, team, 'first words');
  const { id, fragment } = await page.evaluate(async (space) => {
    const graph = window.lifegraph.graph(space);
    const node = (await graph.query({ type: 'chat/message@1' }))[0]!;
    await graph.transact([{ op: 'node.set', id: node.id, props: { text: 'second words' }, verb: 'chat/message.edit@1' }]);
    await window.lifegraph.saved();
    return node;
  }, team);
  const base = `${server.url}/`;
  await chat(page, `${base}#/${team}/chat/${fragment}?m=${id}`);
  await chat(page, `${base}#/${team}/chat/${fragment}`);
  const message = page.getByRole('button', { name: 'second words' });
  const channel = page.getByRole('button', { name: 'general' }).and(page.locator('.object'));
  await message.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'History' }).click();
  const dialog = page.getByRole('dialog', { name: 'History: second words' });
  await dialog.getByText('second words').first().waitFor();
  await dialog.getByRole('list', { name: 'History' }).getByRole('listitem').nth(1).waitFor();
  const lines = await dialog.getByRole('list', { name: 'History' }).getByRole('listitem').allTextContents();
  expect(lines.length).toBe(2);
  expect(lines.some((line) => line.includes('first words'))).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await channel.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'History' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'History: general' }).getByRole('listitem').first().waitFor();
  await page.keyboard.press('Escape');
  await reads(page, 'second words');
  await anna.expectClean();
});
