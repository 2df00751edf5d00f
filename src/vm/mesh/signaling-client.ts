/**
 * One signaling server as this peer sees it (FORMATS 8, "Signaling room"): hello, rooms, who is there, signals, relay routes, time.
 * Servers are for bootstrap and relay only: nothing here decides about links. Events go to the handlers; nothing a server says throws.
 */
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import { decodeSignal, encodeSignal, SIGNAL_LIMITS, type SignalFailed, type SignalMessage, type SignalOf, type SignalRequest } from '#ports/signaling';
import type { Channel, Socket } from '#ports/wire';
import type { ServerStatus } from '#vm/replication/host';
import { MESH_LIMITS } from '#vm/limits';
import { createRelayWire, type RelayWire } from './relay-wire.ts';
import { createRoomStay, type RoomStay } from './room-stay.ts';
import type { SignalingClient, SignalingDeps } from './signaling-types.ts';

export type { SignalingClient, SignalingDeps, SignalingHandlers } from './signaling-types.ts';

interface Room {
  readonly id: Bytes;
  ticket: Bytes | null;
  readonly sessions: Map<string, Bytes>;
}

interface State {
  phase: 'idle' | 'connecting' | 'hello' | 'open' | 'waiting';
  socket: Socket | null;
  refused: boolean;
  reason: string | null;
  attempt: number;
  retryAt: number;
  heardAt: number;
  pingAt: number;
  relay: Bytes | null;
  /** The secret was shown, and no answer came yet. */
  proving: boolean;
}

const channelOf = (n: 0 | 1): Channel => (n === 0 ? 'live' : 'bulk');
/** Codes after which trying again soon makes no sense. */
const REFUSALS: ReadonlySet<string> = new Set(['refused', 'rate', 'address_full', 'abuse', 'hello_first', 'hello_twice', 'bad_message']);
/** Codes by which a server says that it has this session already. */
const SAME_SERVER: ReadonlySet<string> = new Set(['replaced', 'session_taken']);

class Client implements SignalingClient {
  readonly url: string;
  private readonly rooms = new Map<string, Room>();
  private readonly routes = new Map<string, { relay: RelayWire; session: string }>();
  private wanted: ReadonlyMap<string, Bytes> = new Map();
  private readonly s: State = {
    phase: 'idle', socket: null, refused: false, reason: null, attempt: 0, retryAt: 0, heardAt: 0, pingAt: 0, relay: null, proving: false,
  };
  private cancelRetry: (() => void) | null = null;
  private cancelBeat: (() => void) | null = null;
  /** Counts sockets, so that a late event of an old one is not taken for the present one. */
  private generation = 0;
  private waking = false;
  private readonly stay: RoomStay;

  constructor(private readonly d: SignalingDeps) {
    this.url = d.url;
    this.stay = createRoomStay({
      clock: d.clock, random: d.random, session: d.session,
      links: (room) => d.handlers.linksIn?.(room) ?? null,
      others: (room) => this.rooms.get(room)?.sessions.values() ?? [],
      hasRoutes: (room) => this.carries(room),
      enter: (room, id) => this.join(room, id),
      leave: (room, id) => this.leaveRoom(room, id),
      onVisit: (room) => d.handlers.onVisit?.(room),
    });
  }

  get open(): boolean {
    return this.s.phase === 'open';
  }

  start(): void {
    if (this.s.phase === 'idle') this.connect();
  }

  stop(): void {
    this.drop('stopped');
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.s.phase = 'idle';
  }

  setRooms(rooms: ReadonlyMap<string, Bytes>): void {
    this.wanted = rooms;
    if (this.open) this.stay.setRooms(rooms);
  }

  /** Has a route an end that is in this room and in none other with us? */
  private carries(key: string): boolean {
    const room = this.rooms.get(key);
    if (room === undefined) return false;
    for (const { session } of this.routes.values()) if (room.sessions.has(session) && ![...this.rooms.values()].some((other) => other !== room && other.sessions.has(session))) return true;
    return false;
  }

  private leaveRoom(key: string, id: Bytes): void {
    this.send({ type: 'signal:leave:v1:requested', room: id });
    this.leftRoom(key);
  }

  /** Who was seen in the room is gone from it; links live on. */
  private leftRoom(key: string): void {
    const room = this.rooms.get(key);
    if (room === undefined) return;
    this.rooms.delete(key);
    for (const session of room.sessions.values()) this.d.handlers.onPeer(this, room.id, session, false);
  }

  redial(): void {
    if (this.s.phase !== 'waiting' || this.resting()) return;
    this.s.attempt = 0;
    this.connect();
  }

  nudge(): void {
    if (this.s.phase === 'waiting' && !this.s.refused && !this.resting()) this.connect();
  }

  forward(session: Bytes, data: Bytes): boolean {
    const room = this.roomOf(session);
    if (room === null) return false;
    this.send({ type: 'signal:forward:v1:requested', room: room.id, to: session, data });
    return true;
  }

  openRelay(session: Bytes): boolean {
    const room = this.roomOf(session);
    if (room === null || room.ticket === null || this.s.relay === null) return false;
    this.send({ type: 'relay:open:v1:requested', room: room.id, to: session, ticket: room.ticket });
    // A ticket expires; a join is idempotent and brings a fresh one for the next time.
    this.send({ type: 'signal:join:v1:requested', room: room.id });
    return true;
  }

  status(): ServerStatus {
    const { phase, refused, reason, retryAt } = this.s;
    const state = phase === 'open' ? 'open' : phase === 'connecting' || phase === 'hello' ? 'connecting' : refused ? 'refused' : 'closed';
    const retryInMs = phase === 'waiting' ? Math.max(0, Math.round(retryAt - this.d.clock.monotonic())) : null;
    return { url: this.url, state, reason: phase === 'open' ? null : reason, retryInMs };
  }

  private connect(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.s.phase = 'connecting';
    const generation = ++this.generation;
    const mine = (fn: () => void): void => {
      if (generation === this.generation) fn();
    };
    this.d.handlers.onChange();
    this.cancelBeat = this.d.clock.setTimer(MESH_LIMITS.helloMs, () => mine(() => this.lost('timeout')));
    this.s.socket = this.d.sockets.open(this.url, {
      onOpen: () => mine(() => {
        this.s.phase = 'hello';
        this.greet(this.d.secret);
      }),
      onMessage: (message) => mine(() => this.message(message)),
      onClose: (reason) => mine(() => this.lost(reason === '' ? 'unreachable' : reason)),
    });
  }

  private greet(secret: Bytes | undefined): void {
    this.s.pingAt = this.d.clock.monotonic();
    this.s.proving = secret !== undefined;
    this.send(secret === undefined ? { type: 'signal:hello:v1:requested', session: this.d.session } : { type: 'signal:hello:v2:requested', secret });
  }

  private send(message: SignalRequest): void {
    if (this.s.phase === 'hello' || this.s.phase === 'open') this.s.socket?.send(encodeSignal(message));
  }

  private join(key: string, id: Bytes): void {
    // Tried again: those of yesterday are left, and a space may go.
    if (this.rooms.size >= MESH_LIMITS.rooms) return this.stay.full(key);
    this.rooms.set(key, { id, ticket: null, sessions: new Map() });
    this.send({ type: 'signal:join:v1:requested', room: id });
  }

  private roomOf(session: Bytes): Room | null {
    if (!this.open) return null;
    const key = toBase64url(session);
    for (const room of this.rooms.values()) if (room.sessions.has(key)) return room;
    return null;
  }

  /** The socket is gone: routes end, rooms are empty. */
  private drop(reason: string): void {
    this.generation += 1;
    this.cancelBeat?.();
    this.cancelBeat = null;
    const socket = this.s.socket;
    this.s.socket = null;
    socket?.close();
    const routes = [...this.routes.values()];
    this.routes.clear();
    this.rooms.clear();
    this.stay.reset();
    for (const { relay } of routes) relay.end(reason);
    this.d.handlers.onDown(this);
  }

  private lost(reason: string): void {
    this.drop('server');
    this.s.reason = reason;
    this.s.phase = 'waiting';
    const base = Math.min(MESH_LIMITS.reconnectMaxMs, MESH_LIMITS.reconnectFirstMs * 2 ** Math.min(this.s.attempt, 10));
    const jitter = (this.d.random.bytes(1)[0]! / 255) * 0.4 + 0.8;
    this.s.attempt += 1;
    this.retryIn(Math.min(MESH_LIMITS.reconnectMaxMs, base * jitter));
    this.d.handlers.onChange();
  }

  private resting(): boolean {
    return SAME_SERVER.has(this.s.reason ?? '') && this.d.openElsewhere?.(this) === true;
  }

  /** One server under two addresses takes one socket per session: the younger socket stays, this one rests for as long as that one lives. */
  private retryIn(wait: number): void {
    this.s.retryAt = this.d.clock.monotonic() + wait;
    this.cancelRetry = this.d.clock.setTimer(wait, () => {
      if (this.resting()) this.retryIn(MESH_LIMITS.reconnectMaxMs);
      else this.connect();
    });
  }

  private beat(): void {
    this.cancelBeat = this.d.clock.setTimer(MESH_LIMITS.serverPingMs, () => {
      const now = this.d.clock.monotonic();
      if (now - this.s.heardAt > MESH_LIMITS.serverDeadMs) return this.lost('timeout');
      this.s.pingAt = now;
      this.send({ type: 'signal:ping:v1:requested' });
      this.pumpRoutes();
      this.beat();
    });
  }

  /** One pump after a short while, however many routes ask. */
  private wake(): void {
    if (this.waking) return;
    this.waking = true;
    this.d.clock.setTimer(MESH_LIMITS.wakeMs, () => {
      this.waking = false;
      this.pumpRoutes();
    });
  }

  private pumpRoutes(): void {
    for (const { relay } of [...this.routes.values()]) relay.pump();
  }

  private message(bytes: Uint8Array): void {
    this.s.heardAt = this.d.clock.monotonic();
    const parsed = decodeSignal(bytes);
    if (!parsed.ok) {
      if (parsed.error.code !== 'unknown') this.lost('protocol');
      return;
    }
    const message = parsed.value;
    if (this.s.phase === 'hello' && message.type !== 'signal:hello:v1:completed') {
      // A server of a build before does not know what it was asked.
      if (message.type === 'failed' && message.action === 'message' && this.s.proving) return this.greet(undefined);
      if (message.type === 'failed') this.refusedBy(message.code);
      else if (message.type === 'signal:close:v1:completed') this.refusedBy(message.reason);
      return;
    }
    this.dispatch(message);
    this.pumpRoutes();
  }

  private dispatch(message: SignalMessage): void {
    switch (message.type) {
      case 'signal:hello:v1:completed': return this.hello(message);
      case 'signal:ping:v1:completed': return this.offset(message.time);
      case 'signal:join:v1:completed': return this.joined(message);
      case 'signal:peer:v1:completed': return this.peer(message.room as Bytes, message.session as Bytes, message.present);
      case 'signal:forward:v1:completed':
        return this.d.handlers.onSignal(this, message.room as Bytes, message.from as Bytes, message.data as Bytes);
      case 'signal:close:v1:completed': return this.refusedBy(message.reason);
      case 'relay:open:v1:completed': return this.route(message);
      case 'relay:frame:v1:completed':
        return this.routes.get(toBase64url(message.route))?.relay.deliver(channelOf(message.channel), message.frame);
      case 'relay:flow:v1:completed': return this.routes.get(toBase64url(message.route))?.relay.hold(!message.open);
      case 'relay:close:v1:completed': return this.endRoute(toBase64url(message.route), message.reason);
      case 'failed': return this.failed(message);
      default: // A request is nothing a server says.
        return;
    }
  }

  private hello(message: SignalOf<'signal:hello:v1:completed'>): void {
    if (this.s.phase !== 'hello') return;
    this.s.phase = 'open';
    this.s.refused = false;
    this.s.reason = null;
    this.s.attempt = 0;
    this.s.relay = message.relay.slice() as Bytes;
    this.cancelBeat?.();
    this.beat();
    this.offset(message.time);
    this.d.handlers.onIce(this, message.ice);
    this.setRooms(this.wanted);
    this.d.handlers.onChange();
  }

  /** FORMATS 4: clock told + half the round trip − own clock at receipt. */
  private offset(time: number): void {
    const half = (this.d.clock.monotonic() - this.s.pingAt) / 2;
    this.d.handlers.onClockOffset(Math.round(time + half - this.d.clock.now()));
  }

  private joined(message: SignalOf<'signal:join:v1:completed'>): void {
    const room = this.rooms.get(toBase64url(message.room));
    if (room === undefined) return;
    room.ticket = message.ticket.slice() as Bytes;
    const named = new Set(message.sessions.map(toBase64url));
    for (const [key, session] of [...room.sessions]) if (!named.has(key)) this.peer(room.id, session, false);
    for (const session of message.sessions) this.peer(room.id, session as Bytes, true);
    this.stay.entered(toBase64url(room.id));
  }

  private peer(id: Bytes, session: Bytes, present: boolean): void {
    const room = this.rooms.get(toBase64url(id));
    if (room === undefined || compareBytes(session, this.d.session) === 0) return;
    const key = toBase64url(session);
    if (room.sessions.has(key) === present) return;
    // A server that names more than a room may hold is not believed any further.
    if (present && room.sessions.size >= SIGNAL_LIMITS.sessions) return;
    if (present) room.sessions.set(key, session.slice() as Bytes);
    else room.sessions.delete(key);
    this.d.handlers.onPeer(this, room.id, session.slice() as Bytes, present);
    this.stay.changed();
  }

  private route(message: SignalOf<'relay:open:v1:completed'>): void {
    const { s, d } = this;
    const route = message.route.slice() as Bytes;
    // Told, because the other end waits on it and the server keeps it for the pair.
    if (s.relay === null || this.routes.size >= MESH_LIMITS.relayRoutes) return this.send({ type: 'relay:close:v1:requested', route });
    const key = toBase64url(route);
    const relay = createRelayWire(s.relay, message.initiator, {
      send: (channel, frame) => {
        this.send({ type: 'relay:frame:v1:requested', route, channel: channel === 'live' ? 0 : 1, frame });
      },
      buffered: () => s.socket?.buffered() ?? 0,
      wake: () => this.wake(),
      closed: () => {
        this.routes.delete(key);
        this.send({ type: 'relay:close:v1:requested', route });
      },
    });
    this.endRoute(key, 'replaced');
    this.routes.set(key, { relay, session: toBase64url(message.peer) });
    d.handlers.onRelay(this, message.peer.slice() as Bytes, relay.wire);
  }

  private endRoute(key: string, reason: string): void {
    const route = this.routes.get(key);
    this.routes.delete(key);
    route?.relay.end(reason);
  }

  private failed(message: SignalFailed): void {
    if (message.route !== undefined) this.endRoute(toBase64url(message.route), message.code);
    if (message.service === 'signal' && message.action === 'join' && message.room !== undefined) {
      this.s.reason = message.code;
      this.leftRoom(toBase64url(message.room));
      this.stay.full(toBase64url(message.room));
      this.d.handlers.onChange();
    }
  }

  private refusedBy(code: string): void {
    this.s.refused = REFUSALS.has(code);
    this.lost(code);
  }
}

/** A client of one server; it does nothing before start(). */
export function createSignalingClient(deps: SignalingDeps): SignalingClient {
  return new Client(deps);
}
