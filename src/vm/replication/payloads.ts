/**
 * Payloads of the sync messages: CBOR arrays with fixed places (docs/PROTOCOL.md §11). Every parser is strict and total: null for
 * anything else. Byte strings are copied, so that no message is kept alive by a small id.
 */
import type { Bytes } from '#base/bytes';
import { tryDecodeCbor, type CborValue } from '#base/cbor';
import { SYNC_LIMITS } from '#vm/limits';
import type { Head } from './host.ts';

const MAX_SEQ = 0xffff_ffff;

/** A head with its fragment. */
export interface FragmentHead extends Head {
  readonly fragment: Bytes;
}

export const isUint = (value: unknown, max = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;

/** A copy of the byte string with exactly this length, or null. */
export function bytesOf(value: CborValue | undefined, length: number): Bytes | null {
  return value instanceof Uint8Array && value.length === length ? (value.slice() as Bytes) : null;
}

/** The array of exactly this many places, or null. */
export function tupleOf(payload: Uint8Array, places: number): CborValue[] | null {
  const value = tryDecodeCbor(payload);
  return Array.isArray(value) && value.length === places ? value : null;
}

/** A list in which every item parses; null when one does not or there are more than `max`. */
export function listOf<T>(value: CborValue | undefined, max: number, parse: (item: CborValue) => T | null): T[] | null {
  if (!Array.isArray(value) || value.length > max) return null;
  const out: T[] = [];
  for (const item of value) {
    const parsed = parse(item);
    if (parsed === null) return null;
    out.push(parsed);
  }
  return out;
}

/** [space b32, store text, arrival, digest b32]. */
export function parseOpen(payload: Uint8Array): { space: Bytes; store: string; arrival: number; digest: Bytes } | null {
  const t = tupleOf(payload, 4);
  const space = bytesOf(t?.[0], 32);
  const digest = bytesOf(t?.[3], 32);
  if (t === null || space === null || digest === null || typeof t[1] !== 'string' || t[1].length > SYNC_LIMITS.storeChars || !isUint(t[2])) return null;
  return { space, store: t[1], arrival: t[2], digest };
}

/** [space b32, since]. */
export function parseChanges(payload: Uint8Array): { space: Bytes; since: number } | null {
  const t = tupleOf(payload, 2);
  const space = bytesOf(t?.[0], 32);
  return t !== null && space !== null && isUint(t[1]) ? { space, since: t[1] } : null;
}

/** [space b32, since, bytes]. */
export function parseNews(payload: Uint8Array): { space: Bytes; since: number; bytes: number } | null {
  const t = tupleOf(payload, 3);
  const space = bytesOf(t?.[0], 32);
  return t !== null && space !== null && isUint(t[1]) && isUint(t[2], SYNC_LIMITS.replyBytes) ? { space, since: t[1], bytes: t[2] } : null;
}

/** [arrival, [fragment b16…], complete]. */
export function parseChanged(payload: Uint8Array): { arrival: number; fragments: Bytes[]; complete: boolean } | null {
  const t = tupleOf(payload, 3);
  const fragments = listOf(t?.[1], SYNC_LIMITS.fragments, (item) => bytesOf(item, 16));
  if (t === null || fragments === null || !isUint(t[0]) || typeof t[2] !== 'boolean') return null;
  return { arrival: t[0], fragments, complete: t[2] };
}

/** [arrival, [fragment b16…], complete, space set digest b32]: changes, and what is held after them. */
export function parseNewsEnd(payload: Uint8Array): { arrival: number; fragments: Bytes[]; complete: boolean; digest: Bytes } | null {
  const t = tupleOf(payload, 4);
  const fragments = listOf(t?.[1], SYNC_LIMITS.fragments, (item) => bytesOf(item, 16));
  const digest = bytesOf(t?.[3], 32);
  if (t === null || fragments === null || digest === null || !isUint(t[0]) || typeof t[2] !== 'boolean') return null;
  return { arrival: t[0], fragments, complete: t[2], digest };
}

/** [space b32, leaves bstr | null, have bstr | null]: leaves = first bytes of the fragments asked for, have = 4-byte prefixes held. */
export function parseTreeAsk(payload: Uint8Array): { space: Bytes; places: Bytes | null; have: Bytes | null } | null {
  const t = tupleOf(payload, 3);
  const space = bytesOf(t?.[0], 32);
  if (t === null || space === null) return null;
  const [, places, have] = t;
  if (places !== null && !(places instanceof Uint8Array && places.length <= 256)) return null;
  if (have !== null && !(have instanceof Uint8Array && have.length % 4 === 0 && have.length <= SYNC_LIMITS.fragments * 4)) return null;
  return { space, places: places === null ? null : (places!.slice() as Bytes), have: have === null ? null : (have!.slice() as Bytes) };
}

/** [arrival, [[fragment b16, set digest b32]…], complete]. */
export function parseListed(payload: Uint8Array): { arrival: number; fragments: { fragment: Bytes; digest: Bytes }[]; complete: boolean } | null {
  const t = tupleOf(payload, 3);
  const fragments = listOf(t?.[1], SYNC_LIMITS.fragments, (item) => {
    if (!Array.isArray(item) || item.length !== 2) return null;
    const fragment = bytesOf(item[0], 16);
    const digest = bytesOf(item[1], 32);
    return fragment === null || digest === null ? null : { fragment, digest };
  });
  if (t === null || fragments === null || !isUint(t[0]) || typeof t[2] !== 'boolean') return null;
  return { arrival: t[0], fragments, complete: t[2] };
}

/** [arrival, digests bstr]: 16 × b16 per place asked. */
export function parseTreed(payload: Uint8Array, places: number): { arrival: number; digests: Bytes } | null {
  const t = tupleOf(payload, 2);
  const digests = bytesOf(t?.[1], 256 * places);
  return t !== null && digests !== null && isUint(t[0]) ? { arrival: t[0], digests } : null;
}

/** [space b32, [[fragment b16, own set digest b32 | null]…]]. */
export function parseHeadsAsk(payload: Uint8Array): { space: Bytes; fragments: { fragment: Bytes; digest: Bytes | null }[] } | null {
  const t = tupleOf(payload, 2);
  const space = bytesOf(t?.[0], 32);
  const fragments = listOf(t?.[1], SYNC_LIMITS.fragments, (item) => {
    if (!Array.isArray(item) || item.length !== 2) return null;
    const fragment = bytesOf(item[0], 16);
    const digest = item[1] === null ? null : bytesOf(item[1], 32);
    return fragment === null || (digest === null && item[1] !== null) ? null : { fragment, digest };
  });
  return space === null || fragments === null ? null : { space, fragments };
}

function parseHead(fragment: Bytes, item: CborValue[], at: number): FragmentHead | null {
  const writer = bytesOf(item[at], 32);
  const seq = item[at + 1];
  const id = bytesOf(item[at + 2], 32);
  return writer === null || id === null || !isUint(seq, MAX_SEQ) ? null : { fragment, writer, seq, id };
}

/** [[[fragment b16, [[writer b32, seq, id b32]…]]…]] flattened. */
export function parseHeads(payload: Uint8Array): FragmentHead[] | null {
  const t = tupleOf(payload, 1);
  let room: number = SYNC_LIMITS.headsPerMessage;
  const lists = listOf(t?.[0], SYNC_LIMITS.fragments, (item) => {
    if (!Array.isArray(item) || item.length !== 2) return null;
    const fragment = bytesOf(item[0], 16);
    if (fragment === null) return null;
    const heads = listOf(item[1], room, (head) => (Array.isArray(head) && head.length === 3 ? parseHead(fragment, head, 0) : null));
    room -= heads?.length ?? 0;
    return heads;
  });
  return lists === null ? null : lists.flat();
}

/** [[fragment b16, writer b32, seq, id b32]…] at one place of a message. */
export function parseFlatHeads(value: CborValue | undefined): FragmentHead[] | null {
  return listOf(value, SYNC_LIMITS.headsPerMessage, (item) => {
    if (!Array.isArray(item) || item.length !== 4) return null;
    const fragment = bytesOf(item[0], 16);
    return fragment === null ? null : parseHead(fragment, item, 1);
  });
}

/** [space b32, fragment b16, writer b32, from, to, max bytes]. */
export function parseGet(payload: Uint8Array): { space: Bytes; fragment: Bytes; writer: Bytes; from: number; to: number; maxBytes: number } | null {
  const t = tupleOf(payload, 6);
  const space = bytesOf(t?.[0], 32);
  const fragment = bytesOf(t?.[1], 16);
  const writer = bytesOf(t?.[2], 32);
  if (t === null || space === null || fragment === null || writer === null) return null;
  const [, , , from, to, maxBytes] = t;
  if (!isUint(from, MAX_SEQ) || !isUint(to, MAX_SEQ) || from > to || !isUint(maxBytes)) return null;
  return { space, fragment, writer, from, to, maxBytes: Math.min(maxBytes, SYNC_LIMITS.replyBytes) };
}

export const headValue = (h: FragmentHead): CborValue => [h.fragment, h.writer, h.seq, h.id];
