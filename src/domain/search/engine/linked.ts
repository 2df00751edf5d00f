/**
 * What links say of the things of an index: how much leads to each, straight and by way of what leads there, and what is near to what somebody has open. Links are taken in as their
 * things come and go; the sums over all of them (who matters, who is near) are made anew when told to, by loops that are given. The same things give the same in whatever order they came.
 */
import { linksOf, type GraphLoops, type Links } from '#base/graph-loops';
import type { Entry, Leads, OpenThing, SearchQuery } from '#domain/search';
import { nodeKey, spotAt, spotOf, TITLED } from './spots.ts';
import type { TextIndex } from './text-index.ts';

/** Rounds of the weights, and how much of a weight goes on along links. */
const ROUNDS = 20;
const KEEP = 0.85;
/** What much leads to stands before what has the same words: at most by so much; half of that at so many times the weight of what nothing leads to. */
const MOST = 0.25;
const HALF = 4;
/** What is linked with what is open stands before what is not: by one link, and by two. */
const NEAR: readonly number[] = [1, 1.5, 1.2];
const STEPS = NEAR.length - 1;

/** What is read of an index. */
type Things = Pick<TextIndex, 'all' | 'entry' | 'watch'>;

/** Who runs the loops over a graph. */
export type LoopsOf = (links: Links) => Promise<GraphLoops>;

/** All links as they stood: spots by row, what is found by each, what it weighs, and the loops along links from either end. */
interface Web {
  readonly rows: ReadonlyMap<string, number>;
  readonly found: readonly (readonly string[])[];
  readonly raised: ReadonlyMap<string, number>;
  readonly loops: GraphLoops;
}

/** What a thing leads to. */
interface Lead {
  readonly spot: string;
  readonly by: string;
  readonly to: readonly string[];
}

/** Things that are gone through between two turns of others: a few milliseconds. */
const PART = 1_024;

/** Goes through all of them in parts. */
async function inParts<T>(all: Iterable<T>, turn: () => Promise<void>, each: (one: T) => void): Promise<void> {
  let n = 0;
  for (const one of all) {
    each(one);
    if (++n % PART === 0) await turn();
  }
  await turn();
}

/** Sorted as `sort` does, in parts: what stands in order already is left as it stands. */
export async function sortedInParts(names: readonly string[], turn: () => Promise<void>): Promise<string[]> {
  let runs: string[][] = [];
  for (let from = 0; from < names.length; from += PART) {
    runs.push(names.slice(from, from + PART).sort());
    await turn();
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(at + 1 < runs.length ? await mergedInParts(runs[at]!, runs[at + 1]!, turn) : runs[at]!);
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergedInParts(a: readonly string[], b: readonly string[], turn: () => Promise<void>): Promise<string[]> {
  if (a.at(-1)! <= b[0]!) return [...a, ...b];
  const out: string[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length; ) {
    out.push(j === b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!);
    if (out.length % (PART * 4) === 0) await turn();
  }
  await turn();
  return out;
}

/** Links by row, each once, in the order of rows. */
async function pairsOf(leads: readonly Lead[], rows: ReadonlyMap<string, number>, turn: () => Promise<void>): Promise<(readonly [number, number])[]> {
  const width = rows.size;
  const made: number[] = [];
  await inParts(leads, turn, ({ spot, to }) => {
    const from = rows.get(spot)! * width;
    for (const one of to) made.push(from + rows.get(one)!);
  });
  const numbers = Float64Array.from(made).sort();
  await turn();
  const pairs: (readonly [number, number])[] = [];
  let last = -1;
  await inParts(numbers, turn, (one) => {
    if (one !== last) pairs.push([Math.floor(one / width), one % width]);
    last = one;
  });
  return pairs;
}

/** Of one question. */
export interface LinkedView {
  /** Times its worth; 1 where no link speaks for it. */
  raise(entry: Pick<Entry, 'key'>): number;
  /** Null: no link does. */
  leads(entry: Pick<Entry, 'key' | 'kind' | 'space' | 'fragment' | 'node'>): Leads | null;
}

export class Linked {
  /** Things with links, by their keys. */
  private readonly from = new Map<string, Lead>();
  /** Keys of the things that lead to a spot. */
  private readonly into = new Map<string, Set<string>>();
  private web: Web | null = null;
  private changes = 0;
  private settled = 0;
  private settling: Promise<void> | null = null;
  private index: Things | null = null;
  private leave = (): void => undefined;

  /** `turn`: lets others have theirs. */
  constructor(private readonly engine: LoopsOf, private readonly turn: () => Promise<void> = () => Promise.resolve()) {}

  /** Follows the index from here on. */
  follow(index: Things): void {
    this.leave();
    this.from.clear();
    this.into.clear();
    [this.index, this.web] = [index, null];
    for (const entry of index.all()) this.put(entry);
    this.leave = index.watch({ put: (entry) => this.put(entry), drop: (entry) => this.drop(entry) });
  }

  /** Have links come or gone since the sums were made? */
  get stale(): boolean {
    return this.changes !== this.settled;
  }

  private put(entry: Entry): void {
    const spot = spotOf(entry);
    if (spot === null) return;
    if (entry.links) {
      const to = entry.links.map((one) => nodeKey(entry.space, one)).filter((one) => one !== spot);
      this.from.set(entry.key, { spot, by: entry.by, to });
      for (const one of to) (this.into.get(one) ?? this.into.set(one, new Set()).get(one)!).add(entry.key);
    }
    if (entry.links || this.into.has(spot)) this.changes++;
  }

  private drop({ key }: Entry): void {
    const gone = this.from.get(key);
    if (!gone) return;
    this.from.delete(key);
    for (const one of gone.to) {
      const keys = this.into.get(one);
      keys?.delete(key);
      if (keys?.size === 0) this.into.delete(one);
    }
    this.changes++;
  }

  /** Makes the sums anew, of the links as they are now; between its parts others have their turn. Where another index is followed meanwhile, nothing comes of it. */
  settle(): Promise<void> {
    return (this.settling ??= this.sum().finally(() => (this.settling = null)));
  }

  private async sum(): Promise<void> {
    const { changes: at, index, turn } = this;
    const leads = [...this.from.values()];
    await turn();
    // Rows in the order of their names, whatever came first: sums of floating point are those of every other device.
    const ends = new Set<string>();
    await inParts(leads, turn, ({ spot, to }) => {
      ends.add(spot);
      for (const one of to) ends.add(one);
    });
    const before = this.web?.rows ?? new Map<string, number>();
    // Those of before stand in order already: to put the new ones among them is quick.
    const names: string[] = [];
    await inParts(before.keys(), turn, (name) => void (ends.has(name) && names.push(name)));
    await inParts(ends, turn, (name) => void (before.has(name) || names.push(name)));
    const rows = new Map<string, number>();
    await inParts(await sortedInParts(names, turn), turn, (name) => void rows.set(name, rows.size));
    const pairs = await pairsOf(leads, rows, turn);
    const weights = rows.size === 0 ? new Float64Array(0) : (await this.engine(linksOf(rows.size, pairs))).weights(ROUNDS, KEEP);
    await turn();
    const loops = await this.engine(linksOf(rows.size, pairs.flatMap(([a, b]) => [[a, b], [b, a]] as const)));
    await turn();
    const found = await this.foundAt(rows);
    const raised = await this.raisedOf(found, weights);
    if (this.index !== index) return;
    this.web = { rows, found, raised, loops };
    this.settled = at;
  }

  private async raisedOf(found: readonly (readonly string[])[], weights: Float64Array): Promise<ReadonlyMap<string, number>> {
    const least = weights.reduce((a, b) => Math.min(a, b), Infinity);
    const raised = new Map<string, number>();
    await inParts(found.entries(), this.turn, ([row, keys]) => {
      const more = weights[row]! / least - 1;
      // A passage of a page is not raised by what leads to the page.
      if (more > 0) for (const key of keys) if (this.index?.entry(key)?.kind !== 'block') raised.set(key, 1 + (MOST * more) / (more + HALF));
    });
    return raised;
  }

  /** Keys of what is found by each spot. */
  private async foundAt(rows: ReadonlyMap<string, number>): Promise<string[][]> {
    const found = Array.from({ length: rows.size }, (): string[] => []);
    await inParts(this.index?.all() ?? [], this.turn, (entry) => {
      // Most things are no end of a link: of these no name is made.
      if (!TITLED.has(entry.kind) && entry.kind !== 'block' && !rows.has(entry.key)) return;
      const row = rows.get(spotOf(entry) ?? '');
      if (row !== undefined) found[row]!.push(entry.key);
    });
    return found;
  }

  /** For one question, with whom it does not show. Before the first sums nothing is raised. */
  view({ open, hidden = [] }: Pick<SearchQuery, 'open' | 'hidden'>): LinkedView {
    const { web } = this;
    const near = web && open ? this.near(web, open) : new Map<string, number>();
    const unseen = new Set(hidden);
    return {
      raise: ({ key }) => (web?.raised.get(key) ?? 1) * NEAR[near.get(key) ?? 0]!,
      leads: (entry) => {
        const [by, steps] = [this.count(entry, unseen), near.get(entry.key) ?? 0];
        return by > 0 || steps > 0 ? { by, steps } : null;
      },
    };
  }

  private near({ rows, found, loops }: Web, open: OpenThing): Map<string, number> {
    const out = new Map<string, number>();
    const row = rows.get(spotAt(open));
    if (row === undefined) return out;
    loops.around(row, STEPS).forEach((steps, at) => {
      if (steps > 0 && steps <= STEPS) for (const key of found[at]!) out.set(key, steps);
    });
    return out;
  }

  /** Things that lead to it, each once; those of people who are not shown are not counted. */
  private count(entry: Pick<Entry, 'kind' | 'space' | 'fragment' | 'node'>, unseen: ReadonlySet<string>): number {
    const spot = entry.kind === 'block' ? null : spotOf(entry);
    const from = new Set<string>();
    for (const key of (spot !== null && this.into.get(spot)) || []) {
      const one = this.from.get(key)!;
      if (!unseen.has(one.by)) from.add(one.spot);
    }
    return from.size;
  }
}
