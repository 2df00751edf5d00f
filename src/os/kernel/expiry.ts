/**
 * Access for a time (FORMATS 4, 6). By mesh time each peer stops serving who has ended, and their own kernel stops writing; an Owner or Admin that is online
 * writes the removal with the cuts where it ended. The acl itself knows no clock: until that record is there the rights say what they said.
 */
import type { Bytes } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Member } from '#os/rights/acl-model';
import { ROLE, type Operation, type Role } from '#vm/protocol/types';
import { mayComment, mayWrite, onlyComments } from '#os/rights/permit';
import { bindsOps, forbiddenOp, opensToGuests } from '#os/rights/policy';
import { hasLapsed } from '#os/rights/plans';
import { randomPause } from './random-pause.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Has the access ended at this mesh time? */
export const hasEnded = (member: Pick<Member, 'exp'>, meshNow: number): boolean => member.exp !== null && member.exp <= meshNow;

/** Its time is over, or what was paid for is and the grant still lets write: an Owner or Admin writes what follows. */
const isOver = (member: Member, meshNow: number): boolean => hasEnded(member, meshNow) || hasLapsed(member, meshNow);

/** The role a person has now, by the acl and by mesh time; null when none. Behind the end of a plan they read for a while. A device that was taken away acts for nobody any more. */
export function standingRole(kernel: Kernel, space: Space, uid: Uint8Array | string): Role | null {
  if (kernel.revoked !== null) return null;
  const member = space.rights.memberOf(uid);
  const now = kernel.time.now();
  if (!member || hasEnded(member, now)) return null;
  return hasLapsed(member, now) ? ROLE.guest : member.role;
}

/** May this person write in the space now, and in this fragment? What is sealed by who may not has no effect for anybody. A Guest where the rules open something. */
export function mayWriteNow(kernel: Kernel, space: Space, fragment?: Fragment): boolean {
  const { profile } = kernel;
  const role = space.standing !== 'member' || profile === null ? null : standingRole(kernel, space, profile.uid);
  const member = role === null ? null : space.rights.memberOf(profile!.uid);
  if (member === null || hasLapsed(member, kernel.time.now())) return false;
  if (member.role === ROLE.guest) return opensToGuests(space.rights.view().state.policy) && (fragment === undefined || mayComment(member, fragment.key));
  return fragment === undefined || mayWrite(member, fragment.key) || onlyComments(member, fragment.key);
}

/** Do the rules of the space forbid one of these operations in the fragment to this person, by the slot in use? */
export function forbidsNow({ profile, slot }: Kernel, space: Space, fragment: string, ops: readonly Operation[]): boolean {
  const { policy } = space.rights.view().state;
  const member = profile && space.rights.memberOf(profile.uid);
  if (!member || slot === null) return false;
  const comments = onlyComments(member, fragment);
  return (comments || bindsOps(policy)) && forbiddenOp(policy, { role: member.role, uid: profile.uid, writer: slot.writer, comments }, ops, fragment) !== null;
}

/** May the device be served: is it of a member whose access lasts? */
export function mayServeNow(kernel: Kernel, space: Space, ds: Bytes): boolean {
  const uid = space.rights.personOf(ds);
  return uid !== null && standingRole(kernel, space, uid) !== null;
}

/** Members whose time is over and whom this person may remove, or leave to read for a while. */
function overdue(kernel: Kernel, space: Space): Member[] {
  const { profile } = kernel;
  if (!profile || space.standing !== 'member' || (standingRole(kernel, space, profile.uid) ?? 0) < ROLE.admin) return [];
  const now = kernel.time.now();
  const { rights } = space;
  return [...rights.view().members.values()].filter((member) => isOver(member, now)
    && (hasEnded(member, now) ? rights.mayRemove(profile.uid, member.uid) : rights.mayGrant(profile.uid, member.uid, { ...member, role: ROLE.guest })));
}

export interface Expiry {
  /** By the clock: tells when an access ended, and plans its removal. */
  look(): void;
}

/** How long the ended access of a space is looked at: with a link of the space, and in all. */
interface Look {
  ended: number;
  linked: number;
  looks: number;
}

/** `end` writes what follows; `run` puts work behind what the kernel mends already. Looked at about once a second. */
export function createExpiry(kernel: Kernel, run: (work: () => Promise<void>) => void, end: (space: Space, member: Member) => Promise<void>): Expiry {
  const planned = new Set<string>();
  const seen = new Map<string, Look>();

  const plan = (space: Space): void => {
    planned.add(space.key);
    // Of several admins online the first one's removal is seen by the others.
    kernel.deps.clock.setTimer(randomPause(kernel.deps.random, KERNEL_LIMITS.repairPauseMs), () => {
      planned.delete(space.key);
      run(async () => {
        const [next] = overdue(kernel, space);
        if (next && kernel.leader) await end(space, next);
      });
    });
  };
  const tell = (space: Space): void => {
    kernel.emit({ type: 'spaces', space: space.key });
    kernel.emit({ type: 'members', space: space.key });
    // Who is served, and which invites are answered, follows.
    kernel.replication?.refresh();
  };
  /** What was made in time and is still on its way must be here before the cuts are drawn; a space that never has a link is not waited for without end. */
  const settled = (space: Space, look: Look): boolean => {
    look.linked = kernel.network.peers.some((peer) => peer.spaces.includes(space.key)) ? look.linked + 1 : 0;
    look.looks += 1;
    return look.linked >= KERNEL_LIMITS.endedLinkedLooks || look.looks >= KERNEL_LIMITS.endedLooks;
  };
  return {
    look() {
      const now = kernel.time.now();
      for (const space of kernel.spaces.values()) {
        const ended = [...space.rights.view().members.values()].filter((member) => isOver(member, now)).length;
        const look = seen.get(space.key) ?? { ended: 0, linked: 0, looks: 0 };
        if (ended !== look.ended) tell(space);
        if (ended === 0) {
          seen.delete(space.key);
          continue;
        }
        look.ended = ended;
        seen.set(space.key, look);
        // Only by a time that others agree with: a clock alone may be wrong by years.
        if (!kernel.leader || !kernel.time.known() || planned.has(space.key) || overdue(kernel, space).length === 0) continue;
        if (settled(space, look)) plan(space);
      }
    },
  };
}
