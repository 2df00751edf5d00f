import { describe, expect, test } from 'vitest';
import { MESH_LIMITS } from '#vm/limits';
import type { Link } from '#vm/mesh/link-types';
import { createPeerEntry, type PeerEntry } from '#vm/mesh/peer-entry';
import { chooseDials, placeFor, type PlacesView } from '#vm/mesh/peer-places';
import type { ReplicationHost } from '#vm/replication/host';
import type { Kernel } from '#os/kernel/state';
import { beaconHost } from '#signaling/beacon/service';

/** What the service says it takes on; of the kernel only what that asks for. */
function loadOfBeacon(): { readonly links: number; readonly places: number } {
  const kernel = { profile: { uid: new Uint8Array(32), ds: { pub: new Uint8Array(32), secret: null } }, adjusted: { asksPerLink: { value: 4 } } } as unknown as Kernel;
  const { links, places } = beaconHost({ returns: {} } as ReplicationHost, kernel).load!();
  return { links, places: places! };
}

function entry(no: number, linked: boolean): PeerEntry {
  const session = new Uint8Array(16);
  new DataView(session.buffer).setUint32(0, no + 1);
  const made = createPeerEntry(session, String(no), new Uint8Array(16));
  made.known = true;
  made.rooms.add('room');
  made.sources.set('server|room', null);
  if (linked) made.links.add({ open: true } as Link);
  return made;
}

const view = (entries: readonly PeerEntry[], holds: number): PlacesView => ({ entries, now: 0, isStranger: () => false, hasProved: () => true, neighbours: () => 0, isAnchor: () => false, anchorSessions: new Set(), order: (one) => Number(one.key), holds });

describe('the places of a beacon', () => {
  test('[limit BEACON.links] it holds 256 links and no more, where a tab holds 8', () => {
    const { links, places } = loadOfBeacon();
    const all = Array.from({ length: 255 }, (_, no) => entry(no, true));
    const next = entry(255, false);
    expect(placeFor(next, false, view([...all, next], places))).toEqual({ take: true, evict: null });
    expect(chooseDials({ ...view([...all, next], places), urgent: new Set(), target: links })).toEqual([next]);
    all.push(entry(256, true));
    expect(placeFor(next, false, view([...all, next], places))).toEqual({ take: false });
    expect(chooseDials({ ...view([...all, next], places), urgent: new Set(), target: links })).toEqual([]);
    const few = all.slice(0, MESH_LIMITS.activeMax);
    expect(placeFor(next, false, view([...few, next], MESH_LIMITS.activeMax)), 'a tab').toEqual({ take: false });
  });
});
