/**
 * Writes the repository's own golden files (tests/golden/*.json) from fixed seeds. Run by hand when a format changes on purpose:
 * `npx tsx scripts/make-golden.ts`. Tests compare with the files and never write them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFiles } from '#tests/support/golden-cases';

const folder = join(import.meta.dirname, '..', 'tests', 'golden');
for (const [name, content] of Object.entries(await goldenFiles())) writeFileSync(join(folder, name), content);
