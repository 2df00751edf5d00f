/** Runs of the simulator in worker processes, one per core. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Done } from '#tests/sim/worker';
import type { Asked } from './sim-options.ts';

export interface Outcome {
  readonly asked: Asked;
  readonly result: Done['result'];
  readonly failures: readonly string[];
  readonly cpuMs: number;
}

/** A run that takes longer hangs, ms. */
const RUN_MAX_MS = 3_600_000;

/** A process makes room for a new one after so many runs: what piles up in it is bounded. */
const RUNS_PER_PROCESS = 150;
/** A large run fills gigabytes by itself, MiB of heap: it gets a process for itself. */
const HEAP_MIB = 6_144;

export interface Pool {
  /** Takes jobs from `next` until it gives none; answers when all are done. */
  run(next: () => Asked | null, onDone: (outcome: Outcome) => void): Promise<void>;
  one(asked: Asked): Promise<Outcome>;
  close(): void;
}

/** A pool of processes that run the bundle. */
export function createPool(bundle: string, workers: number, runMaxMs = RUN_MAX_MS): Pool {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const runs = new WeakMap<ChildProcess, number>();
  let serial = 0;
  const start = (): ChildProcess => {
    const child = fork(bundle, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--min-semi-space-size=128', '--max-semi-space-size=128', `--max-old-space-size=${HEAP_MIB}`] });
    all.add(child);
    return child;
  };
  const one = (asked: Asked): Promise<Outcome> => new Promise((resolve) => {
    const child = idle.pop() ?? start();
    const id = serial++;
    const end = (outcome: Outcome, reuse: boolean): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      const ran = (runs.get(child) ?? 0) + (asked.mode === 'large' ? RUNS_PER_PROCESS : 1);
      runs.set(child, ran);
      if (reuse && ran < RUNS_PER_PROCESS) idle.push(child);
      else {
        all.delete(child);
        child.kill('SIGKILL');
      }
      resolve(outcome);
    };
    const broken = (text: string): void => end({ asked, result: null, failures: [text], cpuMs: 0 }, false);
    const timer = setTimeout(() => broken(`hangs: no end after ${runMaxMs} ms`), runMaxMs);
    child.on('message', (done: Done) => {
      if (done.id === id) end({ asked, result: done.result, failures: done.failures, cpuMs: done.cpuMs }, true);
    });
    child.on('exit', (code, signal) => broken(`the process ended: ${code ?? signal}`));
    child.send({ id, asked });
  });
  return {
    one,
    async run(next, onDone) {
      await Promise.all(Array.from({ length: workers }, async () => {
        for (let asked = next(); asked !== null; asked = next()) onDone(await one(asked));
      }));
    },
    close() {
      for (const child of all) child.kill('SIGKILL');
      all.clear();
      idle.length = 0;
    },
  };
}
