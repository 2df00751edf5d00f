/** What narrows a question, in flat arrays by the number of a thing: tens of thousands that have a word are asked whether they fit, and only the best are looked at themselves. Pure. */
import { KINDS, type Entry, type SearchQuery } from '#domain/search';

/** What a question lets through. */
export interface Filter {
  /** By space and place; `title`: does the thing itself give its place a title? */
  place(entry: Entry): boolean;
  author(by: string): boolean;
  /** Null: any time. */
  readonly time: ((entry: Entry) => boolean) | null;
}

/** The filter of a question. `stands`: is there a place of that name? */
export function filterOf({ space, by, fragments, hidden, before = null, after = null }: SearchQuery, stands: (entry: Entry) => boolean, changedOf: (entry: Entry) => number): Filter {
  const inTime = (at: number): boolean => at > 0 && at >= (after ?? -Infinity) && at < (before ?? Infinity);
  const [authors, places, unseen] = [by ? new Set(by) : null, fragments ? new Set(fragments) : null, new Set(hidden)];
  return {
    place: (entry) => (!space || entry.space === space) && (!places || places.has(entry.fragment)) && stands(entry),
    author: (uid) => (!authors || authors.has(uid)) && !(uid !== '' && unseen.has(uid)),
    time: before === null && after === null ? null : (entry) => inTime(changedOf(entry)),
  };
}

const KIND_AT: ReadonlyMap<string, number> = new Map(KINDS.map((kind, at) => [kind, at]));

export class Columns {
  private size = 1_024;
  private kinds = new Uint8Array(this.size);
  private times = new Float64Array(this.size);
  private places = new Uint32Array(this.size);
  private authors = new Uint32Array(this.size);
  /** Names and what they are called here; of a place one thing that stands there. */
  private readonly placeAt = new Map<string, number>();
  private readonly placed: Entry[] = [];
  private readonly authorAt = new Map<string, number>();
  private readonly uids: string[] = [];

  note(number: number, entry: Entry): void {
    if (number >= this.size) this.grow(number);
    const place = JSON.stringify([entry.kind, entry.space, entry.fragment]);
    this.kinds[number] = KIND_AT.get(entry.kind)!;
    this.times[number] = entry.at;
    this.places[number] = known(this.placeAt, place, this.placed, entry);
    this.authors[number] = known(this.authorAt, entry.by, this.uids, entry.by);
  }

  private grow(number: number): void {
    while (this.size <= number) this.size *= 2;
    const wider = <T extends Uint8Array | Uint32Array | Float64Array>(old: T, next: T): T => (next.set(old), next);
    [this.kinds, this.times] = [wider(this.kinds, new Uint8Array(this.size)), wider(this.times, new Float64Array(this.size))];
    [this.places, this.authors] = [wider(this.places, new Uint32Array(this.size)), wider(this.authors, new Uint32Array(this.size))];
  }

  /** Place of its kind among KINDS. */
  kind(number: number): number {
    return this.kinds[number]!;
  }

  at(number: number): number {
    return this.times[number]!;
  }

  /** A test of one question: each place and each person is asked about once. */
  fits({ place, author, time }: Filter, thing: (number: number) => Entry): (number: number) => boolean {
    const [places, authors] = [new Uint8Array(this.placed.length), new Uint8Array(this.uids.length)];
    return (number) => {
      const [at, by] = [this.places[number]!, this.authors[number]!];
      if (places[at] === 0) places[at] = place(this.placed[at]!) ? 1 : 2;
      if (authors[by] === 0) authors[by] = author(this.uids[by]!) ? 1 : 2;
      return places[at] === 1 && authors[by] === 1 && (time === null || time(thing(number)));
    };
  }
}

/** The number of a name; a new one is remembered with what it stands for. */
function known<T>(numbers: Map<string, number>, name: string, list: T[], value: T): number {
  const at = numbers.get(name);
  if (at !== undefined) return at;
  numbers.set(name, list.length);
  list.push(value);
  return list.length - 1;
}
