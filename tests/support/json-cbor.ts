/** The JSON form of golden files: bytes {"$b": base64url}, maps {"$m": [[key, value]…]}, arrays and scalars as they are. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';

export type JsonCbor = number | string | boolean | null | JsonCbor[] | { $b: string } | { $m: [number | string, JsonCbor][] };

/** Bytes of base64url text of a golden file. */
export function b(text: string): Bytes {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Error(`not base64url: ${text}`);
  return bytes;
}

export function fromJson(value: JsonCbor): CborValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value !== null && typeof value === 'object') {
    if ('$b' in value) return b(value.$b);
    return new Map(value.$m.map(([key, item]) => [key, fromJson(item)]));
  }
  return value;
}

export function toJson(value: CborValue): JsonCbor {
  if (value instanceof Uint8Array) return { $b: toBase64url(value) };
  if (value instanceof Map) return { $m: [...value].map(([key, item]) => [key, toJson(item)]) };
  return Array.isArray(value) ? value.map(toJson) : value;
}
