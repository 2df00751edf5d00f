/** A Guild in two browsers, by the screen: asking with a few words, the queue, being let in as a guest who reads, writing as a member; a refusal with words. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, composer, launch, person, reads, chat, SOON_MS, until } from './support/acts.ts';
import { looked } from './support/axe.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** Slow machines: a step of two browsers. */
const LONG_MS = 3 * SOON_MS;

test('{V0}{V8} [JOIN1] [JOIN3] a Guild by hand: made in the dialog, asked into with words, let in to read, a member writes; who is refused reads why', async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  await anna.page.getByRole('button', { name: /^Space: / }).click();
  await anna.page.getByRole('menuitem', { name: 'New space' }).click();
  await anna.page.getByRole('textbox', { name: 'Name of the space' }).fill('Choir');
  await anna.page.getByRole('radio', { name: 'Guild' }).click();
  await anna.page.getByRole('button', { name: 'Create', exact: true }).click();
  await anna.page.getByRole('button', { name: /^Space: Choir/ }).waitFor({ timeout: LONG_MS });
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'guild')!.id);
  await composer(anna.page).waitFor({ timeout: LONG_MS });
  await chat(anna.page, 'Rehearsal on Monday');
  const link = await anna.page.evaluate((id) => window.lifegraph.spaces.invite(id, { uses: 10 }), space);

  const ask = async (name: string, words: string) => {
    const peer = await launch({ name, url: link });
    await peer.page.getByRole('textbox', { name: 'A few words why' }).fill(words);
    await peer.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await peer.page.getByRole('button', { name: 'Ask to join', exact: true }).click();
    await peer.page.getByRole('listitem').filter({ hasText: 'Somebody of the space has to let you in by hand' }).waitFor({ timeout: LONG_MS });
    return peer;
  };
  const boris = await ask('Boris', 'I sing bass');
  const clara = await ask('Clara', 'Buy my records');

  // The number at Access, then the queue.
  await until(anna.page, async (id) => (await window.lifegraph.spaces.waiting(id)).filter((one) => one.words !== '').length === 2, space, 'both requests', LONG_MS);
  await anna.page.getByRole('navigation').getByLabel('2 unread').waitFor({ timeout: LONG_MS });
  await anna.page.goto(`${server.url}/#/${space}/access?tab=requests`);
  const row = (name: string) => anna.page.getByRole('listitem').filter({ hasText: name });
  await row('Boris').getByText('I sing bass').waitFor({ timeout: LONG_MS });
  await row('Clara').getByRole('button', { name: 'Refuse', exact: true }).click();
  await anna.page.getByRole('textbox', { name: 'Words for them, if you like' }).fill('We do not buy.');
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Refuse', exact: true }).click();
  await row('Clara').waitFor({ state: 'detached', timeout: LONG_MS });
  await row('Boris').getByRole('button', { name: 'Let in as guest', exact: true }).click();
  await row('Boris').waitFor({ state: 'detached', timeout: LONG_MS });

  // Refused: told with the words; on the desk it is told as well, and can be taken off.
  await clara.page.getByText('They say: We do not buy.').waitFor({ timeout: LONG_MS });
  await clara.page.getByRole('button', { name: 'Go to my own space meanwhile' }).click();
  await composer(clara.page).waitFor({ timeout: LONG_MS });
  await clara.page.goto(`${server.url}/#/${space}/chat`);
  await clara.page.getByText('They say: We do not buy.').waitFor({ timeout: LONG_MS });
  await clara.page.getByRole('button', { name: 'Take the request back' }).click();
  await until(clara.page, async (id) => !(await window.lifegraph.spaces.list()).some((one) => one.id === id), space, 'off the list', LONG_MS);

  // Let in: reads, and has no composer; a raw act is refused.
  await reads(boris.page, 'Rehearsal on Monday', LONG_MS);
  expect(await composer(boris.page).count()).toBe(0);
  const refused = await boris.page.evaluate((id) => window.lifegraph.graph(id).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'past the screen' } }]).then(() => 'done', (error: { code: string }) => error.code), space);
  expect(refused).toBe('no-right');

  // A member writes.
  await anna.page.evaluate(async (id) => {
    const guest = (await window.lifegraph.spaces.members(id)).find((one) => one.role === 'guest')!;
    await window.lifegraph.access.setRole(id, guest.uid, 'member');
  }, space);
  await composer(boris.page).waitFor({ timeout: LONG_MS });
  await chat(boris.page, 'I will be there');
  await anna.page.goto(`${server.url}/#/${space}/chat`);
  await until(anna.page, async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).some((node) => node.props['text'] === 'I will be there'), space, 'heard', LONG_MS);

  // {K5} What he did not open is found at who has it, once he asks, and opened from there.
  await anna.page.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const altos = await graph.createFragment({ type: 'chat/channel@1', title: 'altos' });
    await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'Seventeen lanterns for the stage' } }], { fragment: altos });
  }, space);
  await until(boris.page, async (id) => (await window.lifegraph.graph(id).query({ type: 'fragment@1' })).some((node) => node.props['title'] === 'altos'), space, 'the channel is listed', LONG_MS);
  // From the palette: a press there asks on the page of results, whose address says nothing of it.
  await boris.page.keyboard.press('Control+KeyK');
  await boris.page.locator('.palette input:focus').waitFor({ timeout: LONG_MS });
  await boris.page.keyboard.type('lanterns');
  await boris.page.locator('.palette-list').getByText('Nothing found').waitFor({ timeout: LONG_MS });
  await boris.page.getByRole('option', { name: /Ask others for “lanterns”.*1 device is told/ }).click({ timeout: LONG_MS });
  const others = boris.page.getByRole('region', { name: 'On other devices' });
  await others.getByText('Anna says so').waitFor({ timeout: LONG_MS });
  expect(boris.page.url()).toBe(`${server.url}/#/${space}/search?q=lanterns`);
  expect(await boris.page.locator('.search a.hit:not(.search-others a)').count(), 'not on this device').toBe(0);
  await looked(boris.page, 'search-others');
  await others.getByRole('link', { name: /Seventeen lanterns/ }).click();
  await reads(boris.page, 'Seventeen lanterns for the stage', LONG_MS);

  // A room of its own, begun in the Personal space: it opens, with its invitation over it.
  await anna.page.evaluate(async () => void (location.hash = `#/${(await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!.id}/messenger`));
  await anna.page.getByRole('button', { name: 'New room or conversation' }).first().click();
  await anna.page.getByRole('textbox', { name: 'Name of the room' }).fill('Box group');
  await anna.page.keyboard.press('Enter');
  await anna.page.getByRole('dialog', { name: 'Invite to Box group' }).waitFor({ timeout: LONG_MS });
  expect(await anna.page.getByRole('dialog').count()).toBe(1);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});
