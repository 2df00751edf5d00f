/** What agents propose for the tasks of a goal. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A day and a priority for the task “Order gaskets”, each taken by hand and given back by Undo. */
export async function proposals(a: Page, space: string): Promise<void> {
  // A day that cannot be kept: another is proposed, and taken by hand.
  const takes = (days: number | null): Promise<void> => a.evaluate(async ([id, n]) => {
    const graph = window.lifegraph.graph(id);
    const gaskets = (await graph.query({ type: 'goals/task@1' })).find(({ props }) => props['title'] === 'Order gaskets')!;
    await graph.transact([{ op: 'node.set', id: gaskets.id, props: { estimate: n === null ? null : ['day', n, n, n] }, verb: 'goals/task.estimate@1' }], { fragment: gaskets.fragment });
  }, [space, days] as const);
  await takes(9);
  await a.getByRole('button', { name: 'Propose other days' }).click();
  await a.getByRole('button', { name: 'Allow and run' }).click();
  const days = a.locator('.agent-card', { hasText: 'Proposed days' });
  await days.getByRole('button', { name: /^Due on / }).click();
  await a.locator('.toast', { hasText: 'Day changed: Order gaskets' }).getByRole('button', { name: 'Undo' }).click();
  await days.getByRole('button', { name: /^Due on / }).waitFor();
  await days.getByRole('button', { name: 'Dismiss' }).click();
  // For the same reason another priority: taken, and the one before by Undo.
  const level = () => a.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'goals/task@1' })).find(({ props }) => props['title'] === 'Order gaskets')!.props['priority'] ?? 'normal', space);
  await a.getByRole('button', { name: 'Propose priorities' }).click();
  await a.getByRole('button', { name: 'Allow and run' }).click();
  const priorities = a.locator('.agent-card', { hasText: 'Proposed priorities' });
  const take = priorities.locator('li', { hasText: 'Order gaskets' }).getByRole('button', { name: /^Set to / });
  await take.click();
  const told = a.locator('.toast', { hasText: 'Priority changed: Order gaskets' });
  await told.waitFor();
  expect(await level()).not.toBe('normal');
  await told.getByRole('button', { name: 'Undo' }).click();
  await take.waitFor();
  expect(await level()).toBe('normal');
  await priorities.getByRole('button', { name: 'Dismiss' }).click();
  await takes(null);
}
