/** Who can see something, and through which rule: computed from the rights that every peer judges by. */
import type { Member, RoleName } from '#os/api';
import { byRole } from './rules.ts';

export interface Seer {
  uid: string;
  self: boolean;
  role: RoleName;
  /** whole: as everybody who has the whole space · part: because this fragment was opened to them, and `others` more. */
  rule: 'whole' | 'part';
  others: number;
  until: number | null;
}

/** The people who can read a fragment: first those who have it alone, whom a rule of the space does not show, then by role. Without a fragment: those who have the whole space. */
export function whoSees(members: readonly Member[], fragment: string | null): Seer[] {
  const sees = (member: Member): boolean => member.scope === null || (fragment !== null && member.scope.includes(fragment));
  return members.filter(sees).sort((a, b) => Number(a.scope === null) - Number(b.scope === null) || byRole(a, b))
    .map(({ uid, self, role, scope, until }) => ({ uid, self, role, rule: scope === null ? 'whole' : 'part', others: scope === null ? 0 : scope.length - 1, until }));
}
