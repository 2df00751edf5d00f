/** Screens of the Hub. */
import type { Page } from 'playwright-core';
import '#view/kit/hub-words.ts';
import type { Screen } from './screen.ts';

type Team = (page: Page, lens?: string, rest?: string) => Promise<void>;

/** Tasks of mine by the console API, one overdue. */
const tasks = (page: Page): Promise<void> => page.evaluate(async () => {
  const api = (globalThis as unknown as { lifegraph: { identity: { get(): { uid: string } }; spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { query(q: object): Promise<{ props: { fragment: string } }[]>; transact(ops: object[], options?: object): Promise<unknown> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const assignee = api.identity.get().uid;
  for (const [title, due] of [['Calibrate gauges 4 to 7 against the reference', '2026-10-01'], ['Renew the insurance of the boat', '2126-05-21'], ['Ask the town about the third pole', '']]) {
    await graph.transact([{ op: 'node.create', type: 'goals/task@1', props: { title, assignee, ...(due ? { due } : {}) } }], { fragment: channel!.props.fragment });
  }
});

/** With the way to the team. */
export const hubScreens = (team: Team): Screen[] => [
  { name: 'hub', scenario: 'seeded', go: async (page) => (await team(page, 'hub'), page.locator('.hub-row').first().waitFor()) },
  {
    name: 'hub-why', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'hub');
      await page.locator('.hub-row').first().hover();
      await page.locator('.hub-row').first().locator('.hub-acts .icon-button').click();
      await page.getByRole('menuitem', { name: words('hub.actWhy') }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'hub-done', scenario: 'seeded',
    go: async (page, words) => {
      await team(page, 'hub');
      await page.getByRole('button', { name: words('hub.allDone') }).click();
      await page.locator('.empty').waitFor();
    },
  },
  { name: 'hub-saved-none', scenario: 'seeded', go: async (page) => (await team(page, 'hub', '/inbox?list=saved'), page.locator('.empty').waitFor()) },
  ...['later', 'done'].map((list): Screen => ({ name: `hub-${list}-none`, scenario: 'seeded', go: async (page) => (await team(page, 'hub', `/inbox?list=${list}`), page.locator('.empty').waitFor()) })),
  { name: 'hub-activity', scenario: 'seeded', go: async (page) => (await team(page, 'hub', '/activity'), page.locator('.hub-row').first().waitFor()) },
  { name: 'hub-crowded', scenario: 'crowded', go: async (page) => (await team(page, 'hub', '/activity'), page.locator('.hub-row').nth(20).waitFor()) },
  { name: 'hub-overview', scenario: 'seeded', go: async (page) => (await tasks(page), await team(page, 'hub', '/overview'), page.locator('.hub-tasks li').nth(2).waitFor()) },
  { name: 'hub-offline', scenario: 'offline', go: async (page) => (await team(page, 'hub'), page.locator('.hub-row, .empty').first().waitFor()) },
];
