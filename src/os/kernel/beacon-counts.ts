/** Which beacons there are, and which of them count as a copy: one that was caught, or that does not prove what it confirmed, does not (FORMATS 8, docs/decisions/0076). */
import type { BeaconCheckState } from '#os/beacon-api';
import { isBeacon, linkDevices } from '#os/rights/public-links';
import type { RightsView } from '#os/rights/view';
import type { Kernel, Space } from './state.ts';

const found = new WeakMap<RightsView, boolean>();

/** Has the space a beacon? */
export function hasBeacon(space: Space): boolean {
  const view = space.rights.view();
  let known = found.get(view);
  if (known === undefined) found.set(view, (known = [...view.members.keys()].some((uid) => isBeacon(view, uid))));
  return known;
}

/** Who the beacon with this device is, and its name; null when it is none of the space. */
export function beaconOf(space: Space, device: string): { readonly id: string; readonly name: string } | null {
  const view = space.rights.view();
  const link = linkDevices(view).get(device);
  return link && isBeacon(view, link.uid) ? { id: link.uid, name: space.inviteRooms.get(link.invite.id)?.name || device.slice(0, 8) } : null;
}

/** What speaks against what a beacon confirmed. One that is full, or not linked, still has what it has. */
const DOUBTED: ReadonlySet<BeaconCheckState> = new Set<BeaconCheckState>(['forked', 'lost', 'withholds', 'omits']);

const NOBODY: ReadonlySet<string> = new Set();

/** Devices of beacons whose word does not count in the space now. */
export function doubtedDevices(kernel: Kernel, space: Pick<Space, 'key'>): ReadonlySet<string> {
  const doubted = kernel.network.beacons.filter((one) => one.space === space.key && DOUBTED.has(one.state));
  return doubted.length === 0 ? NOBODY : new Set(doubted.map(({ device }) => device));
}
