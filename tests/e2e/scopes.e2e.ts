/** A guest of one channel, each person in a browser process of their own: what they see, what they cannot open or write, and what a kernel that keeps no rule gets. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, has, inviteTo, join, launch, makeSpaceByHand, person, reads, texts, typeName, until } from './support/acts.ts';
import { newDocument, shows, text } from './support/documents.ts';
import { buildMutant } from './support/mutant-build.ts';
import type { Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const team = (page: Page): Promise<string> => page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
const writeIn = (page: Page, space: string, fragment: string, text: string): Promise<string> =>
  page.evaluate(([id, where, words]) => window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: words! }, verb: 'chat/message.send@1' }], { fragment: where! })
    .then(() => window.lifegraph.saved()).then(() => 'done', (error: { code: string }) => error.code), [space, fragment, text]);

/** Anna's space with # general, which is shared, and # plans, which is not; a text in each. */
async function spaceOfAnna(): Promise<{ anna: Peer; space: string; general: string; plans: string; secret: string }> {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'the water is high today');
  await reads(anna.page, 'the water is high today');
  const space = await team(anna.page);
  const general = await anna.page.evaluate(() => location.hash.split('/')[3]!.split('?')[0]!);
  const plans = await anna.page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: 'plans' }), space);
  await writeIn(anna.page, space, plans, 'among us');
  const secret = await anna.page.evaluate(async ([id, fragment]) => (await window.lifegraph.graph(id!).query({ type: 'chat/message@1', fragment: fragment! }))[0]!.id, [space, plans]);
  return { anna, space, general, plans, secret };
}

/** Share in the open channel or document, for a guest of it alone. */
async function shareOnly(page: Page, title: string): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('radio', { name: 'Guest' }).click();
  await page.getByRole('radio', { name: `Only ${title}` }).click();
  await page.getByText('Sees nothing else of the space').waitFor();
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value.includes('#/join/')));
  const link = await page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  await page.keyboard.press('Escape');
  return link;
}

/** What the page's kernel holds of a fragment: messages, directory, the node, records. */
const held = (page: Page, space: string, fragment: string, node: string): Promise<{ messages: number; channels: string[]; node: string; records: number }> =>
  page.evaluate(async ([id, where, what]) => {
    const graph = window.lifegraph.graph(id!);
    return {
      messages: (await graph.query({ type: 'chat/message@1', fragment: where! })).length,
      channels: (await graph.query({ type: 'fragment@1' })).map((one) => String(one.props['title'])).sort(),
      node: (await graph.get(what!)).state,
      records: (await window.lifegraph.log.records(id!, { fragment: where! })).length,
    };
  }, [space, fragment, node]);

/** Boris with the whole space, and Clara by a link to one part of it, as Share's choice names that; its title stands on the page of the invitation. */
async function memberAndGuest(anna: Peer, space: string, part: string): Promise<{ boris: Peer; clara: Peer }> {
  const link = await shareOnly(anna.page, part);
  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  const clara = await launch({ name: 'clara', url: link });
  await clara.page.getByText(`River Watch · ${part.replace('#', '')}`).first().waitFor();
  await typeName(clara.page, 'Clara', 'Join');
  return { boris, clara };
}

test('{C7}{V3} a guest of one channel: reads it live, opens no other by address or console, holds nothing of it, writes nothing; Share and Access say who sees what', async () => {
  const { anna, space, general, plans, secret } = await spaceOfAnna();
  const { boris, clara } = await memberAndGuest(anna, space, '#general');
  await reads(clara.page, 'the water is high today');
  await clara.page.getByText('You can read this, not change it. Ask an admin.').waitFor();
  expect(await composer(clara.page).count()).toBe(0);
  await chat(anna.page, 'and rising');
  await reads(clara.page, 'and rising');
  // A guest's name comes with presence.
  await until(anna.page, async (id) => (await window.lifegraph.spaces.members(id)).some((one) => one.name === 'Clara'), space, 'the name of the guest', 60_000);

  // The other channel, by the console and by its address; a member opens it (control).
  await until(boris.page, async ([id, where]) => (await window.lifegraph.graph(id!).query({ type: 'chat/message@1', fragment: where! })).length === 1, [space, plans] as const, 'the member has the other channel');
  expect(await held(boris.page, space, plans, secret)).toMatchObject({ messages: 1, channels: ['general', 'plans'], node: 'here' });
  const guest = await held(clara.page, space, plans, secret);
  expect(guest).toMatchObject({ messages: 0, channels: ['general'], records: 0 });
  expect(guest.node).not.toBe('here');
  for (const peer of [boris, clara]) await peer.page.evaluate(([id, where]) => (location.hash = `#/${id}/chat/${where}`), [space, plans]);
  await reads(boris.page, 'among us');
  await clara.page.getByRole('heading', { name: /^(Not found here|Still looking)$/ }).waitFor();
  expect(await clara.page.getByText('among us').count()).toBe(0);
  expect(await writeIn(clara.page, space, plans, 'by the console')).toBe('no-right');

  // What the others are told of it.
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  const who = anna.page.getByRole('region', { name: 'Who can see this' });
  await who.getByRole('listitem').filter({ hasText: 'Guest, only here' }).waitFor();
  await who.getByRole('listitem').filter({ hasText: 'Boris' }).filter({ hasText: 'Member of the space' }).waitFor();
  await who.getByRole('button', { name: 'Preview as guest' }).click();
  await anna.page.locator('[data-preview]').waitFor();
  expect(await composer(anna.page).count()).toBe(0);
  await anna.page.getByRole('button', { name: 'End preview' }).click();
  await composer(anna.page).waitFor();
  // "Where is this?" says it of every object: a task is seen by whoever sees the channel it lies in.
  const taskIn = async (fragment: string, title: string): Promise<string> => (await anna.page.evaluate(([id, where, words]) => window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'goals/task@1', props: { title: words! }, verb: 'goals/task.create@1' }], { fragment: where! }), [space, fragment, title] as const)).ids[0]!;
  for (const [fragment, title, clara] of [[general, 'Read the gauge', 1], [plans, 'Order a gauge', 0]] as const) {
    await anna.page.evaluate(([id, task]) => (location.hash = `#/${id}/goals?panel=details&t=${task}`), [space, await taskIn(fragment, title)] as const);
    const panel = anna.page.getByRole('complementary', { name: 'Task' });
    await expect.poll(() => panel.getByRole('textbox', { name: 'Title' }).inputValue().catch(() => '')).toBe(title);
    await panel.locator('.state-chip').click();
    const where = anna.page.getByRole('dialog', { name: 'Where is this?' });
    await where.getByRole('button', { name: 'Who can see this' }).click();
    await where.getByRole('listitem').filter({ hasText: 'Owner of the space' }).waitFor();
    expect(await where.getByRole('listitem').filter({ hasText: 'Guest, only here' }).count()).toBe(clara);
    await anna.page.keyboard.press('Escape');
    await where.waitFor({ state: 'detached' });
  }
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  await anna.page.getByRole('row').filter({ hasText: 'Clara' }).getByText('only #general').last().waitFor();

  // All of it by hand, and then it is there.
  await anna.page.getByRole('button', { name: 'Acts on Clara' }).click();
  await anna.page.getByRole('menuitem', { name: 'Open the whole space' }).click();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Open the whole space' }).click();
  await has(clara.page, space, ['among us'], 60_000);

  // Single channels of it: what is closed brings nothing more, what stays open does (control).
  await anna.page.getByRole('button', { name: 'Acts on Clara' }).click();
  await anna.page.getByRole('menuitem', { name: 'Choose what they may open' }).click();
  await anna.page.getByRole('radio', { name: 'Some channels and documents' }).click();
  await anna.page.getByText('Choose a channel or a document.').waitFor();
  await anna.page.getByRole('switch', { name: '#plans' }).click();
  await anna.page.getByText('Clara keeps what they have already read.').waitFor();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await anna.page.getByRole('row').filter({ hasText: 'Clara' }).getByText('only #plans').last().waitFor();
  await until(clara.page, async ([id, open]) => (await window.lifegraph.spaces.list()).find((one) => one.id === id)?.scope?.join() === open, [space, plans] as const, 'she knows', 60_000);
  await writeIn(anna.page, space, general, 'said behind a closed door');
  await writeIn(anna.page, space, plans, 'said to all of us');
  await has(clara.page, space, ['said to all of us'], 60_000);
  expect(await texts(clara.page, space)).not.toContain('said behind a closed door');
  await has(boris.page, space, ['said behind a closed door']);

  // A member who answers and does not write: no field in the channel, one in the thread, and the console gets no further.
  await anna.page.getByRole('button', { name: 'Acts on Boris' }).click();
  await anna.page.getByRole('menuitem', { name: 'Choose what they may open' }).click();
  await anna.page.getByRole('radio', { name: 'Some channels and documents' }).click();
  await anna.page.getByRole('switch', { name: '#plans' }).click();
  await anna.page.getByLabel('#plans: they').selectOption({ label: 'answer and react' });
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await boris.page.getByText('You answer and react here.').waitFor({ timeout: 60_000 });
  expect(await composer(boris.page).count()).toBe(0);
  expect(await writeIn(boris.page, space, plans, 'by the console')).toBe('rules');
  await boris.page.evaluate(([id, where, root]) => void (location.hash = `#/${id}/chat/${where}?panel=thread&t=${root}`), [space, plans, secret]);
  const field = boris.page.getByRole('textbox', { name: 'Reply' });
  await field.fill('an answer of mine');
  await field.press('Enter');
  await has(anna.page, space, ['an answer of mine'], 60_000);
  expect(await texts(anna.page, space)).not.toContain('by the console');
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{C7}{V3} a guest of one document: reads it live, opens no other by address or console, holds nothing of it, writes nothing; Share and Access name it', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await makeSpaceByHand(anna.page, 'River Watch');
  const space = await team(anna.page);
  const made: string[] = [];
  for (const [title, words] of [['Plans', 'among us'], ['Minutes', 'the water is high']] as const) {
    await newDocument(anna.page, title);
    await anna.page.keyboard.type(words);
    made.push(await anna.page.evaluate(() => location.hash.split('/')[3]!.split('?')[0]!));
  }
  const [plans, minutes] = made as [string, string];
  const secret = await anna.page.evaluate(async ([id, where]) => (await window.lifegraph.graph(id!).query({ type: 'editor/document@1', fragment: where! }))[0]!.id, [space, plans]);
  const { boris, clara } = await memberAndGuest(anna, space, 'Minutes');
  await until(clara.page, async ([id, where]) => (await window.lifegraph.spaces.list()).some((one) => one.id === id && one.role === 'guest') && (await window.lifegraph.graph(id!).query({ type: 'editor/document@1', fragment: where! })).length === 1, [space, minutes] as const, 'the guest has the document', 60_000);
  await clara.page.evaluate(([id, where]) => (location.hash = `#/${id}/documents/${where}`), [space, minutes]);
  await shows(clara.page, ['the water is high']);
  expect(await clara.page.locator('[contenteditable=true]').count()).toBe(0);
  await text(anna.page).click();
  await anna.page.keyboard.press('Control+End');
  await anna.page.keyboard.type(', and rising');
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.type('[[Plans');
  await anna.page.getByRole('option', { name: 'Plans' }).waitFor();
  await anna.page.keyboard.press('Enter');
  await shows(clara.page, ['the water is high, and rising', 'Plans']);
  await until(anna.page, async (id) => (await window.lifegraph.spaces.members(id)).some((one) => one.name === 'Clara'), space, 'the name of the guest', 60_000);
  // A link to what she does not have is words, and no card.
  expect(await clara.page.locator('.doc-text a').innerText()).toBe('Plans');
  expect(await clara.page.locator('.block-cards, .embed-closed').count()).toBe(0);

  // The other document, by the console and by its address; a member opens it (control).
  await until(boris.page, async ([id, what]) => (await window.lifegraph.graph(id!).get(what!)).state === 'here', [space, secret] as const, 'the member has the other document');
  const heldOf = async (page: Page) => ({ ...(await held(page, space, plans, secret)), text: await page.evaluate(([id, what]) => window.lifegraph.graph(id!).updates(what!, null).then(({ updates }) => updates.length > 0, (error: { code: string }) => error.code), [space, secret]) });
  expect(await heldOf(boris.page)).toMatchObject({ channels: ['Minutes', 'Plans', 'general'], node: 'here', text: true });
  const guest = await heldOf(clara.page);
  expect(guest).toMatchObject({ channels: ['Minutes'], records: 0, text: 'not-here' });
  expect(guest.node).not.toBe('here');
  for (const peer of [boris, clara]) await peer.page.evaluate(([id, where]) => (location.hash = `#/${id}/documents/${where}`), [space, plans]);
  await shows(boris.page, ['among us']);
  await clara.page.getByRole('heading', { name: /^(Not found here|Still looking)$/ }).waitFor();
  expect(await clara.page.getByText('among us').count()).toBe(0);
  for (const fragment of [plans, minutes]) expect(await writeIn(clara.page, space, fragment, 'by the console')).toBe('no-right');

  // What the others are told of it, and how a guest reads it.
  await anna.page.getByRole('button', { name: 'Share', exact: true }).click();
  const who = anna.page.getByRole('region', { name: 'Who can see this' });
  await who.getByRole('listitem').filter({ hasText: 'Guest, only here' }).waitFor();
  await who.getByRole('listitem').filter({ hasText: 'Boris' }).filter({ hasText: 'Member of the space' }).waitFor();
  await who.getByRole('button', { name: 'Preview as guest' }).click();
  await anna.page.locator('[data-preview]').waitFor();
  await shows(anna.page, ['the water is high, and rising', 'Plans']);
  expect(await anna.page.locator('[contenteditable=true]').count()).toBe(0);
  expect(await anna.page.getByRole('button', { name: 'Share', exact: true }).count()).toBe(0);
  // It ends by its button alone: a panel opened in it is looked at as a guest too.
  for (const [act, panel] of [['Outline', 'outline'], ['History', 'history'], ['Proposals', 'proposals'], ['Linked here', 'links']] as const) {
    await anna.page.locator('.header').getByRole('button', { name: 'More acts' }).click();
    await anna.page.getByRole('menuitem', { name: act, exact: true }).click();
    await anna.page.waitForFunction((name) => location.hash.includes(`panel=${name}`), panel);
    expect(await anna.page.evaluate(() => location.hash), act).toContain('as=guest');
  }
  expect(await anna.page.locator('.doc-text[contenteditable=true]').count()).toBe(0);
  await anna.page.getByRole('button', { name: 'End preview' }).click();
  await anna.page.locator('.doc-text[contenteditable=true]').waitFor();
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  await anna.page.getByRole('row').filter({ hasText: 'Clara' }).getByText('only Minutes').last().waitFor();
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});

test('{K7}{V3} a guest\'s kernel that keeps no rule seals and sends what it wants: the others take it in as void and show it to nobody', { timeout: 240_000 }, async () => {
  const hostile = await startServer({ dist: await buildMutant({ name: 'guest-writes', file: 'src/os/rights/apply.ts', find: 'since: nbf, plan, ...rights });', replace: 'since: nbf, plan, ...rights, role: rights.role < 2 ? 2 : rights.role, scope: rights.scope && new Map([...rights.scope.keys()].map((one) => [one, 31])) });' }) });
  try {
    const { anna, space, general } = await spaceOfAnna();
    const link = await shareOnly(anna.page, '#general');
    const clara = await launch({ name: 'clara', url: link.replace(server.url, hostile.url) });
    await typeName(clara.page, 'Clara', 'Join');
    await reads(clara.page, 'the water is high today');
    // Her own kernel lets her: that is what makes it hostile.
    expect(await writeIn(clara.page, space, general, 'forced')).toBe('done');
    await reads(clara.page, 'forced');
    const uid = await clara.page.evaluate(() => window.lifegraph.identity.get()!.uid);
    await until(anna.page, async ([id, fragment, by]) => (await window.lifegraph.log.records(id!, { fragment: fragment! })).some((record) => record.uid === by && record.status === 'void' && record.why.includes('RIGHT13')), [space, general, uid] as const, 'the record is held as void');
    expect(await texts(anna.page, space)).not.toContain('forced');
    await chat(anna.page, 'said after it');
    await reads(clara.page, 'said after it');
    expect(await anna.page.getByText('forced').count()).toBe(0);
    await anna.expectClean();
  } finally {
    await closeAll();
    await hostile.stop();
  }
});
