/** What several steps of the test of Learn do with cards. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { go } from './learn.ts';
/** Words on either side find a card of any deck; by keys into it. What nothing says is told, and all are there again. `deck`: one that has two cards. */
export async function findByWords(page: Page, deck: Locator): Promise<void> {
  const find = page.getByRole('searchbox', { name: 'Find cards by words' });
  await find.fill('xylophone');
  await page.getByRole('heading', { name: 'No card says “xylophone”' }).waitFor();
  expect(await deck.count()).toBe(0);
  await page.keyboard.press('Escape');
  await deck.getByText(/^2 cards · /).waitFor();
  await find.fill('ONE small');
  await page.getByText('1 card found').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('dialog', { name: 'Change the card' }).getByRole('textbox', { name: 'Back' }).inputValue()).toBe('The small one');
  await page.keyboard.press('Escape');
}

/** Pictures for whoever looks at them: LGOS_SHOTS=folder. */
export async function shotsOfCards(page: Page, lens: string): Promise<void> {
  await page.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!;
    const [deck] = await window.lifegraph.graph(personal.id).query({ type: 'fragment@1', where: { type: 'learn/deck@1' } });
    for (let n = 1; n < 6; n++) await window.lifegraph.graph(personal.id).transact([{ op: 'node.create', type: 'learn/card@1', props: { front: `How is a strap of size ${n} put on?`, back: 'By hand, then a quarter turn more, never a full one.' }, verb: 'learn/card.create@1' }], { fragment: String(deck!.props['fragment']) });
  });
  for (const [width, height] of [[1280, 800], [390, 844]] as const) for (const colorScheme of ['light', 'dark'] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    for (const [name, at, wait] of [['cards', `${lens}/cards`, 'The next two weeks'], ['lens', lens, 'All cards']] as const) {
      await go(page, at);
      await page.getByText(wait).first().waitFor();
      await page.screenshot({ path: `${process.env['LGOS_SHOTS']!}/${name}-${width}-${colorScheme}.png` });
    }
    await go(page, `${lens}/review`);
    await page.getByRole('button', { name: 'Show the back' }).click();
    await page.screenshot({ path: `${process.env['LGOS_SHOTS']!}/review-${width}-${colorScheme}.png` });
  }
}
