/** What an agent made, on its card: the last chip leads to what was said, and it is made again the same. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { LONG_MS } from './documents.ts';

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
