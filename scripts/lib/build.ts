/** The built app in dist/: is it as new as its sources, and build it when not. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ROOT, run } from './run.ts';

/** Mode of a build that is served as it comes: nothing in it is compressed. */
export const PLAIN = 'plain';

/** Everything the build reads. */
const SOURCES = ['src', 'workers', 'public', 'signaling/headers.ts', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json', 'scripts/lib/release.ts', 'release-keys.json'];

function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of files that went away.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** True when dist/ is missing or older than a source. */
export function isStale(): boolean {
  const built = join(ROOT, 'dist', 'sw.js');
  if (!existsSync(built) || !existsSync(join(ROOT, 'dist', 'index.html'))) return true;
  return Math.max(...SOURCES.map((source) => newest(join(ROOT, source)))) > statSync(built).mtimeMs;
}

/** Builds when needed; false when the build failed. */
export async function ensureBuilt(): Promise<boolean> {
  return !isStale() || (await run(bin('vite'), ['build', '--logLevel', 'warn'])) === 0;
}
