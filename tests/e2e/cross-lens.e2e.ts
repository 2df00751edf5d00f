/** One object in every lens that shows it: changed in one, seen in all, and its links lead both ways. A lens to come is one more entry of LENSES. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { chat, closeAll, composer, newSpace, person, reads, wellAndEqual } from './support/acts.ts';
import { textNodeOf } from '#domain/editor';
import { goalAndCourse } from './support/cross-goals.ts';
import { LONG_MS, newDocument, shows, two } from './support/documents.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

/** The thing all lenses show: a task made from the first block of a document, linked in a channel. */
interface Thing {
  space: string;
  task: string;
  document: string;
  channel: string;
  /** A course that has the document as its lesson. */
  course: string;
  step: string;
  /** Of the Messenger, where it is linked too. */
  room: string;
}

interface LensEntry {
  name: string;
  /** Where it is shown. */
  hash(thing: Thing): string;
  /** Its box, where the lens has one. */
  box: ((page: Page) => Locator) | null;
  /** Its words there: title, facts. */
  words(page: Page): Locator;
}

const card = (page: Page, around: string): Locator => page.locator(`${around} .object-tick`);
const LENSES: readonly LensEntry[] = [
  { name: 'document', hash: ({ space, document }) => `#/${space}/documents/${document}`, box: (page) => card(page, '.doc').getByRole('checkbox'), words: (page) => card(page, '.doc') },
  { name: 'chat', hash: ({ space, channel }) => `#/${space}/chat/${channel}`, box: (page) => card(page, '.message-text').getByRole('checkbox'), words: (page) => card(page, '.message-text') },
  { name: 'lesson', hash: ({ space, course, step }) => `#/${space}/learn/${course}?s=${step}`, box: (page) => card(page, '.learn-step').getByRole('checkbox'), words: (page) => card(page, '.learn-step') },
  { name: 'messenger', hash: ({ space, room }) => `#/${space}/messenger/${room}`, box: (page) => card(page, '.message-text').getByRole('checkbox'), words: (page) => card(page, '.message-text') },
  { name: 'goals list', hash: ({ space }) => `#/${space}/goals?view=list`, box: (page) => page.locator('.work-row', { hasText: 'seals' }).getByRole('checkbox'), words: (page) => page.locator('.work-row') },
  { name: 'goals board', hash: ({ space }) => `#/${space}/goals?view=board`, box: null, words: (page) => page.locator('.work-card') },
  { name: 'search', hash: ({ space }) => `#/${space}/search?q=seals&kind=task`, box: null, words: (page) => page.locator('.hit') },
  { name: 'side panel', hash: ({ space, channel, task }) => `#/${space}/chat/${channel}?panel=details&t=${task}`, box: (page) => page.locator('.task-head').getByRole('checkbox'), words: (page) => page.locator('.task-panel') },
];

/** Makes the document the lesson of a course. */
async function lessonOf(page: Page, space: string, document: string): Promise<{ course: string; step: string }> {
  return page.evaluate(async ([id, fragment, text]) => {
    const graph = window.lifegraph.graph(id);
    const course = await graph.createFragment({ type: 'learn/course@1', title: 'Housing' });
    const { ids } = await graph.transact([{ op: 'node.create', type: 'learn/lesson@1', props: { title: 'Sensor housing' }, verb: 'learn/lesson.create@1' }], { fragment: course });
    await graph.transact([{ op: 'edge.add', type: 'learn/reads@1', from: ids[0]!, to: [fragment, text], verb: 'learn/step.text@1' }], { fragment: course });
    return { course, step: ids[0]! };
  }, [space, document, textNodeOf(document)] as const);
}

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
async function stand(page: Page, lens: LensEntry, thing: Thing): Promise<void> {
  await go(page, lens.hash(thing));
  await (lens.box?.(page) ?? lens.words(page)).waitFor({ timeout: LONG_MS });
}

/** The lenses that show whether it is done. */
const TICKED = LENSES.filter(({ box }) => box !== null);
const SEARCH = LENSES.find(({ name }) => name === 'search')!;
const PANEL = LENSES.find(({ name }) => name === 'side panel')!;

/** Waits until the box says so. */
async function says(page: Page, lens: LensEntry, done: boolean): Promise<void> {
  const box = lens.box!(page);
  for (const end = performance.now() + LONG_MS; (await box.isChecked()) !== done;) {
    if (performance.now() > end) expect({ lens: lens.name, done: await box.isChecked() }).toEqual({ lens: lens.name, done });
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
  }
}

test('{K1} a task made from words of a document is one thing in every lens: ticked, named and given to somebody in one, seen in all; links lead both ways; so are a goal and the course that serves it', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  const channel = /chat\/([\w-]+)/.exec(b.url())![1]!;
  await newDocument(a, 'Sensor housing');
  await a.keyboard.type('Order the seals by 2027-06-03\nThe lid stays.');
  // By keyboard from a selection: the line is selected, the button beside it names its key.
  await a.keyboard.press('ArrowUp');
  await a.keyboard.press('Home');
  await a.keyboard.press('Shift+End');
  await a.getByRole('button', { name: 'Make task' }).waitFor();
  await a.keyboard.press('Control+Alt+k');
  const panel = a.getByRole('complementary', { name: 'Task' });
  await panel.waitFor();
  await a.locator('.toast', { hasText: 'Task made: Order the seals by 2027-06-03' }).waitFor();
  const address = a.url();
  const document = /documents\/([\w-]+)/.exec(address)![1]!;
  const room = await a.evaluate(async ([id, link]) => {
    const fragment = await window.lifegraph.graph(id).createFragment({ type: 'messenger/room@1', title: 'Box group' });
    await window.lifegraph.graph(id).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: link }, verb: 'chat/message.send@1' }], { fragment });
    return fragment;
  }, [space, address] as const);
  const thing: Thing = { space, channel, room, document, task: /[?&]t=([\w-]+)/.exec(address)![1]!, ...(await lessonOf(a, space, document)) };
  expect(await panel.getByLabel('Due').inputValue()).toBe('2027-06-03');
  // Who does it, by keyboard.
  await panel.getByRole('combobox', { name: 'Assignee' }).focus();
  await a.keyboard.type('bor');
  await panel.getByRole('option', { name: 'Boris' }).waitFor();
  await a.keyboard.press('Enter');
  await card(a, '.doc').getByText('Boris · Due 3 June 2027').waitFor();
  await chat(b, address);
  await reads(b, 'Order the seals');
  // Each lens in turn is looked at by Boris while Anna ticks in the next one.
  let done = false;
  for (const [at, lens] of TICKED.entries()) {
    const other = TICKED[(at + 1) % TICKED.length]!;
    await Promise.all([stand(a, other, thing), stand(b, lens, thing)]);
    await Promise.all([says(a, other, done), says(b, lens, done)]);
    done = !done;
    await other.box!(a).click();
    await Promise.all([says(a, other, done), says(b, lens, done)]);
  }
  // Named anew in the panel, seen in every lens, and in the history of the thing from the menu of its card.
  await stand(a, PANEL, thing);
  await a.getByRole('textbox', { name: 'Title' }).fill('Order forty seals');
  await a.keyboard.press('Enter');
  for (const lens of LENSES) {
    await stand(b, lens, thing);
    if (lens === PANEL) await expect.poll(() => b.getByRole('textbox', { name: 'Title' }).inputValue(), { timeout: LONG_MS }).toBe('Order forty seals');
    else await lens.words(b).getByText('Order forty seals').waitFor({ timeout: LONG_MS });
  }
  // A hit of the search leads to it.
  await stand(b, SEARCH, thing);
  await SEARCH.words(b).click();
  await b.getByRole('button', { name: 'History', exact: true }).click();
  const history = b.getByRole('dialog', { name: 'History: Order forty seals' });
  for (const words of ['Order forty seals', 'Boris', 'Not done']) await history.locator('.history-value', { hasText: words }).first().waitFor();
  await b.keyboard.press('Escape');
  // Escape in a dialog that a card of the panel opened closes the dialog and not the panel.
  await b.getByRole('complementary', { name: 'Task' }).getByRole('button', { name: 'Sensor housing' }).click({ button: 'right' });
  await b.getByRole('menuitem', { name: 'History' }).click();
  await b.getByRole('dialog', { name: /^History: / }).getByRole('listitem').first().waitFor();
  await b.keyboard.press('Escape');
  await b.getByRole('dialog', { name: /^History: / }).waitFor({ state: 'detached' });
  // Links: from the task to the block it came from, from the block to the task.
  await b.getByRole('complementary', { name: 'Task' }).getByRole('button', { name: 'Sensor housing' }).click();
  await shows(b, ['Order the seals by 2027-06-03', 'The lid stays.']);
  await card(b, '.doc').getByRole('button').click();
  await b.getByRole('complementary', { name: 'Task' }).waitFor();
  // The words are untouched by the card: the block is moved, its card goes with it.
  await stand(a, LENSES[0]!, thing);
  await a.locator('.doc-text > .block').first().click();
  await a.keyboard.press('Alt+ArrowDown');
  await shows(b, ['The lid stays.', 'Order the seals by 2027-06-03']);
  expect(await b.locator('.doc-text').evaluate((doc) => [...doc.children].map((one) => one.className.split(' ')[0]).filter((name) => name !== 'pen-lock'))).toEqual(['block', 'block', 'block-cards']);
  await goalAndCourse(a, b, thing);
  await wellAndEqual(space, anna, boris);
});

test('{K1} a message becomes a task in two clicks; the card stands under it for everybody, Undo takes it back', { timeout: 300_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await chat(a, 'Could somebody call Davit tomorrow?');
  await reads(b, 'call Davit');
  const bar = b.locator('.message-bar');
  await b.locator('.message', { hasText: 'call Davit' }).first().hover();
  await bar.waitFor();
  await bar.getByRole('button', { name: 'More acts' }).click();
  await b.getByRole('menuitem', { name: 'Make task' }).click();
  await b.locator('.toast', { hasText: 'Task made' }).getByRole('button', { name: 'Undo' }).hover();
  const under = card(a, '.message');
  await under.getByText(/^Due /).waitFor({ timeout: LONG_MS });
  await b.locator('.toast', { hasText: 'Task made' }).getByRole('button', { name: 'Undo' }).click();
  await under.waitFor({ state: 'detached', timeout: LONG_MS });
  await b.getByText('This task is in the trash.').waitFor();
  await b.getByRole('button', { name: 'Bring it back' }).click();
  await under.waitFor({ timeout: LONG_MS });
  await under.getByRole('checkbox').click();
  await b.locator('.message .object-tick[data-done]').waitFor({ timeout: LONG_MS });
  // From the task back to the message.
  await b.getByRole('complementary', { name: 'Task' }).getByRole('button', { name: /call Davit/ }).click();
  await composer(b).waitFor();
  expect(b.url()).toContain('?m=');
  await wellAndEqual(space, anna, boris);
});

test('{K1} {K4} what an agent made is one thing in every place that shows it: accepted beside a page, it is so by way of the Hub and of Settings; dismissed in one it is gone from all', { timeout: 300_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url });
  const space = await newSpace(anna);
  const { page } = anna;
  page.setDefaultTimeout(LONG_MS);
  await go(page, `#/${space}/chat`);
  await composer(page).waitFor();
  await newDocument(page, 'Field notes');
  await page.keyboard.type('The gasket of the third sensor leaks at high water.\nPlease order silicone gaskets by 2027-06-03\nLeaking gaskets spoil the the readings of the sensor.');
  const document = /documents\/([\w-]+)/.exec(page.url())![1]!;
  await go(page, `#/${space}/documents/${document}?panel=agents`);
  for (const act of ['Summarise', 'Find tasks']) {
    await page.getByRole('button', { name: act }).click();
    await page.getByRole('button', { name: 'Allow and run' }).click();
    await page.locator('.agent-card').nth(act === 'Summarise' ? 0 : 1).waitFor({ timeout: LONG_MS });
  }
  // A task of a block: made once, shown beside the block, in Goals, and as done with at the card.
  const tasks = page.locator('.agent-card', { hasText: 'Tasks found' });
  await tasks.getByRole('button', { name: 'Make task' }).click();
  await card(page, '.doc').getByText('Order silicone gaskets').waitFor({ timeout: LONG_MS });
  await tasks.getByRole('link', { name: 'Task', exact: true }).waitFor();
  const summary = page.locator('.agent-card').filter({ hasNotText: 'Tasks found' });
  await summary.getByRole('button', { name: 'Accept' }).click();
  await summary.getByText('You accepted this.').waitFor({ timeout: LONG_MS });
  await go(page, `#/${space}/goals?view=list`);
  await page.locator('.work-row', { hasText: 'silicone gaskets' }).waitFor({ timeout: LONG_MS });
  // Each place that tells of it leads to it as it stands: accepted, with the task made.
  const [hub, settings] = [`#/${space}/hub/activity?kind=agent`, `#/${space}/settings/agents`];
  const rows = page.locator('.hub-row', { hasText: 'Field notes' });
  const lines = page.locator('.agent-line', { hasText: 'Field notes' });
  for (const [hash, told] of [[hub, rows], [settings, lines]] as const) {
    await go(page, hash);
    await expect.poll(() => told.count(), { timeout: LONG_MS }).toBe(2);
    await (hash === hub ? rows.first().locator('.hub-link') : lines.filter({ hasText: 'Summary' })).click();
    await summary.getByText('You accepted this.').waitFor();
    await tasks.getByRole('link', { name: 'Task', exact: true }).waitFor();
  }
  await summary.getByRole('button', { name: 'Dismiss' }).click();
  await page.locator('.toast', { hasText: 'Dismissed.' }).waitFor();
  await summary.waitFor({ state: 'detached' });
  await tasks.waitFor();
  for (const [hash, told] of [[hub, rows], [settings, lines]] as const) {
    await go(page, hash);
    await expect.poll(() => told.count(), { timeout: LONG_MS }).toBe(1);
  }
  await lines.filter({ hasText: 'Tasks found' }).waitFor();
  // Slips become suggestions: the page keeps its words until one is accepted.
  await go(page, `#/${space}/documents/${document}?panel=agents`);
  await page.getByRole('button', { name: 'Find slips' }).click();
  await page.getByRole('button', { name: 'Allow and run' }).click();
  await page.getByRole('button', { name: 'Make suggestions of these' }).click();
  await page.waitForURL(/[?&]p=/);
  await go(page, `#/${space}/documents/${document}`);
  await shows(page, ['The gasket of the third sensor leaks at high water.', 'Please order silicone gaskets by 2027-06-03', 'Leaking gaskets spoil the the readings of the sensor.']);
});
