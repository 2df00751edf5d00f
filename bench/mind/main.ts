/** Entry of the mind group, built by bench/run.ts and run by plain Node. */
import { writeFileSync } from 'node:fs';
import type { Suite } from '#bench/support/types';
import { suite as graph } from './graph.ts';
import { suite as vectors } from './vectors.ts';

const suites: readonly Suite[] = [vectors, graph];
const [out, counted, name] = process.argv.slice(2);
const results = await suites.find((one) => one.name === name)!.run(Number(counted));
for (const one of results) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.peer ? JSON.stringify(one.peer) : ''}`);
writeFileSync(out!, JSON.stringify(results));
