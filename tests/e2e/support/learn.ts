/** Steps of Learn that stand apart from its walk. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { LONG_MS } from './documents.ts';

/** Goes there by the address. */
export const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);
/** A row of a list of Learn. */
export const row = (page: Page, words: string) => page.locator('.learn-row', { hasText: words });
/** Presses the first of that name. */
export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) }).first().click();

/** A lesson by the screen; leaves its panel open. */
export async function lesson(page: Page, title: string): Promise<void> {
  await press(page, 'Add a lesson');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill(title);
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Lesson' }).getByText(title).waitFor({ timeout: LONG_MS });
}

/** A question by its dialog. */
export async function ask(page: Page, kind: string, words: string, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>): Promise<void> {
  await press(page, 'Add a question');
  const dialog = page.getByRole('dialog', { name: 'Add a question' });
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption({ label: kind });
  await dialog.getByRole('textbox', { name: 'Question' }).fill(words);
  await fill(dialog);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** A lesson waits for one that is taken out: the wait is named, and taken away by one press. The panel of the new assignment is open. */
export async function looseNeed(page: Page): Promise<void> {
  await lesson(page, 'Old clamps');
  await page.getByRole('button', { name: /^\d\. Torque$/ }).click();
  const first = page.getByRole('complementary', { name: 'Lesson' }).getByRole('combobox', { name: 'Add what comes first' });
  await first.selectOption({ label: (await first.locator('option', { hasText: 'Old clamps' }).textContent())! });
  await page.getByRole('button', { name: /^Take out \d\. Old clamps$/ }).click();
  const note = page.locator('.learn-warn', { hasText: 'Torque waits for a step that is gone.' });
  await note.getByRole('button', { name: /^Take away: \d\. Torque waits for a step that is gone$/ }).click({ timeout: LONG_MS });
  await note.waitFor({ state: 'detached', timeout: LONG_MS });
}

/** A question that came later is answered wrong: before what builds on its lesson, that is offered once more. The panel of the lesson is open. */
export async function advice(page: Page, other: Page, hash: string): Promise<void> {
  await ask(page, 'Own words', 'What tightens it?', (dialog) => dialog.getByRole('textbox', { name: /What counts as right/ }).fill('a hand'));
  await page.getByRole('button', { name: /^\d\. Mount a box$/ }).click();
  const first = page.getByRole('complementary', { name: 'Assignment' }).getByRole('combobox', { name: 'Add what comes first' });
  await first.selectOption({ label: (await first.locator('option', { hasText: 'Torque' }).textContent())! });
  await go(other, hash);
  const torque = row(other, 'Torque').first();
  await torque.getByText('1 of 2', { exact: true }).waitFor({ timeout: LONG_MS });
  const next = other.getByRole('region', { name: 'Continue' });
  await next.getByText('Mount a box').waitFor({ timeout: LONG_MS });
  expect(await next.getByText(/It builds on/).count()).toBe(0);
  await torque.click();
  await other.getByRole('region', { name: 'Question 2 of 2' }).getByRole('textbox', { name: 'Your answer' }).fill('a wrench');
  await other.keyboard.press('Enter');
  await other.getByRole('button', { name: 'Next question' }).click();
  await go(other, hash);
  await next.getByText('It builds on Torque, where 1 question was wrong.').waitFor({ timeout: LONG_MS });
  await next.getByRole('button', { name: 'Look at it again' }).click();
  await other.getByRole('button', { name: 'Answer 1 question again' }).waitFor({ timeout: LONG_MS });
}

/** A certificate is checked in the Personal space, where its course is not; the manual is made into it, has its questions at once, and leads to the places it is about. */
export async function manual(page: Page, certificate: Buffer): Promise<void> {
  const personal = await page.evaluate(async () => (await window.lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!.id);
  await go(page, `#/${personal}/learn`);
  // A certificate is checked where its course is not; one changed bit, and it does not hold.
  await press(page, 'Check a certificate');
  const dialog = page.getByRole('dialog', { name: 'Check a certificate' });
  const check = (buffer: Buffer): Promise<void> => dialog.locator('input[type=file]').setInputFiles({ name: 'one.lgcert', mimeType: 'application/octet-stream', buffer });
  await check(Buffer.from(certificate.map((byte, at) => (at === certificate.indexOf('Field installation basics') ? byte ^ 1 : byte))));
  await dialog.getByText('This certificate does not hold').waitFor({ timeout: LONG_MS });
  await check(certificate);
  await dialog.getByText('all of “Field installation basics” done, 2 steps').waitFor({ timeout: LONG_MS });
  await dialog.getByText('This is your own key.').waitFor();
  await dialog.getByText(/^By the name Anna, confirmed on/).waitFor();
  await dialog.getByText(/^You know this key: Anna, in/).waitFor();
  if (process.env['LGOS_SHOTS']) for (const [width, height] of [[390, 844], [1280, 800]] as const) for (const colorScheme of ['dark', 'light'] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${process.env['LGOS_SHOTS']}/certificate-${width}-${colorScheme}.png` });
  }
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await press(page, /^LifeGraph manual/);
  await page.getByRole('heading', { name: 'LifeGraph manual' }).waitFor({ timeout: LONG_MS });
  await row(page, 'Recovery').getByText('3 questions').waitFor({ timeout: LONG_MS });
  await press(page, 'Begin');
  await page.getByText('Everything you do lies in a space.').waitFor({ timeout: LONG_MS });
  await page.getByRole('region', { name: 'Question 1 of 4' }).waitFor();
  // A lesson leads to the place it is about.
  await page.goBack();
  await row(page, 'Goals').click();
  await page.getByRole('link', { name: 'Open Goals' }).click({ timeout: LONG_MS });
  await page.waitForURL(new RegExp(`#/${personal}/goals`), { timeout: LONG_MS });
}

/** A picture of one place. */
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** A package of newer Anki (tests/support/make-newer-deck.ts). */
export const newerDeck = (): Buffer => Buffer.from((JSON.parse(readFileSync(new URL('../../support/newer-deck.json', import.meta.url), 'utf8')) as { apkg: string[] }).apkg.join(''), 'base64');
