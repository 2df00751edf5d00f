/**
 * Peers introduce peers (DESIGN 4): over a link go the sessions of other links that proved a common space with the same other end
 * (`mesh:peers:v1`), and signals between two such ends are passed on (`mesh:signal:v1`). So a mesh grows and heals without its server.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { Clock } from '#ports/clock';
import { SIGNAL_LIMITS } from '#ports/signaling-messages';
import { MESH_LIMITS } from '#vm/limits';
import type { Link, LinkMessage } from './link-types.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface IntroductionDeps {
  readonly clock: Clock;
  /** Open links. */
  links(): readonly Link[];
  sessionOf(link: Link): Bytes | null;
  linkOf(session: Bytes): Link | null;
  /** Of these links for each the ones that may have something in common with it: a beacon has hundreds, most of them in spaces of their own. All of them when left out. */
  companions?(links: readonly Link[]): (link: Link) => Iterable<Link>;
  /** Did both ends prove a space in common to us, and may both be served? */
  mayIntroduce(a: Link, b: Link): boolean;
  /** The session was (not) named by this link. */
  onIntroduced(link: Link, session: Bytes, present: boolean): void;
  onSignal(from: Bytes, data: Bytes): void;
  metric(name: string, add: number): void;
}

interface State {
  /** What we told, as text, so that nothing is told twice. */
  told: string;
  /** Sessions the other end named. */
  named: Map<string, Bytes>;
  readonly bucket: TokenBucket;
  readonly hears: TokenBucket;
}

export interface Introductions {
  /** Links or their proofs changed: tells the news soon. */
  changed(): void;
  /** True when the message was one of ours. */
  onMessage(link: Link, message: LinkMessage): boolean;
  onClosed(link: Link): void;
  /** Sends a signal by one of the links that named the session. */
  signal(session: Bytes, data: Bytes): boolean;
  /** Sessions linked here or named by one that is. */
  crowd(): number;
  /** Sessions the far end of a link is linked to, as it says. */
  neighbours(link: Link): number;
  stop(): void;
}

const isSession = (value: unknown): value is Bytes => value instanceof Uint8Array && value.length === 16;

/** [session, data] of a passed signal; null when malformed. */
function parseSignal(payload: Uint8Array): { session: Bytes; data: Bytes } | null {
  const value = tryDecodeCbor(payload);
  if (!Array.isArray(value) || value.length !== 2 || !isSession(value[0])) return null;
  const data = value[1];
  if (!(data instanceof Uint8Array) || data.length > SIGNAL_LIMITS.data) return null;
  return { session: value[0].slice(), data: data.slice() as Bytes };
}

class IntroductionsImpl implements Introductions {
  private readonly states = new Map<string, State>();
  private counted: number | null = null;
  private cancel: (() => void) | null = null;

  constructor(private readonly d: IntroductionDeps) {}

  crowd(): number {
    if (this.counted !== null) return this.counted;
    const all = new Set<string>();
    for (const link of this.d.links()) {
      const session = this.d.sessionOf(link);
      if (session !== null) all.add(toBase64url(session));
      for (const key of this.states.get(link.id)?.named.keys() ?? []) all.add(key);
    }
    this.counted = all.size;
    return all.size;
  }

  neighbours(link: Link): number {
    return this.states.get(link.id)?.named.size ?? 0;
  }

  changed(): void {
    this.counted = null;
    this.cancel ??= this.d.clock.setTimer(MESH_LIMITS.introduceMs, () => {
      this.cancel = null;
      this.tell();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  onClosed(link: Link): void {
    const state = this.states.get(link.id);
    this.states.delete(link.id);
    if (state !== undefined) for (const session of state.named.values()) this.d.onIntroduced(link, session, false);
    this.changed();
  }

  signal(session: Bytes, data: Bytes): boolean {
    const key = toBase64url(session);
    for (const link of this.d.links()) {
      if (this.states.get(link.id)?.named.has(key) !== true) continue;
      link.send('live', 'mesh:signal:v1:requested', encodeCbor([session, data]));
      return true;
    }
    return false;
  }

  onMessage(link: Link, message: LinkMessage): boolean {
    switch (message.event) {
      case 'mesh:peers:v1:completed': this.onPeers(link, message.payload); return true;
      case 'mesh:signal:v1:requested': this.pass(link, message.payload); return true;
      case 'mesh:signal:v1:completed': this.passed(link, message.payload); return true;
      default: return false;
    }
  }

  private state(link: Link): State {
    let state = this.states.get(link.id);
    if (state === undefined) {
      const bucket = createTokenBucket(this.d.clock, MESH_LIMITS.forwardPerSecond, MESH_LIMITS.forwardBurst);
      const hears = createTokenBucket(this.d.clock, MESH_LIMITS.toldPerSecond, MESH_LIMITS.toldBurst);
      state = { told: '', named: new Map(), bucket, hears };
      this.states.set(link.id, state);
    }
    return state;
  }

  private tell(): void {
    const links = this.d.links();
    const near = this.d.companions?.(links) ?? (() => links);
    for (const link of links) {
      const sessions: Bytes[] = [];
      for (const other of near(link)) {
        if (sessions.length >= MESH_LIMITS.introduced) break;
        const session = other === link ? null : this.d.sessionOf(other);
        if (session !== null && this.d.mayIntroduce(link, other)) sessions.push(session);
      }
      const state = this.state(link);
      const text = sessions.map(toBase64url).sort().join(' ');
      if (text === state.told) continue;
      state.told = text;
      link.send('live', 'mesh:peers:v1:completed', encodeCbor(sessions));
    }
  }

  private onPeers(link: Link, payload: Bytes): void {
    const value = tryDecodeCbor(payload);
    if (!Array.isArray(value) || value.length > MESH_LIMITS.introduced || !value.every(isSession)) return this.d.metric('mesh.bad_peers', 1);
    const state = this.state(link);
    if (!state.hears.take()) return this.d.metric('mesh.peers_refused', 1);
    const before = state.named;
    this.counted = null;
    state.named = new Map(value.map((session) => [toBase64url(session), session.slice() as Bytes]));
    for (const [key, session] of before) if (!state.named.has(key)) this.d.onIntroduced(link, session, false);
    for (const [key, session] of state.named) if (!before.has(key)) this.d.onIntroduced(link, session, true);
  }

  /** A signal that goes on to another of our links. */
  private pass(link: Link, payload: Bytes): void {
    const parsed = parseSignal(payload);
    const from = this.d.sessionOf(link);
    if (parsed === null || from === null || !this.state(link).bucket.take()) return this.d.metric('mesh.signal_refused', 1);
    const target = this.d.linkOf(parsed.session);
    if (target === null || target === link || !this.d.mayIntroduce(link, target)) return this.d.metric('mesh.signal_refused', 1);
    target.send('live', 'mesh:signal:v1:completed', encodeCbor([from, parsed.data]));
    this.d.metric('mesh.signal_passed', 1);
  }

  /** A signal passed to us; its sender must be one this link named (or will name: it is dropped then and sent again by a redial). */
  private passed(link: Link, payload: Bytes): void {
    const parsed = parseSignal(payload);
    if (parsed === null || !this.state(link).bucket.take()) return this.d.metric('mesh.signal_refused', 1);
    const state = this.state(link);
    const key = toBase64url(parsed.session);
    if (!state.named.has(key)) {
      if (state.named.size >= MESH_LIMITS.introduced) return this.d.metric('mesh.signal_refused', 1);
      state.named.set(key, parsed.session);
      this.d.onIntroduced(link, parsed.session, true);
    }
    this.d.onSignal(parsed.session, parsed.data);
  }
}

/** Introductions over the links of one mesh. */
export function createIntroductions(deps: IntroductionDeps): Introductions {
  return new IntroductionsImpl(deps);
}
