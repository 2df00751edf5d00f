/** A device that keeps nothing and is about to end: what nobody else has yet, and taking itself out of its person's list (decisions/0051). Loaded when asked for. */
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { dropDeviceOps } from '#os/rights/builders';
import { isLive } from '#os/rights/identity-state';
import { buildDeviceRevoke } from '#vm/protocol/identity';
import { SPACE_KIND } from '#vm/protocol/types';
import { cutsOfDevice } from './cut-points.ts';
import { standingRole } from './expiry.ts';
import { isFleetingDevice } from './fleeting.ts';
import { logKey } from './log-key.ts';
import { beginParting, personalOf } from './own-devices.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';

/** So long what was written last has to go out, ms: whoever has it serves this device no more, so nobody confirms it. */
const TOLD_MS = 2_000;

/** Has this person another device in the space that keeps what it has? */
function hasOther(kernel: Kernel, space: Space): boolean {
  const { uid, ds } = must(kernel.profile, 'profile');
  const self = toBase64url(ds.pub);
  const person = space.rights.view().state.persons.get(toBase64url(uid));
  return [...(person?.devices.keys() ?? [])].some((device) => device !== self && isLive(person, device) && !isFleetingDevice(space, device));
}

/** What the app itself notes in a Personal space, and what one is made of: nothing that anybody wrote. */
const NOTED: ReadonlySet<string> = new Set(['about@1', 'device@1', 'fragment@1', 'person@1', 'quiet@1', 'read@1', 'space@1', 'start/offline@1']);

/** Things of the person in a Personal space that no other device has: nobody else ever will. */
function thingsAlone(space: Space): number {
  let count = 0;
  for (const { graph } of space.fragments.values()) {
    for (const id of graph.nodeIds()) {
      const node = graph.node(id);
      if (node && !node.deleted && !NOTED.has(node.type!)) count += 1;
    }
  }
  return count;
}

/** Own records that no other device has confirmed, and own operations not sealed yet. */
export function unheldHere(kernel: Kernel): number {
  if (!kernel.deps.fleeting || !kernel.profile) return 0;
  const self = toBase64url(kernel.profile.ds.pub);
  let count = 0;
  for (const space of kernel.spaces.values()) {
    if (space.standing === 'left') continue;
    if (space.rights.view().kind === SPACE_KIND.personal && !hasOther(kernel, space)) {
      count += thingsAlone(space);
      continue;
    }
    const present = new Set(space.rights.view().devices.map((device) => device.ds));
    for (const fragment of space.fragments.values()) {
      count += fragment.pending.length + fragment.sealing.length;
      for (const { writer, seq } of fragment.log.frontier()) {
        const key = toBase64url(writer);
        if (space.writerDevice.get(key) === self) count += Math.max(0, seq - kernel.copies.confirmed(logKey(space, fragment, key), (device) => present.has(device)));
      }
    }
  }
  return count;
}

/** Takes this device away, where it keeps nothing. True when there is another one to go on with, and somebody was linked who took the word. */
export async function partDevice(kernel: Kernel, sealer: Sealer): Promise<boolean> {
  const { profile } = kernel;
  const personal = personalOf(kernel);
  if (!kernel.deps.fleeting || !profile || !personal || kernel.revoked !== null || !hasOther(kernel, personal) || !linked(kernel)) return false;
  beginParting(kernel);
  await sealer.flushAll();
  const statement = await buildDeviceRevoke(kernel.deps.crypto, { uid: profile.uid, by: profile.ds, ds: profile.ds.pub });
  const ds = toBase64url(profile.ds.pub);
  // The Personal space last: whoever sees it there finds nothing left to do.
  const spaces = [...kernel.spaces.values()].filter((space) => space.standing === 'member' && standingRole(kernel, space, toBase64url(profile.uid)) !== null).sort((a, b) => Number(a === personal) - Number(b === personal));
  for (const space of spaces) await dropIn(kernel, sealer, space, statement, ds).catch((error: unknown) => kernel.fault('part', error));
  await new Promise<void>((done) => void kernel.deps.clock.setTimer(TOLD_MS, done));
  return true;
}

/** Is somebody there who takes it on? */
const linked = ({ network, paused, spaces }: Kernel): boolean => !paused && network.peers.some((peer) => peer.spaces.some((space) => spaces.has(space)));

/** Without a new key: it would know that one too. Whoever may makes one when the word comes (FORMATS 6). */
async function dropIn(kernel: Kernel, sealer: Sealer, space: Space, statement: Bytes, ds: string): Promise<void> {
  await sealer.writeAcl(space, dropDeviceOps({ statement, ds: must(kernel.profile, 'profile').ds.pub, cuts: cutsOfDevice(space, ds), rotate: null }));
}
