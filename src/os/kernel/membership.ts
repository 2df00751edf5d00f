/** Roles, rows of spaces, and the invites this device may answer (FORMATS 6). The acl acts themselves are judged by every peer (#os/rights). */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { RoleName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { KeyValue } from '#ports/record-store';
import { openField } from '#vm/protocol/keys';
import type { Scope } from '#os/rights/acl-model';
import { isLinkInvite, linkInvites } from '#os/rights/public-links';
import { inviteState, type InviteInfo } from '#os/rights/view';
import { FRAGMENT, ROLE, type CborValue, type Role } from '#vm/protocol/types';
import { standingRole } from './expiry.ts';
import type { InviteRoom, Kernel, Space } from './state.ts';

export const ROLE_OF: Record<RoleName, Role> = { guest: ROLE.guest, member: ROLE.member, admin: ROLE.admin, owner: ROLE.owner };
export const ROLE_NAME: Record<Role, RoleName> = { 1: 'guest', 2: 'member', 3: 'admin', 4: 'owner' };

/** Row of a space in the profile: how this device stands to it. */
export const spaceRow = (space: Bytes, standing: 'member' | 'joining' | 'left'): KeyValue => [`space/${toBase64url(space)}`, { id: space, standing }];

function readRoom(value: CborValue | undefined): InviteRoom | null {
  const list = Array.isArray(value) ? value : [value];
  const scope = Array.isArray(list[0]) ? readScope(list[0]) : null;
  const [room, mode, name, servers] = Array.isArray(list[0]) ? list.slice(1) : list;
  if (!(room instanceof Uint8Array) || room.length !== 32 || scope === undefined) return null;
  return { room: room.slice() as Bytes, manual: mode === 'manual', scope, name: typeof name === 'string' ? name : '', servers: Array.isArray(servers) ? servers.filter((url) => typeof url === 'string') : [] };
}

/** Undefined: it is none. */
function readScope(list: readonly unknown[]): Scope | undefined {
  const out = new Map<string, number>();
  for (const item of list) {
    const [fragment, bits] = Array.isArray(item) ? item : [];
    if (!(fragment instanceof Uint8Array) || fragment.length !== 16 || !Number.isInteger(bits) || (bits as number) < 1 || (bits as number) > 31) return undefined;
    out.set(toBase64url(fragment as Bytes), bits as number);
  }
  return out.size > 0 && out.size <= KERNEL_LIMITS.scopeFragments ? out : undefined;
}

/** Invites whose role this person may grant: all that are open at mesh time, and the newest ended ones, so that a late guest hears why. */
export function answeredInvites(kernel: Kernel, space: Space): readonly InviteInfo[] {
  const { profile } = kernel;
  if (!profile || standingRole(kernel, space, profile.uid) === null) return [];
  const now = kernel.time.now();
  const view = space.rights.view();
  const mine = [...view.invites.values()].filter((invite) => !isLinkInvite(view, invite) && space.rights.mayInvite(profile.uid, invite.role));
  const ended = mine.filter((invite) => inviteState(invite, now) !== 'open').slice(-KERNEL_LIMITS.endedInvites);
  return [...mine.filter((invite) => inviteState(invite, now) === 'open'), ...ended];
}

/** Opens the sealed rooms of invites this device may answer, and of public links, which every member with the whole space does. */
export async function refreshInviteRooms(kernel: Kernel, space: Space): Promise<void> {
  for (const invite of [...answeredInvites(kernel, space), ...linkInvites(space.rights.view()).map((link) => link.invite)]) {
    const { id } = invite;
    if (space.inviteRooms.has(id)) continue;
    const aead = await space.keys.body(invite.room.epoch, FRAGMENT.acl, must(fromBase64url(invite.writer), 'writer'));
    const value = aead && (await openField(kernel.deps.crypto, aead, invite.room));
    const read = readRoom(value);
    if (!read) continue;
    space.inviteRooms.set(id, read);
    // Where a beacon waits: every member meets it there.
    kernel.addServers(read.servers);
  }
}
