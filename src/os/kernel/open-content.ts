/** What a record holds, as the log wants to know it: its operations, or why they cannot be read. */
import type { Bytes } from '#base/bytes';
import type { Content } from '#vm/log/held-record';
import { decodeOpened, openBodyBytes, type OpenError } from '#vm/protocol/seal';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { Space } from './state.ts';

/** A body that was opened and not decoded yet: decoding is synchronous and best done right before the operations are used. */
export type Opened = Content | { readonly kind: 'payload'; readonly bytes: Bytes };

/** Decrypts and inflates; never throws on what a peer wrote. */
export async function openPayload(space: Space, record: ParsedRecord): Promise<Opened> {
  const { header } = record;
  if (!record.body) return { kind: 'stub' };
  if (header.class !== RECORD_CLASS.acl && header.class !== RECORD_CLASS.op) return { kind: 'unknown' };
  const acl = header.class === RECORD_CLASS.acl;
  if (!acl && !header.epoch) return { kind: 'malformed' };
  const key = acl ? null : await space.keys.body(header.epoch!, header.fragment, header.writer);
  if (!acl && !key) return { kind: 'no-key' };
  const opened = await openBodyBytes(space.crypto, record, key);
  if (opened.ok) return { kind: 'payload', bytes: opened.value };
  return acl || space.keys.has(header.epoch!) || opened.error.code !== 'sealed' ? { kind: kindOf(opened.error.code) } : openByOthers(space, record);
}

/** A fragment key proves nothing of itself: what it does not open may be sealed under another one, and is without key until that one is here (KEY8). */
async function openByOthers(space: Space, record: ParsedRecord): Promise<Opened> {
  const { epoch, fragment, writer } = record.header;
  for (const [at, key] of (await space.keys.otherBodies(epoch!, fragment, writer)).entries()) {
    const opened = await openBodyBytes(space.crypto, record, key);
    if (opened.ok) space.keys.prefer(epoch!, fragment, at);
    if (opened.ok) return { kind: 'payload', bytes: opened.value };
  }
  return { kind: 'no-key' };
}

/** Decodes what was opened. */
export function contentOf(opened: Opened): Content {
  if (opened.kind !== 'payload') return opened;
  const decoded = decodeOpened(opened.bytes);
  return decoded.ok ? { kind: 'ops', ops: decoded.value.ops, payload: opened.bytes } : { kind: kindOf(decoded.error.code) };
}

/** Opens and decodes; never throws on what a peer wrote. */
export async function openContent(space: Space, record: ParsedRecord): Promise<Content> {
  return contentOf(await openPayload(space, record));
}

function kindOf(code: OpenError['code']): 'stub' | 'unknown' | 'malformed' {
  return code === 'stub' ? 'stub' : code === 'unknown-primitive' ? 'unknown' : 'malformed';
}
