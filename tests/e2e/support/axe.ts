/** axe-core on a screen of the built app, as `npm run axe` runs it on the screens of the fake kernel. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Violation {
  id: string;
  help: string;
  nodes: { target: string[] }[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let source: Promise<string> | null = null;

/** Nothing is found, and axe did look: it ran rules that pass. */
export async function axeClean(page: Page, name: string): Promise<void> {
  source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // As a debugger would, outside of the page's policy.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await source);
  const found = await page.evaluate(async (tags) => {
    const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[]; passes: unknown[] }> } }).axe;
    const { violations, passes } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return { passes: passes.length, violations: violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join('; ')})`) };
  }, TAGS);
  expect(found.violations, name).toEqual([]);
  expect(found.passes, name).toBeGreaterThan(5);
}

/** A folder for pictures, when somebody wants to look. */
const SHOTS = process.env['LGOS_SHOTS'];

/** axe on the screen as it is; with a folder for pictures, or LGOS_FULL=1, also on a telephone in the dark. */
export async function looked(page: Page, name: string): Promise<void> {
  await axeClean(page, name);
  if (SHOTS === undefined && process.env['LGOS_FULL'] !== '1') return;
  const before = page.viewportSize()!;
  for (const [width, scheme] of [[1280, 'light'], [390, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    if (width < before.width) await axeClean(page, `${name} on a telephone`);
    if (SHOTS === undefined) continue;
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}-${width}-${scheme}.png`) });
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}
