/** Entry of the scale group, built by bench/run.ts and run by plain Node: what a year of data costs in GUN, in a tab and at a start. The same file is the entry of the thread that starts on many fragments. */
import { writeFileSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { BenchResult } from '#bench/support/types';
import { openHere, suite as fragments, type Disk } from './fragments.ts';
import { suite as gun } from './gun.ts';
import { suite as million } from './million.ts';
import { suite as history } from './history.ts';
import { openState, suite as state, type StateDisk } from './state.ts';

async function runSuites(): Promise<void> {
  const [out, counted, ...only] = process.argv.slice(2);
  const results: BenchResult[] = [];
  for (const suite of [gun, million, fragments, state, history]) {
    if (only.length > 0 && !only.includes(suite.name)) continue;
    const list = await suite.run(Number(counted));
    for (const one of list) console.log(`${one.name.padEnd(32)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.spread ? `(${one.spread.join('–')})` : ''} ${one.peer ? JSON.stringify(one.peer) : ''}`);
    results.push(...list);
  }
  writeFileSync(out!, JSON.stringify(results));
  process.exit(0);
}

if (isMainThread) await runSuites();
else parentPort!.postMessage('state' in (workerData as object) ? await openState(workerData as StateDisk) : await openHere(workerData as Disk));
