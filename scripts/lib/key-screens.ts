/** Screens that keep a key and lock a browser: key file, phrase, lock. */
import type { Page } from 'playwright-core';
import '#view/kit/recovery-words.ts';
import { comeBack, team, type Screen } from './screen.ts';

/** Chooses a key file and types its passphrase. */
const useFile = async (page: Page, passphrase: string): Promise<void> => {
  await page.locator('input[type=file]').setInputFiles({ name: 'lifegraph-key-Mira.lgkey', mimeType: 'application/octet-stream', buffer: Buffer.from('a key file') });
  await page.locator('.key-file-form input[type=password]').fill(passphrase);
  await page.locator('.key-file-form button[type=submit]').click();
};

/** The phrase was checked back: Settings → Recovery says so. */
const keptByWords = async (page: Page): Promise<void> => {
  await team(page, 'settings', '/recovery');
  await page.evaluate(async () => {
    const { recovery } = (globalThis as unknown as { lifegraph: { recovery: { phrase(): Promise<string[]>; check(answers: object[]): Promise<number[]> } } }).lifegraph;
    await recovery.check((await recovery.phrase()).slice(0, 4).map((word, at) => ({ at, word })));
  });
  await team(page, 'settings', '/me');
  await team(page, 'settings', '/recovery');
  await page.locator('[data-state="kept"]').waitFor();
};

export const KEY_SCREENS: Screen[] = [
  { name: 'people-welcome', scenario: 'several', go: (page) => page.locator('[data-person]').nth(1).waitFor() },
  {
    name: 'people-settings', scenario: 'seeded',
    go: async (page) => {
      await team(page, 'settings', '/me');
      await page.locator('[data-person]').nth(1).waitFor();
      await page.locator('[data-person]').nth(1).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'back-file', scenario: 'fresh',
    go: async (page, words) => {
      await comeBack(page);
      await page.getByRole('radio', { name: words('file.title') }).click();
      await useFile(page, 'seven zebras under the bridge');
      await page.locator('.field-error').waitFor();
    },
  },
  {
    name: 'recovery-file-save', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/recovery');
      await page.getByRole('button', { name: words('file.saveKey') }).click();
      await page.locator('.key-file-form input').first().fill('seven boats under the bridge');
      await page.keyboard.press('Enter');
      await page.locator('.field-error').waitFor();
    },
  },
  {
    name: 'recovery-file-saved', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/recovery');
      await page.getByRole('button', { name: words('file.saveKey') }).click();
      for (const field of await page.locator('.key-file-form input').all()) await field.fill('seven boats under the bridge');
      await page.keyboard.press('Enter');
      await useFile(page, 'seven zebras under the bridge');
      await page.locator('.field-error').waitFor();
    },
  },
  {
    name: 'recovery-file-kept', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'settings', '/recovery');
      // A backup of a space is checked by a button of the same name.
      await page.locator('[data-state="no-file"]').getByRole('button', { name: words('file.check') }).click();
      await useFile(page, 'seven boats under the bridge');
      await page.locator('[data-state="file-kept"]').waitFor();
    },
  },
  {
    name: 'locked', scenario: 'locked',
    go: async (page) => {
      await page.locator('input').first().fill('seven zebras under the bridge');
      await page.keyboard.press('Enter');
      await page.locator('.field-error').waitFor();
    },
  },
  {
    name: 'lock-forgot', scenario: 'locked',
    go: async (page, words) => {
      await page.getByRole('button', { name: words('lock.forgot') }).click();
      await page.getByRole('radio').last().click();
      await page.locator('form button[type=submit]').click();
      await page.locator('.field-error').waitFor();
    },
  },
  {
    name: 'lock-set', scenario: 'seeded',
    go: async (page, words) => {
      await keptByWords(page);
      await page.getByRole('button', { name: words('lock.set') }).click();
      await page.locator('.key-file-form textarea').fill('lend sphere palace');
      for (const [at, field] of (await page.locator('.key-file-form input[type=password]').all()).entries()) await field.fill(`seven boats under the bridge${at}`);
      await page.locator('.key-file-form button[type=submit]').click();
      await page.locator('.key-file-form .field-error').waitFor();
    },
  },
  {
    name: 'lock-on', scenario: 'seeded',
    go: async (page) => {
      await page.evaluate(() => (globalThis as unknown as { lifegraph: { lock: { set(options: object): Promise<void> } } }).lifegraph.lock.set({ idleMinutes: 15 }));
      await team(page, 'settings', '/recovery');
      await page.locator('[data-state="lock-on"]').waitFor();
    },
  },
  {
    name: 'recovery-kept', scenario: 'seeded',
    go: keptByWords,
  },
];
