/** Vectors beside the full-text index of 100,000 things: one change, questions; and the nearest of 100,000 vectors of 384 places beside plain loops over floating point. */
import MiniSearch from 'minisearch';
import { fastDots } from '#adapters/fast-loops/loops';
import { SearchVectors } from '#boot/search-vectors';
import { spellingVectors } from '#boot/spelling-vectors';
import { NOW, questions, things } from '#bench/search/index';
import { median, percentile, result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { chance } from '#bench/support/words';
import type { Entry } from '#domain/search';
import { TextIndex } from '#domain/search/engine';
import { VectorTable } from '#domain/search/vectors';

const CHANGES = 400;
const ROWS = 100_000;
const PLACES = 384;
const SENTENCES = 60;
const ASKED = 60;
const BEST = 10;

const timed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

/** Vectors of length one in groups, as those of texts are: some are close together. */
function vectors(next: () => number, count: number): Float32Array[] {
  const middles = Array.from({ length: 200 }, () => Float32Array.from({ length: PLACES }, () => next() - 0.5));
  return Array.from({ length: count }, (_, at) => {
    const middle = middles[at % middles.length]!;
    const raw = middle.map((x) => x + (next() - 0.5) * 1.5);
    const length = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0));
    return raw.map((x) => x / length);
  });
}

/** Questions in a sentence: words of several things, which no one of them has all of. */
const sentences = (next: () => number, all: readonly Entry[]): { text: string }[] => Array.from({ length: SENTENCES }, () => ({ text: Array.from({ length: 5 }, () => {
  const words = all[Math.floor(next() * all.length)]!.text.split(' ').filter((word) => word.length > 3);
  return words[Math.floor(next() * words.length)] ?? 'gasket';
}).join(' ') }));

/** The textbook way: every row in floating point, the best ten kept in order. */
function plainBest(rows: Float32Array, question: Float32Array): number[] {
  const best: { row: number; by: number }[] = [];
  for (let row = 0, at = 0; row < ROWS; row++) {
    let by = 0;
    for (let i = 0; i < PLACES; i++, at++) by += rows[at]! * question[i]!;
    if (best.length === BEST && by <= best[BEST - 1]!.by) continue;
    best.push({ row, by });
    best.sort((a, b) => b.by - a.by);
    best.length = Math.min(best.length, BEST);
  }
  return best.map(({ row }) => row);
}

async function nearest(next: () => number) {
  const all = vectors(next, ROWS);
  const asked = vectors(next, ASKED);
  const table = new VectorTable('bench', PLACES, await fastDots(PLACES));
  all.forEach((vector, row) => table.put(`${row}`, vector));
  const rows = new Float32Array(ROWS * PLACES);
  all.forEach((vector, row) => rows.set(vector, row * PLACES));
  const ours = (question: Float32Array): string[] => table.nearest(question, { count: BEST, least: -1 }).map(({ key }) => key);
  for (const question of asked.slice(0, 10)) {
    ours(question);
    plainBest(rows, question);
  }
  let same = 0;
  const times = asked.map((question) => {
    let [a, b]: [string[], number[]] = [[], []];
    const pair = [timed(() => (a = ours(question))), timed(() => (b = plainBest(rows, question)))] as const;
    same += b.filter((row) => a.includes(`${row}`)).length;
    return pair;
  });
  return { ours: median(times.map(([one]) => one)), plain: median(times.map(([, other]) => other)), recall: same / (ASKED * BEST) };
}

async function mixed(all: readonly Entry[], asked: readonly { text: string; by?: string[] }[]) {
  const [index, beside] = [new TextIndex(), new SearchVectors(spellingVectors, fastDots)];
  await beside.follow(index, null);
  const build = timed(() => all.forEach((entry) => index.put(entry.node, '1', [entry])));
  if (beside.size < all.length * 0.99) throw new Error(`${beside.size} vectors of ${all.length} things`);
  const changes = Array.from({ length: CHANGES }, (_, i) => all[200 + i * 37]!).map((entry, i) => timed(() => index.put(entry.node, '2', [{ ...entry, text: all[5_000 + i]!.text }])));
  const find = (one: { text: string; by?: string[] }): void => void index.find({ ...one, limit: 40, now: NOW }, (text, fits) => beside.alike(text, fits));
  for (const one of asked.slice(0, 30)) find(one);
  const answers = asked.map((one) => timed(() => find(one)));
  const alone = new MiniSearch<Entry>({ idField: 'key', fields: ['title', 'text'] });
  all.forEach((entry) => alone.add(entry));
  const aloneChanges = Array.from({ length: CHANGES }, (_, i) => all[200 + i * 37]!).map((entry, i) => timed(() => (alone.remove(entry), alone.add({ ...entry, text: all[5_000 + i]!.text }))));
  const aloneAnswers = asked.map(({ text }) => timed(() => alone.search(text, { prefix: true, combineWith: 'AND' })));
  return { build, changes, answers, aloneChanges, aloneAnswers, kept: beside.bytes()!.length };
}

const group = 'mind';

export const suite: Suite = {
  name: 'vectors',
  async run(count): Promise<BenchResult[]> {
    const next = chance(7);
    const all = things(next);
    const asked = [...questions(next, all), ...sentences(next, all)];
    const list = await rounds(count, () => mixed(all, asked));
    const best = await rounds(count, () => nearest(chance(11)));
    const p95 = (of: (one: (typeof list)[number]) => readonly number[]): number[] => list.map((one) => percentile(of(one), 0.95));
    return [
      result({ group, name: 'mind-build', unit: 'ms', target: null, direction: 'lower', values: list.map((one) => one.build), how: 'words and vectors of 100,000 things (90% messages, 10% passages, half Russian) from nothing' }),
      result({ group, name: 'mind-update-p95', unit: 'ms', target: 2, direction: 'lower', values: p95((one) => one.changes), peer: { 'minisearch-alone': p95((one) => one.aloneChanges) }, how: 'one changed text taken in, words and vector' }),
      result({ group, name: 'mind-query-p95', unit: 'ms', target: 50, direction: 'lower', values: p95((one) => one.answers), peer: { 'minisearch-alone': p95((one) => one.aloneAnswers), median: list.map((one) => median(one.answers)) }, how: 'the questions of `search-query-p95` and 60 sentences of five words, answered by words and vectors in one order, with snippets; the library alone by words, without snippets, slips and phrases' }),
      result({ group, name: 'mind-vectors-kept', unit: 'MB', target: null, direction: 'lower', values: list.map((one) => one.kept / 1e6), how: 'bytes of the vectors that are kept, before they are deflated and sealed' }),
      result({ group, name: 'vector-topk-vs-js', unit: 'ratio', target: 4, direction: 'higher', values: best.map((one) => one.plain / one.ours), peer: { 'lifegraph-ms': best.map((one) => one.ours), 'js-ms': best.map((one) => one.plain) }, how: 'the ten nearest of 100,000 vectors of 384 places: loops over floating point in JavaScript, over codes of 8 bits in WebAssembly and those that may be among the best in 16' }),
      result({ group, name: 'vector-recall', unit: 'share', target: 0.99, direction: 'higher', values: best.map((one) => one.recall), how: 'of the ten nearest by floating point, those that ours names' }),
    ];
  },
};
