/** Keeps the index of this tab: reads what was kept, takes in what is new since then, follows what happens, answers. Runs in a worker of its own. */
import type { Dots } from '#base/dots';
import type { NodeView } from '#os/api';
import { DOCUMENT } from '#domain/editor';
import { DocReplica } from '#domain/editor/model';
import type { Entry, SearchAnswer, SearchHit, SearchQuery, SearchState } from '#domain/search';
import { fuse, type Near } from '#domain/search/vectors';
import { blockEntries, type Linked, type LinkedView, messageEntries, nodeKey, personEntry, spaceEntry, taskEntries, TextIndex, titleEntries } from '#domain/search/engine';
import { RESOURCE, TASK } from '#domain/goals';
import { FRAGMENT } from '#domain/shared';
import type { Touched } from './search-feed.ts';
import { SearchRows, type Feed, type LogLine } from './search-rows.ts';
import { ModelRows } from './model-rows.ts';
import { ModelVectors, type Embed } from './model-vectors.ts';
import type { CardAnswer, SearchVectors } from './search-vectors.ts';

/** Nodes read at once. */
const READ_AT_ONCE = 200;
/** A document that is written in is read again at most so often, ms. */
const DOCUMENT_MS = 600;
/** Changes are kept so long after the last, and so long after the first of them, ms. */
const KEEP_MS = 1_500;
const KEEP_MAX_MS = 8_000;
/** People and spaces are looked at again so long after something of them changed, ms. */
const SURVEY_MS = 250;
/** Who shows results is told of changes at most so often, ms. */
const TELL_MS = 80;
/** What links say is reckoned anew so long after they changed, ms, and no more than this share of the time is taken by it. */
const LINKS_MS = 2_000;
const LINKS_SHARE = 1 / 20;

const withLeads = (hit: SearchHit, view: LinkedView): SearchHit => {
  const leads = view.leads(hit.entry);
  return leads ? { ...hit, leads } : hit;
};
const namesKey = (space: string): string => `names/${space}`;

export class SearchIndexer {
  private index = new TextIndex();
  private readonly rows: SearchRows;
  private phase: SearchState['phase'] = 'opening';
  private kept = 0;
  private read = 0;
  /** Space → node → fragment: to be read. */
  private readonly wanted = new Map<string, Map<string, string>>();
  /** Documents that are read again soon, as they were told last. */
  private readonly documents = new Map<string, { view: NodeView; version: string }>();
  private readonly unkept = new Map<string, LogLine>();
  /** Nodes put or dropped while a survey runs. */
  private since: Set<string> | null = null;
  private pumping: Promise<void> | null = null;
  private surveying: Promise<void> | null = null;
  private again = false;
  private writes = false;
  /** Changes on their way to the store. */
  private writing = 0;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private unkeptSince = 0;
  private readonly listeners = new Set<() => void>();
  /** Vectors of a model, where a person brought one; the model that is used once there is an index. */
  private readonly close: ModelVectors | null;
  private model: string | null = null;
  /** How long the last reckoning of the links took, ms. */
  private reckoned = 0;

  /** `name`: of what is kept, another one each time. `vectors`: beside the words, where there are some. `by`: who asks a model for more of them. `linked`: what links say. */
  constructor(private readonly feed: Feed, name: () => string, private readonly vectors: SearchVectors | null = null, by: { readonly embed: Embed; engine(places: number): Promise<Dots> } | null = null, private readonly linked: Linked | null = null) {
    this.rows = new SearchRows(feed, name, vectors);
    this.close = by && new ModelVectors(by.embed, by.engine, new ModelRows(feed, () => this.writes), () => this.tell());
  }

  /** The index as it is now. */
  readonly now = (): TextIndex => this.index;

  /** Resolves when everything that there was has been read. */
  whenRead(): Promise<void> {
    return new Promise((done) => {
      const look = (): void => {
        const { phase, left } = this.state();
        if (phase !== 'ready' || left > 0) return;
        stop();
        done();
      };
      const stop = this.onChange(look);
      look();
    });
  }

  /** The model of this device whose vectors stand beside those of spelling; null: there is none. */
  useModel(model: string | null): void {
    if (model === this.model) return;
    this.model = model;
    if (this.phase === 'ready') void this.close?.use(model, this.index);
  }

  /** Opens what was kept and follows from there. `writes`: this tab keeps the rows. */
  async start(writes: boolean): Promise<void> {
    this.writes = writes;
    const kept = await this.rows.load();
    if (kept) this.index = kept;
    else await this.vectors?.follow(this.index, null);
    this.linked?.follow(this.index);
    this.reckon();
    this.kept = [...this.index.held()].length;
    this.phase = 'reading';
    this.tell();
    this.feed.subscribe('touched', [] as never, (touched) => this.touched(touched));
    await this.survey();
    // The model begins when all is read: what changed since it was kept is known then.
    if (this.model !== null) void this.close?.use(this.model, this.index);
  }

  /** The tab that kept the rows has gone: this one goes on, and what lies there is not of this index. */
  mayWrite(): void {
    this.writes = true;
    this.rows.forget();
    this.later('keep', KEEP_MS, () => this.keep());
  }

  /** It cannot go on: who asks is told so. */
  fail(): void {
    this.phase = 'failed';
    this.tell();
  }

  state(): SearchState {
    const left = [...this.wanted.values()].reduce((sum, nodes) => sum + nodes.size, 0) + this.documents.size;
    return { phase: this.phase, entries: this.index.size, left, kept: this.kept, read: this.read, unkept: this.writes ? this.unkept.size + this.writing : 0, meant: this.close?.state() ?? null };
  }

  /** As `find`, with the graphics card where there is much to look through, and the model where it answers in time. */
  async ask(query: SearchQuery): Promise<SearchAnswer> {
    await this.close?.prepare(query.text);
    return this.find(query, (await this.vectors?.sums(query.text)) ?? null);
  }

  find(query: SearchQuery, sums: CardAnswer | null = null): SearchAnswer {
    const view = this.linked?.view(query);
    const { hits, ...found } = this.index.find(query, this.vectors && ((text, fits) => this.near(text, fits, sums)), view?.raise ?? null);
    return { ...found, hits: view ? hits.map((hit) => withLeads(hit, view)) : hits, state: this.state() };
  }

  /** What links say, once there is time: while much is read nothing is reckoned. */
  private reckon(): void {
    if (!this.linked?.stale) return;
    this.later('links', Math.max(LINKS_MS, this.reckoned / LINKS_SHARE), () => {
      if (this.phase !== 'ready' || this.wanted.size > 0) return this.reckon();
      const from = performance.now();
      void this.linked!.settle().then(() => {
        this.reckoned = performance.now() - from;
        this.tell();
        this.reckon();
      }, () => undefined);
    });
  }

  /** What is like the question: by the model, and by spelling, in one order. */
  private near(text: string, fits: (key: string) => boolean, sums: CardAnswer | null): readonly Near[] {
    const spelled = this.vectors!.alike(text, fits, sums);
    const close = this.close?.close(text, fits) ?? [];
    if (close.length === 0) return spelled;
    const all = new Map([...spelled, ...close].map((one) => [one.key, one]));
    return fuse(close.map(({ key }) => key), spelled.map(({ key }) => key)).map((key) => all.get(key)!);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(): void {
    this.later('tell', TELL_MS, () => this.listeners.forEach((listener) => listener()));
  }

  /** Once in so many ms, however often it is asked for. */
  private later(what: string, ms: number, run: () => void): void {
    if (!this.timers.has(what)) this.timers.set(what, setTimeout(() => (this.timers.delete(what), run()), ms));
  }

  private touched([space, nodes]: Touched): void {
    if (nodes === null) return this.later('survey', SURVEY_MS, () => void this.survey().catch(() => undefined));
    for (const [fragment, id] of nodes) this.want(space, fragment, id);
    // Without a kernel nothing is read: the survey at the next one finds what was missed.
    this.pump().catch(() => undefined);
  }

  private want(space: string, fragment: string, id: string): void {
    const nodes = this.wanted.get(space) ?? new Map<string, string>();
    this.wanted.set(space, nodes.set(id, fragment));
  }

  /** Compares what is held with what there is; nothing is read that stands as it stood. Also when another kernel has come: what it said meanwhile was missed. */
  survey(): Promise<void> {
    if (this.surveying) this.again = true;
    return (this.surveying ??= this.surveyAll().finally(() => {
      this.surveying = null;
      if (this.again) this.later('survey', SURVEY_MS, () => void this.survey().catch(() => undefined));
      this.again = false;
    }));
  }

  private async surveyAll(): Promise<void> {
    this.since = new Set();
    const seen = new Set<string>();
    for (const space of await this.feed.call('spaces')) {
      const { name, people } = await this.feed.call('names', space);
      this.put(namesKey(space), JSON.stringify([name, people]), [spaceEntry(space, name), ...people.map((person) => personEntry(space, person))]);
      seen.add(namesKey(space));
      await new Promise<void>((done) => {
        const stop = this.feed.subscribe('standing', [space], (nodes) => {
          if (nodes === null) return (stop(), done());
          for (const [fragment, id, version] of nodes) {
            seen.add(nodeKey(space, id));
            if (this.index.version(nodeKey(space, id)) !== version) this.want(space, fragment, id);
          }
        }, () => done());
      });
      await this.pump();
    }
    const touched: ReadonlySet<string> = this.since;
    this.since = null;
    for (const node of [...this.index.held()]) if (!seen.has(node) && !touched.has(node)) this.drop(node);
    this.phase = 'ready';
    this.tell();
  }

  private pump(): Promise<void> {
    return (this.pumping ??= this.pumpAll().finally(() => (this.pumping = null)));
  }

  private async pumpAll(): Promise<void> {
    for (;;) {
      const [space, nodes] = [...this.wanted][0] ?? [];
      if (space === undefined || !nodes) return;
      const batch = [...nodes].slice(0, READ_AT_ONCE).map(([id, fragment]) => [fragment, id] as const);
      for (const [, id] of batch) nodes.delete(id);
      if (nodes.size === 0) this.wanted.delete(space);
      const known = batch.filter(([fragment]) => fragment !== '');
      for (const [fragment, id] of batch) if (fragment === '') this.drop(nodeKey(space, id));
      const views = known.length > 0 ? await this.feed.call('read', space, known) : [];
      known.forEach(([, id], at) => this.take(space, id, ...views[at]!));
    }
  }

  private take(space: string, id: string, view: NodeView | null, version: string): void {
    if (view === null) return this.drop(nodeKey(space, id));
    this.read++;
    if (view.type === DOCUMENT) this.document(view, version);
    else this.put(nodeKey(space, id), version, view.type === FRAGMENT ? titleEntries(view) : view.type === TASK || view.type === RESOURCE ? taskEntries(view) : messageEntries(view));
  }

  private document(view: NodeView, version: string): void {
    const key = nodeKey(view.space, view.id);
    const waits = this.documents.has(key);
    this.documents.set(key, { view, version });
    // The first time at once.
    if (!waits) setTimeout(() => void this.blocks(key).catch(() => undefined), this.index.version(key) === undefined ? 0 : DOCUMENT_MS);
  }

  private async blocks(key: string): Promise<void> {
    const told = this.documents.get(key);
    this.documents.delete(key);
    if (!told) return;
    const { view, version } = told;
    const { updates, client } = await this.feed.call('updates', view.space, view.id);
    const replica = new DocReplica(client);
    replica.take(updates);
    this.put(key, version, blockEntries(view, replica.shown()));
  }

  private put(node: string, version: string, entries: readonly Entry[]): void {
    this.since?.add(node);
    if (this.index.version(node) === version) return;
    this.index.put(node, version, entries);
    this.changed(node, version, entries);
  }

  private drop(node: string): void {
    this.since?.add(node);
    this.documents.delete(node);
    if (this.index.version(node) === undefined) return;
    this.index.drop(node);
    this.changed(node, '', null);
  }

  private changed(...line: LogLine): void {
    this.unkept.set(line[0], line);
    this.reckon();
    this.tell();
    if (!this.writes) return;
    if (!this.timers.has('keep')) this.unkeptSince = Date.now();
    else if (Date.now() - this.unkeptSince < KEEP_MAX_MS) {
      clearTimeout(this.timers.get('keep'));
      this.timers.delete('keep');
    }
    this.later('keep', KEEP_MS, () => this.keep());
  }

  private keep(): void {
    const changes = [...this.unkept.values()];
    if (this.writing > 0 || changes.length === 0 || !this.writes) return;
    this.unkept.clear();
    this.writing = changes.length;
    this.rows.write(this.index, changes, [...this.index.held()].length).catch(() => this.rows.forget()).finally(() => {
      this.writing = 0;
      this.tell();
      if (this.unkept.size > 0) this.later('keep', KEEP_MS, () => this.keep());
    });
  }
}
