/** What was deleted in Goals comes back out of the trash of its space. */
import type { Locator, Page } from 'playwright-core';
import { LONG_MS } from './documents.ts';

/** The crane is deleted in its details, and brought back out of the trash, where it lies with the goal it was in. */
export async function outOfTrash(page: Page, details: Locator): Promise<void> {
  await page.getByRole('region', { name: 'Resources' }).getByRole('button', { name: 'Crane' }).click({ timeout: LONG_MS });
  await details.getByRole('button', { name: 'Move to trash' }).click();
  await page.getByRole('button', { name: 'More', exact: true }).first().click();
  await page.getByRole('menuitem', { name: 'Trash' }).click();
  const row = page.locator('.trash-row', { hasText: 'Crane' });
  await row.getByText(/in “/).waitFor({ timeout: LONG_MS });
  await row.getByRole('button', { name: 'Restore' }).click();
}
