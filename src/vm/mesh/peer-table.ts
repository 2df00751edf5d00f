/**
 * Sessions seen in rooms, and one link to each that is wanted, shared by all common spaces (FORMATS 8, DESIGN 4). The smaller session dials
 * a direct connection at once; 2.5 s later, or when a wire says "disconnected", both ask for a relay route beside it. The first wire that
 * finishes its handshake carries the link; a direct one replaces a relayed one whenever it comes up; a lost one is redialled at once.
 * Messages in flight during a move may be lost: anti-entropy on the new link repairs that.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { CryptoPort, SigningKey } from '#ports/crypto';
import type { Random } from '#ports/random';
import type { Dialer, DialOptions, Wire } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';
import type { Link, LinkCloseCode, LinkHandlers } from './link-types.ts';
import { createLink } from './link.ts';
import { betterLink, chooseDials, createPeerEntry, isActive, openLink, type PeerEntry } from './peer-entry.ts';
import { decodePeerSignal, encodePeerSignal, type PeerSignal } from './signal-codec.ts';

export interface PeerTableDeps {
  readonly session: Bytes;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: CryptoPort;
  readonly deviceKey: SigningKey;
  readonly uid: Bytes;
  readonly dialer: Dialer;
  /** Asked at each dial: servers may have named more meanwhile. */
  iceServers(): DialOptions['iceServers'];
  /** Sends a signal to a session by a server or a common peer; false when neither knows it. */
  signal(session: Bytes, data: Bytes): boolean;
  /** Asks every server that sees the session for a relay route; false when none does. */
  openRelay(session: Bytes): boolean;
  /** Has the link proved nothing for so long that others go first? */
  isStranger(link: Link): boolean;
  /** Rooms (text) of joins that wait. */
  urgentRooms(): ReadonlySet<string>;
  readonly links: Omit<LinkHandlers, 'onState'>;
  metric(name: string, add: number): void;
}

/** Codes after which the same session is not dialled again at once. */
const FINAL: ReadonlySet<LinkCloseCode> = new Set<LinkCloseCode>(['self', 'version', 'stopped', 'paused', 'full', 'idle', 'flood', 'breach']);

export class PeerTable {
  private readonly entries = new Map<string, PeerEntry>();
  private readonly entryOf = new Map<Link, PeerEntry>();
  private running = false;
  private readonly salt: number;

  constructor(private readonly d: PeerTableDeps) {
    const bytes = d.random.bytes(4);
    this.salt = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  }

  start(): void {
    this.running = true;
    this.consider();
  }

  stop(code: 'stopped' | 'paused'): void {
    this.running = false;
    for (const entry of this.entries.values()) {
      this.quiet(entry);
      for (const link of [...entry.links]) link.close(code);
    }
  }

  /** Open links, one per session. */
  open(): Link[] {
    const out: Link[] = [];
    for (const entry of this.entries.values()) {
      const link = openLink(entry);
      if (link !== null) out.push(link);
    }
    return out;
  }

  sessionOf(link: Link): Bytes | null {
    return this.entryOf.get(link)?.session ?? null;
  }

  linkOf(session: Bytes): Link | null {
    const entry = this.entries.get(toBase64url(session));
    return entry === undefined ? null : openLink(entry);
  }

  /** Sources of a session, to find introducers. */
  sourcesOf(session: Bytes): ReadonlySet<string> {
    return this.entries.get(toBase64url(session))?.sources ?? new Set();
  }

  /** A session is seen at a source (`server|room`); `room` is null for introductions. */
  seen(session: Bytes, source: string, room: string | null): void {
    const key = toBase64url(session);
    if (key === toBase64url(this.d.session)) return;
    let entry = this.entries.get(key);
    if (entry === undefined) {
      if (this.entries.size >= MESH_LIMITS.known) return this.d.metric('mesh.known_full', 1);
      entry = createPeerEntry(session, key, this.d.session);
      this.entries.set(key, entry);
    }
    // Back after it was gone everywhere: what was sent to it meanwhile is lost.
    if (entry.sources.size === 0) this.abortUnanswered(entry, 0);
    entry.sources.add(source);
    if (room !== null) entry.rooms.add(room);
    this.consider();
  }

  unseen(session: Bytes, source: string, room: string | null): void {
    const entry = this.entries.get(toBase64url(session));
    if (entry === undefined) return;
    entry.sources.delete(source);
    if (room !== null) entry.rooms.delete(room);
    this.forget(entry);
  }

  /** Everyone seen at sources with this prefix is gone from there. Links live on. */
  sourceGone(prefix: string): void {
    for (const entry of [...this.entries.values()]) {
      for (const source of [...entry.sources]) if (source.startsWith(prefix)) entry.sources.delete(source);
      this.forget(entry);
    }
  }

  /** Network came back, tab became visible: everything waiting is tried now. */
  redial(): void {
    for (const entry of this.entries.values()) {
      entry.retryTimer?.();
      entry.retryTimer = null;
      entry.failures = 0;
      entry.fullUntil = 0;
      if (openLink(entry)?.kind === 'relay') this.dialDirect(entry);
    }
    this.consider();
  }

  onSignal(from: Bytes, data: Bytes): void {
    const signal = decodePeerSignal(data);
    if (signal === null) return this.d.metric('mesh.bad_signal', 1);
    const entry = this.entries.get(toBase64url(from));
    if (entry === undefined || !this.running) return;
    if (signal.kind === 'rtc') return this.onDirectSignal(entry, signal.attempt, signal.data);
    if (signal.kind === 'full') return this.onFull(entry);
    if (!this.hasRoom(entry)) return void this.say(entry, { kind: 'full' });
    if (signal.kind === 'want') {
      if (!entry.initiator || openLink(entry)?.kind === 'rtc') return;
      this.abortUnanswered(entry, MESH_LIMITS.wantMs);
      return this.connect(entry);
    }
    for (const link of entry.links) if (link.kind === 'rtc') entry.weak.add(link);
    this.askRelay(entry);
  }

  /** Asks once: a second ask ends the route of the first at the server, while both ends ask at about the same time. */
  private askRelay(entry: PeerEntry): void {
    const now = this.d.clock.monotonic();
    if (now - entry.relayAskedAt < MESH_LIMITS.relayAskMs || [...entry.links].some((link) => link.kind === 'relay' && !link.open)) return;
    entry.relayAskedAt = now;
    this.d.openRelay(entry.session);
  }

  /** A relay route with a session is open (both ends asked for it). */
  onRelay(session: Bytes, wire: Wire): void {
    const entry = this.entries.get(toBase64url(session));
    const has = entry === undefined ? null : openLink(entry);
    if (entry === undefined || !this.running || !this.hasRoom(entry)) return wire.close('full');
    if (has !== null && has.kind === 'rtc' && !entry.weak.has(has)) return wire.close('duplicate');
    this.attach(entry, wire);
  }

  private consider(): void {
    if (!this.running) return;
    const now = this.d.clock.monotonic();
    const order = (entry: PeerEntry): number => {
      let h = this.salt;
      for (const byte of entry.session) h = Math.imul(h ^ byte, 0x01000193);
      return h >>> 0;
    };
    for (const entry of chooseDials({ entries: this.entries.values(), now, urgent: this.d.urgentRooms(), order })) this.connect(entry);
  }

  /** Room for one more: below the cap, or a link that proved nothing gives way (TRUST 3, row 10). */
  private hasRoom(entry: PeerEntry): boolean {
    if (entry.links.size > 0 || entry.dialing !== null) return true;
    if (entry.fullUntil > this.d.clock.monotonic()) return false;
    let taken = 0;
    let stranger: Link | null = null;
    for (const other of this.entries.values()) {
      if (other.links.size === 0 && other.dialing === null) continue;
      taken += 1;
      for (const link of other.links) if (link.open && this.d.isStranger(link)) stranger ??= link;
    }
    if (taken < MESH_LIMITS.activeMax) return true;
    stranger?.close('idle');
    return stranger !== null;
  }

  /** Direct now (or ask to be dialled), relay after 2.5 s. */
  private connect(entry: PeerEntry): void {
    entry.retryTimer?.();
    entry.retryTimer = null;
    this.relayAfter(entry, MESH_LIMITS.relayAfterMs);
    if (entry.initiator) this.dialDirect(entry);
    else this.say(entry, { kind: 'want' });
  }

  private say(entry: PeerEntry, signal: PeerSignal): boolean {
    const bytes = encodePeerSignal(signal);
    return bytes !== null && this.d.signal(entry.session, bytes);
  }

  private relayAfter(entry: PeerEntry, ms: number): void {
    entry.relayTimer?.();
    entry.relayTimer = this.d.clock.setTimer(ms, () => {
      entry.relayTimer = null;
      const link = openLink(entry);
      if (!this.running || (link !== null && !entry.weak.has(link))) return;
      this.say(entry, { kind: 'relay' });
      this.askRelay(entry);
      // Neither way worked: leave the place to others and come back later.
      entry.relayTimer = this.d.clock.setTimer(MESH_LIMITS.dialMs, () => {
        entry.relayTimer = null;
        if (entry.links.size === 0 && entry.dialing === null) this.retryLater(entry);
      });
    });
  }

  private dialDirect(entry: PeerEntry): void {
    if (!entry.initiator) return void this.say(entry, { kind: 'want' });
    if (entry.dialing !== null) return;
    this.startDialing(entry, toBase64url(this.d.random.bytes(8)));
  }

  private startDialing(entry: PeerEntry, attempt: string): void {
    const over = (): boolean => entry.dialing?.attempt !== attempt;
    const cancel = this.d.clock.setTimer(MESH_LIMITS.dialMs, () => {
      if (!over()) this.directFailed(entry);
    });
    const dialing = this.d.dialer.dial({
      initiator: entry.initiator,
      iceServers: this.d.iceServers(),
      onSignal: (data) => {
        if (!over()) this.say(entry, { kind: 'rtc', attempt, data });
      },
      onOpen: (wire) => {
        if (over()) return wire.close('stale');
        cancel();
        entry.dialing = null;
        this.attach(entry, wire);
      },
      onFail: () => {
        if (!over()) this.directFailed(entry);
      },
    });
    entry.dialing = { attempt, dialing, cancel, startedAt: this.d.clock.monotonic(), answered: false };
    this.d.metric('mesh.dials', 1);
  }

  private onDirectSignal(entry: PeerEntry, attempt: string, data: unknown): void {
    if (entry.dialing?.attempt === attempt) {
      entry.dialing.answered = true;
      return entry.dialing.dialing.signal(data);
    }
    // Only the responder learns of a new attempt from the other side.
    if (entry.initiator) return;
    if (!this.hasRoom(entry)) return void this.say(entry, { kind: 'full' });
    this.abortDialing(entry);
    this.startDialing(entry, attempt);
    const dialing = entry.dialing as PeerEntry['dialing'];
    if (dialing !== null) dialing.answered = true;
    dialing?.dialing.signal(data);
    if (openLink(entry) === null && entry.relayTimer === null) this.relayAfter(entry, MESH_LIMITS.relayAfterMs);
  }

  private abortDialing(entry: PeerEntry): void {
    const dialing = entry.dialing;
    entry.dialing = null;
    dialing?.cancel();
    dialing?.dialing.abort();
  }

  /** Gives up a dial of which nothing was heard, when it is at least this old. */
  private abortUnanswered(entry: PeerEntry, ageMs: number): void {
    if (entry.dialing === null || entry.dialing.answered || this.d.clock.monotonic() - entry.dialing.startedAt < ageMs) return;
    this.abortDialing(entry);
  }

  private directFailed(entry: PeerEntry): void {
    this.abortDialing(entry);
    entry.failures += 1;
    this.d.metric('mesh.dial_failed', 1);
    if (!this.running) return;
    const link = openLink(entry);
    if (link === null) {
      if (entry.links.size === 0 && entry.relayTimer === null) this.retryLater(entry);
      return;
    }
    if (link.kind === 'rtc') return;
    this.after(entry, MESH_LIMITS.upgradeMs, () => this.dialDirect(entry));
  }

  private retryLater(entry: PeerEntry): void {
    entry.failures += 1;
    this.after(entry, MESH_LIMITS.retryMs, () => this.consider());
    this.forget(entry);
    this.consider();
  }

  /** One timer per entry; the delay grows with its failures. */
  private after(entry: PeerEntry, delays: readonly number[], fn: () => void): void {
    entry.retryTimer?.();
    const ms = delays[Math.min(Math.max(0, entry.failures - 1), delays.length - 1)]!;
    entry.retryTimer = this.d.clock.setTimer(ms, () => {
      entry.retryTimer = null;
      if (this.running) fn();
    });
  }

  private onFull(entry: PeerEntry): void {
    entry.fullUntil = this.d.clock.monotonic() + MESH_LIMITS.fullMs;
    this.abortDialing(entry);
    entry.relayTimer?.();
    entry.relayTimer = null;
    if (entry.links.size === 0) this.after(entry, [MESH_LIMITS.fullMs], () => this.consider());
    this.consider();
  }

  private attach(entry: PeerEntry, wire: Wire): void {
    const link = createLink({
      wire, clock: this.d.clock, random: this.d.random, crypto: this.d.crypto, deviceKey: this.d.deviceKey, uid: this.d.uid,
      handlers: {
        ...this.d.links,
        onOpen: (opened) => this.onOpen(entry, opened),
        onClose: (closed, code) => this.onClose(entry, closed, code),
        onState: (l, state) => this.onState(entry, l, state),
      },
    });
    entry.links.add(link);
    this.entryOf.set(link, entry);
  }

  private onOpen(entry: PeerEntry, link: Link): void {
    entry.relayTimer?.();
    entry.relayTimer = null;
    for (const other of [...entry.links]) {
      if (other === link || !other.open) continue;
      if (betterLink(entry, link, other) === other) return link.close('duplicate');
    }
    this.d.links.onOpen(link);
    for (const other of [...entry.links]) if (other !== link && other.open) other.close('replaced');
    if (link.kind === 'rtc') {
      entry.failures = 0;
      entry.retryTimer?.();
      entry.retryTimer = null;
      this.abortDialing(entry);
    } else if (entry.dialing === null) this.after(entry, MESH_LIMITS.upgradeMs, () => this.dialDirect(entry));
  }

  private onClose(entry: PeerEntry, link: Link, code: LinkCloseCode): void {
    const others = [...entry.links].some((l) => l !== link);
    entry.links.delete(link);
    entry.weak.delete(link);
    if (link.kind === 'relay') entry.relayAskedAt = -Infinity;
    this.d.links.onClose(link, code);
    this.entryOf.delete(link);
    if (!this.running || others) return;
    if (FINAL.has(code)) return this.onFull(entry);
    if (entry.dialing !== null) return;
    if (entry.sources.size === 0 || link.hash.length === 0) return this.retryLater(entry);
    // A link that was up is gone: both ways at once.
    this.connect(entry);
    this.relayAfter(entry, link.kind === 'rtc' ? 0 : MESH_LIMITS.relayAfterMs);
  }

  private onState(entry: PeerEntry, link: Link, state: 'connected' | 'disconnected'): void {
    if (state === 'connected') return void entry.weak.delete(link);
    entry.weak.add(link);
    this.relayAfter(entry, 0);
  }

  private quiet(entry: PeerEntry): void {
    this.abortDialing(entry);
    for (const timer of ['relayTimer', 'retryTimer'] as const) {
      entry[timer]?.();
      entry[timer] = null;
    }
  }

  private forget(entry: PeerEntry): void {
    if (entry.sources.size > 0 || entry.links.size > 0 || entry.dialing?.answered === true) return;
    this.quiet(entry);
    this.entries.delete(entry.key);
  }

  /** Is the session linked or being dialled? For tests and counters. */
  active(): number {
    let count = 0;
    for (const entry of this.entries.values()) if (isActive(entry)) count += 1;
    return count;
  }
}
