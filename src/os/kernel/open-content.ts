/** What a record holds, as the log wants to know it: its operations, or why they cannot be read. */
import type { Content } from '#vm/log/held-record';
import { openBody, type OpenError } from '#vm/protocol/seal';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';
import type { Space } from './state.ts';

/** Opens and decodes; never throws on what a peer wrote. */
export async function openContent(space: Space, record: ParsedRecord): Promise<Content> {
  const { header } = record;
  if (!record.body) return { kind: 'stub' };
  if (header.class !== RECORD_CLASS.acl && header.class !== RECORD_CLASS.op) return { kind: 'unknown' };
  const acl = header.class === RECORD_CLASS.acl;
  if (!acl && !header.epoch) return { kind: 'malformed' };
  const key = acl ? null : await space.keys.body(header.epoch!, header.fragment, header.writer);
  if (!acl && !key) return { kind: 'no-key' };
  const opened = await openBody(space.crypto, record, key);
  if (opened.ok) return { kind: 'ops', ops: opened.value.ops };
  return { kind: kindOf(opened.error.code) };
}

function kindOf(code: OpenError['code']): 'stub' | 'unknown' | 'malformed' {
  return code === 'stub' ? 'stub' : code === 'unknown-primitive' ? 'unknown' : 'malformed';
}
