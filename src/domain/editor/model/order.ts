/** Places of blocks: `[parent or null, ord]`, one value as in pos.set (FORMATS 3), and which of them have to be written when blocks were moved or put in. */
import { generateNKeysBetween } from 'fractional-indexing';

export interface Place {
  readonly parent: string | null;
  readonly ord: string;
}

/** Between the index and who wrote it: below every sign of an index, so that `a0!…` stands before `a0V!…` whoever wrote them. */
const END = '!';
/** Who writes above one line for long has longer and longer indexes, and above 256 signs none is read. Longer than this they are made anew, with those of so many neighbours and more that they become shorter. */
const LONG = 128;
const ROOM = 64;
const baseOf = (ord: string): string | null => ord.split(END)[0] || null;
const before = (a: { id: string; ord: string }, b: { id: string; ord: string }): boolean => a.ord < b.ord || (a.ord === b.ord && a.id < b.id);

/** Indexes of the longest run of items that stand in rising order already. */
export function longestRun<T>(items: readonly T[], less: (a: T, b: T) => boolean): Set<number> {
  const ends: number[] = [];
  const prior = new Array<number>(items.length).fill(-1);
  for (let i = 0; i < items.length; i++) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (less(items[ends[mid]!]!, items[i]!)) low = mid + 1;
      else high = mid;
    }
    prior[i] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = i;
  }
  const out = new Set<number>();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = prior[i]!) out.add(i);
  return out;
}

/**
 * New ords for the blocks of a list that have none or stand out of order; the others keep theirs. `mark`: four characters of who writes. Of two neighbours that
 * changed places either may have been moved: `moved` is the one that was, if that is known, so that somebody else's move of the other holds as well. Before `first` and from `end` on all stand as they stood.
 */
export function newOrds(list: readonly { id: string; ord: string | null }[], mark: string, moved: string | null, first = 0, end = list.length): Map<string, string> {
  const placed = list.slice(first, end).flatMap((one) => (one.ord === null ? [] : [one as { id: string; ord: string }]));
  const others = placed.filter((one) => one.id !== moved);
  const [all, rest] = [longestRun(placed, before), longestRun(others, before)];
  const stays = new Set(rest.size === all.size ? [...rest].map((at) => others[at]!.id) : [...all].map((at) => placed[at]!.id));
  const changes = (at: number): boolean => at >= first && at < end && !stays.has(list[at]!.id);
  const out = new Map<string, string>();
  const run = (from: number, least: number): { from: number; to: number; keys: string[] } => {
    const low = from > 0 ? baseOf(out.get(list[from - 1]!.id) ?? list[from - 1]!.ord!) : null;
    let to = least;
    // A neighbour with the same place as the one before leaves no room between: it gets a new one as well.
    while (to < list.length && (changes(to) || !(low === null || low < (baseOf(list[to]!.ord!) ?? '')))) to++;
    return { from, to, keys: keysBetween(low, to < list.length ? baseOf(list[to]!.ord!) : null, to - from) };
  };
  for (let from = first; from < end; from++) {
    if (!changes(from)) continue;
    let made = run(from, from);
    const { to } = made;
    for (let around = ROOM; longest(made.keys) > LONG && (made.from > 0 || made.to < list.length); around *= 2) made = run(Math.max(0, from - around), Math.min(list.length, to + around));
    made.keys.forEach((key, at) => out.set(list[made.from + at]!.id, key + END + mark));
    from = made.to - 1;
  }
  return out;
}

const longest = (keys: readonly string[]): number => keys.reduce((most, { length }) => Math.max(most, length), 0);

function keysBetween(low: string | null, high: string | null, count: number): string[] {
  for (const [from, to] of [[low, high], [low, null], [null, high]] as const) {
    try {
      return generateNKeysBetween(from, to, count);
    } catch {
      // A place a peer wrote by other rules: as near as can be.
    }
  }
  return generateNKeysBetween(null, null, count);
}

/** Ids in the order they are shown: children after their parent; in each ring of parents the smallest id stands at the root. */
export function shownOrder(places: ReadonlyMap<string, Place>): string[] {
  const ids = [...places.keys()].sort();
  const parentOf = new Map<string, string | null>();
  for (const id of ids) {
    const parent = places.get(id)!.parent;
    parentOf.set(id, parent !== null && places.has(parent) ? parent : null);
  }
  breakRings(ids, parentOf);
  const children = new Map<string | null, string[]>();
  for (const id of ids) {
    const list = children.get(parentOf.get(id)!);
    if (list) list.push(id);
    else children.set(parentOf.get(id)!, [id]);
  }
  // Ids are sorted, and sorting keeps equals in order: equal ords go by id.
  for (const list of children.values()) list.sort((a, b) => (places.get(a)!.ord < places.get(b)!.ord ? -1 : places.get(a)!.ord > places.get(b)!.ord ? 1 : 0));
  const out: string[] = [];
  const stack = [...(children.get(null) ?? [])].reverse();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    out.push(id);
    for (const child of [...(children.get(id) ?? [])].reverse()) stack.push(child);
  }
  return out;
}

/** Ids in the order they are shown, kept from change to change: while nothing stands inside of another thing the place of one is found by halving. */
export class KeptOrder {
  private list: string[] | null = null;
  private inside = 0;

  /** `places`: of all ids; an id is taken out before its place is another one there, and put in after it. */
  constructor(private readonly places: ReadonlyMap<string, { readonly place: Place }>) {}

  /** It is found anew when it is asked for. */
  forget(): void {
    this.list = null;
  }

  takeOut(id: string, place: Place): void {
    if (place.parent !== null) this.inside--;
    if (this.inside > 0 || place.parent !== null) this.list = null;
    else this.list?.splice(this.spot(this.list, id, place.ord), 1);
  }

  putIn(id: string, place: Place): void {
    if (place.parent !== null) this.inside++;
    if (this.inside > 0) this.list = null;
    else this.list?.splice(this.spot(this.list, id, place.ord), 0, id);
  }

  all(): readonly string[] {
    return (this.list ??= shownOrder(new Map([...this.places].map(([id, { place }]) => [id, place]))));
  }

  private spot(list: readonly string[], id: string, ord: string): number {
    let [low, high] = [0, list.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      const other = list[mid]!;
      const { ord: there } = this.places.get(other)!.place;
      if (there < ord || (there === ord && other < id)) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

/** Each way up is walked once, whatever a peer wrote: behind a parent that was reached before nothing is new. */
function breakRings(ids: readonly string[], parentOf: Map<string, string | null>): void {
  const walked = new Set<string>();
  for (const id of ids) {
    const way = new Set<string>();
    let at: string | null = id;
    for (; at !== null && !walked.has(at) && !way.has(at); at = parentOf.get(at)!) way.add(at);
    for (const one of way) walked.add(one);
    if (at === null || !way.has(at)) continue;
    const all = [...way];
    parentOf.set(all.slice(all.indexOf(at)).reduce((least, one) => (one < least ? one : least)), null);
  }
}
