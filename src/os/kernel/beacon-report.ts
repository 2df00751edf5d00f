/** A file about a beacon for the person who asks: what is kept of its signed words. */
import { AppError } from '#base/app-error';
import { fromBase64url } from '#base/bytes';
import { encodeReport } from '#vm/protocol/witness-report';
import { BeaconCheck, type CheckRow } from './beacon-check.ts';
import { beaconOf } from './beacon-counts.ts';
import { checkOfBeacon } from './beacon-stand.ts';
import { rowOf } from './witness-rows.ts';
import type { Kernel, Space } from './state.ts';

/** Text of the file. Of a beacon that was removed, too. AppError `not-here`. */
export async function beaconReport(kernel: Kernel, space: Space, id: string): Promise<string> {
  for (const device of space.rights.view().state.persons.get(id)?.devices.keys() ?? []) {
    // Any tab may ask: the one with the links keeps it in the store.
    const row = (await kernel.store.get(rowOf(space.key, device))) as CheckRow | undefined;
    const ds = fromBase64url(device);
    if (row === undefined || ds === null) continue;
    const { book } = new BeaconCheck(space.id, ds, row);
    const { state, since, checkedAt } = checkOfBeacon(kernel, space, [device]);
    return encodeReport({ space: space.id, ds, name: beaconOf(space, device)?.name ?? '', seen: { state, since, checkedAt, at: kernel.deps.clock.now() }, witnesses: book.proof ?? book.window, proves: book.proof !== null });
  }
  throw new AppError('not-here', 'Nothing is kept of what this beacon says.', 'Nothing was changed.', 'Wait until it is linked.');
}
