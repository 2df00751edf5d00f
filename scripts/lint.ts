/** `npm run lint`: oxlint over everything with the generated layer rules, the generated file is current, and the types hold. */
import { configText, CONFIG_FILE } from './make-oxlint.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ROOT, run } from './lib/run.ts';

/** Folders oxlint looks at. */
const FOLDERS = ['src', 'workers', 'signaling', 'scripts', 'tests', 'bench'];

let failed = 0;
if (readFileSync(join(ROOT, CONFIG_FILE), 'utf8') !== configText()) {
  console.error(`${CONFIG_FILE} is not what tests/tidy/layers.ts says. Type: npm run lint:config`);
  failed += 1;
}
if ((await run(bin('oxlint'), ['--deny-warnings', ...FOLDERS])) !== 0) failed += 1;
if ((await run(bin('tsc'), ['-p', '.'])) !== 0) failed += 1;
console.log(failed === 0 ? 'lint: clean' : `lint: ${failed} of 3 checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
