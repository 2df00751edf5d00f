/**
 * The whole server without its sockets: what each message of each socket leads to. Pure: the wiring (server.ts) hands in time (`now`: ms
 * that never jump; tickets carry it, so it begins as Unix time), random, a way to send and a way to close. Nothing a client sends can throw out of here or grow without a cap (limits.ts).
 */
import { isOwned, sessionOf } from '#ports/session-name';
import { decodeSignal, encodeSignal, SIGNAL_LIMITS, type IceServer, type SignalErrorCode, type SignalFailed, type SignalMessage } from '#ports/signaling';
import { networkOf } from './address.ts';
import { Bucket } from './bucket.ts';
import type { Limits } from './limits.ts';
import { Relay, type RelaySend } from './relay.ts';
import { keyOf, Rooms, type Member, type Outcome, type SocketId } from './room.ts';
import { openTicket, relayIdOf, sealTicket } from './ticket.ts';

/** What the hub needs. */
export interface HubDeps {
  readonly limits: Limits;
  /** STUN and TURN servers told to every socket. */
  readonly ice?: readonly IceServer[];
  /** Server key of the relay tickets, 32 bytes. */
  readonly key: Uint8Array;
  random(n: number): Uint8Array;
  /** Unix ms as the machine has it now: told to clients, never used to measure. */
  wall(): number;
  readonly send: RelaySend;
  /** Asks a socket for a sign of life, which comes as heard(). */
  probe(socket: SocketId): void;
  /** Ends a socket after what was sent to it before. */
  close(socket: SocketId, reason: string): void;
}

interface Client {
  readonly id: SocketId;
  readonly address: string;
  readonly since: number;
  readonly requests: Bucket;
  readonly forwards: Bucket;
  readonly frames: Bucket;
  readonly strikes: Bucket;
  heardAt: number;
  /** When a sign of life was asked for that has not come yet. */
  probedAt: number | null;
  member: Member | null;
  closing: boolean;
}

/** Counters since the start and gauges; numbers only, nothing about people or rooms. */
export interface HubStats {
  readonly sockets: number;
  readonly rooms: number;
  readonly routes: number;
  readonly joins: number;
  readonly forwards: number;
  readonly relayFrames: number;
  readonly relayBytes: number;
  readonly refused: number;
}

const SENTENCES: { readonly [K in SignalErrorCode]: string } = {
  bad_message: 'The message could not be read.',
  too_large: 'The message is too large.',
  hello_first: 'Say hello first.',
  hello_twice: 'This socket has said hello already.',
  session_taken: 'Another socket uses this session; try again in 3 seconds.',
  rate: 'Too many requests; wait a moment.',
  rooms_full: 'This socket is in too many rooms.',
  room_full: 'The room is full.',
  not_joined: 'Join the room first.',
  no_peer: 'The other session is not in the room.',
  bad_ticket: 'The ticket is not valid; join the room again for a fresh one.',
  relay_full: 'Too many relay routes.',
  relay_quota: 'The relay allowance of these two, or of this address or network, is used up.',
  no_route: 'There is no such route.',
  refused: 'The server refused.',
};

export class Hub {
  readonly #clients = new Map<SocketId, Client>();
  readonly #sessions = new Map<string, Client>();
  readonly #perAddress = new Map<string, { count: number; readonly requests: Bucket }>();
  readonly #perNetwork = new Map<string, { sockets: number; addresses: number }>();
  readonly #rooms: Rooms;
  readonly #relay: Relay;
  readonly #relayId: Uint8Array;
  #joins = 0;
  #forwards = 0;
  #refused = 0;
  /** Why, by code; `sockets`: there are too many. */
  readonly #refusals = new Map<string, number>();

  constructor(private readonly deps: HubDeps) {
    this.#rooms = new Rooms(deps.limits, deps.send, (member, room) => {
      this.#relay.left(member, room);
      deps.send(member.id, encodeSignal({ type: 'failed', service: 'signal', action: 'join', code: 'room_full', message: SENTENCES.room_full, room }));
    });
    this.#relay = new Relay(deps.limits, deps.random, deps.send);
    this.#relayId = relayIdOf(deps.key);
  }

  /** A new socket; false when the server, its address or its network has too many (the wiring refuses it then). */
  connect(id: SocketId, address: string, now: number): boolean {
    const { limits } = this.deps;
    const known = this.#perAddress.get(address);
    const group = known ?? { count: 0, requests: new Bucket(limits.addressRequestRate, limits.addressRequestBurst, now) };
    const network = this.#perNetwork.get(networkOf(address)) ?? { sockets: 0, addresses: 0 };
    const crowded = known === undefined && (this.#perAddress.size >= limits.addresses || network.addresses >= limits.addressesPerNetwork);
    if (this.#clients.size >= limits.sockets || group.count >= limits.socketsPerAddress || network.sockets >= limits.socketsPerNetwork || crowded) {
      this.#count('sockets');
      return false;
    }
    group.count += 1;
    network.sockets += 1;
    if (known === undefined) network.addresses += 1;
    this.#perNetwork.set(networkOf(address), network);
    this.#perAddress.set(address, group);
    this.#clients.set(id, {
      id, address, since: now, heardAt: now, probedAt: null, member: null, closing: false,
      requests: new Bucket(limits.requestRate, limits.requestBurst, now),
      forwards: new Bucket(limits.forwardRate, limits.forwardBurst, now),
      frames: new Bucket(limits.frameRate, limits.frameBurst, now),
      strikes: new Bucket(limits.strikeRate, limits.strikeBurst, now),
    });
    return true;
  }

  /** The socket is gone. */
  disconnect(id: SocketId): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    this.#depart(client);
    const group = this.#perAddress.get(client.address);
    if (group !== undefined) group.count -= 1;
    const network = this.#perNetwork.get(networkOf(client.address));
    if (network !== undefined) network.sockets -= 1;
  }

  /** The socket answered a transport ping. */
  heard(id: SocketId, now: number): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    client.heardAt = now;
    client.probedAt = null;
  }

  /** One binary message of a socket. */
  message(id: SocketId, bytes: Uint8Array, now: number): void {
    const client = this.#clients.get(id);
    if (client === undefined || client.closing) return;
    this.heard(id, now);
    const read = decodeSignal(bytes);
    if (!read.ok) {
      // An event this build does not know costs its place in the rate but is no fault: newer clients may ask more.
      const code = read.error.code === 'too_large' ? 'too_large' : read.error.code === 'unknown' ? 'refused' : 'bad_message';
      return this.#refuse(client, { type: 'failed', service: 'signal', action: 'message', code, message: SENTENCES[code] }, now);
    }
    const outcome = this.#dispatch(client, read.value, now);
    if (outcome !== null) this.#refuse(client, failureOf(read.value, outcome), now);
  }

  /** A route whose receiver does not keep up for now, or does again: its sender is told. */
  flow(socket: SocketId, route: string, open: boolean): void {
    this.#relay.flow(socket, route, open);
  }

  /** A route whose receiver does not keep up. */
  slow(route: string): void {
    this.#relay.cut(route, 'slow');
  }

  /** Ends what was idle too long; call about once a second. */
  tick(now: number): void {
    const { limits } = this.deps;
    for (const client of [...this.#clients.values()]) {
      if (client.closing) continue;
      if (client.member === null && now - client.since >= limits.helloMs) this.#close(client, 'idle');
      else if (now - client.heardAt >= limits.idleMs) this.#close(client, 'idle');
      else if (client.probedAt !== null && now - client.probedAt >= limits.probeMs) this.#close(client, 'replaced');
    }
    for (const [address, group] of this.#perAddress) if (group.count <= 0 && group.requests.full(now)) this.#forget(address);
    this.#relay.sweep(now);
  }

  /** An address of which nothing is left to remember, and its network with the last of them. */
  #forget(address: string): void {
    this.#perAddress.delete(address);
    const network = this.#perNetwork.get(networkOf(address));
    if (network === undefined) return;
    network.addresses -= 1;
    if (network.addresses <= 0) this.#perNetwork.delete(networkOf(address));
  }

  /** Tells every client that the server stops, and closes them. */
  stop(): void {
    for (const client of [...this.#clients.values()]) if (!client.closing) this.#close(client, 'stopping');
  }

  stats(): HubStats {
    return {
      sockets: this.#clients.size, rooms: this.#rooms.size, routes: this.#relay.size, joins: this.#joins, forwards: this.#forwards,
      relayFrames: this.#relay.frames, relayBytes: this.#relay.bytes, refused: this.#refused,
    };
  }

  #dispatch(client: Client, message: SignalMessage, now: number): Outcome {
    const { member } = client;
    if (message.type === 'relay:frame:v1:requested') {
      if (member === null) return 'hello_first';
      if (client.frames.take(1, now)) {
        const outcome = this.#relay.frame(member, message.route, message.channel, message.frame, now);
        // Frames may be under way when a route ends: no fault, no answer.
        return outcome === 'no_route' ? null : outcome;
      }
      this.#relay.close(member, message.route);
      return 'rate';
    }
    if (!client.requests.take(1, now) || this.#perAddress.get(client.address)?.requests.take(1, now) !== true) return 'rate';
    if (message.type === 'signal:ping:v1:requested') {
      this.deps.send(client.id, encodeSignal({ type: 'signal:ping:v1:completed', time: this.deps.wall() }));
      return null;
    }
    if (message.type === 'signal:hello:v1:requested') return this.#hello(client, message.session, false, now);
    if (message.type === 'signal:hello:v2:requested') return this.#hello(client, sessionOf(message.secret), true, now);
    return member === null ? 'hello_first' : this.#request(client, member, message, now);
  }

  #request(client: Client, member: Member, message: SignalMessage, now: number): Outcome {
    switch (message.type) {
      case 'signal:join:v1:requested':
        return this.#join(member, message.room, now);
      case 'signal:leave:v1:requested':
        this.#relay.left(member, message.room);
        this.#rooms.leave(member, message.room);
        return null;
      case 'signal:forward:v1:requested':
        if (!client.forwards.take(message.data.length, now)) return 'rate';
        this.#forwards += 1;
        return this.#rooms.forward(member, message.room, message.to, message.data);
      case 'relay:open:v1:requested': {
        if (!member.rooms.has(keyOf(message.room))) return 'not_joined';
        if (!openTicket(this.deps.key, message.ticket, message.room, member.session, now)) return 'bad_ticket';
        const peer = this.#rooms.peer(member, message.room, message.to);
        return peer === null ? 'no_peer' : this.#relay.open(member, peer, message.room, now);
      }
      case 'relay:close:v1:requested':
        // Both ends may close at once: the second finds nothing, which is what it wanted.
        this.#relay.close(member, message.route);
        return null;
      default:
        return 'refused';
    }
  }

  #hello(client: Client, session: Uint8Array, proved: boolean, now: number): Outcome {
    if (client.member !== null) return 'hello_twice';
    if (isOwned(session) && !proved) return 'session_taken';
    const key = keyOf(session);
    const old = this.#sessions.get(key);
    // The same tab after a broken connection; from elsewhere it could be who saw a session without a secret in a room, or a server that was shown one.
    if (old !== undefined && old.address !== client.address) {
      old.probedAt ??= now;
      this.deps.probe(old.id);
      return 'session_taken';
    }
    if (old !== undefined) this.#close(old, 'replaced');
    client.member = { id: client.id, session: session.slice(), address: client.address, flow: proved, rooms: new Set() };
    this.#sessions.set(key, client);
    const { roomsPerSocket, sessionsPerRoom, requestRate, relayBytesPerPair, idleMs } = this.deps.limits;
    const limits = { rooms: roomsPerSocket, sessions: sessionsPerRoom, rate: requestRate, relay_bytes: relayBytesPerPair, idle_ms: idleMs };
    this.deps.send(client.id, encodeSignal({ type: 'signal:hello:v1:completed', session, time: this.deps.wall(), relay: this.#relayId, limits, ice: this.deps.ice ?? [] }));
    return null;
  }

  #join(member: Member, room: Uint8Array, now: number): Outcome {
    this.#joins += 1;
    return this.#rooms.join(member, room, () => sealTicket(this.deps.key, room, member.session, now + this.deps.limits.ticketMs));
  }

  /** What was refused since the start, by why. */
  refusals(): ReadonlyMap<string, number> {
    return this.#refusals;
  }

  #count(why: string): void {
    this.#refused += 1;
    this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1);
  }

  #refuse(client: Client, failed: SignalFailed, now: number): void {
    this.#count(failed.code);
    this.deps.send(client.id, encodeSignal(failed));
    if (!client.strikes.take(1, now)) this.#close(client, 'abuse');
  }

  #close(client: Client, reason: string): void {
    client.closing = true;
    this.deps.send(client.id, encodeSignal({ type: 'signal:close:v1:completed', reason }));
    this.#depart(client);
    this.deps.close(client.id, reason);
  }

  /** Takes the client out of rooms, routes and sessions; the socket itself may still be closing. */
  #depart(client: Client): void {
    const { member } = client;
    if (member === null) return;
    client.member = null;
    this.#relay.left(member, null);
    this.#rooms.leaveAll(member);
    if (this.#sessions.get(keyOf(member.session)) === client) this.#sessions.delete(keyOf(member.session));
  }
}

/** The error that answers a request. */
function failureOf(message: SignalMessage, code: SignalErrorCode): SignalFailed {
  const [service, action] = message.type === 'failed' ? ['signal', 'message'] : message.type.split(':');
  const base: SignalFailed = { type: 'failed', service: service === 'relay' ? 'relay' : 'signal', action: action!, code, message: SENTENCES[code] };
  const room = 'room' in message && message.room !== undefined ? { room: message.room } : {};
  return 'route' in message && message.route !== undefined ? { ...base, ...room, route: message.route } : { ...base, ...room };
}

/** Largest WebSocket message the wiring takes in. */
export const MAX_MESSAGE = SIGNAL_LIMITS.message;
