/** One remote session (a running tab elsewhere) as the peer table knows it, and small facts about it. */
import { compareBytes, type Bytes } from '#base/bytes';
import type { Dialing } from '#ports/wire';
import type { Link } from './link-types.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface PeerEntry {
  readonly session: Bytes;
  readonly key: string;
  /** We dial: our session is the smaller one. */
  readonly initiator: boolean;
  /** Where it is seen: `server|room`; `link|<id>` or `walk|<id>` for an introduction; and who introduced it: the device of that link. */
  readonly sources: Map<string, string | null>;
  /** Rooms (text) it was seen in, a subset of sources. */
  readonly rooms: Set<string>;
  /** Links in handshake or open. */
  readonly links: Set<Link>;
  /** Links that said "disconnected" (here or there). */
  readonly weak: Set<Link>;
  /** `answered`: a signal of the other side came for it, so both ends are at it. */
  dialing: { readonly attempt: string; readonly dialing: Dialing; readonly startedAt: number; answered: boolean; cancel(): void } | null;
  /** The attempt that ended last: what still comes for it begins no new one. */
  ended: string | null;
  /** Waits for the relay, the retry or the upgrade. */
  relayTimer: (() => void) | null;
  /** The relay was asked for, and the timer is the patience with it. */
  relayPatience: boolean;
  /** When a relay route was last asked for, monotonic ms. */
  relayAskedAt: number;
  retryTimer: (() => void) | null;
  /** Direct attempts that failed in a row. */
  failures: number;
  /** Tries in a row that left no link, and when the first of them ended (ms); of them those since the last news. */
  tries: number;
  triedSince: number;
  spent: number;
  /** base64url of its DS, once a link of it proved a space or an invite. */
  device: string | null;
  fullUntil: number;
  /** It is left alone because it said so itself: when it asks, it has room again. */
  saidFull: boolean;
  /** Attempts of it that may still be answered; made with the first one. */
  answers: TokenBucket | null;
  /** When a signaling event last ended its wait. */
  hurriedAt: number;
  /** It took a place and proved nothing, or broke the rules: not dialled and not taken before this. */
  bannedUntil: number;
  /** It proved to know a room's key before it got a place (docs/PROTOCOL.md §15), or a peer that proved a space introduced it. */
  known: boolean;
  /** The device whose introduction the place of this entry is counted on; null for one met in a room. */
  introducer: string | null;
  /** We let go of its link: it is about to close. */
  leaving: boolean;
  /** Its build has no version of the protocol in common with this one, and is the newer or the older of both. */
  skew: 'newer' | 'older' | null;
}

/** An entry without any link yet. */
export function createPeerEntry(session: Bytes, key: string, self: Bytes): PeerEntry {
  return {
    session, key, initiator: compareBytes(self, session) < 0, sources: new Map(), rooms: new Set(), links: new Set(), weak: new Set(),
    dialing: null, ended: null, relayTimer: null, relayPatience: false, relayAskedAt: -Infinity, retryTimer: null, failures: 0, tries: 0, triedSince: 0, spent: 0, device: null, fullUntil: 0, saidFull: false, answers: null, hurriedAt: -Infinity, bannedUntil: 0, known: false,
    introducer: null, leaving: false, skew: null,
  };
}

/** The finished link of an entry, best first choice made by keepBest. */
export function openLink(entry: PeerEntry): Link | null {
  for (const link of entry.links) if (link.open) return link;
  return null;
}

/** Has or will soon have a link. */
export function isActive(entry: PeerEntry): boolean {
  return entry.links.size > 0 || entry.dialing !== null || entry.relayTimer !== null;
}

/** Active, and not only by links that are dying. */
export function isSound(entry: PeerEntry): boolean {
  return isActive(entry) && (entry.links.size === 0 || entry.links.size > entry.weak.size);
}

const rank = (entry: PeerEntry, link: Link): number => (entry.weak.has(link) ? 0 : link.kind === 'rtc' ? 2 : 1);

/**
 * Of two finished links to one session the one both ends keep: direct before relayed, a weak one last, else the smaller handshake hash.
 */
export function betterLink(entry: PeerEntry, a: Link, b: Link): Link {
  const d = rank(entry, a) - rank(entry, b);
  if (d !== 0) return d > 0 ? a : b;
  return compareBytes(a.hash, b.hash) <= 0 ? a : b;
}
