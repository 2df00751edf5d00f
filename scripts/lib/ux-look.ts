/** The part of the checklist of screens that a machine can look at: keyboard, focus, sizes, what is cut, what moves. */
import type { Page } from 'playwright-core';
import type { Look } from './look.ts';
import { settled } from './screen.ts';
import { afterTabs, beforeTabs, cutWords, tooSmall, tooWide } from './ux-page.ts';

/** Targets for a mouse and for a finger, px. */
const MOUSE = 24;
const FINGER = 44;
/** Pressed at most in a page. */
const TABS = 240;
/** What may move by itself while a page comes: a share of the screen, as browsers count it. */
const SHIFT = 0.1;
/** 200 % of 1280 px, and the narrowest telephone. */
const ZOOMED = { width: 640, height: 400 };
const NARROW = { width: 320, height: 640 };

/** One of each kind. */
export const UX_CONTROL = {
  html: `<style>#dull, #dull:focus { outline: none; border: 0; }</style><main style="width:1400px"><button style="width:10px;height:10px;padding:0" aria-label="Tiny"></button>
    <button class="button" style="width:60px">Two long words</button><p style="width:50px;overflow:hidden;white-space:nowrap">A sentence that is cut</p>
    <button id="dull">Dull</button><button tabindex="-1">Out of reach</button></main>`,
  finds: ['wide: the page', 'small: button "Tiny"', 'lines: button.button', 'cut: p "A sentence', 'focus: button "Dull"', 'tab: button "Out of reach"', 'at 200 % wide'],
};

/** Tab until everything was reached or it goes round. */
async function tabs(page: Page): Promise<string[]> {
  await page.evaluate(beforeTabs);
  let [last, whole] = [-1, false];
  for (let n = 0; n < TABS && !whole; n += 10) {
    for (let i = 0; i < 10; i++) await page.keyboard.press('Tab');
    const [count, round] = await page.evaluate(() => {
      const { lookedTabs } = globalThis as unknown as { lookedTabs: { count(): number; round(): boolean } };
      return [lookedTabs.count(), lookedTabs.round()] as const;
    });
    whole = round;
    // A text that keeps Tab for itself is left as its readers leave it: to the next region.
    if (!round && count - last < 3) await page.keyboard.press('F6');
    last = count;
  }
  return page.evaluate(afterTabs, whole);
}

const OPEN = 'dialog[open], [role=dialog], [role=menu]';

/** Escape closes what lies over the page, and the focus goes back to something. */
async function closes(page: Page): Promise<string[]> {
  const open = await page.locator(OPEN).count();
  if (open === 0) return [];
  await page.keyboard.press('Escape');
  await settled(page);
  if ((await page.locator(OPEN).count()) >= open) return ['close: Escape does not close what is open'];
  const lost = await page.evaluate(() => document.activeElement === null || document.activeElement === document.body);
  return lost ? ['close: the focus is nowhere after it was closed'] : [];
}

async function at(page: Page, size: { width: number; height: number }, said: string, back: { width: number; height: number }): Promise<string[]> {
  await page.setViewportSize(size);
  await settled(page);
  const faults = [...(await page.evaluate(tooWide)), ...(await page.evaluate(cutWords))];
  await page.setViewportSize(back);
  await settled(page);
  return faults.map((fault) => `${said} ${fault}`);
}

/** Faults of a screen; once for both themes. */
export async function uxLook({ page, width, last, said }: Look): Promise<string[]> {
  if (!last) return [];
  const missing = await page.evaluate(() => [...(globalThis as unknown as { lookedMissing: Set<string> }).lookedMissing]);
  const faults = [...said, ...missing.map((key) => `words: ${key} was asked for and was not there`)];
  const moved = await page.evaluate(() => (globalThis as unknown as { lookedShifts: { value: number; startTime: number; what: string[] }[] }).lookedShifts.filter(({ startTime }) => startTime < (performance.getEntriesByName('go')[0]?.startTime ?? Infinity)));
  const sum = moved.reduce((n, { value }) => n + value, 0);
  if (sum > SHIFT) faults.push(`moves: ${sum.toFixed(3)} while it comes: ${moved.flatMap(({ what }) => what).slice(0, 3).join('; ')}`);
  faults.push(...(await page.evaluate(tooWide)), ...(await page.evaluate(cutWords)), ...(await page.evaluate(tooSmall, width < 768 ? FINGER : MOUSE)));
  const full = { width, height: width < 768 ? 844 : 800 };
  if (width < 768) return [...faults, ...(await at(page, NARROW, 'at 320 px', full))];
  faults.push(...(await at(page, ZOOMED, 'at 200 %', full)));
  faults.push(...(await tabs(page)));
  return [...faults, ...(await closes(page))];
}
