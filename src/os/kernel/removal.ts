/** The record of a removal: revoke, cuts and a new key (FORMATS 6); and the end of an access that had one. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { Member } from '#os/rights/acl-model';
import { grantOp, removeOps, roleOps } from '#os/rights/builders';
import { ROLE } from '#vm/protocol/types';
import { makeRotation } from './accept.ts';
import { cutsBefore, cutsOf } from './cut-points.ts';
import { hasEnded } from './expiry.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';
import { wireScope } from './wraps.ts';

/** The end of an access that had one: as a removal, with the cuts where it ended. Behind the end of a plan they read for a while: first the role of a Guest, with the same cuts. */
export async function endAccess(kernel: Kernel, sealer: Sealer, space: Space, member: Member): Promise<void> {
  const { uid, exp, plan, role, scope } = member;
  const now = kernel.time.now();
  const to = must(fromBase64url(uid), 'uid');
  const at = plan !== null && role > ROLE.guest ? plan.exp : must(exp, 'end');
  if (hasEnded(member, now)) return writeRemoval(kernel, sealer, space, to, at);
  await sealer.writeAcl(space, roleOps({ grant: grantOp({ to, role: ROLE.guest, nbf: now, exp, scope: wireScope(scope) }), cuts: cutsBefore(space, uid, at) }));
  kernel.replication?.refresh();
}

/** One record, and for very many devices further shares in its transaction; `endedAt` where an access ended by itself. */
export async function writeRemoval(kernel: Kernel, sealer: Sealer, space: Space, to: Bytes, endedAt: number | null): Promise<void> {
  const uid = toBase64url(to);
  const { rotate, shares, key } = await makeRotation(kernel, space, endedAt === null ? 'removal' : 'expiry', { of: uid });
  const cuts = endedAt === null ? cutsOf(space, uid) : cutsBefore(space, uid, endedAt);
  await sealer.writeAclAll(space, [removeOps({ uid: to, cuts, rotate }), ...shares]);
  space.keys.add(key);
  kernel.replication?.refresh();
}
