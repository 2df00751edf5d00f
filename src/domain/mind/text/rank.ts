/**
 * Sentences that say most of a text: TextRank (Mihalcea and Tarau, "TextRank: Bringing Order into Text", 2004), which lets sentences vote for those they share words with.
 * Lengths are weighed by square roots instead of logarithms, and a fixed number of rounds is made: only operations that every engine rounds alike, so the answer is the same everywhere.
 */
import type { Sentence } from './sentences.ts';

const ROUNDS = 30;
const DAMPING = 0.85;
/** A sentence with fewer stems says too little to stand alone. */
const FEW = 3;
/** So much of a sentence may have been said by one that was taken. */
const SAID = 0.6;

const shared = (a: ReadonlySet<string>, b: readonly string[]): number => b.reduce((n, stem) => n + (a.has(stem) ? 1 : 0), 0);

/** The weight of each sentence, the sum of all being about their number. */
export function rankSentences(sentences: readonly Pick<Sentence, 'stems'>[]): number[] {
  const n = sentences.length;
  const holders = new Map<string, number[]>();
  sentences.forEach(({ stems }, i) => stems.forEach((stem) => (holders.get(stem)?.push(i) ?? holders.set(stem, [i]))));
  // What every other sentence says ties them all to each other and tells nothing.
  const common = Math.max(4, n / 3);
  const links: Map<number, number>[] = sentences.map(() => new Map());
  for (const list of holders.values()) {
    if (list.length < 2 || list.length > common) continue;
    for (let a = 0; a < list.length; a++) for (let b = a + 1; b < list.length; b++) links[list[a]!]!.set(list[b]!, (links[list[a]!]!.get(list[b]!) ?? 0) + 1);
  }
  const root = sentences.map(({ stems }) => Math.sqrt(Math.max(1, stems.length)));
  const edges: [number, number, number][] = links.flatMap((row, a) => [...row].map(([b, count]): [number, number, number] => [a, b, count / (root[a]! + root[b]!)]));
  const out = new Array<number>(n).fill(0);
  for (const [a, b, weight] of edges) {
    out[a]! += weight;
    out[b]! += weight;
  }
  let rank = new Array<number>(n).fill(1);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Array<number>(n).fill(1 - DAMPING);
    for (const [a, b, weight] of edges) {
      next[b]! += (DAMPING * rank[a]! * weight) / out[a]!;
      next[a]! += (DAMPING * rank[b]! * weight) / out[b]!;
    }
    rank = next;
  }
  return rank;
}

/** The sentences that say most, in the order they stand; none that repeats what one of them says. */
export function summaryOf(sentences: readonly Sentence[], count: number): Sentence[] {
  const rank = rankSentences(sentences);
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
