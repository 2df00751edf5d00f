/** Finds the system Chromium. Playwright never downloads one here. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The engine without windows comes first where there is one: a page in it loads for two fifths of the processor that a whole browser takes. */
const ENGINE = ['chromium-headless-shell', 'chrome-headless-shell'];
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'Chromium', 'Google Chrome'];
const PLACES = [
  '/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome',
  '/Applications/Chromium.app/Contents/MacOS', '/Applications/Google Chrome.app/Contents/MacOS',
];

/** What to type when no Chromium is found. */
export const INSTALL_LINE = 'sudo apt-get update && sudo apt-get install -y chromium chromium-headless-shell    (or: export CHROMIUM=/path/to/chromium)';

/** Path of a Chromium: the CHROMIUM variable, else one of the names in the usual places; null when there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env, names: readonly string[] = [...ENGINE, ...WHOLE]): string | null {
  if (env.CHROMIUM !== undefined && env.CHROMIUM !== '') return existsSync(env.CHROMIUM) ? env.CHROMIUM : null;
  const folders = [...new Set([...(env.PATH ?? '').split(delimiter), ...PLACES])].filter((folder) => folder !== '');
  for (const name of names) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
  return null;
}

/** Like findChromium; throws with the line to type when there is none. */
export const needChromium = (): string => need(findChromium());

/** A browser with windows and tabs, for what the engine alone does not do: tabs hidden behind others, insecure origins that count as secure. */
export const needWholeChromium = (): string => need(findChromium(process.env, WHOLE));

function need(found: string | null): string {
  if (found === null) throw new Error(`No Chromium found. Type: ${INSTALL_LINE}`);
  return found;
}
