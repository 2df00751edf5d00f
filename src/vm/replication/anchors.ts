/**
 * Anchors (TRUST 3, row 11): the peers linked longest are remembered over a restart. They are dialled first and taken in even when every
 * place is filled, so that whoever surrounds a starting peer does not cut it off from those it knew before.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Link } from '#vm/mesh/link-types';
import { MESH_LIMITS } from '#vm/limits';
import type { Anchor, ReplicationHost } from './host.ts';
import type { PeerState } from './peer-state.ts';

export interface Anchors {
  isAnchor(link: Link): boolean;
  /** Sessions (text) of anchors. */
  sessions(): ReadonlySet<string>;
  /** Looks who has been linked for long; keeps the list when it changed. */
  update(peers: Iterable<PeerState>, sessionOf: (link: Link) => Bytes | null): void;
}

const isAnchorRow = (value: unknown): value is Anchor => {
  const { session, device } = (value ?? {}) as { session?: unknown; device?: unknown };
  return typeof session === 'string' && typeof device === 'string';
};

/** The anchors of one kernel. */
export function createAnchors(host: ReplicationHost, clock: Clock): Anchors {
  let known: readonly Anchor[] = [];
  let sessions = new Set<string>();
  let devices = new Set<string>();
  const take = (list: readonly Anchor[]): void => {
    known = list.slice(0, MESH_LIMITS.anchors);
    sessions = new Set(known.map((anchor) => anchor.session));
    devices = new Set(known.map((anchor) => anchor.device));
  };
  // Without them a start is as good as a first one: a store that fails here says so elsewhere.
  host.anchors?.load().then((rows) => {
    if (Array.isArray(rows) && known.length === 0) take(rows.filter(isAnchorRow));
  }, () => undefined);
  return {
    isAnchor: (link) => devices.has(toBase64url(link.device)),
    sessions: () => sessions,
    update(peers, sessionOf) {
      const now = clock.monotonic();
      const old = [...peers].filter((peer) => now - peer.since >= MESH_LIMITS.anchorMs && [...peer.spaces.values()].some((s) => s.proven && s.open !== null));
      old.sort((a, b) => a.since - b.since);
      const fresh: Anchor[] = [];
      for (const { link } of old) {
        const session = sessionOf(link);
        if (session !== null) fresh.push({ session: toBase64url(session), device: toBase64url(link.device) });
      }
      // Those of before stay behind the ones linked now, until there are enough of these.
      const next = [...fresh, ...known.filter((anchor) => !fresh.some((f) => f.device === anchor.device))].slice(0, MESH_LIMITS.anchors);
      const text = (list: readonly Anchor[]): string => list.map((a) => `${a.session}/${a.device}`).sort().join(' ');
      if (text(next) === text(known)) return;
      take(next);
      host.anchors?.save(known);
    },
  };
}
