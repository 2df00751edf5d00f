/**
 * Words that a split tore: somebody splits a block before a word that another is typing, whose last letters are still under way. Who typed them puts them behind those that the split
 * took, when they hear of it, and notes it like a split does (./twice.ts): nobody else does, so they come to stand there once. Whole words stay where they were typed: what is moved
 * while a third splits as well stands twice, marked.
 */
import * as Y from 'yjs';
import { HEARD_SPLITS_MAX } from '#domain/shared';
import { plainOf, sliceRuns } from './block.ts';
import type { Letter } from './follow.ts';
import { readText, type BlockMap } from './read-block.ts';
import { broughtKey, lettersAt, noteMore, noteOf, type Cut } from './twice.ts';
import { insertText } from './type-on.ts';

/** A split as it was heard of: the own clock at that moment (what was typed later was meant for where it stands), and what it took of the text: client → stretches from one clock to before another, in their order, apart. */
interface Heard {
  readonly clock: number;
  readonly took: ReadonlyMap<number, readonly (readonly [from: number, to: number])[]>;
}

/** Own letters that stand behind letters that are gone into another block; `at` in UTF-16 units of what is shown. */
export interface LeftBehind {
  readonly at: number;
  readonly length: number;
  /** The nearest before them that a split took. */
  readonly last: Letter;
}

/** The splits that were heard of, by the block that was split: the newest of each, for a peer may tell of any number. */
export class HeardSplits {
  private readonly of = new Map<string, Map<string, Heard>>();

  /** `id`: the block that was begun with what it took. */
  hear(id: string, cut: Cut, clock: number): void {
    const all = this.of.get(cut.from) ?? new Map<string, Heard>();
    if (all.has(id)) return;
    all.set(id, { clock, took: tookOf(cut) });
    if (all.size > HEARD_SPLITS_MAX) all.delete(all.keys().next().value!);
    this.of.set(cut.from, all);
  }

  /** How many of a block are held. */
  held(source: string): number {
    return this.of.get(source)?.size ?? 0;
  }

  /** Own letters of the block `source` that they left behind, from the front to the back. Those that have nothing of one's own from before them there are forgotten. */
  leftBehind(source: string, body: Y.Text, client: number): LeftBehind[] {
    const all = this.of.get(source);
    if (!all) return [];
    const { found, first } = look(body, [...all.values()], client);
    for (const [id, { clock }] of all) if (clock <= first) all.delete(id);
    if (all.size === 0) this.of.delete(source);
    return found;
  }
}

/** What splits left behind in a text, and the clock of the first own letters that stand there. */
function look(body: Y.Text, heard: readonly Heard[], client: number): { found: LeftBehind[]; first: number } {
  const found: LeftBehind[] = [];
  /** What each split took last, the nearest at the end. */
  const took = new Map<Heard, Letter>();
  let [at, first] = [0, Infinity];
  for (let item = body._start; item !== null; item = item.right) {
    if (item.deleted) {
      for (const of of heard) {
        const last = lastTaken(of, item);
        if (!last) continue;
        took.delete(of);
        took.set(of, last);
      }
      continue;
    }
    if (!item.countable) continue;
    const { id, length } = item;
    if (id.client === client && item.content instanceof Y.ContentString) {
      first = Math.min(first, id.clock);
      const last = [...took].findLast(([{ clock }]) => id.clock < clock)?.[1];
      const before = found.at(-1);
      if (last && before && before.at + before.length === at && before.last === last) found[found.length - 1] = { ...before, length: before.length + length };
      else if (last) found.push({ at, length, last });
    }
    at += length;
  }
  return { found, first };
}

/** Do letters from a place of one text on go on the word that ends at a place of another? */
export function inWord(ends: Y.Text, to: number, goes: Y.Text, at: number): boolean {
  const [before, after] = [plainOf(readText(ends))[to - 1] ?? ' ', plainOf(readText(goes))[at] ?? ' '];
  return /\S/.test(before) && /\S/.test(after);
}

/** Puts letters of the block `source` into the text of another, and notes there which they were. */
export function bringLetters(source: string, from: Y.Text, at: number, length: number, body: Y.Text, to: number, map: BlockMap): void {
  const letters = lettersAt(from, at, length);
  for (const { text, marks } of sliceRuns(readText(from), at, at + length).reverse()) insertText(body, to, text, marks);
  const note = noteOf(letters, lettersAt(body, to, length));
  const key = broughtKey(source, letters[0]!.client);
  const whole = note && noteMore(map.get(key), note);
  if (whole) map.set(key, whole);
  from.delete(at, length);
}

function tookOf({ from: source, parts }: Cut): Heard['took'] {
  const out = new Map<number, [number, number][]>();
  for (const { client, clock, length } of parts.filter((part) => part.from === source && part.length > 0).sort((a, b) => a.clock - b.clock)) {
    const of = out.get(client) ?? [];
    const last = of.at(-1);
    if (last && clock <= last[1]) last[1] = Math.max(last[1], clock + length);
    else of.push([clock, clock + length]);
    out.set(client, of);
  }
  return out;
}

/** The last letter of an item that the split took; its stretches are found by halving. */
function lastTaken({ took }: Heard, { id, length }: Y.Item): Letter | null {
  const of = took.get(id.client);
  if (!of) return null;
  let [low, high] = [0, of.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of[middle]![0] < id.clock + length) low = middle + 1;
    else high = middle;
  }
  const last = Math.min(of[low - 1]?.[1] ?? 0, id.clock + length) - 1;
  return last >= id.clock ? { client: id.client, clock: last } : null;
}
