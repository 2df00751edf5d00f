/** Set digests, the tag of a state digest, and the seal words that people compare (FORMATS 9). */
import { compareBytes, concat, equalBytes, u32be, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';

/** SHA-256 over the sorted (writer ‖ seq u32be ‖ id) of the heads. */
export function setDigest(heads: readonly { readonly writer: Uint8Array; readonly seq: number; readonly id: Uint8Array }[]): Bytes {
  const parts = heads.map((head) => concat(head.writer, u32be(head.seq), head.id));
  return sha256(concat(...parts.sort(compareBytes)));
}

/** SHA-256 over the sorted (fragment ‖ set digest) of the fragments covered. */
export function spaceSetDigest(fragments: readonly { readonly fragment: Uint8Array; readonly set: Uint8Array }[]): Bytes {
  return sha256(concat(...fragments.map(({ fragment, set }) => concat(fragment, set)).sort(compareBytes)));
}

/** SHA-256 over the sorted (fragment ‖ state digest): one line for a person, never compared between different sets. */
export function spaceStateDigest(fragments: readonly { readonly fragment: Uint8Array; readonly state: Uint8Array }[]): Bytes {
  return sha256(concat(...fragments.map(({ fragment, state }) => concat(fragment, state)).sort(compareBytes)));
}

/** Version of the rules that make a state out of records; peers compare state digests only when it is the same. */
export const REDUCER_VERSION = 0;

/** State digests are compared only if set digest and tag are equal. */
export interface StateTag {
  readonly reducer: number;
  /** Set digest of the acl fragment. */
  readonly acl: Bytes;
  /** Sorted ids of held records not applied because parked, stub or without key. */
  readonly ids: readonly Bytes[];
}

export function stateTag(acl: Bytes, ids: readonly Bytes[]): StateTag {
  return { reducer: REDUCER_VERSION, acl, ids: [...ids].sort(compareBytes) };
}

export function equalTags(a: StateTag, b: StateTag): boolean {
  return a.reducer === b.reducer && equalBytes(a.acl, b.acl) && a.ids.length === b.ids.length && a.ids.every((id, i) => equalBytes(id, b.ids[i]!));
}

/** What a seal covers. */
export interface Sealed {
  readonly fragment: Uint8Array;
  readonly set: Uint8Array;
  readonly state: Uint8Array;
}

/** The digest people compare: SHA-256("lgos/seal/1" ‖ sorted (fragment ‖ set ‖ state)). Words come from its first 44 bits, tones from bytes 8–11. */
export function sealDigest(fragments: readonly Sealed[]): Bytes {
  const sorted = fragments.map(({ fragment, set, state }) => concat(fragment, set, state)).sort(compareBytes);
  return sha256('lgos/seal/1', ...sorted);
}
