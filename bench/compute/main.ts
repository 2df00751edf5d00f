/** Entry of the compute group, built by bench/run.ts and run by plain Node; its threads run it too. */
import { writeFileSync } from 'node:fs';
import { suite as calls } from './calls.ts';
import { suite as liars } from './index.ts';
import { didRow } from './rows.ts';

if (!didRow()) {
  const [out, counted, name] = process.argv.slice(2);
  const results = await (name === 'calls' ? calls : liars).run(Number(counted));
  for (const one of results) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.peer ? JSON.stringify(one.peer) : ''}`);
  writeFileSync(out!, JSON.stringify(results));
  process.exit(0);
}
