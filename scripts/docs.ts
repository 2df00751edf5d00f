/** `npm run docs`: writes what the docs say from the code: the layer table of README.md and docs/LIMITS.md. A test fails when they are not current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsPage, withLayerTable } from './lib/doc-tables.ts';
import { ROOT } from './lib/run.ts';

const readme = join(ROOT, 'README.md');
writeFileSync(readme, withLayerTable(readFileSync(readme, 'utf8')));
writeFileSync(join(ROOT, 'docs', 'LIMITS.md'), limitsPage());
console.log('README.md and docs/LIMITS.md are current');
