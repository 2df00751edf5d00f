/**
 * Routes between two sessions that both asked for each other in a room (FORMATS 8: nothing relayed without two joined ends). Frames are
 * sealed by the peers and go through unread; the server counts their bytes. Pure: time and random come in.
 */
import { compareBytes } from '#base/bytes';
import { encodeSignal, type RelayChannel } from '#ports/signaling';
import { networkOf } from './address.ts';
import { Quota } from './bucket.ts';
import type { Limits } from './limits.ts';
import { keyOf, type Member, type Outcome, type SocketId } from './room.ts';

/** Whose frame it is: its route is held, or its socket not read from, while the receiver is slow. */
export interface RelayFrom {
  readonly socket: SocketId;
  readonly route: string;
  /** It holds back a route when it is told to. */
  readonly flow: boolean;
}

/** Sends bytes to a socket; `from` stands beside frames of the relay. */
export type RelaySend = (socket: SocketId, message: Uint8Array, from?: RelayFrom) => void;

interface Route {
  readonly id: Uint8Array;
  /** One that both ends are in. */
  room: string;
  readonly ends: readonly [Member, Member];
  /** Ends that sent a frame over it: they know it. */
  readonly knownBy: Set<SocketId>;
  usedAt: number;
}

export class Relay {
  readonly #routes = new Map<string, Route>();
  /** Route keys of each socket. */
  readonly #ofSocket = new Map<SocketId, Set<string>>();
  readonly #ofAddress = new Map<string, number>();
  /** Requests that wait for the other end: socket → session wanted → where and since when. */
  readonly #pending = new Map<SocketId, Map<string, { readonly room: string; readonly at: number }>>();
  readonly #pairQuota: Quota;
  readonly #addressQuota: Quota;
  readonly #networkQuota: Quota;
  frames = 0;
  bytes = 0;

  constructor(private readonly limits: Limits, private readonly random: (n: number) => Uint8Array, private readonly send: RelaySend) {
    this.#pairQuota = new Quota(limits.relayBytesPerPair, limits.quotaWindowMs, limits.quotaEntries);
    this.#addressQuota = new Quota(limits.relayBytesPerAddress, limits.quotaWindowMs, limits.quotaEntries);
    this.#networkQuota = new Quota(limits.relayBytesPerNetwork, limits.quotaWindowMs, limits.quotaEntries);
  }

  get size(): number {
    return this.#routes.size;
  }

  /**
   * Notes that `member` wants a route to `peer`; opens it when the peer wants it too (in whichever room they share: the ends of a pair
   * that meets in several rooms may name different ones). A route that they have and `member` knows is closed first. One of which it
   * showed no sign yet stands: the wish crossed the news of it, and its end would wait on a route that nobody is at.
   */
  open(member: Member, peer: Member, room: Uint8Array, now: number): Outcome {
    const old = this.#between(member, peer);
    if (old?.knownBy.has(member.id) === false) return null;
    if (old !== null) this.#end(old, 'replaced', null);
    for (const side of [member, peer]) {
      if ((this.#ofSocket.get(side.id)?.size ?? 0) >= this.limits.routesPerSocket) return 'relay_full';
      if ((this.#ofAddress.get(side.address) ?? 0) >= this.limits.routesPerAddress) return 'relay_full';
    }
    const asked = this.#pending.get(peer.id)?.get(keyOf(member.session));
    if (asked !== undefined && now - asked.at < this.limits.pendingMs) {
      this.#pending.get(peer.id)!.delete(keyOf(member.session));
      this.#pending.get(member.id)?.delete(keyOf(peer.session));
      this.#start(member, peer, room, now);
      return null;
    }
    const mine = this.#pending.get(member.id) ?? new Map<string, { readonly room: string; readonly at: number }>();
    this.#pending.set(member.id, mine);
    for (const [key, { at }] of mine) if (now - at >= this.limits.pendingMs) mine.delete(key);
    const key = keyOf(peer.session);
    if (!mine.has(key) && mine.size >= this.limits.pendingPerSocket) return 'relay_full';
    mine.set(key, { room: keyOf(room), at: now });
    return null;
  }

  /** Passes a frame to the other end. Who is over the bytes of a pair, an address or a network loses the route. */
  frame(member: Member, route: Uint8Array, channel: RelayChannel, frame: Uint8Array, now: number): Outcome {
    const key = keyOf(route);
    const found = this.#owned(member, key);
    if (found === null) return 'no_route';
    if (!this.#allows(found, member, frame.length, now)) {
      this.#end(found, 'relay_quota', null);
      return 'relay_quota';
    }
    found.usedAt = now;
    found.knownBy.add(member.id);
    this.frames += 1;
    this.bytes += frame.length;
    const message = encodeSignal({ type: 'relay:frame:v1:completed', route, channel, frame });
    this.send(otherEnd(found, member.id).id, message, { socket: member.id, route: key, flow: member.flow });
    return null;
  }

  /** Closes a route at the wish of one end. */
  close(member: Member, route: Uint8Array): Outcome {
    const found = this.#owned(member, keyOf(route));
    if (found === null) return 'no_route';
    this.#end(found, 'closed', member.id);
    return null;
  }

  /** Tells an end of a route to hold what it has for it, or to go on. */
  flow(socket: SocketId, route: string, open: boolean): void {
    const found = this.#routes.get(route);
    if (found !== undefined) this.send(socket, encodeSignal({ type: 'relay:flow:v1:completed', route: found.id, open }));
  }

  /** Closes a route by its key, telling both ends why. */
  cut(route: string, reason: string): void {
    const found = this.#routes.get(route);
    if (found !== undefined) this.#end(found, reason, null);
  }

  /** The member left the room (or, with null, is gone): its routes there go on in another room that both ends are in, else they end. */
  left(member: Member, room: Uint8Array | null): void {
    const key = room === null ? null : keyOf(room);
    for (const route of [...(this.#ofSocket.get(member.id) ?? [])]) {
      const found = this.#routes.get(route)!;
      if (key !== null && found.room !== key) continue;
      const other = otherEnd(found, member.id);
      const common = key === null ? undefined : [...member.rooms].find((one) => one !== key && other.rooms.has(one));
      if (common !== undefined) found.room = common;
      // Who only left a room still listens: its end of the route must not look alive.
      else this.#end(found, 'left', key === null ? member.id : null);
    }
    const mine = this.#pending.get(member.id);
    for (const [to, { room: where }] of mine ?? []) if (key === null || where === key) mine!.delete(to);
    if (key === null || mine?.size === 0) this.#pending.delete(member.id);
  }

  /** Ends idle routes and forgets old windows. */
  sweep(now: number): void {
    for (const route of [...this.#routes.values()]) if (now - route.usedAt >= this.limits.routeIdleMs) this.#end(route, 'idle', null);
    for (const quota of [this.#pairQuota, this.#addressQuota, this.#networkQuota]) quota.sweep(now);
  }

  /** Counts the bytes. A room has no allowance of its own: two of its sessions would use it up for all others. */
  #allows(route: Route, from: Member, bytes: number, now: number): boolean {
    const pair = route.ends.map(({ address }) => address).sort().join(' ');
    return this.#pairQuota.add(`${route.room} ${pair}`, bytes, now) && this.#addressQuota.add(from.address, bytes, now) && this.#networkQuota.add(networkOf(from.address), bytes, now);
  }

  #owned(member: Member, key: string): Route | null {
    return this.#ofSocket.get(member.id)?.has(key) === true ? this.#routes.get(key)! : null;
  }

  #between(a: Member, b: Member): Route | null {
    for (const key of this.#ofSocket.get(a.id) ?? []) {
      const route = this.#routes.get(key)!;
      if (otherEnd(route, a.id).id === b.id) return route;
    }
    return null;
  }

  #start(a: Member, b: Member, room: Uint8Array, now: number): void {
    const route: Route = { id: this.random(8), room: keyOf(room), ends: [a, b], knownBy: new Set(), usedAt: now };
    const key = keyOf(route.id);
    this.#routes.set(key, route);
    for (const end of route.ends) {
      const own = this.#ofSocket.get(end.id) ?? new Set<string>();
      this.#ofSocket.set(end.id, own.add(key));
      this.#ofAddress.set(end.address, (this.#ofAddress.get(end.address) ?? 0) + 1);
      const peer = otherEnd(route, end.id);
      const initiator = compareBytes(end.session, peer.session) < 0;
      this.send(end.id, encodeSignal({ type: 'relay:open:v1:completed', room, peer: peer.session, route: route.id, initiator }));
    }
  }

  /** Removes the route and tells its ends, except the one that asked. */
  #end(route: Route, reason: string, except: SocketId | null): void {
    const key = keyOf(route.id);
    this.#routes.delete(key);
    for (const end of route.ends) {
      const own = this.#ofSocket.get(end.id);
      own?.delete(key);
      if (own?.size === 0) this.#ofSocket.delete(end.id);
      const left = (this.#ofAddress.get(end.address) ?? 1) - 1;
      if (left > 0) this.#ofAddress.set(end.address, left);
      else this.#ofAddress.delete(end.address);
      if (end.id !== except) this.send(end.id, encodeSignal({ type: 'relay:close:v1:completed', route: route.id, reason }));
    }
  }
}

const otherEnd = (route: Route, socket: SocketId): Member => (route.ends[0].id === socket ? route.ends[1] : route.ends[0]);
