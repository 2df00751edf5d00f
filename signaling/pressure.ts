/** Backpressure of the relay: senders to a slow receiver are not read until it has caught up. Pure: buffer sizes and time come in. */
import type { Limits } from './limits.ts';
import type { SocketId } from './room.ts';

/** What the wiring does. */
export interface PressureDeps {
  pause(socket: SocketId): void;
  resume(socket: SocketId): void;
  /** The receiver of this route stayed slow: end the route. */
  slow(route: string): void;
}

interface Slow {
  readonly since: number;
  /** When it last took something. */
  movedAt: number;
  /** Paused senders and the route each of them filled. */
  readonly senders: Map<SocketId, string>;
}

export class Pressure {
  readonly #slow = new Map<SocketId, Slow>();
  /** How many slow receivers hold a sender back. */
  readonly #held = new Map<SocketId, number>();

  constructor(private readonly limits: Limits, private readonly deps: PressureDeps) {}

  /** A frame of `sender` was queued for `receiver`, which now has `buffered` bytes waiting. */
  sent(receiver: SocketId, sender: SocketId, route: string, buffered: number, now: number): void {
    if (buffered <= this.limits.bufferHigh) return;
    const slow = this.#slow.get(receiver) ?? { since: now, movedAt: now, senders: new Map<SocketId, string>() };
    this.#slow.set(receiver, slow);
    if (slow.senders.has(sender)) return;
    slow.senders.set(sender, route);
    const holds = (this.#held.get(sender) ?? 0) + 1;
    this.#held.set(sender, holds);
    if (holds === 1) this.deps.pause(sender);
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
    this.#held.delete(socket);
    for (const slow of this.#slow.values()) slow.senders.delete(socket);
  }

  /** Ends routes whose receiver stayed slow too long, or reads nothing at all; their senders, who hear nobody meanwhile, go on. */
  tick(now: number): void {
    for (const [receiver, slow] of [...this.#slow]) {
      if (now - slow.since < this.limits.slowMs && now - slow.movedAt < this.limits.stallMs) continue;
      for (const route of slow.senders.values()) this.deps.slow(route);
      this.#release(receiver);
    }
  }

  #release(receiver: SocketId): void {
    const slow = this.#slow.get(receiver);
    if (slow === undefined) return;
    this.#slow.delete(receiver);
    for (const sender of slow.senders.keys()) {
      const holds = (this.#held.get(sender) ?? 1) - 1;
      if (holds > 0) this.#held.set(sender, holds);
      else {
        this.#held.delete(sender);
        this.deps.resume(sender);
      }
    }
  }
}
