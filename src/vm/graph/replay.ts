/**
 * One node made anew, operation after operation in the total order. Two devices that hold the same records and show another node find the
 * first operation that they take differently by asking each other for the digest after so many of them.
 */
import { sha256 } from '#base/hash';
import type { Bytes } from '#base/bytes';
import { FragmentGraph, type GraphRecord } from './fragment-graph.ts';
import { steps, type Step } from './history.ts';

/** A node after so many of its operations. */
export interface ReplayPoint {
  /** Operations on the node altogether. */
  readonly count: number;
  /** Digest of the node after `at` operations; zeros while it is not created. */
  readonly digest: Bytes;
  /** The operation at that place, counted from 1; null at 0. */
  readonly step: Step | null;
}

/** Replays the first `at` operations (all, if there are fewer) of the node with the id `subject` (base64url). */
export function replayNode(records: Iterable<GraphRecord>, subject: string, at: number): ReplayPoint {
  const all = steps(records, subject);
  const end = Math.min(at, all.length);
  const graph = new FragmentGraph();
  for (let i = 0; i < end; i++) {
    const { op, record } = all[i]!;
    graph.apply({ key: `${i}`, writer: record.writer, seq: record.seq, ops: [op], delta: record.delta ?? 0 });
  }
  const bytes = graph.nodeBytes(subject);
  return { count: all.length, digest: bytes === null ? new Uint8Array(32) : sha256(bytes), step: end === 0 ? null : all[end - 1]! };
}
