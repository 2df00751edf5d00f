/**
 * Fetches pieces by their ids from linked ends: who has which is asked first, each piece comes from one end in ranges, and counts only when its bytes have its id.
 * Nothing is kept of a piece that broke off; what is in the store is never asked for again, so whoever comes back goes on where they stood.
 */
import { concat, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { createBlake3 } from '#base/blake3';
import { maySee, rememberIn, type Core, type PeerState } from '#vm/replication/peer-state';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { HAVE, parseHave, parseRange, WANT, type Place } from './messages.ts';

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

/** What is known of one end. */
interface Known {
  open: number;
  asking: boolean;
  /** Key of a piece → it has it, or until when it is not asked again, ms monotone. */
  readonly has: Map<string, true | number>;
}

class FetcherImpl implements Fetcher {
  private readonly wants = new Map<string, Want>();
  private readonly known = new Map<string, Known>();
  private cancel: (() => void) | null = null;
  private closed = false;

  constructor(private readonly core: Core, private readonly host: FetchHost) {}

  fetch(place: Place, id: Bytes): Fetching {
    const key = `${toBase64url(place.space)}/${toBase64url(place.fragment)}/${toBase64url(id)}`;
    const want = this.wants.get(key) ?? this.begin(key, place, id);
    want.users += 1;
    this.look();
    return {
      done: want.done,
      found: () => [...this.known.values()].some(({ has }) => has.get(key) === true),
      stop: () => {
        want.users -= 1;
        if (want.users === 0 && this.wants.get(key) === want) this.wants.delete(key);
      },
    };
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
    for (const link of [...this.known.keys()]) if (!this.core.peers.has(link)) this.known.delete(link);
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

  private knownOf(peer: PeerState): Known {
    let known = this.known.get(peer.id);
    if (!known) this.known.set(peer.id, (known = { open: 0, asking: false, has: new Map() }));
    return known;
  }

  /** May the end be asked in that place: it opened the space to us, and one of us proved it to the other? */
  private mayAsk(peer: PeerState, { space, fragment }: Place): boolean {
    const state = peer.spaces.get(toBase64url(space));
    return !peer.closed && state !== undefined && state.open !== null && (state.proven || state.reads) && maySee(this.core, peer, space, fragment);
  }

  private serveFrom(peer: PeerState): void {
    const known = this.knownOf(peer);
    const now = this.core.clock.monotonic();
    const unknown: Want[] = [];
    for (const want of this.wants.values()) {
      if (want.busy || !this.mayAsk(peer, want.place)) continue;
      const has = known.has.get(want.key);
      if (has === true) {
        if (known.open < CHUNK_LIMITS.asksPerLink) void this.pull(peer, known, want);
      } else if ((has === undefined || has <= now) && unknown.length < CHUNK_LIMITS.haves && samePlace(unknown[0]?.place ?? want.place, want.place)) unknown.push(want);
    }
    if (unknown.length > 0 && !known.asking) void this.ask(peer, known, unknown);
  }

  private async ask(peer: PeerState, known: Known, wants: readonly Want[]): Promise<void> {
    known.asking = true;
    const { space, fragment } = wants[0]!.place;
    const answer = await peer.queries.ask(HAVE, [space, fragment, wants.map(({ id }) => id)], { bulk: true, timeoutMs: CHUNK_LIMITS.answerMs });
    known.asking = false;
    const held = answer.state === 'completed' ? parseHave(answer.parts[0]!, wants.length) : [];
    if (held === null) return peer.link.close('breach');
    const again = this.core.clock.monotonic() + CHUNK_LIMITS.againMs;
    wants.forEach(({ key }, at) => rememberIn(known.has, key, held[at] === true ? true : again, CHUNK_LIMITS.wants));
    if (held.includes(true)) this.look();
  }

  private async pull(peer: PeerState, known: Known, want: Want): Promise<void> {
    want.busy = true;
    known.open += 1;
    const piece = await this.ranges(peer, want);
    known.open -= 1;
    want.busy = false;
    if (piece === null) rememberIn(known.has, want.key, this.core.clock.monotonic() + CHUNK_LIMITS.againMs, CHUNK_LIMITS.wants);
    else if (this.wants.get(want.key) === want) {
      this.wants.delete(want.key);
      this.core.metric('chunks.taken.bytes', piece.length);
      this.host.take(want.place, want.id, piece).then(() => want.resolve(toBase64url(peer.link.device)), (error: unknown) => want.reject(error));
    }
    this.look();
  }

  /** The piece, range by range; null when it did not come whole. One that is not what its id says costs its sender. */
  private async ranges(peer: PeerState, { place, id, key }: Want): Promise<Bytes | null> {
    const ask = (from: number) => peer.queries.ask(WANT, [place.space, place.fragment, id, from], { bulk: true, timeoutMs: CHUNK_LIMITS.answerMs });
    const hash = createBlake3();
    const parts: Bytes[] = [];
    let [at, total] = [0, -1];
    for (let next = ask(0); ;) {
      const answer = await next;
      if (answer.state !== 'completed') return null;
      const range = parseRange(answer.parts[0]!);
      // Every range but the last is a whole one, and no end says another length than before.
      if (range === null || (total >= 0 && range.total !== total) || range.bytes.length !== Math.min(CHUNK_LIMITS.rangeBytes, range.total - at)) {
        peer.link.close('breach');
        return null;
      }
      total = range.total;
      at += range.bytes.length;
      if (!this.wants.has(key)) return null;
      if (at < total) next = ask(at);
      parts.push(range.bytes);
      hash.update(range.bytes);
      if (at === total) break;
    }
    if (equalBytes(hash.digest(), id)) return concat(...parts);
    this.core.metric('chunks.forged');
    this.host.strike(peer);
    return null;
  }
}

const samePlace = (a: Place, b: Place): boolean => a === b || (equalBytes(a.space, b.space) && equalBytes(a.fragment, b.fragment));

/** The asking side of files. */
export function createFetcher(core: Core, host: FetchHost): Fetcher {
  return new FetcherImpl(core, host);
}
