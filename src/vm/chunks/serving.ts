/** Answers about pieces: only in a space that both ends proved and the asker may read now, only of a fragment it may see, and never more at once than a link carries. */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import type { LinkMessage } from '#vm/mesh/link-types';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { maySee, mayServe, type Core, type PeerState } from '#vm/replication/peer-state';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { encodeHave, encodeRange, HAVE, parseHaveAsk, parseWantAsk, WANT, type Place } from './messages.ts';

/** The pieces of this device. */
export interface HeldPieces {
  /** The stored bytes, or null. What no longer has its id is not given out. */
  read(place: Place, id: Bytes): Promise<Bytes | null>;
  held(place: Place, ids: readonly Bytes[]): Promise<readonly boolean[]>;
  /** The last range of a piece went out to this one. */
  given?(peer: PeerState, place: Place, id: Bytes): void;
}

export interface Serving {
  /** True when it was a question for us. */
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

class ServingImpl implements Serving {
  private readonly budgets = new WeakMap<PeerState, { readonly bucket: TokenBucket; open: number }>();
  /** Pieces being served, the latest last. */
  private readonly cache = new Map<string, Promise<Bytes | null>>();

  constructor(private readonly core: Core, private readonly pieces: HeldPieces) {}

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    if (message.event === `${HAVE}:requested`) void this.have(peer, message);
    else if (message.event === `${WANT}:requested`) void this.want(peer, message);
    else return false;
    return true;
  }

  private answer(peer: PeerState, { channel, event, id }: LinkMessage, state: 'completed' | 'failed', payload: Bytes): void {
    peer.link.send(channel, event.replace(/requested$/, state), payload, id);
  }

  private fail(peer: PeerState, message: LinkMessage, why: 'rights' | 'busy' | 'none'): void {
    this.core.metric(`chunks.refused.${why}`);
    this.answer(peer, message, 'failed', encodeCbor([why]));
  }

  private admits(peer: PeerState, message: LinkMessage, place: Place | null): place is Place {
    if (place === null) {
      peer.link.close('breach');
      return false;
    }
    const state = peer.spaces.get(toBase64url(place.space));
    if (state?.serving === true && state.proven && mayServe(this.core, peer, state) && maySee(this.core, peer, place.space, place.fragment)) return true;
    this.fail(peer, message, 'rights');
    return false;
  }

  /** Runs the work of a question, unless too much of this link is being answered. */
  private async within(peer: PeerState, message: LinkMessage, costs: number, work: () => Promise<void>): Promise<void> {
    let budget = this.budgets.get(peer);
    if (!budget) this.budgets.set(peer, (budget = { bucket: createTokenBucket(this.core.clock, CHUNK_LIMITS.servesPerSecond, CHUNK_LIMITS.servesBurst), open: 0 }));
    if (budget.open >= CHUNK_LIMITS.servesAtOnce || peer.link.queued('bulk') > CHUNK_LIMITS.servesQueued || !budget.bucket.take(costs)) return this.fail(peer, message, 'busy');
    budget.open += 1;
    await work().catch(() => this.fail(peer, message, 'none')).finally(() => (budget.open -= 1));
  }

  private async have(peer: PeerState, message: LinkMessage): Promise<void> {
    const ask = parseHaveAsk(message.payload);
    if (!this.admits(peer, message, ask)) return;
    await this.within(peer, message, CHUNK_LIMITS.haveCosts, async () => this.answer(peer, message, 'completed', encodeHave(await this.pieces.held(ask, ask.ids))));
  }

  private async want(peer: PeerState, message: LinkMessage): Promise<void> {
    const ask = parseWantAsk(message.payload);
    if (!this.admits(peer, message, ask)) return;
    await this.within(peer, message, this.cache.has(keyOf(ask, ask.id)) ? 1 : 1 + CHUNK_LIMITS.readCosts, async () => {
      const piece = await this.piece(ask, ask.id);
      // Rights may have gone while the store was read.
      if (peer.closed || !this.admits(peer, message, ask)) return;
      if (piece === null || ask.from >= piece.length) return this.fail(peer, message, 'none');
      this.core.metric('chunks.served.bytes', Math.min(CHUNK_LIMITS.rangeBytes, piece.length - ask.from));
      this.answer(peer, message, 'completed', encodeRange(piece, ask.from));
      if (ask.from + CHUNK_LIMITS.rangeBytes >= piece.length) this.pieces.given?.(peer, ask, ask.id);
    });
  }

  /** One piece is asked for in several ranges: it is read and checked once. */
  private piece(place: Place, id: Bytes): Promise<Bytes | null> {
    const key = keyOf(place, id);
    const known = this.cache.get(key);
    const reading = known ?? this.pieces.read(place, id);
    this.cache.delete(key);
    this.cache.set(key, reading);
    if (this.cache.size > CHUNK_LIMITS.cached) this.cache.delete(this.cache.keys().next().value!);
    if (!known) {
      const forget = (): void => void (this.cache.get(key) === reading && this.cache.delete(key));
      reading.then((bytes) => bytes === null && forget(), forget);
    }
    return reading;
  }
}

const keyOf = (place: Place, id: Bytes): string => `${toBase64url(place.space)}/${toBase64url(place.fragment)}/${toBase64url(id)}`;

/** The answering side of files. */
export function createServing(core: Core, pieces: HeldPieces): Serving {
  return new ServingImpl(core, pieces);
}
