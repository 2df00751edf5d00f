/**
 * The index of one peer: entries, grouped by the node they were read from, over MiniSearch. A node is put as a whole; what did not change in it is not touched.
 * The same nodes give the same answers in whatever order and however often they came (SearchAnswer; held by tests).
 */
import type { AsPlainObject } from 'minisearch';
import { textNodeOf } from '#domain/editor';
import { KINDS, type Entry, type Kind, type SearchAnswer, type SearchHit, type SearchQuery } from '#domain/search';
import { fuse, type Near } from '#domain/search/vectors';
import { phraseTest, readAsk, type Ask } from './ask.ts';
import { beginsIn, lower, Lowered, startsOf } from './begun.ts';
import { Best, newer } from './best.ts';
import { Columns, filterOf } from './columns.ts';
import { personKey } from './entries.ts';
import { Postings, type Group, type Match } from './postings.ts';
import { snippetOf } from './snippet.ts';
import { LENS_OF, nodeKey, TITLED } from './spots.ts';
import { isSign, isStop, stemOf } from '#domain/search/words';

/** What is kept of an index between two runs: plain values for JSON. */
export interface IndexDump {
  readonly v: typeof DUMP_VERSION;
  readonly nodes: readonly (readonly [node: string, version: string, entries: readonly Entry[]])[];
  readonly index: AsPlainObject;
}

/** Rises with every change of what is indexed, and of how words are read: what another version kept is read anew. */
export const DUMP_VERSION = 7;
/** Half of what age takes from a thing is taken in so many ms. */
const HALF_AGE_MS = 30 * 86_400_000;
/** How much a thing of this kind weighs beside a message with the same words. */
const WEIGHT: Readonly<Record<Kind, number>> = { message: 1, task: 1.2, goal: 1.5, resource: 1.2, course: 1.5, block: 1, document: 1.5, channel: 1.5, room: 1.5, person: 1.5, space: 1.5 };
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

/** Told of every thing whose words came, and of every one whose words went. */
export interface Watcher {
  put(entry: Entry): void;
  drop(entry: Entry): void;
}

interface Held {
  readonly version: string;
  readonly entries: readonly Entry[];
}

/** Are its words where they were, and does it lead where it led? When it was last changed is in no index. */
const same = (a: Entry, b: Entry): boolean => a.title === b.title && a.text === b.text && a.by === b.by && a.at === b.at && a.kind === b.kind && a.fragment === b.fragment && a.links?.join(' ') === b.links?.join(' ');
/** The lens that shows it where it stands; the task of an assignment lies in its course, and is looked at among tasks. */
const lensOf = (kind: Kind, place: Kind | undefined): SearchHit['lens'] => (place === 'course' && kind !== 'course' ? 'goals' : ((place && LENS_OF[place]) ?? 'chat'));

const noCounts = (): Record<Kind, number> => ({ message: 0, task: 0, goal: 0, resource: 0, course: 0, document: 0, block: 0, channel: 0, room: 0, person: 0, space: 0 });

/** How many letters may differ: none in a short word, two in a long one. */
const slips = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

export class TextIndex {
  private words = Postings.empty<Entry>();
  private readonly columns = new Columns();
  private readonly lowered = new Lowered();
  private readonly entries = new Map<string, Entry>();
  /** Space → fragment → the channel or document there; a peer may have made several, and then the one with the least key counts. */
  private readonly titles = new Map<string, Map<string, readonly Entry[]>>();
  /** Numbers of entries by time, as they were when it was last asked for; have they changed since? */
  private order: readonly number[] = [];
  /** Places in that order of those that have a title. */
  private named: readonly number[] = [];
  private changed = false;
  private readonly nodes = new Map<string, Held>();
  private readonly watchers = new Set<Watcher>();

  /** The index a dump was made of; null when it is none of this version. */
  static load(dump: IndexDump): TextIndex | null {
    if (dump?.v !== DUMP_VERSION) return null;
    const made = new TextIndex();
    try {
      for (const [node, version, entries] of dump.nodes) made.hold(node, version, entries);
      const words = Postings.load(dump.index, made.entries);
      if (words === null) return null;
      made.words = words;
      words.each((number, entry) => made.columns.note(number, entry));
      return made;
    } catch {
      return null;
    }
  }

  dump(): IndexDump {
    return { v: DUMP_VERSION, nodes: [...this.nodes].map(([node, { version, entries }]) => [node, version, entries] as const), index: this.words.dump() };
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

  /** A thing by its key. */
  readonly entry = (key: string): Entry | undefined => this.entries.get(key);

  /** From here on it is told what comes and goes; the answer ends it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
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
      this.words.add(entry);
      for (const one of this.watchers) one.put(entry);
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
      const number = this.words.replace(entry);
      if (number !== undefined) this.columns.note(number, entry);
      this.changed = true;
      if (TITLED.has(entry.kind)) this.name(entry, [entry]);
    }
  }

  private forget(entry: Entry): void {
    this.words.remove(entry);
    for (const one of this.watchers) one.drop(entry);
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

  /**
   * `alike`: what is like a question though it has not its words, the most alike first, of what fits. Not asked where words have to stand as they are. `raise`: what else speaks
   * for a thing, 1 where nothing does.
   */
  find(query: SearchQuery, alike: ((text: string, fits: (key: string) => boolean) => readonly Near[]) | null = null, raise: Raise = null): Omit<SearchAnswer, 'state'> {
    const ask = readAsk(query.text);
    // What is in the trash has no title: nothing in it is found.
    const filter = filterOf(query, (entry) => entry.fragment === '' || TITLED.has(entry.kind) || this.titles.get(entry.space)?.has(entry.fragment) === true, (entry) => this.changedOf(entry));
    const fits = this.columns.fits(filter, (number) => this.words.thing(number));
    const kinds = new Set(query.kinds && query.kinds.length > 0 ? query.kinds : KINDS);
    const [only] = ask.words;
    if (ask.phrases.length === 0 && (only === undefined || (ask.words.length === 1 && ask.open && isBegun(only)))) return this.newest(query, only ?? '', fits, kinds, noCounts());
    const near = alike === null || ask.phrases.length > 0 ? [] : alike(query.text, (key) => {
      const number = this.words.numberOf(key);
      return number !== undefined && fits(number);
    });
    const liked = new Set(near.map(({ key }) => this.words.numberOf(key)!));
    const exact = this.ranked(ask, query, fits, kinds, 'words', liked, raise);
    const close = exact.all > 0 || ask.words.length > SLIPS_WORDS ? exact : this.ranked(ask, query, fits, kinds, 'slips', liked, raise);
    // A sentence: nothing has all of its words.
    const ranked = close.all > 0 || ask.phrases.length > 0 || ask.words.length < 2 ? close : this.ranked(ask, query, fits, kinds, 'any', liked, raise);
    const { best, total, counts } = this.mixed(ranked, near, query.limit, kinds);
    return { hits: best.map((one) => this.hit(one, one.terms.size === 0)), total, counts, near: exact.all === 0 && total > 0 };
  }

  /** What has the words and what is like them, in one order; what is in both counts once. */
  private mixed(ranked: Ranked, near: readonly Near[], limit: number, kinds: ReadonlySet<Kind>): Pick<Ranked, 'best' | 'total' | 'counts'> {
    if (near.length === 0) return ranked;
    const counts = { ...ranked.counts };
    let total = ranked.total;
    const only = new Map(near.filter(({ key }) => !ranked.seen.has(this.words.numberOf(key)!)).map(({ key, by, meant = false }) => [key, { entry: this.entries.get(key)!, terms: new Set<string>(), score: by, meant } satisfies Scored]));
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
  private ranked(ask: Ask, { limit, now }: SearchQuery, fits: Fits, kinds: ReadonlySet<Kind>, how: How, liked: ReadonlySet<number>, raise: Raise): Ranked {
    const [found, wanted] = [KINDS.map(() => 0), KINDS.map((kind) => kinds.has(kind))];
    const [best, seen] = [new Best(limit, (number) => this.words.thing(number)), new Set<number>()];
    let looks = 0;
    const { groups, matches } = this.matching(ask, how, fits);
    const holds = ask.phrases.map(phraseTest);
    const holdsAll = ({ title, text }: Entry): boolean => holds.every((one) => one(title) || one(text));
    for (const { number, score, whole } of matches) {
      if (!fits(number) || (holds.length > 0 && (looks++ >= PHRASE_LOOKS || !holdsAll(this.words.thing(number))))) continue;
      if (liked.has(number)) seen.add(number);
      const kind = this.columns.kind(number);
      found[kind]!++;
      if (wanted[kind]) best.offer(number, score * (whole ? WHOLE : 1) * WEIGHT[KINDS[kind]!] * (raise?.(this.words.thing(number)) ?? 1) * (1 + 2 ** (-Math.max(0, now - this.columns.at(number)) / HALF_AGE_MS)));
    }
    const list = best.list();
    const terms = this.words.termsOf(list.map(({ number }) => number), groups);
    const [all, total] = [() => true, (at: number) => wanted[at]!].map((which) => found.reduce((sum, n, at) => sum + (which(at) ? n : 0), 0)) as [number, number];
    return { best: list.map(({ number, score }, at) => ({ entry: this.words.thing(number), score, terms: terms[at]! })), counts: Object.fromEntries(KINDS.map((kind, at) => [kind, found[at]!])) as Record<Kind, number>, all, total, seen };
  }

  private hit({ entry: found, terms, score, meant = false }: Scored, alike = false): SearchHit {
    const { text, links: _, ...entry } = { ...found, changed: this.changedOf(found) };
    const there = this.titles.get(entry.space)?.get(entry.fragment)?.[0];
    return { entry, title: snippetOf(entry.title, terms, 120), snippet: snippetOf(text, terms), score, alike, meant: alike && meant, place: TITLED.has(entry.kind) ? '' : (there?.title ?? ''), lens: lensOf(entry.kind, there?.kind), author: this.nameOf(personKey(entry.space, entry.by)), spaceName: this.nameOf(nodeKey(entry.space, '')) };
  }

  /** A thing that another device found, in the place it has here; null: here is no such place. It names no author: only who answered says so. */
  readonly placed = ({ entry, terms, score }: Omit<Scored, 'meant'>): SearchHit | null => (this.titles.get(entry.space)?.has(entry.fragment) ? { ...this.hit({ entry, terms, score }), author: '' } : null);

  nameOf(key: string): string {
    return this.entries.get(key)?.title ?? '';
  }

  /** What begins with these letters, or all that the filters let through: titles first, then the newest. */
  private newest({ limit }: SearchQuery, start: string, fits: Fits, kinds: ReadonlySet<Kind>, counts: Record<Kind, number>): Omit<SearchAnswer, 'state'> {
    const [titled, rest]: Entry[][] = [[], []];
    let total = 0;
    const take = (entry: Entry, list: Entry[]): void => {
      counts[entry.kind]++;
      if (!kinds.has(entry.kind)) return;
      total++;
      if (list.length < limit) list.push(entry);
    };
    const order = this.byTime();
    const titleBegins = (entry: Entry): boolean => start !== '' && entry.title !== '' && beginsIn(lower(entry.title), start);
    let [looks, at] = [start === '' ? Infinity : SHORT_LOOKS, 0];
    for (; at < order.length && looks > 0; at++) {
      if (!fits(order[at]!)) continue;
      const entry = this.words.thing(order[at]!);
      if (titleBegins(entry)) take(entry, titled!);
      else if (looks-- > 0 && (start === '' || beginsIn(this.lowered.of(entry), start))) take(entry, rest!);
    }
    // What is only a text, and older than those looked at, is not even asked whether it fits.
    for (const later of this.named) if (later >= at && titleBegins(this.words.thing(order[later]!)) && fits(order[later]!)) take(this.words.thing(order[later]!), titled!);
    const hits = [...titled!, ...rest!].slice(0, limit).map((entry) => this.hit({ entry, terms: startsOf(entry, start), score: 0 }));
    return { hits, total, counts, near: false };
  }

  /** Numbers of all entries, the newest first. */
  private byTime(): readonly number[] {
    if (this.changed) {
      const known = new Set(this.order);
      const fresh = [...this.entries.values()].map(({ key }) => this.words.numberOf(key)!).filter((number) => !known.has(number));
      const newer = (a: number, b: number): number => this.columns.at(b) - this.columns.at(a) || (this.words.thing(a).key < this.words.thing(b).key ? -1 : 1);
      this.order = [...fresh, ...this.order.filter((number) => this.words.holds(number))].sort(newer);
      this.named = [...this.order.keys()].filter((at) => this.words.thing(this.order[at]!).title !== '');
      this.changed = false;
    }
    return this.order;
  }

  /** Stems of the rarest words that say something: at least that of one. */
  private rare(words: readonly string[]): string[] {
    const stems = [...new Set(words.filter((word) => !isStop(word)).map(stemOf))].map((stem) => [stem, this.words.count(stem)] as const).filter(([, n]) => n > 0).sort(([, a], [, b]) => a - b);
    let met = 0;
    return stems.filter(([, n], at) => (met += n) <= ANY_MET || at === 0).map(([stem]) => stem);
  }

  /** The newest things in which a stem stands and that fit, as many as are looked through. */
  private newestWith(stem: string, fits: Fits): ReadonlySet<number> {
    const things = this.words.things(stem);
    const out = new Set<number>();
    for (const number of this.byTime()) {
      if (out.size === ANY_MET) break;
      if (things.some((one) => one.has(number)) && fits(number)) out.add(number);
    }
    return out;
  }

  /** What has any of the rarest words of a sentence. */
  private any(words: readonly string[], fits: Fits): Matched {
    const stems = this.rare(words);
    const [rarest] = stems;
    const only = rarest !== undefined && this.words.count(rarest) > ANY_MET ? this.newestWith(rarest, fits) : null;
    const groups = stems.map((term) => [{ term }]);
    return { groups, matches: this.words.match(groups, { any: true, stems: words.map(stemOf), only }) };
  }

  /** A sentence as it stands: words that say nothing are in nearly everything and take longest, so they narrow nothing; null where a word is in nothing. */
  private longGroups(typed: readonly string[], open: boolean): Group[] | null {
    const said = typed.some((word) => !isStop(word)) ? typed.filter((word) => !isStop(word)) : typed;
    const begun = open ? typed.at(-1) : undefined;
    if (said.some((word) => word !== begun && this.words.count(stemOf(word)) === 0)) return null;
    return said.map((word) => (word === begun ? groupOf(word, false) : [{ term: stemOf(word) }]));
  }

  private matching(ask: Ask, how: How, fits: Fits): Matched {
    if (how === 'any') return this.any(ask.words, fits);
    // The last word is only begun: a letter or two of it narrow nothing yet.
    const typed = ask.open && ask.words.length > 1 && isBegun(ask.words.at(-1)!) ? ask.words.slice(0, -1) : ask.words;
    const words = typed.length > SLIPS_WORDS ? this.longGroups(typed, ask.open) : typed.map((word) => groupOf(word, how === 'slips'));
    if (words === null) return { groups: [], matches: [] };
    const groups = [...words, ...ask.phrases.flatMap((phrase) => phrase.map((word) => [{ term: stemOf(word) }]))];
    const matches = this.words.match(groups, { any: false, stems: ask.words.map(stemOf) });
    // Not all of them are looked through: then the best are.
    if (ask.phrases.length > 0 && matches.length > PHRASE_LOOKS) matches.sort((a, b) => b.score - a.score || newer(this.words.thing(a.number), this.words.thing(b.number)));
    return { groups, matches };
  }
}

/** Is a thing of this number let through? */
type Fits = (number: number) => boolean;
type Raise = ((entry: Entry) => number) | null;
/** All words as they are, or begun; also with slips of the finger; any of those that say something. */
type How = 'words' | 'slips' | 'any';

interface Matched {
  readonly groups: readonly Group[];
  readonly matches: Match[];
}
interface Scored {
  readonly entry: Entry;
  readonly terms: ReadonlySet<string>;
  readonly score: number;
  readonly meant?: boolean;
}
interface Ranked {
  readonly best: readonly Scored[];
  readonly counts: Record<Kind, number>;
  readonly all: number;
  readonly total: number;
  /** Of what is alike, what has the words. */
  readonly seen: ReadonlySet<number>;
}

/** So short a beginning that it may become anything. */
const isBegun = (word: string): boolean => word.length <= SHORT && !isSign(word);

/** A word by its stem, and as the beginning of another; near: with slips of the finger. */
function groupOf(word: string, near: boolean): Group {
  const stem = stemOf(word);
  return [
    ...(word.length > SHORT ? [{ term: word, begins: true } as const] : []),
    ...(stem !== word || word.length <= SHORT ? [{ term: stem }] : []),
    ...(near && slips(word) > 0 ? [{ term: stem, slips: slips(word) }] : []),
  ];
}
