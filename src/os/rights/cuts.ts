/** Cuts: how far a removed person's writers are trusted by those who had not seen the removal (FORMATS 5, 6; TRUST 2.4 data operations). */

/** The last record of a writer that is trusted. `id` null: not known (abstract cases). */
export interface CutPoint {
  readonly n: number;
  readonly id: string | null;
}

/** A live revoke with its cuts, raised by the live cut.extend records that name it. */
export interface LiveRevoke {
  readonly id: string;
  /** A person, a device, or the record of an invite. */
  readonly to: string;
  readonly cuts: ReadonlyMap<string, CutPoint>;
}

/** The revoke with the cuts of a cut.extend: per writer the higher one. */
export function extendCuts(revoke: LiveRevoke, cuts: ReadonlyMap<string, CutPoint>): LiveRevoke {
  const out = new Map(revoke.cuts);
  for (const [writer, cut] of cuts) {
    const known = out.get(writer);
    if (!known || cut.n > known.n || (cut.n === known.n && (cut.id ?? '') > (known.id ?? ''))) out.set(writer, cut);
  }
  return { ...revoke, cuts: out };
}

export interface CutQuestion {
  readonly author: string;
  /** A revoke may name the person, or one device of the person. */
  readonly device: string;
  readonly writer: string;
  readonly n: number;
  readonly id: string | null;
  /** True when the revoke is in the past of the acl heads the record names: then the role there decides, not the cut. */
  seen(revoke: string): boolean;
  /** True when the one revoke is in the past of the other. */
  ordered(a: string, b: string): boolean;
}

/**
 * The revoke that cuts the record off, or null. Among concurrent revokes the maximum holds; a later revoke never frees what an earlier one cut off,
 * so each revoke is asked for together with those concurrent to it only. A writer that is not named is cut from its start.
 */
export function cutBy(revokes: readonly LiveRevoke[], question: CutQuestion): string | null {
  const unseen = revokes.filter((revoke) => (revoke.to === question.author || revoke.to === question.device) && !question.seen(revoke.id));
  for (const revoke of unseen) {
    const peers = unseen.filter((other) => other === revoke || (other.to === revoke.to && !question.ordered(other.id, revoke.id)));
    if (!peers.some((peer) => trusts(peer, question))) return revoke.id;
  }
  return null;
}

/** At the n of the cut only the named record is trusted: a twin of it is another history. */
function trusts(revoke: LiveRevoke, question: CutQuestion): boolean {
  const cut = revoke.cuts.get(question.writer);
  if (!cut || question.n > cut.n) return false;
  return question.n < cut.n || cut.id === null || question.id === null || cut.id === question.id;
}
