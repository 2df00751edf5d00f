/** Screens of the shell itself: More, what is made from anywhere, a closed rail. */
import type { Page } from 'playwright-core';
import { housing, settled, team, type Screen } from './screen.ts';

/** The menu of spaces; on a phone it stands under More. */
const spaces = async (page: Page, entry: string): Promise<void> => {
  await team(page);
  if (await page.locator('.space-switch').isVisible()) await page.locator('.space-switch').click();
  else await team(page, 'more');
  await page.getByRole('menuitem', { name: entry }).click();
  await page.getByRole('dialog').waitFor();
};

/** Everything of the shell. */
export const SHELL_SCREENS: readonly Screen[] = [
  { name: 'more', scenario: 'seeded', go: (page) => team(page, 'more') },
  { name: 'space-new', scenario: 'seeded', go: (page, words) => spaces(page, words('space.new')) },
  { name: 'space-join', scenario: 'seeded', go: (page, words) => spaces(page, words('join.byLink')) },
  {
    name: 'create', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      const bar = page.locator('.phone-bar button[aria-haspopup=menu]');
      if (await bar.isVisible()) await bar.click();
      else {
        await page.locator('main').focus();
        await page.keyboard.press('KeyC');
      }
      await page.locator('dialog[open], [role=menu]').first().waitFor();
    },
  },
  {
    name: 'rail-closed', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      await page.locator('main').focus();
      await page.keyboard.press('BracketLeft');
      await settled(page);
    },
  },
  { name: 'search-reading', scenario: 'seeded', hash: '&reading#/', go: (page) => team(page, 'search', '?q=gasket') },
  { name: 'settings-about', scenario: 'seeded', go: async (page) => (await team(page, 'settings', '/about'), page.locator('.settings-card').first().waitFor()) },
  { name: 'system-storage', scenario: 'seeded', go: (page) => team(page, 'system', '?tab=storage') },
  { name: 'settings-offline', scenario: 'offline', go: (page) => team(page, 'settings', '/network') },
  { name: 'access-offline', scenario: 'offline', go: (page) => team(page, 'access') },
  { name: 'search-offline', scenario: 'offline', go: async (page) => (await team(page, 'search', '?q=gasket'), page.locator('.hit, .empty').first().waitFor()) },
  { name: 'documents-offline', scenario: 'offline', go: (page) => team(page, 'documents') },
];
