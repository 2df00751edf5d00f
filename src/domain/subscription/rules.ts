/** Who may do what with people, as offered by views; every peer's kernel decides for itself on receipt. */
import type { Member, RoleName, SpaceView } from '#os/api';
import { ROLES } from './schema.ts';

const rank = (role: RoleName): number => ROLES.length - ROLES.indexOf(role);

/** Roles of an invitation: up to the one in which this person may let somebody in, by their role, by what they were allowed and by the rules of the space; nobody is invited as an owner. */
export function invitableRoles({ lets, rules }: Pick<SpaceView, 'lets' | 'rules'>): RoleName[] {
  return rules.newer || lets === null ? [] : ROLES.filter((role) => role !== 'owner' && rank(role) <= rank(lets)).reverse();
}

/** Is Share offered on what is in the space: to owners and admins, who see there who sees it, and to whoever may let somebody in. */
export function mayShare(space: SpaceView): boolean {
  return space.kind !== 'personal' && (space.role === 'owner' || space.role === 'admin' || invitableRoles(space).length > 0);
}

/** Who manages people has the whole space; others may be given a part of it. */
export function mayBePart(role: RoleName): boolean {
  return role === 'member' || role === 'guest';
}

/** The last owner cannot leave (the kernel says so when asked), and the Personal space cannot be left. */
export function mayLeave(space: SpaceView): boolean {
  return space.kind !== 'personal' && !['removed', 'joining', 'no-rights'].includes(space.role);
}

/** People by role, then by how long they are here. */
export function byRole(a: Member, b: Member): number {
  return rank(b.role) - rank(a.role) || a.since - b.since || (a.uid < b.uid ? -1 : 1);
}
