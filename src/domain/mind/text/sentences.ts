/** Sentences of texts, by signs alone: the same on every engine, whatever its rules of segmentation. */
import { cutText } from '#base/plain-text';
import { atOnce, type Steps } from '#base/steps';
import { isStop, stemOf, wordsOf } from '#domain/search/words';
import { MIND_LIMITS } from '#domain/shared';

export interface Sentence {
  readonly text: string;
  /** Which of the texts it is from. */
  readonly source: number;
  /** Place in that text, UTF-16 units. */
  readonly at: number;
  /** Stems that say something, each once, in the order they come. */
  readonly stems: readonly string[];
}

/** An end of a sentence: signs, what closes behind them, then a space or the end. Looked for from the first of the signs only: a row of them is read once. */
const END = /(?<![.!?…])[.!?…]+["'»”’)\]]*(?=\s|$)|\n+/gu;
/** What ends with a point and goes on. */
const SHORT = /(?:^|[\s(«"])(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|no|fig|approx|т\.\s?е|т\.\s?д|т\.\s?п|т\.\s?к|др|пр|руб|стр|рис|гл|им|см|ср|г|гг|ул|д|кв|\p{L})\.$/iu;
const LOWER_NEXT = /^\s+[\p{Ll}\d]/u;

/** Cuts one text; pieces longer than the limit are cut at a space. */
export function cutSentences(text: string): { text: string; at: number }[] {
  const out: { text: string; at: number }[] = [];
  let from = 0;
  const push = (to: number): void => {
    let at = from;
    from = to;
    while (at < to) {
      let end = Math.min(to, at + MIND_LIMITS.sentenceUnits);
      if (end < to) {
        // Within the piece alone: a word of a million letters is not gone back through for each of its pieces.
        const space = text.slice(at, end + 1).lastIndexOf(' ');
        if (space > 0) end = at + space;
      }
      const raw = text.slice(at, end);
      const line = cutText(raw.trim(), MIND_LIMITS.sentenceUnits);
      if (line !== '') out.push({ text: line, at: at + (raw.length - raw.trimStart().length) });
      at = end;
      if (out.length >= MIND_LIMITS.sentences) return;
    }
  };
  for (const match of text.matchAll(END)) {
    const to = match.index + match[0].length;
    // A point within a line that a small letter follows, or that a short form ends with, ends nothing.
    const goes = match[0] === '.' && (SHORT.test(text.slice(Math.max(from, to - 12), to)) || LOWER_NEXT.test(text.slice(to, to + 3)));
    if (!goes) push(to);
    if (out.length >= MIND_LIMITS.sentences) return out;
  }
  push(text.length);
  return out;
}

/** Stems of a text that say something, each once. */
export function stemsOf(text: string): string[] {
  return [...new Set(wordsOf(text).filter(({ word }) => word.length > 1 && !isStop(word)).map(({ word }) => stemOf(word)))];
}

/** The sentences of texts, at most so many as the limit says. */
export const sentencesOf = (texts: readonly string[]): Sentence[] => atOnce(sentenceSteps(texts));

/** The same sentence by sentence. */
export function* sentenceSteps(texts: readonly string[]): Steps<Sentence[]> {
  const out: Sentence[] = [];
  for (const [source, text] of texts.entries()) {
    for (const one of cutSentences(text)) {
      out.push({ ...one, source, stems: stemsOf(one.text) });
      if (out.length >= MIND_LIMITS.sentences) return out;
      yield;
    }
  }
  return out;
}
