/**
 * Requests that wait for a hand, passed on between ends that may answer them (docs/PROTOCOL.md, Requests): each once on a link, again when it changed, and when it
 * was taken back. Which end may have which, and whether what is passed holds, is for the kernel to say.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import { bytesOf, tupleOf } from './payloads.ts';
import { rememberIn, say, type Core, type PeerState } from './peer-state.ts';

/** A request as one end tells it another. */
export interface PassedRequest {
  /** Key of the invite. */
  readonly pub: Bytes;
  /** The join message: it proves itself. */
  readonly join: Bytes;
  readonly name: string;
  readonly words: string;
  /** When it came first, and when a device asked last, ms. */
  readonly since: number;
  readonly askedAt: number;
  /** It was taken back. */
  readonly gone: boolean;
}

export interface Passing {
  /** Tells the other end what it may answer and does not know from here. */
  update(peer: PeerState): void;
  onMessage(peer: PeerState, message: LinkMessage): boolean;
}

const EVENT = 'space:pass:v1:requested';

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Requests passed on all links of one kernel. */
export function createPassing({ host }: Core): Passing {
  /** Of each link what stands at both ends, told by us or heard: join message → how, as hashes. What is heard costs its sender nothing, so the oldest of it goes. */
  const known = new WeakMap<PeerState, Record<'told' | 'heard', Map<string, string>>>();
  /** True when it is news on the link. */
  const isNews = (peer: PeerState, side: 'told' | 'heard', space: Bytes, { join, name, words, askedAt, gone }: PassedRequest): boolean => {
    const sides = known.get(peer) ?? { told: new Map<string, string>(), heard: new Map<string, string>() };
    known.set(peer, sides);
    const [key, mark] = [toBase64url(sha256(space, join)), toBase64url(sha256(encodeCbor([name, words, askedAt, gone])))];
    if ((sides.told.get(key) ?? sides.heard.get(key)) === mark) return false;
    sides[side === 'told' ? 'heard' : 'told'].delete(key);
    rememberIn(sides[side], key, mark, side === 'heard' ? SYNC_LIMITS.passed : Infinity);
    return true;
  };
  return {
    update(peer) {
      for (const { space, proven, serving } of peer.spaces.values()) {
        if (!proven || !serving) continue;
        for (const request of host.passes?.(space, peer.link.device) ?? []) {
          const { pub, join, name, words, since, askedAt, gone } = request;
          if (isNews(peer, 'told', space, request)) say(peer, 'live', EVENT, [space, pub, join, name, words, since, askedAt, gone]);
        }
      }
    },
    onMessage(peer, { event, payload }) {
      if (event !== EVENT) return false;
      const [first, second, third, name, words, since, askedAt, gone] = (payload.length <= SYNC_LIMITS.joinBytes ? tupleOf(payload, 8) : null) ?? [];
      const [space, pub] = [bytesOf(first, 32), bytesOf(second, 32)];
      if (space === null || pub === null || !(third instanceof Uint8Array) || typeof name !== 'string' || typeof words !== 'string' || !isTime(since) || !isTime(askedAt) || typeof gone !== 'boolean') {
        peer.link.close('breach');
        return true;
      }
      const state = peer.spaces.get(toBase64url(space));
      const request = { pub, join: third.slice() as Bytes, name, words, since, askedAt, gone };
      if (state?.proven === true && state.serving && isNews(peer, 'heard', space, request)) host.onPassed?.(space, peer.link.device, request);
      return true;
    },
  };
}
