/** Loops over a graph of 100,000 nodes with 16 links each, in WebAssembly beside their twins in TypeScript; and what the search does with them over as many things. */
import { fastLoops } from '#adapters/fast-loops/loops';
import { linksOf, plainLoops } from '#base/graph-loops';
import { median, result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance } from '#bench/support/words';
import type { Entry } from '#domain/search';
import { Linked } from '#domain/search/engine';

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

/** As many things, of which half lead to one to three others: all links reckoned anew, and one question of somebody who has something open. */
async function linkedRound() {
  const next = chance(9);
  const nameOf = (at: number): string => `node-${at}`;
  const things = new Map(Array.from({ length: ROWS }, (_, at): [string, Entry] => {
    const links = at % 2 === 0 ? [] : [...new Set(Array.from({ length: 1 + (at % 3) }, () => nameOf(Math.floor(next() ** 2 * ROWS))))].filter((to) => to !== nameOf(at));
    return [`s/${nameOf(at)}`, { key: `s/${nameOf(at)}`, kind: 'message', space: 's', fragment: 'f', node: nameOf(at), block: '', title: '', text: '', by: '', at: 0, changed: 0, ...(links.length > 0 ? { links } : {}) }];
  }));
  const index = { all: () => things.values(), entry: (key: string) => things.get(key), watch: () => () => undefined };
  const [fast, plain] = [new Linked(fastLoops), new Linked(async (links) => plainLoops(links))];
  for (const linked of [fast, plain]) linked.follow(index);
  const settle = async (linked: Linked): Promise<number> => {
    const from = performance.now();
    await linked.settle();
    return performance.now() - from;
  };
  const times: (readonly [number, number])[] = [];
  for (let run = 0; run < RUNS; run++) times.push([await settle(fast), await settle(plain)]);
  const views = Array.from({ length: RUNS }, (_, run) => timed(() => void fast.view({ open: { space: 's', lens: 'chat', fragment: 'f', node: nameOf(run * 501 + 1) } })));
  return { fast: median(times.map(([one]) => one)), plain: median(times.map(([, other]) => other)), view: median(views) };
}

const row = (name: string, list: readonly (readonly [number, number])[], how: string): BenchResult =>
  result({ group: 'mind', name, unit: 'ratio', target: 1.4, direction: 'higher', values: list.map(([fast, plain]) => plain / fast), peer: { 'lifegraph-ms': list.map(([fast]) => fast), 'twin-ms': list.map(([, plain]) => plain) }, how });

export const suite: Suite = {
  name: 'graph',
  async run(count): Promise<BenchResult[]> {
    const list = await rounds(count, round);
    const linked = await rounds(count, linkedRound);
    return [
      row('graph-around-vs-js', list.map(({ around }) => around), `steps from one node to all of ${ROWS.toLocaleString('en')} with ${LINKS} links each`),
      row('graph-weights-vs-js', list.map(({ weights }) => weights), `how much each of them matters, ${ROUNDS} rounds`),
      result({ group: 'mind', name: 'links-reckoned', unit: 'ms', target: null, direction: 'lower', values: linked.map(({ fast }) => fast), peer: { 'with-the-twin': linked.map(({ plain }) => plain) }, how: `what links say of ${ROWS.toLocaleString('en')} things, half of which lead to one to three others, reckoned anew` }),
      result({ group: 'mind', name: 'links-near', unit: 'ms', target: null, direction: 'lower', values: linked.map(({ view }) => view), how: 'what is one or two links from a thing that is open, for one question to the search' }),
    ];
  },
};
