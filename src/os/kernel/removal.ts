/** The record of a removal: revoke, cuts and a new key (FORMATS 6); and the end of an access that had one. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { removeOps } from '#os/rights/builders';
import { makeRotation } from './accept.ts';
import { cutsBefore, cutsOf } from './cut-points.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';

/** The end of an access that had one: as a removal, with the cuts where it ended. */
export async function endAccess(kernel: Kernel, sealer: Sealer, space: Space, uid: string, at: number): Promise<void> {
  await writeRemoval(kernel, sealer, space, must(fromBase64url(uid), 'uid'), at);
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
