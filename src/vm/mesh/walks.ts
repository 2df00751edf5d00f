/**
 * The passive view (TRUST 5.2, HyParView): sessions of a space that are not linked, with the way to each over peers that are. Walks fill it:
 * a walk goes from link to link at random; where it ends, both ends swap samples of what they know. Signals then follow the way found
 * (`mesh:route`), so a space larger than any room grows and heals without a server. Every hop checks who handed the message on, passes
 * it only between links that proved the same space, and has a budget per link.
 */
import { compareBytes, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import { SIGNAL_LIMITS } from '#ports/signaling-messages';
import { MESH_LIMITS } from '#vm/limits';
import type { Link, LinkMessage } from './link-types.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

export interface WalkDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly session: Bytes;
  /** Open links. */
  links(): readonly Link[];
  sessionOf(link: Link): Bytes | null;
  linkOf(session: Bytes): Link | null;
  /** Spaces that the far end proved and may be served. */
  spacesOf(link: Link): readonly Bytes[];
  shares(link: Link, space: Uint8Array): boolean;
  /** Are there fewer links than wanted, and peers that are not linked? */
  wantsMore(): boolean;
  /** Is anybody around who is not linked? Among few peers nobody walks. */
  hasStrangers(): boolean;
  /** A session is (no longer) known by a way that begins with this link. */
  onKnown(session: Bytes, by: Link, present: boolean): void;
  onSignal(from: Bytes, data: Bytes): void;
  metric(name: string, add: number): void;
}

export interface Walks {
  start(): void;
  stop(): void;
  onMessage(link: Link, message: LinkMessage): boolean;
  onClosed(link: Link): void;
  /** Sends a signal on the way known to the session; false when there is none. */
  signal(session: Bytes, data: Bytes): boolean;
  /** Sessions of the passive view. */
  size(): number;
}

/** A session and the way to it: the first is linked here, the last is the session. */
interface Way {
  readonly space: Bytes;
  readonly way: readonly Bytes[];
  readonly by: Link;
}

/** What a routed message carries. */
const SIGNAL = 0;
const SAMPLE = 1;
/** The session could not be reached: payload is its name. */
const LOST = 2;

const isSession = (value: unknown): value is Bytes => value instanceof Uint8Array && value.length === 16;

/** A list of 1…max sessions, copied; null for anything else. */
function wayOf(value: CborValue | undefined, max: number): Bytes[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > max || !value.every(isSession)) return null;
  return value.map((session) => (session as Bytes).slice() as Bytes);
}

function sampleOf(value: CborValue | undefined): Bytes[][] | null {
  if (!Array.isArray(value) || value.length > MESH_LIMITS.sample) return null;
  const out: Bytes[][] = [];
  for (const item of value) {
    const way = wayOf(item, MESH_LIMITS.routeHops);
    if (way === null) return null;
    out.push(way);
  }
  return out;
}

const spaceOf = (value: CborValue | undefined): Bytes | null => (value instanceof Uint8Array && value.length === 32 ? (value.slice() as Bytes) : null);

class WalksImpl implements Walks {
  private readonly passive = new Map<string, Way>();
  private readonly buckets = new Map<string, TokenBucket>();
  private cancel: (() => void) | null = null;
  private shuffleAt = 0;

  constructor(private readonly d: WalkDeps) {}

  start(): void {
    this.shuffleAt = this.d.clock.monotonic() + this.spread(MESH_LIMITS.shuffleMs);
    this.arm();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    for (const key of [...this.passive.keys()]) this.drop(key);
  }

  size(): number {
    return this.passive.size;
  }

  onClosed(link: Link): void {
    this.buckets.delete(link.id);
    for (const [key, { by }] of [...this.passive]) if (by === link) this.drop(key);
  }

  signal(session: Bytes, data: Bytes): boolean {
    const known = this.passive.get(toBase64url(session));
    if (known === undefined || !known.by.open) return false;
    known.by.send('live', 'mesh:route:v1:completed', encodeCbor([known.space, [...known.way], [this.d.session], SIGNAL, data]));
    return true;
  }

  onMessage(link: Link, message: LinkMessage): boolean {
    switch (message.event) {
      case 'mesh:walk:v1:requested': this.onWalk(link, message.payload); return true;
      case 'mesh:route:v1:completed': this.onRoute(link, message.payload); return true;
      default: return false;
    }
  }

  private arm(): void {
    this.cancel ??= this.d.clock.setTimer(this.spread(MESH_LIMITS.walkMs), () => {
      this.cancel = null;
      const now = this.d.clock.monotonic();
      const due = now >= this.shuffleAt;
      if (due) this.shuffleAt = now + this.spread(MESH_LIMITS.shuffleMs);
      if ((due && this.d.hasStrangers()) || this.d.wantsMore()) this.walk();
      this.arm();
    });
  }

  /** Half to one and a half of it. */
  private spread(ms: number): number {
    return ms * (0.5 + this.d.random.bytes(1)[0]! / 255);
  }

  private pick<T>(list: readonly T[]): T | undefined {
    const bytes = this.d.random.bytes(2);
    return list[((bytes[0]! << 8) | bytes[1]!) % Math.max(1, list.length)];
  }

  private walk(): void {
    const link = this.pick(this.d.links());
    const space = link === undefined ? undefined : this.pick(this.d.spacesOf(link));
    if (link === undefined || space === undefined) return;
    link.send('live', 'mesh:walk:v1:requested', encodeCbor([space, MESH_LIMITS.walkSteps, [this.d.session], this.sample(space, link)]));
    this.d.metric('mesh.walks', 1);
  }

  /** Some of what is known: links, and passive sessions not too far away. `except` hears nothing of itself. */
  private sample(space: Bytes, except: Link): CborValue[] {
    const near: Bytes[][] = [];
    const far: Bytes[][] = [];
    for (const link of this.d.links()) {
      const session = link === except || !this.d.shares(link, space) ? null : this.d.sessionOf(link);
      if (session !== null) near.push([session]);
    }
    for (const { way, space: of, by } of this.passive.values()) {
      if (by !== except && way.length <= MESH_LIMITS.sampleHops && equalBytes(of, space)) far.push([...way]);
    }
    const out: CborValue[] = [];
    while (out.length < MESH_LIMITS.sample && near.length + far.length > 0) {
      const from = far.length > 0 && (near.length === 0 || out.length % 2 === 1) ? far : near;
      const item = this.pick(from)!;
      from.splice(from.indexOf(item), 1);
      out.push(item);
    }
    return out;
  }

  private admits(link: Link, behind: readonly Bytes[] | null, space: Bytes | null): space is Bytes {
    const sender = this.d.sessionOf(link);
    let bucket = this.buckets.get(link.id);
    if (bucket === undefined) {
      bucket = createTokenBucket(this.d.clock, MESH_LIMITS.forwardPerSecond, MESH_LIMITS.forwardBurst);
      this.buckets.set(link.id, bucket);
    }
    const good = behind !== null && space !== null && sender !== null && equalBytes(behind.at(-1)!, sender)
      && !behind.some((session) => equalBytes(session, this.d.session)) && this.d.shares(link, space) && bucket.take();
    if (!good) this.d.metric('mesh.route_refused', 1);
    return good;
  }

  private onWalk(link: Link, payload: Bytes): void {
    const value = tryDecodeCbor(payload);
    if (!Array.isArray(value) || value.length !== 4) return this.d.metric('mesh.route_refused', 1);
    const [space, behind, sample] = [spaceOf(value[0]), wayOf(value[2], MESH_LIMITS.routeHops), sampleOf(value[3])];
    const steps = value[1];
    if (sample === null || typeof steps !== 'number' || !(steps >= 0 && steps <= MESH_LIMITS.walkSteps)) return this.d.metric('mesh.route_refused', 1);
    if (!this.admits(link, behind, space)) return;
    const back = [...behind!].reverse();
    if (steps === MESH_LIMITS.passiveSteps) this.learn(space, back, link);
    const next = steps > 1 ? this.nextOf(link, space, behind!) : undefined;
    if (next !== undefined) {
      next.send('live', 'mesh:walk:v1:requested', encodeCbor([space, steps - 1, [...behind!, this.d.session], sample.map((way) => [...way])]));
      return;
    }
    // The end: the origin gets our sample and our name, and we take its.
    link.send('live', 'mesh:route:v1:completed', encodeCbor([space, back, [this.d.session], SAMPLE, this.sample(space, link)]));
    this.take(space, back, link, sample);
  }

  private nextOf(from: Link, space: Bytes, behind: readonly Bytes[]): Link | undefined {
    return this.pick(this.d.links().filter((other) => {
      const session = other === from || !this.d.shares(other, space) ? null : this.d.sessionOf(other);
      return session !== null && !behind.some((b) => equalBytes(b, session));
    }));
  }

  private onRoute(link: Link, payload: Bytes): void {
    const value = tryDecodeCbor(payload);
    if (!Array.isArray(value) || value.length !== 5) return this.d.metric('mesh.route_refused', 1);
    const [space, ahead, behind] = [spaceOf(value[0]), wayOf(value[1], MESH_LIMITS.routeHops), wayOf(value[2], MESH_LIMITS.routeHops)];
    if (ahead === null || compareBytes(ahead[0]!, this.d.session) !== 0 || !this.admits(link, behind, space)) return;
    if (ahead.length === 1) return this.arrived(link, space, behind!, value[3], value[4]);
    if (value[4] instanceof Uint8Array && value[4].length > SIGNAL_LIMITS.data) return this.d.metric('mesh.route_refused', 1);
    const next = this.d.linkOf(ahead[1]!);
    if (next !== null && next !== link && this.d.shares(next, space) && behind!.length < MESH_LIMITS.routeHops) {
      next.send('live', 'mesh:route:v1:completed', encodeCbor([space, ahead.slice(1), [...behind!, this.d.session], value[3]!, value[4]!]));
      return this.d.metric('mesh.routed', 1);
    }
    // A lost word about a lost word is not worth one.
    if (value[3] === LOST) return;
    link.send('live', 'mesh:route:v1:completed', encodeCbor([space, [...behind!].reverse(), [this.d.session], LOST, ahead.at(-1)!]));
  }

  private arrived(link: Link, space: Bytes, behind: readonly Bytes[], kind: CborValue | undefined, content: CborValue | undefined): void {
    const back = [...behind].reverse();
    if (kind === SAMPLE) {
      const sample = sampleOf(content);
      if (sample !== null) this.take(space, back, link, sample);
    } else if (kind === SIGNAL && content instanceof Uint8Array && content.length <= SIGNAL_LIMITS.data) {
      this.learn(space, back, link);
      this.d.onSignal(behind[0]!, content.slice() as Bytes);
    } else if (kind === LOST && isSession(content) && this.passive.get(toBase64url(content))?.by === link) this.drop(toBase64url(content));
    else this.d.metric('mesh.route_refused', 1);
  }

  /** The far end of a way, and what it knows. */
  private take(space: Bytes, back: readonly Bytes[], by: Link, sample: readonly (readonly Bytes[])[]): void {
    this.learn(space, back, by);
    for (const way of sample) this.learn(space, [...back, ...way], by);
  }

  private learn(space: Bytes, way: readonly Bytes[], by: Link): void {
    const session = way.at(-1)!;
    const names = new Set(way.map(toBase64url));
    // A way of one step is a link; one that passes itself or us is none.
    if (way.length < 2 || way.length > MESH_LIMITS.routeHops || names.size < way.length || names.has(toBase64url(this.d.session))) return;
    const key = toBase64url(session);
    if (this.d.linkOf(session) !== null) return;
    const known = this.passive.get(key);
    if (known !== undefined && known.by.open && known.way.length <= way.length) return;
    if (known !== undefined && known.by !== by) this.drop(key);
    this.passive.delete(key);
    this.passive.set(key, { space, way, by });
    if (this.passive.size > MESH_LIMITS.passive) this.drop(this.pick([...this.passive.keys()].slice(0, -1))!);
    this.d.onKnown(session, by, true);
  }

  private drop(key: string): void {
    const known = this.passive.get(key);
    if (known === undefined) return;
    this.passive.delete(key);
    this.d.onKnown(known.way.at(-1)!, known.by, false);
  }
}

/** Walks over the links of one mesh. */
export function createWalks(deps: WalkDeps): Walks {
  return new WalksImpl(deps);
}
