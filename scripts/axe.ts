/** axe-core on every screen: `npm run axe -- --lang en --theme light,dark --width 1280,390`. 0 violations or exit 1. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createI18n, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { SCREENS } from './lib/screens.ts';
import { buildViews, flag, openBrowser, serveFolder } from './lib/views.ts';

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

const langs = flag('lang', ['en', 'ru']) as Lang[];
const themes = flag('theme', ['light', 'dark']) as ('light' | 'dark')[];
const widths = flag('width', ['1280', '390']).map(Number);
const only = flag('only', []);

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { url, server } = await serveFolder(await buildViews());
const browser = await openBrowser();
let violations = 0;
let looked = 0;
for (const width of widths) {
  for (const theme of themes) {
    for (const lang of langs) {
      await loadWords(lang);
      const i18n = createI18n(lang);
      const context = await browser.newContext({ viewport: { width, height: width < 768 ? 844 : 800 }, colorScheme: theme, locale: lang === 'ru' ? 'ru-RU' : 'en-GB', reducedMotion: 'reduce' });
      // Before the page's own scripts and outside of its policy, as a debugger would.
      await context.addInitScript({ content: source });
      for (const screen of SCREENS) {
        if (only.length > 0 && !only.includes(screen.name)) continue;
        const page = await context.newPage();
        page.setDefaultTimeout(5000);
        const name = `${screen.name}-${width}-${theme}-${lang}`;
        try {
          await page.goto(`${url}?scenario=${screen.scenario}${screen.hash ?? ''}`);
          await page.locator('main').first().waitFor();
          await page.waitForTimeout(350);
          await screen.go?.(page, (key) => i18n.t(key as Parameters<typeof i18n.t>[0]));
          await page.waitForTimeout(200);
          const found = await page.evaluate(async () => {
            const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe;
            const result = await axe.run({ resultTypes: ['violations'], runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } });
            return result.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 3).map((node) => ({ target: node.target.map(String), failureSummary: node.failureSummary })) }));
          });
          looked++;
          for (const one of found) {
            violations++;
            console.log(`${name}: ${one.id} (${one.impact}) ${one.help}`);
            for (const node of one.nodes) console.log(`    ${node.target.join(' ')}: ${(node.failureSummary ?? '').replaceAll('\n', ' ').slice(0, 220)}`);
          }
        } catch (error) {
          violations++;
          console.log(`${name}: flow: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
        }
        await page.close();
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(`${looked} screens, ${violations} violations.`);
process.exitCode = violations === 0 && looked > 0 ? 0 : 1;
