/** Topics of many messages: those that share words are put together, step by step, as long as the groups are alike. */
import { keywordsOf } from './keywords.ts';
import { byWords, weighTexts, type Weighed } from './likeness.ts';
import { stemsOf } from './sentences.ts';

/** Texts that are grouped; of more the newest. */
export const TOPIC_TEXTS = 400;
/** Two groups less alike than this stay apart. */
const ALIKE = 0.06;
const WORDS = 3;

export interface Topic {
  readonly words: readonly string[];
  /** Places of its texts, in order. */
  readonly texts: readonly number[];
}

/** Groups of at least two, the largest first; what is like nothing else is in none. */
export function topicsOf(texts: readonly string[]): Topic[] {
  const first = Math.max(0, texts.length - TOPIC_TEXTS);
  const weighed = weighTexts(texts.slice(first));
  return grouped(weighed).filter((group) => group.length > 1).map((group) => group.map((at) => at + first).sort((a, b) => a - b)).sort((a, b) => b.length - a.length || a[0]! - b[0]!).map((group) => ({ texts: group, words: wordsOf(group.map((at) => texts[at]!)) }));
}

/** The words that several of them share; of none, the one that stands first. */
function wordsOf(texts: readonly string[]): string[] {
  const stems = texts.map((text) => new Set(stemsOf(text)));
  const all = keywordsOf(texts, 3 * WORDS);
  const shared = all.filter((word) => stems.filter((one) => stemsOf(word).every((stem) => one.has(stem))).length > 1);
  return (shared.length > 0 ? shared : all.slice(0, 1)).slice(0, WORDS);
}

/** Average linkage: the two groups whose texts are most alike on average are joined, until none are alike enough. */
function grouped(weighed: readonly Weighed[]): number[][] {
  const groups: (number[] | null)[] = weighed.map((_, at) => [at]);
  const sums = weighed.map((a) => Float64Array.from(weighed, (b) => byWords(a, b)));
  for (;;) {
    let best = { a: -1, b: -1, by: ALIKE };
    for (let a = 0; a < groups.length; a++) {
      if (!groups[a]) continue;
      for (let b = a + 1; b < groups.length; b++) {
        if (!groups[b]) continue;
        const by = sums[a]![b]! / (groups[a]!.length * groups[b]!.length);
        if (by > best.by) best = { a, b, by };
      }
    }
    if (best.a < 0) return groups.filter((group) => group !== null);
    const { a, b } = best;
    groups[a] = [...groups[a]!, ...groups[b]!];
    groups[b] = null;
    for (let other = 0; other < groups.length; other++) {
      sums[a]![other]! += sums[b]![other]!;
      sums[other]![a] = sums[a]![other]!;
    }
  }
}
