/**
 * Who is in which room, and the forwarding of opaque signals between two sessions of one room. Pure: no clock, no sockets; what is to be
 * sent goes to the `send` of the constructor. A room exists while somebody is in it, and nothing is kept after.
 */
import { equalBytes, toBase64url } from '#base/bytes';
import { encodeSignal, type SignalErrorCode, type SignalReply } from '#ports/signaling';
import { networkOf } from './address.ts';
import type { Limits } from './limits.ts';

/** Number of a socket, given by the wiring. */
export type SocketId = number;

/** One socket after its hello. */
export interface Member {
  readonly id: SocketId;
  readonly session: Uint8Array;
  /** Group of the remote address; only for caps. */
  readonly address: string;
  /** It holds back a route when it is told to. */
  readonly flow: boolean;
  /** Keys of the rooms it is in. */
  readonly rooms: Set<string>;
}

/** Sends bytes to a socket. */
export type Send = (socket: SocketId, message: Uint8Array) => void;

/** Key of a byte string in a Map. */
export const keyOf = (bytes: Uint8Array): string => toBase64url(bytes);

/** What a request came to: null = done, else why not. */
export type Outcome = SignalErrorCode | null;

export class Rooms {
  readonly #rooms = new Map<string, { readonly id: Uint8Array; readonly members: Map<string, Member> }>();

  constructor(private readonly limits: Limits, private readonly send: Send, private readonly onOusted: (member: Member, room: Uint8Array) => void) {}

  get size(): number {
    return this.#rooms.size;
  }

  /** Puts the member into the room and tells the others; again = no news, the same answer. Answers with `ticket`. */
  join(member: Member, room: Uint8Array, ticket: () => Uint8Array): Outcome {
    const key = keyOf(room);
    const known = this.#rooms.get(key);
    if (!member.rooms.has(key)) {
      if (member.rooms.size >= this.limits.roomsPerSocket) return 'rooms_full';
      if (known !== undefined && known.members.size >= this.limits.sessionsPerRoom && !this.#makeRoom(known, member)) return 'room_full';
    }
    const here = known ?? { id: room.slice(), members: new Map<string, Member>() };
    this.#rooms.set(key, here);
    const others = [...here.members.values()].filter((other) => other.id !== member.id);
    this.#reply(member, { type: 'signal:join:v1:completed', room, sessions: others.map((other) => other.session), ticket: ticket() });
    if (member.rooms.has(key)) return null;
    member.rooms.add(key);
    here.members.set(keyOf(member.session), member);
    this.#tell(others, { type: 'signal:peer:v1:completed', room, session: member.session, present: true });
    return null;
  }

  /**
   * A full room is shared by networks, and what a network has of it by its addresses: one of the network that has most gives way, when the
   * newcomer's has at least two less, else one of the newcomer's own network by the same rule for addresses. So neither many sessions of one
   * address nor many addresses of one hand keep the others out; the one that goes is told as if it had come too late.
   */
  #makeRoom(here: { readonly id: Uint8Array; readonly members: Map<string, Member> }, newcomer: Member): boolean {
    const all = [...here.members.values()];
    const home = networkOf(newcomer.address);
    const fullest = shareOf(all, (member) => networkOf(member.address), home);
    const from = fullest ?? all.filter((member) => networkOf(member.address) === home);
    // Who comes from elsewhere has nothing of that network, whatever it has of its own.
    const victim = shareOf(from, (member) => member.address, fullest === null ? newcomer.address : null)?.at(-1) ?? null;
    if (victim === null) return false;
    this.leave(victim, here.id);
    this.onOusted(victim, here.id);
    return true;
  }

  /** Takes the member out of the room and tells the others; nothing when it is not in it. */
  leave(member: Member, room: Uint8Array): void {
    const key = keyOf(room);
    if (!member.rooms.delete(key)) return;
    const here = this.#rooms.get(key)!;
    here.members.delete(keyOf(member.session));
    if (here.members.size === 0) this.#rooms.delete(key);
    else this.#tell(here.members.values(), { type: 'signal:peer:v1:completed', room, session: member.session, present: false });
  }

  /** Takes the member out of every room. */
  leaveAll(member: Member): void {
    for (const key of [...member.rooms]) this.leave(member, this.#rooms.get(key)!.id);
  }

  /** The other session in a room that both are in; null when one of them is not. */
  peer(member: Member, room: Uint8Array, session: Uint8Array): Member | null {
    if (!member.rooms.has(keyOf(room)) || equalBytes(session, member.session)) return null;
    return this.#rooms.get(keyOf(room))?.members.get(keyOf(session)) ?? null;
  }

  /** Hands opaque bytes to another session of the room. */
  forward(member: Member, room: Uint8Array, to: Uint8Array, data: Uint8Array): Outcome {
    if (!member.rooms.has(keyOf(room))) return 'not_joined';
    const other = this.peer(member, room, to);
    if (other === null) return 'no_peer';
    this.#reply(other, { type: 'signal:forward:v1:completed', room, from: member.session, data });
    return null;
  }

  #reply(member: Member, message: SignalReply): void {
    this.send(member.id, encodeSignal(message));
  }

  #tell(members: Iterable<Member>, message: SignalReply): void {
    const bytes = encodeSignal(message);
    for (const member of members) this.send(member.id, bytes);
  }
}

/** Those of the group with the most members, when `mine` has at least two less (null: in any case); of equal ones that of the youngest member. */
function shareOf(members: readonly Member[], groupOf: (member: Member) => string, mine: string | null): readonly Member[] | null {
  const groups = new Map<string, Member[]>();
  for (const member of members) groups.set(groupOf(member), [...(groups.get(groupOf(member)) ?? []), member]);
  const most = Math.max(0, ...[...groups.values()].map((group) => group.length));
  if (most === 0 || (mine !== null && most < (groups.get(mine)?.length ?? 0) + 2)) return null;
  return groups.get(groupOf(members.findLast((member) => groups.get(groupOf(member))!.length === most)!))!;
}
