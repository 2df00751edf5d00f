/** Screens of System. */
import '#view/kit/system-words.ts';
import { stop, team, type Screen } from './screen.ts';

/** Everything of System. */
export const SYSTEM_SCREENS: readonly Screen[] = [
  { name: 'system-altered', scenario: 'altered', go: async (page) => { await team(page, 'system'); await page.getByRole('alert').first().waitFor(); } },
  { name: 'system-pipeline', scenario: 'seeded', go: (page) => team(page, 'system', '?tab=pipeline') },
  { name: 'system-stopped', scenario: 'stopped', go: async (page) => { await team(page, 'system', '?tab=pipeline'); await stop(page); } },
  { name: 'system-offline', scenario: 'offline', go: (page) => team(page, 'system') },
  { name: 'system', scenario: 'seeded', go: (page) => team(page, 'system') },
  {
    name: 'system-compare', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'system');
      await page.getByRole('button', { name: words('seal.compare') }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: words('seal.ask') }).first().click();
      await dialog.getByRole('button', { name: words('seal.showRecord') }).waitFor();
    },
  },
  { name: 'system-compute', scenario: 'seeded', go: async (page) => { await team(page, 'system', '?tab=compute'); await page.locator('table').first().waitFor(); } },
  {
    name: 'system-compute-table', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'system', '?tab=compute');
      await page.getByRole('radio', { name: words('compute.asTable') }).click();
      await page.getByRole('table', { name: words('compute.charts') }).waitFor();
    },
  },
  { name: 'system-log', scenario: 'seeded', go: (page) => team(page, 'system', '?tab=log') },
  { name: 'system-record', scenario: 'seeded', go: async (page) => { await team(page, 'system', '?tab=log'); await page.locator('.link').first().click(); await page.locator('.raw').waitFor(); } },
  {
    name: 'system-network', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'system', '?tab=network');
      await page.getByRole('button', { name: words('check.run') }).click();
      await page.getByText(words('check.relay')).first().waitFor();
    },
  },
];
