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

type Others = 'none' | 'asking' | 'found' | 'late' | 'nobody';

/** Asks others in a Guild, and what becomes of it. */
async function others(team: Team, page: Page, words: (key: string) => string, of: Others, phase: string): Promise<void> {
  await page.evaluate((how) => void ((globalThis as unknown as { fakeOthers: string }).fakeOthers = how), of);
  await find(team, page, of === 'found' || of === 'asking' ? 'weir' : 'xylophone');
  await page.getByRole('button', { name: words('search.othersAsk') }).click();
  await page.locator(`.search-others[data-phase="${phase}"]`).waitFor();
}

/** With the way to the team. */
export const searchScreens = (team: Team): Screen[] => [
  { name: 'search-recent', scenario: 'seeded', go: async (page) => (await team(page, 'search'), page.locator('.hit').first().waitFor()) },
  { name: 'search', scenario: 'seeded', go: (page) => find(team, page, 'gasket') },
  { name: 'search-crowded', scenario: 'crowded', go: (page) => find(team, page, 'the') },
  { name: 'search-days', scenario: 'seeded', go: async (page) => (await find(team, page, 'gasket after:2020-01-01 before:soon'), page.locator('.field-error').waitFor()) },
  { name: 'search-none', scenario: 'seeded', go: (page) => find(team, page, 'xylophone') },
  { name: 'search-others', scenario: 'guild', go: (page) => find(team, page, 'xylophone') },
  { name: 'search-others-asking', scenario: 'guild', go: (page, words) => others(team, page, words, 'asking', 'asking') },
  { name: 'search-others-found', scenario: 'guild', go: (page, words) => others(team, page, words, 'found', 'done') },
  { name: 'search-others-late', scenario: 'guild', go: (page, words) => others(team, page, words, 'late', 'done') },
  { name: 'search-others-none', scenario: 'guild', go: (page, words) => others(team, page, words, 'none', 'done') },
  { name: 'search-others-nobody', scenario: 'guild', go: (page, words) => others(team, page, words, 'nobody', 'done') },
  { name: 'search-others-second', scenario: 'second', go: (page) => find(team, page, 'xylophone') },
  {
    name: 'search-others-offline', scenario: 'guild',
    go: async (page) => {
      await page.evaluate(() => (globalThis as unknown as { lifegraph: { network: { pause(): void } } }).lifegraph.network.pause());
      await find(team, page, 'xylophone');
    },
  },
  {
    name: 'search-others-palette', scenario: 'guild',
    go: async (page) => {
      await team(page);
      await page.keyboard.press('Control+KeyK');
      await page.locator('.palette input:focus').waitFor();
      await page.keyboard.type('xylophone');
      await page.locator('.palette [role=option]').first().waitFor();
    },
  },
];
