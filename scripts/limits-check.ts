/**
 * `npm run limits:check [-- NAME…]`: for each limit (or those named) lifts it where the code uses it and runs the tests that quote it. A limit
 * of which no quoting test fails is not held. Takes some seconds a limit.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { capsOf, LIMIT_FILES, type Cap } from './lib/limit-caps.ts';
import { limitQuotes } from './lib/limit-quotes.ts';
import { ROOT } from './lib/run.ts';

const asked = process.argv.slice(2);
const quotes = limitQuotes();
const caps = LIMIT_FILES.flatMap(([file]) => capsOf(readFileSync(join(ROOT, file), 'utf8'))).filter((cap) => asked.length === 0 || asked.some((one) => cap.name === one || cap.name.startsWith(`${one}.`)));

/** True when at least one quoting test fails with the limit lifted. */
async function held(cap: Cap): Promise<boolean> {
  const files = quotes.get(cap.name) ?? [];
  if (files.length === 0) return false;
  const name = cap.name.replace('.', '\\.');
  process.env['LGOS_LIFTED_LIMIT'] = JSON.stringify(cap.code);
  const vitest = await startVitest('test', files, {
    watch: false, run: true, root: ROOT, reporters: [{}], testNamePattern: `\\[limit ([\\w. ]+ )?${name}[ \\]]`, testTimeout: 10_000, maxWorkers: 1, passWithNoTests: true,
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const failed = tests.some((test) => test.result().state === 'failed') || vitest.state.getTestModules().some((module) => module.errors().length > 0);
  await vitest.close();
  return failed;
}

let loose = 0;
for (const cap of caps) {
  const ok = await held(cap);
  if (!ok) loose += 1;
  console.log(`${ok ? 'held ' : 'LOOSE'} ${cap.name}`);
}
console.log(`${caps.length - loose} of ${caps.length} limits are held by a test that fails without them`);
process.exit(loose === 0 ? 0 : 1);
