/** Topics of many messages: those that share words are put together, step by step, as long as the groups are alike. */
import { atOnce, type Steps } from '#base/steps';
import { keywordSteps } from './keywords.ts';
import { byWords, weighSteps, type Weighed } from './likeness.ts';
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
export const topicsOf = (texts: readonly string[]): Topic[] => atOnce(topicSteps(texts));

/** The same text by text, and group by group. */
export function* topicSteps(texts: readonly string[]): Steps<Topic[]> {
  const first = Math.max(0, texts.length - TOPIC_TEXTS);
  const weighed = yield* weighSteps(texts.slice(first));
  const groups = (yield* grouped(weighed)).filter((group) => group.length > 1).map((group) => group.map((at) => at + first).sort((a, b) => a - b)).sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const out: Topic[] = [];
  for (const group of groups) out.push({ texts: group, words: yield* wordSteps(group.map((at) => texts[at]!)) });
  return out;
}

/** The words that several of them share; of none, the one that stands first. */
function* wordSteps(texts: readonly string[]): Steps<string[]> {
  const stems: Set<string>[] = [];
  for (const text of texts) {
    stems.push(new Set(stemsOf(text)));
    yield;
  }
  const all = yield* keywordSteps(texts, 3 * WORDS);
  const shared = all.filter((word) => stems.filter((one) => stemsOf(word).every((stem) => one.has(stem))).length > 1);
  return (shared.length > 0 ? shared : all.slice(0, 1)).slice(0, WORDS);
}

/** Average linkage: the two groups whose texts are most alike on average are joined, until none are alike enough. */
function* grouped(weighed: readonly Weighed[]): Steps<number[][]> {
  const groups: (number[] | null)[] = weighed.map((_, at) => [at]);
  const sums: Float64Array[] = [];
  for (const a of weighed) {
    sums.push(Float64Array.from(weighed, (b) => byWords(a, b)));
    yield;
  }
  for (;;) {
    yield;
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
