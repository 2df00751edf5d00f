/** The log of witnesses that a beacon writes: which heads changed since the one before, and when the next one is due. Pure: who signs and keeps it is outside. */
import { toBase64url, type Bytes } from '#base/bytes';
import { WITNESS_FLAG, type WitnessFields, type WitnessHead } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';

/** Where the log stands; kept in the store, in the same commit as nothing else, before the witness is told. */
export interface ChainHead {
  readonly log: Bytes;
  /** Place and id of the last one; −1 and null before the first. */
  readonly seq: number;
  readonly id: Bytes | null;
  readonly ms: number;
  /** Arrival counter up to which everything was said. */
  readonly arrival: number;
}

/** What the beacon holds now. */
export interface Holding {
  /** Arrival counter now. */
  readonly arrival: number;
  /** Fragments whose heads changed after that counter. */
  changedSince(arrival: number): readonly Bytes[];
  /** Heads that it acknowledges as durable; `later`: others are there that it does not yet (they lie ahead of mesh time). */
  heads(fragment: Bytes): { readonly heads: readonly Omit<WitnessHead, 'fragment'>[]; readonly later: boolean };
  readonly root: Bytes;
  readonly full: boolean;
}

/** A witness to be signed (null: nothing would be new in it), and up to where everything is said with it. `commit`: it is kept. */
export interface Draft {
  readonly fields: WitnessFields | null;
  readonly arrival: number;
  commit(): void;
}

export class WitnessChain {
  /** Fragment → writer → ids of the heads that were said in this run. */
  private readonly said = new Map<string, Map<string, string>>();
  /** Fragments in which something is not said yet: of a list that goes on, and heads that wait for their time. */
  private readonly open = new Map<string, Bytes>();
  /** When it was looked at last what is to be said, and when the first change was seen that is not said, monotonic ms. */
  private lookedAt = -Infinity;
  private dirtyAt: number | null = null;
  private more = false;
  private full = false;

  /** Is a witness due? `linkedMs`: how long somebody of the space has been linked. */
  due(head: ChainHead, holding: Pick<Holding, 'changedSince' | 'full'>, now: number, linkedMs: number): boolean {
    const dirty = this.open.size > 0 || holding.full !== this.full || holding.changedSince(head.arrival).length > 0;
    if (!dirty) this.dirtyAt = null;
    else this.dirtyAt ??= now;
    if (!dirty || linkedMs < WITNESS_LIMITS.moreMs) return false;
    if (this.more) return now - this.lookedAt >= WITNESS_LIMITS.moreMs;
    return now - this.dirtyAt! >= WITNESS_LIMITS.gatherMs && now - this.lookedAt >= WITNESS_LIMITS.intervalMs;
  }

  /** The next witness. `ms`: mesh time. */
  draft(head: ChainHead, holding: Holding, now: number, ms: number): Draft {
    const fragments = new Map(this.open);
    for (const fragment of holding.changedSince(head.arrival)) fragments.set(toBase64url(fragment), fragment);
    const heads: WitnessHead[] = [];
    const saying: { readonly fragment: string; readonly writer: string; readonly ids: string }[] = [];
    const left = new Map<string, Bytes>();
    let more = false;
    for (const [key, fragment] of fragments) {
      const { heads: held, later } = holding.heads(fragment);
      if (later) left.set(key, fragment);
      for (const [writer, list] of byWriter(held)) {
        const ids = list.map(({ id }) => toBase64url(id)).sort().join();
        if (this.said.get(key)?.get(writer) === ids) continue;
        if (heads.length + list.length > WITNESS_LIMITS.heads) {
          more = true;
          left.set(key, fragment);
          continue;
        }
        heads.push(...list.map((one) => ({ fragment, ...one })));
        saying.push({ fragment: key, writer, ids });
      }
    }
    const flags = (holding.full ? WITNESS_FLAG.full : 0) | (more ? WITNESS_FLAG.more : 0);
    const fields: WitnessFields = { log: head.log, seq: head.seq + 1, prev: head.id, ms: Math.max(ms, head.ms + 1), flags, root: holding.root, heads };
    return {
      fields: heads.length === 0 && holding.full === this.full ? null : fields,
      // A list that goes on begins at the same place after a new start.
      arrival: more ? head.arrival : holding.arrival,
      commit: () => {
        for (const { fragment, writer, ids } of saying) this.saidOf(fragment).set(writer, ids);
        this.open.clear();
        for (const [key, fragment] of left) this.open.set(key, fragment);
        this.more = more;
        this.full = holding.full;
        this.lookedAt = now;
        this.dirtyAt = null;
      },
    };
  }

  /** Its store was set back, or it is somebody else's: everything is said anew. */
  beginAnew(): void {
    this.said.clear();
    this.open.clear();
    this.more = false;
  }

  private saidOf(fragment: string): Map<string, string> {
    let writers = this.said.get(fragment);
    if (writers === undefined) this.said.set(fragment, (writers = new Map()));
    return writers;
  }
}

/** All heads of one writer go together: branches of a fork, too. More than fit into one witness are cut; nobody honest has so many. */
function byWriter(heads: readonly Omit<WitnessHead, 'fragment'>[]): Map<string, Omit<WitnessHead, 'fragment'>[]> {
  const out = new Map<string, Omit<WitnessHead, 'fragment'>[]>();
  for (const { writer, seq, id } of heads) {
    const key = toBase64url(writer);
    const list = out.get(key);
    if (list === undefined) out.set(key, [{ writer, seq, id }]);
    else if (list.length < WITNESS_LIMITS.heads) list.push({ writer, seq, id });
  }
  return out;
}
