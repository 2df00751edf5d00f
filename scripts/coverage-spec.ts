/**
 * `npm run coverage:spec`: the rules of the SPEC files (lines that begin `- **LOG3**`) that no test name quotes, ids that tests quote
 * and no SPEC file has, and ids that one has twice. Fails when there are any, and when a SPEC file has no rules at all.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/run.ts';
import { namedTests } from './lib/test-names.ts';

const SPECS = ['src/vm/SPEC.md', 'src/os/SPEC.md'];
const RULE = /^- \*\*([A-Z]{2,10}\d{1,3})\*\*/gm;

const names = namedTests();
const quoted = new Set(names.flatMap((test) => [...test.name.matchAll(/\b([A-Z]{2,10}\d{1,3})\b/g)].map((match) => match[1]!)));
const known = new Set<string>();
let missing = 0;
for (const spec of SPECS) {
  const text = existsSync(join(ROOT, spec)) ? readFileSync(join(ROOT, spec), 'utf8') : '';
  const rules = [...new Set([...text.matchAll(RULE)].map((match) => match[1]!))];
  for (const rule of rules) known.add(rule);
  const twice = [...text.matchAll(RULE)].map((match) => match[1]!).filter((rule, at, all) => all.indexOf(rule) !== at);
  for (const rule of twice) console.log(`  ${rule} stands there twice`);
  missing += twice.length;
  const open = rules.filter((rule) => !quoted.has(rule));
  console.log(rules.length === 0 ? `${spec}: no rules found` : `${spec}: ${rules.length - open.length} of ${rules.length} rules quoted by a test`);
  for (const rule of open) console.log(`  ${rule} has no quoting test`);
  missing += rules.length === 0 ? 1 : open.length;
}
const families = new Set([...known].map((rule) => rule.replace(/\d+$/, '')));
for (const id of [...quoted].filter((one) => families.has(one.replace(/\d+$/, '')) && !known.has(one))) {
  console.log(`  ${id} is quoted by a test and stands in no SPEC file`);
  missing += 1;
}
process.exitCode = missing === 0 ? 0 : 1;
