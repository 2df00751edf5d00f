/** Live text previews in the pages of the app; the text typed is the number of the preview. */
import type { Page } from 'playwright-core';
import type { Place } from './app.ts';

type Seen = [number, number][];

/** Starts to note when previews arrive: number → time. */
export function watchPreviews(page: Page, { space }: Place): Promise<void> {
  return page.evaluate((id) => {
    const seen: Seen = [];
    const held = globalThis as unknown as { __previews?: Seen; __stop?: () => void };
    held.__stop?.();
    held.__previews = seen;
    held.__stop = window.lifegraph.previews.subscribe(id, null, ({ edit }) => {
      if (edit !== null) seen.push([Number(edit.insert), performance.timeOrigin + performance.now()]);
    });
  }, space);
}

/** Types into a node, `gap` ms apart; number → time of the call. */
export function sendPreviews(page: Page, place: Place, node: string, count: number, gap: number): Promise<Seen> {
  return page.evaluate(async ([{ space, fragment }, id, all, pause]) => {
    const out: Seen = [];
    for (let n = 0; n < all; n++) {
      out.push([n, performance.timeOrigin + performance.now()]);
      window.lifegraph.previews.set(space, { fragment, node: id }, { at: 0, remove: 0, insert: String(n) });
      await new Promise((next) => setTimeout(next, pause));
    }
    window.lifegraph.previews.set(space, { fragment, node: id }, null);
    return out;
  }, [place, node, count, gap] as const);
}

/** What arrived, once the last one did. */
export async function previewsSeen(page: Page, last: number): Promise<Seen> {
  await page.waitForFunction((n) => (globalThis as unknown as { __previews: Seen }).__previews.some(([number]) => number === n), last, { timeout: 10_000, polling: 20 });
  return page.evaluate(() => (globalThis as unknown as { __previews: Seen }).__previews);
}
