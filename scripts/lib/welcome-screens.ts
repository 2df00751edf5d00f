/** Screens of who comes: the first page, joining, coming back, pairing. */
import type { Page } from 'playwright-core';
import '#view/kit/device-words.ts';
import '#view/kit/recovery-words.ts';
import { openBackup } from './settings-screens.ts';
import { comeBack, settled, type Screen } from './screen.ts';

/** Types words of a recovery phrase on the first screen. */
const backBy = async (page: Page, words: string): Promise<void> => {
  await comeBack(page);
  await page.locator('.back-ways [role=radio]').nth(1).click();
  await page.locator('#phrase').fill(words);
  await page.locator('form button[type=submit]').click();
  await page.locator('.field-error, [data-state=looking], .join-steps').first().waitFor();
};

/** Before there is a space to work in. */
export const WELCOME_SCREENS: readonly Screen[] = [
  { name: 'welcome', scenario: 'fresh', go: async (page) => page.locator('input').first().fill('Mira') },
  { name: 'join', scenario: 'joining', hash: '#/join/AAAAAAAAAAAAAAAAAAAAAAAA' },
  {
    name: 'join-steps', scenario: 'joining', hash: '#/join/AAAAAAAAAAAAAAAAAAAAAAAA',
    go: async (page) => {
      await page.locator('input').first().fill('Jonas');
      await page.keyboard.press('Enter');
      await page.locator('[data-state="waiting"]').waitFor();
    },
  },
  { name: 'join-bad', scenario: 'joining', hash: '#/join/broken-link-here' },
  {
    name: 'personal-start', scenario: 'fresh',
    go: async (page) => {
      await page.locator('input').first().fill('Mira');
      await page.keyboard.press('Enter');
      await page.locator('.start').waitFor();
    },
  },
  { name: 'back-words', scenario: 'fresh', go: (page) => backBy(page, 'lend zebra palace') },
  { name: 'back-looking', scenario: 'fresh', go: (page) => backBy(page, 'lend sphere palace') },
  { name: 'back-here', scenario: 'fresh', go: (page) => backBy(page, 'lend sphere palace vanish midnight liquid level own fatal youth balance water step catch fade giggle fat below harbor primary width marble hollow reunion') },
  {
    name: 'pair-type', scenario: 'fresh',
    go: async (page) => {
      await comeBack(page);
      await page.locator('form input').fill('7K3MQ-0XW2D');
    },
  },
  {
    name: 'pair-words', scenario: 'fresh',
    go: async (page) => {
      await comeBack(page);
      await page.locator('form input').fill('7K3MQ-0XW2D');
      await page.keyboard.press('Enter');
      await page.locator('.pair-words').waitFor();
    },
  },
  {
    name: 'pair-no', scenario: 'fresh',
    go: async (page) => {
      await comeBack(page);
      await page.locator('form input').fill('7K3MQ-0XW2D');
      await page.keyboard.press('Enter');
      await page.locator('.pair-words').waitFor();
      await page.locator('.pair-box .button').nth(1).click();
      await page.locator('[data-pairing=ended]').waitFor();
    },
  },
  {
    name: 'backup-restored', scenario: 'fresh',
    go: async (page) => {
      await comeBack(page);
      await page.locator('.back-ways [role=radio]').nth(3).click();
      await openBackup(page, 'a backup');
      await page.locator('.join-steps').waitFor();
    },
  },
  { name: 'where', scenario: 'fresh', go: async (page) => { await page.locator('input').first().fill('Mira'); await page.keyboard.press('Enter'); await page.locator('.start').waitFor(); await settled(page); await page.keyboard.press('Control+Period'); await page.locator('.where').waitFor(); } },
];
