/**
 * Goes to every screen of the list, several pages at once, and looks at it in each theme. For `npm run axe`, `ux` and `shots`.
 * Flags: --lang --theme --width --only NAME,NAME* --part I/N --pages N, --left: what was not looked at or has faults, --built axe|ux|shots: the views as that script built them.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createI18n, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { settled, watchRequests, type Screen } from './screen.ts';
import { SCREENS } from './screens.ts';
import { flag, openBrowser, serveFolder } from './views.ts';

export type Theme = 'light' | 'dark';

export interface Look {
  readonly page: Page;
  readonly screen: Screen;
  readonly lang: Lang;
  readonly theme: Theme;
  readonly width: number;
  /** Of this page: what a theme cannot change is looked at once, and what changes the page is done at the end. */
  readonly first: boolean;
  readonly last: boolean;
  /** What the page itself said so far. */
  readonly said: string[];
}

export interface Looker {
  /** Of the folder the views are built into. */
  readonly name: string;
  /** Before the page's own scripts and outside of its policy, as a debugger would. */
  readonly script?: string;
  readonly context?: (width: number) => BrowserContextOptions;
  /** A page with faults, and what must be found on it, or nothing that is not found means anything. */
  readonly control?: { readonly html: string; readonly finds: readonly string[] };
  /** What is looked at, each by a name of its own: faults of what is seen. */
  readonly looks: Readonly<Record<string, (at: Look) => Promise<string[]>>>;
}

/** State → its faults; kept in out/looked, one file for each look. */
type Found = Record<string, string[]>;

interface Run {
  readonly looker: Looker;
  readonly url: string;
  readonly browser: Browser;
  readonly themes: readonly Theme[];
  readonly found: Readonly<Record<string, Found>>;
}

const WIDTHS = ['1280', '390'];
const LANGS = ['en', 'ru'];
const THEMES = ['light', 'dark'];

const has = (name: string): boolean => process.argv.includes(`--${name}`);
const fileOf = (look: string): string => resolve(`out/looked/${look}.json`);
const stateOf = (screen: Screen, width: number | string, theme: string, lang: string): string => `${screen.name}-${width}-${theme}-${lang}`;
const lineOf = (error: unknown): string => (error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ').slice(0, 300) : String(error));

/** The screens that the flags ask for. */
function wanted(): Screen[] {
  const only = flag('only', []);
  const [part, of] = flag('part', ['1/1'])[0]!.split('/').map(Number) as [number, number];
  const named = (screen: Screen): boolean => only.length === 0 || only.some((one) => (one.endsWith('*') ? screen.name.startsWith(one.slice(0, -1)) : one === screen.name));
  return SCREENS.filter(named).filter((_, at) => at % of === part - 1);
}

/** To the screen; what went wrong on the way, or null. */
async function goTo(run: Run, page: Page, screen: Screen, lang: Lang): Promise<string | null> {
  const i18n = createI18n(lang);
  try {
    await page.emulateMedia({ colorScheme: run.themes[0]!, reducedMotion: 'reduce' });
    await page.goto(`${run.url}?scenario=${screen.scenario}${screen.hash ?? ''}`);
    await page.locator('main').first().waitFor();
    await settled(page);
    await page.evaluate(() => performance.mark('go'));
    await screen.go?.(page, (key) => i18n.t(key as Parameters<typeof i18n.t>[0]));
    await settled(page);
    return null;
  } catch (error) {
    return `flow: ${lineOf(error)}`;
  }
}

async function lookAt(run: Run, page: Page, screen: Screen, lang: Lang, width: number): Promise<void> {
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  watchRequests(page);
  page.setDefaultTimeout(10_000);
  const lost = await goTo(run, page, screen, lang);
  for (const [at, theme] of run.themes.entries()) {
    if (at > 0) await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [name, look] of Object.entries(run.looker.looks)) {
      const seen = lost === null ? look({ page, screen, lang, theme, width, said, first: at === 0, last: at === run.themes.length - 1 }) : Promise.resolve([lost]);
      run.found[name]![stateOf(screen, width, theme, lang)] = await seen.catch((error: unknown) => [`look: ${lineOf(error)}`]);
    }
  }
  for (const [name, found] of Object.entries(run.found)) keep(name, found, run.themes.map((theme) => stateOf(screen, width, theme, lang)));
}

/** Into the file as it is now: other parts may run meanwhile. */
function keep(look: string, found: Found, states: readonly string[]): void {
  writeFileSync(fileOf(look), JSON.stringify({ ...keptOf(look), ...Object.fromEntries(states.map((state) => [state, found[state]!])) }, null, 1));
}

/** What is not found on the page that has it; the looks are not in the list of screens. */
async function unfound({ looker, browser }: Run): Promise<string[]> {
  if (looker.control === undefined) return [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  await context.addInitScript({ content: `globalThis.__name = (one) => one;${looker.script ?? ''}` });
  const page = await context.newPage();
  watchRequests(page);
  // Without the policy of the app, which takes away styles in a page.
  await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(`<!doctype html><html lang="en"><title>Faults</title>${looker.control.html}`)}`);
  const found: string[] = [];
  for (const look of Object.values(looker.looks)) found.push(...(await look({ page, screen: { name: 'control', scenario: 'fresh' }, lang: 'en', theme: 'light', width: 1280, said: [], first: true, last: true })));
  await context.close();
  return looker.control.finds.filter((one) => !found.some((fault) => fault.includes(one)));
}

/** One worker takes what is next until nothing is left. */
async function work(run: Run, due: Screen[], lang: Lang, width: number): Promise<void> {
  const context = await run.browser.newContext({ viewport: { width, height: width < 768 ? 844 : 800 }, locale: lang === 'ru' ? 'ru-RU' : 'en-GB', ...run.looker.context?.(width) });
  await context.addInitScript({ content: `globalThis.__name = (one) => one;${run.looker.script ?? ''}` });
  for (let screen = due.shift(); screen !== undefined; screen = due.shift()) {
    const page = await context.newPage();
    await lookAt(run, page, screen, lang, width);
    await page.close();
  }
  await context.close();
}

/** The same fault on many screens is one line; then how many states of the list were looked at, and with what outcome. */
function tell(look: string, found: Found, looked: readonly string[]): void {
  const where = new Map<string, string[]>();
  for (const name of looked) for (const fault of found[name]!) where.set(fault, [...(where.get(fault) ?? []), name]);
  for (const [fault, on] of [...where].sort((a, b) => b[1].length - a[1].length)) console.log(`${String(on.length).padStart(4)} × ${fault}  (${on[0]})`);
  const sum = (names: readonly string[]): string => `${names.length} states, ${names.reduce((n, name) => n + found[name]!.length, 0)} faults`;
  const kept: string[] = [];
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      for (const lang of LANGS) {
        const names = SCREENS.map((screen) => stateOf(screen, width, theme, lang)).filter((name) => name in found);
        if (names.length > 0) console.log(`${look} ${width} ${theme} ${lang}: ${sum(names)} of ${SCREENS.length}`);
        kept.push(...names);
      }
    }
  }
  console.log(`${look}, all that is kept in ${fileOf(look)}: ${sum(kept)} of ${SCREENS.length * WIDTHS.length * THEMES.length * LANGS.length}. Now: ${sum(looked)}.`);
}

/** What is kept of earlier runs. */
const keptOf = (look: string): Found => (existsSync(fileOf(look)) ? (JSON.parse(readFileSync(fileOf(look), 'utf8')) as Found) : {});

/** Looks at what the flags ask for; exit 1 when a fault was found or nothing was seen. */
export async function lookAtAll(looker: Looker, build: () => Promise<string>): Promise<void> {
  mkdirSync('out/looked', { recursive: true });
  const folder = resolve(`out/fake-app-${has('built') ? flag('built', [looker.name])[0]! : looker.name}`);
  const { url, server } = await serveFolder(has('built') && existsSync(`${folder}/index.html`) ? folder : await build());
  const browser = await openBrowser();
  const themes = flag('theme', THEMES) as Theme[];
  const run: Run = { looker, url, browser, themes, found: Object.fromEntries(Object.keys(looker.looks).map((look) => [look, keptOf(look)])) };
  const blind = await unfound(run);
  if (blind.length > 0) throw new Error(`not found on the page that has it: ${blind.join('; ')}`);
  const looked: string[] = [];
  const clean = (state: string): boolean => Object.values(run.found).every((found) => found[state]?.length === 0);
  const begun = Date.now();
  for (const width of flag('width', WIDTHS).map(Number)) {
    for (const lang of flag('lang', LANGS) as Lang[]) {
      await loadWords(lang);
      const states = (screen: Screen): string[] => themes.map((theme) => stateOf(screen, width, theme, lang));
      const due = wanted().filter((screen) => !has('left') || !states(screen).every(clean));
      looked.push(...due.flatMap(states));
      await Promise.all(Array.from({ length: Number(flag('pages', ['2'])[0]) }, () => work(run, due, lang, width)));
    }
  }
  await browser.close();
  server.close();
  for (const look of Object.keys(run.found)) tell(look, keptOf(look), looked);
  console.log(`${Math.round((Date.now() - begun) / 1000)} s.`);
  process.exitCode = looked.length > 0 && looked.every(clean) ? 0 : 1;
}
