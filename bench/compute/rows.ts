/** Rows of the table, as many at once as there are processors: each in a thread that runs this bundle again. */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { crowd, type Crowd, type Outcome } from '#tests/support/crowd';
import { conspirator, idler, liar, sleeper, type Strategy } from '#tests/support/liars';

export const STRATEGIES = {
  always: liar(1), 'one-in-5': liar(0.2), 'one-in-20': liar(0.05), 'one-in-100': liar(0.01), sleepers: sleeper(500, 1), idlers: idler,
  'agreed-one-in-20': conspirator(0.05), 'agreed-one-in-100': conspirator(0.01),
} satisfies Readonly<Record<string, Strategy>>;

export type Row = Omit<Crowd, 'strategy'> & { readonly strategy: keyof typeof STRATEGIES };

/** True: this thread did a row, and is done. */
export function didRow(): boolean {
  if (isMainThread) return false;
  const row = workerData as Row;
  parentPort!.postMessage(crowd({ ...row, strategy: STRATEGIES[row.strategy] }));
  return true;
}

function inThread(row: Row): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(process.argv[1]!, { workerData: row });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** What came of each, in their order. */
export async function rowsAtOnce(rows: readonly Row[]): Promise<Outcome[]> {
  const out: Outcome[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < rows.length; at = next++) {
      out[at] = await inThread(rows[at]!);
      const { tasks, wrong, honestOut, runs } = out[at]!;
      console.log(`${rows[at]!.strategy.padEnd(18)} ${rows[at]!.liars} ${rows[at]!.canaries === false ? 'no known answers' : ''} wrong ${wrong} of ${tasks}, honest out ${honestOut}, runs ${(runs / tasks).toFixed(3)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(rows.length, availableParallelism()) }, lane));
  return out;
}
