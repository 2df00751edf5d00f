/** What a fragment log keeps of a record, and the words for its state. */
import type { Bytes } from '#base/bytes';
import { decodePayload } from '#vm/protocol/operation';
import type { Header, Operation, ParsedRecord, Stamp } from '#vm/protocol/types';
import type { TextClaims } from '#vm/graph/text-rules';

/**
 * What the body gave. `payload` = the bytes the operations were decoded from, so that they need not stay in memory themselves. `malformed`: not a payload (framing, CBOR, arguments). `unknown`: another primitive, class, flag, header
 * key or schema than this version knows; `ops` = those operations that could be read, for the clocks of text.
 */
export type Content =
  | { readonly kind: 'ops'; readonly ops: readonly Operation[]; readonly payload?: Bytes }
  | { readonly kind: 'unknown'; readonly ops?: readonly Operation[] }
  | { readonly kind: 'stub' | 'no-key' | 'malformed' };

/** What the acl says at the record's acl heads. `no-acl`: one of these heads is not held, the log waits. */
export type Verdict = 'ok' | 'no-acl' | 'void' | 'quarantined';

/**
 * applied · parked (ahead of mesh time) · waiting-prev (a record before it is not held) · waiting-acl (an acl head is not held) ·
 * waiting-log (a record before it waits) · held-back (fork) · dropped (branch not kept) · quarantined (beyond a cut) · stub ·
 * no-key · malformed (operation fault, text fault) · void (not permitted) · unknown (newer version) · unknown-version (v or alg) ·
 * covered (the head below which a baseline stands for the log: what it did is in the snapshot).
 */
export type RecordStatus =
  | 'applied' | 'parked' | 'waiting-prev' | 'waiting-acl' | 'waiting-log' | 'held-back' | 'dropped' | 'quarantined'
  | 'stub' | 'no-key' | 'malformed' | 'void' | 'unknown' | 'unknown-version' | 'covered';

/** Without effect, and others may have written beside it while it had one: its texts leave their places. */
export const SHADES: ReadonlySet<RecordStatus> = new Set<RecordStatus>(['held-back', 'dropped', 'quarantined']);

/** One record with a verified signature, as it is given to the log. */
export interface Delivery {
  readonly record: Pick<ParsedRecord, 'id' | 'header' | 'status'>;
  readonly content: Content;
}

/** Why a record is not taken in: it cannot belong to the log, or it is over a cap. */
export type Refusal = 'chain' | 'seq-jump' | 'waiting-cap' | 'fork-cap' | 'log-cap' | 'below-baseline';

/** A record of the log, for reading. */
export interface HeldRecord {
  /** base64url of the id. */
  readonly key: string;
  readonly id: Bytes;
  /** One object per log. */
  readonly writer: Bytes;
  readonly writerKey: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly n: number;
  readonly hlc: Stamp;
  readonly class: number;
  readonly acl: readonly Bytes[];
  readonly status: RecordStatus;
  /** What clock.fix takes off its stamps, ms. */
  readonly delta: number;
  /** Operations as sealed (raw stamps); null while the content gave none. */
  readonly ops: readonly Operation[] | null;
  readonly content: Content['kind'];
  /** Its operations lie in the store only: it came with a snapshot. Who asks for `ops` gets null, and the log is read whole soon. */
  readonly away: Away | null;
}

/** One for all records of a log that came with a snapshot. */
export interface Away {
  /** Somebody needed operations that are not in memory: what was decided without them is decided again when the log was read whole. */
  asked: boolean;
}

/** A record with effect, as the graph takes it. */
export type AppliedRecord = HeldRecord & { readonly ops: readonly Operation[] };

/** The mutable record behind HeldRecord; only #vm/log writes it. */
export class Entry implements HeldRecord {
  status: RecordStatus = 'waiting-prev';
  /** What the record would be if time did not count: 'applied' also while parked. */
  base: RecordStatus = 'waiting-prev';
  delta = 0;
  parent: Entry | null = null;
  /** Verified records right behind it. */
  children = 0;
  verdict: Verdict | null = null;
  /** undefined = not read yet; null = never has effect. */
  claims: TextClaims | null | undefined = undefined;
  readonly prev: string | null;
  readonly seq: number;
  readonly n: number;
  readonly hlc: Stamp;
  readonly class: number;
  private live: readonly Operation[] | null = null;
  /** Where the operations are decoded from when they are asked for again. */
  private packed: Bytes | null = null;
  content: Content['kind'] = 'stub';
  away: Away | null = null;
  /** It has no effect, and the letters in it have their places all the same (TEXT7). */
  shades = false;

  constructor(
    readonly key: string,
    readonly id: Bytes,
    readonly writer: Bytes,
    readonly writerKey: string,
    readonly acl: readonly Bytes[],
    header: Pick<Header, 'seq' | 'n' | 'hlc' | 'class'>,
    prev: string | null,
    content: Content,
  ) {
    this.prev = prev;
    this.seq = header.seq;
    this.n = header.n;
    this.hlc = header.hlc;
    this.class = header.class;
    this.take(content);
  }

  take(content: Content): void {
    this.content = content.kind;
    this.away = null;
    this.live = content.kind === 'ops' ? content.ops : content.kind === 'unknown' ? (content.ops ?? null) : null;
    this.packed = content.kind === 'ops' ? (content.payload ?? null) : null;
    this.claims = undefined;
    this.verdict = null;
  }

  get ops(): readonly Operation[] | null {
    if (this.away !== null) this.away.asked = true;
    if (this.live !== null || this.packed === null) return this.live;
    const decoded = decodePayload(this.packed);
    return decoded.ok ? decoded.value.ops : null;
  }

  /** Decoded operations cost ten times their payload: they go once they were applied, and are decoded again by the few who ask. */
  pack(): void {
    if (this.packed !== null) this.live = null;
  }

  /** ms after clock.fix. */
  get effectiveMs(): number {
    return this.hlc.ms - this.delta;
  }
}

const RANK: Record<Content['kind'], number> = { stub: 0, 'no-key': 1, unknown: 2, malformed: 3, ops: 3 };

/** Does new content of a held record tell more than what is held? */
export function tellsMore(held: Content['kind'], offered: Content['kind']): boolean {
  return RANK[offered] > RANK[held];
}
