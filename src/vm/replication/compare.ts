/**
 * Two ends compare what they made of the same records (`seal:compare:v1`, docs/PROTOCOL.md §11): digests of the fragments, then of 256 buckets of
 * nodes, then of the nodes of one bucket, then of one node after its first k operations. Served only to who may read the space, and seldom:
 * the last level replays operations.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import type { LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';
import type { Head } from './host.ts';
import { bytesOf, isUint, listOf, parseHeads, tupleOf } from './payloads.ts';
import { askable, maySee, mayServe, say, type Core, type PeerState } from './peer-state.ts';

const EVENT = 'seal:compare:v1';
const LEVEL = { fragments: 0, buckets: 1, nodes: 2, step: 3 } as const;
/** Bytes of a digest that name a bucket or a node of one: they only show where to look. */
const SHORT = 8;

/** One fragment as this end made it. `state` is null while own operations wait to be sealed: it is no function of records then. */
export interface FragmentSeal {
  readonly fragment: Bytes;
  readonly set: Bytes;
  readonly state: Bytes | null;
  /** SHA-256 of the tag of FORMATS 9: states are compared only under equal sets and tags. */
  readonly tag: Bytes;
}

/** A node after its first `at` operations in the total order. */
export interface NodeStep {
  /** Operations on the node altogether. */
  readonly count: number;
  readonly digest: Bytes;
  /** Stamp b8 and writer b32 of the last of these operations; null at 0. */
  readonly stamp: Bytes | null;
  readonly writer: Bytes | null;
  /** Digest of the node as it is shown. */
  readonly shown: Bytes;
}

/** What the kernel tells of its own side. Null: not held here, or too large to be replayed for somebody else. */
export interface CompareSource {
  fragments(space: Bytes): readonly FragmentSeal[];
  /** 256 × 8 bytes: hash over the node digests of each bucket (first byte of the node id). */
  buckets(space: Bytes, fragment: Bytes): Bytes | null;
  nodes(space: Bytes, fragment: Bytes, bucket: number): readonly { readonly node: Bytes; readonly digest: Bytes }[] | null;
  step(space: Bytes, fragment: Bytes, node: Bytes, at: number): NodeStep | null;
}

/** Its code comes when somebody asks for the first time. */
export type LoadCompare = () => Promise<CompareSource>;

/** The same of the other end of a link; null when it does not answer or not in the right form. */
export interface RemoteCompare {
  fragments(): Promise<readonly FragmentSeal[] | null>;
  heads(fragment: Bytes): Promise<readonly Head[] | null>;
  buckets(fragment: Bytes): Promise<Bytes | null>;
  nodes(fragment: Bytes, bucket: number): Promise<readonly { readonly node: Bytes; readonly digest: Bytes }[] | null>;
  step(fragment: Bytes, node: Bytes, at: number): Promise<NodeStep | null>;
}

export interface Compare {
  /** True when the message was a question for us. */
  onMessage(peer: PeerState, message: LinkMessage): boolean;
  /** The other end of the link to this device on which the space is open; null when there is none. */
  with(space: Bytes, device: Bytes): RemoteCompare | null;
}

interface Ask {
  readonly space: Bytes;
  readonly level: number;
  readonly fragment: Bytes | null;
  readonly key: Bytes | null;
  readonly at: number | null;
}

/** [space b32, level, fragment b16 | null, bucket b1 or node b16 | null, k | null]: exactly the places the level needs. */
function parseAsk(payload: Uint8Array): Ask | null {
  const t = tupleOf(payload, 5);
  const space = bytesOf(t?.[0], 32);
  if (t === null || space === null || !isUint(t[1], LEVEL.step)) return null;
  const level = t[1];
  const fragment = level >= LEVEL.buckets ? bytesOf(t[2], 16) : null;
  const key = level >= LEVEL.nodes ? bytesOf(t[3], level === LEVEL.nodes ? 1 : 16) : null;
  const at = level === LEVEL.step && isUint(t[4], 0xffff_ffff) ? t[4] : null;
  const wants = [level >= LEVEL.buckets, level >= LEVEL.nodes, level === LEVEL.step];
  const given = [fragment, key, at].every((value, i) => (wants[i]! ? value !== null : t[i + 2] === null));
  return given ? { space, level, fragment, key, at } : null;
}

function parseFragments(parts: readonly Bytes[]): FragmentSeal[] | null {
  const out: FragmentSeal[] = [];
  for (const part of parts) {
    const list = listOf(tupleOf(part, 1)?.[0], SYNC_LIMITS.compareFragments, (item) => {
      if (!Array.isArray(item) || item.length !== 4) return null;
      const [fragment, set, state, tag] = [bytesOf(item[0], 16), bytesOf(item[1], 32), item[2] === null ? null : bytesOf(item[2], 32), bytesOf(item[3], 32)];
      return fragment === null || set === null || tag === null || (state === null && item[2] !== null) ? null : { fragment, set, state, tag };
    });
    if (list === null) return null;
    out.push(...list);
  }
  return out;
}

function parseNodes(parts: readonly Bytes[]): { node: Bytes; digest: Bytes }[] | null {
  const out: { node: Bytes; digest: Bytes }[] = [];
  for (const part of parts) {
    const list = listOf(tupleOf(part, 1)?.[0], SYNC_LIMITS.compareNodes, (item) => {
      if (!Array.isArray(item) || item.length !== 2) return null;
      const [node, digest] = [bytesOf(item[0], 16), bytesOf(item[1], SHORT)];
      return node === null || digest === null ? null : { node, digest };
    });
    if (list === null) return null;
    out.push(...list);
  }
  return out;
}

function parseStep(part: Bytes): NodeStep | null {
  const t = tupleOf(part, 5);
  const [digest, shown] = [bytesOf(t?.[1], 32), bytesOf(t?.[4], 32)];
  if (t === null || digest === null || shown === null || !isUint(t[0], 0xffff_ffff)) return null;
  const [stamp, writer] = [t[2] === null ? null : bytesOf(t[2], 8), t[3] === null ? null : bytesOf(t[3], 32)];
  if ((stamp === null) !== (writer === null) || (stamp === null && t[2] !== null)) return null;
  return { count: t[0], digest, stamp, writer, shown };
}

class CompareImpl implements Compare {
  constructor(private readonly core: Core, private source: CompareSource | LoadCompare) {}

  onMessage(peer: PeerState, message: LinkMessage): boolean {
    if (message.event !== `${EVENT}:requested`) return false;
    const ask = parseAsk(message.payload);
    if (ask === null) {
      peer.link.close('breach');
      return true;
    }
    const state = peer.spaces.get(toBase64url(ask.space));
    if (state === undefined || !mayServe(this.core, peer, state)) {
      this.core.metric('sync.refused');
      this.answer(peer, message, 'failed', ['rights']);
    } else if (!peer.compares.take()) {
      this.core.metric('compare.busy');
      this.answer(peer, message, 'failed', ['busy']);
    } else this.loaded(peer, message, ask, state);
    return true;
  }

  private answer(peer: PeerState, message: LinkMessage, state: 'completed' | 'processing' | 'failed', payload: CborValue): void {
    say(peer, message.channel, `${EVENT}:${state}`, payload, message.id);
  }

  private loaded(peer: PeerState, message: LinkMessage, ask: Ask, state: NonNullable<ReturnType<PeerState['spaces']['get']>>): void {
    const { source } = this;
    if (typeof source !== 'function') return this.serve(peer, message, ask, source);
    void source().then(
      (found) => {
        this.source = found;
        // Who asked may have lost it meanwhile.
        if (mayServe(this.core, peer, state)) this.serve(peer, message, ask, found);
        else this.answer(peer, message, 'failed', ['rights']);
      },
      () => this.answer(peer, message, 'failed', ['busy']),
    );
  }

  private serve(peer: PeerState, message: LinkMessage, { space, level, fragment, key, at }: Ask, source: CompareSource): void {
    if (level === LEVEL.fragments) {
      const rows = source.fragments(space).filter((f) => maySee(this.core, peer, space, f.fragment)).map((f): CborValue => [f.fragment, f.set, f.state, f.tag]);
      return this.inParts(peer, message, rows, SYNC_LIMITS.compareFragments);
    }
    if (!maySee(this.core, peer, space, fragment!)) return this.answer(peer, message, 'failed', ['absent']);
    if (level === LEVEL.buckets) {
      const buckets = source.buckets(space, fragment!);
      return buckets === null ? this.answer(peer, message, 'failed', ['absent']) : this.answer(peer, message, 'completed', [buckets]);
    }
    if (level === LEVEL.nodes) {
      const nodes = source.nodes(space, fragment!, key![0]!);
      if (nodes === null) return this.answer(peer, message, 'failed', ['absent']);
      return this.inParts(peer, message, nodes.map((one): CborValue => [one.node, one.digest.subarray(0, SHORT) as Bytes]), SYNC_LIMITS.compareNodes);
    }
    const step = source.step(space, fragment!, key!, at!);
    if (step === null) return this.answer(peer, message, 'failed', ['absent']);
    this.answer(peer, message, 'completed', [step.count, step.digest, step.stamp, step.writer, step.shown]);
  }

  private inParts(peer: PeerState, message: LinkMessage, rows: readonly CborValue[], each: number): void {
    for (let from = 0; ; from += each) {
      const last = from + each >= rows.length;
      this.answer(peer, message, last ? 'completed' : 'processing', [rows.slice(from, from + each)]);
      if (last) return;
    }
  }

  with(space: Bytes, device: Bytes): RemoteCompare | null {
    const name = toBase64url(device);
    const found = askable(this.core, space).find(({ peer }) => toBase64url(peer.link.device) === name);
    if (found === undefined) return null;
    const ask = async (level: number, fragment: Bytes | null, key: Bytes | null, at: number | null): Promise<readonly Bytes[] | null> => {
      const answer = await found.peer.queries.ask(EVENT, [space, level, fragment, key, at], { bulk: true });
      return answer.state === 'completed' ? answer.parts : null;
    };
    return {
      async fragments() {
        const parts = await ask(LEVEL.fragments, null, null, null);
        return parts === null ? null : parseFragments(parts);
      },
      async heads(fragment) {
        const answer = await found.peer.queries.ask('sync:heads:v1', [space, [[fragment, null]]], { bulk: true });
        if (answer.state !== 'completed') return null;
        const lists = answer.parts.map(parseHeads);
        return lists.includes(null) ? null : lists.flatMap((list) => list!).filter((head) => toBase64url(head.fragment) === toBase64url(fragment));
      },
      async buckets(fragment) {
        const parts = await ask(LEVEL.buckets, fragment, null, null);
        return parts === null ? null : bytesOf(tupleOf(parts[0]!, 1)?.[0], 256 * SHORT);
      },
      async nodes(fragment, bucket) {
        const parts = await ask(LEVEL.nodes, fragment, Uint8Array.of(bucket), null);
        return parts === null ? null : parseNodes(parts);
      },
      async step(fragment, node, at) {
        const parts = await ask(LEVEL.step, fragment, node, at);
        return parts === null ? null : parseStep(parts[0]!);
      },
    };
  }
}

/** The comparing side of one kernel. */
export function createCompare(core: Core, source: CompareSource | LoadCompare): Compare {
  return new CompareImpl(core, source);
}
