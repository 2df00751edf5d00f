/** Records for tests of log and graph: opened golden records, and short-hand for records without signatures. */
import { createDecipheriv } from 'node:crypto';
import { u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { keyOf } from '#vm/graph/keys';
import { createFragmentGraph, type FragmentGraph } from '#vm/graph/fragment-graph';
import type { FragmentLog, LogDelta } from '#vm/log/fragment-log';
import type { Content, Delivery } from '#vm/log/held-record';
import { unframeBody } from '#vm/protocol/body';
import { bodyKey, fragmentKey } from '#vm/protocol/keys';
import { decodePayload } from '#vm/protocol/operation';
import { bodyAad, parseRecord } from '#vm/protocol/record';
import type { CborValue, Header, Operation, Stamp } from '#vm/protocol/types';

function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(sealed.length - 16));
  return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]));
}

/** Record bytes of class op → what a log takes. */
export function openDelivery(bytes: Uint8Array, epochKey: Uint8Array): Delivery {
  const parsed = parseRecord(bytes);
  if (!parsed.ok) throw new Error(`record refused: ${JSON.stringify(parsed.error)}`);
  const record = parsed.value;
  const { header, body } = record;
  if (body === null) return { record, content: { kind: 'stub' } };
  const key = bodyKey(fragmentKey(epochKey, header.fragment), header.writer);
  const payload = unframeBody(open(key, header.nonce!, body, bodyAad(header)));
  if (!payload.ok) return { record, content: { kind: 'malformed' } };
  const decoded = decodePayload(payload.value);
  const content: Content = decoded.ok ? { kind: 'ops', ops: decoded.value.ops } : { kind: decoded.error === 'malformed' ? 'malformed' : 'unknown' };
  return { record, content };
}

const ZERO16 = new Uint8Array(16) as Bytes;
const ZERO32 = new Uint8Array(32) as Bytes;

/** 32 bytes that depend on the text alone. */
export function writerNamed(name: string): Bytes {
  return sha256(`writer ${name}`);
}

export function idNamed(name: string): Bytes {
  return sha256(`node ${name}`).slice(0, 16);
}

export function op(primitive: number, ms: number, args: CborValue[], ctr = 0, verb = ''): Operation {
  return { primitive, verb, stamp: { ms, ctr }, args };
}

export interface Draft {
  readonly writer: Bytes;
  readonly seq: number;
  readonly prev?: Delivery | null;
  readonly ops: readonly Operation[];
  readonly hlc?: Stamp;
  readonly acl?: readonly Bytes[];
  /** Makes another id of the same fields. */
  readonly branch?: number;
  readonly content?: Content;
}

/** A delivery with a made-up id; nothing is signed or sealed. */
export function draft(d: Draft): Delivery {
  const hlc = d.hlc ?? d.ops[d.ops.length - 1]?.stamp ?? { ms: 1, ctr: 0 };
  const prev = d.prev?.record.id ?? null;
  const id = sha256('test', d.writer, u32be(d.seq), prev ?? ZERO32, u32be(d.branch ?? 0), u32be(hlc.ctr), String(hlc.ms));
  const header: Header = {
    v: 0, alg: 1, space: ZERO32, fragment: ZERO16, writer: d.writer, seq: d.seq, prev, n: d.seq, sprev: prev, deps: [], acl: d.acl ?? [ZERO32],
    hlc, class: 1, epoch: ZERO16, nonce: new Uint8Array(12) as Bytes, bodyHash: ZERO32, bodyLen: 80, flags: 0, ext: new Map(),
  };
  return { record: { id, header, status: 'known' }, content: d.content ?? { kind: 'ops', ops: d.ops } };
}

/** A log of drafts, one record per list of operations. */
export function chain(writer: Bytes, records: readonly (readonly Operation[])[]): Delivery[] {
  const out: Delivery[] = [];
  records.forEach((ops, seq) => out.push(draft({ writer, seq, prev: out[seq - 1] ?? null, ops })));
  return out;
}

export function keyOfDelivery(delivery: Delivery): string {
  return keyOf(delivery.record.id);
}

/** The graph over what the log applies now, built anew. */
export function rebuild(log: FragmentLog): FragmentGraph {
  const graph = createFragmentGraph();
  for (const record of log.applied()) graph.apply(record);
  return graph;
}

/** The graph after an event, as the kernel keeps it. */
export function follow(graph: FragmentGraph, log: FragmentLog, delta: LogDelta): FragmentGraph {
  if (delta.rebuild) return rebuild(log);
  for (const record of delta.applied) graph.apply(record);
  return graph;
}
