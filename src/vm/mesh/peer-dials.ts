/**
 * Attempts to link one session: a direct dial (the smaller session starts it), and 2.5 s later, or when a wire says "disconnected", a relay
 * route beside it. Retries wait longer each time. Who is dialled at all is decided by the peer table.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import { FOREIGN_CERTIFICATE, type Wire } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';
import type { Link } from './link-types.ts';
import { openLink, type PeerEntry } from './peer-entry.ts';
import { encodePeerSignal, type PeerSignal } from './signal-codec.ts';
import type { WayDialer } from './ways.ts';

export interface PeerDialsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly dialer: WayDialer;
  /** Sends a signal to a session by a server or other peers; false when nobody knows a way. */
  signal(session: Bytes, data: Bytes): boolean;
  /** Asks every server that sees the session for a relay route; false when none does. */
  openRelay(session: Bytes): boolean;
  /** Proof for the session that we know the key of a room that both are in. */
  knock(entry: PeerEntry): string | null;
  running(): boolean;
  /** Do we have so few links, or is it one we must not lose, that the other end should make room? */
  needy(entry: PeerEntry): boolean;
  /** How long a relay route is waited for. */
  patienceMs(entry: PeerEntry): number;
  onWire(entry: PeerEntry, wire: Wire): void;
  /** No attempt is left and there is no link. */
  onGivenUp(entry: PeerEntry): void;
  /** The engine met another certificate than the other end named. */
  altered(entry: PeerEntry): void;
  metric(name: string, add: number): void;
}

export class PeerDials {
  constructor(private readonly d: PeerDialsDeps) {}

  /** Direct now (or ask to be dialled), relay after 2.5 s. */
  connect(entry: PeerEntry): void {
    entry.retryTimer?.();
    entry.retryTimer = null;
    this.relayAfter(entry, MESH_LIMITS.relayAfterMs);
    if (entry.initiator) this.direct(entry);
    else this.say(entry, { kind: 'want' });
  }

  say(entry: PeerEntry, signal: PeerSignal): boolean {
    const asks = signal.kind === 'rtc' || signal.kind === 'want';
    const bytes = encodePeerSignal(signal, { need: asks && this.d.needy(entry), knock: asks ? this.d.knock(entry) : null });
    return bytes !== null && this.d.signal(entry.session, bytes);
  }

  /** Asks once: a second ask ends the route of the first at the server, while both ends ask at about the same time. */
  askRelay(entry: PeerEntry): void {
    const now = this.d.clock.monotonic();
    if (now - entry.relayAskedAt < MESH_LIMITS.relayAskMs || [...entry.links].some((link) => link.kind === 'relay' && !link.open)) return;
    entry.relayAskedAt = now;
    this.d.openRelay(entry.session);
  }

  relayAfter(entry: PeerEntry, ms: number): void {
    entry.relayTimer?.();
    entry.relayPatience = false;
    entry.relayTimer = this.d.clock.setTimer(ms, () => {
      entry.relayTimer = null;
      const link = openLink(entry);
      if (!this.d.running() || (link !== null && !entry.weak.has(link))) return;
      // A handshake is under way on one: the other end may be done with it already, and would leave it for a new one.
      if (![...entry.links].some((one) => one.kind === 'relay' && !one.open)) {
        this.say(entry, { kind: 'relay' });
        this.askRelay(entry);
      }
      // Neither way worked: leave the place to others and come back later.
      entry.relayPatience = true;
      entry.relayTimer = this.d.clock.setTimer(this.d.patienceMs(entry), () => {
        entry.relayTimer = null;
        if (entry.links.size === 0 && entry.dialing === null) this.d.onGivenUp(entry);
      });
    });
  }

  /** Its last link is gone. True while a direct attempt goes on: that may last 20 s without a word, so the relay is sought again beside it. */
  goesOn(entry: PeerEntry, link: Link): boolean {
    if (link.kind === 'relay' && entry.relayPatience) {
      entry.relayTimer?.();
      entry.relayTimer = null;
    }
    if (entry.dialing !== null && entry.relayTimer === null) this.relayAfter(entry, MESH_LIMITS.relayAfterMs);
    return entry.dialing !== null;
  }

  /** A direct attempt, or the wish for one when the other end is the one that dials. */
  direct(entry: PeerEntry): void {
    if (!entry.initiator) return void this.say(entry, { kind: 'want' });
    if (entry.dialing !== null) return;
    this.start(entry, toBase64url(this.d.random.bytes(8)));
  }

  /** The other side began an attempt: this end joins it. */
  answer(entry: PeerEntry, attempt: string, data: unknown): void {
    this.abort(entry);
    this.start(entry, attempt);
    const { dialing } = entry;
    if (dialing !== null) {
      dialing.answered = true;
      dialing.dialing.signal(data);
    }
    if (openLink(entry) === null && entry.relayTimer === null) this.relayAfter(entry, MESH_LIMITS.relayAfterMs);
  }

  abort(entry: PeerEntry): void {
    const { dialing } = entry;
    entry.dialing = null;
    if (dialing !== null) entry.ended = dialing.attempt;
    dialing?.cancel();
    dialing?.dialing.abort();
  }

  /** Gives up a dial of which nothing was heard, when it is at least this old. */
  abortUnanswered(entry: PeerEntry, ageMs: number): void {
    if (entry.dialing === null || entry.dialing.answered || this.d.clock.monotonic() - entry.dialing.startedAt < ageMs) return;
    this.abort(entry);
  }

  /** One timer per entry; the delay grows with its failures. */
  after(entry: PeerEntry, delays: readonly number[], fn: () => void): void {
    entry.retryTimer?.();
    const ms = delays[Math.min(Math.max(0, entry.failures - 1), delays.length - 1)]!;
    entry.retryTimer = this.d.clock.setTimer(ms, () => {
      entry.retryTimer = null;
      if (this.d.running()) fn();
    });
  }

  /** Every attempt and timer of the entry ends. */
  quiet(entry: PeerEntry): void {
    this.abort(entry);
    for (const timer of ['relayTimer', 'retryTimer'] as const) {
      entry[timer]?.();
      entry[timer] = null;
    }
  }

  private start(entry: PeerEntry, attempt: string): void {
    const over = (): boolean => entry.dialing?.attempt !== attempt;
    const cancel = this.d.clock.setTimer(MESH_LIMITS.dialMs, () => {
      if (!over()) this.failed(entry);
    });
    const dialing = this.d.dialer.dial({
      initiator: entry.initiator,
      onSignal: (data) => {
        if (!over()) this.say(entry, { kind: 'rtc', attempt, data });
      },
      onOpen: (wire) => {
        if (over()) return wire.close('stale');
        cancel();
        entry.dialing = null;
        this.d.onWire(entry, wire);
      },
      onFail: (reason) => {
        if (over()) return;
        if (reason === FOREIGN_CERTIFICATE) this.d.altered(entry);
        this.failed(entry);
      },
    });
    entry.dialing = { attempt, dialing, cancel, startedAt: this.d.clock.monotonic(), answered: false };
    this.d.metric('mesh.dials', 1);
  }

  private failed(entry: PeerEntry): void {
    this.abort(entry);
    entry.failures += 1;
    this.d.metric('mesh.dial_failed', 1);
    if (!this.d.running()) return;
    const link = openLink(entry);
    if (link === null) {
      if (entry.links.size === 0 && entry.relayTimer === null) this.d.onGivenUp(entry);
      return;
    }
    if (link.kind === 'rtc') return;
    this.after(entry, MESH_LIMITS.upgradeMs, () => this.direct(entry));
  }
}
