/** What agents make, on their cards. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { LONG_MS } from './documents.ts';

/** The last chip leads to what was said, and it is made again the same. */
export async function leadsBackAndAgain(page: Page, card: Locator, pieces: number): Promise<void> {
  const chip = card.locator('.agent-chip').last();
  const said = (await chip.locator('xpath=ancestor::li').innerText()).slice(0, 30);
  await chip.click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), { timeout: LONG_MS }).toContain(said);
  await card.getByRole('button', { name: 'Where this comes from' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`${pieces} pieces of`).waitFor();
  await dialog.getByText('none: rules of the program').waitFor();
  await dialog.getByRole('button', { name: 'Run again and compare' }).click();
  await dialog.getByText('Made again: the same.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
}

/** Beside a lesson agents make of its text what beside its document they do, and nothing that would change it. */
export async function questionsBeside(page: Page): Promise<void> {
  await page.getByText('where the cable enters').waitFor({ timeout: LONG_MS });
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: 'Agents' }).click();
  const agents = page.getByRole('complementary', { name: 'Agents' });
  await agents.getByRole('button', { name: 'Find questions' }).click();
  await page.getByRole('button', { name: 'Allow and run' }).click();
  const asked = agents.getByRole('region', { name: 'Questions' }).locator('li', { hasText: 'where the cable enters' });
  await asked.getByText('Gland', { exact: true }).waitFor({ timeout: LONG_MS });
  await asked.getByRole('button', { name: 'Make card' }).waitFor();
  expect(await agents.getByRole('button', { name: 'Find slips' }).count()).toBe(0);
}
