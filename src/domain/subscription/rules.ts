/** Who may do what with people, as offered by views; every peer's kernel decides for itself on receipt. */
import type { Member, RoleName, SpaceView } from '#os/api';
import { ROLES } from './schema.ts';

const rank = (role: RoleName): number => ROLES.length - ROLES.indexOf(role);

/** Owners and admins invite, into roles below owner and not above their own. */
export function invitableRoles(role: SpaceView['role'] | undefined): RoleName[] {
  if (role !== 'owner' && role !== 'admin') return [];
  return ROLES.filter((other) => other !== 'owner' && rank(other) <= rank(role)).reverse();
}

/** The owner cannot leave: nobody else could admit or remove afterwards. The Personal space cannot be left either. */
export function mayLeave(space: SpaceView): boolean {
  return space.kind !== 'personal' && space.role !== 'owner' && space.role !== 'removed';
}

/** People by role, then by how long they are here. */
export function byRole(a: Member, b: Member): number {
  return rank(b.role) - rank(a.role) || a.since - b.since || (a.uid < b.uid ? -1 : 1);
}
