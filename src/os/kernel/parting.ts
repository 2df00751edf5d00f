/**
 * What a removed person's device is still shown: that, and by which records, it was removed. They are the acl records up to the removal, which were theirs
 * to read when they were written; nothing behind it, nothing of any other fragment (docs/PROTOCOL.md §13).
 */
import { toBase64url, type Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Parting } from '#vm/replication/host';
import { isContact } from './farewell.ts';
import type { Kernel, Space } from './state.ts';

/**
 * For a device of a person who was a member, or was let in by a record that lost its effect, and is none now, or that was taken away by its person; null
 * for all others.
 */
export function partingFor(kernel: Kernel, space: Space | null, ds: Bytes): Parting | null {
  if (!space || !isContact(space) || space.rights.mayServe(ds)) return null;
  const device = toBase64url(ds);
  const uid = formerPerson(space, device);
  const removal = space.rights.view().revokes.findLast(({ to }) => to === uid || to === device);
  // Of a long acl the newest: what is older the person has long had.
  const newest = (ids: readonly string[]) => kernel.index.read(ids.slice(-KERNEL_LIMITS.partingRecords));
  if (removal) return { key: removal.id, read: () => newest(space.rights.upTo(removal.id)) };
  const lost = space.rights.lostComing(device);
  return lost === null ? null : { key: lost, read: () => newest(space.rights.besides(lost)) };
}

function formerPerson(space: Space, ds: string): string | null {
  const { former, persons } = space.rights.view().state;
  return former.entries().map(([uid]) => uid).find((uid) => persons.get(uid)?.devices.has(ds) === true) ?? null;
}
