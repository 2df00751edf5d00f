/**
 * The log of witnesses that this beacon writes in each of its spaces (docs/decisions/0076): signed, kept in the store, and only then told. Only a beacon has it.
 */
import { must } from '#base/assert';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { StoreError, type KeyValue } from '#ports/record-store';
import { spaceDigest } from '#vm/replication/digests';
import { encodeWitness, type Witness } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import { WitnessChain, type ChainHead, type Draft, type Holding } from '#vm/witness/chain';
import type { Kernel, Space } from './state.ts';

export const CHAIN_ROWS = 'witness-log/';

/** Row `witness-log/<space>`. A copy of the store has another id: it does not go on with this log. */
interface ChainRow extends ChainHead {
  readonly store: string;
}

export interface WitnessLogHandlers {
  /** Keeps a witness together with the row of the log. Rejects when it is not kept. */
  keep(space: Space, w: Witness, head: KeyValue): Promise<void>;
  /** It is kept: it goes out. */
  tell(space: Space, w: Witness): void;
  /** It is kept and must not be told: it goes from the disk, and the row of the log with it. */
  drop(space: Space, head: string): Promise<void>;
}

export interface WitnessLog {
  /** Did this beacon's key sign it? */
  isOwn(w: Pick<Witness, 'ds'>): boolean;
  /** Somebody told a witness of this beacon. */
  heard(space: Space, w: Witness): void;
  close(): void;
}

interface Writing {
  head: ChainHead;
  readonly chain: WitnessChain;
  /** Since when a link with the space has been there, monotonic ms. */
  linkedAt: number | null;
  busy: boolean;
  /** Signed and not on the disk yet: nobody heard it, and nothing else comes to its place. */
  unkept: { readonly w: Witness; readonly head: ChainHead; readonly draft: Draft } | null;
}

class WitnessLogImpl implements WitnessLog {
  private readonly writing = new Map<string, Writing>();
  private cancel: () => void = () => undefined;

  constructor(private readonly kernel: Kernel, private readonly handlers: WitnessLogHandlers) {
    this.again();
  }

  isOwn({ ds }: Pick<Witness, 'ds'>): boolean {
    return equalBytes(ds, must(this.kernel.profile, 'profile').ds.pub);
  }

  heard(space: Space, w: Witness): void {
    void this.writingOf(space).then((writing) => this.compare(writing, w)).catch((error: unknown) => this.kernel.fault('witness', error));
  }

  private compare(writing: Writing, w: Witness): void {
    if (!equalBytes(w.log, writing.head.log)) return this.noteOther(writing, w);
    if (w.seq < writing.head.seq || (w.seq === writing.head.seq && writing.head.id !== null && equalBytes(w.id, writing.head.id))) return;
    // The disk was set back behind what others heard: going on would say two things at one place.
    this.kernel.metric('witness.set_back', 1);
    this.kernel.fault('witness', new Error('the store was set back'));
    writing.head = this.newHead(w.ms);
    writing.unkept = null;
    writing.chain.beginAnew();
  }

  close(): void {
    this.cancel();
  }

  /** Another log of this beacon is younger than what this one wrote: another machine uses its key, or did. */
  private noteOther(writing: Writing, w: Witness): void {
    if (w.ms <= writing.head.ms) return;
    this.kernel.metric('witness.other', 1);
    // What is written from now on is younger, so that the two do not take turns by a clock alone.
    if (writing.head.seq < 0) writing.head = { ...writing.head, ms: w.ms };
  }

  private newHead(ms = 0): ChainHead {
    return { log: this.kernel.deps.random.bytes(16), seq: -1, id: null, ms, arrival: -1 };
  }

  private again(): void {
    this.cancel = this.kernel.deps.clock.setTimer(WITNESS_LIMITS.moreMs, () => {
      for (const space of this.kernel.spaces.values()) void this.step(space).catch((error: unknown) => this.kernel.fault('witness', error));
      this.again();
    });
  }

  private async writingOf(space: Space): Promise<Writing> {
    const known = this.writing.get(space.key);
    if (known) return known;
    const row = (await this.kernel.store.get(CHAIN_ROWS + space.key)) as ChainRow | undefined;
    const head = row !== undefined && row.store === this.kernel.store.id ? row : this.newHead(row?.ms);
    const made = this.writing.get(space.key) ?? { head, chain: new WitnessChain(), linkedAt: null, busy: false, unkept: null };
    this.writing.set(space.key, made);
    return made;
  }

  private async step(space: Space): Promise<void> {
    const { kernel } = this;
    const profile = kernel.profile;
    if (!profile || kernel.loading || space.standing !== 'member' || space.rights.memberOf(toBase64url(profile.uid)) === null) return;
    const writing = await this.writingOf(space);
    const now = kernel.deps.clock.monotonic();
    const linked = kernel.network.peers.some(({ spaces }) => spaces.includes(space.key));
    writing.linkedAt = linked ? (writing.linkedAt ?? now) : null;
    if (writing.linkedAt === null || writing.busy) return;
    const holding = this.holding(space);
    if (writing.unkept === null && !writing.chain.due(writing.head, holding, now, now - writing.linkedAt)) return;
    writing.busy = true;
    try {
      writing.unkept ??= await this.next(space, writing, holding, now);
      await this.keep(space, writing);
    } finally {
      writing.busy = false;
    }
  }

  /** The next witness, signed; null when nothing would be new in it. */
  private async next(space: Space, writing: Writing, holding: Holding, now: number): Promise<Writing['unkept']> {
    const { kernel } = this;
    const before = writing.head;
    const draft = writing.chain.draft(before, holding, now, kernel.time.now());
    if (draft.fields === null) {
      writing.head = { ...before, arrival: draft.arrival };
      draft.commit();
      return null;
    }
    const w = await encodeWitness(kernel.deps.crypto, must(kernel.profile, 'profile').ds, space.id, draft.fields);
    // That the disk was set back may have been heard while it was signed.
    return writing.head === before ? { w, head: { log: w.log, seq: w.seq, id: w.id, ms: w.ms, arrival: draft.arrival }, draft } : null;
  }

  /** The same one until the disk takes it. */
  private async keep(space: Space, writing: Writing): Promise<void> {
    const { unkept } = writing;
    if (unkept === null) return;
    const { w, head, draft } = unkept;
    const row: KeyValue = [CHAIN_ROWS + space.key, { ...head, store: this.kernel.store.id } satisfies ChainRow];
    try {
      await this.handlers.keep(space, w, row);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return this.kernel.metric('witness.unkept', 1);
    }
    // That the disk was set back was heard while it was written: told now, it would be a second word at its place.
    if (writing.unkept !== unkept) return this.handlers.drop(space, row[0]);
    writing.unkept = null;
    writing.head = head;
    draft.commit();
    this.handlers.tell(space, w);
  }

  private holding(space: Space): Holding {
    const { kernel } = this;
    const arrival = Math.min(kernel.arrival, ...[...kernel.delivering].map((one) => one - 1));
    const fragments = [...space.fragments.values()].filter(({ log }) => log.heads().length > 0);
    return {
      arrival,
      changedSince: (since) => fragments.filter(({ changedAt }) => changedAt > since).map(({ id }) => id),
      heads: (id) => {
        const log = must(space.fragments.get(toBase64url(id)), 'fragment').log;
        const heads = log.heads();
        const durable = heads.filter((head) => log.status(toBase64url(head.id)) !== 'parked');
        return { heads: durable.map(({ writer, seq, id: head }) => ({ writer, seq, id: head })), later: durable.length < heads.length };
      },
      get root(): Bytes {
        return spaceDigest(fragments.map(({ id, log }) => ({ fragment: id, digest: log.setDigest() })));
      },
      full: kernel.deps.beaconFull?.(space.key) ?? false,
    };
  }
}

/** The writer of a beacon. */
export function createWitnessLog(kernel: Kernel, handlers: WitnessLogHandlers): WitnessLog {
  return new WitnessLogImpl(kernel, handlers);
}
