/** Pictures of every screen: `npm run shots -- --lang en,ru --theme light,dark --width 1280,390 --only chat,access` → out/shots. */
import { mkdir } from 'node:fs/promises';
import { createI18n, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { SCREENS } from './lib/screens.ts';
import { buildViews, flag, openBrowser, serveFolder } from './lib/views.ts';

const langs = flag('lang', ['en', 'ru']) as Lang[];
const themes = flag('theme', ['light', 'dark']) as ('light' | 'dark')[];
const widths = flag('width', ['1280', '390']).map(Number);
const only = flag('only', []);

await mkdir('out/shots', { recursive: true });
const { url, server } = await serveFolder(await buildViews());
const browser = await openBrowser();
let faults = 0;
for (const width of widths) {
  for (const theme of themes) {
    for (const lang of langs) {
      await loadWords(lang);
      const i18n = createI18n(lang);
      const context = await browser.newContext({
        viewport: { width, height: width < 768 ? 844 : 800 }, deviceScaleFactor: 1, colorScheme: theme, locale: lang === 'ru' ? 'ru-RU' : 'en-GB', reducedMotion: 'reduce', hasTouch: width < 768,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      for (const screen of SCREENS) {
        if (only.length > 0 && !only.includes(screen.name)) continue;
        const page = await context.newPage();
        const said: string[] = [];
        page.on('pageerror', (error) => said.push(`error: ${error.message}`));
        page.on('console', (message) => message.type() === 'error' && said.push(`console: ${message.text()}`));
        const name = `${screen.name}-${width}-${theme}-${lang}`;
        try {
          await page.goto(`${url}?scenario=${screen.scenario}${screen.hash ?? ''}`);
          await page.locator('main').first().waitFor();
          await page.evaluate(() => document.fonts.ready);
          await page.waitForTimeout(350);
          page.setDefaultTimeout(5000);
          await screen.go?.(page, (key) => i18n.t(key as Parameters<typeof i18n.t>[0]));
          await page.waitForTimeout(250);
        } catch (error) {
          said.push(`flow: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) said.push(`wider than the screen by ${wide} px`);
        await page.screenshot({ path: `out/shots/${name}.png` });
        for (const line of said) console.log(`${name}: ${line}`);
        faults += said.length;
        await page.close();
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(faults === 0 ? 'No faults seen.' : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;
