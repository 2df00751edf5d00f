/**
 * How long a peer stays in a room of one server. A room holds few sessions, a space may have a thousand: who has enough links leaves a room
 * that fills up, so that newcomers get in, and comes back now and then, so that no island stays alone. The few who stay longer are drawn
 * anew each minute by the same lot everywhere. So with a room in which one waits for somebody who may come, a beacon too: else those who wait keep
 * out who they wait for. Rooms below that size, and those in which one wants to be met oneself, are never left, nor is one on which a relay route hangs.
 */
import { type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import { MESH_LIMITS } from '#vm/limits';

export interface RoomStayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly session: Bytes;
  /** Open links in the space of the room (text); Infinity where one only waits for others, null where one wants to be met. */
  links(room: string): number | null;
  /** Other sessions in the room, as far as we are in it. */
  others(room: string): Iterable<Bytes>;
  /** Would relay routes end when one leaves the room? */
  hasRoutes(room: string): boolean;
  enter(room: string, id: Bytes): void;
  leave(room: string, id: Bytes): void;
  /** Inside for a look, with links enough: one more from here ties islands together. */
  onVisit(room: string): void;
}

export interface RoomStay {
  /** The rooms to be in, as far as they hold us. */
  setRooms(rooms: ReadonlyMap<string, Bytes>): void;
  /** The server took us in. */
  entered(room: string): void;
  /** The room is full, or its place was given to somebody else. */
  full(room: string): void;
  /** Sessions came or went. */
  changed(): void;
  /** The server is gone: nobody is anywhere. */
  reset(): void;
}

interface Stay {
  readonly id: Bytes;
  state: 'asking' | 'inside' | 'outside';
  /** When it was entered, or when it is tried again. */
  at: number;
  /** Visits in a row that found the room full. */
  refused: number;
  /** Since when there are too few links, ms; null while there are enough. */
  lackingSince: number | null;
  /** Not one of ours any more: left when no route hangs on it. */
  over: boolean;
}

/** The place of a session in the lot of a minute: the same for all peers. */
function lot(session: Uint8Array, minute: number): number {
  let h = 0x811c9dc5 ^ minute;
  for (const byte of session) h = Math.imul(h ^ byte, 0x01000193);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 0;
}

class RoomStayImpl implements RoomStay {
  private readonly stays = new Map<string, Stay>();
  private cancel: (() => void) | null = null;

  constructor(private readonly d: RoomStayDeps) {}

  setRooms(rooms: ReadonlyMap<string, Bytes>): void {
    const gone = [...this.stays].filter(([room]) => !rooms.has(room));
    // New ones first: who is met there too is not lost in between, and a relay route goes on in a room that both ends share.
    for (const [room, id] of rooms) {
      const stay = this.stays.get(room);
      if (stay !== undefined) {
        stay.over = false;
        continue;
      }
      this.stays.set(room, { id, state: 'asking', at: 0, refused: 0, lackingSince: null, over: false });
      this.d.enter(room, id);
    }
    for (const [room, stay] of gone) {
      stay.over = true;
      if (this.end(room, stay)) this.arm();
    }
  }

  /** Leaves a room that is not ours any more. True while it must be looked at again. */
  private end(room: string, stay: Stay): boolean {
    if (stay.state !== 'outside' && this.d.hasRoutes(room)) return true;
    this.stays.delete(room);
    if (stay.state !== 'outside') this.d.leave(room, stay.id);
    return false;
  }

  entered(room: string): void {
    const stay = this.stays.get(room);
    if (stay === undefined || stay.state === 'inside') return;
    const links = this.d.links(room);
    Object.assign(stay, { state: 'inside', at: this.d.clock.monotonic(), refused: 0 });
    if (links !== null && links !== Infinity && links >= MESH_LIMITS.activeMin) this.d.onVisit(room);
    this.arm();
  }

  full(room: string): void {
    const stay = this.stays.get(room);
    if (stay === undefined) return;
    stay.refused += 1;
    const wait = this.needs(room) ? MESH_LIMITS.roomRetryMs * (1 + this.linksIn(room)) : MESH_LIMITS.roomVisitMs * 2 ** Math.min(stay.refused, 4);
    Object.assign(stay, { state: 'outside', at: this.d.clock.monotonic() + this.spread(wait) });
    this.arm();
  }

  changed(): void {
    for (const [room, stay] of this.stays) if (stay.state === 'inside' && this.isCrowded(room)) return this.arm();
  }

  reset(): void {
    this.cancel?.();
    this.cancel = null;
    this.stays.clear();
  }

  private needs(room: string): boolean {
    return this.linksIn(room) < MESH_LIMITS.activeMin;
  }

  private linksIn(room: string): number {
    return this.d.links(room) ?? 0;
  }

  /**
   * Does one with too few links go in before the next visit? At once with none; who has some looks among the neighbours of those first, 3 s for each:
   * when many of a large space go at once, the room holds few, and who is alone finds a place.
   */
  private hurries(room: string, stay: Stay, now: number): boolean {
    stay.lackingSince = this.needs(room) ? (stay.lackingSince ?? now) : null;
    return stay.lackingSince !== null && now - stay.lackingSince >= 2 * MESH_LIMITS.roomRetryMs * this.linksIn(room);
  }

  private isCrowded(room: string): boolean {
    let count = 1;
    for (const _ of this.d.others(room)) if (++count > MESH_LIMITS.roomCalm) return true;
    return false;
  }

  /** Half to one and a half of it: a thousand peers must not come at once. */
  private spread(ms: number): number {
    return ms * (0.5 + this.d.random.bytes(1)[0]! / 255);
  }

  private arm(): void {
    this.cancel ??= this.d.clock.setTimer(this.spread(MESH_LIMITS.roomStepMs), () => {
      this.cancel = null;
      let busy = false;
      for (const [room, stay] of this.stays) busy = this.step(room, stay) || busy;
      if (busy) this.arm();
    });
  }

  /** True while the room must be looked at again. */
  private step(room: string, stay: Stay): boolean {
    const now = this.d.clock.monotonic();
    if (stay.over) return this.end(room, stay);
    if (stay.state === 'inside') {
      if (!this.isCrowded(room)) return false;
      if (this.needs(room) || this.d.hasRoutes(room) || now - stay.at < MESH_LIMITS.roomStayMs || this.isKeeper(room)) return true;
      Object.assign(stay, { state: 'outside', at: now + this.spread(MESH_LIMITS.roomVisitMs) });
      this.d.leave(room, stay.id);
      return true;
    }
    // With too few links one does not wait for the next visit.
    const waits = stay.at - now;
    if (stay.state === 'outside' && (waits <= 0 || (this.hurries(room, stay, now) && waits > 2 * MESH_LIMITS.roomRetryMs))) {
      Object.assign(stay, { state: 'asking', at: now });
      this.d.enter(room, stay.id);
    }
    return true;
  }

  /** Is our lot of this minute among the first of those inside? */
  private isKeeper(room: string): boolean {
    const minute = Math.floor(this.d.clock.now() / 60_000);
    const own = lot(this.d.session, minute);
    let before = 0;
    for (const session of this.d.others(room)) if (lot(session, minute) < own && ++before >= MESH_LIMITS.roomKeepers) return false;
    return true;
  }
}

/** The stay of one peer in the rooms of one server. */
export function createRoomStay(deps: RoomStayDeps): RoomStay {
  return new RoomStayImpl(deps);
}
