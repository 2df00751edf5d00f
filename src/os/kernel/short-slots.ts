/** A disk that lost own records (wiped, rotten) while it kept the counters of the slot: what is sealed next in its place would be a fork of one's own. */
import { finishBatch, newBatch } from './deliver.ts';
import { lastStampOf } from './slot-state.ts';
import { compareStamp } from '#vm/protocol/stamp';
import type { Profile } from './profile.ts';
import { takeSlot, type Slot } from './slots.ts';
import type { Kernel, Space } from './state.ts';

/** Goes on with another slot while the store says that the one taken has sealed more than is held. The records come back from peers, and the slot with them. */
export async function leaveShortSlots(kernel: Kernel, profile: Profile): Promise<void> {
  const left: Slot[] = [];
  while (kernel.slot && !kernel.slot.fresh && (await isShort(kernel, kernel.slot))) {
    kernel.metric('slots.short', 1);
    left.push(kernel.slot);
    const taken = (kernel.slot = await takeSlot(kernel.deps, profile, left));
    for (const space of kernel.spaces.values()) takeOver(kernel, space, taken);
  }
  // Not before another is taken: two tabs that start together must not hand one to each other.
  for (const slot of left) slot.release();
}

/** What was written while the store was read goes on under the other slot, with its stamps: the graph must know it as that slot's. */
function takeOver(kernel: Kernel, space: Space, taken: Slot): void {
  const given = lastStampOf(space, taken.writer);
  const batch = newBatch('local');
  for (const fragment of space.fragments.values()) if (fragment.pending.length > 0) batch.rebuild.add(fragment);
  const waits = batch.rebuild.size > 0 && space.lastOwn !== null && (given === null || compareStamp(space.lastOwn, given) > 0);
  if (!waits) space.lastOwn = given;
  finishBatch(kernel, space, batch);
}

/** Does any space lack a record this slot sealed there, the last one or one in the middle? */
async function isShort(kernel: Kernel, slot: Slot): Promise<boolean> {
  for (const space of kernel.spaces.values()) {
    const row = (await kernel.store.get(`counter/${space.key}/${slot.text}`)) as { readonly n: number } | undefined;
    if (row && space.chain.places(slot.writer) <= row.n) return true;
  }
  return false;
}
