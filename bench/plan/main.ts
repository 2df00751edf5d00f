/** Entry of the plan group, built by bench/run.ts and run by plain Node. */
import { writeFileSync } from 'node:fs';
import type { BenchResult } from '#bench/support/types';
import { suite as crowded } from './crowded.ts';
import { suite as worker } from './in-worker.ts';
import { suite as engine } from './index.ts';
import { suite as screens } from './screens.ts';

const [out, counted, ...only] = process.argv.slice(2);
const results: BenchResult[] = [];
for (const suite of [engine, worker, screens, crowded]) {
  if (only.length > 0 && !only.includes(suite.name)) continue;
  const list = await suite.run(Number(counted));
  for (const one of list) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.peer ? JSON.stringify(one.peer) : ''}`);
  results.push(...list);
}
writeFileSync(out!, JSON.stringify(results));
process.exit(0);
