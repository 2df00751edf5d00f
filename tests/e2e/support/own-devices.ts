/** Work that another own device does, asked by the screens. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ComputeKind } from '#os/compute-api';

const go = (page: Page, hash: string): Promise<unknown> => page.evaluate((to) => void (location.hash = to), hash);

/** So many tasks in a goal of their own, each behind one of those a little before it; the fragment of the goal. */
export const plan = (page: Page, space: string, count: number): Promise<string> => page.evaluate(async ([id, all]) => {
  const graph = window.lifegraph.graph(id);
  const [channel] = await graph.query({ type: 'fragment@1', where: { type: 'chat/channel@1' } });
  const fragment = String(channel!.props['fragment']);
  const { ids } = await graph.transact(Array.from({ length: all }, (_, i) => ({ op: 'node.create' as const, type: 'goals/task@1', props: { title: `Gauge ${i}`, status: 'next', estimate: ['day', 1, 2, 4] } })), { fragment });
  await graph.transact(Array.from({ length: all - 1 }, (_, i) => ({ op: 'edge.add' as const, type: 'goals/depends-on@1', from: ids[i + 1]!, to: ids[Math.max(0, i - ((i * 7) % 9))]!, props: { kind: 'FS', lag: 0 } })), { fragment });
  await window.lifegraph.saved();
  return fragment;
}, [space, count] as const);

/** Lines of the ledger of a device that end well, of this kind. */
const doneThere = (helper: Page, kind: ComputeKind): Promise<number> => helper.evaluate(async (one) => (await window.lifegraph.compute!.act({ do: 'state' })).ledger.filter((line) => line.kind === one && line.how === 'done').length, kind);

/** A diagram of all of a plan: the other device places it, this one draws it. */
export async function drawsElsewhere(page: Page, helper: Page, space: string, things: number): Promise<void> {
  expect(await doneThere(helper, 'layout')).toBe(0);
  await plan(page, space, things);
  await go(page, `#/${space}/goals?view=diagram`);
  await page.getByRole('button', { name: `Draw ${things}` }).click();
  await page.getByText('computed by 1 other device').waitFor();
  await page.getByText(`All ${things} drawn.`).waitFor();
  expect(await page.locator('.diagram-thing').count()).toBe(things);
  // What changes while it is placed is asked again.
  expect(await doneThere(helper, 'layout')).toBeGreaterThan(0);
}
