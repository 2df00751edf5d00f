/** Screens of the search. */
import type { Page } from 'playwright-core';
import '#view/kit/search-words.ts';
import type { Screen } from './screen.ts';

type Team = (page: Page, lens?: string, rest?: string) => Promise<void>;

/** Opens the page and types. */
async function find(team: Team, page: Page, text: string): Promise<void> {
  await team(page, 'search');
  await page.locator('.search input').fill(text);
  await page.waitForFunction((typed) => decodeURIComponent(location.hash).includes(`q=${typed.split(' ')[0]}`), text);
  await page.locator('.hit, .empty').first().waitFor();
}

/** With the way to the team. */
export const searchScreens = (team: Team): Screen[] => [
  { name: 'search-recent', scenario: 'seeded', go: async (page) => (await team(page, 'search'), page.locator('.hit').first().waitFor()) },
  { name: 'search', scenario: 'seeded', go: (page) => find(team, page, 'gasket') },
  { name: 'search-crowded', scenario: 'crowded', go: (page) => find(team, page, 'the') },
  { name: 'search-days', scenario: 'seeded', go: async (page) => (await find(team, page, 'gasket after:2020-01-01 before:soon'), page.locator('.field-error').waitFor()) },
  { name: 'search-none', scenario: 'seeded', go: (page) => find(team, page, 'xylophone') },
];
