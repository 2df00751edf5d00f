/** One remote session (a running tab elsewhere) as the peer table knows it, and the pure choices made over such entries. */
import { compareBytes, type Bytes } from '#base/bytes';
import type { Dialing } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';
import type { Link } from './link-types.ts';

export interface PeerEntry {
  readonly session: Bytes;
  readonly key: string;
  /** We dial: our session is the smaller one. */
  readonly initiator: boolean;
  /** Where it is seen: `server|room`, or `link|<id>` for an introduction. */
  readonly sources: Set<string>;
  /** Rooms (text) it was seen in, a subset of sources. */
  readonly rooms: Set<string>;
  /** Links in handshake or open. */
  readonly links: Set<Link>;
  /** Links that said "disconnected" (here or there). */
  readonly weak: Set<Link>;
  /** `answered`: a signal of the other side came for it, so both ends are at it. */
  dialing: { readonly attempt: string; readonly dialing: Dialing; readonly startedAt: number; answered: boolean; cancel(): void } | null;
  /** Waits for the relay, the retry or the upgrade. */
  relayTimer: (() => void) | null;
  /** When a relay route was last asked for, monotonic ms. */
  relayAskedAt: number;
  retryTimer: (() => void) | null;
  /** Direct attempts that failed in a row. */
  failures: number;
  fullUntil: number;
}

/** An entry without any link yet. */
export function createPeerEntry(session: Bytes, key: string, self: Bytes): PeerEntry {
  return {
    session, key, initiator: compareBytes(self, session) < 0, sources: new Set(), rooms: new Set(), links: new Set(), weak: new Set(),
    dialing: null, relayTimer: null, relayAskedAt: -Infinity, retryTimer: null, failures: 0, fullUntil: 0,
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

const rank = (entry: PeerEntry, link: Link): number => (entry.weak.has(link) ? 0 : link.kind === 'rtc' ? 2 : 1);

/**
 * Of two finished links to one session the one both ends keep: direct before relayed, a weak one last, else the smaller handshake hash.
 */
export function betterLink(entry: PeerEntry, a: Link, b: Link): Link {
  const d = rank(entry, a) - rank(entry, b);
  if (d !== 0) return d > 0 ? a : b;
  return compareBytes(a.hash, b.hash) <= 0 ? a : b;
}

export interface Choice {
  readonly entries: Iterable<PeerEntry>;
  readonly now: number;
  /** Rooms whose peers go first (a join waits for them). */
  readonly urgent: ReadonlySet<string>;
  /** A fixed order per kernel, so that not all peers choose the same one. */
  order(entry: PeerEntry): number;
}

/** Entries to connect now: urgent rooms, then rooms without any link, then by the order; within the caps of TRUST 5.2. */
export function chooseDials(choice: Choice): PeerEntry[] {
  const entries = [...choice.entries];
  const active = entries.filter(isActive);
  const covered = new Set<string>();
  for (const entry of active) for (const room of entry.rooms) covered.add(room);
  const weight = (entry: PeerEntry): number => {
    let best = 2;
    for (const room of entry.rooms) {
      if (choice.urgent.has(room)) return 0;
      if (!covered.has(room)) best = 1;
    }
    return best;
  };
  const candidates = entries
    .filter((e) => !isActive(e) && e.retryTimer === null && e.sources.size > 0 && e.fullUntil <= choice.now)
    .map((entry) => ({ entry, weight: weight(entry), order: choice.order(entry) }))
    .sort((a, b) => a.weight - b.weight || a.order - b.order);
  const out: PeerEntry[] = [];
  let count = active.length;
  for (const { entry, weight: w } of candidates) {
    if (count >= (w < 2 ? MESH_LIMITS.activeMax : MESH_LIMITS.activeTarget)) continue;
    out.push(entry);
    count += 1;
  }
  return out;
}
