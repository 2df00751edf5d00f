/** What is beyond a cut (FORMATS 5): kept, shown to nobody, until an Owner or Admin takes it in. */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import type { SetAside } from '#os/access-api';
import { adoptOps } from '#os/rights/builders';
import { KERNEL_LIMITS } from '#os/limits';
import type { HeldRecord } from '#vm/log/held-record';
import { ROLE } from '#vm/protocol/types';
import { writersOf } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';

/** Records of the person that are set aside, as they stand in the logs. */
function asideOf(space: Space, uid: string): HeldRecord[] {
  const writers = writersOf(space, uid);
  return [...space.fragments.values()].flatMap((fragment) => writers.flatMap((writer) => fragment.log.log(writer))).filter((record) => record.status === 'quarantined');
}

/** One line for each person of whom something is set aside. */
export function setAside(space: Space): SetAside[] {
  const uids = new Set(space.rights.view().revokes.map(({ to }) => to));
  return [...uids].flatMap((uid) => {
    const times = asideOf(space, uid).map((record) => record.hlc.ms - record.delta).sort((a, b) => a - b);
    return times.length === 0 ? [] : [{ uid, records: times.length, from: times[0]!, to: times.at(-1)! }];
  });
}

/** Takes in what is set aside of a person and held here now; how many records that were. */
export async function adopt(kernel: Kernel, sealer: Sealer, space: Space, uid: string): Promise<number> {
  const self = must(kernel.profile, 'profile').uid;
  if (space.standing !== 'member' || (standingRole(kernel, space, self) ?? 0) < ROLE.admin) throw new AppError('no-right', 'Only an owner or admin takes in what was set aside.', 'Nothing was changed.', 'Ask an admin.');
  const ids = asideOf(space, uid).map((record) => record.id);
  const lists = [];
  for (let at = 0; at < ids.length; at += KERNEL_LIMITS.adoptAtOnce) lists.push(adoptOps(ids.slice(at, at + KERNEL_LIMITS.adoptAtOnce)));
  if (lists.length > 0) await sealer.writeAclAll(space, lists);
  return ids.length;
}
