/** What the peer table needs and hears. Implementation: ./peer-table.ts. */
import type { Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { Link, LinkHandlers } from './link-types.ts';
import type { PeerEntry } from './peer-entry.ts';
import type { WayDialer } from './ways.ts';

export interface PeerTableDeps {
  readonly session: Bytes;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly deviceKey: SigningKey;
  readonly uid: Bytes;
  readonly dialer: WayDialer;
  /** Sends a signal to a session by a server or other peers; false when nobody knows a way. */
  signal(session: Bytes, data: Bytes): boolean;
  /** Asks every server that sees the session for a relay route; false when none does. */
  openRelay(session: Bytes): boolean;
  /** Has the link proved nothing for so long that others go first? */
  isStranger(link: Link): boolean;
  /** Has the link proved a space or an invite, whatever its age? */
  hasProved(link: Link): boolean;
  /** Sessions the far end says it is linked to. */
  neighbours(link: Link): number;
  /** Is the far end a peer that is kept across restarts? */
  isAnchor(link: Link): boolean;
  /** Sessions (text) of such peers. */
  anchorSessions?(): ReadonlySet<string>;
  /** Proof that we know the key one of these rooms (text) is named by, made for the session; and the check of one. */
  knock(rooms: ReadonlySet<string>, to: Bytes): string | null;
  knows(from: Bytes, proof: string): boolean;
  /** Rooms (text) of joins that wait. */
  urgentRooms(): ReadonlySet<string>;
  /** Rooms in which only who waits there begins. */
  quietRooms(): ReadonlySet<string>;
  /** Links to open by itself; the limit when left out. */
  seeks?(): number;
  /** Links held at most; the limit when left out. */
  holds?(): number;
  /** What is told of sessions that are not reached changed. */
  onReach(): void;
  /** The engine met another certificate on a direct way than the other end named. */
  altered(entry: PeerEntry): void;
  readonly links: Omit<LinkHandlers, 'onState'>;
  metric(name: string, add: number): void;
}

/** Where a session was seen. */
export interface Sighting {
  /** `server|room`, `link|<id>` or `walk|<id>`. */
  readonly source: string;
  /** Room (text); null for an introduction. */
  readonly room: string | null;
  /** The link that introduced it. */
  readonly by: Link | null;
}
