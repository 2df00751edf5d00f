/**
 * The only entrance before the replica (FORMATS 7, GUN.md 7.4): everything a peer sends is judged here by size, form, admission and
 * budget, cheap first; signatures, chains and rights follow behind it. Nothing here throws, and nothing is kept that has no cap.
 */
import type { Clock } from '#ports/clock';
import type { RangeRequest } from '#ports/replica';
import { GUARD_LIMITS, MAX_RECORD_BYTES } from '#vm/limits';
import { parseRecord } from '#vm/protocol/record';
import type { ParsedRecord } from '#vm/protocol/types';
import { readGunFrame, type GunEntry, type GunMessage, type GunRefusal } from './gun-frame.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** Why something was dropped; also the end of the counter's name `guard.rejected.<code>`. */
export type GuardCode =
  | 'banned' | 'size' | 'rate'
  // records
  | 'canonical' | 'field' | 'writer' | 'space' | 'known' | 'unknown-budget'
  // gets and heads
  | 'range' | 'head' | 'head-ahead'
  // frames of stock GUN peers
  | GunRefusal;

export interface Dropped {
  readonly ok: false;
  readonly drop: GuardCode;
}

export type PutVerdict = { readonly ok: true; readonly parsed: ParsedRecord } | Dropped;
export type GuardVerdict = { readonly ok: true } | Dropped;
export type FrameVerdict = { readonly ok: true; readonly messages: readonly GunMessage[]; readonly rejected: readonly GuardCode[] } | Dropped;

export type GuardLimits = { readonly [K in keyof typeof GUARD_LIMITS]: number };

export interface GuardDeps {
  readonly clock: Clock;
  readonly limits?: Partial<GuardLimits>;
  /** Has the link proved this space, so that its records may come over it? */
  admits(link: string, space: Uint8Array): boolean;
  /** Is the record held (applied or not)? Known ones are dropped silently. */
  has(id: Uint8Array): boolean;
  /** Is the public key one that may sign (#vm/protocol/admission), cached by the caller? */
  admitsWriter(writer: Uint8Array): boolean;
  /** Is the answer to admitsWriter known without judging the key? A new key costs milliseconds, so it has a budget. Absent: all are. */
  knowsWriter?(writer: Uint8Array): boolean;
  /** Is the writer one of the device at the far end? Who passes on what others write is not to blame for how much they write. Absent: it is. */
  isOwn?(link: string, space: Uint8Array, writer: Uint8Array): boolean;
  /** Greatest seq held of a log, -1 for none. */
  knownSeq(space: Uint8Array, fragment: Uint8Array, writer: Uint8Array): number;
  /** The link made too many faults: close it and do not dial it again soon. Called once per link. */
  onBan(link: string): void;
}

export interface Guard {
  /** Size and byte budget of a frame, before it is parsed. */
  checkFrame(link: string, length: number): GuardVerdict;
  /** One record heard as a put or in a reply. `asked`: it answers a get of ours, so its being too much is not its sender's fault. */
  checkPut(link: string, bytes: Uint8Array, asked?: boolean): PutVerdict;
  /** A get of the other side. */
  checkGet(link: string, range: RangeRequest): GuardVerdict;
  /** Would the next get be within the budget? One that is not may wait. */
  mayGet(link: string): boolean;
  /** A head hint: a writer of a fragment is at `seq` (FORMATS 7). */
  checkHead(link: string, space: Uint8Array, fragment: Uint8Array, writer: Uint8Array, seq: number): GuardVerdict;
  /** A JSON frame of a stock GUN peer: parsed, judged, taken apart. One bad entry does not take the others with it. */
  checkGunFrame(link: string, text: string): FrameVerdict;
  /** Budget of messages that make work beyond their size; false: this one is dropped. */
  spend(link: string, kind: 'asks' | 'items', amount: number): boolean;
  /** A fault found behind the guard (bad signature from the sender's own log, broken protocol). */
  strike(link: string, weight?: number): void;
  /** The link closed for good: its budgets and strikes go. */
  forget(link: string): void;
  counters(): Record<string, number>;
}

/** Drops that are nobody's fault and count no strike. */
const FORGIVEN: ReadonlySet<GuardCode> = new Set<GuardCode>(['known', 'rate', 'banned', 'head-ahead', 'space', 'unknown-budget']);

/** A guard for all links of one kernel. */
export function createGuard(deps: GuardDeps): Guard {
  return new LinkGuard(deps);
}

interface LinkState {
  readonly records: TokenBucket;
  readonly own: TokenBucket;
  readonly held: TokenBucket;
  readonly asks: TokenBucket;
  readonly items: TokenBucket;
  readonly bytes: TokenBucket;
  readonly gets: TokenBucket;
  readonly heads: TokenBucket;
  readonly unknown: TokenBucket;
  readonly keys: TokenBucket;
  /** Drops over a budget since the last strike for them. */
  over: number;
  strikes: number;
  struckAt: number;
  banned: boolean;
}

class LinkGuard implements Guard {
  readonly #deps: GuardDeps;
  readonly #limits: GuardLimits;
  /** In the order they were last heard. */
  readonly #links = new Map<string, LinkState>();
  #latest = '';
  readonly #counts = new Map<GuardCode, number>();

  constructor(deps: GuardDeps) {
    this.#deps = deps;
    this.#limits = { ...GUARD_LIMITS, ...deps.limits };
  }

  checkFrame(link: string, length: number): GuardVerdict {
    const state = this.#stateOf(link);
    if (state.banned) return this.#drop(link, state, 'banned');
    if (length > this.#limits.frame) return this.#drop(link, state, 'size');
    return state.bytes.take(length, this.#now()) ? { ok: true } : this.#drop(link, state, 'rate');
  }

  mayGet(link: string): boolean {
    return this.#stateOf(link).gets.has(1, this.#now());
  }

  checkPut(link: string, bytes: Uint8Array, asked = false): PutVerdict {
    const state = this.#stateOf(link);
    if (state.banned) return this.#drop(link, state, 'banned');
    if (bytes.length > MAX_RECORD_BYTES) return this.#drop(link, state, 'size');
    const parsed = parseRecord(bytes);
    if (!parsed.ok) return this.#drop(link, state, parsed.error.code);
    const code = this.#admit(link, state, parsed.value, asked);
    return code === null ? { ok: true, parsed: parsed.value } : this.#drop(link, state, code);
  }

  checkGet(link: string, range: RangeRequest): GuardVerdict {
    const state = this.#stateOf(link);
    if (state.banned) return this.#drop(link, state, 'banned');
    if (!isRange(range, this.#limits.replyBytes)) return this.#drop(link, state, 'range');
    if (!this.#deps.admits(link, range.space)) return this.#drop(link, state, 'space');
    return state.gets.take(1, this.#now()) ? { ok: true } : this.#drop(link, state, this.#over(link, state));
  }

  spend(link: string, kind: 'asks' | 'items', amount: number): boolean {
    const state = this.#stateOf(link);
    if (!state.banned && state[kind].take(amount, this.#now())) return true;
    this.#drop(link, state, this.#over(link, state, kind === 'asks' ? amount * this.#limits.overPerAsk : amount));
    return false;
  }

  checkHead(link: string, space: Uint8Array, fragment: Uint8Array, writer: Uint8Array, seq: number): GuardVerdict {
    const state = this.#stateOf(link);
    if (state.banned) return this.#drop(link, state, 'banned');
    if (!isSeq(seq) || fragment.length !== 16 || writer.length !== 32) return this.#drop(link, state, 'head');
    const code = this.#judgeEntry(link, state, { kind: 'head', space, fragment, writer, seq, id: NO_BYTES, sig: NO_BYTES });
    return code === null ? { ok: true } : this.#drop(link, state, code);
  }

  checkGunFrame(link: string, text: string): FrameVerdict {
    const admitted = this.checkFrame(link, text.length);
    if (!admitted.ok) return admitted;
    const state = this.#stateOf(link);
    const frame = readGunFrame(text, this.#limits);
    if (!frame.ok) return this.#drop(link, state, frame.error);
    const rejected: GuardCode[] = [...frame.value.rejected];
    for (const code of rejected) this.#drop(link, state, code);
    const messages: GunMessage[] = [];
    for (const message of frame.value.messages) {
      const code = state.banned ? 'banned' : this.#judgeMessage(link, state, message);
      if (code === null) messages.push({ ...message, entries: this.#judgeEntries(link, state, message.entries, rejected) });
      else rejected.push(this.#drop(link, state, code).drop);
    }
    return { ok: true, messages, rejected };
  }

  strike(link: string, weight = 1): void {
    this.#strike(link, this.#stateOf(link), weight);
  }

  forget(link: string): void {
    this.#links.delete(link);
    if (link === this.#latest) this.#latest = '';
  }

  counters(): Record<string, number> {
    const out: Record<string, number> = {};
    for (const [code, n] of this.#counts) out[`guard.rejected.${code}`] = n;
    return out;
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }

  #stateOf(link: string): LinkState {
    const known = this.#links.get(link);
    if (known) {
      if (link === this.#latest) return known;
      this.#latest = link;
      this.#links.delete(link);
      this.#links.set(link, known);
      return known;
    }
    this.#latest = link;
    const limits = this.#limits;
    const at = this.#now();
    const state: LinkState = {
      records: createTokenBucket(limits.recordsPerSecond, limits.recordsBurst, at),
      own: createTokenBucket(limits.ownPerSecond, limits.ownBurst, at),
      held: createTokenBucket(limits.knownPerSecond, limits.knownBurst, at),
      asks: createTokenBucket(limits.asksPerSecond, limits.asksBurst, at),
      items: createTokenBucket(limits.itemsPerSecond, limits.itemsBurst, at),
      bytes: createTokenBucket(limits.bytesPerSecond, limits.bytesBurst, at),
      gets: createTokenBucket(limits.getsPerSecond, limits.getsBurst, at),
      heads: createTokenBucket(limits.headsPerSecond, limits.headsBurst, at),
      unknown: createTokenBucket(limits.unknownPerSecond, limits.unknownBurst, at),
      keys: createTokenBucket(limits.keysPerSecond, limits.keysBurst, at),
      over: 0,
      strikes: 0,
      struckAt: at,
      banned: false,
    };
    this.#links.set(link, state);
    if (this.#links.size > limits.links) this.#links.delete(this.#links.keys().next().value!);
    return state;
  }

  /** More than the budget allows: nobody's fault a few times, a flood when it goes on. */
  #over(link: string, state: LinkState, amount = 1): 'rate' {
    state.over += amount;
    const faults = Math.floor(state.over / this.#limits.overPerStrike);
    state.over -= faults * this.#limits.overPerStrike;
    if (faults > 0) this.#strike(link, state, faults);
    return 'rate';
  }

  #strike(link: string, state: LinkState, weight = 1): void {
    const at = this.#now();
    state.strikes = Math.max(0, state.strikes - Math.floor((at - state.struckAt) / this.#limits.strikeMs)) + weight;
    state.struckAt = at;
    if (state.strikes < this.#limits.strikes || state.banned) return;
    state.banned = true;
    this.#deps.onBan(link);
  }

  #drop(link: string, state: LinkState, code: GuardCode): Dropped {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (!FORGIVEN.has(code)) this.#strike(link, state);
    return { ok: false, drop: code };
  }

  /** Admission and budgets of a record whose form is right. */
  #admit(link: string, state: LinkState, parsed: ParsedRecord, asked = false): GuardCode | null {
    const { header } = parsed;
    if (!this.#deps.admits(link, header.space)) return 'space';
    if (this.#deps.knowsWriter?.(header.writer) === false && !state.keys.take(1, this.#now())) return 'rate';
    if (!this.#deps.admitsWriter(header.writer)) return 'writer';
    if (this.#deps.has(parsed.id)) return asked || state.held.take(1, this.#now()) ? 'known' : this.#over(link, state);
    if (parsed.status === 'unknown-version' && !state.unknown.take(parsed.bytes.length, this.#now())) return 'unknown-budget';
    if (asked) return state.records.take(1, this.#now()) ? null : 'rate';
    const own = this.#deps.isOwn?.(link, header.space, header.writer);
    if (own === true && !state.own.take(1, this.#now())) return this.#over(link, state);
    if (state.records.take(1, this.#now())) return null;
    return own === false ? 'rate' : this.#over(link, state);
  }

  #judgeEntry(link: string, state: LinkState, entry: GunEntry): GuardCode | null {
    if (entry.kind === 'record') return this.#admit(link, state, entry.parsed);
    if (!this.#deps.admits(link, entry.space)) return 'space';
    if (!state.heads.take(1, this.#now())) return 'rate';
    const known = this.#deps.knownSeq(entry.space, entry.fragment, entry.writer);
    // What is held needs no hint; another id at a seq that is held may be a fork.
    if (entry.id.length > 0 && this.#deps.has(entry.id)) return 'known';
    return entry.seq > known + this.#limits.headAhead ? 'head-ahead' : null;
  }

  #judgeEntries(link: string, state: LinkState, entries: readonly GunEntry[], rejected: GuardCode[]): GunEntry[] {
    return entries.filter((entry) => {
      const bad = state.banned ? 'banned' : this.#judgeEntry(link, state, entry);
      if (bad !== null) rejected.push(this.#drop(link, state, bad).drop);
      return bad === null;
    });
  }

  #judgeMessage(link: string, state: LinkState, message: GunMessage): GuardCode | null {
    if (message.kind !== 'get') return null;
    if (message.soul === null || !this.#deps.admits(link, message.soul.space)) return 'space';
    return state.gets.take(1, this.#now()) ? null : this.#over(link, state);
  }
}

const NO_BYTES = new Uint8Array(0);

function isSeq(n: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= 0xffff_ffff;
}

function isRange(range: RangeRequest, maxBytes: number): boolean {
  return range.space.length === 32 && range.fragment.length === 16 && range.writer.length === 32
    && isSeq(range.from) && isSeq(range.to) && range.from <= range.to
    && Number.isInteger(range.maxBytes) && range.maxBytes > 0 && range.maxBytes <= maxBytes;
}
