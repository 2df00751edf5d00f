/** Which rooms this peer is in, and the keys that name them (FORMATS 8): what it can prove to a session it meets in one before a link. */
import { toBase64url, type Bytes } from '#base/bytes';
import { dayAt, knockOf, roomsAt, type DayRoom } from '#vm/protocol/rooms';
import type { ReplicationHost } from './host.ts';
import type { PeerState } from './peer-state.ts';

export interface RoomKeys {
  /** Rooms of the day for every space and invite; those of joins, to be dialled first, apart. */
  rooms(): { readonly all: readonly Bytes[]; readonly urgent: readonly Bytes[]; readonly quiet: readonly Bytes[] };
  /** Proof for the session `to` that we know the key of one of the rooms (text). */
  knock(rooms: ReadonlySet<string>, from: Bytes, to: Bytes): string | null;
  knows(from: Bytes, to: Bytes, proof: string): boolean;
  /** Links that proved the space of the room (text); Infinity where one only waits for others, null where one wants to be met. */
  linksIn(room: string, peers: Iterable<PeerState>): number | null;
}

/** The rooms of one kernel. */
export function createRoomKeys(host: ReplicationHost): RoomKeys {
  /** By room (text). The room of an invite has no space yet; its key is the public key of the invite, which the link holds and no server. */
  const keys = new Map<string, { readonly space: string | null; readonly key: Bytes; readonly waits?: true }>();
  return {
    rooms() {
      const now = host.meshNow();
      const back = host.returns?.rooms() ?? { own: [], others: [] };
      const backRooms = (of: readonly Bytes[], waits: { waits?: true } = {}): Bytes[] => of.flatMap((key) => roomsAt(key, now).map(({ room }) => (keys.set(toBase64url(room), { space: null, key, ...waits }), room)));
      const urgent = host.joins().map((join) => join.room);
      keys.clear();
      const own = backRooms(back.own);
      if (host.returns?.looking() === true) urgent.push(...own);
      const pairing = host.pairing?.room() ?? null;
      if (pairing) urgent.push(pairing.room);
      const all = [...new Set([...urgent, ...own])];
      if (pairing) keys.set(toBase64url(pairing.room), { space: null, key: pairing.key });
      for (const { room, invite } of host.joins()) keys.set(toBase64url(room), { space: null, key: invite.pub });
      const contacts = host.contacts();
      const oldest = Math.max(0, ...contacts.map((contact) => contact.discoveryKeys.length));
      // Where there are too many rooms, those of old keys are left out first: the newest key of every space, then the invites, then, around midnight, the other day, then the keys before.
      const roomsOf = (age: number): DayRoom[] => contacts.flatMap((contact) => {
        const key = contact.discoveryKeys[age];
        const rooms = key === undefined ? [] : roomsAt(key, now);
        for (const { room } of rooms) keys.set(toBase64url(room), { space: toBase64url(contact.space), key: key! });
        return rooms;
      });
      const newest = roomsOf(0);
      const today = dayAt(now);
      const roomsIn = (there: boolean): Bytes[] => newest.flatMap(({ day, room }) => ((day === today) === there ? [room] : []));
      all.push(...roomsIn(true));
      for (const contact of contacts) {
        for (const { room, pub } of contact.invites) {
          all.push(room);
          keys.set(toBase64url(room), { space: null, key: pub, waits: true });
        }
      }
      const reads = host.readsBy?.() ?? null;
      for (const { links = [] } of contacts) {
        for (const { room, pub, beacon } of links) {
          if (beacon !== 'met') all.push(room);
          if (reads) urgent.push(room);
          keys.set(toBase64url(room), { space: null, key: pub, ...(reads ? {} : { waits: true }) });
        }
      }
      all.push(...roomsIn(false));
      for (let age = 1; age < oldest; age++) all.push(...roomsOf(age).map(({ room }) => room));
      all.push(...backRooms(back.others, { waits: true }));
      return { all, urgent, quiet: contacts.flatMap(({ links = [] }) => links.flatMap(({ room, beacon }) => (beacon ? [room] : []))) };
    },
    knock(rooms, from, to) {
      for (const room of rooms) {
        const known = keys.get(room);
        if (known !== undefined) return toBase64url(knockOf(known.key, from, to));
      }
      return null;
    },
    knows(from, to, proof) {
      const fits = (key: Bytes): boolean => toBase64url(knockOf(key, from, to)) === proof;
      const { own, others } = host.returns?.rooms() ?? { own: [], others: [] };
      const pairing = host.pairing?.room() ?? null;
      if ([...own, ...others, ...(pairing ? [pairing.key] : [])].some(fits)) return true;
      return host.contacts().some((c) => c.discoveryKeys.some(fits) || [...c.invites, ...(c.links ?? [])].some(({ pub }) => fits(pub)));
    },
    linksIn(room, peers) {
      const known = keys.get(room);
      if (known === undefined || known.space === null) return known?.waits ? Infinity : null;
      let count = 0;
      for (const peer of peers) if (peer.spaces.get(known.space)?.proven === true) count += 1;
      return count;
    },
  };
}
