/**
 * Devices that keep nothing (docs/PROTOCOL.md, A device that keeps nothing; decisions/0051): their copies are gone with a tab, so they count for nobody. Such a
 * device says so itself, in each space whose `root` it may write into, by the node of the device. A greatest number goes down for nobody who would hide it.
 */
import { fromBase64url, toBase64url } from '#base/bytes';
import type { Op } from '#os/api';
import { deviceNodeId } from './own-devices.ts';
import { ROOT_KEY } from './spaces.ts';
import type { Space } from './state.ts';

/** The greatest number of a device node that says it; 1 or more. */
const FLEETING = 'fleeting';

/** What makes the node of a device say so. */
export const fleetingOp = (id: string): Op => ({ op: 'max.set', id, key: FLEETING, n: 1, verb: 'identity/device.fleeting@1' });

/** What was found, for as long as `root` is as it was then. */
const known = new WeakMap<Space, { readonly at: string; readonly devices: Map<string, boolean> }>();

/** Does the device (text of its key) keep nothing, by its own word in this space? */
export function isFleetingDevice(space: Space, device: string): boolean {
  const root = space.fragments.get(ROOT_KEY);
  if (!root) return false;
  const at = `${root.changedAt} ${root.log.size} ${root.locked.size}`;
  let seen = known.get(space);
  if (seen?.at !== at) known.set(space, (seen = { at, devices: new Map() }));
  let said = seen.devices.get(device);
  if (said === undefined) seen.devices.set(device, (said = saysSo(space, device)));
  return said;
}

function saysSo(space: Space, device: string): boolean {
  const ds = fromBase64url(device);
  const node = ds && space.fragments.get(ROOT_KEY)?.graph.node(toBase64url(deviceNodeId(ds)));
  if (!node || (node.max?.get(FLEETING) ?? 0) < 1) return false;
  // Others may write into it as well: only what the device itself made says anything.
  const makers = [...(node.creators?.keys() ?? []), ...(node.created ? [node.created.writer.key] : [])];
  return makers.some((writer) => space.writerDevice.get(writer) === device);
}
