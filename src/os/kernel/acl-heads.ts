/**
 * Which acl heads a record names when the space has more than fit (FORMATS 2: eight), as when many act at the same time. Not simply the latest: a record whose
 * heads fall behind those of the one before it never has effect (RIGHT15), an acl record that does not know its own log neither (RIGHT12).
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { HeldRecord } from '#vm/log/held-record';
import { MAX_ACL_HEADS } from '#vm/limits';
import { limitLinks, normaliseLinks } from '#vm/protocol/record';
import type { Stamp } from '#vm/protocol/types';
import { compareStamp } from '#vm/protocol/stamp';
import { ACL_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

export interface Link {
  readonly id: Bytes;
  readonly hlc: Stamp;
}

/** At most eight of the heads: as few as cover the first wanted ids, then the next, then the latest. `past`: ids in the past of a head. */
export function chooseHeads(heads: readonly Link[], wanted: readonly (readonly string[])[], past: (id: string) => readonly string[]): Bytes[] {
  if (heads.length <= MAX_ACL_HEADS) return limitLinks(heads, MAX_ACL_HEADS);
  const open = [...heads].sort((a, b) => compareStamp(b.hlc, a.hlc)).map(({ id, hlc }) => ({ id, hlc, covers: new Set([toBase64url(id), ...past(toBase64url(id))]) }));
  const chosen: typeof open = [];
  for (const ids of wanted) {
    const left = (): string[] => ids.filter((id) => !chosen.some(({ covers }) => covers.has(id)));
    for (let missing = left(); missing.length > 0 && chosen.length < MAX_ACL_HEADS; missing = left()) {
      const counts = open.map(({ covers }) => missing.filter((id) => covers.has(id)).length);
      const most = Math.max(...counts);
      if (most === 0) break;
      chosen.push(...open.splice(counts.indexOf(most), 1));
    }
  }
  return normaliseLinks([...chosen.map(({ id }) => id), ...limitLinks(open, MAX_ACL_HEADS - chosen.length)]);
}

/** Heads for the next record of a writer behind `own`: what that one knew, then what its person's right rests on, then what the writer named last anywhere. */
export function aclHeads(kernel: Kernel, space: Space, own: Pick<HeldRecord, 'id' | 'acl'> | null, isAcl: boolean, writer: Bytes, heads: readonly Link[] = space.rights.headLinks()): Bytes[] {
  const before = own === null ? [] : isAcl ? [own.id] : own.acl;
  const tip = space.chain.tip(writer);
  const home = tip && toBase64url(tip.fragment);
  const last = !tip ? [] : home === ACL_KEY ? [tip.id] : (space.fragments.get(home!)?.log.get(tip.key)?.acl ?? []);
  const path = kernel.profile ? (space.rights.memberOf(kernel.profile.uid)?.path ?? []) : [];
  return chooseHeads(heads, [before.map(toBase64url), path, last.map(toBase64url)], (id) => space.rights.upTo(id));
}
