/** Goals in two browsers: a goal made by hand, tasks by one line with a day in it, cards moved by keys and by drag, waiting with the circle refused, an offline plan that meets another without loss. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, wellAndEqual } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { proposals } from './support/goals-agents.ts';
import { dragged, longest } from './support/goals-plan.ts';
import { go, ties } from './support/goals-ties.ts';
import { looseWait, outOfTrash } from './support/goals-trash.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const add = async (page: Page, words: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Add a task' }).fill(words);
  await page.keyboard.press('Enter');
};
const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const titles = (page: Page, name: string): Promise<string[]> => column(page, name).locator('.work-title').allInnerTexts();

/** What has the focus, what is moved and what is held is drawn wherever it stands in a column of which only a part is. */
async function longColumn(a: Page, space: string): Promise<void> {
  const act = (first?: string): Promise<void> => a.evaluate(async ([id, first]) => {
    const graph = window.lifegraph.graph(id);
    const nodes = await graph.query({ type: ['goals/task@1'] });
    const of = (title: string) => nodes.find(({ props }) => props['title'] === title)!;
    const bolt = (_: unknown, at: number) => ({ op: 'node.create' as const, type: 'goals/task@1', props: { title: `Bolt ${at}`, status: 'doing', priority: 'low' }, verb: 'goals/task.create@1' });
    const head = of('Order gaskets');
    await graph.transact(first ? [{ op: 'pos.set', id: of(first).id, parent: null, before: head.id, verb: 'goals/task.order@1' }] : Array.from({ length: 40 }, bolt), { fragment: head.fragment });
  }, [space, first] as const);
  const cards = column(a, 'In progress').locator('.work-card');
  const card = (title: string) => cards.filter({ has: a.getByText(title, { exact: true }) });
  const focused = (): Promise<string | null> => a.evaluate(() => document.activeElement?.closest('[data-work]')?.querySelector('.work-title')?.textContent ?? null);
  const scroll = (to: number): Promise<void> => a.locator('main').evaluate((main, top) => void (main.scrollTop = top), to);
  await act();
  await cards.nth(10).waitFor({ timeout: LONG_MS });
  const all = async (): Promise<number> => Number(await column(a, 'In progress').locator('h2 .num').innerText());
  expect([await all(), await cards.count() < 41]).toEqual([41, true]);
  const top = await cards.first().locator('.work-title').innerText();
  await a.getByRole('button', { name: 'Assemble boxes', exact: true }).focus();
  await a.keyboard.press('Alt+ArrowRight');
  const box = card('Assemble boxes');
  const seen = (): Promise<boolean> => box.evaluate((one) => {
    const [at, main] = [one.getBoundingClientRect(), one.closest('main')!.getBoundingClientRect()];
    return at.top >= main.top && at.bottom <= main.bottom && one.contains(document.activeElement) && one.nextElementSibling!.nextElementSibling === null;
  });
  await expect.poll(seen, { timeout: LONG_MS }).toBe(true);
  // The focus stays with it though it is scrolled out of sight, and with a card that others come before.
  await scroll(0);
  await expect.poll(() => cards.first().locator('.work-title').innerText(), { timeout: LONG_MS }).toBe(top);
  expect([await cards.count() < 40, await focused()]).toEqual([true, 'Assemble boxes']);
  const eighth = await cards.nth(7).locator('.work-title').innerText();
  await card(eighth).locator('.work-open').focus();
  await act('Assemble boxes');
  await expect.poll(() => cards.first().locator('.work-title').innerText(), { timeout: LONG_MS }).toBe('Assemble boxes');
  expect([await focused(), await cards.nth(8).locator('.work-title').innerText()]).toEqual([eighth, eighth]);
  // Held while the page goes on under it, and dropped elsewhere.
  const fourth = await cards.nth(3).locator('.work-title').innerText();
  await box.hover({ position: { x: 20, y: 8 } });
  await a.mouse.down();
  const held = (await box.boundingBox())!;
  await a.mouse.move(held.x + 60, held.y + 30, { steps: 4 });
  await scroll(100_000);
  await card(fourth).waitFor({ state: 'detached', timeout: LONG_MS });
  expect(await box.count()).toBe(1);
  const review = (await column(a, 'Review').boundingBox())!;
  await a.mouse.move(review.x + 60, 300, { steps: 4 });
  await a.mouse.up();
  await expect.poll(() => titles(a, 'Review'), { timeout: LONG_MS }).toEqual(['Assemble boxes']);
}

/** The diagram: along a line by keys, how it waits changed in the details, a circle that came by a merge shown and mended. */
async function diagram(b: Page, hash: string, space: string): Promise<void> {
  await go(b, `${hash}?view=diagram`);
  const thing = (title: string) => b.locator('.diagram-thing', { has: b.getByText(title, { exact: true }) });
  await thing('Mount stations 1 to 5').waitFor({ timeout: LONG_MS });
  expect(await thing('Mount stations 1 to 5').locator('.hidden').innerText()).toContain('waits for Assemble boxes');
  await thing('Assemble boxes').focus();
  await b.keyboard.press('ArrowRight');
  expect(await b.evaluate(() => document.activeElement?.textContent)).toContain('Mount stations 1 to 5');
  await b.keyboard.press('Enter');
  const lag = b.getByRole('complementary', { name: 'Task' }).getByRole('spinbutton', { name: 'Hours later' });
  await lag.fill('16');
  await lag.blur();
  await b.locator('.diagram-label', { hasText: 'end–start +2 d' }).waitFor({ timeout: LONG_MS });
  await b.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const nodes = await graph.query({ type: ['goals/task@1'] });
    const of = (title: string) => nodes.find(({ props }) => props['title'] === title)!;
    await graph.transact([{ op: 'edge.add', type: 'goals/depends-on@1', from: of('Assemble boxes').id, to: of('Mount stations 1 to 5').id, props: { kind: 'FS', lag: 0 } }], { fragment: of('Assemble boxes').fragment });
  }, space);
  await b.locator('.diagram-thing[data-held]').nth(1).waitFor({ timeout: LONG_MS });
  await b.getByText('As a table').click();
  await b.getByRole('row', { name: /^Assemble boxes Mount stations/ }).getByRole('button', { name: 'Take away' }).click();
  await expect.poll(() => b.locator('.diagram-thing[data-held]').count(), { timeout: LONG_MS }).toBe(0);
  await looseWait(b, space);
  // A milestone is made by the same line, and says what it holds up.
  await b.getByRole('button', { name: 'What is added: Task' }).click();
  await b.getByRole('menuitemradio', { name: 'Milestone' }).click();
  await add(b, 'All is ordered tomorrow');
  await go(b, `${hash}?view=list`);
  const row = b.locator('.work-row', { hasText: 'All is ordered' });
  await row.getByText('Milestone').waitFor({ timeout: LONG_MS });
  await row.locator('.work-open').click();
  await b.getByRole('complementary', { name: 'Milestone' }).getByRole('combobox', { name: 'Holds up…' }).fill('mount');
  await b.keyboard.press('Enter');
  await go(b, `${hash}?view=diagram`);
  await expect.poll(() => thing('All is ordered').locator('.hidden').innerText(), { timeout: LONG_MS }).toContain('before Mount stations 1 to 5');
}

/** Somebody has two things to do at once: it is seen in the table, spread by one act, and as it was by one more. */
async function workload(b: Page, hash: string, space: string): Promise<void> {
  await b.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const { fragment } = (await graph.query({ type: ['goals/task@1'] }))[0]!;
    const assignee = window.lifegraph.identity.get()!.uid;
    await graph.transact(['Paint', 'Varnish'].map((title) => ({ op: 'node.create' as const, type: 'goals/task@1', props: { title, assignee }, verb: 'goals/task.create@1' })), { fragment });
  }, space);
  await go(b, `${hash}?view=workload`);
  const table = b.getByRole('grid', { name: 'Workload' });
  const full = table.getByRole('button', { name: /Boris, .*: 16 h of 8 h, more than there is/ });
  await full.waitFor({ timeout: LONG_MS });
  // By keys to the next day and back, and what is in it.
  await full.focus();
  await b.keyboard.press('ArrowRight');
  await b.keyboard.press('ArrowLeft');
  await b.keyboard.press('Enter');
  await b.getByRole('region', { name: /^Boris, / }).getByRole('button', { name: 'Varnish' }).waitFor();
  await b.getByRole('button', { name: /^Take: (Paint|Varnish)$/ }).click();
  await expect.poll(() => full.count(), { timeout: LONG_MS }).toBe(0);
  await b.locator('.toast', { hasText: 'begins on another day' }).getByRole('button', { name: 'Undo' }).click();
  await full.waitFor({ timeout: LONG_MS });
}

/** A resource made where a task needs it: of one there is too little for two at once, of two there is enough. Both see it; search finds it. */
async function resource(a: Page, b: Page, hash: string): Promise<void> {
  await b.getByRole('region', { name: /^Boris, / }).getByRole('button', { name: 'Varnish' }).click();
  const panel = b.getByRole('complementary', { name: 'Task' });
  await panel.getByRole('combobox', { name: 'Needs a resource…' }).fill('Crane');
  await b.getByRole('option', { name: 'Create the resource “Crane”' }).waitFor();
  await b.keyboard.press('Enter');
  const amount = panel.getByRole('spinbutton', { name: 'How much of it' });
  await amount.waitFor({ timeout: LONG_MS });
  await amount.fill('2');
  await b.keyboard.press('Enter');
  await panel.getByText('There is only 1 of it.').waitFor({ timeout: LONG_MS });
  await b.getByRole('grid', { name: 'Workload' }).getByRole('button', { name: /^Crane, .*: 16 h of 8 h, more than there is/ }).waitFor({ timeout: LONG_MS });
  await b.getByText(/^1 task asks for more than there is/).waitFor();
  // The other opens it, and says that there are two.
  const before = new URL(a.url()).hash;
  await go(a, `${hash}?view=workload`);
  await a.getByRole('region', { name: 'Resources' }).getByRole('button', { name: 'Crane' }).click();
  const details = a.getByRole('complementary', { name: 'Resource' });
  await details.getByRole('button', { name: 'Varnish' }).waitFor({ timeout: LONG_MS });
  // What somebody is typing stands there, whatever the other says meanwhile.
  const there = details.getByRole('spinbutton', { name: 'How much there is' });
  await there.fill('2');
  await b.evaluate(async () => {
    const graph = window.lifegraph.graph(location.hash.split('/')[1]!);
    const [crane] = (await graph.query({ type: 'goals/resource@1' })).filter(({ props }) => props['title'] === 'Crane');
    await graph.transact([{ op: 'node.set', id: crane!.id, props: { capacity: 3 }, verb: 'goals/resource.set@1' }]);
  });
  await b.getByRole('grid', { name: 'Workload' }).getByRole('button', { name: /^Crane, .*: 16 h of 24 h$/ }).waitFor({ timeout: LONG_MS });
  await a.getByRole('grid', { name: 'Workload' }).getByRole('button', { name: /^Crane, .*: 16 h of 24 h$/ }).waitFor({ timeout: LONG_MS });
  expect(await there.inputValue()).toBe('2');
  await there.press('Enter');
  await b.getByRole('grid', { name: 'Workload' }).getByRole('button', { name: /^Crane, .*: 16 h of 16 h$/ }).waitFor({ timeout: LONG_MS });
  await details.getByRole('button', { name: 'Move to trash' }).click();
  await a.locator('.toast', { hasText: 'Crane' }).getByRole('button', { name: 'Undo' }).click();
  await outOfTrash(a, details);
  await b.getByRole('grid', { name: 'Workload' }).getByRole('button', { name: /^Crane, .*: 16 h of 16 h$/ }).waitFor({ timeout: LONG_MS });
  await go(a, before);
}

/** The dashboard: what is done by day, out of the log, while the other ends a task. */
async function dashboard(a: Page, b: Page, hash: string): Promise<void> {
  await go(b, `${hash}?view=dashboard`);
  const chart = (name: string) => b.getByRole('region', { name, exact: true });
  const lines = chart('All and done').getByRole('img', { name: /Today: \d+ of \d+\.$/ });
  await lines.waitFor({ timeout: LONG_MS });
  const before = await lines.getAttribute('aria-label');
  // It was all made today.
  expect(before).toMatch(/: 0 of 0 done\. Today: /);
  const [, done, all] = /Today: (\d+) of (\d+)\.$/.exec(before!)!;
  await chart('When all is done').getByText('As a table').click();
  await chart('When all is done').getByRole('row', { name: /^80 of 100 / }).waitFor();
  await a.getByRole('complementary', { name: 'Task' }).getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Done' });
  await chart('All and done').getByRole('img', { name: new RegExp(`Today: ${Number(done) + 1} of ${all}\\.$`) }).waitFor({ timeout: LONG_MS });
  // The tree of all has the goal with how far it is, and leads to it.
  await go(b, `${hash.split('/').slice(0, 3).join('/')}?view=tree`);
  const goal = b.locator('.work-row', { hasText: 'First ten stations' });
  await goal.getByText(/^1 of \d+$/).waitFor({ timeout: LONG_MS });
  await goal.locator('.work-open').click();
  await b.getByRole('heading', { name: 'First ten stations' }).waitFor({ timeout: LONG_MS });
}

/** The goal becomes a template, and another begins with it: its days count from the one that is chosen. It makes tasks of the same titles. */
async function template(a: Page): Promise<void> {
  await a.getByRole('button', { name: 'More', exact: true }).click();
  await a.getByRole('menuitem', { name: 'Save as a template…' }).click();
  await a.getByRole('dialog', { name: 'Save as a template…' }).getByRole('textbox').press('Enter');
  await a.getByText('A template: its tasks are nobody’s work.').waitFor({ timeout: LONG_MS });
  // Every view opens on days that are of no calendar.
  for (const view of ['Calendar', 'Dashboard', 'List']) await a.getByRole('tab', { name: view, exact: true }).click();
  await column(a, 'Next').waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: 'Begin a goal with it' }).click();
  const begins = a.getByRole('dialog', { name: 'New goal' });
  await begins.getByLabel('First day').fill('2027-03-01');
  await begins.getByRole('textbox', { name: 'What it is' }).fill('Second ten stations');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'Second ten stations' }).waitFor({ timeout: LONG_MS });
  // Of so many the column draws those in sight alone.
  await a.getByRole('button', { name: 'Filter', exact: true }).click();
  const found = a.locator('.goals-filter').getByRole('searchbox');
  await found.fill('order gaskets');
  await column(a, 'Next').locator('.work-row', { hasText: 'Order gaskets' }).getByText(/\b1 Mar/).waitFor({ timeout: LONG_MS });
  // The task before it, and the milestone that holds it up.
  await found.fill('mount stations 1');
  await column(a, 'Next').locator('.work-row', { hasText: 'Mount stations 1 to 5' }).getByText('waits for 2').waitFor({ timeout: LONG_MS });
  await a.locator('.rail-sub').getByText('Templates', { exact: true }).waitFor();
}

/** The new goal is a part of the first, which shows how far it is; the other way round would be a circle, which is named. */
async function goalInGoal(a: Page): Promise<void> {
  const part = async (of: string): Promise<void> => {
    await a.getByRole('button', { name: 'More', exact: true }).click();
    await a.getByRole('menuitem', { name: 'Part of another goal…' }).click();
    await a.getByRole('combobox', { name: 'Part of another goal…' }).fill(of);
    await a.keyboard.press('Enter');
  };
  await part('First ten');
  await a.getByRole('button', { name: 'First ten stations', exact: true }).click();
  await a.getByRole('button', { name: /^Second ten stations 0 of \d+$/ }).waitFor({ timeout: LONG_MS });
  await part('Second ten');
  await a.locator('.toast', { hasText: /close a circle: (First ten stations and Second ten stations|Second ten stations and First ten stations)/ }).waitFor({ timeout: LONG_MS });
}

test('{C5} two people plan one goal: quick add, board by keys and drag, waits and a refused circle, offline edits of one task that meet field by field', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await a.getByRole('link', { name: 'Goals' }).click();
  await a.getByText('No tasks yet').waitFor();
  await a.getByRole('button', { name: 'New goal' }).first().click();
  await a.getByRole('textbox', { name: 'What it is' }).fill('First ten stations');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'First ten stations' }).waitFor({ timeout: LONG_MS });
  const hash = new URL(a.url()).hash;
  await add(a, 'Order gaskets tomorrow');
  await a.locator('.work-row', { hasText: 'Order gaskets' }).waitFor({ timeout: LONG_MS });
  expect(await a.locator('.work-title').allInnerTexts()).toEqual(['Order gaskets']);
  await add(a, 'Assemble boxes');
  await add(a, 'Mount stations');
  await a.getByText('0 of 3 done').waitFor();
  // What an agent offers stands where the rows around it stand.
  const left = (place: string): Promise<number> => a.locator(place).first().evaluate((one) => one.getBoundingClientRect().left);
  await a.getByRole('button', { name: 'Propose priorities' }).waitFor({ timeout: LONG_MS });
  expect(await left('.goals .agent-place > *')).toBe(await left('.goals-bar > *'));
  await proposals(a, space);
  // The other sees it, and moves a card by keys; the first sees that.
  await go(b, `${hash}?view=board`);
  await b.locator('.work-card', { hasText: 'Mount stations' }).waitFor({ timeout: LONG_MS });
  await b.getByRole('button', { name: 'Order gaskets', exact: true }).focus();
  await b.keyboard.press('Alt+ArrowRight');
  await column(b, 'In progress').getByText('Order gaskets').waitFor();
  await go(a, `${hash}?view=board`);
  await column(a, 'In progress').getByText('Order gaskets').waitFor({ timeout: LONG_MS });
  // By drag, to the head of a column.
  await a.locator('.work-card', { hasText: 'Mount stations' }).dragTo(a.locator('.work-card', { hasText: 'Assemble boxes' }), { targetPosition: { x: 30, y: 3 } });
  await expect.poll(() => titles(b, 'Next'), { timeout: LONG_MS }).toEqual(['Mount stations', 'Assemble boxes']);
  // By its menu, and back by it: it keeps the focus.
  await b.getByRole('button', { name: 'Acts of Assemble boxes' }).focus();
  for (const to of ['Review', 'Next']) {
    await b.keyboard.press('Enter');
    await b.getByRole('menuitemradio', { name: to, exact: true }).press('Enter');
    await column(b, to).getByText('Assemble boxes').waitFor({ timeout: LONG_MS });
    await expect.poll(() => b.evaluate(() => document.activeElement?.getAttribute('aria-label')), { timeout: LONG_MS }).toBe('Acts of Assemble boxes');
  }
  // It waits; the other way round would be a circle, which is named.
  await a.getByRole('button', { name: 'Mount stations', exact: true }).click();
  const panel = a.getByRole('complementary', { name: 'Task' });
  await panel.getByRole('combobox', { name: 'Wait for…' }).fill('assem');
  await a.keyboard.press('Enter');
  await b.locator('.work-card', { hasText: 'Mount stations' }).getByText('waits for 1').waitFor({ timeout: LONG_MS });
  await b.getByRole('button', { name: 'Assemble boxes', exact: true }).click();
  await b.getByRole('combobox', { name: 'Wait for…' }).fill('mount');
  await b.keyboard.press('Enter');
  await b.locator('.toast', { hasText: 'That would close a circle: Mount stations and Assemble boxes.' }).waitFor();
  // A property of a kind, seen on the card of the other.
  await panel.getByRole('button', { name: 'Add a property' }).click();
  const adding = a.getByRole('dialog', { name: 'Add a property' });
  await adding.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Number' });
  await adding.getByRole('textbox', { name: 'Name' }).fill('Crew');
  await a.keyboard.press('Enter');
  await panel.getByRole('spinbutton', { name: 'Crew' }).fill('4');
  await a.keyboard.press('Enter');
  await b.locator('.work-card', { hasText: 'Mount stations' }).getByText('Crew: 4').waitFor({ timeout: LONG_MS });
  // Offline both change one task; nothing is lost when they meet.
  await a.evaluate(() => window.lifegraph.network.pause());
  await panel.getByRole('spinbutton', { name: 'Crew' }).fill('5');
  await a.keyboard.press('Enter');
  await panel.getByRole('combobox', { name: 'Priority' }).selectOption({ label: 'Urgent' });
  const task = b.getByRole('complementary', { name: 'Task' });
  await b.getByRole('button', { name: 'Mount stations', exact: true }).click();
  await task.getByRole('spinbutton', { name: 'Most likely' }).fill('3');
  await task.getByRole('textbox', { name: 'Title' }).fill('Mount stations 1 to 5');
  await b.keyboard.press('Enter');
  await task.getByRole('button', { name: 'Property Crew' }).click();
  await b.getByRole('menuitem', { name: 'Rename' }).click();
  await b.getByRole('dialog', { name: 'Rename' }).getByRole('textbox').fill('People');
  await b.keyboard.press('Enter');
  await a.evaluate(() => window.lifegraph.network.resume());
  for (const page of [a, b]) {
    const card = page.locator('.work-card', { hasText: 'Mount stations 1 to 5' });
    await card.getByText('urgent').waitFor({ timeout: LONG_MS });
    await card.getByText('critical').waitFor({ timeout: LONG_MS });
    await card.getByText('People: 5').waitFor({ timeout: LONG_MS });
  }
  expect(await panel.getByRole('spinbutton', { name: 'Most likely' }).inputValue()).toBe('3');
  // In the list it is a column, and the filter asks of it.
  await b.getByRole('tab', { name: 'List' }).click();
  await b.locator('.work-names', { hasText: 'People' }).first().waitFor();
  await b.getByRole('button', { name: 'Filter', exact: true }).click();
  await b.locator('.goals-filter').getByRole('combobox', { name: 'Property' }).selectOption({ label: 'People' });
  await expect.poll(() => b.locator('.work-row .work-cell').allInnerTexts(), { timeout: LONG_MS }).toEqual([expect.stringContaining('5')]);
  // All of the chosen get a value at once, and the list is ordered by it.
  await b.locator('.goals-filter').getByRole('combobox', { name: 'Property' }).selectOption({ label: 'Any property' });
  await b.getByRole('button', { name: 'More', exact: true }).click();
  await b.getByRole('menuitemcheckbox', { name: 'Choose several' }).click();
  await b.getByRole('checkbox', { name: 'Choose Assemble boxes' }).check();
  const bulk = b.getByRole('group', { name: 'Choose several' });
  await bulk.getByRole('combobox', { name: 'Property' }).selectOption({ label: 'People' });
  await bulk.getByRole('spinbutton', { name: 'What it says' }).fill('7');
  await b.keyboard.press('Enter');
  await b.locator('.work-row', { hasText: 'Assemble boxes' }).locator('.work-cell').getByText('7').waitFor({ timeout: LONG_MS });
  await bulk.getByRole('button', { name: 'Done choosing' }).click();
  const next = (): Promise<string[]> => column(b, 'Next').locator('.work-title').allInnerTexts();
  const by = (name: string): Promise<void> => column(b, 'Next').getByRole('button', { name }).click();
  await by('Order by People');
  await expect.poll(next, { timeout: LONG_MS }).toEqual(['Mount stations 1 to 5', 'Assemble boxes']);
  await by('Ordered by People');
  await expect.poll(next, { timeout: LONG_MS }).toEqual(['Assemble boxes', 'Mount stations 1 to 5']);
  await by('Ordered by People, the last first');
  await b.locator('.goals-filter').getByRole('combobox', { name: 'Property' }).selectOption({ label: 'People' });
  await b.locator('.goals-filter').getByRole('spinbutton', { name: 'At least' }).fill('8');
  await b.getByText('Nothing passes the filter.').waitFor();
  await b.getByRole('button', { name: 'Filter', exact: true }).click();
  // The timeline says the same, and a bar is moved by keys: not before the day after.
  await go(b, `${hash}?view=timeline`);
  const bar = b.getByRole('button', { name: /^Mount stations 1 to 5, .*critical$/ });
  await bar.waitFor({ timeout: LONG_MS });
  const before = await bar.getAttribute('aria-label');
  await bar.focus();
  await b.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => bar.getAttribute('aria-label'), { timeout: LONG_MS }).not.toBe(before);
  await longest(a, b, space, bar);
  await dragged(a, b, space, bar);
  await diagram(b, hash, space);
  await workload(b, hash, space);
  await resource(a, b, hash);
  await dashboard(a, b, hash);
  await longColumn(a, space);
  await template(a);
  await goalInGoal(a);
  await ties(a, b, hash, space);
  await wellAndEqual(space, anna, boris);
});
