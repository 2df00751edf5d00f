/**
 * Backpressure of the relay. While a receiver is slow its routes are held: a sender that can hold one route is told so and goes on with all
 * others; what was under way is taken within a cap. A sender of a build before is not read from until the receiver has caught up. Pure: buffer
 * sizes and time come in.
 */
import type { Limits } from './limits.ts';
import type { RelayFrom } from './relay.ts';
import type { SocketId } from './room.ts';

/** What the wiring does. */
export interface PressureDeps {
  pause(socket: SocketId): void;
  resume(socket: SocketId): void;
  /** Tells the sender to hold the route, or to go on. */
  flow(socket: SocketId, route: string, open: boolean): void;
  /** The receiver of this route stayed slow: end the route. */
  slow(route: string): void;
}

interface Held {
  readonly route: string;
  readonly flow: boolean;
  /** Bytes that came since it was told. */
  over: number;
}

interface Slow {
  readonly since: number;
  /** When it last took something. */
  movedAt: number;
  /** Senders that are held back, and the route each of them filled. */
  readonly senders: Map<SocketId, Held>;
}

export class Pressure {
  readonly #slow = new Map<SocketId, Slow>();
  /** How many slow receivers keep a sender from being read. */
  readonly #paused = new Map<SocketId, number>();

  constructor(private readonly limits: Limits, private readonly deps: PressureDeps) {}

  /** A frame of `size` bytes was queued for `receiver`, which now has `buffered` bytes waiting. */
  sent(receiver: SocketId, from: RelayFrom, size: number, buffered: number, now: number): void {
    const known = this.#slow.get(receiver);
    const held = known?.senders.get(from.socket);
    if (held?.route === from.route) return this.#came(known!, from.socket, held, size);
    if (buffered <= this.limits.bufferHigh) return;
    const slow = known ?? { since: now, movedAt: now, senders: new Map<SocketId, Held>() };
    this.#slow.set(receiver, slow);
    slow.senders.set(from.socket, { route: from.route, flow: from.flow, over: 0 });
    if (from.flow) return this.deps.flow(from.socket, from.route, false);
    // It waits already, for a route before this one.
    if (held !== undefined) return;
    const holds = (this.#paused.get(from.socket) ?? 0) + 1;
    this.#paused.set(from.socket, holds);
    if (holds === 1) this.deps.pause(from.socket);
  }

  /** A frame over a held route: so much was under way, or the sender does not listen. */
  #came(slow: Slow, sender: SocketId, held: Held, size: number): void {
    held.over += size;
    if (!held.flow || held.over <= this.limits.heldBytes) return;
    slow.senders.delete(sender);
    this.deps.slow(held.route);
  }

  /** `receiver` took a message and has `buffered` bytes left. */
  drained(receiver: SocketId, buffered: number, now: number): void {
    const slow = this.#slow.get(receiver);
    if (slow === undefined) return;
    slow.movedAt = now;
    if (buffered < this.limits.bufferLow) this.#release(receiver);
  }

  /** The socket is gone. */
  gone(socket: SocketId): void {
    this.#release(socket);
    this.#paused.delete(socket);
    for (const slow of this.#slow.values()) slow.senders.delete(socket);
  }

  /** Ends routes whose receiver stayed slow too long, or reads nothing at all; their senders, who hear nobody meanwhile, go on. */
  tick(now: number): void {
    for (const [receiver, slow] of [...this.#slow]) {
      if (now - slow.since < this.limits.slowMs && now - slow.movedAt < this.limits.stallMs) continue;
      for (const { route } of slow.senders.values()) this.deps.slow(route);
      this.#release(receiver);
    }
  }

  #release(receiver: SocketId): void {
    const slow = this.#slow.get(receiver);
    if (slow === undefined) return;
    this.#slow.delete(receiver);
    for (const [sender, { route, flow }] of slow.senders) {
      const holds = (this.#paused.get(sender) ?? 1) - 1;
      if (flow) this.deps.flow(sender, route, true);
      else if (holds > 0) this.#paused.set(sender, holds);
      else {
        this.#paused.delete(sender);
        this.deps.resume(sender);
      }
    }
  }
}
