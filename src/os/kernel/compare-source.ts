/** This device's side of a comparison: digests of what it made of the records it holds, down to one node after k operations (FORMATS 9). */
import { compareBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import { KERNEL_LIMITS } from '#os/limits';
import { replayNode, type ReplayPoint } from '#vm/graph/replay';
import { hashSorted } from '#vm/graph/state-digest';
import { stateTag } from '#vm/log/digests';
import type { RecordStatus } from '#vm/log/held-record';
import { encodeStamp } from '#vm/protocol/stamp';
import type { CompareSource, FragmentSeal } from '#vm/replication/compare';
import { ACL_KEY } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Held and not applied for a reason that may differ from device to device; the state is a function of the set only without these. */
const UNDECIDED: ReadonlySet<RecordStatus> = new Set<RecordStatus>(['parked', 'stub', 'no-key']);
const BUCKETS = 256;
const SHORT = 8;

/** Set, state and tag of every fragment with a record. */
export function fragmentSeals(space: Space): FragmentSeal[] {
  const acl = must(space.fragments.get(ACL_KEY), 'acl').log.setDigest();
  return [...space.fragments.values()].filter((fragment) => fragment.log.heads().length > 0).map((fragment) => {
    const { stands } = fragment.log;
    const ids: Bytes[] = stands === null ? [] : [idOf(stands)];
    for (const record of fragment.log.records()) if (UNDECIDED.has(record.status)) ids.push(record.id);
    const tag = stateTag(acl, ids);
    // What is still to be judged anew says nothing yet.
    const settled = fragment.pending.length + fragment.sealing.length === 0 && fragment.log.away?.asked !== true && fragment.base?.begin !== null && !fragment.base?.blank;
    return { fragment: fragment.id, set: fragment.log.setDigest(), state: settled ? fragment.graph.stateDigest() : null, tag: sha256(encodeCbor([tag.reducer, tag.acl, [...tag.ids]])) };
  });
}

/** 256 × 8 bytes: the first bytes of the hash over the sorted node digests of each bucket; zeros for an empty one. */
export function nodeBuckets(fragment: Fragment): Bytes {
  const lists: Uint8Array[][] = Array.from({ length: BUCKETS }, () => []);
  for (const [id, digest] of fragment.graph.nodeDigests()) lists[idOf(id)[0]!]!.push(digest);
  const out = new Uint8Array(BUCKETS * SHORT);
  lists.forEach((list, i) => {
    if (list.length > 0) out.set(hashSorted(list).subarray(0, SHORT), i * SHORT);
  });
  return out;
}

/** Ids and digests of the nodes whose id begins with the byte, by id. */
export function bucketNodes(fragment: Fragment, bucket: number): { node: Bytes; digest: Bytes }[] {
  const out: { node: Bytes; digest: Bytes }[] = [];
  for (const [id, digest] of fragment.graph.nodeDigests()) {
    const node = idOf(id);
    if (node[0] === bucket) out.push({ node, digest });
  }
  return out.sort((a, b) => compareBytes(a.node, b.node));
}

/** The node after its first `at` operations of applied records. */
export function nodeAfter(fragment: Fragment, node: Bytes, at: number): ReplayPoint {
  return replayNode(fragment.log.applied(), toBase64url(node), at);
}

/** Digest of the node as it is shown; zeros when it is not. */
export function shownDigest(fragment: Fragment, node: Bytes): Bytes {
  const id = toBase64url(node);
  for (const [key, digest] of fragment.graph.nodeDigests()) if (key === id) return digest;
  return new Uint8Array(32);
}

const idOf = (id: string): Bytes => must(fromBase64url(id), 'id');

/** What other devices of a space may ask of this kernel. */
export function createCompareSource(kernel: Kernel): CompareSource {
  const held = (space: Bytes, fragment: Bytes): Fragment | null => kernel.spaces.get(toBase64url(space))?.fragments.get(toBase64url(fragment)) ?? null;
  return {
    fragments(id) {
      const space = kernel.spaces.get(toBase64url(id));
      return space ? fragmentSeals(space) : [];
    },
    buckets(space, id) {
      const fragment = held(space, id);
      return fragment && nodeBuckets(fragment);
    },
    nodes(space, id, bucket) {
      const fragment = held(space, id);
      return fragment && bucketNodes(fragment, bucket);
    },
    step(space, id, node, at) {
      const fragment = held(space, id);
      if (!fragment || fragment.log.away || fragment.log.stands !== null || fragment.log.size > KERNEL_LIMITS.compareRecords) return null;
      const point = nodeAfter(fragment, node, at);
      if (point.count > KERNEL_LIMITS.compareSteps) return null;
      const { step } = point;
      return {
        count: point.count, digest: point.digest, stamp: step && encodeStamp({ ms: step.ms, ctr: step.op.stamp.ctr }), writer: step && (step.record.writer as Bytes),
        shown: shownDigest(fragment, node),
      };
    },
  };
}
