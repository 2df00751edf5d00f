/** Derived ids of FORMATS 3: edges that devices must agree on, Yjs client ids, references. */
import type { Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';

/** A node here, in another fragment, or in another space. */
export interface Reference {
  readonly space: Uint8Array | null;
  readonly fragment: Uint8Array | null;
  readonly node: Uint8Array;
}

function isBytes(value: CborValue | undefined, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

/** node b16, [fragment, node] or [space, fragment, node]; null for anything else. */
export function parseReference(value: CborValue): Reference | null {
  if (isBytes(value, 16)) return { space: null, fragment: null, node: value };
  if (!Array.isArray(value)) return null;
  const [a, b, c] = value;
  if (value.length === 2 && isBytes(a, 16) && isBytes(b, 16)) return { space: null, fragment: a, node: b };
  if (value.length === 3 && isBytes(a, 32) && isBytes(b, 16) && isBytes(c, 16)) return { space: a, fragment: b, node: c };
  return null;
}

/** The CBOR value of a reference. */
export function referenceValue(reference: Reference): CborValue {
  if (reference.fragment === null) return reference.node;
  return reference.space === null ? [reference.fragment, reference.node] : [reference.space, reference.fragment, reference.node];
}

/**
 * Id of a toggle edge: first 16 B of SHA-256(CBOR ["lgos/edge/1", type, from, to, scope]).
 * scope = uid for an edge made by a person (reactions, follows), else null.
 */
export function edgeId(type: string, from: Uint8Array, to: CborValue, scope: Uint8Array | null): Bytes {
  return sha256(encodeCbor(['lgos/edge/1', type, from, to, scope])).slice(0, 16);
}

/** Yjs client id: first 53 bits of SHA-256("lgos/yjs/1" ‖ writer ‖ salt b16). */
export function yjsClientId(writer: Uint8Array, salt: Uint8Array): number {
  const hash = sha256('lgos/yjs/1', writer, salt);
  const view = new DataView(hash.buffer, hash.byteOffset, 8);
  return view.getUint32(0) * 0x20_0000 + (view.getUint32(4) >>> 11);
}
