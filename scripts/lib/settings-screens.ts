/** Screens of Settings. */
import type { Page } from 'playwright-core';
import '#view/kit/device-words.ts';
import '#view/kit/recovery-words.ts';
import '#view/kit/ways-words.ts';
import { team, type Screen } from './screen.ts';

/** The dialog of a connection by hand. */
async function byHand(page: Page, words: (key: string) => string): Promise<void> {
  await team(page, 'settings', '/network');
  await page.getByRole('button', { name: words('hand.open'), exact: true }).click();
  await page.locator('[data-hand]').waitFor();
}

/** Gives a backup of that content and some words. */
export const openBackup = async (page: Page, content: string): Promise<void> => {
  await page.locator('.backup-form input[type=file]').setInputFiles({ name: 'saved.lgbackup', mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await page.locator('.backup-form textarea').fill('lend sphere');
  await page.locator('.backup-form button[type=submit]').click();
};

/** Everything of Settings. */
export const SETTINGS_SCREENS: readonly Screen[] = [
  { name: 'settings-compute', scenario: 'seeded', go: async (page) => { await team(page, 'settings', '/compute'); await page.getByRole('switch').first().waitFor(); await page.locator('.models-intro + .card').waitFor(); } },
  { name: 'settings-me', scenario: 'seeded', go: (page) => team(page, 'settings') },
  ...['look', 'keyboard', 'notices'].map((part): Screen => ({ name: `settings-${part}`, scenario: 'seeded', go: (page) => team(page, 'settings', `/${part}`) })),
  { name: 'settings-network', scenario: 'seeded', go: async (page) => { await team(page, 'settings', '/network'); await page.locator('.switch').waitFor(); } },
  { name: 'hand-begin', scenario: 'seeded', go: byHand },
  {
    name: 'hand-offer', scenario: 'seeded',
    go: async (page, words) => {
      await byHand(page, words);
      await page.locator('[data-hand] .button[data-kind=primary]').click();
      await page.locator('[data-hand=show] .qr').waitFor();
    },
  },
  {
    name: 'device-take', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/me');
      await page.getByRole('button', { name: words('device.take'), exact: false }).nth(1).click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  {
    name: 'device-take-older', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/me');
      await page.getByRole('button', { name: words('device.take'), exact: false }).first().click();
      await page.locator('dialog[open] input').waitFor();
    },
  },
  {
    name: 'pair-code', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/me');
      await page.getByRole('button', { name: words('pair.open'), exact: true }).click();
      await page.locator('.pair-code').waitFor();
      await page.locator('.qr').waitFor();
    },
  },
  { name: 'settings-recovery', scenario: 'seeded', go: (page) => team(page, 'settings', '/recovery') },
  {
    name: 'recovery-words', scenario: 'seeded',
    go: async (page) => {
      await team(page, 'settings', '/recovery');
      await page.locator('.phrase-box button').first().click();
      await page.locator('.phrase li').nth(23).waitFor();
    },
  },
  {
    name: 'recovery-check', scenario: 'seeded',
    go: async (page) => {
      await team(page, 'settings', '/recovery');
      await page.locator('.phrase-box button').first().click();
      await page.locator('.phrase ~ div button').first().click();
      await page.locator('.phrase-fields input').first().fill('lend');
      await page.keyboard.press('Enter');
      await page.locator('.phrase-fields .field-error').first().waitFor();
    },
  },
  {
    name: 'backup-make', scenario: 'seeded',
    go: async (page) => {
      await team(page, 'settings', '/recovery');
      await page.locator('[data-state=backup-never] button').first().click();
      await page.locator('.backup-form input').first().waitFor();
    },
  },
  {
    name: 'backup-damaged', scenario: 'seeded',
    go: async (page) => {
      await team(page, 'settings', '/recovery');
      await page.locator('[data-state=backup-never] button').nth(1).click();
      await openBackup(page, 'photo');
      await page.locator('.field-error').waitFor();
    },
  },
];
