/** Conversions between the values of the API (JSON-like) and CBOR values of the graph. Hostile keys stay in Maps on the graph side and are dropped on the way out. */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { JsonValue, NodeRef } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { CborValue } from '#vm/protocol/types';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The CBOR value of an API value; AppError `bad-value` on functions, cycles, NaN, −0 and forbidden keys. */
export function toCbor(value: JsonValue, depth = 0): CborValue {
  if (depth > KERNEL_LIMITS.valueDepth) throw bad('The value is nested too deeply.');
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw bad('A number in it is not finite.');
    return Object.is(value, -0) ? 0 : value;
  }
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => toCbor(item, depth + 1));
  if (typeof value === 'object') return toCborMap(value, depth);
  throw bad('Only numbers, text, bytes, lists and plain objects can be stored.');
}

/** A Map of an object's own properties; undefined values are left out. */
export function toCborMap(value: Record<string, JsonValue>, depth = 0): Map<number | string, CborValue> {
  const out = new Map<number | string, CborValue>();
  for (const key of Object.keys(value)) {
    if (FORBIDDEN.has(key)) throw bad(`The name "${key}" cannot be used.`);
    const item = value[key];
    if (item !== undefined) out.set(key, toCbor(item, depth + 1));
  }
  return out;
}

/** The API value of a CBOR value; integer map keys become text. */
export function fromCbor(value: CborValue): JsonValue {
  if (value instanceof Map) return fromCborMap(value);
  if (Array.isArray(value)) return value.map(fromCbor);
  return value;
}

/** A null-prototype-safe plain object of a Map. */
export function fromCborMap(map: ReadonlyMap<number | string, CborValue>): Record<string, JsonValue> {
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of map) {
    const name = String(key);
    if (!FORBIDDEN.has(name)) out[name] = fromCbor(item);
  }
  return out;
}

/** Bytes of an id of the given length; AppError `bad-id` otherwise. */
export function idBytes(text: string, length: number, what: string): Bytes {
  const bytes = typeof text === 'string' ? fromBase64url(text) : null;
  if (!bytes || bytes.length !== length) throw new AppError('bad-id', `This is not the id of a ${what}.`, 'Nothing was changed.', 'Check the id and try again.');
  return bytes;
}

/** The reference of FORMATS 3: node b16, [fragment, node] or [space, fragment, node]. */
export function refToCbor(ref: NodeRef): CborValue {
  if (typeof ref === 'string') return idBytes(ref, 16, 'thing');
  if (ref.length === 2) return [idBytes(ref[0], 16, 'fragment'), idBytes(ref[1], 16, 'thing')];
  return [idBytes(ref[0], 32, 'space'), idBytes(ref[1], 16, 'fragment'), idBytes(ref[2], 16, 'thing')];
}

/** The API form of a stored reference; null when it is none. */
export function refFromCbor(value: CborValue): NodeRef | null {
  if (value instanceof Uint8Array) return toBase64url(value);
  if (!Array.isArray(value) || !value.every((part) => part instanceof Uint8Array)) return null;
  const parts = value.map((part) => toBase64url(part as Uint8Array));
  if (parts.length === 2) return [parts[0]!, parts[1]!];
  if (parts.length === 3) return [parts[0]!, parts[1]!, parts[2]!];
  return null;
}

function bad(message: string): AppError {
  return new AppError('bad-value', message, 'Nothing was changed.', 'Change the value and try again.');
}
