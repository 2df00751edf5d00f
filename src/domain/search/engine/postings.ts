/**
 * Where words stand, and what a question is worth in each thing. MiniSearch takes words in and out and keeps them in its tree; a question is reckoned here over what it keeps, in flat arrays,
 * because its own answer makes an object for every thing that has a word, and puts all in order. The sums are those of the library (BM25+, its weights); a test holds them side by side.
 */
import MiniSearch, { type AsPlainObject } from 'minisearch';
import { stemOf, wordsOf } from '#domain/search/words';

/** One way in which a word is looked for; a thing that has it in several ways is worth the sum. */
export interface Source {
  readonly term: string;
  /** Also as a beginning; or with so many letters otherwise. */
  readonly begins?: true;
  readonly slips?: number;
}
/** A word: any of its sources fits. */
export type Group = readonly Source[];

/** What is asked of the words of a thing. */
export interface Worded {
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** A thing that has what was asked for, by its number. */
export interface Match {
  readonly number: number;
  readonly score: number;
  /** Does it have all of these words as they are, not only what begins like them? */
  readonly whole: boolean;
}

type Things = ReadonlyMap<number, number>;
/** What the library keeps and tells nobody. Its form is that of a dump; the version is pinned, and a test fails when it is another. */
interface Kept {
  readonly _index: { get(term: string): ReadonlyMap<number, Things> | undefined; atPrefix(term: string): Iterable<readonly [string, ReadonlyMap<number, Things>]>; fuzzyGet(term: string, slips: number): ReadonlyMap<string, readonly [ReadonlyMap<number, Things>, number]> };
  readonly _idToShortId: ReadonlyMap<string, number>;
  readonly _documentIds: ReadonlyMap<number, string>;
  readonly _fieldLength: ReadonlyMap<number, readonly number[]>;
  readonly _avgFieldLength: readonly number[];
  readonly _documentCount: number;
}

const options = {
  idField: 'key', fields: ['title', 'text'], storeFields: [],
  tokenize: (text: string) => wordsOf(text).map(({ word }) => word), processTerm: stemOf,
};
/** A word of a title counts so much beside one of a text. */
const BOOST = [2, 1] as const;
/** The library's figures. */
const [K, B, D] = [1.2, 0.7, 0.5];
const BEGUN = 0.375;
const SLIPPED = 0.45;
/** Sources that are counted one by one: a thing that has several is worth more. */
const SOURCES_MAX = 31;
/** Numbers are never given twice: where so many more were given than there are things, the index is made anew when it is opened. */
const SPARE_NUMBERS = 1_000_000;
const SPARE_TIMES = 8;

/** Things with one word of the tree in one field. */
interface Run {
  readonly term: string;
  readonly field: number;
  readonly things: Things;
  /** Worth of one that has it, but for how often and in how many words. */
  readonly weight: number;
  readonly source: number;
  readonly stem: number;
}

const byTerm = (a: Run, b: Run): number => (a.term < b.term ? -1 : a.term > b.term ? 1 : a.field - b.field);

export class Postings<T extends Worded> {
  /** Things by number, and how many different words their title and their text have. */
  private readonly byNumber: (T | undefined)[] = [];
  private lengths: [Uint16Array, Uint16Array] = [new Uint16Array(1_024), new Uint16Array(1_024)];
  /** Of the question that is asked; all 0 between two. */
  private scores = new Float64Array(1_024);
  private sources = new Uint32Array(1_024);
  private stems = new Uint32Array(1_024);
  private groups = new Uint16Array(1_024);

  private constructor(private readonly mini: MiniSearch<T>) {}

  static empty<T extends Worded>(): Postings<T> {
    return new Postings(new MiniSearch<T>(options));
  }

  /** What was dumped; null when it is none, or not of these things. */
  static load<T extends Worded>(dump: AsPlainObject, things: ReadonlyMap<string, T>): Postings<T> | null {
    const mini = MiniSearch.loadJS<T>(dump, options);
    if (mini.documentCount !== things.size || dump.nextId > SPARE_NUMBERS + SPARE_TIMES * things.size) return null;
    const made = new Postings(mini);
    for (const [number, key] of made.kept._documentIds) {
      const thing = things.get(key);
      if (!thing) return null;
      made.note(number, thing);
    }
    return made;
  }

  private get kept(): Kept {
    return this.mini as unknown as Kept;
  }

  dump(): AsPlainObject {
    return this.mini.toJSON();
  }

  add(thing: T): void {
    this.mini.add(thing);
    this.note(this.numberOf(thing.key)!, thing);
  }

  remove(thing: T): void {
    const number = this.numberOf(thing.key);
    this.mini.remove(thing);
    if (number !== undefined) this.byNumber[number] = undefined;
  }

  /** The same words, said of it otherwise. Its number, where it is held. */
  replace(thing: T): number | undefined {
    const number = this.numberOf(thing.key);
    if (number !== undefined) this.byNumber[number] = thing;
    return number;
  }

  holds(number: number): boolean {
    return this.byNumber[number] !== undefined;
  }

  /** Everything by its number. */
  each(tell: (number: number, thing: T) => void): void {
    this.byNumber.forEach((thing, number) => thing && tell(number, thing));
  }

  private note(number: number, thing: T): void {
    while (number >= this.scores.length) this.grow();
    this.byNumber[number] = thing;
    const [title, text] = this.kept._fieldLength.get(number) ?? [];
    this.lengths[0][number] = title ?? 0;
    this.lengths[1][number] = text ?? 0;
  }

  private grow(): void {
    const size = this.scores.length * 2;
    const wider = (old: Uint16Array): Uint16Array => {
      const next = new Uint16Array(size);
      next.set(old);
      return next;
    };
    this.lengths = [wider(this.lengths[0]), wider(this.lengths[1])];
    [this.scores, this.sources, this.stems, this.groups] = [new Float64Array(size), new Uint32Array(size), new Uint32Array(size), new Uint16Array(size)];
  }

  numberOf(key: string): number | undefined {
    return this.kept._idToShortId.get(key);
  }

  thing(number: number): T {
    return this.byNumber[number]!;
  }

  /** Where a stem stands: by field, by number of the thing. */
  things(stem: string): Things[] {
    return [...(this.kept._index.get(stem)?.values() ?? [])];
  }

  /** In how many things it does. */
  count(stem: string): number {
    return this.things(stem).reduce((sum, things) => sum + things.size, 0);
  }

  /** All things that have every group (or any of them), in no order. `stems`: words that make a thing whole. */
  match(groups: readonly Group[], of: { readonly any: boolean; readonly stems: readonly string[]; readonly only?: ReadonlySet<number> | null }): Match[] {
    const runs = this.runsOf(groups, of.stems);
    const met = of.any ? this.meetAny(runs.flat(), of.only ?? null) : this.meetAll(runs);
    const wanted = 2 ** new Set(of.stems).size - 1;
    const out: Match[] = [];
    for (const number of met) {
      if (of.any || this.groups[number] === runs.length) out.push({ number, score: this.scores[number]! * Math.max(1, bits(this.sources[number]!)), whole: this.stems[number] === wanted });
      this.scores[number] = this.sources[number] = this.stems[number] = this.groups[number] = 0;
    }
    return out;
  }

  /** The words of the tree by which things have what is asked for. */
  termsOf(numbers: readonly number[], groups: readonly Group[]): Set<string>[] {
    const runs = this.runsOf(groups, []).flat();
    return numbers.map((number) => new Set(runs.filter(({ things }) => things.has(number)).map(({ term }) => term)));
  }

  private runsOf(groups: readonly Group[], stems: readonly string[]): Run[][] {
    const sources = [...new Set(groups.flat().map(({ term }) => term))];
    const unique = [...new Set(stems)];
    return groups.map((group) => group.flatMap((source) => {
      const bit = sources.indexOf(source.term);
      return this.reached(source).flatMap(([term, weight, fields]) => [...fields].map(([field, things]) => ({ term, field, things, weight: weight * BOOST[field]! * this.rarity(things.size), source: bit < SOURCES_MAX ? 2 ** bit : 0, stem: unique.includes(term) ? 2 ** unique.indexOf(term) : 0 })));
    }).sort(byTerm));
  }

  private rarity(things: number): number {
    return Math.log(1 + (this.kept._documentCount - things + 0.5) / (things + 0.5));
  }

  /** Words of the tree that a source leads to, and what each of them weighs. */
  private reached({ term, begins, slips }: Source): [term: string, weight: number, fields: ReadonlyMap<number, Things>][] {
    const out: [string, number, ReadonlyMap<number, Things>][] = [];
    const exact = this.kept._index.get(term);
    if (exact) out.push([term, 1, exact]);
    if (begins) for (const [longer, fields] of this.kept._index.atPrefix(term)) if (longer !== term) out.push([longer, (BEGUN * longer.length) / (longer.length + 0.3 * (longer.length - term.length)), fields]);
    if (slips) for (const [other, [fields, far]] of this.kept._index.fuzzyGet(term, slips)) if (far > 0) out.push([other, (SLIPPED * other.length) / (other.length + far), fields]);
    return out;
  }

  private worth({ field, weight }: Run, number: number, often: number): number {
    return weight * (D + (often * (K + 1)) / (often + K * (1 - B + (B * this.lengths[field as 0 | 1][number]!) / this.kept._avgFieldLength[field]!)));
  }

  private meet(run: Run, number: number, often: number): void {
    this.scores[number]! += this.worth(run, number, often);
    this.sources[number]! |= run.source;
    this.stems[number]! |= run.stem;
  }

  private meetAny(runs: readonly Run[], only: ReadonlySet<number> | null): number[] {
    const met: number[] = [];
    for (const run of runs) {
      for (const [number, often] of run.things) {
        if (only && !only.has(number)) continue;
        if (this.groups[number] === 0) met.push(number);
        this.groups[number] = 1;
        this.meet(run, number, often);
      }
    }
    return met;
  }

  /** The group that the fewest things have comes first; of the others only those things are looked at. */
  private meetAll(runs: readonly (readonly Run[])[]): number[] {
    const size = (list: readonly Run[]): number => list.reduce((sum, { things }) => sum + things.size, 0);
    const ordered = runs.map((list) => [list, size(list)] as const).sort(([, a], [, b]) => a - b);
    const met = this.meetAny(ordered[0]?.[0] ?? [], null);
    let left: readonly number[] = met;
    for (let at = 1; at < ordered.length && left.length > 0; at++) {
      const [list, total] = ordered[at]!;
      if (left.length * list.length < total) this.probe(list, left, at);
      else this.walk(list, at);
      left = left.filter((number) => this.groups[number] === at + 1);
    }
    return met;
  }

  private probe(list: readonly Run[], left: readonly number[], at: number): void {
    for (const run of list) {
      for (const number of left) {
        const often = run.things.get(number);
        if (often === undefined) continue;
        this.groups[number] = at + 1;
        this.meet(run, number, often);
      }
    }
  }

  private walk(list: readonly Run[], at: number): void {
    for (const run of list) {
      for (const [number, often] of run.things) {
        if (this.groups[number]! < at) continue;
        this.groups[number] = at + 1;
        this.meet(run, number, often);
      }
    }
  }
}

function bits(mask: number): number {
  let n = 0;
  for (let left = mask; left !== 0; left &= left - 1) n++;
  return n;
}
