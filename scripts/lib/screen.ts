/** What a screen of the list is, the way to the lenses of the team space, and when a page stands. */
import type { Page } from 'playwright-core';

export interface Screen {
  name: string;
  scenario: 'locked' | 'several' | 'fresh' | 'seeded' | 'offline' | 'stuck' | 'stopped' | 'joining' | 'crowded' | 'guest' | 'removed' | 'altered' | 'lying' | 'clock' | 'reading' | 'late' | 'guild' | 'second';
  /** Hash to begin with. */
  hash?: string;
  /** `words` are the catalogue of the language in use. */
  go?(page: Page, words: (key: string) => string): Promise<void>;
}

const asking = new WeakMap<Page, Set<unknown>>();

/** Counts what the page asks for and has not got. */
export function watchRequests(page: Page): void {
  const open = new Set<unknown>();
  asking.set(page, open);
  page.on('request', (one) => open.add(one));
  page.on('requestfinished', (one) => open.delete(one));
  page.on('requestfailed', (one) => open.delete(one));
}

/** As a string: names that a bundler gives to functions are not known to the page. */
const STANDS = `(quietMs) => new Promise((done) => {
  const begun = performance.now();
  let last = begun;
  const seen = new MutationObserver(() => (last = performance.now()));
  seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const frame = () => {
    const now = performance.now();
    const busy = document.querySelector('.skeleton-row, [aria-busy="true"]') !== null || document.fonts.status !== 'loaded';
    if ((now - last >= quietMs && !busy) || now - begun > 3000) { seen.disconnect(); done(); } else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

/** Nothing is asked for, and nothing on the page has changed for some frames. */
export async function settled(page: Page, quietMs = 100): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await page.evaluate(`(${STANDS})(${quietMs})`);
    if ((asking.get(page)?.size ?? 0) === 0) return;
  }
}

/** The first screen: "I have used LifeGraph before". */
export const comeBack = (page: Page): Promise<void> => page.locator('.page-other > .page-row').nth(1).click();

/** Opens a lens of the team space. */
export const team = async (page: Page, lens = 'chat', rest = ''): Promise<void> => {
  await page.evaluate(
    async ([where, more]) => {
      const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> } } }).lifegraph;
      const space = (await api.spaces.list()).find((one) => one.kind === 'team' || one.kind === 'guild');
      location.hash = `#/${space!.id}/${where}${more}`;
    },
    [lens, rest],
  );
  await settled(page);
};

/** A channel of the team, by its name. */
export const chat = async (page: Page, channel = 'housing'): Promise<void> => {
  await page.evaluate((title) => {
    const link = [...document.querySelectorAll<HTMLAnchorElement>('.rail-sub a, .list a')].find((one) => one.textContent?.includes(title));
    link?.click();
  }, channel);
  await page.locator('.message').first().waitFor();
  await settled(page);
};

/** The channel that most screens stand in. */
export const housing = async (page: Page): Promise<void> => {
  await team(page);
  await page.locator('.rail-sub a, .list a').first().waitFor({ state: 'attached' });
  await chat(page);
};

/** The kernel stays stopped. */
export const stop = async (page: Page): Promise<void> => {
  await page.evaluate(() => (globalThis as unknown as { lifegraph: { supervision: { restart(): Promise<void> } } }).lifegraph.supervision.restart());
  await page.locator('.note[data-tone="bad"]').waitFor();
};

/** Access, the menu of a person and one of its acts. */
export const person = async (page: Page, words: (key: string) => string, name: string, act: string): Promise<void> => {
  await team(page, 'access');
  await page.getByRole('row').filter({ hasText: name }).locator('.row-acts button').click();
  await page.getByRole('menuitem', { name: words(act) }).click();
  await page.getByRole('dialog').waitFor();
};
