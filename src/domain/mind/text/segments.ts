/** Where a text passes to another subject: between which paragraphs the words change most (Hearst, "TextTiling", 1997), by stems that say something. English and Russian. */
import { atOnce, type Steps } from '#base/steps';
import { byWords, weighSteps, type Weighed } from './likeness.ts';
import { keywordSteps } from './keywords.ts';
import { stemsOf } from './sentences.ts';

/** Paragraphs on each side of a gap that are compared. */
const SIDE = 2;
/** Paragraphs of a part, at least. */
const LEAST = 2;
/** Fewer paragraphs than this are one part. */
export const SHORT_TEXT = 6;
/** Paragraphs that are looked at. */
const MOST = 1_000;

const capital = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** Likeness over a gap: of every two paragraphs, one on each side. */
function over(all: readonly Weighed[], gap: number): number {
  const [before, after] = [all.slice(Math.max(0, gap - SIDE), gap), all.slice(gap, gap + SIDE)];
  let sum = 0;
  for (const a of before) for (const b of after) sum += byWords(a, b);
  return sum / (before.length * after.length);
}

/** How far it is down from the next height on one side. */
function fall(likeness: readonly number[], gap: number, step: 1 | -1): number {
  let top = likeness[gap]!;
  for (let at = gap + step; likeness[at] !== undefined && likeness[at]! >= top; at += step) top = likeness[at]!;
  return top - likeness[gap]!;
}

/** Places of the paragraphs that begin a part, the first left out; `may`: may one begin here? */
export const partsOf = (texts: readonly string[], may?: (place: number) => boolean): number[] => atOnce(partSteps(texts, may));

/** The same paragraph by paragraph. */
export function* partSteps(texts: readonly string[], may: (place: number) => boolean = () => true): Steps<number[]> {
  const some = texts.slice(0, MOST);
  if (some.length < SHORT_TEXT) return [];
  const all = yield* weighSteps(some);
  // The gap at a place stands before its paragraph; there is none before the first.
  const likeness: number[] = [];
  for (let at = 1; at < some.length; at++) {
    likeness.push(over(all, at));
    yield;
  }
  const depth = likeness.map((_, at) => fall(likeness, at, 1) + fall(likeness, at, -1));
  const mean = depth.reduce((sum, one) => sum + one, 0) / depth.length;
  const deep = depth.map((by, at) => ({ place: at + 1, by })).filter(({ place, by }) => by > mean && by > 0 && place >= LEAST && some.length - place >= LEAST && may(place)).sort((a, b) => b.by - a.by || a.place - b.place);
  const taken: number[] = [];
  for (const { place } of deep) if (taken.every((other) => Math.abs(other - place) >= LEAST)) taken.push(place);
  return taken.sort((a, b) => a - b);
}

/** What a part could be called: words that stand in several of its paragraphs, else the one that says most. Empty: it has none. */
export const headingOf = (texts: readonly string[]): string => atOnce(headingSteps(texts));

/** The same paragraph by paragraph. */
export function* headingSteps(texts: readonly string[]): Steps<string> {
  const stems: Set<string>[] = [];
  for (const text of texts) {
    stems.push(new Set(stemsOf(text)));
    yield;
  }
  const all = yield* keywordSteps(texts, 6);
  const shared = all.filter((word) => stems.filter((one) => stemsOf(word).every((stem) => one.has(stem))).length > 1);
  return capital((shared.length > 0 ? shared.slice(0, 2) : all.slice(0, 1)).join(', '));
}

/** A new part every few paragraphs: the measure of the rest. */
export const plainParts = (texts: readonly string[], every = 3): number[] => texts.flatMap((_, at) => (at > 0 && at % every === 0 ? [at] : []));
