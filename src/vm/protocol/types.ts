/** The words of FORMATS 2 and 3 as types. Codecs: record.ts, body.ts, operation.ts. */
import type { Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';

export type { CborValue } from '#base/cbor';

/** Hybrid time: ms since 1970 (48 bits) and a counter (16 bits). Bytes: ms48 ‖ ctr16, big-endian. */
export interface Stamp {
  readonly ms: number;
  readonly ctr: number;
}

export const RECORD_CLASS = { acl: 0, op: 1, snapshot: 2, witness: 3 } as const;

/** Header keys 0–17 and extensions. Hash-like fields are bytes; empty lists are [] here and null on the wire. */
export interface Header {
  readonly v: number;
  readonly alg: number;
  readonly space: Bytes;
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly prev: Bytes | null;
  readonly n: number;
  readonly sprev: Bytes | null;
  readonly deps: readonly Bytes[];
  readonly acl: readonly Bytes[];
  readonly hlc: Stamp;
  readonly class: number;
  readonly epoch: Bytes | null;
  readonly nonce: Bytes | null;
  readonly bodyHash: Bytes;
  readonly bodyLen: number;
  readonly flags: number;
  /** Header keys ≥ 64 (and unknown keys < 64, which keep the record unapplied). */
  readonly ext: ReadonlyMap<number, CborValue>;
}

/** A record taken apart. `status` says what may be done with it (FORMATS 2, "Unknown v/alg" and "Unknown header key"). */
export interface ParsedRecord {
  readonly header: Header;
  readonly headerBytes: Bytes;
  /** Sealed body as stored; null = stub. */
  readonly body: Bytes | null;
  readonly sig: Bytes;
  readonly id: Bytes;
  /** The whole record. */
  readonly bytes: Bytes;
  readonly status: 'known' | 'unknown-extension' | 'unknown-version';
}

/** Primitive numbers, FORMATS 3 and the acl operations of FORMATS 2. */
export const PRIMITIVE = {
  nodeCreate: 0, nodeSet: 1, nodeDelete: 2, nodeRestore: 3, edgeAdd: 4, edgeRemove: 5, edgeSet: 6, posSet: 7,
  setAdd: 8, setRemove: 9, maxSet: 10, countAdd: 11, textUpdate: 12, tx: 13, clockFix: 14,
  identAttach: 32, spaceCreate: 33, grant: 34, revoke: 35, invite: 36, accept: 37, keyRotate: 38, keyShare: 39,
  slotRetire: 40, forkResolve: 41, forkProof: 42, cutExtend: 43, adopt: 44, policySet: 45, baseline: 46, baselineSay: 47,
} as const;

/** One change, unsealed. `args` in the order of the table of FORMATS 3 (after primitive, verb, time). */
export interface Operation {
  readonly primitive: number;
  /** Verb such as `chat/message.send@1`, or "". */
  readonly verb: string;
  readonly stamp: Stamp;
  readonly args: readonly CborValue[];
}

/** The payload of a record after inflate. */
export interface Payload {
  readonly schema: number;
  readonly ops: readonly Operation[];
}

/** Reserved fragments (FORMATS 2, Genesis). */
export const FRAGMENT = {
  acl: new Uint8Array(16).fill(1) as Bytes,
  root: new Uint8Array(16).fill(2) as Bytes,
  witness: new Uint8Array(16).fill(3) as Bytes,
} as const;

/**
 * Properties of a thing that was moved to another fragment of its space (FORMATS 3, acts across fragments; PROTOCOL 3): where it went, on the one that was left;
 * where it comes from and whose it is, on the new one; whose a link was, on the link.
 */
export const MOVED = { to: 'moved/to', from: 'moved/from', by: 'moved/by' } as const;

/** What a grant with a scope gives in a fragment. */
export const SCOPE = { read: 1, write: 2, comment: 4, invoke: 8, store: 16 } as const;
export const ROLE = { guest: 1, member: 2, admin: 3, owner: 4 } as const;
export type Role = 1 | 2 | 3 | 4;
export const SPACE_KIND = { personal: 0, team: 1, guild: 2 } as const;
