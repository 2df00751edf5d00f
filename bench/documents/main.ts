/** Entry of the documents group, built by bench/run.ts and run by plain Node. */
import { writeFileSync } from 'node:fs';
import { suite as keys } from '#bench/documents/keys';
import { suite as moves } from '#bench/documents/moves';
import { suite as trace } from '#bench/documents/trace';
import type { BenchResult } from '#bench/support/types';

const [out, counted, ...only] = process.argv.slice(2);
const results: BenchResult[] = [];
for (const suite of [trace, moves, keys]) {
  if (only.length > 0 && !only.includes(suite.name)) continue;
  const list = await suite.run(Number(counted));
  for (const one of list) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.spread ? `(${one.spread.join('–')})` : ''} ${one.peer ? JSON.stringify(one.peer) : ''}`);
  results.push(...list);
}
writeFileSync(out!, JSON.stringify(results));
process.exit(0);
