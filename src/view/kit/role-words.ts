/** The words of roles, and what a Share dialog was opened from. */
import '#view/kit/access-words.ts';
import type { RoleName, SpaceRules } from '#os/api';
import type { I18n, Key } from '#view/kit/i18n.tsx';

export const ROLE_WORD: Record<RoleName, Key> = { owner: 'role.owner', admin: 'role.admin', member: 'role.member', guest: 'role.guest' };
const ROLE_NOTE: Record<RoleName, Key> = { owner: 'role.ownerNote', admin: 'role.adminNote', member: 'role.memberNote', guest: 'role.guestNote' };

const PART_NOTE: Partial<Record<RoleName, Key>> = { member: 'who.memberNote', guest: 'who.guestNote' };

/** What a role means here; `part`: of a part of the space. */
export function roleNote(role: RoleName, rules: SpaceRules, part = false): Key {
  const ruled = Object.keys(rules.ops).length > 0 && role !== 'owner' && role !== 'admin';
  if (part) return ruled ? 'who.byRules' : (PART_NOTE[role] ?? ROLE_NOTE[role]);
  return ruled ? 'role.byRules' : ROLE_NOTE[role];
}

/** "3 days", "1 hour". */
export function spanWords({ t }: I18n, ms: number): string {
  return ms < 86_400_000 ? t('invite.hours', { n: ms / 3_600_000 }) : t('invite.days', { n: ms / 86_400_000 });
}

/** Type of the fragments that are named with the sign of channels: Access knows no component but by such names. */
const CHANNEL = 'chat/channel@1';

/** "#general" of a channel; a document, and what comes later, by its title alone. */
export function shownTitle(type: string, title: string): string {
  return type === CHANNEL ? `#${title}` : title;
}

/** The channel or document from which the dialog was opened. */
export interface SharedThing {
  fragment: string;
  /** As it is named in sentences: "#general", "Minutes". */
  title: string;
  lens: 'chat' | 'documents';
}
