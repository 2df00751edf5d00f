/** Screens of old steps that can go, in Access. */
import type { Page } from 'playwright-core';
import { team, type Screen } from './screen.ts';

async function oldSteps(page: Page, words: (key: string) => string): Promise<void> {
  await team(page, 'access');
  const section = page.getByRole('table', { name: words('past.title') });
  await section.waitFor();
  await section.scrollIntoViewIfNeeded();
}

/** The table, and what is said before anything goes. */
export const PAST_SCREENS: readonly Screen[] = [
  { name: 'access-old-steps', scenario: 'seeded', go: (page, words) => oldSteps(page, words) },
  {
    name: 'access-old-steps-ask', scenario: 'seeded',
    go: async (page, words) => {
      await oldSteps(page, words);
      await page.getByRole('table', { name: words('past.title') }).getByRole('button').first().click();
      await page.getByRole('menuitem', { name: words('past.actEmpty'), exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];
