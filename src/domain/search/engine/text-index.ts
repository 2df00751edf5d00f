/**
 * The index of one peer: entries, grouped by the node they were read from, over MiniSearch. A node is put as a whole; what did not change in it is not touched.
 * The same nodes give the same answers in whatever order and however often they came (SearchAnswer; held by tests).
 */
import MiniSearch, { type AsPlainObject, type Query, type SearchResult } from 'minisearch';
import { textNodeOf } from '#domain/editor';
import { KINDS, type Entry, type Kind, type SearchAnswer, type SearchHit, type SearchQuery } from '#domain/search';
import { fuse, type Near } from '#domain/search/vectors';
import { holdsPhrase, readAsk, type Ask } from './ask.ts';
import { nodeKey, personKey } from './entries.ts';
import { snippetOf } from './snippet.ts';
import { isSign, isStop, stemOf, wordsOf } from '#domain/search/words';

/** What is kept of an index between two runs: plain values for JSON. */
export interface IndexDump {
  readonly v: typeof DUMP_VERSION;
  readonly nodes: readonly (readonly [node: string, version: string, entries: readonly Entry[]])[];
  readonly index: AsPlainObject;
}

/** Rises with every change of what is indexed, and of how words are read: what another version kept is read anew. */
export const DUMP_VERSION = 5;
/** Half of what age takes from a thing is taken in so many ms. */
const HALF_AGE_MS = 30 * 86_400_000;
/** How much a thing of this kind weighs beside a message with the same words. */
const WEIGHT: Readonly<Record<Kind, number>> = { message: 1, task: 1.2, goal: 1.5, block: 1, document: 1.5, channel: 1.5, room: 1.5, person: 1.5, space: 1.5 };
/** What has all the words asked for stands before what only begins like them. */
const WHOLE = 3;
/** A beginning of so few letters is looked for in titles and in what is new: it fits too much to be ranked. */
const SHORT = 2;
const SHORT_LOOKS = 8_000;
/** Hits whose text is looked through for a phrase, at most. */
const PHRASE_LOOKS = 20_000;

/** Slips of the finger and beginnings are looked for in so many words: in a longer question they take long, and any of its words are looked for. */
const SLIPS_WORDS = 3;
/** Any words of a sentence are looked for, the rarest first, until so many things have been met; where already the rarest is in more, in the newest that fit. */
const ANY_MET = 4_000;

const LENS_OF: Readonly<Partial<Record<Kind, SearchHit['lens']>>> = { channel: 'chat', room: 'messenger', document: 'documents', goal: 'goals' };
const TITLED: ReadonlySet<string> = new Set(Object.keys(LENS_OF));

interface Held {
  readonly version: string;
  readonly entries: readonly Entry[];
}

const options = {
  idField: 'key', fields: ['title', 'text'], storeFields: [],
  tokenize: (text: string) => wordsOf(text).map(({ word }) => word), processTerm: stemOf,
};
/** Words of a question come as they are looked up. */
const asked = { tokenize: (text: string) => [text], processTerm: (term: string) => term, boost: { title: 2 } };

/** Are its words where they were? When it was last changed is in no index. */
const same = (a: Entry, b: Entry): boolean => a.title === b.title && a.text === b.text && a.by === b.by && a.at === b.at && a.kind === b.kind && a.fragment === b.fragment;
const noCounts = (): Record<Kind, number> => ({ message: 0, task: 0, goal: 0, document: 0, block: 0, channel: 0, room: 0, person: 0, space: 0 });

/** How many letters may differ: none in a short word, two in a long one. */
const slips = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

export class TextIndex {
  private mini = new MiniSearch<Entry>(options);
  private readonly entries = new Map<string, Entry>();
  /** Space → fragment → the channel or document there; a peer may have made several, and then the one with the least key counts. */
  private readonly titles = new Map<string, Map<string, readonly Entry[]>>();
  /** Entries by time, as they were when it was last asked for; have they changed since? */
  private order: readonly Entry[] = [];
  private changed = false;
  private readonly nodes = new Map<string, Held>();
  /** Told of every thing whose words came, and of every one whose words went. */
  watch: { put(entry: Entry): void; drop(entry: Entry): void } | null = null;

  /** The index a dump was made of; null when it is none of this version. */
  static load(dump: IndexDump): TextIndex | null {
    if (dump?.v !== DUMP_VERSION) return null;
    const made = new TextIndex();
    try {
      made.mini = MiniSearch.loadJS(dump.index, options);
      for (const [node, version, entries] of dump.nodes) made.hold(node, version, entries);
    } catch {
      return null;
    }
    return made.mini.documentCount === made.entries.size ? made : null;
  }

  dump(): IndexDump {
    return { v: DUMP_VERSION, nodes: [...this.nodes].map(([node, { version, entries }]) => [node, version, entries] as const), index: this.mini.toJSON() };
  }

  get size(): number {
    return this.entries.size;
  }

  /** How the node stood when it was put; undefined when it is not held. */
  version(node: string): string | undefined {
    return this.nodes.get(node)?.version;
  }

  /** Every thing that is found. */
  all(): IterableIterator<Entry> {
    return this.entries.values();
  }

  /** Every node that is held. */
  held(): IterableIterator<string> {
    return this.nodes.keys();
  }

  /** What is found by a node from now on; nothing when there are no entries, and then it is remembered only that it was read. */
  put(node: string, version: string, entries: readonly Entry[]): void {
    const before = new Map(this.nodes.get(node)?.entries.map((entry) => [entry.key, entry]));
    const now = entries.map((entry) => {
      const was = before.get(entry.key);
      before.delete(entry.key);
      if (was && same(was, entry)) return was.changed === entry.changed ? was : entry;
      if (was) this.forget(was);
      this.mini.add(entry);
      this.watch?.put(entry);
      return entry;
    });
    for (const gone of before.values()) this.forget(gone);
    this.hold(node, version, now);
  }

  /** Nothing of the node is found any more. */
  drop(node: string): void {
    for (const entry of this.nodes.get(node)?.entries ?? []) this.forget(entry);
    this.nodes.delete(node);
  }

  private hold(node: string, version: string, entries: readonly Entry[]): void {
    this.nodes.set(node, { version, entries });
    for (const entry of entries) {
      if (this.entries.get(entry.key) === entry) continue;
      this.entries.set(entry.key, entry);
      this.changed = true;
      if (TITLED.has(entry.kind)) this.name(entry, [entry]);
    }
  }

  private forget(entry: Entry): void {
    this.mini.remove(entry);
    this.watch?.drop(entry);
    this.entries.delete(entry.key);
    this.changed = true;
    if (TITLED.has(entry.kind)) this.name(entry, []);
  }

  /** What an entry is called now takes the place of what it was called. */
  private name({ space, fragment, key }: Entry, now: readonly Entry[]): void {
    const titles = this.titles.get(space) ?? new Map<string, readonly Entry[]>();
    const all = [...(titles.get(fragment) ?? []).filter((one) => one.key !== key), ...now].sort((a, b) => (a.key < b.key ? -1 : 1));
    if (all.length > 0) titles.set(fragment, all);
    else titles.delete(fragment);
    this.titles.set(space, titles);
  }

  /** `alike`: what is like a question though it has not its words, the most alike first, of what fits. Not asked where words have to stand as they are. */
  find(query: SearchQuery, alike: ((text: string, fits: (key: string) => boolean) => readonly Near[]) | null = null): Omit<SearchAnswer, 'state'> {
    const ask = readAsk(query.text);
    const narrow = filterOf(query, (entry) => this.changedOf(entry));
    // What is in the trash has no title: nothing in it is found.
    const fits = (entry: Entry): boolean => narrow(entry) && (entry.fragment === '' || TITLED.has(entry.kind) || this.titles.get(entry.space)?.has(entry.fragment) === true);
    const kinds = new Set(query.kinds && query.kinds.length > 0 ? query.kinds : KINDS);
    const [only] = ask.words;
    if (ask.phrases.length === 0 && (only === undefined || (ask.words.length === 1 && ask.open && isBegun(only)))) return this.newest(query, only ?? '', fits, kinds, noCounts());
    const near = alike === null || ask.phrases.length > 0 ? [] : alike(query.text, (key) => this.entries.has(key) && fits(this.entries.get(key)!));
    const liked = new Set(near.map(({ key }) => key));
    const exact = this.ranked(ask, query, fits, kinds, 'words', liked);
    const close = exact.all > 0 || ask.words.length > SLIPS_WORDS ? exact : this.ranked(ask, query, fits, kinds, 'slips', liked);
    // A sentence: nothing has all of its words.
    const ranked = close.all > 0 || ask.phrases.length > 0 || ask.words.length < 2 ? close : this.ranked(ask, query, fits, kinds, 'any', liked);
    const { best, total, counts } = this.mixed(ranked, near, query.limit, kinds);
    return { hits: best.map(({ entry, terms, score }) => this.hit(entry, new Set(terms), score, terms.length === 0)), total, counts, near: exact.all === 0 && total > 0 };
  }

  /** What has the words and what is like them, in one order; what is in both counts once. */
  private mixed(ranked: Ranked, near: readonly Near[], limit: number, kinds: ReadonlySet<Kind>): Pick<Ranked, 'best' | 'total' | 'counts'> {
    if (near.length === 0) return ranked;
    const counts = { ...ranked.counts };
    let total = ranked.total;
    const only = new Map(near.filter(({ key }) => !ranked.seen.has(key)).map(({ key, by }) => [key, { entry: this.entries.get(key)!, terms: [], score: by } satisfies Scored]));
    for (const { entry } of only.values()) {
      counts[entry.kind]++;
      if (kinds.has(entry.kind)) total++;
    }
    const worded = new Map(ranked.best.map((one) => [one.entry.key, one]));
    const order = fuse([...worded.keys()], near.map(({ key }) => key));
    const best = order.map((key) => worded.get(key) ?? only.get(key)).filter((one): one is Scored => one !== undefined && kinds.has(one.entry.kind));
    return { best: best.slice(0, limit), total, counts };
  }

  /** When it was last changed; of a document, it or its text. */
  private changedOf(entry: Entry): number {
    const text = entry.kind === 'document' ? this.nodes.get(nodeKey(entry.space, textNodeOf(entry.fragment)))?.entries[0] : undefined;
    return Math.max(entry.changed, text?.changed ?? 0);
  }

  /** The best that fit, and how many do. */
  private ranked(ask: Ask, { limit, now }: SearchQuery, fits: (entry: Entry) => boolean, kinds: ReadonlySet<Kind>, how: How, liked: ReadonlySet<string>): Ranked {
    const counts = noCounts();
    const stems = ask.words.map(stemOf);
    const [best, seen] = [new Best(limit), new Set<string>()];
    let [all, total, looks] = [0, 0, 0];
    for (const { id, score, terms } of this.matching(ask, how, fits)) {
      const entry = this.entries.get(id as string)!;
      if (!fits(entry) || (ask.phrases.length > 0 && (looks++ >= PHRASE_LOOKS || !holdsAll(entry, ask.phrases)))) continue;
      if (liked.has(entry.key)) seen.add(entry.key);
      all++;
      counts[entry.kind]++;
      if (!kinds.has(entry.kind)) continue;
      total++;
      const whole = stems.every((stem) => terms.includes(stem)) ? WHOLE : 1;
      best.offer({ entry, terms, score: score * whole * WEIGHT[entry.kind] * (1 + 2 ** (-Math.max(0, now - entry.at) / HALF_AGE_MS)) });
    }
    return { best: best.list(), counts, all, total, seen };
  }

  private hit(found: Entry, terms: ReadonlySet<string>, score: number, alike = false): SearchHit {
    const { text, ...entry } = { ...found, changed: this.changedOf(found) };
    const there = this.titles.get(entry.space)?.get(entry.fragment)?.[0];
    return { entry, title: snippetOf(entry.title, terms, 120), snippet: snippetOf(text, terms), score, alike, place: TITLED.has(entry.kind) ? '' : (there?.title ?? ''), lens: (there && LENS_OF[there.kind]) ?? 'chat', author: this.nameOf(personKey(entry.space, entry.by)), spaceName: this.nameOf(nodeKey(entry.space, '')) };
  }

  private nameOf(key: string): string {
    return this.entries.get(key)?.title ?? '';
  }

  /** What begins with these letters, or all that the filters let through: titles first, then the newest. */
  private newest({ limit }: SearchQuery, start: string, fits: (entry: Entry) => boolean, kinds: ReadonlySet<Kind>, counts: Record<Kind, number>): Omit<SearchAnswer, 'state'> {
    const begins = (text: string): boolean => start === '' || beginsIn(lower(text), start);
    const [titled, rest]: Entry[][] = [[], []];
    let total = 0;
    let looks = start === '' ? Infinity : SHORT_LOOKS;
    for (const entry of this.byTime()) {
      const inTitle = start !== '' && entry.title !== '' && begins(entry.title);
      // What is only a text, and older than those looked at, is not even asked whether it fits.
      if ((!inTitle && looks <= 0) || !fits(entry) || (!inTitle && looks-- > 0 && !begins(entry.text))) continue;
      counts[entry.kind]++;
      if (!kinds.has(entry.kind)) continue;
      total++;
      const list = inTitle ? titled! : rest!;
      if (list.length < limit) list.push(entry);
    }
    const hits = [...titled!, ...rest!].slice(0, limit).map((entry) => this.hit(entry, startsOf(entry, start), 0));
    return { hits, total, counts, near: false };
  }

  /** All entries, the newest first. */
  private byTime(): readonly Entry[] {
    if (this.changed) {
      const known = new Set(this.order);
      this.order = [...[...this.entries.values()].filter((entry) => !known.has(entry)), ...this.order.filter((entry) => this.entries.get(entry.key) === entry)].sort(newer);
      this.changed = false;
    }
    return this.order;
  }

  /** Where a stem stands: by field, by number of the thing. The library tells nobody, but it is in its index, whose form is that of a dump (a test fails when it is not). */
  private things(stem: string): ReadonlyMap<number, unknown>[] {
    const { _index: held } = this.mini as unknown as { readonly _index: { get(term: string): ReadonlyMap<number, ReadonlyMap<number, number>> | undefined } };
    return [...(held.get(stem)?.values() ?? [])];
  }

  /** In how many things it does. */
  private count(stem: string): number {
    return this.things(stem).reduce((sum, things) => sum + things.size, 0);
  }

  /** Stems of the rarest words that say something: at least that of one. */
  private rare(words: readonly string[]): string[] {
    const stems = [...new Set(words.filter((word) => !isStop(word)).map(stemOf))].map((stem) => [stem, this.count(stem)] as const).filter(([, n]) => n > 0).sort(([, a], [, b]) => a - b);
    let met = 0;
    return stems.filter(([, n], at) => (met += n) <= ANY_MET || at === 0).map(([stem]) => stem);
  }

  /** The newest things in which a stem stands and that fit, as many as are looked through. */
  private newestWith(stem: string, fits: (entry: Entry) => boolean): ReadonlySet<string> {
    const { _idToShortId: numbers } = this.mini as unknown as { readonly _idToShortId: ReadonlyMap<string, number> };
    const things = this.things(stem);
    const out = new Set<string>();
    for (const entry of this.byTime()) {
      if (out.size === ANY_MET) break;
      const number = numbers.get(entry.key)!;
      if (things.some((one) => one.has(number)) && fits(entry)) out.add(entry.key);
    }
    return out;
  }

  /** What has any of the rarest words of a sentence. */
  private any(words: readonly string[], fits: (entry: Entry) => boolean): SearchResult[] {
    const stems = this.rare(words);
    const [rarest] = stems;
    const looked = rarest !== undefined && this.count(rarest) > ANY_MET ? this.newestWith(rarest, fits) : null;
    return this.mini.search({ combineWith: 'OR', queries: stems.map((stem) => ({ queries: [stem] })) }, looked ? { ...asked, boostDocument: (key: string) => (looked.has(key) ? 1 : 0) } : asked);
  }

  /** A sentence as it stands: words that say nothing are in nearly everything and take longest, so they narrow nothing; null where a word is in nothing. */
  private longQuery(typed: readonly string[], open: boolean): Query[] | null {
    const said = typed.some((word) => !isStop(word)) ? typed.filter((word) => !isStop(word)) : typed;
    const begun = open ? typed.at(-1) : undefined;
    if (said.some((word) => word !== begun && this.count(stemOf(word)) === 0)) return null;
    return said.map((word) => (word === begun ? wordQuery(word, false) : { queries: [stemOf(word)] }));
  }

  private matching(ask: Ask, how: How, fits: (entry: Entry) => boolean): SearchResult[] {
    if (how === 'any') return this.any(ask.words, fits);
    // The last word is only begun: a letter or two of it narrow nothing yet.
    const typed = ask.open && ask.words.length > 1 && isBegun(ask.words.at(-1)!) ? ask.words.slice(0, -1) : ask.words;
    const words = typed.length > SLIPS_WORDS ? this.longQuery(typed, ask.open) : typed.map((word) => wordQuery(word, how === 'slips'));
    if (words === null) return [];
    for (const phrase of ask.phrases) for (const word of phrase) words.push({ queries: [stemOf(word)] });
    return this.mini.search({ combineWith: 'AND', queries: words }, asked);
  }
}

/** All words as they are, or begun; also with slips of the finger; any of those that say something. */
type How = 'words' | 'slips' | 'any';

interface Scored {
  readonly entry: Entry;
  readonly terms: readonly string[];
  readonly score: number;
}
interface Ranked {
  readonly best: readonly Scored[];
  readonly counts: Record<Kind, number>;
  readonly all: number;
  readonly total: number;
  /** Of what is alike, what has the words. */
  readonly seen: ReadonlySet<string>;
}

const better = (a: Scored, b: Scored): number => b.score - a.score || newer(a.entry, b.entry);

/** The best of many: they are never all put in order. */
class Best {
  private held: Scored[] = [];
  private least = -Infinity;

  constructor(private readonly limit: number) {}

  offer(one: Scored): void {
    if (one.score < this.least) return;
    this.held.push(one);
    if (this.held.length >= this.limit * 4 + 64) this.least = this.list().at(-1)?.score ?? Infinity;
  }

  list(): readonly Scored[] {
    this.held = this.held.sort(better).slice(0, this.limit);
    return this.held;
  }
}

/** So short a beginning that it may become anything. */
const isBegun = (word: string): boolean => word.length <= SHORT && !isSign(word);
const lower = (text: string): string => text.toLowerCase().replaceAll('ё', 'е');
const newer = (a: Entry, b: Entry): number => b.at - a.at || (a.key < b.key ? -1 : 1);

/** A letter, a sign on one, or a number at the end. */
const IN_WORD = /[\p{L}\p{M}\p{N}]$/u;

/** Does a word of the folded text begin with these letters? They are looked for first, and then what stands before them. */
function beginsIn(text: string, start: string): boolean {
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    const before = text.charCodeAt(at - 1);
    // Most stand within a word, after a plain letter, English or Russian.
    if ((before >= 0x61 && before <= 0x7a) || (before >= 0x430 && before <= 0x44f)) continue;
    if (!IN_WORD.test(text.slice(Math.max(0, at - 2), at))) return true;
  }
  return false;
}

/** The words of an entry that begin with these letters, to be marked. */
function startsOf({ title, text }: Entry, start: string): Set<string> {
  return new Set(start === '' ? [] : [title, text].flatMap((part) => wordsOf(part).map(({ word }) => word).filter((word) => word.startsWith(start))));
}

/** A word by its stem, and as the beginning of another; near: with slips of the finger. */
function wordQuery(word: string, near: boolean): Query {
  const stem = stemOf(word);
  const queries: Query[] = [];
  if (word.length > SHORT) queries.push({ queries: [word], prefix: true });
  if (stem !== word || queries.length === 0) queries.push({ queries: [stem] });
  if (near && slips(word) > 0) queries.push({ queries: [stem], fuzzy: slips(word) });
  return queries.length === 1 ? queries[0]! : { combineWith: 'OR', queries };
}

const holdsAll = ({ title, text }: Entry, phrases: Ask['phrases']): boolean => {
  const words = [title, text].map((part) => wordsOf(part).map(({ word }) => word));
  return phrases.every((phrase) => words.some((one) => holdsPhrase(one, phrase)));
};

function filterOf({ space, by, fragments, hidden, before = null, after = null }: SearchQuery, changedOf: (entry: Entry) => number): (entry: Entry) => boolean {
  const inTime = (at: number): boolean => at > 0 && at >= (after ?? -Infinity) && at < (before ?? Infinity);
  const [authors, places, unseen] = [by ? new Set(by) : null, fragments ? new Set(fragments) : null, new Set(hidden)];
  return (entry) => (!space || entry.space === space) && (!authors || authors.has(entry.by)) && (!places || places.has(entry.fragment)) && !(entry.by !== '' && unseen.has(entry.by)) && ((before === null && after === null) || inTime(changedOf(entry)));
}
