/**
 * Material that lies beside the repository on some machines; the repository passes without it. A test file that has no test
 * without it is named `*vectors.test.ts`: vitest.config.ts leaves those out where the material is absent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Path of a file under ../shared, or null when it is not there: then the suite over it is not registered. */
export function sharedPath(...parts: string[]): string | null {
  const path = [ROOT.replace(/\/$/, ''), '..', 'shared', ...parts].join('/');
  return existsSync(path) ? path : null;
}

/** Parsed JSON of a file under ../shared, or null when it is not there. */
export function sharedJson<T>(...parts: string[]): T | null {
  const path = sharedPath(...parts);
  return path === null ? null : (JSON.parse(readFileSync(path, 'utf8')) as T);
}
