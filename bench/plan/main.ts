/** Entry of the plan group, built by bench/run.ts and run by plain Node. */
import { writeFileSync } from 'node:fs';
import { suite } from './index.ts';

const [out, counted] = process.argv.slice(2);
const results = await suite.run(Number(counted));
for (const one of results) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.peer ? JSON.stringify(one.peer) : ''}`);
writeFileSync(out!, JSON.stringify(results));
