/** Node and state digests (FORMATS 9). Node digests are cached in the nodes; the digest of a fragment sorts and hashes them. */
import { compareBytes, type Bytes } from '#base/bytes';
import { CborWriter } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { CborValue } from '#vm/protocol/types';
import type { EdgeState } from './edges.ts';
import { bytesOfKey } from './keys.ts';
import { positionValue, type NodeState } from './node-state.ts';
import type { Registers } from './registers.ts';

const writer = new CborWriter();
const EMPTY: ReadonlyMap<string, CborValue> = new Map();
/** An empty document value. */
const NO_TEXT = new Uint8Array([0x80]);

function writeProps(props: Registers | null): void {
  if (props === null || props.size === 0) writer.map(0);
  else writer.value(props.values());
}

/** Canonical CBOR of [id, type, deleted, props, pos, sets, max, counts, text, out-edges]. */
export function nodeBytes(node: NodeState, edges: readonly EdgeState[]): Bytes {
  const text = node.text === null ? NO_TEXT : node.text.digestBytes();
  writer.reset();
  writer.array(10);
  writer.bytes(bytesOfKey(node.id));
  writer.text(node.type!);
  writer.bool(node.deleted);
  writeProps(node.registers);
  if (node.pos === null) writer.null();
  else writer.value(positionValue(node.pos));
  writer.value(node.sets === null ? (EMPTY as Map<string, CborValue>) : node.setValues());
  writer.value((node.max ?? EMPTY) as Map<string, CborValue>);
  writer.value(node.counts());
  writer.raw(text);
  writer.array(edges.length);
  for (const edge of edges) {
    writer.array(4);
    writer.bytes(bytesOfKey(edge.key));
    writer.text(edge.live!.type);
    writer.value(edge.live!.to);
    writeProps(edge.props);
  }
  return writer.take();
}

/** Indexes fit 21 bits of a double beside the first 32 bits of a digest. */
const INDEX_RANGE = 2 ** 21;

/** The digests in bytewise order; a numeric sort over their first 4 bytes, ties by the rest. */
function sorted(digests: readonly Uint8Array[]): readonly Uint8Array[] {
  if (digests.length >= INDEX_RANGE) return [...digests].sort(compareBytes);
  const order = new Float64Array(digests.length);
  for (let i = 0; i < digests.length; i++) {
    const d = digests[i]!;
    order[i] = (((d[0]! << 24) | (d[1]! << 16) | (d[2]! << 8) | d[3]!) >>> 0) * INDEX_RANGE + i;
  }
  order.sort();
  const out: Uint8Array[] = new Array<Uint8Array>(digests.length);
  for (let i = 0; i < order.length; i++) {
    out[i] = digests[order[i]! % INDEX_RANGE]!;
    for (let j = i; j > 0 && compareBytes(out[j - 1]!, out[j]!) > 0; j--) [out[j - 1], out[j]] = [out[j]!, out[j - 1]!];
  }
  return out;
}

/** SHA-256 over the sorted node digests. */
export function hashSorted(digests: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(digests.length * 32);
  let at = 0;
  for (const digest of sorted(digests)) {
    all.set(digest, at);
    at += 32;
  }
  return sha256(all);
}
