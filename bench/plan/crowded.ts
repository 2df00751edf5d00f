/** One space with 10,000 tasks and 5,000 links on every other screen of Goals: opened, stepped through, changed. Times are those of the page itself. */
import type { Page } from 'playwright-core';
import { newFragment, open } from '#bench/browser/app';
import { attempt } from '#bench/browser/rows';
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

interface Seen {
  readonly opened: number;
  readonly steps: number[];
}

interface Crowded {
  readonly list: Seen & { readonly frames: number[]; readonly rows: number };
  readonly calendar: Seen & { readonly moves: number[] };
  readonly diagram: Seen;
}

async function ofList(page: Page, hash: string): Promise<Crowded['list']> {
  const opened = await show(page, `${hash}list`, '.work-row');
  await page.locator('.plan-bar').first().waitFor({ timeout: PATIENCE_MS });
  // Ticks: each row goes to another group, and the head of the first group has one less.
  const steps = await acts(page, { on: '.work-row .tick', mark: '.work-list .work-head .num' }, STEPS);
  await page.evaluate(async (times) => {
    for (let i = 0; i < times; i++) {
      for (const section of document.querySelectorAll('.work-list section')) section.querySelector<HTMLElement>(':scope > .button')?.click();
      await new Promise((next) => requestAnimationFrame(next));
    }
    await new Promise((next) => requestIdleCallback(next));
  }, MORE);
  const { frames, things } = await scroll(page, '.work-list', '.work-row');
  return { opened, steps, frames, rows: things };
}

async function measure(): Promise<Crowded> {
  const server = await startApp();
  try {
    const { page } = await open('a', server.url);
    const space = await newSpace({ page } as Parameters<typeof newSpace>[0], 'Crowded');
    await fill(page, await newFragment(page, space, 'Crowded'), TASKS, LINKS, true);
    const hash = `#/${space}/goals?view=`;
    const list = await ofList(page, hash);
    const opened = await show(page, `${hash}calendar`, '.calendar-day');
    const later = '.calendar-bar .icon-button:nth-child(2)';
    // On to the months in which the tasks are due.
    await acts(page, { on: later, mark: '.calendar-month' }, 3);
    await page.evaluate(async (until) => {
      const end = performance.now() + until;
      while (document.querySelectorAll('.calendar-entry').length < 50 && performance.now() < end) {
        document.querySelector<HTMLElement>('.calendar-bar .icon-button:nth-child(2)')!.click();
        await new Promise((next) => requestAnimationFrame(next));
      }
    }, PATIENCE_MS);
    const steps = await acts(page, { on: later, mark: '.calendar-month' }, 4);
    const calendar = { opened, steps, moves: await acts(page, { on: '.calendar-open[data-focus]', key: 'ArrowRight', alt: true, mark: '.calendar-grid' }, STEPS) };
    const diagram = { opened: await show(page, `${hash}diagram`, '.diagram-thing'), steps: await acts(page, { on: '.diagram-thing[tabindex="0"]', key: 'ArrowRight', mark: '.diagram-thing[tabindex="0"]', attribute: 'data-work' }, 5) };
    return { list, calendar, diagram };
  } finally {
    await server.stop();
  }
}

/** The rows of the suite. */
export const suite: Suite = {
  name: 'crowded',
  async run(): Promise<BenchResult[]> {
    const made = await attempt('plan-crowded', measure);
    if (made === null) return [];
    const { list, calendar, diagram } = made;
    const row = (name: string, target: number, values: readonly number[], how: string, peer: Readonly<Record<string, readonly number[]>>): BenchResult => result({ group: 'plan', name, unit: 'ms', target, direction: 'lower', values: [percentile(values, 0.95)], how, peer: { median: values, greatest: [Math.max(...values)], ...peer } });
    return [
      row('plan-list-frame-p95', 20, list.frames, `the list of ${TASKS} tasks with ${LINKS} links, ${100 * (MORE + 1)} rows of each of four groups drawn, scrolled as the board; opened: address set → first rows`, { opened: [list.opened], passed: [list.rows] }),
      row('plan-list-tick-p95', 100, list.steps, `in that list ${STEPS} tasks ticked, one at a time: press → frame in which the row is gone to its other group, written, and the list made anew`, {}),
      row('plan-calendar-step-p95', 100, calendar.steps, `the calendar of the same tasks, about 33 due on each day: press of "later" → frame of the next month; opened as above`, { opened: [calendar.opened] }),
      row('plan-calendar-move-p95', 100, calendar.moves, `there ${STEPS} times a task is moved to the next day by Alt and an arrow → frame in which the days show it`, {}),
      row('plan-diagram-step-p95', 100, diagram.steps, `the diagram of the same tasks: an arrow → frame in which the next thing has the focus; opened: address set → drawn`, { opened: [diagram.opened] }),
    ];
  },
};
