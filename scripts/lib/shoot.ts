/** A picture of what is seen, into out/shots. */
import { mkdir } from 'node:fs/promises';
import type { Look } from './look.ts';

/** The picture is named after the screen, the width, the theme and the language. Faults: what the page says, and a page that is wider than the screen. */
export async function shoot({ page, screen, width, theme, lang, said }: Look): Promise<string[]> {
  await mkdir('out/shots', { recursive: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.screenshot({ path: `out/shots/${screen.name}-${width}-${theme}-${lang}.png` });
  return [...said, ...(wide > 0 ? [`wider than the screen by ${wide} px`] : [])];
}
