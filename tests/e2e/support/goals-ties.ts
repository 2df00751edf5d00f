/** What things of work have to do with others, on the screens of two people. */
import type { Page } from 'playwright-core';
import { goalNodeOf } from '#domain/goals';
import { LONG_MS } from './documents.ts';

/** To another address of the app. */
export const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);

/** What a task is for is seen at the milestone, too; it is linked with a message by its address, and the message shows it; who answers for the goal has it among theirs in the Hub. */
export async function ties(a: Page, b: Page, hash: string, space: string): Promise<void> {
  const made = await b.evaluate(async ([id, of]) => {
    const graph = window.lifegraph.graph(id!);
    const nodes = await graph.query({ type: ['goals/task@1', 'goals/milestone@1'], fragment: of! });
    const idOf = (title: string): string => nodes.find(({ props }) => props['title'] === title)!.id;
    const [entry] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
    const channel = String(entry!.props['fragment']);
    const { ids } = await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'The boxes are in the hall' }, verb: 'chat/message.send@1' }], { fragment: channel });
    return { task: idOf('Assemble boxes'), message: ids[0]!, channel };
  }, [space, hash.split('/')[3]!]);
  await go(b, `${hash}?panel=details&t=${made.task}`);
  const panel = b.getByRole('complementary', { name: 'Task' });
  await panel.getByRole('combobox', { name: 'For an event or a milestone…' }).fill('all is');
  await b.keyboard.press('Enter');
  await panel.getByText(/^Due .*, for All is ordered$/).waitFor({ timeout: LONG_MS });
  await panel.getByRole('button', { name: 'All is ordered', exact: true }).click();
  const prepared = b.getByRole('complementary', { name: 'Milestone' }).getByRole('region', { name: 'To be done for it' });
  await prepared.getByText('0 of 1 done').waitFor({ timeout: LONG_MS });
  await prepared.getByRole('button', { name: 'Assemble boxes' }).click();
  await panel.getByRole('combobox', { name: 'Link a document, a message or a call…' }).fill(`#/${space}/chat/${made.channel}?m=${made.message}`);
  await panel.locator('.work-linked').getByRole('button', { name: /The boxes are in the hall/ }).click({ timeout: LONG_MS });
  await b.locator('.tasks-of', { hasText: 'Assemble boxes' }).waitFor({ timeout: LONG_MS });
  await go(b, hash);
  await b.getByRole('button', { name: 'More', exact: true }).click();
  await b.getByRole('menuitem', { name: 'Who answers, what it is for, links…' }).click();
  await b.getByRole('combobox', { name: 'Answers for it' }).fill('Anna');
  await b.keyboard.press('Enter');
  await b.locator('.goal-ties').getByRole('button', { name: 'Done', exact: true }).click();
  await b.locator('.goal-whole', { hasText: 'Answers for it' }).getByText('Anna', { exact: true }).waitFor({ timeout: LONG_MS });
  await go(a, `#/${space}/hub/overview`);
  await a.locator('.hub-tasks').getByText('First ten stations').click({ timeout: LONG_MS });
  await a.locator('.goal-whole', { hasText: 'Answers for it' }).getByText('Anna', { exact: true }).waitFor({ timeout: LONG_MS });
}

/** A goal is made, and the course whose page is open says that it serves it. */
export async function serveGoal(page: Page, space: string, title: string): Promise<void> {
  const goal = await page.evaluate(([id, words]) => window.lifegraph.graph(id!).createFragment({ type: 'goals/goal@1', title: words! }), [space, title]);
  await page.evaluate(([id, fragment, node]) => window.lifegraph.graph(id!).transact([{ op: 'node.create', type: 'goals/goal@1', id: node!, props: {} }], { fragment: fragment! }), [space, goal, goalNodeOf(goal)]);
  await page.getByRole('combobox', { name: 'Which goal it serves' }).selectOption({ label: title });
  await page.getByRole('button', { name: `It is not for ${title}` }).waitFor({ timeout: LONG_MS });
}

/** From the assignment that was taken to the goal its task stands in, which names the course; its list stands open. */
export async function lookAtGoal(page: Page, title: string, course: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).click({ timeout: LONG_MS });
  await page.getByRole('heading', { name: title }).waitFor({ timeout: LONG_MS });
  await page.locator('.goal-whole').getByRole('button', { name: course, exact: true }).waitFor({ timeout: LONG_MS });
  await page.getByRole('tab', { name: 'List' }).click();
}
