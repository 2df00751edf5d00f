/** What people do with documents, by the words on the screen. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { composer, inviteTo, join, newSpace, person, SOON_MS } from './acts.ts';
import type { Peer } from './peer.ts';

export const LONG_MS = 2 * SOON_MS;
/** The text of the open document. */
export const text = (page: Page) => page.getByRole('textbox', { name: /^Text of / });

/** The blocks of the open page as a person sees them: kind and words. `which`: of all its blocks. */
export const blocks = (page: Page, which = ''): Promise<string[]> =>
  page.locator(`.doc-text > .block${which}`).evaluateAll((all) => all.map((one) => `${one.tagName === 'P' ? '' : `${one.getAttribute('data-kind')}${one.tagName.startsWith('H') ? one.tagName.slice(1) : ''}: `}${(one as HTMLElement).innerText.trim()}`));

/** Waits until the page shows these blocks. */
export async function shows(page: Page, wanted: string[], which?: string): Promise<void> {
  for (const end = performance.now() + LONG_MS; ;) {
    const found = await blocks(page, which);
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
    if (performance.now() > end) expect(found).toEqual(wanted);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

/** Makes a document by the screen: Documents in the rail, New document, a title. */
export async function newDocument(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('button', { name: 'New document' }).first().click();
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.keyboard.press('Enter');
  await text(page).waitFor({ timeout: LONG_MS });
}

/** Anna and Boris in a space of hers, in its chat. */
export async function two(url: string, role: 'member' | 'guest' = 'member'): Promise<{ anna: Peer; boris: Peer; space: string }> {
  const anna = await person({ name: 'Anna', url });
  const space = await newSpace(anna);
  const boris = await person({ name: 'Boris', url });
  await join(boris, await inviteTo(anna, space, { role }));
  for (const { page } of [anna, boris]) {
    page.setDefaultTimeout(LONG_MS);
    await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
    await (role === 'guest' && page === boris.page ? page.locator('.foot-note') : composer(page)).waitFor();
  }
  return { anna, boris, space };
}
