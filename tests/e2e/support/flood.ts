/** How much a page stands still while something happens: its long tasks (above 50 ms), as the engine tells them. */
import type { Page } from 'playwright-core';

/** Of the time that passed: the part by which tasks were longer than 50 ms, and the longest, ms. */
export interface Still {
  readonly share: number;
  readonly longest: number;
  readonly ms: number;
}

interface Watched {
  readonly tasks: number[];
  readonly observer: PerformanceObserver;
  readonly from: number;
}
type Watching = { __tasks?: Watched };

/** Watches the page while `meanwhile` runs. */
export async function stillness(page: Page, meanwhile: () => Promise<unknown>): Promise<Still> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => tasks.push(duration)));
    observer.observe({ type: 'longtask' });
    (globalThis as Watching).__tasks = { tasks, observer, from: performance.now() };
  });
  await meanwhile();
  return page.evaluate(async () => {
    const { tasks, observer, from } = (globalThis as Watching).__tasks!;
    const ms = performance.now() - from;
    // The engine tells of a task a little after its end.
    await new Promise((next) => requestAnimationFrame(() => requestIdleCallback(next)));
    tasks.push(...observer.takeRecords().map(({ duration }) => duration));
    observer.disconnect();
    return { share: tasks.reduce((sum, one) => sum + Math.max(0, one - 50), 0) / ms, longest: Math.max(0, ...tasks), ms };
  });
}

/** Control: the page's own thread does nothing else for four seconds; in a frame of its own, for what the debugger does is no task of the page. */
export const plantBusy = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => {
    for (const end = performance.now() + 4_000; performance.now() < end;) continue;
    requestAnimationFrame(() => done());
  })));

/** A member's browser sends messages as fast as it makes them: so many acts of a hundred each. */
export const flood = (page: Page, space: string, acts: number): Promise<void> =>
  page.evaluate(async ([id, count]) => {
    const graph = window.lifegraph.graph(id);
    const { fragment } = (await graph.query({ type: 'chat/message@1', limit: 1 }))[0]!;
    for (let act = 0; act < count; act++) {
      const ops = Array.from({ length: 100 }, (_, at) => ({ op: 'node.create' as const, type: 'chat/message@1', props: { text: `flood ${act} ${at}` }, verb: 'chat/message.send@1' }));
      await graph.transact(ops, { fragment }).catch(() => undefined);
    }
  }, [space, acts] as const);
