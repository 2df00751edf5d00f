/**
 * Entry of the node group, built by bench/run.ts and run by plain Node: what runs is compiled like the product, not by a development loader.
 * The same file is the entry of the threads that peers run in.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { suite as catchUp } from '#bench/node/catch-up';
import { suite as guard } from '#bench/node/guard';
import { suite as latency } from '#bench/node/latency';
import { suite as live } from '#bench/node/live';
import { servePeerThread } from '#bench/support/peer-thread';
import type { BenchResult } from '#bench/support/types';

async function runSuites(): Promise<void> {
  const [out, counted, ...only] = process.argv.slice(2);
  const results: BenchResult[] = [];
  for (const suite of [latency, live, catchUp, guard]) {
    if (only.length > 0 && !only.includes(suite.name)) continue;
    const list = await suite.run(Number(counted));
    for (const one of list) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.spread ? `(${one.spread.join('–')})` : ''} ${one.peer ? JSON.stringify(one.peer) : ''}`);
    results.push(...list);
  }
  writeFileSync(out!, JSON.stringify(results));
  process.exit(0);
}

if (isMainThread) await runSuites();
else servePeerThread();
