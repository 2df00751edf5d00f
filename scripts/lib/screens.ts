/** The screens of the app and how to get to each; used for pictures and for axe. */
import type { Page } from 'playwright-core';
import { partScreens } from './part-screens.ts';
import { PAST_SCREENS } from './past-screens.ts';
import '#view/kit/system-words.ts';
import '#view/kit/access-words.ts';
import '#view/kit/moved-words.ts';
import '#view/kit/quiet-words.ts';
import '#view/kit/device-words.ts';
import '#view/kit/documents-words.ts';
import '#view/kit/task-words.ts';
import '#view/kit/meter-words.ts';
import '#view/kit/version-words.ts';
import '#view/kit/proposal-words.ts';
import '#view/kit/import-words.ts';
import '#view/kit/past-words.ts';
import { documentScreens } from './document-screens.ts';
import { hubScreens } from './hub-screens.ts';
import { searchScreens } from './search-screens.ts';
import { trashScreens } from './trash-screens.ts';
import { KEY_SCREENS } from './key-screens.ts';
import { team, type Screen } from './screen.ts';

export type { Screen };

const chat = async (page: Page, channel = 'housing'): Promise<void> => {
  await page.evaluate((title) => {
    const link = [...document.querySelectorAll<HTMLAnchorElement>('.rail-sub a, .list a')].find((one) => one.textContent?.includes(title));
    link?.click();
  }, channel);
  await page.locator('.message').first().waitFor();
  await page.waitForTimeout(400);
};

const housing = async (page: Page): Promise<void> => {
  await team(page);
  await page.locator('.rail-sub a, .list a').first().waitFor({ state: 'attached' });
  await chat(page);
};

/** The kernel stays stopped. */
const stop = async (page: Page): Promise<void> => {
  await page.evaluate(() => (globalThis as unknown as { lifegraph: { supervision: { restart(): Promise<void> } } }).lifegraph.supervision.restart());
  await page.locator('.note[data-tone="bad"]').waitFor();
};

/** Access, the menu of a person and one of its acts. */
const person = async (page: Page, words: (key: string) => string, name: string, act: string): Promise<void> => {
  await team(page, 'access');
  await page.getByRole('row').filter({ hasText: name }).locator('.row-acts button').click();
  await page.getByRole('menuitem', { name: words(act) }).click();
  await page.getByRole('dialog').waitFor();
};

/** Types words of a recovery phrase on the first screen. */
const backBy = async (page: Page, words: string): Promise<void> => {
  await page.locator('.page-row').last().click();
  await page.locator('.back-ways [role=radio]').nth(1).click();
  await page.locator('#phrase').fill(words);
  await page.locator('form button[type=submit]').click();
  await page.locator('.field-error, [data-state=looking], .join-steps').first().waitFor();
};

/** The dialog of a connection by hand. */
async function byHand(page: Page): Promise<void> {
  await team(page, 'settings', '/network');
  await page.locator('.settings-card .setting-control .button').last().click();
  await page.locator('[data-hand]').waitFor();
}

/** Gives a backup of that content and some words. */
const openBackup = async (page: Page, content: string): Promise<void> => {
  await page.locator('.backup-form input[type=file]').setInputFiles({ name: 'saved.lgbackup', mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await page.locator('.backup-form textarea').fill('lend sphere');
  await page.locator('.backup-form button[type=submit]').click();
};

/** All screens. */
export const SCREENS: Screen[] = [
  ...KEY_SCREENS, ...PAST_SCREENS,
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
  { name: 'chat', scenario: 'seeded', go: housing },
  {
    name: 'chat-thread', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      await page.locator('.replies').first().click();
      await page.locator('.panel .message').first().waitFor();
    },
  },
  {
    name: 'chat-hover', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      await page.locator('.message').last().hover();
      await page.locator('.message-bar').waitFor();
    },
  },
  {
    name: 'chat-history', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.evaluate(async () => {
        const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ id: string; props: { text: string } }[]>; transact(ops: object[]): Promise<unknown> } } }).lifegraph;
        const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
        const mine = (await graph.query({ type: 'chat/message@1' })).find((node) => node.props.text.startsWith('Confirmed'))!;
        await graph.transact([{ op: 'node.set', id: mine.id, props: { text: 'Confirmed. Fifty pieces, EPDM, 62 mm.', edited: true }, verb: 'chat/message.edit@1' }]);
        location.hash = `${location.hash.split('?')[0]}?panel=history&t=${mine.id}`;
      });
      await page.getByRole('complementary', { name: words('act.history') }).locator('li').nth(1).waitFor();
    },
  },
  {
    name: 'channel-history', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
      await page.getByRole('menuitem', { name: words('act.history') }).click();
      await page.getByRole('complementary', { name: words('act.history') }).locator('li').first().waitFor();
    },
  },
  {
    name: 'chat-rename', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.locator('.title-button').click();
      await page.getByRole('textbox', { name: words('header.titleField') }).fill('general');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'chat-empty', scenario: 'seeded', go: async (page) => { await team(page); await page.locator('.rail-sub a, .list a').last().click(); await page.locator('.empty').waitFor(); } },
  { name: 'chat-crowded', scenario: 'crowded', go: housing },
  {
    name: 'chat-scrolled', scenario: 'crowded',
    go: async (page) => {
      await housing(page);
      await page.mouse.move(500, 400);
      for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -1500);
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'chat-offline', scenario: 'offline',
    go: async (page) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill('Yes, if the drawing changes today. Sofia?');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(900);
    },
  },
  { name: 'chat-stuck', scenario: 'stuck', go: housing },
  { name: 'chat-where', scenario: 'seeded', go: async (page) => { await housing(page); await page.locator('.state-chip').first().click(); await page.locator('.where .meter').waitFor(); } },
  { name: 'chat-where-stuck', scenario: 'stuck', go: async (page) => { await housing(page); await page.locator('.state-chip').first().click(); await page.locator('.where').waitFor(); } },
  {
    name: 'chat-where-waiting', scenario: 'offline',
    go: async (page) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill('Yes, if the drawing changes today. Sofia?');
      await page.keyboard.press('Enter');
      await page.locator('.state-chip').filter({ hasText: /\(\d\)/ }).first().click();
      await page.locator('.where').waitFor();
    },
  },
  {
    name: 'card-menu', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      const here = page.url().split('?panel')[0]!;
      await page.locator('.composer textarea').first().fill(here);
      await page.keyboard.press('Enter');
      await page.locator('button.object').first().click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'card-history', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill(page.url());
      await page.keyboard.press('Enter');
      await page.locator('button.object').first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: words('act.history') }).click();
      await page.locator('.history-line').first().waitFor();
    },
  },
  { name: 'chat-guest', scenario: 'guest', go: housing },
  { name: 'not-here', scenario: 'seeded', go: (page) => team(page, 'chat', '/AAAAAAAAAAAAAAAAAAAAAA') },
  { name: 'no-space', scenario: 'seeded', hash: '#/nowhere/chat' },
  {
    name: 'access-role', scenario: 'seeded',
    go: async (page, words) => {
      await person(page, words, 'Noor', 'person.change');
      await page.getByRole('radio', { name: words('role.guest') }).click();
    },
  },
  { name: 'access-requests', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=requests') },
  { name: 'access-rules', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=rules') },
  { name: 'access-rules-guest', scenario: 'guest', go: (page) => team(page, 'access', '?tab=rules') },
  { name: 'access-plans', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=plans') },
  { name: 'access-plans-guest', scenario: 'guest', go: (page) => team(page, 'access', '?tab=plans') },
  { name: 'access-reports', scenario: 'seeded', go: async (page) => { await team(page, 'access', '?tab=reports'); await page.locator('[data-report]').first().waitFor(); } },
  { name: 'access-part', scenario: 'seeded', go: async (page, words) => { await person(page, words, 'Noor', 'opens.act'); await page.getByRole('radio', { name: words('opens.some') }).click(); } },
  { name: 'quiet', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'quiet.person') },
  { name: 'access-journal', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=journal') },
  { name: 'access-until', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'person.until') },
  { name: 'access-remove', scenario: 'seeded', go: (page, words) => person(page, words, 'Noor', 'person.remove') },
  { name: 'access-removed', scenario: 'removed', go: async (page) => { await team(page, 'access'); await page.locator('[data-ending]').waitFor(); } },
  { name: 'chat-removed', scenario: 'removed', go: async (page) => { await housing(page); await page.locator('[data-ending]').waitFor(); } },
  { name: 'access', scenario: 'seeded', go: (page) => team(page, 'access') },
  { name: 'access-invites', scenario: 'seeded', go: (page) => team(page, 'access', '?tab=invites') },
  {
    name: 'access-revoke', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'access', '?tab=invites');
      await page.getByRole('button', { name: words('invite.acts') }).click();
      await page.getByRole('menuitem', { name: words('invite.revoke') }).click();
      await page.getByRole('dialog', { name: words('invite.revokeTitle') }).waitFor();
    },
  },
  {
    name: 'share', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'access');
      await page.getByRole('button', { name: words('act.invite') }).click();
      await page.getByRole('button', { name: words('invite.showCode') }).click();
      await page.locator('.qr').waitFor();
    },
  },
  ...documentScreens(team),
  ...trashScreens(team),
  ...hubScreens(team), ...searchScreens(team), ...partScreens(team, person),
  { name: 'chat-altered', scenario: 'altered', go: async (page) => { await housing(page); await page.getByRole('alert').first().waitFor(); } },
  { name: 'system-altered', scenario: 'altered', go: async (page) => { await team(page, 'system'); await page.getByRole('alert').first().waitFor(); } },
  { name: 'chat-lying', scenario: 'lying', go: async (page) => { await housing(page); await page.getByRole('alert').first().waitFor(); } },
  { name: 'chat-clock', scenario: 'clock', go: async (page) => { await housing(page); await page.locator('.note').first().waitFor(); } },
  { name: 'chat-stopped', scenario: 'stopped', go: async (page) => { await housing(page); await stop(page); } },
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
  { name: 'settings-me', scenario: 'seeded', go: (page) => team(page, 'settings') },
  { name: 'settings-look', scenario: 'seeded', go: (page) => team(page, 'settings', '/look') },
  { name: 'settings-network', scenario: 'seeded', go: async (page) => { await team(page, 'settings', '/network'); await page.locator('.switch').waitFor(); } },
  { name: 'hand-begin', scenario: 'seeded', go: byHand },
  {
    name: 'hand-offer', scenario: 'seeded',
    go: async (page) => {
      await byHand(page);
      await page.locator('[data-hand] .button[data-kind=primary]').click();
      await page.locator('[data-hand=show] .qr').waitFor();
    },
  },
  { name: 'settings-keyboard', scenario: 'seeded', go: (page) => team(page, 'settings', '/keyboard') },
  { name: 'back-words', scenario: 'fresh', go: (page) => backBy(page, 'lend zebra palace') },
  { name: 'back-looking', scenario: 'fresh', go: (page) => backBy(page, 'lend sphere palace') },
  { name: 'back-here', scenario: 'fresh', go: (page) => backBy(page, 'lend sphere palace vanish midnight liquid level own fatal youth balance water step catch fade giggle fat below harbor primary width marble hollow reunion') },
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
  {
    name: 'pair-type', scenario: 'fresh',
    go: async (page) => {
      await page.locator('.page-row').last().click();
      await page.locator('form input').fill('7K3MQ-0XW2D');
    },
  },
  {
    name: 'pair-words', scenario: 'fresh',
    go: async (page) => {
      await page.locator('.page-row').last().click();
      await page.locator('form input').fill('7K3MQ-0XW2D');
      await page.keyboard.press('Enter');
      await page.locator('.pair-words').waitFor();
    },
  },
  {
    name: 'pair-no', scenario: 'fresh',
    go: async (page) => {
      await page.locator('.page-row').last().click();
      await page.locator('form input').fill('7K3MQ-0XW2D');
      await page.keyboard.press('Enter');
      await page.locator('.pair-words').waitFor();
      await page.locator('.pair-box .button').nth(1).click();
      await page.locator('[data-pairing=ended]').waitFor();
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
  {
    name: 'backup-restored', scenario: 'fresh',
    go: async (page) => {
      await page.locator('.page-row').last().click();
      await page.locator('.back-ways [role=radio]').nth(3).click();
      await openBackup(page, 'a backup');
      await page.locator('.join-steps').waitFor();
    },
  },
  { name: 'palette', scenario: 'seeded', go: async (page) => { await housing(page); await page.keyboard.press('Control+KeyK'); await page.locator('.palette input').fill('gask'); await page.waitForTimeout(300); } },
  { name: 'palette-filter', scenario: 'seeded', go: async (page, words) => { await housing(page); await page.keyboard.press('Control+KeyK'); await page.getByRole('button', { name: words('filter.fromMe') }).click(); await page.locator('.palette [role=option]').first().waitFor(); } },
  { name: 'keys', scenario: 'seeded', go: async (page) => { await housing(page); await page.locator('main').focus(); await page.keyboard.press('Shift+Slash'); await page.locator('dialog').waitFor(); } },
  { name: 'where', scenario: 'fresh', go: async (page) => { await page.locator('input').first().fill('Mira'); await page.keyboard.press('Enter'); await page.locator('.start').waitFor(); await page.waitForTimeout(200); await page.keyboard.press('Control+Period'); await page.waitForTimeout(200); } },
  { name: 'spaces', scenario: 'seeded', go: async (page) => { await team(page); await page.locator('.space-switch').click({ timeout: 1500 }).catch(() => team(page, 'more')); await page.waitForTimeout(200); } },
];
