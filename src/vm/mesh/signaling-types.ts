/** What a client of one signaling server needs, tells and can do. Implementation: ./signaling-client.ts. */
import type { Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import type { IceServer } from '#ports/signaling';
import type { SocketPort, Wire } from '#ports/wire';
import type { ServerStatus } from '#vm/replication/host';

export interface SignalingHandlers {
  /** A session is (not) in a room of this server any more. */
  onPeer(server: SignalingClient, room: Bytes, session: Bytes, present: boolean): void;
  onSignal(server: SignalingClient, room: Bytes, from: Bytes, data: Bytes): void;
  onRelay(server: SignalingClient, session: Bytes, wire: Wire): void;
  onClockOffset(offsetMs: number): void;
  /** STUN and TURN servers this server names. */
  onIce(server: SignalingClient, ice: readonly IceServer[]): void;
  /** Open links in the space of a room (text); Infinity where one only waits for others, null where one wants to be met. */
  linksIn?(room: string): number | null;
  /** In a crowded room again, with links enough: one more from here ties islands together. */
  onVisit?(room: string): void;
  /** State or reason changed. */
  onChange(): void;
  /** The server cannot be reached any more: everyone seen there is gone from it. */
  onDown(server: SignalingClient): void;
}

export interface SignalingDeps {
  readonly url: string;
  readonly session: Bytes;
  /** What the session is named after: shown to servers, so that they give it to nobody else. Without it the name alone is said, as builds before did. */
  readonly secret?: Bytes;
  readonly sockets: SocketPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly handlers: SignalingHandlers;
  /** Is this session open at another address? Then a server that says `replaced` or `session_taken` is the same one by another name. */
  readonly openElsewhere?: (self: SignalingClient) => boolean;
}

export interface SignalingClient {
  readonly url: string;
  readonly open: boolean;
  start(): void;
  stop(): void;
  /** The rooms to be in; joins and leaves follow. */
  setRooms(rooms: ReadonlyMap<string, Bytes>): void;
  /** Connects now if it is not connected. */
  redial(): void;
  /** Something else came up, so the network may be back: a wait for this server ends now, unless the server itself refused. */
  nudge(): void;
  /** Forwards a signal; false when this server does not see the session. */
  forward(session: Bytes, data: Bytes): boolean;
  /** Asks for a relay route with the session; the other end must ask too. False when this server does not see the session. */
  openRelay(session: Bytes): boolean;
  status(): ServerStatus;
}
