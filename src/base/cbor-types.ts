/** Words of the canonical CBOR profile (RFC 8949 §4.2.1 narrowed by FORMATS, 'CBOR:' paragraph). */

/** A decoded CBOR value of the profile. Maps are Maps; keys are integers or text. */
export type CborValue = number | string | boolean | null | Uint8Array | CborValue[] | Map<number | string, CborValue>;

/** Thrown for bytes that are not the one canonical encoding of a value, and for values that have none. */
export class CborError extends Error {
  override readonly name = 'CborError';
}

/** Containers inside each other; one more is refused. */
export const MAX_CBOR_DEPTH = 64;

/** Text keys that could reach a prototype when a map is copied into an object. */
export function isForbiddenKey(key: string): boolean {
  return (key.length === 9 || key.length === 11) && (key === '__proto__' || key === 'constructor' || key === 'prototype');
}
