/** Ids that every device of a person computes alike, so that two devices write into one node instead of two. */
import { fromBase64url, toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';

/**
 * First 16 bytes of SHA-256 over canonical CBOR of [label, ...ids as byte strings], base64url.
 * An id that is not base64url is taken as its text, so foreign input cannot throw.
 */
export function derivedId(label: string, ...ids: string[]): string {
  const parts = ids.map((id) => fromBase64url(id) ?? id);
  return toBase64url(sha256(encodeCbor([label, ...parts])).slice(0, 16));
}

/** Id of the read-mark node of a fragment, or of a thread in it, in my Personal space. */
export function readMarkId(space: string, fragment: string, ...thread: [] | [string]): string {
  return derivedId('lgos/read/1', space, fragment, ...thread);
}
