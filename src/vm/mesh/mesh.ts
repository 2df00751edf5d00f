/**
 * The mesh of one peer: servers, sessions, links. It knows nothing about spaces beyond their room names; replication puts meaning on
 * the links. One session name per start of the kernel.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import { drawSession } from '#ports/session-name';
import type { Dialer, SocketPort } from '#ports/wire';
import type { ServerStatus } from '#vm/replication/host';
import { createIntroductions, type Introductions } from './introductions.ts';
import type { Altered, Link, LinkCloseCode, LinkMessage, Skews, Unreached } from './link-types.ts';
import { PeerTable } from './peer-table.ts';
import type { IceServer } from '#ports/signaling';
import { MESH_LIMITS } from '#vm/limits';
import { Alarms, isAltered } from './alarms.ts';
import { skewsOf, unreachedOf } from './reach.ts';
import type { SignalingHandlers } from './signaling-client.ts';
import { createSignalingPool, type SignalingPool } from './signaling-pool.ts';
import { createWalks, type Walks } from './walks.ts';
import { createWayDialer, type ByHand, type WayDialer, type Ways } from './ways.ts';

export interface MeshHandlers {
  /** A link finished its handshake. At most one per remote session, except for the moment of a move. */
  onLink(link: Link): void;
  onLinkClosed(link: Link, code: LinkCloseCode): void;
  onMessage(link: Link, message: LinkMessage): void;
  onDrain(link: Link): void;
  /** Did both ends prove a common space to us, and may both be served in it? */
  mayIntroduce(a: Link, b: Link): boolean;
  /** Has the link proved nothing for so long that others go first? */
  isStranger(link: Link): boolean;
  onClockOffset(source: string, kind: 'peer' | 'server', offsetMs: number): void;
  onChange(): void;
  /** Links to open by itself; the limit when left out. */
  seeks?(): number;
  /** Links held at most; the limit when left out. */
  holds?(): number;
  metric(name: string, add: number): void;
}

/** What is known about spaces, their keys and who proved them; a mesh without takes every link for proved, and leaves no room. */
export interface MeshProofs {
  /** Spaces that the far end proved and may be served in; and whether a space is one of them. */
  spacesOf(link: Link): readonly Bytes[];
  shares(link: Link, space: Uint8Array): boolean;
  /** Has the link proved a space or an invite? */
  hasProved(link: Link): boolean;
  /** Is the far end a peer that is kept across restarts? */
  isAnchor(link: Link): boolean;
  /** Sessions (text) of such peers. */
  anchorSessions(): ReadonlySet<string>;
  /** Proof that we know the key of one of the rooms (text), made by `from` for `to`; and the check of one. */
  knock(rooms: ReadonlySet<string>, from: Bytes, to: Bytes): string | null;
  knows(from: Bytes, to: Bytes, proof: string): boolean;
  /** Open links in the space of a room (text); Infinity where one only waits for others, null where one wants to be met. */
  linksIn(room: string): number | null;
}

const NO_PROOFS: MeshProofs = {
  spacesOf: () => [], shares: () => false, hasProved: () => true, isAnchor: () => false, anchorSessions: () => new Set(), knock: () => null, knows: () => false, linksIn: () => null,
};

export interface MeshDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly deviceKey: SigningKey;
  readonly uid: Bytes;
  readonly sockets: SocketPort;
  readonly dialer: Dialer;
  /** Asked at each dial. */
  ways?(): Ways;
  readonly handlers: MeshHandlers;
  readonly proofs?: MeshProofs;
}

export interface Mesh {
  /** This peer in signaling rooms, b16. */
  readonly session: Bytes;
  start(): void;
  stop(): void;
  pause(): void;
  resume(): void;
  redial(): void;
  setServers(urls: readonly string[]): void;
  /** Rooms to be in; sessions of `urgent` ones are dialled first, strangers in `quiet` ones not at all. */
  setRooms(rooms: readonly Bytes[], urgent: readonly Bytes[], quiet?: readonly Bytes[]): void;
  /** Proofs on links changed: introductions may follow. */
  proofsChanged(): void;
  links(): readonly Link[];
  /** Sessions linked here or named by one that is. */
  crowd(): number;
  /** The session at the far end of a link. */
  sessionOf(link: Link): Bytes | null;
  servers(): readonly ServerStatus[];
  skews(): Skews;
  /** Sessions around that several tries in a row found no way to. */
  unreached(): readonly Unreached[];
  /** Connections that were lately closed because somebody on the way changed them. */
  altered(): readonly Altered[];
  readonly byHand: ByHand;
}

/** What a server tells goes to the peer table; a source of a session is `server|room`. */
function signalingHandlers(table: () => PeerTable, { handlers, proofs = NO_PROOFS }: MeshDeps, ice: Map<string, readonly IceServer[]>, nudge: () => void): SignalingHandlers {
  return {
    onPeer: (server, room, peer, present) => {
      const key = toBase64url(room);
      if (present) table().seen(peer, { source: `${server.url}|${key}`, room: key, by: null });
      else {
        table().unseen(peer, `${server.url}|${key}`, key);
        // Its link says nothing of a process that ended: the server does, and so does silence then.
        table().linkOf(peer)?.check(() => handlers.onChange());
      }
    },
    onSignal: (_server, _room, from, data) => table().onSignal(from, data),
    onRelay: (_server, peer, wire) => table().onWire(peer, wire),
    onClockOffset: (offsetMs) => handlers.onClockOffset('server', 'server', offsetMs),
    onIce: (server, list) => {
      ice.set(server.url, list);
      nudge();
      table().news();
    },
    // Links that are dying are none: who has no other goes into the room at once, and does not wait until they are given up.
    linksIn(room) {
      const links = proofs.linksIn(room);
      return links === null || links === Infinity ? links : Math.min(links, table().soundLinks());
    },
    onVisit: (room) => table().mix(room),
    onChange: () => handlers.onChange(),
    onDown: (server) => table().sourceGone(`${server.url}|`),
  };
}

function byHandOf(session: Bytes, { dial, now }: WayDialer, table: PeerTable): ByHand {
  return {
    session, dial, now,
    // No server and no peer names the session: the link alone holds its place.
    attach(peer, wire) {
      table.seen(peer, { source: 'hand', room: null, by: null });
      table.onWire(peer, wire);
      table.unseen(peer, 'hand', null);
    },
    linked: (peer) => table.linkOf(peer)?.device ?? null,
  };
}

/** For each of these links those in its spaces, once. */
export function bySpace(links: readonly Link[], proofs: Pick<MeshProofs, 'spacesOf'>): (link: Link) => Iterable<Link> {
  const spaces = new Map(links.map((link) => [link, proofs.spacesOf(link).map(toBase64url)]));
  const inSpace = new Map<string, Link[]>();
  for (const [link, keys] of spaces) {
    for (const key of keys) {
      const known = inSpace.get(key);
      if (known) known.push(link);
      else inSpace.set(key, [link]);
    }
  }
  return (link) => new Set((spaces.get(link) ?? []).flatMap((key) => inSpace.get(key) ?? []));
}

/** Introductions over the links of the table; a source of a session is `link|id`. */
function introductionsOf(table: PeerTable, deps: MeshDeps): Introductions {
  return createIntroductions({
    clock: deps.clock,
    links: () => table.open(),
    sessionOf: (link) => table.sessionOf(link),
    linkOf: (peer) => table.linkOf(peer),
    ...(deps.proofs && { companions: (links: readonly Link[]) => bySpace(links, deps.proofs!) }),
    mayIntroduce: deps.handlers.mayIntroduce,
    onIntroduced: (link, peer, present) => {
      if (present) table.seen(peer, { source: `link|${link.id}`, room: null, by: link });
      else table.unseen(peer, `link|${link.id}`, null);
    },
    onSignal: (from, data) => table.onSignal(from, data),
    metric: deps.handlers.metric,
  });
}

/** Walks over the links of the table; a source of a session is `walk|id` of the first link of the way. */
function walksOf(session: Bytes, table: PeerTable, introductions: Introductions, deps: MeshDeps): Walks {
  const { proofs = NO_PROOFS } = deps;
  const hasStrangers = (): boolean => introductions.crowd() > table.open().length;
  return createWalks({
    clock: deps.clock, random: deps.random, session, hasStrangers,
    links: () => table.open(),
    sessionOf: (link) => table.sessionOf(link),
    linkOf: (peer) => table.linkOf(peer),
    spacesOf: (link) => proofs.spacesOf(link),
    shares: (link, space) => proofs.shares(link, space),
    wantsMore: () => table.soundLinks() < MESH_LIMITS.activeTarget && hasStrangers(),
    onKnown: (peer, by, present) => {
      if (present) table.seen(peer, { source: `walk|${by.id}`, room: null, by });
      else table.unseen(peer, `walk|${by.id}`, null);
    },
    onSignal: (from, data) => table.onSignal(from, data),
    metric: deps.handlers.metric,
  });
}

/** Rooms that are dialled first, and those in which nothing is begun. */
const markedOf = (urgent: readonly Bytes[], quiet: readonly Bytes[]): { readonly urgent: ReadonlySet<string>; readonly quiet: ReadonlySet<string> } => ({ urgent: new Set(urgent.map(toBase64url)), quiet: new Set(quiet.map(toBase64url)) });

/** A mesh that does nothing before start(). */
export function createMesh(deps: MeshDeps): Mesh {
  const { clock, random, handlers, proofs = NO_PROOFS } = deps;
  const { secret, session } = drawSession(random);
  /** By server; those of servers no longer used are left out when dialling. */
  const ice = new Map<string, readonly IceServer[]>();
  let marked = markedOf([], []);

  const pool: SignalingPool = createSignalingPool({ session, secret, clock, random, sockets: deps.sockets, handlers: signalingHandlers(() => table, deps, ice, () => pool.nudge()) });

  const dialer = createWayDialer(deps.dialer, () => pool.status().flatMap(({ url }) => ice.get(url) ?? []), deps.ways);
  const alarms = new Alarms({ clock, onChange: () => handlers.onChange() });
  const table: PeerTable = new PeerTable({
    session, clock, random, crypto: deps.crypto, deviceKey: deps.deviceKey, uid: deps.uid, dialer,
    signal: (to, data) => pool.forward(to, data) || introductions.signal(to, data) || walks.signal(to, data),
    openRelay: (to) => pool.openRelay(to),
    isStranger: handlers.isStranger, hasProved: proofs.hasProved, isAnchor: proofs.isAnchor, anchorSessions: () => proofs.anchorSessions(),
    neighbours: (link) => introductions.neighbours(link),
    knock: (rooms, to) => proofs.knock(rooms, session, to),
    knows: (from, proof) => proofs.knows(from, session, proof),
    onReach: () => handlers.onChange(), urgentRooms: () => marked.urgent, quietRooms: () => marked.quiet, ...(handlers.seeks && { seeks: handlers.seeks }), ...(handlers.holds && { holds: handlers.holds }),
    metric: handlers.metric, altered: (entry) => alarms.note(entry, 'direct'),
    links: {
      onOpen: (link) => {
        handlers.onLink(link);
        pool.nudge();
        introductions.changed();
      },
      onClose: (link, code) => {
        handlers.metric(`link.closed.${code}`, 1);
        if (isAltered(code)) alarms.note(table.entryOf.get(link), link.kind === 'rtc' ? 'direct' : 'relay');
        introductions.onClosed(link);
        walks.onClosed(link);
        handlers.onLinkClosed(link, code);
      },
      onMessage: (link, message) => {
        if (message.event === 'mesh:leave:v1:completed') return table.onLeave(link);
        if (!introductions.onMessage(link, message) && !walks.onMessage(link, message)) handlers.onMessage(link, message);
      },
      onDrain: (link) => handlers.onDrain(link),
      onOffset: (link, offsetMs) => handlers.onClockOffset(toBase64url(link.device), 'peer', offsetMs),
    },
  });

  const introductions: Introductions = introductionsOf(table, deps);
  const walks: Walks = walksOf(session, table, introductions, deps);

  const up = (): void => {
    table.start();
    pool.start();
    walks.start();
  };
  const down = (code: 'stopped' | 'paused'): void => {
    table.stop(code);
    pool.stop();
    introductions.stop();
    walks.stop();
  };

  return {
    session,
    start: up, stop: () => down('stopped'),
    pause: () => down('paused'), resume: up,
    redial() {
      pool.redial();
      table.redial();
    },
    setServers: (urls) => pool.setServers(urls),
    setRooms(rooms, first, passive = []) {
      marked = markedOf(first, passive);
      pool.setRooms(rooms);
    },
    proofsChanged: () => introductions.changed(), links: () => table.open(),
    crowd: () => introductions.crowd(), sessionOf: (link) => table.sessionOf(link),
    servers: () => pool.status(), byHand: byHandOf(session, dialer, table), skews: () => skewsOf(table.all()), unreached: () => unreachedOf(table.all(), table.soundLinks()), altered: () => alarms.list(),
  };
}
