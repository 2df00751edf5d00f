/** Finds the system Chromium. Playwright never downloads one here. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome',
  '/Applications/Chromium.app/Contents/MacOS', '/Applications/Google Chrome.app/Contents/MacOS',
];
const MAC_NAMES = ['Chromium', 'Google Chrome'];

/** What to type when no Chromium is found. */
export const INSTALL_LINE = 'sudo apt-get update && sudo apt-get install -y chromium    (or: export CHROMIUM=/path/to/chromium)';

/** Path of a Chromium: the CHROMIUM variable, else the usual places; null when there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  if (env.CHROMIUM !== undefined && env.CHROMIUM !== '') return existsSync(env.CHROMIUM) ? env.CHROMIUM : null;
  const folders = [...new Set([...(env.PATH ?? '').split(delimiter), ...PLACES])].filter((folder) => folder !== '');
  for (const name of [...NAMES, ...MAC_NAMES]) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
  return null;
}

/** Like findChromium; throws with the line to type when there is none. */
export function needChromium(): string {
  const found = findChromium();
  if (found === null) throw new Error(`No Chromium found. Type: ${INSTALL_LINE}`);
  return found;
}
