/** What a screen of the list is, and the way to the lenses of the team space. */
import type { Page } from 'playwright-core';

export interface Screen {
  name: string;
  scenario: 'locked' | 'several' | 'fresh' | 'seeded' | 'offline' | 'stuck' | 'stopped' | 'joining' | 'crowded' | 'guest' | 'removed' | 'altered' | 'lying' | 'clock' | 'reading' | 'late';
  /** Hash to begin with. */
  hash?: string;
  /** `words` are the catalogue of the language in use. */
  go?(page: Page, words: (key: string) => string): Promise<void>;
}

/** Opens a lens of the team space. */
export const team = async (page: Page, lens = 'chat', rest = ''): Promise<void> => {
  await page.evaluate(
    async ([where, more]) => {
      const api = (globalThis as unknown as { lifegraph: { spaces: { list(): Promise<{ id: string; kind: string }[]> } } }).lifegraph;
      const space = (await api.spaces.list()).find((one) => one.kind === 'team');
      location.hash = `#/${space!.id}/${where}${more}`;
    },
    [lens, rest],
  );
  await page.waitForTimeout(400);
};
