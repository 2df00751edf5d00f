/** Payloads of the questions about pieces (docs/PROTOCOL.md, Files): CBOR arrays with fixed places; null for anything else. */
import type { Bytes } from '#base/bytes';
import { CborWriter, encodeCbor } from '#base/cbor';
import { payloadWithRoom } from '#base/envelope';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { bytesOf, isUint, listOf, tupleOf } from '#vm/replication/payloads';

const writer = new CborWriter();

/** Without their state. */
export const HAVE = 'chunk:have:v1';
export const WANT = 'chunk:want:v1';

/** Where pieces lie. */
export interface Place {
  readonly space: Bytes;
  readonly fragment: Bytes;
}

/** [space b32, fragment b16, [id b32…]]. */
export function parseHaveAsk(payload: Uint8Array): (Place & { readonly ids: readonly Bytes[] }) | null {
  const t = tupleOf(payload, 3);
  const [space, fragment] = [bytesOf(t?.[0], 32), bytesOf(t?.[1], 16)];
  const ids = listOf(t?.[2], CHUNK_LIMITS.haves, (item) => bytesOf(item, 32));
  return space === null || fragment === null || ids === null ? null : { space, fragment, ids };
}

/** [space b32, fragment b16, id b32, from]. */
export function parseWantAsk(payload: Uint8Array): (Place & { readonly id: Bytes; readonly from: number }) | null {
  const t = tupleOf(payload, 4);
  const [space, fragment, id, from] = [bytesOf(t?.[0], 32), bytesOf(t?.[1], 16), bytesOf(t?.[2], 32), t?.[3]];
  return space === null || fragment === null || id === null || !isUint(from, CHUNK_LIMITS.storedBytes) ? null : { space, fragment, id, from };
}

/** [bytes]: one byte an id, 1 = held. */
export function parseHave(payload: Uint8Array, ids: number): readonly boolean[] | null {
  const held = bytesOf(tupleOf(payload, 1)?.[0], ids);
  return held?.every((one) => one <= 1) ? [...held].map((one) => one === 1) : null;
}

/** [bytes of the whole piece, bytes of the range]. */
export function parseRange(payload: Uint8Array): { readonly total: number; readonly bytes: Bytes } | null {
  const t = tupleOf(payload, 2);
  const [total, bytes] = t ?? [];
  if (!isUint(total, CHUNK_LIMITS.storedBytes) || !(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > CHUNK_LIMITS.rangeBytes) return null;
  return { total, bytes: bytes as Bytes };
}

/** What an end that cannot answer now says: [why]. */
export const saysBusy = (payload: Uint8Array): boolean => tupleOf(payload, 1)?.[0] === 'busy';

export const encodeHave = (held: readonly boolean[]): Bytes => encodeCbor([Uint8Array.from(held, Number)]);

/** Into memory that becomes the envelope: every byte of a file goes through here. */
export function encodeRange(piece: Bytes, from: number): Bytes {
  const range = piece.subarray(from, from + CHUNK_LIMITS.rangeBytes);
  writer.array(2);
  writer.number(piece.length);
  writer.bytesHead(range.length);
  const head = writer.take();
  const out = payloadWithRoom(head.length + range.length);
  out.set(head);
  out.set(range, head.length);
  return out;
}
