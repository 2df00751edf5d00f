/**
 * Sentences that say most of a text: TextRank (Mihalcea and Tarau, "TextRank: Bringing Order into Text", 2004), which lets sentences vote for those they share words with.
 * Lengths are weighed by square roots instead of logarithms, and a fixed number of rounds is made: only operations that every engine rounds alike, so the answer is the same everywhere.
 */
import { atOnce, type Steps } from '#base/steps';
import type { Sentence } from './sentences.ts';

const ROUNDS = 30;
const DAMPING = 0.85;
/** A sentence with fewer stems says too little to stand alone. */
const FEW = 3;
/** So much of a sentence may have been said by one that was taken. */
const SAID = 0.6;

const shared = (a: ReadonlySet<string>, b: readonly string[]): number => b.reduce((n, stem) => n + (a.has(stem) ? 1 : 0), 0);

/** The weight of each sentence, the sum of all being about their number. */
export const rankSentences = (sentences: readonly Pick<Sentence, 'stems'>[]): number[] => atOnce(rankSteps(sentences));

function* rankSteps(sentences: readonly Pick<Sentence, 'stems'>[]): Steps<number[]> {
  const n = sentences.length;
  const holders = new Map<string, number[]>();
  sentences.forEach(({ stems }, i) => stems.forEach((stem) => (holders.get(stem)?.push(i) ?? holders.set(stem, [i]))));
  // What every other sentence says ties them all to each other and tells nothing.
  const common = Math.max(4, n / 3);
  const links: Map<number, number>[] = sentences.map(() => new Map());
  for (const list of holders.values()) {
    if (list.length < 2 || list.length > common) continue;
    for (let a = 0; a < list.length; a++) {
      for (let b = a + 1; b < list.length; b++) links[list[a]!]!.set(list[b]!, (links[list[a]!]!.get(list[b]!) ?? 0) + 1);
      yield;
    }
  }
  const root = sentences.map(({ stems }) => Math.sqrt(Math.max(1, stems.length)));
  const edges: (readonly [b: number, weight: number])[][] = [];
  const out = new Array<number>(n).fill(0);
  for (const [a, row] of links.entries()) {
    edges.push([...row].map(([b, count]) => [b, count / (root[a]! + root[b]!)] as const));
    for (const [b, weight] of edges[a]!) {
      out[a]! += weight;
      out[b]! += weight;
    }
    yield;
  }
  let rank = new Array<number>(n).fill(1);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Array<number>(n).fill(1 - DAMPING);
    for (let a = 0; a < n; a++) {
      for (const [b, weight] of edges[a]!) {
        next[b]! += (DAMPING * rank[a]! * weight) / out[a]!;
        next[a]! += (DAMPING * rank[b]! * weight) / out[b]!;
      }
      yield;
    }
    rank = next;
  }
  return rank;
}

/** The sentences that say most, in the order they stand; none that repeats what one of them says. */
export const summaryOf = (sentences: readonly Sentence[], count: number): Sentence[] => atOnce(summarySteps(sentences, count));

/** The same in steps, none of them longer than what one sentence has to do with all others. */
export function* summarySteps(sentences: readonly Sentence[], count: number): Steps<Sentence[]> {
  const rank = yield* rankSteps(sentences);
  const order = sentences.map((_, i) => i).filter((i) => sentences[i]!.stems.length >= FEW).sort((a, b) => rank[b]! - rank[a]! || a - b);
  const taken: { i: number; stems: ReadonlySet<string> }[] = [];
  for (const i of order) {
    if (taken.length >= count) break;
    const { stems } = sentences[i]!;
    if (taken.every((one) => shared(one.stems, stems) < SAID * Math.min(one.stems.size, stems.length))) taken.push({ i, stems: new Set(stems) });
  }
  return taken.map(({ i }) => i).sort((a, b) => a - b).map((i) => sentences[i]!);
}

/** What a summary of so many sentences has: few for a short text, never more than can be read at a glance. */
export const linesFor = (sentences: number): number => Math.min(7, Math.max(1, Math.round(Math.sqrt(sentences))));

/** The first sentences: what anybody would try before all this. The measure of the rest (docs/QUALITY.md). */
export const leadOf = (sentences: readonly Sentence[], count: number): Sentence[] => sentences.filter(({ stems }) => stems.length >= FEW).slice(0, count);
