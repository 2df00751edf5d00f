/** Goals with a calendar in two browsers: a line with all its words, a file that comes in once, a day moved by drag and by keys, a task that comes again, many at once, a saved filter, proposals, and the file out. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { closeAll, wellAndEqual } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
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
const more = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'More', exact: true }).first().click();
  await page.getByRole('menuitem', { name: item }).or(page.getByRole('menuitemcheckbox', { name: item })).click();
};
const focused = (place: Locator): Promise<boolean> => place.evaluate((one) => one === document.activeElement);
/** A day of the month that is seen, as the page has it. */
const dayOf = (page: Page, title: string): Promise<string | null> => page.locator('.calendar-day', { has: page.locator('.calendar-entry', { hasText: title }) }).first().getAttribute('data-day');

/** Where there is no goal yet the first task makes one: the second, sent before it is made, is kept too and goes into the same. */
async function twoAtOnce(a: Page): Promise<void> {
  const personal = await a.evaluate(async () => (await window.lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!.id);
  await a.evaluate((id) => void (location.hash = `#/${id}/goals`), personal);
  await a.getByText('No tasks yet').waitFor({ timeout: LONG_MS });
  // Both before anything else can come to the page.
  await a.getByRole('textbox', { name: 'Add a task' }).evaluate(async (field: HTMLInputElement) => {
    const drawn = async (): Promise<void> => { for (let turn = 0; turn < 9; turn++) await undefined; };
    for (const words of ['Water the plants', 'Feed the cat']) {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, words);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await drawn();
      field.form!.requestSubmit();
      await drawn();
    }
  });
  await a.getByText('0 of 2 done').waitFor({ timeout: LONG_MS });
  expect(await a.locator('.rail-sub').getByText('Tasks', { exact: true }).count()).toBe(1);
}

/** The saved filter is there after a reload, and lets through by one press what it did. */
async function keptFilter(a: Page): Promise<void> {
  await a.evaluate(() => window.lifegraph.saved());
  await a.reload();
  const row = (title: string): Locator => a.locator('.work-row', { hasText: title });
  await row('Boil the kettle').waitFor({ timeout: LONG_MS });
  await row('Party').waitFor({ timeout: LONG_MS });
  await more(a, 'Burning');
  await row('Boil the kettle').waitFor({ state: 'detached', timeout: LONG_MS });
  await row('Party').waitFor();
  expect(await a.locator('.goals-filter').getByRole('combobox', { name: 'Priority' }).inputValue()).toBe('urgent');
  expect(await a.locator('.goals-saved').getByRole('button', { name: 'Burning', exact: true }).getAttribute('aria-pressed')).toBe('true');
}

test('{C5} a calendar, what comes again, and files', { timeout: 400_000 }, async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await a.getByRole('link', { name: 'Goals' }).click();
  await a.getByRole('button', { name: 'New goal' }).first().click();
  await a.getByRole('textbox', { name: 'What it is' }).fill('House');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'House' }).waitFor({ timeout: LONG_MS });
  const hash = new URL(a.url()).hash;
  await add(a, 'Water the herbs today !high @Boris');
  const row = a.locator('.work-row', { hasText: 'Water the herbs' });
  await row.getByText('high').waitFor({ timeout: LONG_MS });
  expect(await row.locator('.work-title').innerText()).toBe('Water the herbs');
  expect(await row.locator('.faces').getAttribute('aria-label')).toContain('Boris');
  // It comes again every day; ticked, the next one stands there, once.
  await row.locator('.work-open').click();
  const panel = a.getByRole('complementary', { name: 'Task' });
  const again = panel.getByRole('combobox', { name: 'Comes again' });
  await again.focus();
  await again.selectOption({ label: 'Every day' });
  await row.getByText('comes again').waitFor({ state: 'attached', timeout: LONG_MS });
  // It is the same field: who uses it by keys goes on from there.
  expect(await focused(again)).toBe(true);
  await panel.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Done' });
  await a.getByText('1 of 2 done').waitFor({ timeout: LONG_MS });
  // A file comes in; a second time nothing is new.
  const day = await a.evaluate(() => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10).replaceAll('-', ''));
  const file = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//EN', 'BEGIN:VEVENT', 'UID:party@example.org', 'DTSTAMP:20260101T000000Z', `DTSTART:${day}T190000Z`, 'SUMMARY:Party', 'LOCATION:Roof', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  const input = a.locator('input[accept*=".ics"]');
  const give = (text: string) => input.setInputFiles({ name: 'own.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
  await give('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n');
  await a.locator('.toast', { hasText: 'own.ics is broken' }).waitFor();
  await give(file);
  await a.locator('.toast', { hasText: '1 thing came in.' }).waitFor({ timeout: LONG_MS });
  await give(file);
  await a.locator('.toast', { hasText: '1 was here already.' }).waitFor({ timeout: LONG_MS });
  // The other sees it in the calendar and moves it by keys, the first by drag; both see one day.
  await b.evaluate((to) => void (location.hash = to), `${hash}?view=calendar`);
  const party = b.locator('.calendar-entry', { hasText: 'Party' });
  await party.waitFor({ timeout: LONG_MS });
  // The days of the rule, by the library that comes with them.
  await b.getByRole('button', { name: 'Later', exact: true }).click();
  await b.locator('.calendar-entry[data-again]', { hasText: 'Water the herbs' }).nth(20).waitFor({ timeout: LONG_MS });
  // A day on which it comes again is not moved by keys: that would move the task.
  const dues = (): Promise<unknown[]> => b.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: ['goals/task@1'] })).map(({ props }) => props['due']).sort(), space);
  const due = await dues();
  await b.locator('.calendar-entry[data-again] button').nth(20).focus();
  await b.keyboard.press('Alt+ArrowRight');
  const today = b.getByRole('button', { name: 'Today', exact: true });
  await today.click();
  const before = await dayOf(b, 'Party');
  await party.getByRole('button').focus();
  // Within its week, which is what the other looks at.
  const [there, back] = new Date(`${before}T00:00:00Z`).getUTCDay() === 1 ? (['ArrowRight', 'ArrowLeft'] as const) : (['ArrowLeft', 'ArrowRight'] as const);
  await b.keyboard.press(`Alt+${there}`);
  await expect.poll(() => dayOf(b, 'Party'), { timeout: LONG_MS }).not.toBe(before);
  await expect.poll(() => focused(party.getByRole('button')), { timeout: LONG_MS }).toBe(true);
  expect(await dues()).toEqual(due);
  const moved = await dayOf(b, 'Party');
  // The focus that went elsewhere before the answer came stays there.
  const press = (key: string): Promise<void> => b.evaluate((name) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: name, altKey: true, bubbles: true }));
    [...document.querySelectorAll<HTMLElement>('.calendar-bar button')].find((one) => one.textContent === 'Today')!.focus();
  }, key);
  await press(back);
  await expect.poll(() => dayOf(b, 'Party'), { timeout: LONG_MS }).toBe(before);
  await party.getByRole('button').focus();
  await press(there);
  await expect.poll(() => dayOf(b, 'Party'), { timeout: LONG_MS }).toBe(moved);
  expect(await focused(today)).toBe(true);
  await a.evaluate((to) => void (location.hash = to), `${hash}?view=calendar`);
  await expect.poll(() => dayOf(a, 'Party'), { timeout: LONG_MS }).toBe(moved);
  await a.getByRole('radio', { name: 'Week' }).or(a.getByRole('button', { name: 'Week' })).click();
  await a.locator('.calendar-entry', { hasText: 'Party' }).dragTo(a.locator(`.calendar-day[data-day="${before}"]`), { targetPosition: { x: 20, y: 60 } });
  await expect.poll(() => dayOf(b, 'Party'), { timeout: LONG_MS }).toBe(before);
  // Out again: its place and hour are what they were.
  const [saved] = await Promise.all([a.waitForEvent('download'), more(a, 'Save as a calendar file')]);
  const written = await readFile(await saved.path(), 'utf8');
  expect(written).toContain('LOCATION:Roof');
  expect(written).toContain(`DTSTART:${day}T190000Z`);
  // Many at once, and a filter that is kept.
  await more(a, 'Choose several');
  await a.getByRole('button', { name: 'Choose all' }).click();
  await a.getByRole('group', { name: 'Choose several' }).getByRole('combobox', { name: 'Priority' }).selectOption({ label: 'Urgent' });
  await expect.poll(() => b.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: ['goals/task@1', 'goals/event@1'] })).filter((node) => node.props['priority'] === 'urgent').length, space), { timeout: LONG_MS }).toBe(3);
  await a.getByRole('button', { name: 'Filter', exact: true }).click();
  await a.locator('.goals-filter').getByRole('combobox', { name: 'Priority' }).selectOption({ label: 'Urgent' });
  await a.getByRole('button', { name: 'Save this filter' }).click();
  await a.getByRole('textbox', { name: 'Name' }).fill('Burning');
  await a.keyboard.press('Enter');
  await a.locator('.goals-saved').getByRole('button', { name: 'Burning', exact: true }).waitFor({ timeout: LONG_MS });
  // Proposals tell why.
  await more(a, 'Proposals');
  await a.getByRole('dialog', { name: 'Proposals' }).getByRole('heading', { name: 'Priorities' }).waitFor();
  await a.keyboard.press('Escape');
  // A tick in the details makes the next one too, wherever they are open.
  await a.getByRole('button', { name: 'Filter', exact: true }).click();
  await a.locator('.work-row:not([data-done]) .work-open', { hasText: 'Water the herbs' }).click();
  await panel.getByRole('checkbox', { name: /Water the herbs/ }).check();
  await a.getByText('2 of 3 done').waitFor({ timeout: LONG_MS });
  // Ticked with others at once it comes again all the same.
  await a.getByRole('button', { name: 'Choose all' }).click();
  await a.getByRole('group', { name: 'Choose several' }).getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Done' });
  await a.getByText('3 of 4 done').waitFor({ timeout: LONG_MS });
  // What the other writes after its time is told all the same.
  await b.evaluate(async ([id, fragment]) => {
    const morrow = new Date();
    morrow.setHours(24, 0, 0, 0);
    const day = new Date(morrow.getTime() - morrow.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    await window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'goals/task@1', props: { title: 'Boil the kettle', due: day, remind: [Math.ceil((morrow.getTime() - Date.now()) / 60_000) + 1] }, verb: 'goals/task.create@1' }], { fragment: fragment! });
  }, [space, hash.split('/')[3]!.split('?')[0]!] as const);
  await a.locator('.toast', { hasText: 'Boil the kettle' }).waitFor({ timeout: LONG_MS });
  await keptFilter(a);
  await twoAtOnce(a);
  await wellAndEqual(space, anna, boris);
});
