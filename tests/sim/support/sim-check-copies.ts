/** "On N devices" against the disks (FORMATS 8, Ack): whoever is said to hold the newest record of a log has it, durably. */
import { toBase64url } from '#base/bytes';
import { logKey } from '#os/kernel/log-key';
import type { Model } from './sim-acts.ts';
import type { SimDevice, SimTab } from './sim-world.ts';

/** `all`: every tab there ever was, for whose disk is whose. A hurt disk may have lost what it said it held; who distrusts himself is not asked. */
export function checkCopies(tabs: readonly SimTab[], all: readonly SimTab[], model: Model): string[] {
  const out: string[] = [];
  const disks = new Map<string, Set<SimDevice>>();
  for (const { device, running } of all) {
    const { profile } = running.parts.kernel;
    if (!profile) continue;
    const key = toBase64url(profile.ds.pub);
    disks.set(key, (disks.get(key) ?? new Set()).add(device));
  }
  const held = new Map<SimDevice, ReadonlySet<string>>();
  const holds = (device: SimDevice, id: string): boolean => {
    let ids = held.get(device);
    if (!ids) held.set(device, (ids = device.disk.ids()));
    return ids.has(id);
  };
  for (const tab of tabs) {
    const { kernel } = tab.running.parts;
    const space = kernel.spaces.get(model.space);
    // Whose own log was hurt may write a number twice.
    if (!space || !kernel.slot || model.hurt.has(tab.device)) continue;
    for (const fragment of space.fragments.values()) {
      const tip = fragment.log.ownTip(kernel.slot.writer);
      if (!tip) continue;
      for (const name of kernel.copies.holders(logKey(space, fragment, kernel.slot.text), tip.seq).devices) {
        const theirs = [...(disks.get(name) ?? [])];
        if (model.distrusted.has(name) || theirs.some((device) => model.hurt.has(device))) continue;
        if (!theirs.some((device) => holds(device, toBase64url(tip.id)))) out.push(`${tab.name} says ${theirs[0]?.name ?? name} holds ${toBase64url(tip.id).slice(0, 6)} seq ${tip.seq}, and it does not`);
      }
    }
  }
  return out;
}
