/**
 * Sessions seen in rooms, and one link to each that is wanted, shared by all common spaces (FORMATS 8, DESIGN 4). The smaller session dials
 * a direct connection at once; 2.5 s later, or when a wire says "disconnected", both ask for a relay route beside it. The first wire that
 * finishes its handshake carries the link; a direct one replaces a relayed one whenever it comes up; a lost one is redialled at once.
 * Messages in flight during a move may be lost: anti-entropy on the new link repairs that.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Wire } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';
import type { Link, LinkCloseCode } from './link-types.ts';
import { createLink } from './link.ts';
import { PeerDials } from './peer-dials.ts';
import { betterLink, createPeerEntry, isActive, isSound, openLink, type PeerEntry } from './peer-entry.ts';
import { chooseDials, holdsPlace, introducerFor, isCandidate, placeFor, type Eviction, type PlacesView } from './peer-places.ts';
import type { PeerTableDeps, Sighting } from './peer-table-types.ts';
import { isUnreached, missed, pauses, reached } from './reach.ts';
import { decodePeerSignal, type Asking } from './signal-codec.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Codes after which the same session is not dialled again at once. */
const FINAL: ReadonlySet<LinkCloseCode> = new Set<LinkCloseCode>(['self', 'newer', 'older', 'stopped', 'paused', 'full', 'idle', 'flood', 'breach']);
const NO_SESSIONS: ReadonlySet<string> = new Set();
/** Codes after which it is not taken in for a while either. */
const BANNED: ReadonlySet<LinkCloseCode> = new Set<LinkCloseCode>(['idle', 'flood', 'breach']);

export class PeerTable {
  private readonly entries = new Map<string, PeerEntry>();
  readonly entryOf: Map<Link, PeerEntry> = new Map();
  private readonly dials: PeerDials;
  private running = false;
  private considering = false;
  private salt: number;

  constructor(private readonly d: PeerTableDeps) {
    const bytes = d.random.bytes(4);
    this.salt = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
    this.dials = new PeerDials({
      clock: d.clock, random: d.random, dialer: d.dialer, signal: d.signal, openRelay: d.openRelay, metric: d.metric, altered: d.altered,
      knock: (entry) => (entry.rooms.size === 0 ? null : d.knock(entry.rooms, entry.session)),
      running: () => this.running,
      needy: (entry) => this.soundLinks() < MESH_LIMITS.activeMin || this.anchorSessions().has(entry.key) || this.isUrgent(entry),
      patienceMs: (entry) => (this.isUrgent(entry) ? MESH_LIMITS.joinDialMs : MESH_LIMITS.dialMs),
      onWire: (entry, wire) => this.attach(entry, wire),
      onGivenUp: (entry) => this.retryLater(entry, true),
    });
  }

  start(): void {
    this.running = true;
    this.consider();
  }

  stop(code: 'stopped' | 'paused'): void {
    this.running = false;
    for (const entry of this.entries.values()) {
      this.dials.quiet(entry);
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

  /** A session is seen somewhere. */
  seen(session: Bytes, { source, room, by }: Sighting): void {
    const key = toBase64url(session);
    if (key === toBase64url(this.d.session)) return;
    let entry = this.entries.get(key);
    const known = entry !== undefined;
    if (entry === undefined) {
      if (this.entries.size >= MESH_LIMITS.known) return this.d.metric('mesh.known_full', 1);
      entry = createPeerEntry(session, key, this.d.session);
      this.entries.set(key, entry);
    }
    // Back after it was gone everywhere: what was sent to it meanwhile is lost.
    if (entry.sources.size === 0) this.dials.abortUnanswered(entry, 0);
    const back = known && (room !== null || isUnreached(entry)) && !entry.sources.has(source);
    entry.sources.set(source, by === null ? null : toBase64url(by.device));
    if (by === null ? room === null : this.d.hasProved(by)) entry.known = true; // Without a room: two people brought them together.
    if (room !== null) entry.rooms.add(room);
    if (back) this.hurry(entry);
    this.consider();
  }

  /** It came into a room, or its server came back: a try that waits for its time is made now (FORMATS 8: no fixed back-off first). */
  private hurry(entry: PeerEntry): void {
    const now = this.d.clock.monotonic();
    if (entry.fullUntil > now || now - entry.hurriedAt < MESH_LIMITS.hurryMs) return;
    entry.hurriedAt = now;
    this.tryNow(entry);
  }

  /** Ends the wait for a next try. While it is on a relay, or waits for one, the direct way is tried beside it. */
  private tryNow(entry: PeerEntry): void {
    entry.retryTimer?.();
    entry.retryTimer = null;
    entry.failures = entry.spent = 0;
    const waits = entry.links.size === 0 && entry.relayTimer !== null;
    if (this.running && (waits || openLink(entry)?.kind === 'relay')) this.dials.direct(entry);
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
      for (const source of [...entry.sources.keys()]) if (source.startsWith(prefix)) entry.sources.delete(source);
      this.forget(entry);
    }
  }

  /** A server offers other ways: whoever was not reached may be now. */
  news(): void {
    for (const entry of this.entries.values()) if (isUnreached(entry)) this.hurry(entry);
    this.consider();
  }

  /** Network came back, tab became visible: everything waiting is tried now. */
  redial(): void {
    for (const entry of this.entries.values()) {
      entry.fullUntil = 0;
      this.tryNow(entry);
    }
    this.consider();
  }

  /** One more link to a session of the room, beyond the target: whole islands find together by such links. */
  mix(room: string): void {
    if (!this.running || this.places().length >= this.view().holds) return;
    this.salt = Math.imul(this.salt ^ this.entries.size, 0x01000193) | 1;
    const now = this.d.clock.monotonic();
    const candidates = [...this.entries.values()].filter((e) => e.rooms.has(room) && isCandidate(e, now));
    const chosen = candidates.sort((a, b) => this.order(a) - this.order(b))[0];
    if (chosen !== undefined) this.dials.connect(chosen);
  }

  onSignal(from: Bytes, data: Bytes): void {
    const signal = decodePeerSignal(data);
    if (signal === null) return this.d.metric('mesh.bad_signal', 1);
    const entry = this.entries.get(toBase64url(from));
    if (entry === undefined || !this.running) return;
    if (!entry.known && signal.knock !== null && this.d.knows(entry.session, signal.knock)) entry.known = true;
    if (signal.kind === 'rtc') return this.onDirectSignal(entry, signal.attempt, signal.data, signal);
    if (signal.kind === 'full') {
      entry.saidFull = true;
      return this.onFull(entry, this.pauseOf(entry));
    }
    // Else two that were full once tell each other so for ever, each within the other's pause.
    if (entry.saidFull) entry.fullUntil = 0;
    entry.saidFull = false;
    if (!this.takes(entry, signal.need)) return void this.dials.say(entry, { kind: 'full' });
    if (signal.kind === 'want') {
      if (!entry.initiator || openLink(entry)?.kind === 'rtc') return;
      this.dials.abortUnanswered(entry, MESH_LIMITS.wantMs);
      return this.dials.connect(entry);
    }
    for (const link of entry.links) if (link.kind === 'rtc') entry.weak.add(link);
    this.dials.askRelay(entry);
  }

  /** A relay route with a session is open (both ends asked for it), or a connection that was made by hand. */
  onWire(session: Bytes, wire: Wire): void {
    const entry = this.entries.get(toBase64url(session));
    const has = entry === undefined ? null : openLink(entry);
    if (entry === undefined || !this.running || !this.takes(entry, false)) return wire.close('full');
    if (has !== null && has.kind === 'rtc' && !entry.weak.has(has)) return wire.close('duplicate');
    this.attach(entry, wire);
  }

  /** The other end lets go of this link because it is full: others are looked for, not this one. */
  onLeave(link: Link): void {
    const entry = this.entryOf.get(link);
    if (entry !== undefined) link.close('full');
  }

  private readonly order = (entry: PeerEntry): number => entry.session.reduce((h, byte) => Math.imul(h ^ byte, 0x01000193), this.salt) >>> 0;

  private view(): PlacesView {
    const { d } = this;
    return {
      entries: this.entries.values(), now: d.clock.monotonic(), isStranger: d.isStranger, hasProved: d.hasProved, neighbours: d.neighbours,
      isAnchor: d.isAnchor, anchorSessions: this.anchorSessions(), order: this.order, holds: d.holds?.() ?? MESH_LIMITS.activeMax,
    };
  }

  /** A join waits for those of its room: links to others who join there are of no help, however many. */
  private isUrgent(entry: PeerEntry): boolean {
    const urgent = this.d.urgentRooms();
    return [...entry.rooms].some((room) => urgent.has(room));
  }

  private anchorSessions(): ReadonlySet<string> {
    return this.d.anchorSessions?.() ?? NO_SESSIONS;
  }

  /** Once for everything that happened in this turn: a room names many sessions at once. */
  private consider(): void {
    if (this.considering) return;
    this.considering = true;
    void Promise.resolve().then(() => {
      this.considering = false;
      if (!this.running) return;
      for (const entry of chooseDials({ ...this.view(), urgent: this.d.urgentRooms(), quiet: this.d.quietRooms(), target: this.d.seeks?.() ?? MESH_LIMITS.activeTarget })) {
        if (!this.takes(entry, false)) continue;
        this.dials.connect(entry);
        if (isUnreached(entry)) this.d.onReach();
      }
    });
  }

  private places(): PeerEntry[] {
    return [...this.entries.values()].filter(holdsPlace);
  }

  /** Sessions with an open link that is not dying. */
  soundLinks(): number {
    return [...this.entries.values()].filter((entry) => openLink(entry) !== null && isSound(entry)).length;
  }

  /** Sessions known. */
  readonly all = (): Iterable<PeerEntry> => this.entries.values();

  /** A place for the entry: a free one, or that of one who gives way to it. Whose only introducer gave way, here or before, is known no more. */
  private takes(entry: PeerEntry, need: boolean): boolean {
    const verdict = placeFor(entry, need, this.view());
    if (!verdict.take || !this.knows(entry)) return false;
    if (!isActive(entry)) entry.introducer = introducerFor(entry, this.entries.values()) ?? null;
    if (verdict.evict !== null) this.evict(verdict.evict.entry, verdict.evict.why);
    return this.knows(entry);
  }

  private readonly knows = (entry: PeerEntry): boolean => this.entries.get(entry.key) === entry;

  private evict(entry: PeerEntry, why: Eviction['why']): void {
    this.d.metric(`mesh.evicted.${why}`, 1);
    const link = openLink(entry);
    this.dials.quiet(entry);
    if (why !== 'leave' || link === null) {
      // It does not come back into the place it just gave.
      entry.fullUntil = this.d.clock.monotonic() + MESH_LIMITS.fullMs;
      for (const each of [...entry.links]) each.close(why === 'dying' ? 'timeout' : 'idle');
      return;
    }
    // The word must arrive before the wire closes: the other end closes it, at the latest we do.
    entry.leaving = true;
    link.send('live', 'mesh:leave:v1:completed', new Uint8Array(0));
    this.d.clock.setTimer(MESH_LIMITS.leaveMs, () => this.letGo(entry));
  }

  private letGo(entry: PeerEntry): void {
    for (const each of entry.leaving ? [...entry.links] : []) each.close('full');
  }

  private onDirectSignal(entry: PeerEntry, attempt: string, data: unknown, asking: Asking): void {
    if (entry.dialing?.attempt === attempt) {
      entry.dialing.answered = true;
      return entry.dialing.dialing.signal(data);
    }
    // Only the responder learns of a new attempt from the other side.
    if (entry.initiator || entry.ended === attempt) return;
    entry.answers ??= createTokenBucket(this.d.clock, MESH_LIMITS.answersPerSecond, MESH_LIMITS.answersBurst);
    if (!entry.answers.take()) return this.d.metric('mesh.attempts_refused', 1);
    if (!this.takes(entry, asking.need)) return void this.dials.say(entry, { kind: 'full' });
    this.dials.answer(entry, attempt, data);
  }

  private retryLater(entry: PeerEntry, tried: boolean): void {
    entry.failures += 1;
    if (tried) missed(entry, this.d.clock.now());
    this.dials.after(entry, pauses(entry, this.isUrgent(entry)), () => this.consider());
    this.forget(entry);
    if (isUnreached(entry)) this.d.onReach();
    this.consider();
  }

  /** How long one that is full is left alone. */
  private pauseOf(entry: PeerEntry): number {
    return this.isUrgent(entry) ? MESH_LIMITS.fullJoinMs : MESH_LIMITS.fullMs;
  }

  private onFull(entry: PeerEntry, pauseMs: number): void {
    entry.fullUntil = this.d.clock.monotonic() + pauseMs;
    this.dials.abort(entry);
    entry.relayTimer?.();
    entry.relayTimer = null;
    // Kept so long although nobody names it any more: a ban must outlast its coming back.
    const ms = Math.max(pauseMs, entry.bannedUntil - this.d.clock.monotonic());
    if (entry.links.size === 0) {
      this.dials.after(entry, [ms], () => {
        this.forget(entry);
        this.consider();
      });
    }
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
    // The word that they are let go had its time: there are never more links than places.
    for (const other of this.entries.values()) if (other.leaving && this.open().length > this.view().holds) this.letGo(other);
    if (this.open().length > this.view().holds) return link.close('full');
    entry.skew = null;
    reached(entry);
    this.d.links.onOpen(link);
    if (!link.open) return;
    for (const other of [...entry.links]) if (other !== link && other.open) other.close('replaced');
    if (link.kind === 'rtc') {
      entry.retryTimer?.();
      entry.retryTimer = null;
      this.dials.abort(entry);
    } else if (entry.dialing === null) this.dials.after(entry, MESH_LIMITS.upgradeMs, () => this.dials.direct(entry));
    this.watch(link);
  }

  /** Who proved nothing in time makes room when somebody else could be linked instead (TRUST 3, row 10). */
  private watch(link: Link): void {
    this.d.clock.setTimer(MESH_LIMITS.strangerSwapMs, () => {
      if (!this.running || !link.open || !this.d.isStranger(link)) return;
      const now = this.d.clock.monotonic();
      if ([...this.entries.values()].some((e) => isCandidate(e, now))) link.close('idle');
    });
  }

  private onClose(entry: PeerEntry, link: Link, code: LinkCloseCode): void {
    const others = [...entry.links].some((l) => l !== link);
    entry.links.delete(link);
    entry.weak.delete(link);
    const letGo = entry.leaving;
    if (entry.links.size === 0) entry.leaving = false;
    if (link.kind === 'relay') entry.relayAskedAt = -Infinity;
    if (this.d.hasProved(link)) entry.device = toBase64url(link.device);
    if (BANNED.has(code)) entry.bannedUntil = this.d.clock.monotonic() + MESH_LIMITS.bannedMs;
    this.d.links.onClose(link, code);
    this.entryOf.delete(link);
    // Shown only of who knows the key of a room: a hello is said by anybody.
    if ((code === 'newer' || code === 'older') && entry.known) entry.skew = code;
    if (!this.running || others || !this.knows(entry)) return;
    if (letGo || FINAL.has(code)) return this.onFull(entry, code === 'full' ? this.pauseOf(entry) : MESH_LIMITS.fullMs);
    if (this.dials.goesOn(entry, link)) return;
    if (entry.sources.size === 0 || link.hash.length === 0) return this.retryLater(entry, true);
    // A link that was up is gone: both ways at once, as long as its place is not taken.
    if (!this.takes(entry, false)) return this.retryLater(entry, false);
    this.dials.connect(entry);
    this.dials.relayAfter(entry, link.kind === 'rtc' ? 0 : MESH_LIMITS.relayAfterMs);
  }

  private onState(entry: PeerEntry, link: Link, state: 'connected' | 'disconnected'): void {
    if (state === 'connected') return void entry.weak.delete(link);
    entry.weak.add(link);
    this.dials.relayAfter(entry, 0);
    this.consider();
  }

  private forget(entry: PeerEntry): void {
    if (entry.sources.size > 0 || entry.links.size > 0 || entry.dialing?.answered === true || entry.bannedUntil > this.d.clock.monotonic()) return;
    this.dials.quiet(entry);
    this.entries.delete(entry.key);
  }
}
