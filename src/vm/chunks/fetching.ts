/**
 * Fetches pieces by their ids from linked ends: who has which is asked first, each piece comes from one end in ranges, and counts only when its bytes have its id.
 * Nothing is kept of a piece that broke off; what is in the store is never asked for again, so whoever comes back goes on where they stood.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { createBlake3 } from '#base/blake3';
import type { CborValue } from '#base/cbor';
import { maySee, rememberIn, type Core, type PeerState } from '#vm/replication/peer-state';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Answer } from '#vm/replication/queries';
import { HAVE, parseHave, parseRange, saysBusy, WANT, type Place } from './messages.ts';

export interface FetchHost {
  /** Keeps a piece that has its id. */
  take(place: Place, id: Bytes, stored: Bytes): Promise<void>;
  /** The end gave bytes that are not what it was asked for. */
  strike(peer: PeerState): void;
}

/** One piece that is looked for. */
export interface Fetching {
  /** The device (base64url) it came from. Rejects when the store refuses it; stays open when stopped. */
  readonly done: Promise<string>;
  /** Does an end that is linked have it, as far as is known? */
  found(): boolean;
  stop(): void;
}

export interface Fetcher {
  fetch(place: Place, id: Bytes): Fetching;
  /** Of the pieces that are looked for, these are asked for before all others, the first of them first. */
  first(place: Place, ids: readonly Bytes[]): void;
  /** Does one linked device that counts say that it has all these pieces now? Links that give no answer, or take long for it, come into `silent` and are not asked again. */
  isHeld(place: Place, ids: readonly Bytes[], counts: (peer: PeerState) => boolean, silent: Set<string>): Promise<boolean>;
  /** A link opened a space, or may have more now. */
  look(): void;
  close(): void;
}

interface Want {
  readonly key: string;
  readonly place: Place;
  readonly id: Bytes;
  busy: boolean;
  /** Who waits for it: two files may name one piece. */
  users: number;
  readonly done: Promise<string>;
  resolve(device: string): void;
  reject(error: unknown): void;
}

/** What is known of one device, over all its links. */
interface Known {
  /** Places for pieces that it has earned. */
  trust: number;
  /** Pieces that did not come, one after another; until when nothing is asked of it, ms monotone; how long a piece may take. */
  fails: number;
  rest: number;
  patience: number;
}

/** What is under way on one link: one that is dead, and not known to be yet, holds up no other of its device. */
interface OnLink {
  open: number;
  asking: boolean;
  /** Key of a piece → it has it, or until when it is not asked again, ms monotone. */
  readonly has: Map<string, true | number>;
}

/** A piece on its way. */
interface Pull {
  /** It came, broke off, or took too long: what is still being asked for it stops. */
  over: boolean;
  /** Bytes. */
  came: number;
}

class FetcherImpl implements Fetcher {
  private readonly wants = new Map<string, Want>();
  /** By device (base64url). */
  private readonly known = new Map<string, Known>();
  /** By id of the link. */
  private readonly links = new Map<string, OnLink>();
  private cancel: (() => void) | null = null;
  private closed = false;
  /** Pieces on their way to the store. */
  private storing = 0;
  /** Pieces on their way here. */
  private pulling = 0;

  constructor(private readonly core: Core, private readonly host: FetchHost) {}

  first(place: Place, ids: readonly Bytes[]): void {
    const found = ids.map((id) => this.wants.get(keyOf(place, id))).filter((want) => want !== undefined);
    if (found.length === 0) return;
    const all = new Map([...found.map((want) => [want.key, want] as const), ...this.wants]);
    this.wants.clear();
    for (const [key, want] of all) this.wants.set(key, want);
    this.look();
  }

  fetch(place: Place, id: Bytes): Fetching {
    const key = keyOf(place, id);
    const want = this.wants.get(key) ?? this.begin(key, place, id);
    want.users += 1;
    this.look();
    return {
      done: want.done,
      found: () => [...this.core.peers.values()].some((peer) => this.links.get(peer.id)?.has.get(key) === true && this.knownOf(peer).rest <= this.core.clock.monotonic()),
      stop: () => {
        want.users -= 1;
        if (want.users === 0 && this.wants.get(key) === want) this.wants.delete(key);
      },
    };
  }

  async isHeld(place: Place, ids: readonly Bytes[], counts: (peer: PeerState) => boolean, silent: Set<string>): Promise<boolean> {
    for (const peer of [...this.core.peers.values()]) if (!silent.has(peer.id) && this.mayAsk(peer, place) && counts(peer) && (await this.hasAll(peer, place, ids, silent))) return true;
    return false;
  }

  private async hasAll(peer: PeerState, { space, fragment }: Place, ids: readonly Bytes[], silent: Set<string>): Promise<boolean> {
    const late = this.core.clock.monotonic() + CHUNK_LIMITS.answerMs;
    for (let at = 0; at < ids.length; at += CHUNK_LIMITS.haves) {
      const some = ids.slice(at, at + CHUNK_LIMITS.haves);
      const answer = await peer.queries.ask(HAVE, [space, fragment, some], { bulk: true, timeoutMs: CHUNK_LIMITS.answerMs });
      if (answer.state === 'timeout' || this.core.clock.monotonic() >= late) silent.add(peer.id);
      const held = answer.state === 'completed' ? parseHave(answer.parts[0]!, some.length) : [];
      if (held === null) peer.link.close('breach');
      if (held === null || held.length !== some.length || held.includes(false)) return false;
    }
    return ids.length > 0;
  }

  private begin(key: string, place: Place, id: Bytes): Want {
    let [resolve, reject] = [(_device: string): void => undefined, (_error: unknown): void => undefined];
    const done = new Promise<string>((...both) => ([resolve, reject] = both));
    done.catch(() => undefined);
    const want: Want = { key, place, id, busy: false, users: 0, done, resolve, reject };
    if (this.wants.size >= CHUNK_LIMITS.wants) reject(new RangeError('too many pieces are looked for'));
    else this.wants.set(key, want);
    return want;
  }

  look(): void {
    if (this.closed) return;
    this.forget();
    if (this.wants.size === 0) return;
    for (const peer of [...this.core.peers.values()]) this.serveFrom(peer);
    this.cancel ??= this.core.clock.setTimer(CHUNK_LIMITS.againMs, () => {
      this.cancel = null;
      this.look();
    });
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.wants.clear();
  }

  /** Of a device without a link it stays known for a while how it gave. */
  private forget(): void {
    for (const link of [...this.links.keys()]) if (!this.core.peers.has(link)) this.links.delete(link);
    const linked = new Set([...this.core.peers.values()].map(({ link }) => toBase64url(link.device)));
    const gone = [...this.known].filter(([device]) => !linked.has(device));
    for (const [at, [device, known]] of gone.entries()) {
      const late = known.fails === 0 || known.rest + CHUNK_LIMITS.restMs <= this.core.clock.monotonic();
      if (late || at < gone.length - CHUNK_LIMITS.remembered) this.known.delete(device);
    }
  }

  private knownOf(peer: PeerState): Known {
    const device = toBase64url(peer.link.device);
    let known = this.known.get(device);
    if (!known) this.known.set(device, (known = { trust: 1, fails: 0, rest: 0, patience: CHUNK_LIMITS.pullMs }));
    return known;
  }

  private onLink({ id }: PeerState): OnLink {
    let link = this.links.get(id);
    if (!link) this.links.set(id, (link = { open: 0, asking: false, has: new Map() }));
    return link;
  }

  /** May the end be asked in that place: it opened the space to us, and one of us proved it to the other? */
  private mayAsk(peer: PeerState, { space, fragment }: Place): boolean {
    const state = peer.spaces.get(toBase64url(space));
    return !peer.closed && state !== undefined && state.open !== null && (state.proven || state.reads) && maySee(this.core, peer, space, fragment);
  }

  private serveFrom(peer: PeerState): void {
    const [known, link] = [this.knownOf(peer), this.onLink(peer)];
    const now = this.core.clock.monotonic();
    const unknown: Want[] = [];
    for (const want of this.wants.values()) {
      if (want.busy || !this.mayAsk(peer, want.place)) continue;
      const has = link.has.get(want.key);
      if (has === true) {
        if (link.open < known.trust && known.rest <= now && this.pulling < CHUNK_LIMITS.pulls && this.storing < CHUNK_LIMITS.storing) void this.pull(peer, known, link, want);
      } else if ((has === undefined || has <= now) && unknown.length < CHUNK_LIMITS.haves && samePlace(unknown[0]?.place ?? want.place, want.place)) unknown.push(want);
    }
    if (unknown.length > 0 && !link.asking) void this.ask(peer, link, unknown);
  }

  private async ask(peer: PeerState, link: OnLink, wants: readonly Want[]): Promise<void> {
    link.asking = true;
    const { space, fragment } = wants[0]!.place;
    const answer = await peer.queries.ask(HAVE, [space, fragment, wants.map(({ id }) => id)], { bulk: true, timeoutMs: CHUNK_LIMITS.answerMs });
    link.asking = false;
    const held = answer.state === 'completed' ? parseHave(answer.parts[0]!, wants.length) : [];
    if (held === null) return peer.link.close('breach');
    const again = this.core.clock.monotonic() + CHUNK_LIMITS.againMs;
    wants.forEach(({ key }, at) => rememberIn(link.has, key, held[at] === true ? true : again, CHUNK_LIMITS.wants));
    if (held.includes(true)) this.look();
  }

  private async pull(peer: PeerState, known: Known, link: OnLink, want: Want): Promise<void> {
    want.busy = true;
    link.open += 1;
    this.pulling += 1;
    const pull: Pull = { over: false, came: 0 };
    let inTime = (): void => undefined;
    const late = new Promise<null>((end) => (inTime = this.core.clock.setTimer(known.patience, () => end(null))));
    const piece = await Promise.race([this.ranges(peer, want, pull), late]);
    inTime();
    pull.over = true;
    link.open -= 1;
    this.pulling -= 1;
    want.busy = false;
    if (piece !== null || this.wants.get(want.key) === want) this.judge(known, piece !== null, pull.came > 0);
    if (piece === null) rememberIn(link.has, want.key, this.core.clock.monotonic() + CHUNK_LIMITS.againMs, CHUNK_LIMITS.wants);
    else if (this.wants.get(want.key) === want) {
      this.wants.delete(want.key);
      this.core.metric('chunks.taken.bytes', piece.length);
      this.storing += 1;
      this.host.take(want.place, want.id, piece).then(() => want.resolve(toBase64url(peer.link.device)), (error: unknown) => want.reject(error)).finally(() => {
        this.storing -= 1;
        this.look();
      });
    }
    this.look();
  }

  /** An end that gives is asked for more at once; one that is slow, busy or false has one place at most and rests, so that it holds up nobody else's pieces. */
  private judge(known: Known, gave: boolean, some: boolean): void {
    const now = this.core.clock.monotonic();
    known.trust = gave ? Math.min(CHUNK_LIMITS.asksPerLink, known.trust + 1) : 1;
    if (gave) known.fails = 0;
    // Several that break off together are one failure.
    if (gave || known.rest > now) return;
    known.rest = now + Math.min(CHUNK_LIMITS.restMs, CHUNK_LIMITS.againMs * 2 ** known.fails);
    known.fails += 1;
    if (some) known.patience = Math.min(CHUNK_LIMITS.pullMostMs, known.patience * 2);
  }

  /** One range; an end that is busy is asked for it again. */
  private async range(peer: PeerState, question: CborValue[], key: string, pull: Pull): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await peer.queries.ask(WANT, question, { bulk: true, timeoutMs: CHUNK_LIMITS.answerMs });
      if (tries > CHUNK_LIMITS.busyTries || !isBusy(answer) || this.closed || peer.closed || pull.over || !this.wants.has(key)) return answer;
      await new Promise<void>((next) => void this.core.clock.setTimer(CHUNK_LIMITS.busyMs, next));
    }
  }

  /** The piece, range by range; null when it did not come whole. One that is not what its id says costs its sender. */
  private async ranges(peer: PeerState, { place, id, key }: Want, pull: Pull): Promise<Bytes | null> {
    const ask = (from: number) => this.range(peer, [place.space, place.fragment, id, from], key, pull);
    const hash = createBlake3();
    let piece = new Uint8Array(0) as Bytes;
    let [asked, at, total] = [CHUNK_LIMITS.rangeBytes, 0, -1];
    const asks = [ask(0)];
    while (asks.length > 0) {
      const answer = await asks.shift()!;
      if (answer.state !== 'completed' || pull.over) return null;
      const range = parseRange(answer.parts[0]!);
      // Every range but the last is a whole one, and no end says another length than before.
      if (range === null || (total >= 0 && range.total !== total) || range.bytes.length !== Math.min(CHUNK_LIMITS.rangeBytes, range.total - at)) {
        peer.link.close('breach');
        return null;
      }
      if (total < 0) piece = new Uint8Array((total = range.total));
      piece.set(range.bytes, at);
      pull.came = at += range.bytes.length;
      if (!this.wants.has(key)) return null;
      // Several are on their way: the time of a question and its answer is not waited out for each.
      for (; asked < total && asks.length < CHUNK_LIMITS.rangesAhead; asked += CHUNK_LIMITS.rangeBytes) asks.push(ask(asked));
      hash.update(range.bytes);
    }
    if (equalBytes(hash.digest(), id)) return piece;
    this.core.metric('chunks.forged');
    this.host.strike(peer);
    return null;
  }
}

const keyOf = (place: Place, id: Bytes): string => `${toBase64url(place.space)}/${toBase64url(place.fragment)}/${toBase64url(id)}`;

const isBusy = (answer: Answer): boolean => answer.state === 'failed' && saysBusy(answer.payload);

const samePlace = (a: Place, b: Place): boolean => a === b || (equalBytes(a.space, b.space) && equalBytes(a.fragment, b.fragment));

/** The asking side of files. */
export function createFetcher(core: Core, host: FetchHost): Fetcher {
  return new FetcherImpl(core, host);
}
