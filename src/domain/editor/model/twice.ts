/**
 * Letters that stand twice: two people who split one block at the same moment each put its end into a block of their own. A new block therefore notes which letters of the
 * split one its first letters are copies of (`cut`), by the ids that every copy of the document gives them (EDITOR.md 2, `splitOf`); who has both blocks sees what is in both.
 */
import * as Y from 'yjs';
import { plainOf, type Block } from './block.ts';

/** Letters that follow one another in a text, with the id of the first; `at` in UTF-16 units of what is shown. */
interface Letters {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
  readonly at: number;
}

/** What a block was begun with, and what was brought to it later (./left-behind.ts): `own` is the clock, of `by`, of letters that are copies of those of `client` from `clock` on in the block `from`. */
export interface Cut {
  /** The block it was split off. */
  readonly from: string;
  readonly parts: readonly { readonly from: string; readonly by: number; readonly client: number; readonly clock: number; readonly own: number; readonly length: number }[];
}

/** What of a block stands in another one too, in UTF-16 units of its text, and a block in which it does. */
export interface Twice {
  readonly of: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Stretches noted in one note, notes of one block, splits followed back, and stretches of one page looked at: a peer may have written anything. */
const PARTS = 64;
const NOTES = 16;
const BACK = 32;
const PIECES = 4_000;

/** The letters of a text that are shown. */
function lettersOf(body: Y.Text): Letters[] {
  const out: Letters[] = [];
  let at = 0;
  for (let item = body._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const last = out.at(-1);
    const { client, clock } = item.id;
    if (last && last.client === client && last.clock + last.length === clock && last.at + last.length === at) out[out.length - 1] = { ...last, length: last.length + item.length };
    else out.push({ client, clock, length: item.length, at });
    at += item.length;
  }
  return out;
}

/** What to note in a block whose text `body` was just begun with the letters of `source` from `at` on; null when it cannot be said in few words. */
export function cutNote(source: Y.Text, at: number, body: Y.Text): number[] | null {
  return noteOf(part(lettersOf(source), at, Infinity), lettersOf(body));
}

/** A stretch of letters, and the same words as they stand in another text, noted; null when it cannot be said in few words. */
export function noteOf(taken: readonly Letters[], own: readonly Letters[]): number[] | null {
  const by = own[0]?.client;
  if (by === undefined || own.some(({ client }) => client !== by)) return null;
  const out = [by];
  let [i, j, a, b] = [0, 0, 0, 0];
  while (i < taken.length && j < own.length) {
    const length = Math.min(taken[i]!.length - a, own[j]!.length - b);
    out.push(taken[i]!.client, taken[i]!.clock + a, own[j]!.clock + b, length);
    [a, b] = [a + length, b + length];
    if (a === taken[i]!.length) [i, a] = [i + 1, 0];
    if (b === own[j]!.length) [j, b] = [j + 1, 0];
  }
  return i === taken.length && j === own.length && out.length <= 1 + 4 * PARTS ? out : null;
}

/** Letters of a text from a place on. */
export const lettersAt = (body: Y.Text, at: number, length: number): Letters[] => part(lettersOf(body), at, at + length);

function part(all: readonly Letters[], from: number, to: number): Letters[] {
  return all.flatMap((one) => {
    const [first, end] = [Math.max(one.at, from), Math.min(one.at + one.length, to)];
    return first < end ? [{ ...one, clock: one.clock + first - one.at, length: end - first, at: first }] : [];
  });
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function partsOf(from: string, note: unknown): Cut['parts'] {
  if (!Array.isArray(note) || note.length < 5 || note.length > 1 + 4 * PARTS || note.length % 4 !== 1 || !note.every(isCount)) return [];
  const [by, ...rest] = note;
  return Array.from({ length: rest.length / 4 }, (_, i) => ({ from, by: by!, client: rest[4 * i]!, clock: rest[4 * i + 1]!, own: rest[4 * i + 2]!, length: rest[4 * i + 3]! }));
}

/** The key of a note of letters brought along from a block: one for each who does it. */
const BROUGHT = 'brought/';
export const broughtKey = (from: string, client: number): string => `${BROUGHT}${from}/${client.toString(36)}`;

/** What a note of this key holds with more behind it; null when that is too much for one. */
export function noteMore(old: unknown, more: readonly number[]): number[] | null {
  const was = partsOf('', old).length > 0 && (old as number[])[0] === more[0] ? (old as number[]) : [more[0]!];
  const out = [...was, ...more.slice(1)];
  return out.length <= 1 + 4 * PARTS ? out : null;
}

/** The notes out of what a peer wrote; null when there are none. */
export function readCut(map: Y.Map<unknown>): Cut | null {
  const from = map.get('from');
  if (typeof from !== 'string') return null;
  const parts = [...partsOf(from, map.get('cut'))];
  // Sorted: a map gives its keys in the order in which they came.
  const keys = [...map.keys()].filter((key) => key.startsWith(BROUGHT)).sort().slice(0, NOTES);
  for (const key of keys) parts.push(...partsOf(key.slice(BROUGHT.length, key.lastIndexOf('/')), map.get(key)));
  return parts.length > 0 ? { from, parts } : null;
}

/** Letters as those they are copies of, as far back as it is noted. */
function origins(id: string, letters: Letters, cuts: ReadonlyMap<string, Cut>, back: number, out: Letters[]): void {
  const cut = back > 0 ? cuts.get(id) : undefined;
  if (!cut || out.length > PIECES) return void out.push(letters);
  let rest = [letters];
  for (const { from: source, by, client, clock, own, length } of cut.parts) {
    if (by !== letters.client) continue;
    rest = rest.flatMap((one) => {
      const [from, to] = [Math.max(one.clock, own), Math.min(one.clock + one.length, own + length)];
      if (from >= to) return [one];
      origins(source, { client, clock: clock + from - own, length: to - from, at: one.at + from - one.clock }, cuts, back - 1, out);
      return [{ ...one, length: from - one.clock }, { ...one, clock: to, length: one.clock + one.length - to, at: one.at + to - one.clock }].filter((part) => part.length > 0);
    });
  }
  out.push(...rest);
}

interface Piece extends Letters {
  readonly place: number;
}

/** Copies of the same letters, each pair once, as places in both blocks; pairs of one block are none. */
function* pairs(pieces: Piece[]): Generator<[first: Piece, second: Piece, from: number, to: number]> {
  pieces.sort((a, b) => a.client - b.client || a.clock - b.clock);
  let looked = 0;
  for (const [i, one] of pieces.entries()) {
    for (let j = i + 1; j < pieces.length && pieces[j]!.client === one.client && pieces[j]!.clock < one.clock + one.length; j++) {
      if (++looked > PIECES) return;
      const other = pieces[j]!;
      const [from, to] = [other.clock, Math.min(one.clock + one.length, other.clock + other.length)];
      if (one.place !== other.place) yield one.place < other.place ? [one, other, from, to] : [other, one, from, to];
    }
  }
}

/** The splits that began from the same block: nothing stands twice where there is only one. */
function families(cuts: ReadonlyMap<string, Cut>): Map<string, string> {
  const root = new Map<string, string>();
  for (const id of cuts.keys()) {
    let at = id;
    for (let back = BACK; back > 0 && cuts.has(at); back--) at = cuts.get(at)!.from;
    root.set(id, at);
    root.set(at, at);
  }
  return root;
}

interface Copy {
  readonly places: readonly [number, number];
  /** Where the letters begin in the texts of both. */
  readonly at: readonly [number, number];
  readonly length: number;
}

/** What of the blocks shown stands in another one too, by block: of two the one with less of its own, or the later one. `cuts`: of all blocks, shown or not. */
export function standsTwice(list: readonly Block[], cuts: ReadonlyMap<string, Cut>, bodyOf: (id: string) => Y.Text | null): Map<string, Twice> {
  const out = new Map<string, Twice>();
  if (cuts.size === 0) return out;
  const groups = new Map<string, Piece[]>();
  const family = families(cuts);
  for (const [place, { id }] of list.entries()) {
    const root = family.get(id);
    const body = root === undefined ? null : bodyOf(id);
    if (!body) continue;
    const pieces: Letters[] = [];
    for (const letters of lettersOf(body)) origins(id, letters, cuts, BACK, pieces);
    groups.set(root!, [...(groups.get(root!) ?? []), ...pieces.map((piece) => ({ ...piece, place }))]);
  }
  for (const pieces of groups.values()) mark(list, [...pairs(pieces)], out);
  return out;
}

function mark(list: readonly Block[], found: readonly [Piece, Piece, number, number][], out: Map<string, Twice>): void {
  const texts = new Map<number, string>();
  const text = (place: number): string => texts.get(place) ?? (texts.set(place, plainOf(list[place]!.text)), texts.get(place)!);
  const all = new Map<number, [number, number][]>();
  const copies = found.flatMap(([one, other, from, to]): Copy[] => {
    const copy: Copy = { places: [one.place, other.place], at: [one.at + from - one.clock, other.at + from - other.clock], length: to - from };
    const [words, again] = copy.places.map((place, side) => text(place).slice(copy.at[side]!, copy.at[side]! + copy.length));
    // Whoever wrote the note: what is not the same words is no copy.
    return words === again ? [copy] : [];
  });
  const add = (into: Map<number, [number, number][]>, { places, at, length }: Copy, side: number): void => void into.set(places[side]!, [...(into.get(places[side]!) ?? []), [at[side]!, at[side]! + length]]);
  for (const copy of copies) for (const side of [0, 1]) add(all, copy, side);
  const own = new Map([...all].map(([place, ranges]) => [place, text(place).length - joined(ranges).reduce((sum, [from, to]) => sum + to - from, 0)]));
  const marked = new Map<number, [number, number][]>();
  const of = new Map<number, number>();
  for (const copy of copies) {
    const [one, other] = copy.places;
    const side = own.get(one)! < own.get(other)! ? 0 : 1;
    add(marked, copy, side);
    of.set(copy.places[side]!, copy.places[1 - side]!);
  }
  for (const [place, ranges] of marked) {
    const stretches = joined(ranges);
    if (stretches.some(([from, to]) => text(place).slice(from, to).trim() !== '')) out.set(list[place]!.id, { of: list[of.get(place)!]!.id, ranges: stretches });
  }
}

function joined(ranges: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** A text without what stands twice. */
export const withoutTwice = (text: string, { ranges }: Twice): string => ranges.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
