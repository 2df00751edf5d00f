/** How slots of this device stand: their heads, their last stamps, what of them waits for a far-off time. What is done about it: leave-slot.ts, stranded.ts. */
import { compareBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { PARK_AHEAD_MS } from '#vm/limits';
import { compareStamp } from '#vm/protocol/stamp';
import type { Stamp } from '#vm/protocol/types';
import type { Slot } from './slots.ts';
import { ACL_KEY } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';
import { waitsFor } from './stuck.ts';

export interface OwnHead {
  readonly id: Bytes;
  readonly acl: boolean;
  /** Without effect because no settlement keeps it. */
  readonly held: boolean;
}

/** All heads of a writer over the fragments of a space, every branch of a fork. */
export function ownHeads(space: Space, writer: Bytes): OwnHead[] {
  const key = toBase64url(writer);
  const out: OwnHead[] = [];
  for (const fragment of space.fragments.values()) {
    for (const head of fragment.log.heads()) {
      if (head.writerKey !== key) continue;
      const status = fragment.log.status(head.key);
      out.push({ id: head.id, acl: fragment.key === ACL_KEY, held: status === 'held-back' || status === 'dropped' });
    }
  }
  return out.sort((a, b) => compareBytes(a.id, b.id));
}

/** Greatest stamp of a writer in a space: the slot taken next may be one that wrote before. */
export function lastStampOf(space: Space, writer: Bytes): Stamp | null {
  let last: Stamp | null = null;
  for (const fragment of space.fragments.values()) {
    const tip = fragment.log.ownTip(writer);
    if (tip && (last === null || compareStamp(tip.hlc, last) > 0)) last = tip.hlc;
  }
  return last;
}

/** Logs of a slot with records that lie ahead of mesh time, where a fix can be sealed now. acl acts count whatever their time, and hold no clock.fix. */
export function logsAhead(kernel: Kernel, slot: Slot): { readonly space: Space; readonly fragment: Fragment }[] {
  const out: { space: Space; fragment: Fragment }[] = [];
  for (const space of kernel.spaces.values()) {
    if (space.standing !== 'member') continue;
    for (const fragment of space.fragments.values()) {
      if (fragment.key !== ACL_KEY && waitsFor(kernel, space, fragment, slot.writer) === null && fragment.log.log(slot.writer).some((record) => record.status === 'parked')) out.push({ space, fragment });
    }
  }
  return out;
}

/**
 * Has the slot in use stamps ahead of mesh time in records that wait for nothing: without effect, or in acl, which counts whatever its time? What it
 * writes next would wait for that time.
 */
export function stampsAhead(kernel: Kernel, slot: Slot): boolean {
  const spaces = [...kernel.spaces.values()];
  const limit = kernel.time.now() + PARK_AHEAD_MS;
  if (!spaces.some(({ standing, lastOwn }) => standing === 'member' && lastOwn !== null && lastOwn.ms > limit)) return false;
  const waits = ({ key, pending, sealing, log }: Fragment): boolean => pending.length > 0 || sealing.length > 0 || (key !== ACL_KEY && log.log(slot.writer).some((record) => record.status === 'parked'));
  return !spaces.some((space) => [...space.fragments.values()].some(waits));
}

/** Slots of this device whose newest record in some log is parked: base64url of the writer. */
export function strandedSlots(kernel: Kernel): Set<string> {
  const out = new Set<string>();
  const { profile } = kernel;
  if (!profile) return out;
  for (const space of kernel.spaces.values()) {
    if (space.standing !== 'member') continue;
    for (const writer of space.rights.slotsOf(profile.ds.pub)) {
      if (parkedIn(space, must(fromBase64url(writer), 'writer')).length > 0) out.add(writer);
    }
  }
  return out;
}

/** Fragments in which the log of the writer ends with a parked record. acl acts count whatever their time. */
export function parkedIn(space: Space, writer: Uint8Array): Fragment[] {
  return [...space.fragments.values()].filter((fragment) => fragment.key !== ACL_KEY && fragment.log.ownTip(writer)?.status === 'parked');
}
