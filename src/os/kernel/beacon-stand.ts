/** How a beacon of a space stands, for who asks (docs/decisions/0076): kept apart from what counts copies, which is there from the start. */
import type { BeaconStand } from '#os/beacon-api';
import type { Kernel, Space } from './state.ts';

const NONE: BeaconStand = { state: 'none', since: null, saidAt: null, checkedAt: null, proof: false };

/** How the beacon with one of these devices stands in the space. */
export function checkOfBeacon(kernel: Kernel, space: Pick<Space, 'key'>, devices: readonly string[]): BeaconStand {
  const found = kernel.network.beacons.find((one) => one.space === space.key && devices.includes(one.device));
  if (!found) return NONE;
  const { state, since, saidAt, checkedAt, proof } = found;
  return { state, since, saidAt, checkedAt, proof };
}
