/** The words of roles, and what a Share dialog was opened from. */
import type { RoleName } from '#os/api';
import type { Key } from '#view/kit/i18n.tsx';

export const ROLE_WORD: Record<RoleName, Key> = { owner: 'role.owner', admin: 'role.admin', member: 'role.member', guest: 'role.guest' };
export const ROLE_NOTE: Record<RoleName, Key> = { owner: 'role.ownerNote', admin: 'role.adminNote', member: 'role.memberNote', guest: 'role.guestNote' };

/** The channel from which the dialog was opened. */
export interface SharedChannel {
  fragment: string;
  title: string;
}
