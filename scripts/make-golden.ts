/**
 * Writes golden files (tests/golden/*.json) from fixed seeds: `npx tsx scripts/make-golden.ts`. One that is there is never written over: formats are frozen (docs/decisions/0126), and
 * a form that changes gets a number, a step from the one before and a file of its own. Tests compare with the files and never write them.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFiles } from '#tests/support/golden-cases';

const folder = join(import.meta.dirname, '..', 'tests', 'golden');
for (const [name, content] of Object.entries(await goldenFiles())) {
  const file = join(folder, name);
  if (existsSync(file)) continue;
  writeFileSync(file, content);
  console.log(`${name} is new: put its SHA-256 into frozen.json`);
}
