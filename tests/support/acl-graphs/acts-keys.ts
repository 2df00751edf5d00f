/** Keys that acts of random acl graphs hand out. */
import { mayReadIn } from './oracle-scope.ts';
import type { Dev, SpecOp, SpecRights } from './spec.ts';

/** Fragment keys for those of the devices that have a part of the space only. */
export function partsFor(epoch: number, devices: readonly Dev[], rights: (device: Dev) => SpecRights): SpecOp[] {
  return [0, 1, 2].flatMap((fragment): SpecOp[] => {
    const to = devices.filter((device) => rights(device).scope !== null && mayReadIn(rights(device), fragment));
    return to.length > 0 ? [{ t: 'share', epoch, fragment, to }] : [];
  });
}

/** The key of the epoch, or of the fragments that the rights reach. */
export const keysFor = (epoch: number, devices: readonly Dev[], rights: SpecRights): SpecOp[] => (rights.scope === null ? [{ t: 'share', epoch, to: devices }] : partsFor(epoch, devices, () => rights));
