/** Bars of the timeline that are dragged: a whole one to later days, and the end of one, by which another chain is the longest. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { LONG_MS } from './documents.ts';

const propsOf = (page: Page, space: string, title: string): Promise<Record<string, unknown>> =>
  page.evaluate(async ([id, words]) => (await window.lifegraph.graph(id).query({ type: 'goals/task@1' })).find(({ props }) => props['title'] === words)!.props, [space, title] as const);

/** From the middle of a thing so many px to the right. */
async function pull(page: Page, thing: Locator, by: number): Promise<void> {
  const { x, y, width, height } = (await thing.boundingBox())!;
  const [from, at] = [x + width / 2, y + height / 2];
  await page.mouse.move(from, at);
  await page.mouse.down();
  await page.mouse.move(from + by, at, { steps: 6 });
  await page.mouse.up();
}

/** The end of the bar of a short task is dragged until it takes longest: at the other, who looks at the board, it is the critical one and that of the bar is not, and back when it is short again. */
export async function longest(a: Page, b: Page, space: string, other: Locator): Promise<void> {
  const critical = (title: string): Locator => a.locator('.work-card', { hasText: title }).getByText('critical', { exact: true });
  const [long, short] = [critical('Mount stations 1 to 5'), critical('Order gaskets')];
  await long.waitFor({ timeout: LONG_MS });
  expect(await short.count()).toBe(0);
  const bar = b.getByRole('button', { name: /^Order gaskets, / });
  const { start } = await propsOf(b, space, 'Order gaskets');
  await pull(b, bar.locator('.bar-edge'), 288);
  await short.waitFor({ timeout: LONG_MS });
  await long.waitFor({ state: 'detached', timeout: LONG_MS });
  // It takes longer, and begins when it did.
  const { estimate, ...props } = await propsOf(a, space, 'Order gaskets');
  expect((estimate as number[])[2]).toBeGreaterThan(4);
  expect(props['start']).toBe(start);
  await other.waitFor({ state: 'detached', timeout: LONG_MS });
  await pull(b, bar.locator('.bar-edge'), -288);
  await long.waitFor({ timeout: LONG_MS });
  await short.waitFor({ state: 'detached', timeout: LONG_MS });
  await other.waitFor({ timeout: LONG_MS });
}

/** A bar is dragged to later days by one who is offline, while the other says how urgent it is: both stay. */
export async function dragged(a: Page, b: Page, space: string, bar: Locator): Promise<void> {
  const props = (page: Page): Promise<Record<string, unknown>> => propsOf(page, space, 'Mount stations 1 to 5');
  const before = await props(b);
  await b.evaluate(() => window.lifegraph.network.pause());
  await pull(b, bar, 120);
  await expect.poll(async () => (await props(b))['start'], { timeout: LONG_MS }).not.toBe(before['start']);
  const { start } = await props(b);
  await a.getByRole('complementary', { name: 'Task' }).getByRole('combobox', { name: 'Priority' }).selectOption({ label: 'Low' });
  await expect.poll(async () => (await props(a))['priority'], { timeout: LONG_MS }).not.toBe(before['priority']);
  const { priority } = await props(a);
  await b.evaluate(() => window.lifegraph.network.resume());
  for (const page of [a, b]) await expect.poll(() => props(page), { timeout: LONG_MS }).toMatchObject({ start, priority });
}
