/** Screens of the trash. */
import type { Page } from 'playwright-core';
import '#view/kit/trash-words.ts';
import type { Screen } from './screen.ts';

type Team = (page: Page, lens?: string, rest?: string) => Promise<void>;

/** Deleted pages of these titles by the console API, the first of them with two deleted tasks; one task of a page that stands; of a goal a task and a resource; of a course a lesson, and another course with a question. */
const fill = (page: Page, titles: readonly string[]): Promise<void> => page.evaluate(async (all) => {
  const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> }; graph(id: string): { createFragment(of: object): Promise<string>; query(q: object): Promise<{ id: string; props: { fragment: string } }[]>; transact(ops: object[], options?: object): Promise<{ ids: string[] }> } } }).lifegraph;
  const graph = api.graph((await api.spaces.list()).find((one) => one.kind === 'team')!.id);
  // No function of its own in here: the names a bundler gives them are not known to the page.
  const stands = await graph.createFragment({ type: 'editor/document@1', title: 'Handbook of the gauges' });
  const made: string[] = [];
  for (const title of all) made.push(await graph.createFragment({ type: 'editor/document@1', title }));
  for (const [fragment, title] of [[stands, 'Ask the town about the third pole'], [made[0], 'Order 40 gaskets'], [made[0], 'Measure the gap of the lid once more']]) {
    const { ids } = await graph.transact([{ op: 'node.create', type: 'goals/task@1', props: { title } }], { fragment });
    await graph.transact([{ op: 'node.delete', id: ids[0] }]);
  }
  const goal = await graph.createFragment({ type: 'goals/goal@1', title: 'First ten stations' });
  for (const [type, title] of [['goals/task@1', 'Mount stations 1 to 5'], ['goals/resource@1', 'Crane with a jib of 24 m, hired by the day']]) {
    const { ids } = await graph.transact([{ op: 'node.create', type, props: { title } }], { fragment: goal });
    await graph.transact([{ op: 'node.delete', id: ids[0] }]);
  }
  const [course, old] = [await graph.createFragment({ type: 'learn/course@1', title: 'Field installation basics' }), await graph.createFragment({ type: 'learn/course@1', title: 'Winter checks' })];
  made.push(old);
  for (const [fragment, type, props] of [[course, 'learn/lesson@1', { title: 'Straps and torque' }], [old, 'learn/question@1', { kind: 'free', ask: 'Which {{nut|screw}} is turned first?' }]]) {
    const { ids } = await graph.transact([{ op: 'node.create', type, props }], { fragment });
    await graph.transact([{ op: 'node.delete', id: ids[0] }]);
  }
  const entries = new Map((await graph.query({ type: 'fragment@1' })).map((node) => [node.props.fragment, node.id]));
  for (const fragment of made) await graph.transact([{ op: 'node.delete', id: entries.get(fragment) }]);
}, titles);

const SOME = ['Lid and seal, first try', 'Minutes of the 3rd of November', 'A very long title of a page that says all that it is about before anybody has opened it, 80', ''];
const shown = (page: Page): Promise<void> => page.locator('.trash-row time').first().waitFor();

/** With the way to the team. */
export const trashScreens = (team: Team): Screen[] => [
  { name: 'trash-empty', scenario: 'seeded', go: async (page) => (await team(page, 'documents', '/trash'), page.locator('.empty').waitFor()) },
  { name: 'trash', scenario: 'seeded', go: async (page) => (await fill(page, SOME), await team(page, 'documents', '/trash'), shown(page)) },
  { name: 'trash-guest', scenario: 'guest', go: async (page) => (await fill(page, SOME), await team(page, 'documents', '/trash'), shown(page)) },
  { name: 'trash-none', scenario: 'seeded', go: async (page) => (await fill(page, SOME), await team(page, 'documents', '/trash'), await shown(page), await page.locator('.trash input').fill('xylophone'), page.locator('.empty').waitFor()) },
  { name: 'trash-crowded', scenario: 'seeded', go: async (page) => (await fill(page, Array.from({ length: 1_000 }, (_, n) => `Reading ${n}`)), await team(page, 'documents', '/trash'), shown(page)) },
  {
    name: 'trash-look', scenario: 'seeded',
    go: async (page, words) => {
      await fill(page, SOME);
      await team(page, 'documents');
      await page.getByRole('button', { name: words('document.new') }).first().click();
      await page.getByRole('textbox', { name: words('document.name') }).fill('Sensor housing, version 1');
      await page.keyboard.press('Enter');
      await page.locator('.doc-text:focus').waitFor();
      await page.keyboard.type('# Lid and seal\nThe lid carries the **only** seal of the box.\n- tightened crosswise\nto 0.8 N·m');
      await page.locator('.header').getByRole('button', { name: words('act.more') }).click();
      await page.getByRole('menuitem', { name: words('document.toTrash') }).click();
      await page.getByRole('button', { name: words('trash.title') }).click();
      await page.getByRole('link', { name: /version 1/ }).click();
      await page.locator('.trash-read .doc-text > .block').nth(1).waitFor();
    },
  },
];
