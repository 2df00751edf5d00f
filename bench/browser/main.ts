/** Entry of the browser group, built by bench/run.ts and run by plain Node: two Chromium processes against the built app. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { BenchResult } from '#bench/support/types';
import { flowSuite, traceSuite } from './flow.ts';
import { suite as latency } from './latency.ts';
import { suite as nodes } from './nodes.ts';

const [out, counted, ...only] = process.argv.slice(2);
const results: BenchResult[] = [];
for (const suite of [latency, nodes, traceSuite, flowSuite]) {
  if (only.length > 0 && !only.includes(suite.name)) continue;
  console.log(`${suite.name}, load ${loadavg()[0]!.toFixed(1)}`);
  const list = await suite.run(Number(counted));
  for (const one of list) console.log(`${one.name.padEnd(30)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.spread ? `(${one.spread.join('–')})` : ''} ${one.peer ? JSON.stringify(one.peer) : ''}`);
  results.push(...list);
}
writeFileSync(out!, JSON.stringify(results));
process.exit(0);
