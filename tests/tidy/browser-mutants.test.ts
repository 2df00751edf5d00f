/** The wrong builds of the browser tests: each snippet they replace stands once in the sources of today. Told here at once, not after ten minutes of browsers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILD = /buildMutant\(\{[^}]*?file: '([^']+)',\s*find: ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;

test('every snippet of a wrong build stands once in its file', () => {
  const folder = join(ROOT, 'tests', 'e2e');
  const found = readdirSync(folder).filter((name) => name.endsWith('.e2e.ts')).flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(BUILD)].map(([, file, literal]) => ({ name, file: file!, find: runInNewContext(literal!) as string })));
  const uses = readdirSync(folder).filter((name) => name.endsWith('.e2e.ts')).reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('buildMutant({').length - 1, 0);
  expect(found, 'all of them are read').toHaveLength(uses);
  expect(found.length).toBeGreaterThan(5);
  for (const { name, file, find } of found) expect(readFileSync(join(ROOT, file), 'utf8').split(find).length - 1, `${name}: ${find}`).toBe(1);
});
