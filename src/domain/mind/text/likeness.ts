/**
 * How alike two texts are: by words they share, the rarer the more, and by the spelling of their words (letters three to five in a row, hashed into a fixed number of places). Similar spelling
 * and words, never meaning: "car" and "automobile" have nothing in common here.
 */
import { atOnce, type Steps } from '#base/steps';
import { isStop, stemOf, wordsOf } from '#domain/search/words';

/** Places of the hashed vector. */
export const DIMENSIONS = 256;
const GRAMS = [3, 4, 5] as const;

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** The spelling of a text as a vector of length one (all noughts for nothing). */
export function spellingOf(text: string): Float32Array {
  const out = new Float32Array(DIMENSIONS);
  for (const { word } of wordsOf(text)) {
    if (isStop(word)) continue;
    const framed = `^${word}$`;
    for (const n of GRAMS) {
      for (let at = 0; at + n <= framed.length; at++) {
        const h = hash(framed.slice(at, at + n));
        out[h % DIMENSIONS]! += h & 0x80000000 ? -1 : 1;
      }
    }
  }
  let square = 0;
  for (const x of out) square += x * x;
  if (square > 0) {
    const length = Math.sqrt(square);
    for (let i = 0; i < DIMENSIONS; i++) out[i]! /= length;
  }
  return out;
}

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < DIMENSIONS; i++) sum += a[i]! * b[i]!;
  return sum;
};

export interface Weighed {
  /** Stem → weight; the whole has length one. */
  readonly words: ReadonlyMap<string, number>;
  readonly spelling: Float32Array;
}

/** Texts with their words weighed against each other: what stands in many says little. */
export const weighTexts = (texts: readonly string[]): Weighed[] => atOnce(weighSteps(texts));

/** The same text by text. */
export function* weighSteps(texts: readonly string[]): Steps<Weighed[]> {
  const all: Map<string, number>[] = [];
  const held = new Map<string, number>();
  for (const text of texts) {
    const stems = new Map<string, number>();
    for (const { word } of wordsOf(text)) if (word.length > 1 && !isStop(word)) stems.set(stemOf(word), (stems.get(stemOf(word)) ?? 0) + 1);
    all.push(stems);
    for (const stem of stems.keys()) held.set(stem, (held.get(stem) ?? 0) + 1);
    yield;
  }
  const out: Weighed[] = [];
  for (const [at, stems] of all.entries()) {
    const raw = [...stems].map(([stem, n]) => [stem, Math.sqrt(n) / Math.sqrt(held.get(stem)!)] as const);
    const length = Math.sqrt(raw.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    out.push({ words: new Map(raw.map(([stem, weight]) => [stem, weight / length])), spelling: spellingOf(texts[at]!) });
    yield;
  }
  return out;
}

/** Likeness by shared words, 0 to 1. */
export function byWords(a: Weighed, b: Weighed): number {
  const [few, many] = a.words.size < b.words.size ? [a.words, b.words] : [b.words, a.words];
  let sum = 0;
  for (const [stem, weight] of few) sum += weight * (many.get(stem) ?? 0);
  return sum;
}

/** Spelling counts so much beside shared words. */
const SPELLING = 0.5;

/** Likeness of two texts: shared words, and spelling beside them. */
export const likeness = (a: Weighed, b: Weighed): number => byWords(a, b) + SPELLING * Math.max(0, dot(a.spelling, b.spelling));

/** The stems two texts share, the weightiest first. */
export const sharedWords = (a: Weighed, b: Weighed): string[] => [...a.words].flatMap(([stem, weight]) => (b.words.has(stem) ? [[stem, weight * b.words.get(stem)!] as const] : [])).sort((x, y) => y[1] - x[1]).map(([stem]) => stem);

/** How many different words two texts share: the measure of the rest. */
export function plainLikeness(a: string, b: string): number {
  const words = (text: string): Set<string> => new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((one) => one !== ''));
  const other = words(b);
  return [...words(a)].filter((one) => other.has(one)).length;
}
