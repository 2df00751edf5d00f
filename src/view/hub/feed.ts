/**
 * The Hub of this tab: follows all spaces in the background, computes the lists when something changed, and holds them for whoever shows them. Nothing of it is
 * stored; it is there at once when the Hub is opened, and counts for the rail before that.
 */
import type { LifegraphApi, NodeView, Op, SpaceView } from '#os/api';
import { applyHub, byNewest, EMPTY_INDEX, hasDesk, hubMarkId, hubMarkOf, itemsOf, joinEntry, lastVisitOf, nextWaking, reportEntry, trimIndex, visitId, type Entry, type Item, type Known, type Marks, type SpaceIndex } from '#domain/hub';
import { mayCall } from '#domain/messenger';
import { HUB_LIMITS, NO_QUIET, readMarksOf, readQuiet, ROOT, type ActivityType, type ComponentManifest, type Quiet } from '#domain/shared';
import { AGAIN_MS, followSpace, OwnNodes, type Followed } from './follow.ts';

/** Changes are counted together for so long, ms. */
const CALM_MS = 120;
/** How often requests and reports are asked for at most, ms. */
const DESK_MS = 1_000;
/** Timers end before this, ms: a longer one would end at once. */
const TIMER_MAX_MS = 86_400_000;

export interface HubState {
  /** Null while loading. */
  readonly spaces: readonly SpaceView[] | null;
  readonly indexes: ReadonlyMap<string, SpaceIndex>;
  /** What concerns me in all spaces, the newest first; of nobody muted or blocked. */
  readonly items: readonly Item[];
  readonly unread: number;
  readonly known: Known;
  readonly marks: Marks;
  readonly quiet: Quiet;
  readonly me: string | null;
  readonly personal: string | null;
  /** When the Hub was last left, ms. */
  readonly visit: number | null;
  /** Spaces that are still being read. */
  readonly reading: number;
  /** Everything that is there at the start has been read. */
  readonly settled: boolean;
  /** Of some kind in some space there is more than was looked at. */
  readonly cut: boolean;
  readonly failed: boolean;
}

export interface Feed {
  state(): HubState;
  subscribe(on: () => void): () => void;
  /** Writes into the Personal space; false when that was not possible. */
  write(ops: readonly Op[]): Promise<boolean>;
  retry(): void;
}

type Timer = ReturnType<typeof setTimeout>;

interface Held {
  index: SpaceIndex;
  /** Of its entries the newest that concern me. */
  concerns: ReadonlySet<string>;
  followed: Followed;
  /** The role this person has there, and since when, ms; Infinity while that is not known. */
  role: SpaceView['role'] | null;
  since: number;
  loaded: boolean;
  cut: boolean;
}

const NO_KNOWN: Known = { all: [], unclear: [], over: () => false };
const marksOf = (nodes: ReadonlyMap<string, NodeView>): Marks => ({ hub: (space, fragment) => hubMarkOf(nodes.get(hubMarkId(space, fragment))), read: (space, fragment) => readMarksOf(nodes, space, fragment) });

/** Remembers what was read of a node until another comes: a list asks for the same marks many times. */
function rememberMarks(marks: Marks): Marks {
  const hub = new Map<string, ReturnType<Marks['hub']>>();
  const read = new Map<string, ReturnType<Marks['read']>>();
  const once = <T>(known: Map<string, T>, make: (space: string, fragment: string) => T) => (space: string, fragment: string): T => {
    const key = `${space} ${fragment}`;
    if (!known.has(key)) known.set(key, make(space, fragment));
    return known.get(key)!;
  };
  return { hub: once(hub, marks.hub), read: once(read, marks.read) };
}

class HubFeed implements Feed {
  readonly #listeners = new Set<() => void>();
  readonly #held = new Map<string, Held>();
  readonly #desk = new Map<string, readonly Entry[]>();
  readonly #own: OwnNodes;
  #spaces: readonly SpaceView[] | null = null;
  #runs = -1;
  #timer: Timer | null = null;
  #waking: Timer | null = null;
  #deskTimer: Timer | null = null;
  #deskRead = false;
  #failed = false;
  #again: Timer | null = null;
  #state: HubState = { spaces: null, indexes: new Map(), items: [], unread: 0, known: NO_KNOWN, marks: marksOf(new Map()), quiet: NO_QUIET, me: null, personal: null, visit: null, reading: 0, settled: false, cut: false, failed: false };

  constructor(readonly api: LifegraphApi, readonly types: readonly ActivityType[]) {
    this.#own = new OwnNodes(api, () => this.#soon());
    api.on(({ type }) => {
      if (type === 'kernel') this.#onKernel();
      else if (type === 'spaces' || type === 'members') void this.#readSpaces();
      else if (type === 'node_created' || type === 'network') this.#deskSoon();
    });
    this.#onKernel();
    void this.#readSpaces();
  }

  state(): HubState {
    return this.#state;
  }

  subscribe(on: () => void): () => void {
    this.#listeners.add(on);
    return () => void this.#listeners.delete(on);
  }

  async write(ops: readonly Op[]): Promise<boolean> {
    const { space } = this.#own;
    return ops.length === 0 || (space !== null && (await this.api.graph(space).transact([...ops]).then(() => true, () => false)));
  }

  /** A restarted kernel knows less than was shown, or more: everything is asked anew. */
  retry(): void {
    for (const [id, { followed }] of [...this.#held]) {
      followed.stop();
      this.#hold(id);
    }
    this.#own.follow(this.#own.space);
    void this.#readSpaces();
  }

  #me(): string | null {
    return this.api.identity.get()?.uid ?? null;
  }

  #soon(): void {
    if (this.#timer === null) this.#timer = setTimeout(() => ((this.#timer = null), this.#compute()), CALM_MS);
  }

  #compute(): void {
    const spaces = this.#spaces;
    const reading = [...this.#held.values()].filter(({ loaded }) => !loaded).length;
    // A space that takes longer holds up none of the others; after a new start of the kernel what was shown stays until all is read.
    const enough = spaces !== null && this.#own.loaded && (this.#state.spaces === null ? reading < Math.max(1, this.#held.size) : reading === 0 || this.#state.reading > 0);
    if (!enough) return this.#publish({ failed: this.#failed });
    const me = this.#me();
    const now = Date.now();
    const quiet = readQuiet(this.#own.nodes.values());
    const marks = rememberMarks(marksOf(this.#own.nodes));
    const all: Item[] = [];
    const unclear: Entry[] = [];
    const indexes = new Map<string, SpaceIndex>();
    for (const space of spaces) {
      const { id } = space;
      const place = this.#held.get(id);
      if (!place) continue;
      const kept = this.#own.kept(id);
      // What concerns me is not pushed out by what does not: whoever writes much hides nothing that is here.
      place.index = trimIndex(place.index, me, ({ id: one }) => kept.has(one) || place.concerns.has(one));
      const waiting = this.#desk.get(id) ?? [];
      const index = waiting.length === 0 ? place.index : { ...place.index, entries: new Map([...place.index.entries, ...waiting.map((entry) => [entry.id, entry] as const)]) };
      const look = itemsOf(id, index, { me, marks, quiet, now, calls: { since: place.since, may: (fragment) => mayCall(space, fragment) } });
      indexes.set(id, index);
      place.concerns = new Set(look.items.slice(0, HUB_LIMITS.looked).map(({ entry }) => entry.id));
      all.push(...look.items);
      unclear.push(...look.unclear);
      place.followed.look([...look.unclear.map(({ answers }) => answers!), ...[...kept].filter((one) => !index.entries.has(one) && !index.nowhere.has(one))]);
    }
    all.sort((a, b) => byNewest(a.entry, b.entry));
    const concerned = new Set(all.map(({ entry }) => entry.id));
    const found = (space: string, id: string): boolean => indexes.get(space)?.entries.has(id) === true || indexes.get(space)?.nowhere.has(id) === true;
    const over = (space: string, id: string): boolean => !concerned.has(id) && (id.includes(':') ? this.#desk.has(space) : found(space, id));
    const items = all.filter(({ silent }) => !silent);
    this.#wake(items, now);
    const personal = this.#own.space;
    const visit = personal === null ? null : lastVisitOf(this.#own.nodes.get(visitId(personal)));
    this.#publish({ spaces, indexes, items, unread: items.filter(({ is, unread }) => is === 'inbox' && unread).length, known: { all, unclear, over }, marks, quiet, me, personal, visit, reading, settled: reading === 0 && this.#deskRead, cut: [...this.#held.values()].some(({ cut }) => cut), failed: false });
  }

  #publish(part: Partial<HubState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of [...this.#listeners]) listener();
  }

  #wake(items: readonly Item[], now: number): void {
    if (this.#waking !== null) clearTimeout(this.#waking);
    const next = nextWaking(items, now);
    if (next !== null) this.#waking = setTimeout(() => this.#soon(), Math.min(next - now, TIMER_MAX_MS));
  }

  #hold(space: string): void {
    // What was shown stays until the answer; what is gone meanwhile goes with it.
    const place: Held = { index: EMPTY_INDEX, concerns: new Set(), role: null, since: Infinity, loaded: false, cut: false, followed: null as never };
    this.#held.set(space, place);
    const done = (): void => ((place.loaded = true), this.#soon());
    // What cannot be asked for now holds up nothing: it is asked again until it is answered.
    place.followed = followSpace(this.api, space, this.types, this.#me(), { change: (change) => ((place.index = applyHub(place.index, change, this.types)), this.#soon()), loaded: (cut) => ((place.cut = cut), done()), failed: done });
  }

  async #readSpaces(): Promise<void> {
    const list = await this.api.spaces.list().catch(() => null);
    this.#failed = list === null;
    if (list === null) {
      if (this.#again === null) this.#again = setTimeout(() => ((this.#again = null), void this.#readSpaces()), AGAIN_MS);
      return this.#soon();
    }
    this.#spaces = list.filter(({ role }) => role !== 'removed' && role !== 'joining' && role !== 'no-rights');
    const personal = this.#spaces.find(({ kind }) => kind === 'personal')?.id ?? null;
    if (personal !== this.#own.space || !this.#own.begun) this.#own.follow(personal);
    const ids = new Set(this.#spaces.map(({ id }) => id));
    for (const [id, { followed }] of [...this.#held]) {
      if (ids.has(id)) continue;
      followed.stop();
      this.#held.delete(id);
      this.#desk.delete(id);
    }
    for (const { id, role } of this.#spaces) {
      if (!this.#held.has(id)) this.#hold(id);
      void this.#askSince(this.#held.get(id)!, id, role);
    }
    if (this.#deskRead) this.#deskSoon();
    else void this.#readDesk();
    this.#soon();
  }

  /** Since when this person is a member, asked again with each other role: the grant that holds says it. */
  async #askSince(place: Held, space: string, role: SpaceView['role']): Promise<void> {
    if (place.role === role) return;
    place.role = role;
    const since = await this.api.spaces.members(space).then((list) => list.find(({ self }) => self)?.since, () => undefined);
    // What was not answered is asked again with the next news of spaces.
    if (since === undefined) place.role = null;
    else place.since = since;
    this.#soon();
  }

  async #readDesk(): Promise<void> {
    for (const { id } of (this.#spaces ?? []).filter(hasDesk)) {
      this.#desk.set(id, await this.#deskOf(id));
    }
    this.#deskRead = true;
    this.#soon();
  }

  async #deskOf(id: string): Promise<readonly Entry[]> {
    // What was there stays until an answer comes.
    const before = (kind: Entry['kind']) => (): Entry[] => (this.#desk.get(id) ?? []).filter((entry) => entry.kind === kind);
    const joins = await this.api.spaces.waiting(id).then((list) => list.map((one) => joinEntry(id, one)), before('join'));
    const reports = async (): Promise<Entry[]> => {
      if ((await this.api.graph(id).count({ type: 'report@1', fragment: ROOT, include: { deleted: true } })) === 0) return [];
      return (await this.api.reports.list(id)).reports.filter(({ state, mine }) => state === 'open' && !mine).map((one) => reportEntry(id, one));
    };
    return [...joins, ...(await reports().catch(before('report')))];
  }

  #deskSoon(): void {
    if (this.#deskTimer === null) this.#deskTimer = setTimeout(() => ((this.#deskTimer = null), void this.#readDesk()), DESK_MS);
  }

  #onKernel(): void {
    const now = this.api.supervision.status();
    if (now.state !== 'running' || now.runs === this.#runs) return;
    const first = this.#runs === -1;
    this.#runs = now.runs;
    if (!first) this.retry();
  }
}

const feeds = new WeakMap<LifegraphApi, Promise<Feed>>();

/** The Hub of this tab, begun by whoever asks first. */
export function feedOf(api: LifegraphApi, manifests: readonly ComponentManifest[]): Promise<Feed> {
  const known = feeds.get(api);
  if (known) return known;
  const begun = (async () => new HubFeed(api, (await Promise.all(manifests.map(({ activity }) => activity?.() ?? []))).flat()))();
  feeds.set(api, begun);
  // A chunk that did not come is asked for again.
  begun.catch(() => feeds.delete(api));
  return begun;
}
