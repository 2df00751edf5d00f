/** People and invitations of a space as the Access lens shows them. */
import { toBase64url } from '#base/bytes';
import type { InviteView, Member, Presence, RoleName } from '#os/api';
import type { Member as Held, Rights, Scope } from '#os/rights/acl-model';
import { delegationLimit, mayRead, onlyComments } from '#os/rights/permit';
import { isLinkInvite, peopleIn } from '#os/rights/public-links';
import { sinceOf } from '#os/rights/epochs';
import { inviteState } from '#os/rights/view';
import type { Role } from '#vm/protocol/types';
import { ROLE_NAME } from './membership.ts';
import { ACL_KEY, personName, toldNames } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** When a person came who reads from then on, by the record that let them in; nothing of others. */
export function cameAt(space: Space, member: Held | null): { since?: number } {
  const record = member ? space.fragments.get(ACL_KEY)?.log.get(sinceOf(member) ?? '') : null;
  return record ? { since: record.hlc.ms - record.delta } : {};
}

/** Members, owners first, then by seniority. A device is online when a link of ours reaches it or its presence was heard. */
export function memberViews(kernel: Kernel, space: Space, presence: readonly Presence[]): Member[] {
  const view = space.rights.view();
  const self = kernel.profile ? toBase64url(kernel.profile.ds.pub) : '';
  const online = new Set([self, ...presence.map((line) => line.device), ...kernel.network.peers.filter((peer) => peer.spaces.includes(space.key)).map((peer) => peer.device)]);
  // Once for all: a Guild has thousands.
  const told = toldNames(space);
  const byPerson = new Map<string, string[]>();
  for (const { uid, ds } of view.devices) byPerson.set(uid, [...(byPerson.get(uid) ?? []), ds]);
  return peopleIn(view)
    .sort((a, b) => b.role - a.role || a.path.length - b.path.length || (a.uid < b.uid ? -1 : 1))
    .map((member) => {
      const devices = (byPerson.get(member.uid) ?? []).map((ds) => ({ device: ds, online: online.has(ds), self: ds === self }));
      return {
        uid: member.uid, name: personName(space, member.uid, told), role: ROLE_NAME[member.role], since: member.since, until: member.exp, scope: fragmentsOf(member.scope), comments: commentsOf(member), lets: letsIn(space, member),
        devices, self: devices.some((device) => device.self), online: devices.some((device) => device.online),
      };
    });
}

/** The highest role in which a member may let somebody in now: by their grant, the rules of the space, and only who has all of it. */
export function letsIn(space: Space, member: Held | null): RoleName | null {
  if (!member || member.scope !== null || member.role < space.rights.view().state.policy.invite) return null;
  return ROLE_NAME[delegationLimit(member) as Role] ?? null;
}

/** The fragments that a scope lets read. */
export function fragmentsOf(scope: Scope): string[] | null {
  return scope === null ? null : [...scope.keys()].filter((fragment) => mayRead({ scope }, fragment));
}

/** Those of them in which a Member comments without writing. */
export function commentsOf(member: Pick<Rights, 'role' | 'scope'> | null): string[] {
  return member?.scope ? [...member.scope.keys()].filter((fragment) => onlyComments(member, fragment)) : [];
}

export function inviteViews(kernel: Kernel, space: Space): InviteView[] {
  const self = kernel.profile?.uid;
  const view = space.rights.view();
  return [...view.invites.values()].filter((invite) => !isLinkInvite(view, invite)).map((invite) => {
    const state = inviteState(invite, kernel.time.now());
    const mayRevoke = state === 'open' && self !== undefined && space.rights.mayRevokeInvite(self, invite.id);
    return { id: invite.id, role: ROLE_NAME[invite.role], expiresAt: invite.exp, uses: invite.uses, used: invite.usedBy.length, by: invite.by, scope: fragmentsOf(space.inviteRooms.get(invite.id)?.scope ?? null), state, mayRevoke };
  }).sort((a, b) => b.expiresAt - a.expiresAt);
}
