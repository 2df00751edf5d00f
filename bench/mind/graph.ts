/** Loops over a graph of 100,000 nodes with 16 links each: in WebAssembly beside their twins in TypeScript. */
import { fastLoops } from '#adapters/fast-loops/loops';
import { linksOf, plainLoops } from '#base/graph-loops';
import { median, result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance } from '#bench/support/words';

const ROWS = 100_000;
const LINKS = 16;
const RUNS = 9;
const ROUNDS = 20;
const KEEP = 0.85;

const timed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

async function round() {
  const next = chance(5);
  const pairs = Array.from({ length: ROWS * LINKS }, (_, at) => [at % ROWS, Math.floor(next() * ROWS)] as const);
  const links = linksOf(ROWS, pairs);
  const [fast, plain] = [await fastLoops(links), plainLoops(links)];
  const same = fast.around(7, 9).join() === plain.around(7, 9).join() && fast.weights(3, KEEP).join() === plain.weights(3, KEEP).join();
  if (!same) throw new Error('the loops differ from their twins');
  const both = (work: (loops: typeof fast, run: number) => void): [number, number] => {
    const times = Array.from({ length: RUNS }, (_, run) => [timed(() => work(fast, run)), timed(() => work(plain, run))] as const);
    return [median(times.map(([one]) => one)), median(times.map(([, other]) => other))];
  };
  return { around: both((loops, run) => void loops.around(run * 1_000, 60)), weights: both((loops) => void loops.weights(ROUNDS, KEEP)) };
}

const row = (name: string, list: readonly (readonly [number, number])[], how: string): BenchResult =>
  result({ group: 'mind', name, unit: 'ratio', target: 1.4, direction: 'higher', values: list.map(([fast, plain]) => plain / fast), peer: { 'lifegraph-ms': list.map(([fast]) => fast), 'twin-ms': list.map(([, plain]) => plain) }, how });

export const suite: Suite = {
  name: 'graph',
  async run(count): Promise<BenchResult[]> {
    const list = await rounds(count, round);
    return [
      row('graph-around-vs-js', list.map(({ around }) => around), `steps from one node to all of ${ROWS.toLocaleString('en')} with ${LINKS} links each`),
      row('graph-weights-vs-js', list.map(({ weights }) => weights), `how much each of them matters, ${ROUNDS} rounds`),
    ];
  },
};
