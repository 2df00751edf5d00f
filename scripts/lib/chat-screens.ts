/** Screens of Chat, and what lies over every screen: the palette, the keys, the list of spaces. */
import '#view/kit/palette-words.ts';
import '#view/kit/moved-words.ts';
import '#view/kit/task-words.ts';
import '#view/kit/meter-words.ts';
import { housing, settled, stop, team, type Screen } from './screen.ts';

/** Channels, threads and messages. */
export const CHAT_SCREENS: readonly Screen[] = [
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
    },
  },
  {
    name: 'chat-offline', scenario: 'offline',
    go: async (page) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill('Yes, if the drawing changes today. Sofia?');
      await page.keyboard.press('Enter');
      await page.locator('.state-chip').filter({ hasText: /\(\d\)/ }).first().waitFor();
    },
  },
  { name: 'chat-stuck', scenario: 'stuck', go: housing },
  { name: 'chat-where', scenario: 'seeded', go: async (page) => { await housing(page); await page.locator('.state-chip').first().click(); await page.locator('.where .copies-meter').waitFor(); } },
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
  {
    name: 'card-who', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill(page.url());
      await page.keyboard.press('Enter');
      await page.locator('button.object').first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: words('who.title') }).click();
      await page.getByRole('dialog').getByText('housing').first().waitFor();
      await settled(page);
    },
  },
  {
    // Addresses of elsewhere, in the channel and in its thread.
    name: 'chat-outside', scenario: 'seeded',
    go: async (page, words) => {
      const link = '[Levels of the river at the northern stations in autumn, corrected](https://data.hydrology.rivers-of-the-north.example.org/levels)';
      await housing(page);
      await page.locator('.composer textarea').first().fill(`The report: ${link}`);
      await page.keyboard.press('Enter');
      await page.locator('.message').filter({ has: page.locator('.object.outside') }).last().focus();
      await page.locator('.message-bar').getByRole('button', { name: words('act.thread'), exact: true }).click();
      await page.locator('.panel .object.outside').first().waitFor();
      await page.locator('.panel textarea').fill(link);
      await page.keyboard.press('Enter');
      await page.locator('.panel .object.outside').nth(1).waitFor();
    },
  },
  {
    name: 'chat-emoji', scenario: 'seeded',
    go: async (page, words) => {
      await housing(page);
      await page.locator('.message').last().focus();
      await page.locator('.message-bar').getByRole('button', { name: words('act.react') }).click();
      await page.locator('.emoji-grid').waitFor();
    },
  },
  {
    name: 'chat-edit', scenario: 'seeded',
    go: async (page) => {
      await housing(page);
      await page.locator('.composer textarea').first().fill('Yes. I take the grey lids with me.');
      await page.keyboard.press('Enter');
      await page.locator('.message').filter({ hasText: 'grey lids with me' }).waitFor();
      await page.locator('.composer textarea').first().press('ArrowUp');
      await page.locator('.message[data-editing] textarea').waitFor();
    },
  },
  { name: 'chat-mention', scenario: 'seeded', go: async (page) => { await housing(page); await page.locator('.composer textarea').first().pressSequentially('Ask @'); await page.getByRole('listbox').waitFor(); } },
  { name: 'chat-empty-offline', scenario: 'offline', go: async (page) => { await team(page); await page.locator('.rail-sub a, .list a').last().click(); await page.locator('.empty').waitFor(); } },
  { name: 'chat-guest', scenario: 'guest', go: housing },
  { name: 'not-here', scenario: 'seeded', go: (page) => team(page, 'chat', '/AAAAAAAAAAAAAAAAAAAAAA') },
  { name: 'no-space', scenario: 'seeded', hash: '#/nowhere/chat' },
  { name: 'chat-removed', scenario: 'removed', go: async (page) => { await housing(page); await page.locator('[data-ending]').waitFor(); } },
  { name: 'chat-altered', scenario: 'altered', go: async (page) => { await housing(page); await page.getByRole('alert').first().waitFor(); } },
  { name: 'chat-lying', scenario: 'lying', go: async (page) => { await housing(page); await page.getByRole('alert').first().waitFor(); } },
  { name: 'chat-clock', scenario: 'clock', go: async (page) => { await housing(page); await page.locator('.note').first().waitFor(); } },
  { name: 'chat-stopped', scenario: 'stopped', go: async (page) => { await housing(page); await stop(page); } },
  { name: 'palette', scenario: 'seeded', go: async (page) => { await housing(page); await page.keyboard.press('Control+KeyK'); await page.locator('.palette input').fill('gask'); await settled(page, 250); await page.locator('.palette [role=option]').first().waitFor(); } },
  { name: 'palette-filter', scenario: 'seeded', go: async (page, words) => { await housing(page); await page.keyboard.press('Control+KeyK'); await page.getByRole('button', { name: words('filter.fromMe') }).click(); await page.locator('.palette [role=option]').first().waitFor(); } },
  { name: 'keys', scenario: 'seeded', go: async (page) => { await housing(page); await page.locator('main').focus(); await page.keyboard.press('Shift+Slash'); await page.locator('dialog').waitFor(); } },
  { name: 'spaces', scenario: 'seeded', go: async (page) => { await team(page); await page.locator('.space-switch').click({ timeout: 1500 }).catch(() => team(page, 'more')); } },
];
