/** Large plans on the screen: a board of 5,000 cards and a timeline of 2,000 bars, scrolled; the times between frames. */
import type { Page } from 'playwright-core';
import type { Op } from '#os/api';
import { newFragment, open, type Place } from '#bench/browser/app';
import { attempt } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { newSpace } from '#tests/e2e/support/acts';

const CARDS = 5_000;
const BARS = 2_000;
const LINKS = 3_000;
/** Frames of one scroll, and how far each goes, px. */
const FRAMES = 500;
const STEP_PX = 90;
export const PATIENCE_MS = 90_000;

/** Tasks with a status, an estimate, a day, a label and who does them; links lead to tasks up to 40 later. */
export function fill(page: Page, place: Place, count: number, links: number, done: boolean): Promise<unknown> {
  return page.evaluate(async ([{ space, fragment }, all, linked, closed]) => {
    const graph = window.lifegraph.graph(space);
    const me = window.lifegraph.identity.get()!.uid;
    const ids: string[] = [];
    const statuses = ['next', 'doing', 'review'];
    for (let from = 0; from < all; from += 100) {
      const ops = Array.from({ length: Math.min(100, all - from) }, (_, i): Op => {
        const n = from + i;
        return { op: 'node.create', type: 'goals/task@1', props: { title: `Gauge ${n}: read it, note it and send it to whoever keeps the table`, status: statuses[n % 4] ?? 'next', ...(closed && n % 4 === 3 ? { done: true } : {}), ...(n % 3 === 0 ? { assignee: me } : {}), estimate: ['day', 1, 2, 4], due: new Date(1_800_000_000_000 + (n % 300) * 86_400_000).toISOString().slice(0, 10), priority: n % 5 === 0 ? 'high' : 'normal' } };
      });
      ids.push(...(await graph.transact(ops, { fragment })).ids);
    }
    const edges = Array.from({ length: linked }, (_, i): Op => {
      const before = (i * 7) % (all - 41);
      return { op: 'edge.add', type: 'goals/depends-on@1', from: ids[before + 1 + ((i * 13) % 40)]!, to: ids[before]!, props: { kind: 'FS', lag: 0 } };
    });
    for (let from = 0; from < linked; from += 100) await graph.transact(edges.slice(from, from + 100), { fragment });
    await window.lifegraph.saved();
  }, [place, count, links, done] as const);
}

/** Leads to a view; resolves with the ms until it is drawn. */
export function show(page: Page, hash: string, ready: string): Promise<number> {
  return page.evaluate(([to, selector, patience]) => new Promise<number>((done, failed) => {
    const from = performance.now();
    location.hash = to;
    const look = (): void => {
      if (document.querySelectorAll(selector).length > 10) return void requestAnimationFrame(() => done(performance.now() - from));
      if (performance.now() - from > patience) return failed(new Error(`${selector} was not drawn`));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }), [hash, ready, PATIENCE_MS] as const);
}

/** The times between frames while the box of an element is scrolled downwards, and how many things were passed. */
export function scroll(page: Page, inside: string, thing: string): Promise<{ frames: number[]; things: number }> {
  return page.evaluate(([selector, one, count, step]) => new Promise<{ frames: number[]; things: number }>((done) => {
    const first = document.querySelector<HTMLElement>(selector)!;
    const box = first.scrollHeight > first.clientHeight + 10 && getComputedStyle(first).overflowY !== 'visible' && first.matches('.timeline') ? first : first.closest<HTMLElement>('main')!;
    const frames: number[] = [];
    const seen = new Set<string>();
    let last = performance.now();
    const next = (now: number): void => {
      frames.push(now - last);
      last = now;
      box.scrollTop += step;
      if (frames.length % 4 === 0) for (const part of [0.3, 0.5, 0.7, 0.9]) {
        const id = document.elementFromPoint(innerWidth * part, innerHeight / 2)?.closest<HTMLElement>(one)?.dataset['work'];
        if (id) seen.add(id);
      }
      if (frames.length < count) requestAnimationFrame(next);
      else done({ frames: frames.slice(1), things: seen.size });
    };
    requestAnimationFrame(next);
  }), [inside, thing, FRAMES, STEP_PX] as const);
}

export interface Measured {
  readonly opened: number;
  readonly frames: number[];
  readonly things: number;
}

async function measure(): Promise<{ board: Measured; timeline: Measured }> {
  const server = await startApp();
  try {
    const { page } = await open('a', server.url);
    const view = async (title: string, count: number, links: number, name: string, ready: string, inside: string): Promise<Measured> => {
      const space = await newSpace({ page } as Parameters<typeof newSpace>[0], title);
      await fill(page, await newFragment(page, space, title), count, links, name === 'board');
      const opened = await show(page, `#/${space}/goals?view=${name}`, ready);
      // The plan and its forecast are drawn: what follows is the scroll alone.
      await page.locator('.plan-bar').first().waitFor({ timeout: PATIENCE_MS });
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
      return { opened, ...(await scroll(page, inside, ready)) };
    };
    return { board: await view('Board', CARDS, 0, 'board', '.board .work-card', '.board'), timeline: await view('Timeline', BARS, LINKS, 'timeline', '.timeline-row', '.timeline') };
  } finally {
    await server.stop();
  }
}

/** The rows of the group. */
export const suite: Suite = {
  name: 'screens',
  async run(): Promise<BenchResult[]> {
    const made = await attempt('plan-screens', measure);
    if (made === null) return [];
    const row = (name: string, { frames, opened, things }: Measured, how: string): BenchResult => result({ group: 'plan', name, unit: 'ms', target: 20, direction: 'lower', values: [percentile(frames, 0.95)], how, peer: { median: frames, greatest: [Math.max(...frames)], opened: [opened], passed: [things] } });
    return [
      row('plan-board-frame-p95', made.board, `a board of ${CARDS} cards in four columns, ${FRAMES} frames of ${STEP_PX} px downwards from its head, cards are drawn as they come near: time between frames, Chromium without a head; opened: address set → first cards; passed: cards that stood at four places of the middle`),
      row('plan-timeline-frame-p95', made.timeline, `a timeline of ${BARS} bars and ${LINKS} links, the same`),
    ];
  },
};
