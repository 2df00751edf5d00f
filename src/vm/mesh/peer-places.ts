/**
 * Who gets a place among the links (TRUST 5.2, HyParView's active view): which sessions are dialled, who is taken in, and who gives way.
 * Pure choices over the entries of the peer table. A place costs an attacker something: who proved nothing gives way to everyone, who
 * proved to know the room's key goes before who did not, and one introducer fills at most two places.
 */
import { MESH_LIMITS } from '#vm/limits';
import type { Link } from './link-types.ts';
import { isActive, isSound, openLink, type PeerEntry } from './peer-entry.ts';

export interface PlacesView {
  readonly entries: Iterable<PeerEntry>;
  readonly now: number;
  /** Has the link proved nothing for so long that others go first? */
  isStranger(link: Link): boolean;
  /** Has the link proved a space or an invite, whatever its age? */
  hasProved(link: Link): boolean;
  /** Other links the far end says it has. */
  neighbours(link: Link): number;
  /** A peer that is kept across restarts. */
  isAnchor(link: Link): boolean;
  /** Sessions (text) of such peers: they are dialled first, and taken in whoever else must go. */
  readonly anchorSessions: ReadonlySet<string>;
  /** A fixed order per kernel, so that not all peers choose the same one. */
  order(entry: PeerEntry): number;
  /** Places there are. */
  readonly holds: number;
}

/** How a place is made free. */
export interface Eviction {
  readonly entry: PeerEntry;
  /** `dying`: its wire says so. `stranger`: it proved nothing. `leave`: it has many links, and is told to look elsewhere. */
  readonly why: 'dying' | 'stranger' | 'leave';
}

export type Verdict = { readonly take: true; readonly evict: Eviction | null } | { readonly take: false };

const REFUSE: Verdict = { take: false };

/** Who would answer for the entry's place: null = a room; undefined = every introducer of it fills its places already. */
export function introducerFor(entry: PeerEntry, entries: Iterable<PeerEntry>, planned: readonly PeerEntry[] = []): string | null | undefined {
  if (entry.rooms.size > 0) return null;
  const devices = new Set([...entry.sources.values()].filter((device) => device !== null));
  if (devices.size === 0) return null;
  const used = new Map<string, number>();
  for (const other of entries) {
    if (other === entry || other.introducer === null || !(isActive(other) || planned.includes(other))) continue;
    used.set(other.introducer, (used.get(other.introducer) ?? 0) + 1);
  }
  const free = [...devices].filter((device) => (used.get(device) ?? 0) < MESH_LIMITS.perIntroducer);
  return free.sort((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0))[0];
}

/** Does the entry hold one of the places? */
export function holdsPlace(entry: PeerEntry): boolean {
  return !entry.leaving && (entry.links.size > 0 || entry.dialing !== null);
}

/** One that holds a place and has shown nothing for it: no proof, no knock, no introduction. */
function holdsUnproved(entry: PeerEntry, view: PlacesView): boolean {
  if (entry.known) return false;
  const link = openLink(entry);
  return link === null || !view.hasProved(link);
}

/** Who gives way to the entry, if anybody. */
function evictionFor(entry: PeerEntry, need: boolean, taken: readonly PeerEntry[], view: PlacesView): Eviction | null {
  for (const other of taken) if (other.links.size > 0 && !isSound(other)) return { entry: other, why: 'dying' };
  for (const other of taken) {
    const link = openLink(other);
    if (link !== null && view.isStranger(link)) return { entry: other, why: 'stranger' };
  }
  if (!entry.known && !view.anchorSessions.has(entry.key)) return null;
  for (const other of taken) if (holdsUnproved(other, view)) return { entry: other, why: 'stranger' };
  const anchor = view.anchorSessions.has(entry.key);
  if (!need && !anchor) return null;
  let best: PeerEntry | null = null;
  let most = -1;
  for (const other of taken) {
    const link = openLink(other);
    if (link === null || view.isAnchor(link)) continue;
    // The other end must keep enough links without this one.
    const count = view.neighbours(link);
    if ((count < MESH_LIMITS.activeMin && !anchor) || count < most || (count === most && best !== null && view.order(other) > view.order(best))) continue;
    best = other;
    most = count;
  }
  return best === null ? null : { entry: best, why: 'leave' };
}

/** May the session have a place that it asks for? `need`: it says that it has few links. */
export function placeFor(entry: PeerEntry, need: boolean, view: PlacesView): Verdict {
  const all = [...view.entries];
  if (entry.leaving) return REFUSE;
  if (entry.links.size > 0 || entry.dialing !== null) return { take: true, evict: null };
  if (entry.bannedUntil > view.now || (entry.fullUntil > view.now && !(entry.known && need))) return REFUSE;
  if (introducerFor(entry, all) === undefined) return REFUSE;
  const taken = all.filter((other) => other !== entry && holdsPlace(other));
  if (taken.length < view.holds) return { take: true, evict: null };
  const evict = evictionFor(entry, need, taken, view);
  return evict === null ? REFUSE : { take: true, evict };
}

export interface DialChoice extends PlacesView {
  /** Rooms whose peers go first (a join waits for them). */
  readonly urgent: ReadonlySet<string>;
  /** Rooms in which nobody but who waits there begins: a stranger met in no other is not dialled. */
  readonly quiet?: ReadonlySet<string>;
  /** Links to open by itself. */
  readonly target: number;
}

/** Could the entry be dialled now, were there a place? */
export function isCandidate(entry: PeerEntry, now: number): boolean {
  return !isActive(entry) && entry.retryTimer === null && entry.sources.size > 0 && entry.fullUntil <= now && entry.bannedUntil <= now;
}

/**
 * Entries to connect now, within the caps of TRUST 5.2: urgent rooms, then rooms without any link, then sessions met in rooms or by a walk,
 * and neighbours of neighbours last, because links among those make no way shorter.
 */
export function chooseDials(choice: DialChoice): PeerEntry[] {
  const entries = [...choice.entries];
  // Who proved nothing in time holds no place against a dial of ours.
  const counts = (entry: PeerEntry): boolean => {
    if (entry.leaving) return false;
    const link = openLink(entry);
    return isSound(entry) && (link === null || !choice.isStranger(link));
  };
  const active = entries.filter(counts);
  const covered = new Set<string>();
  for (const entry of active) for (const room of entry.rooms) covered.add(room);
  const weight = (entry: PeerEntry): number => {
    if (choice.anchorSessions.has(entry.key)) return 0;
    let best = 3;
    for (const source of entry.sources.keys()) if (!source.startsWith('link|')) best = 2;
    for (const room of entry.rooms) {
      if (choice.urgent.has(room)) return 0;
      if (!covered.has(room)) best = Math.min(best, 1);
    }
    return best;
  };
  let count = active.length;
  if (count >= choice.holds) return [];
  const candidates: { entry: PeerEntry; weight: number; order: number }[] = [];
  for (const entry of entries) {
    if (!isCandidate(entry, choice.now) || (!entry.known && entry.rooms.size > 0 && [...entry.rooms].every((room) => choice.quiet?.has(room)))) continue;
    const w = weight(entry);
    if (count < choice.target || w < 2) candidates.push({ entry, weight: w, order: choice.order(entry) });
  }
  candidates.sort((a, b) => a.weight - b.weight || a.order - b.order);
  const out: PeerEntry[] = [];
  for (const { entry, weight: w } of candidates) {
    if (count >= (w < 2 ? choice.holds : choice.target)) continue;
    const introducer = introducerFor(entry, entries, out);
    if (introducer === undefined) continue;
    entry.introducer = introducer;
    out.push(entry);
    count += 1;
  }
  return out;
}
