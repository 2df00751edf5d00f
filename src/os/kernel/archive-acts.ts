/** Turning the archive of a space on or off: done seldom, loaded when it is asked for. */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import type { CborValue } from '#base/cbor';
import { policyOps } from '#os/rights/builders';
import { ARCHIVE_LIMITS } from '#vm/archive-limits';
import { sealField } from '#vm/protocol/keys';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { ADDRESS, ARCHIVE_POLICY, refreshArchive } from './archive-setting.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';

/** Turns the archive on (with these relays) or, without any, off. */
export async function setArchive(kernel: Kernel, sealer: Sealer, space: Space, urls: readonly string[]): Promise<void> {
  const profile = must(kernel.profile, 'profile');
  const slot = must(kernel.slot, 'slot');
  if (!Array.isArray(urls) || urls.length > ARCHIVE_LIMITS.relays || !urls.every((url) => typeof url === 'string' && ADDRESS.test(url))) {
    throw new AppError('bad-relay', 'The address of a relay begins with ws:// or wss://; a space has at most four.', 'The archive stays as it is.', 'Correct the address.');
  }
  if (space.rights.roleOf(profile.uid) !== ROLE.owner) throw new AppError('owner-only', 'Only an owner of the space can change this.', 'Nothing was changed.', 'Ask an owner.');
  const epoch = space.rights.sealingEpoch();
  const aead = epoch && (await space.keys.body(epoch, FRAGMENT.acl, slot.writer));
  if (!epoch || !aead) throw new AppError('no-key', 'This device has no valid key of the space yet.', 'Nothing was changed.', 'Wait until another member is online.');
  let value: CborValue = null;
  if (urls.length > 0) {
    const key = space.archive?.key ?? kernel.deps.random.bytes(32);
    const sealed = await sealField(kernel.deps.crypto, aead, epoch, kernel.deps.random.bytes(12), [key, [...new Set(urls)]]);
    value = [sealed.epoch, sealed.nonce, sealed.ct];
  }
  await sealer.writeAcl(space, policyOps(new Map([[ARCHIVE_POLICY, value]])));
  await refreshArchive(kernel, space);
  kernel.replication?.refresh();
  kernel.emit({ type: 'members', space: space.key });
}
