/**
 * Supervision of links (K12): after three tries in a row that left no link to a session, that stands where everybody can see it, and the session
 * is tried at once only by an act or by news: it signals, it is named by another server or peer, a server offers other ways, the network is back.
 * A quiet try a minute goes on, because a wall between two peers may fall without any word.
 */
import { toBase64url } from '#base/bytes';
import { MESH_LIMITS } from '#vm/limits';
import type { Skews, Unreached } from './link-types.ts';
import { isActive, openLink, type PeerEntry } from './peer-entry.ts';

/** A try ended without a link. */
export function missed(entry: PeerEntry, now: number): void {
  if (entry.tries === 0) entry.triedSince = now;
  entry.tries += 1;
  entry.spent += 1;
}

/** A link came up. */
export function reached(entry: PeerEntry): void {
  entry.tries = entry.spent = entry.failures = 0;
}

/** Tried in vain so often that it is told. */
export function isUnreached(entry: PeerEntry): boolean {
  return entry.tries >= MESH_LIMITS.tries && openLink(entry) === null;
}

/** Waits before the next try; whoever joins waits with a screen open and is not kept waiting. */
export function pauses(entry: PeerEntry, urgent: boolean): readonly number[] {
  return entry.spent >= MESH_LIMITS.tries && !urgent ? [MESH_LIMITS.unreachedMs] : MESH_LIMITS.retryMs;
}

/**
 * The sessions to tell about: around, of a device that knows the key of a room (any server can name sessions that nobody is behind), and not
 * linked by another session of it. Nobody is missed while there are as many sound links as are sought.
 */
export function unreachedOf(all: Iterable<PeerEntry>, soundLinks: number): Unreached[] {
  if (soundLinks >= MESH_LIMITS.activeTarget) return [];
  const entries = [...all];
  const linked = new Set(entries.map((entry) => openLink(entry)).filter((link) => link !== null).map((link) => toBase64url(link.device)));
  return entries.filter((entry) => isUnreached(entry) && entry.sources.size > 0 && (entry.known || entry.device !== null) && !linked.has(entry.device ?? ''))
    .map((entry) => ({ device: entry.device, tries: entry.tries, since: entry.triedSince, trying: isActive(entry) }));
}

/** Sessions around that no link is possible with, because one of both builds is too old for the other. */
export function skewsOf(all: Iterable<PeerEntry>): Skews {
  const entries = [...all];
  const count = (skew: PeerEntry['skew']): number => entries.filter((entry) => entry.skew === skew).length;
  return { newer: count('newer'), older: count('older') };
}
