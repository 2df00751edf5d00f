/**
 * The chain of a writer over all fragments of a space: n and sprev (FORMATS 2 and 5). Compared only among records held; a missing
 * sprev never blocks. A contradiction is no verdict here: it is evidence for a fork.proof in `acl`.
 */
import type { Bytes } from '#base/bytes';
import { keyOf } from '#vm/graph/keys';
import { MAX_FORK_RECORDS } from '#vm/limits';

/** What is kept of a record. */
export interface ChainRecord {
  /** base64url of the id. */
  readonly key: string;
  readonly id: Bytes;
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly n: number;
  readonly sprev: Bytes | null;
}

/** Two records of one writer that cannot stand in one honest chain. */
export interface ForkEvidence {
  /** same-seq: one place in one log · same-n: one place in the chain of the space · sprev: the later names another predecessor. */
  readonly kind: 'same-seq' | 'same-n' | 'sprev';
  readonly writer: Bytes;
  readonly a: ChainRecord;
  readonly b: ChainRecord;
}

interface Link {
  readonly record: ChainRecord;
  readonly sprev: string | null;
}

/** Records of one writer by n; several at one n are kept, the first ones. */
interface Chain {
  readonly byN: Map<number, Link[]>;
  tip: ChainRecord | null;
  doubles: number;
}

export class SpaceChain {
  private readonly chains = new Map<string, Chain>();

  /** Adds a record with a verified signature; gives the evidence it completes, or null. Adding twice changes nothing. */
  add(record: ChainRecord): ForkEvidence | null {
    const writer = keyOf(record.writer);
    let chain = this.chains.get(writer);
    if (chain === undefined) this.chains.set(writer, (chain = { byN: new Map(), tip: null, doubles: 0 }));
    const links = chain.byN.get(record.n);
    const link: Link = { record, sprev: record.sprev === null ? null : keyOf(record.sprev) };
    if (links === undefined) chain.byN.set(record.n, [link]);
    else if (links.some((known) => known.record.key === record.key)) return null;
    else if (chain.doubles < MAX_FORK_RECORDS) {
      links.push(link);
      chain.doubles++;
    }
    if (chain.tip === null || record.n > chain.tip.n) chain.tip = record;
    if (links !== undefined) return this.evidence(links[0]!.record, record);
    return this.predecessor(chain, link) ?? this.successor(chain, link);
  }

  private evidence(a: ChainRecord, b: ChainRecord): ForkEvidence {
    const sameLog = a.seq === b.seq && keyOf(a.fragment) === keyOf(b.fragment);
    return { kind: sameLog ? 'same-seq' : 'same-n', writer: b.writer, a, b };
  }

  private predecessor(chain: Chain, link: Link): ForkEvidence | null {
    const before = chain.byN.get(link.record.n - 1);
    if (before === undefined || before.some((known) => known.record.key === link.sprev)) return null;
    return { kind: 'sprev', writer: link.record.writer, a: before[0]!.record, b: link.record };
  }

  private successor(chain: Chain, link: Link): ForkEvidence | null {
    const after = chain.byN.get(link.record.n + 1)?.find((known) => known.sprev !== link.record.key);
    return after === undefined ? null : { kind: 'sprev', writer: link.record.writer, a: link.record, b: after.record };
  }

  /** Places of a writer's chain that a record is held for. */
  places(writer: Uint8Array): number {
    return this.chains.get(keyOf(writer))?.byN.size ?? 0;
  }

  /** The records held at a place of a writer's chain. */
  at(writer: Uint8Array, n: number): readonly ChainRecord[] {
    return (this.chains.get(keyOf(writer))?.byN.get(n) ?? []).map(({ record }) => record);
  }

  /** The record with the greatest n of a writer; null = none held. */
  tip(writer: Uint8Array): ChainRecord | null {
    return this.chains.get(keyOf(writer))?.tip ?? null;
  }
}
