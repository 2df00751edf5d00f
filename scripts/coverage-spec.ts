/** `npm run coverage:spec`: the rules of the SPEC files, written as `[LOG3]`, that no test name quotes. Fails when there are any. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/run.ts';
import { namedTests } from './lib/test-names.ts';

const SPECS = ['src/vm/SPEC.md', 'src/os/SPEC.md'];
const RULE = /\[([A-Z]{2,10}\d{1,3})\]/g;

const names = namedTests();
const quoted = new Set(names.flatMap((test) => [...test.name.matchAll(/\b([A-Z]{2,10}\d{1,3})\b/g)].map((match) => match[1]!)));
let missing = 0;
for (const spec of SPECS) {
  if (!existsSync(join(ROOT, spec))) {
    console.error(`${spec}: missing`);
    missing += 1;
    continue;
  }
  const rules = [...new Set([...readFileSync(join(ROOT, spec), 'utf8').matchAll(RULE)].map((match) => match[1]!))];
  const open = rules.filter((rule) => !quoted.has(rule));
  console.log(`${spec}: ${rules.length - open.length} of ${rules.length} rules quoted by a test`);
  for (const rule of open) console.log(`  [${rule}] has no quoting test`);
  missing += open.length;
}
process.exitCode = missing === 0 ? 0 : 1;
