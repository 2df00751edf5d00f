/** Which test files quote which limit: `[limit LINK.hello MAX_DEPS]` in a test name, or in a table that gives test names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { withoutComments } from '#tests/tidy/import-scan';
import { ROOT } from './run.ts';

const QUOTE = /\[limit ([\w. ]+)\]/g;

/** Limit → files of the tests that quote it, sorted. Comments do not count. */
export function limitQuotes(): Map<string, string[]> {
  const out = new Map<string, Set<string>>();
  for (const entry of readdirSync(join(ROOT, 'tests'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(test|e2e)\.tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(ROOT, path).split(sep).join('/');
    for (const [, names] of withoutComments(readFileSync(path, 'utf8')).matchAll(QUOTE)) {
      for (const name of names!.split(' ').filter((one) => one !== '')) out.set(name, (out.get(name) ?? new Set()).add(file));
    }
  }
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, files]) => [name, [...files].sort()]));
}
