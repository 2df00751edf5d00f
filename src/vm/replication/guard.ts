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
  /** Greatest seq held of a log, -1 for none. */
  knownSeq(space: Uint8Array, fragment: Uint8Array, writer: Uint8Array): number;
  /** The link made too many faults: close it and do not dial it again soon. Called once per link. */
  onBan(link: string): void;
}

export interface Guard {
  /** Size and byte budget of a frame, before it is parsed. */
  checkFrame(link: string, length: number): GuardVerdict;
  /** One record heard as a put or in a reply. */
  checkPut(link: string, bytes: Uint8Array): PutVerdict;
  /** A get of the other side. */
  checkGet(link: string, range: RangeRequest): GuardVerdict;
  /** A head hint: a writer of a fragment is at `seq` (FORMATS 7). */
  checkHead(link: string, space: Uint8Array, fragment: Uint8Array, writer: Uint8Array, seq: number): GuardVerdict;
  /** A JSON frame of a stock GUN peer: parsed, judged, taken apart. One bad entry does not take the others with it. */
  checkGunFrame(link: string, text: string): FrameVerdict;
  /** A fault found behind the guard (bad signature from the sender's own log, broken protocol). */
  strike(link: string): void;
  /** The link closed for good: its budgets and strikes go. */
  forget(link: string): void;
  counters(): Record<string, number>;
}

/** Drops that are nobody's fault and count no strike. */
const FORGIVEN: ReadonlySet<GuardCode> = new Set<GuardCode>(['known', 'rate', 'banned', 'head-ahead', 'space', 'unknown-budget']);

interface LinkState {
  readonly records: TokenBucket;
  readonly bytes: TokenBucket;
  readonly gets: TokenBucket;
  readonly heads: TokenBucket;
  readonly unknown: TokenBucket;
  strikes: number;
  struckAt: number;
  banned: boolean;
}

/** A guard for all links of one kernel. */
export function createGuard(deps: GuardDeps): Guard {
  const limits: GuardLimits = { ...GUARD_LIMITS, ...deps.limits };
  const links = new Map<string, LinkState>();
  const counts = new Map<GuardCode, number>();
  const now = (): number => deps.clock.monotonic();

  const stateOf = (link: string): LinkState => {
    const known = links.get(link);
    if (known) return known;
    const at = now();
    const state: LinkState = {
      records: createTokenBucket(limits.recordsPerSecond, limits.recordsBurst, at),
      bytes: createTokenBucket(limits.bytesPerSecond, limits.bytesBurst, at),
      gets: createTokenBucket(limits.getsPerSecond, limits.getsBurst, at),
      heads: createTokenBucket(limits.headsPerSecond, limits.headsBurst, at),
      unknown: createTokenBucket(limits.unknownPerSecond, limits.unknownBurst, at),
      strikes: 0,
      struckAt: at,
      banned: false,
    };
    links.set(link, state);
    if (links.size > limits.links) links.delete(links.keys().next().value!);
    return state;
  };
  const strike = (link: string, state: LinkState): void => {
    const at = now();
    state.strikes = Math.max(0, state.strikes - Math.floor((at - state.struckAt) / limits.strikeMs)) + 1;
    state.struckAt = at;
    if (state.strikes < limits.strikes || state.banned) return;
    state.banned = true;
    deps.onBan(link);
  };
  const count = (code: GuardCode): void => void counts.set(code, (counts.get(code) ?? 0) + 1);
  const drop = (link: string, state: LinkState, code: GuardCode): Dropped => {
    count(code);
    if (!FORGIVEN.has(code)) strike(link, state);
    return { ok: false, drop: code };
  };

  /** Admission and budgets of a record whose form is right. */
  const admit = (link: string, state: LinkState, parsed: ParsedRecord): GuardCode | null => {
    const { header } = parsed;
    if (!deps.admits(link, header.space)) return 'space';
    if (!deps.admitsWriter(header.writer)) return 'writer';
    if (deps.has(parsed.id)) return 'known';
    if (parsed.status === 'unknown-version' && !state.unknown.take(parsed.bytes.length, now())) return 'unknown-budget';
    return state.records.take(1, now()) ? null : 'rate';
  };

  const judgeEntry = (link: string, state: LinkState, entry: GunEntry): GuardCode | null => {
    if (entry.kind === 'record') return admit(link, state, entry.parsed);
    if (!deps.admits(link, entry.space)) return 'space';
    if (!state.heads.take(1, now())) return 'rate';
    return entry.seq > deps.knownSeq(entry.space, entry.fragment, entry.writer) + limits.headAhead ? 'head-ahead' : null;
  };

  const guard: Guard = {
    checkFrame(link, length) {
      const state = stateOf(link);
      if (state.banned) return drop(link, state, 'banned');
      if (length > limits.frame) return drop(link, state, 'size');
      return state.bytes.take(length, now()) ? { ok: true } : drop(link, state, 'rate');
    },
    checkPut(link, bytes) {
      const state = stateOf(link);
      if (state.banned) return drop(link, state, 'banned');
      if (bytes.length > MAX_RECORD_BYTES) return drop(link, state, 'size');
      const parsed = parseRecord(bytes);
      if (!parsed.ok) return drop(link, state, parsed.error.code);
      const code = admit(link, state, parsed.value);
      return code === null ? { ok: true, parsed: parsed.value } : drop(link, state, code);
    },
    checkGet(link, range) {
      const state = stateOf(link);
      if (state.banned) return drop(link, state, 'banned');
      if (!isRange(range, limits.replyBytes)) return drop(link, state, 'range');
      if (!deps.admits(link, range.space)) return drop(link, state, 'space');
      return state.gets.take(1, now()) ? { ok: true } : drop(link, state, 'rate');
    },
    checkHead(link, space, fragment, writer, seq) {
      const state = stateOf(link);
      if (state.banned) return drop(link, state, 'banned');
      if (!isSeq(seq) || fragment.length !== 16 || writer.length !== 32) return drop(link, state, 'head');
      const code = judgeEntry(link, state, { kind: 'head', space, fragment, writer, seq, id: NO_BYTES, sig: NO_BYTES });
      return code === null ? { ok: true } : drop(link, state, code);
    },
    checkGunFrame(link, text) {
      const admitted = guard.checkFrame(link, text.length);
      if (!admitted.ok) return admitted;
      const state = stateOf(link);
      const frame = readGunFrame(text, limits);
      if (!frame.ok) return drop(link, state, frame.error);
      const rejected: GuardCode[] = [...frame.value.rejected];
      for (const code of rejected) drop(link, state, code);
      const messages: GunMessage[] = [];
      for (const message of frame.value.messages) {
        const code = state.banned ? 'banned' : judgeMessage(link, message, state);
        if (code !== null) {
          rejected.push(drop(link, state, code).drop);
          continue;
        }
        const entries: GunEntry[] = [];
        for (const entry of message.entries) {
          const bad = state.banned ? 'banned' : judgeEntry(link, state, entry);
          if (bad === null) entries.push(entry);
          else rejected.push(drop(link, state, bad).drop);
        }
        messages.push({ ...message, entries });
      }
      return { ok: true, messages, rejected };
    },
    strike(link) {
      strike(link, stateOf(link));
    },
    forget: (link) => void links.delete(link),
    counters() {
      const out: Record<string, number> = {};
      for (const [code, n] of counts) out[`guard.rejected.${code}`] = n;
      return out;
    },
  };
  const judgeMessage = (link: string, message: GunMessage, state: LinkState): GuardCode | null => {
    if (message.kind !== 'get') return null;
    if (message.soul === null || !deps.admits(link, message.soul.space)) return 'space';
    return state.gets.take(1, now()) ? null : 'rate';
  };
  return guard;
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
