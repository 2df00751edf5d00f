/**
 * The verified records of ONE log (fragment and writer) and their states. A state is a function of the set of verified records,
 * the verdicts of the acl, the keep rule and mesh time; arrival order never decides (FORMATS 5). Appending behind the tip of a
 * log without forks costs one record; everything else judges the log again from its start.
 */
import type { Bytes } from '#base/bytes';
import { TextClocks, readTextClaims, type TextClaims } from '#vm/graph/text-rules';
import { MAX_FORK_RECORDS } from '#vm/limits';
import { compareStamp } from '#vm/protocol/stamp';
import { PRIMITIVE, type Operation } from '#vm/protocol/types';
import { ClockFixes, fixFault, hasFix } from './clock-fixes.ts';
import { insertById, reach, type Reach } from './fork.ts';
import { SHADES, type Entry, type HeldRecord, type RecordStatus, type Verdict } from './held-record.ts';

/** Collects what changed while logs are judged. */
export interface Changes {
  readonly applied: Entry[];
  /** Lost their effect, or their stamps moved. */
  readonly unapplied: Entry[];
  /** Became places of words without effect, or are none any more. */
  readonly shaded: Entry[];
  readonly unshaded: Entry[];
}

export interface JudgeContext {
  readonly verdict: (record: HeldRecord) => Verdict;
  /** Stamps above this many ms are ahead. */
  readonly limitMs: number;
}

function stampFault(entry: Entry, ops: readonly Operation[]): boolean {
  let last = entry.parent?.hlc ?? null;
  for (const op of ops) {
    if (last !== null && compareStamp(op.stamp, last) <= 0) return true;
    last = op.stamp;
  }
  return ops.length === 0 || last === null || compareStamp(last, entry.hlc) !== 0;
}

/** Where a log begins that stands on a baseline: the covered head, and the next clocks of its client ids of texts there. */
export interface LogFoot {
  readonly seq: number;
  /** base64url of its id. */
  readonly key: string;
  readonly clocks: ReadonlyMap<number, number>;
}

export class WriterLog {
  /** Verified records by seq, from the foot on if there is one; where the log forks, the one with the smallest id. */
  readonly chain: Entry[] = [];
  foot: LogFoot | null = null;
  /** All verified records at the seqs where there are several, by id. */
  readonly forks = new Map<number, Entry[]>();
  private forkRecords = 0;
  /** Seq of the first visible fork. */
  private forkAt = Infinity;
  keep: ReadonlySet<string> | null = null;
  /** From this n on a fork across fragments is proven in `acl`. */
  provenN = Infinity;
  readonly text = new TextClocks();
  readonly fixes = new ClockFixes();
  /** To be judged again from the start. */
  dirty = false;
  /** Records of this log that wait for an earlier one. */
  waiting = 0;
  /** The acl heads of the latest record, shared while they stay the same. */
  lastAcl: readonly Bytes[] = [];

  constructor(
    readonly key: string,
    readonly writer: Bytes,
  ) {}

  get forked(): boolean {
    return this.forks.size > 0;
  }

  /** Seq of the first record of the chain, held or not. */
  get start(): number {
    return this.foot?.seq ?? 0;
  }

  /** The seq behind the chain. */
  get next(): number {
    return this.start + this.chain.length;
  }

  /** Begins anew at a covered head with what is verified behind it, in the order (seq, id); the caller asks for all to be judged again. */
  standOn(foot: LogFoot, above: readonly Entry[]): void {
    this.foot = foot;
    this.chain.length = 0;
    this.forks.clear();
    this.forkRecords = 0;
    this.forkAt = Infinity;
    this.dirty = true;
    for (const entry of above) entry.children = 0;
    for (const entry of above) this.link(entry);
  }

  /** All verified records in the order (seq, id). */
  *entries(): IterableIterator<Entry> {
    for (let at = 0; at < this.chain.length; at++) {
      const branch = this.forks.size === 0 ? undefined : this.forks.get(this.start + at);
      if (branch === undefined) yield this.chain[at]!;
      else yield* branch;
    }
  }

  /** Branch heads by id: verified records with no verified record behind them. */
  heads(): Entry[] {
    if (this.chain.length === 0) return [];
    if (!this.forked) return [this.chain[this.chain.length - 1]!];
    return [...this.entries()].filter((entry) => entry.children === 0);
  }

  setKeep(keep: ReadonlySet<string> | null): void {
    this.keep = keep;
    this.dirty = true;
  }

  setProof(n: number): void {
    this.provenN = n;
    this.dirty = true;
  }

  /** Seq from which on records are held back: the first visible fork, or the first record at or above the n of a proof. */
  private heldFrom(): number {
    if (this.provenN === Infinity) return this.forkAt;
    for (const entry of this.entries()) if (entry.n >= this.provenN && !this.isFoot(entry)) return Math.min(this.forkAt, entry.seq);
    return this.forkAt;
  }

  canFork(more = 0): boolean {
    return this.forkRecords + more < MAX_FORK_RECORDS;
  }

  isFork(seq: number): boolean {
    return seq < this.next;
  }

  isFoot(entry: Entry): boolean {
    return this.foot !== null && entry.key === this.foot.key;
  }

  /** Puts a record into its place; false at a fork. */
  private link(entry: Entry): boolean {
    if (entry.parent !== null) entry.parent.children++;
    const at = entry.seq - this.start;
    if (at === this.chain.length) {
      this.chain.push(entry);
      return true;
    }
    const branch = this.forks.get(entry.seq) ?? [this.chain[at]!];
    insertById(branch, entry);
    this.forks.set(entry.seq, branch);
    this.forkRecords++;
    this.chain[at] = branch[0]!;
    this.forkAt = Math.min(this.forkAt, entry.seq);
    this.dirty = true;
    return false;
  }

  /** Takes a record whose parent is verified (or the first: seq 0, or the foot). */
  append(entry: Entry, context: JudgeContext, changes: Changes): void {
    if (!this.link(entry)) return;
    if (this.forked || this.keep !== null || this.provenN !== Infinity) this.dirty = true;
    if (this.dirty) return;
    const base = this.judge(entry, context, 'applies');
    if (base === 'applied' && hasFix(entry.ops!)) {
      this.dirty = true;
      return;
    }
    this.settle(entry, base, context, changes);
  }

  /** Judges every record again. */
  rejudge(context: JudgeContext, changes: Changes): void {
    this.dirty = false;
    this.text.reset(this.foot?.clocks);
    this.fixes.reset();
    const from = this.heldFrom();
    const reached: Reach | null = from !== Infinity || this.keep !== null ? reach(this.entries(), from, this.keep) : null;
    const bases: RecordStatus[] = [];
    for (const entry of this.entries()) {
      const base = this.judge(entry, context, reached === null ? 'applies' : reached(entry));
      // A child reads the state of its parent while this pass runs.
      entry.base = base;
      if (base === 'applied') this.fixes.take(entry.ops ?? []);
      bases.push(base);
    }
    let i = 0;
    for (const entry of this.entries()) this.settle(entry, bases[i++]!, context, changes);
  }

  private verdict(entry: Entry, context: JudgeContext): Verdict {
    return (entry.verdict ??= context.verdict(entry));
  }

  /** The state but for time. Moves the clocks of text. */
  private judge(entry: Entry, context: JudgeContext, branch: 'applies' | 'held-back' | 'dropped'): RecordStatus {
    if (this.isFoot(entry)) return 'covered';
    const parent = entry.parent;
    if (parent !== null && (parent.base === 'waiting-acl' || parent.base === 'waiting-log')) return 'waiting-log';
    const verdict = this.verdict(entry, context);
    if (verdict === 'no-acl') return 'waiting-acl';
    if (branch !== 'applies') return branch;
    if (verdict === 'quarantined') return 'quarantined';
    if (entry.content === 'stub' || entry.content === 'no-key') {
      this.text.goBlind();
      return entry.content;
    }
    if (entry.content === 'malformed') return 'malformed';
    if (entry.content === 'unknown') {
      const claims = this.claims(entry);
      if (claims !== null) this.text.take(claims);
      return 'unknown';
    }
    const { ops } = entry;
    // It lies in the store: what was found stands until the log was read whole.
    if (ops === null) return entry.base;
    if (stampFault(entry, ops) || fixFault(ops, entry.seq)) return 'malformed';
    if (verdict === 'void') return 'void';
    const claims = this.claims(entry);
    return claims !== null && this.text.take(claims) ? 'applied' : 'malformed';
  }

  private claims(entry: Entry): TextClaims | null {
    if (entry.claims === undefined) {
      const ops = entry.ops ?? [];
      entry.claims = ops.some((op) => op.primitive === PRIMITIVE.textUpdate) ? readTextClaims(this.writer, ops) : [];
    }
    return entry.claims;
  }

  private settle(entry: Entry, base: RecordStatus, context: JudgeContext, changes: Changes): void {
    const was = entry.status === 'applied';
    const moved = this.fixes.delta(entry.seq) !== entry.delta;
    entry.delta = this.fixes.delta(entry.seq);
    entry.base = base;
    entry.status = base === 'applied' && entry.effectiveMs > context.limitMs ? 'parked' : base;
    const is = entry.status === 'applied';
    if (was && (!is || moved)) changes.unapplied.push(entry);
    if (is && (!was || moved)) changes.applied.push(entry);
    // What lies in the store only is read whole before anything changes for it.
    const shades = entry.away === null && SHADES.has(base) && (this.claims(entry)?.length ?? 0) > 0;
    if (shades !== entry.shades) (shades ? changes.shaded : changes.unshaded).push(entry);
    entry.shades = shades;
  }

  /** The client ids that this writer announced in this log, in whatever record, below a baseline too. */
  clients(): Set<number> {
    const out = new Set<number>(this.foot?.clocks.keys());
    for (const entry of this.entries()) for (const { announced } of this.claims(entry) ?? []) if (announced !== null) out.add(announced);
    return out;
  }
}
