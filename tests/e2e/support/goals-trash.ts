/** What was deleted in Goals: it comes back out of the trash of its space, and what waits for it says so. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { LONG_MS } from './documents.ts';

/** The crane is deleted in its details, and brought back out of the trash, where it lies with the goal it was in. */
export async function outOfTrash(page: Page, details: Locator): Promise<void> {
  await page.getByRole('region', { name: 'Resources' }).getByRole('button', { name: 'Crane' }).click({ timeout: LONG_MS });
  await details.getByRole('button', { name: 'Move to trash' }).click();
  await page.getByRole('button', { name: 'More', exact: true }).first().click();
  await page.getByRole('menuitem', { name: 'Trash' }).click();
  const row = page.locator('.trash-row', { hasText: 'Crane' });
  await row.getByText(/in “/).waitFor({ timeout: LONG_MS });
  await row.getByRole('button', { name: 'Restore' }).click();
}

/** What a task waits for was deleted: the wait is told by both names, leads to the task, and is taken away by one press. */
export async function looseWait(b: Page, space: string): Promise<void> {
  await b.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const boxes = (await graph.query({ type: ['goals/task@1'] })).find(({ props }) => props['title'] === 'Assemble boxes')!;
    const { ids: [lids] } = await graph.transact([{ op: 'node.create', type: 'goals/task@1', props: { title: 'Cut the lids' }, verb: 'goals/task.create@1' }], { fragment: boxes.fragment });
    await graph.transact([{ op: 'edge.add', type: 'goals/depends-on@1', from: boxes.id, to: lids!, props: { kind: 'FS', lag: 0 } }], { fragment: boxes.fragment });
    await graph.transact([{ op: 'node.delete', id: lids!, verb: 'goals/task.delete@1' }], { fragment: boxes.fragment });
  }, space);
  const note = b.locator('.note', { hasText: 'Assemble boxes waits for Cut the lids, which was deleted.' });
  await note.getByRole('button', { name: 'Open: Assemble boxes' }).click({ timeout: LONG_MS });
  await expect.poll(() => b.getByRole('complementary', { name: 'Task' }).getByRole('textbox', { name: 'Title' }).inputValue(), { timeout: LONG_MS }).toBe('Assemble boxes');
  await note.getByRole('button', { name: 'Take away: Assemble boxes waits for Cut the lids' }).click();
  await note.waitFor({ state: 'detached', timeout: LONG_MS });
}
