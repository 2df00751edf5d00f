/**
 * `npm run sim -- --seed N [--seeds COUNT] [--peers P] [--ops O] [--faults loss,dup,…] [--crypto real] [--replica gun] [--churn 0.05] [--hostile 0] [--mode safety|…]`: runs of the simulator,
 * each from its seed alone, in the same bundled process as those of a campaign. Prints the options and `trace <hash>`; the same line gives the same hash. Exit code 1 on a failure.
 */
import { parseArgs } from 'node:util';
import { describeOptions, FAULTS, MODES, simOptions, type Asked, type FaultName, type SimMode } from './support/sim-options.ts';
import { bundleSim } from './support/sim-bundle.ts';
import { createPool } from './support/sim-pool.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' }, seeds: { type: 'string', default: '1' }, peers: { type: 'string' }, ops: { type: 'string' },
    faults: { type: 'string' }, mode: { type: 'string', default: 'small' }, crypto: { type: 'string' }, replica: { type: 'string' }, churn: { type: 'string' }, hostile: { type: 'string' }, quiet: { type: 'boolean', default: false },
  },
});

const names = values.faults?.split(',').filter((name) => name !== '' && name !== 'none');
const wrong = names?.filter((name) => !(FAULTS as readonly string[]).includes(name)) ?? [];
if (wrong.length > 0) {
  console.error(`Unknown fault: ${wrong.join(', ')}. Known: ${FAULTS.join(', ')}.`);
  process.exit(2);
}
if (!(MODES as readonly string[]).includes(values.mode)) {
  console.error(`Unknown mode: ${values.mode}. Known: ${MODES.join(', ')}.`);
  process.exit(2);
}
const from = Number(values.seed);
let failed = 0;
// Not in this process: its loader asks another thread for each module that is imported when it is needed, and the answer comes when it comes.
const pool = createPool(await bundleSim(null, 'run'), 1);
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  const asked: Asked = {
    seed, mode: values.mode as SimMode, ...(values.peers ? { peers: Number(values.peers) } : {}), ...(values.ops ? { ops: Number(values.ops) } : {}),
    ...(names ? { faults: names as FaultName[] } : {}),
    ...(values.crypto === 'real' ? { crypto: 'real' } : {}), ...(values.replica === 'gun' ? { replica: 'gun' } : {}),
    ...(values.churn ? { churn: Number(values.churn) } : {}), ...(values.hostile ? { hostile: Number(values.hostile) } : {}),
  };
  const { result, failures, cpuMs } = await pool.one(asked);
  if (!values.quiet || failures.length > 0) {
    console.log(describeOptions(simOptions(asked)));
    if (result) console.log(`seed ${seed}: ${result.records} records, ${result.effects} effects (${result.saved} saved, ${result.lost} lost with a disk), ${result.faultCount} faults, healed in ${result.healMs} ms, ${Math.round(result.virtualMs / 1000)} s virtual, ${result.events} events, traffic × ${result.traffic.toFixed(2)}, ${Math.round(cpuMs)} ms of processor`);
    for (const failure of failures.slice(0, 12)) console.log(`  FAIL ${failure}`);
    if (result) console.log(`trace ${result.trace}`);
  }
  if (failures.length > 0) failed++;
}
pool.close();
if (Number(values.seeds) > 1) console.log(`${values.seeds} seeds, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
