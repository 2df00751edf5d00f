/** One space with 10,000 tasks and 5,000 links on every other screen of Goals: opened, stepped through, changed. Times are those of the page itself. */
import type { Page } from 'playwright-core';
import { newFragment, open } from '#bench/browser/app';
import { attempt, part } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { newSpace } from '#tests/e2e/support/acts';
import { fill, PATIENCE_MS, scroll, show } from './screens.ts';

const TASKS = 10_000;
const LINKS = 5_000;
/** Steps of one kind that are timed. */
const STEPS = 10;
/** Presses of "more" before the list is scrolled: 100 rows of a group each. */
const MORE = 5;

/** A key on what a selector finds; resolves with the ms until a mark of the page has changed and stands in a frame. */
interface Act {
  /** What gets the focus and the key; or the click, without a key. */
  readonly on: string;
  readonly key?: string;
  readonly alt?: boolean;
  /** What is looked at: the words of the first of these elements, or an attribute of it. */
  readonly mark: string;
  readonly attribute?: string;
}

/** So many times an act, one after the other; the ms of each. */
function acts(page: Page, act: Act, times: number): Promise<number[]> {
  return page.evaluate(async ([{ on, key, alt, mark, attribute }, count, patience]) => {
    const read = (): string => {
      const element = document.querySelector(mark);
      return (attribute ? element?.getAttribute(attribute) : element?.textContent) ?? '';
    };
    const one = (): Promise<number> => new Promise((done, failed) => {
      const element = document.activeElement?.matches(on) ? (document.activeElement as HTMLElement) : document.querySelector<HTMLElement>(on);
      if (!element) return failed(new Error(`${on} is not there`));
      const before = read();
      const from = performance.now();
      if (key) {
        element.focus();
        element.dispatchEvent(new KeyboardEvent('keydown', { key, altKey: alt ?? false, bubbles: true, cancelable: true }));
      } else element.click();
      const look = (): void => {
        if (read() !== before) return void requestAnimationFrame(() => done(performance.now() - from));
        if (performance.now() - from > patience) return failed(new Error(`${mark} did not change`));
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    const out: number[] = [];
    for (let i = 0; i < count; i++) {
      out.push(await one());
      await new Promise((next) => requestIdleCallback(next));
    }
    return out;
  }, [act, times, PATIENCE_MS] as const);
}

type Peers = Readonly<Record<string, readonly number[]>>;

/** A row of what was timed; none of what failed. */
function row(name: string, target: number, values: readonly number[] | null, how: string, peer: Peers = {}): BenchResult[] {
  return values === null ? [] : [result({ group: 'plan', name, unit: 'ms', target, direction: 'lower', values: [percentile(values, 0.95)], how, peer: { median: values, greatest: [Math.max(...values)], ...peer } })];
}

/** The view is opened once: what is timed in it stands on its own, and one that fails takes no other along. */
async function list(page: Page, hash: string): Promise<BenchResult[]> {
  const opened = await part('plan-list', async () => {
    const ms = await show(page, `${hash}list`, '.work-row');
    await page.locator('.plan-bar').first().waitFor({ timeout: PATIENCE_MS });
    return ms;
  });
  if (opened === null) return [];
  // Ticks: each row goes to another group, and the head of the first group has one less.
  const ticks = await part('plan-list-tick-p95', () => acts(page, { on: '.work-row .tick', mark: '.work-list .work-head .num' }, STEPS));
  const scrolled = await part('plan-list-frame-p95', async () => {
    await page.evaluate(async (times) => {
      for (let i = 0; i < times; i++) {
        for (const section of document.querySelectorAll('.work-list section')) section.querySelector<HTMLElement>(':scope > .button')?.click();
        await new Promise((next) => requestAnimationFrame(next));
      }
      await new Promise((next) => requestIdleCallback(next));
    }, MORE);
    return scroll(page, '.work-list', '.work-row');
  });
  return [
    ...row('plan-list-frame-p95', 20, scrolled && scrolled.frames, `the list of ${TASKS} tasks with ${LINKS} links, ${100 * (MORE + 1)} rows of each of four groups drawn, scrolled as the board; opened: address set → first rows`, { opened: [opened], passed: [scrolled?.things ?? 0] }),
    ...row('plan-list-tick-p95', 100, ticks, `in that list ${STEPS} tasks ticked, one at a time: press → frame in which the row is gone to its other group, written, and the list made anew`),
  ];
}

async function calendar(page: Page, hash: string): Promise<BenchResult[]> {
  const opened = await part('plan-calendar', () => show(page, `${hash}calendar`, '.calendar-day'));
  if (opened === null) return [];
  const later = '.calendar-bar .icon-button:nth-child(2)';
  const steps = await part('plan-calendar-step-p95', async () => {
    // On to the months in which the tasks are due.
    await acts(page, { on: later, mark: '.calendar-month' }, 3);
    await page.evaluate(async ([button, until]) => {
      const end = performance.now() + until;
      while (document.querySelectorAll('.calendar-entry').length < 50 && performance.now() < end) {
        document.querySelector<HTMLElement>(button)!.click();
        await new Promise((next) => requestAnimationFrame(next));
      }
    }, [later, PATIENCE_MS] as const);
    return acts(page, { on: later, mark: '.calendar-month' }, 4);
  });
  const moves = await part('plan-calendar-move-p95', () => acts(page, { on: '.calendar-open[data-focus]', key: 'ArrowRight', alt: true, mark: '.calendar-grid' }, STEPS));
  return [
    ...row('plan-calendar-step-p95', 100, steps, 'the calendar of the same tasks, about 33 due on each day: press of "later" → frame of the next month; opened as above', { opened: [opened] }),
    ...row('plan-calendar-move-p95', 100, moves, `there ${STEPS} times a task is moved to the next day by Alt and an arrow → frame in which the days show it`),
  ];
}

/** There and back, from the head of the decisive path: how far a path goes on is the plan's, and no matter here. */
async function diagram(page: Page, hash: string): Promise<BenchResult[]> {
  const opened = await part('plan-diagram', () => show(page, `${hash}diagram`, '.diagram-thing'));
  if (opened === null) return [];
  const steps = await part('plan-diagram-step-p95', async () => {
    const out: number[] = [];
    for (let i = 0; i < STEPS; i++) out.push(...(await acts(page, { on: '.diagram-thing[tabindex="0"]', key: i % 2 === 0 ? 'ArrowRight' : 'ArrowLeft', mark: '.diagram-thing[tabindex="0"]', attribute: 'data-work' }, 1)));
    return out;
  });
  return row('plan-diagram-step-p95', 100, steps, `the diagram of the same tasks: ${STEPS} times an arrow → frame in which the next thing has the focus; opened: address set → drawn`, { opened: [opened] });
}

async function measure(): Promise<BenchResult[]> {
  const server = await startApp();
  try {
    const { page } = await open('a', server.url);
    const space = await newSpace({ page } as Parameters<typeof newSpace>[0], 'Crowded');
    await fill(page, await newFragment(page, space, 'Crowded'), TASKS, LINKS, true);
    const hash = `#/${space}/goals?view=`;
    return [...(await list(page, hash)), ...(await calendar(page, hash)), ...(await diagram(page, hash))];
  } finally {
    await server.stop();
  }
}

/** The rows of the suite. */
export const suite: Suite = {
  name: 'crowded',
  run: async () => (await attempt('plan-crowded', measure)) ?? [],
};
