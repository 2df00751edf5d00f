/** Names in text of bytes that many records share as one object: acl heads, fragments, writers. A start judges every record of a snapshot again, and most of that was making the same texts. */
import { toBase64url } from '#base/bytes';

const known = new WeakMap<Uint8Array, string>();

/** base64url of bytes that never change. */
export function textOf(bytes: Uint8Array): string {
  let text = known.get(bytes);
  if (text === undefined) known.set(bytes, (text = toBase64url(bytes)));
  return text;
}
