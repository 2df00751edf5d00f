/** A worker process of the simulator: takes the options of a run, answers with its result. */
import './support/native-bytes.ts';
import { simOptions, type Asked } from './support/sim-options.ts';
import { runSim, type SimResult } from './support/sim-run.ts';

export interface Job {
  readonly id: number;
  readonly asked: Asked;
}

export interface Done {
  readonly id: number;
  readonly result: SimResult | null;
  readonly failures: readonly string[];
  readonly cpuMs: number;
}

let current: number | null = null;
let loose: string[] = [];
let from = process.cpuUsage();

process.on('unhandledRejection', (error) => void loose.push(`unhandled rejection: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 2_000) : String(error)}`));
// The parent's channel does not keep a run alive: when nothing more can happen in it, it stands still.
process.on('beforeExit', () => {
  if (current !== null) answer(null, ['the run stands still: something is waited for that never comes']);
});

function answer(result: SimResult | null, failures: readonly string[]): void {
  const id = current;
  if (id === null) return;
  current = null;
  const used = process.cpuUsage(from);
  process.channel?.ref();
  process.send?.({ id, result, failures, cpuMs: (used.user + used.system) / 1_000 } satisfies Done);
}

process.on('message', (job: Job) => {
  current = job.id;
  loose = [];
  from = process.cpuUsage();
  process.channel?.unref();
  runSim(simOptions(job.asked)).then(
    (result) => job.id === current && answer(result, [...result.failures, ...loose]),
    (error: unknown) => job.id === current && answer(null, [String(error)]),
  );
});
