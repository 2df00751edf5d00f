/**
 * What a device says of its index to another one, and how the answers of several are put together. Things are ranked by what is in an answer alone, not by how often words are
 * in one index or another: so each device ranks as the others do, and the best of all answers are the best that one device with everything would find. Pure.
 */
import type { ElsewhereAsk, FoundThing } from '#os/search-api';
import { SEARCH_LIMITS } from '#os/search-limits';
import type { Entry, Kind, SearchHit } from '#domain/search';
import { stemOf, wordsOf } from '#domain/search/words';
import { readAsk, type Ask } from './ask.ts';
import { snippetOf } from './snippet.ts';
import { nodeKey } from './spots.ts';
import type { TextIndex } from './text-index.ts';

/** Half of what age takes from a thing is taken in so many ms. */
const HALF_AGE_MS = 30 * 86_400_000;
/** What a word counts in a title and in a text, as it is and as the beginning of another. */
const IN_TITLE = { whole: 4, begun: 2 } as const;
const IN_TEXT = { whole: 2, begun: 1 } as const;
/** Shorter words are no beginnings. */
const BEGUN_MIN = 3;

/** What one device answered. */
export interface Answer {
  readonly space: string;
  readonly device: string;
  readonly found: readonly FoundThing[];
}

/** One thing of all answers; no devices: it is on this one. */
export interface MergedThing {
  readonly space: string;
  readonly thing: FoundThing;
  readonly score: number;
  readonly devices: readonly string[];
}

const wordsIn = (ask: Ask): readonly string[] => [...new Set([...ask.words, ...ask.phrases.flat()])];

/** The words of a text that were asked for: as they are, by their stem, or begun. */
function termsIn(asked: readonly string[], text: string): ReadonlySet<string> {
  const stems = new Set(asked.map(stemOf));
  return new Set(wordsOf(text).map(({ word }) => word).filter((word) => stems.has(stemOf(word)) || asked.some((one) => one.length >= BEGUN_MIN && word.startsWith(one))));
}

/** How well a word stands in words: as it is, or as the beginning of one. */
function worth(word: string, terms: ReadonlySet<string>, of: { readonly whole: number; readonly begun: number }): number {
  const stem = stemOf(word);
  let best = 0;
  for (const term of terms) best = Math.max(best, term === word || stemOf(term) === stem ? of.whole : word.length >= BEGUN_MIN && term.startsWith(word) ? of.begun : 0);
  return best;
}

/** How well a piece answers: by its words and its age, by nothing else. 0: none of the words is in it. */
export function scoreOf(ask: Ask, { title, text, at }: Pick<FoundThing, 'title' | 'text' | 'at'>, now: number): number {
  const asked = wordsIn(ask);
  const [inTitle, inText] = [termsIn(asked, title), termsIn(asked, text)];
  const sum = asked.reduce((all, word) => all + Math.max(worth(word, inTitle, IN_TITLE), worth(word, inText, IN_TEXT)), 0);
  return sum * (1 + 2 ** (-Math.max(0, now - at) / HALF_AGE_MS));
}

/** As it can be told: others may have written any numbers, and half a sign into a text. */
const told = (n: number): number => Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(n))) || 0;
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** A thing as it is told: by the piece of its text where the words stand. */
function pieceOf(asked: readonly string[], { kind, fragment, node, block, title, text, by, at, changed }: Entry): FoundThing {
  const cut = (of: string, chars: number): string => whole(snippetOf(of, termsIn(asked, of), chars - 2).text);
  return { kind: kind as FoundThing['kind'], fragment, node, block, title: cut(title, SEARCH_LIMITS.titleChars), text: cut(text, SEARCH_LIMITS.textChars), by, at: told(at), changed: told(changed) };
}

const nameOf = (space: string, { node, block }: Pick<FoundThing, 'node' | 'block'>): string => (block === '' ? nodeKey(space, node) : `${nodeKey(space, node)}/${block}`);
const better = (a: { readonly score: number; readonly thing: FoundThing; readonly space: string }, b: typeof a): number =>
  b.score - a.score || b.thing.at - a.thing.at || (nameOf(a.space, a.thing) < nameOf(b.space, b.thing) ? -1 : 1);

/** The best of what an index holds in a space, or in these fragments of it, that have all the words; what is only like them is told to nobody. */
export function answerTo(index: TextIndex, space: string, { text, kinds, by, before, after, now, limit }: ElsewhereAsk, fragments: readonly string[] | null = null): readonly FoundThing[] {
  const ask = readAsk(text);
  const asked = wordsIn(ask);
  if (asked.length === 0) return [];
  const answer = index.find({ text, kinds: kinds as readonly Kind[], space, fragments, by: by.length > 0 ? by : null, before, after, now, limit: SEARCH_LIMITS.scanned });
  if (answer.near) return [];
  const all = answer.hits.flatMap(({ entry }) => {
    const held = index.entry(entry.key);
    const thing = held && pieceOf(asked, { ...held, changed: entry.changed });
    return thing ? [{ space, thing, score: scoreOf(ask, thing, now) }] : [];
  });
  return all.filter(({ score }) => score > 0).sort(better).slice(0, limit).map(({ thing }) => thing);
}

/**
 * All answers as one, the best first, each thing once with who has it. What this device holds stands as it does here, whatever others say of it; of what they tell
 * differently that counts which most of them say. Things without any of the words, or outside the days that were asked for, are left out.
 */
export function mergeAnswers({ text, before, after, now, limit }: ElsewhereAsk, own: readonly Answer[], others: readonly Answer[]): readonly MergedThing[] {
  const ask = readAsk(text);
  const out = new Map<string, MergedThing>();
  const fits = ({ changed }: FoundThing): boolean => (before === null && after === null) || (changed > 0 && changed >= (after ?? -Infinity) && changed < (before ?? Infinity));
  const all = new Map<string, { space: string; said: Map<string, { thing: FoundThing; devices: Set<string> }> }>();
  for (const { space, device, found } of others) {
    for (const thing of found) {
      const one = all.get(nameOf(space, thing)) ?? { space, said: new Map() };
      const words = JSON.stringify([thing.kind, thing.fragment, thing.title, thing.text, thing.by, thing.at, thing.changed]);
      const same = one.said.get(words) ?? { thing, devices: new Set() };
      same.devices.add(device);
      one.said.set(words, same);
      all.set(nameOf(space, thing), one);
    }
  }
  for (const [name, { space, said }] of all) {
    const [[, { thing, devices }]] = [...said].sort(([a, one], [b, two]) => two.devices.size - one.devices.size || (a < b ? -1 : 1)) as [[string, { thing: FoundThing; devices: Set<string> }]];
    out.set(name, { space, thing, score: fits(thing) ? scoreOf(ask, thing, now) : 0, devices: [...devices].sort() });
  }
  for (const { space, found } of own) for (const thing of found) out.set(nameOf(space, thing), { space, thing, score: scoreOf(ask, thing, now), devices: [] });
  return [...out.values()].filter(({ score }) => score > 0).sort(better).slice(0, limit);
}

/** A merged thing as a hit of this device: in the place that it has here; null where there is none, or where this device holds it itself. */
export function hitOf(index: TextIndex, text: string, { space, thing, score }: MergedThing): SearchHit | null {
  const key = nameOf(space, thing);
  if (index.entry(key)) return null;
  const asked = wordsIn(readAsk(text));
  return index.placed({ entry: { ...thing, key, space }, terms: new Set([...termsIn(asked, thing.title), ...termsIn(asked, thing.text)]), score });
}
