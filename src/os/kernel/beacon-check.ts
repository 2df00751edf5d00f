/**
 * What this device makes of one beacon in one space (docs/decisions/0076): its witnesses, what it owes, how checks of it went. Pure but for the words it keeps;
 * links, clock and store are the desk's (witness-desk.ts).
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { BeaconStand } from '#os/beacon-api';
import { parseWitness, WITNESS_FLAG, type Witness } from '#vm/protocol/witness';
import { WitnessBook } from '#vm/witness/book';
import { Dues, type KeptDues } from '#vm/witness/dues';
import { WITNESS_LIMITS } from '#vm/witness-limits';

/** A record that the beacon confirmed and did not have when it was asked. */
export interface LostRecord {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
  readonly at: number;
}

/** Row `witness/<space>/<device>`. */
export interface CheckRow {
  readonly witnesses: readonly Bytes[];
  readonly proof: readonly Bytes[] | null;
  /** When the proof was found, ms. */
  readonly provenAt: number | null;
  readonly dues: KeptDues;
  readonly checkedAt: number | null;
  readonly lost: LostRecord | null;
  /** When it last began a new log, ms. */
  readonly anewAt: number | null;
  /** Checks in a row that it did not answer, and since when, ms. */
  readonly silent: number;
  readonly silentSince: number | null;
}

export class BeaconCheck {
  readonly book = new WitnessBook();
  readonly dues: Dues;
  /** When its last check went well, ms. */
  checkedAt: number | null;
  lost: LostRecord | null;
  provenAt: number | null;
  private anewAt: number | null;
  /** Checks in a row that it did not answer, and since when. */
  private silent: number;
  private silentSince: number | null;
  /** When the next one is due, monotonic ms. */
  nextCheck = 0;
  /** What its link had brought at the last look. */
  private bytesIn = 0;
  /** Something is to be kept. */
  changed = false;

  constructor(readonly space: Bytes, readonly ds: Bytes, row?: CheckRow) {
    for (const bytes of row?.witnesses ?? []) {
      const w = parseWitness(space, bytes);
      if (w !== null) this.book.take(w);
    }
    const proof = row?.proof?.map((bytes) => parseWitness(space, bytes)) ?? [];
    if (proof.length > 0 && !proof.includes(null)) this.book.takeProof(proof as Witness[]);
    this.dues = new Dues(row?.dues);
    this.checkedAt = row?.checkedAt ?? null;
    this.lost = row?.lost ?? null;
    this.provenAt = row?.provenAt ?? null;
    this.anewAt = row?.anewAt ?? null;
    this.silent = row?.silent ?? 0;
    this.silentSince = row?.silentSince ?? null;
  }

  get device(): string {
    return toBase64url(this.ds);
  }

  /** Takes a witness in. `anew`: with it the beacon began another log than the one it went on with. */
  take(w: Witness, now: number): { readonly fresh: boolean; readonly anew: boolean; readonly lied: boolean } {
    const before = this.book.newest?.log ?? null;
    const proven = this.book.proof !== null;
    const fresh = this.book.take(w) === 'new';
    const lied = !proven && this.book.proof !== null;
    if (lied) this.provenAt = now;
    const after = this.book.newest?.log ?? null;
    const anew = fresh && before !== null && after !== null && toBase64url(before) !== toBase64url(after);
    if (anew) {
      // Set back once, it may have lost what it said. Again and again is a way to owe nothing.
      if (this.anewAt === null || now - this.anewAt > WITNESS_LIMITS.anewMs) this.dues.begunAnew();
      this.anewAt = now;
    }
    this.changed ||= fresh || lied;
    return { fresh, anew, lied };
  }

  takeProof(proof: readonly Witness[], now: number): boolean {
    if (!this.book.takeProof(proof)) return false;
    this.provenAt = now;
    this.changed = true;
    return true;
  }

  /** Came so much over its link since the last look that a catch-up runs? `bytes`: in all. */
  came(bytes: number): boolean {
    const much = bytes - this.bytesIn >= WITNESS_LIMITS.busyBytes;
    this.bytesIn = bytes;
    return much;
  }

  /** The outcome of a check: records it had not, or (null) all were there. */
  checked(lost: LostRecord | null, now: number): void {
    this.silent = 0;
    this.silentSince = null;
    this.changed = true;
    this.lost = lost;
    if (lost === null) this.checkedAt = now;
  }

  /** It was linked and did not answer. */
  unanswered(now: number): void {
    this.silent += 1;
    this.silentSince ??= now;
    this.changed = true;
  }

  /** How it stands. */
  view(): BeaconStand {
    const { newest, proof } = this.book;
    const as = (state: BeaconStand['state'], since: number | null): BeaconStand => ({ state, since, saidAt: newest?.ms ?? null, checkedAt: this.checkedAt, proof: proof !== null });
    if (proof !== null) return as('forked', this.provenAt);
    if (this.lost !== null) return as('lost', this.lost.at);
    const overdue = this.dues.overdue();
    if (overdue !== null && overdue.kind !== 'unreached') return as(overdue.kind, overdue.since);
    if (this.silent >= WITNESS_LIMITS.silentChecks) return as('withholds', this.silentSince);
    if (overdue !== null) return as('unreached', overdue.since);
    if (newest === null) return as('none', null);
    return as((newest.flags & WITNESS_FLAG.full) === 0 ? 'ok' : 'full', null);
  }

  row(): CheckRow {
    return { witnesses: this.book.all().map(({ bytes }) => bytes), proof: this.book.proof?.map(({ bytes }) => bytes) ?? null, provenAt: this.provenAt, dues: this.dues.kept(), checkedAt: this.checkedAt, lost: this.lost, anewAt: this.anewAt, silent: this.silent, silentSince: this.silentSince };
  }
}
